//! Servers whose people a group does not take, as its moderators see them; and lists of others, looked at before
//! they are taken over: what would be lost, server by server.

use std::collections::BTreeMap;

use database::group_domain_blocks::{self, GroupDomainBlock};
use model::{AccountId, Domain, Millis};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::policy;
use crate::stewardship::{ServerText, is_within};
use crate::views::account::Viewer;

/// Bytes of a list.
pub const MOST_BYTES: usize = 1024 * 1024;
/// Rows of a list.
pub const MOST_ROWS: usize = 10_000;
/// Whoever wrote within this time counts as someone who writes.
const OF_LATE: i64 = 30 * Millis::DAY;

/// What a group would lose by blocking a server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loss {
    /// The server.
    pub domain: String,
    /// Why, where the list says.
    pub reason: String,
    /// Members from there, with those who ask to be.
    pub members: i64,
    /// Those of them who wrote in the last 30 days.
    pub writers: i64,
    /// Who follows the group from there.
    pub followers: i64,
}

impl Loss {
    /// Is nobody concerned?
    #[must_use]
    pub const fn is_none(&self) -> bool {
        self.members == 0 && self.followers == 0
    }
}

/// A list, read and compared with the people of the group.
#[derive(Clone, Debug, Default)]
pub struct Preview {
    /// What is new in it; where most would be lost stands first.
    pub servers: Vec<Loss>,
    /// How many of it are blocked already.
    pub known: usize,
    /// Lines that name no server.
    pub unread: usize,
}

/// What is blocked, by name; for moderators.
///
/// # Errors
/// `NotFound` where it is no group of ours, `Forbidden` for others.
pub async fn list(ctx: &Ctx, viewer: &Viewer, group: AccountId) -> Result<Vec<GroupDomainBlock>> {
    let viewer = viewer.clone();
    ctx.db
        .read(move |conn| {
            policy::moderator(conn, &viewer, group)?;
            Ok(group_domain_blocks::of(conn, group)?)
        })
        .await
}

/// Reads a list and says what it would cost; nothing is changed.
///
/// # Errors
/// `Invalid` for a list that is too long or names no server; `Forbidden`.
pub async fn preview(ctx: &Ctx, viewer: &Viewer, group: AccountId, text: &str) -> Result<Preview> {
    let (rows, unread) = read(text)?;
    let (viewer, now) = (viewer.clone(), ctx.now());
    let own = ctx.place.domain().to_string();
    ctx.db
        .read(move |conn| {
            policy::moderator(conn, &viewer, group)?;
            let blocked: Vec<String> = group_domain_blocks::of(conn, group)?
                .into_iter()
                .map(|row| row.domain)
                .collect();
            let mut known = 0;
            let mut losses: BTreeMap<String, Loss> = BTreeMap::new();
            for (domain, reason) in rows {
                if is_within(&domain, &blocked) || domain == own {
                    known += 1;
                    continue;
                }
                let loss = Loss {
                    domain: domain.clone(),
                    reason,
                    ..Loss::default()
                };
                losses.insert(domain, loss);
            }
            for here in group_domain_blocks::presence(conn, group, now.plus(-OF_LATE))? {
                let Ok(domain) = here.domain.parse::<Domain>() else {
                    continue;
                };
                // The nearest name above it that the list holds.
                let names = crate::moderation::with_parents(&domain);
                let Some(name) = names.iter().find(|name| losses.contains_key(*name)) else {
                    continue;
                };
                if let Some(loss) = losses.get_mut(name) {
                    loss.members += here.members;
                    loss.writers += here.writers;
                    loss.followers += here.followers;
                }
            }
            let mut servers: Vec<Loss> = losses.into_values().collect();
            servers.sort_by_key(|loss| std::cmp::Reverse((loss.members, loss.followers)));
            Ok(Preview {
                servers,
                known,
                unread,
            })
        })
        .await
}

/// The servers of a list with the reasons that it gives: one name a line, or the columns of Mastodon's export
/// (`#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate`). Names with stars cannot be read.
fn read(text: &str) -> Result<(BTreeMap<String, String>, usize)> {
    let too_long = || {
        Error::invalid(
            "list",
            "ERR_TOO_LONG",
            format!("Validation failed: a list has at most {MOST_ROWS} lines and one megabyte"),
        )
    };
    if text.len() > MOST_BYTES {
        return Err(too_long());
    }
    let mut found = BTreeMap::new();
    let (mut rows, mut unread) = (0_usize, 0_usize);
    let mut comment = None;
    for line in text.trim_start_matches('\u{feff}').lines() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        let cells = cells(line);
        let first = cells.first().map(String::as_str).unwrap_or_default();
        if matches!(first.trim_start_matches('#'), "domain") {
            comment = cells
                .iter()
                .position(|name| name.trim_start_matches('#') == "public_comment");
            continue;
        }
        if first.starts_with('#') {
            continue;
        }
        rows += 1;
        if rows > MOST_ROWS {
            return Err(too_long());
        }
        let name = first.trim().trim_start_matches("*.");
        match name.parse::<Domain>() {
            Ok(domain) if domain.as_str().contains(['.', ':']) && !name.contains('*') => {
                let said = comment.and_then(|place| cells.get(place)).cloned();
                found
                    .entry(domain.to_string())
                    .or_insert_with(|| text::multiline(&said.unwrap_or_default(), 300));
            }
            _ => unread += 1,
        }
    }
    if found.is_empty() {
        return Err(Error::invalid(
            "list",
            "ERR_BLANK",
            "Validation failed: no server is named in this list",
        ));
    }
    Ok((found, unread))
}

/// The cells of a line of CSV (RFC 4180); a cell with a line break in it ends at the break.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        let Some(cell) = cells.last_mut() else { break };
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            other => cell.push(other),
        }
    }
    cells
}

/// The servers that were ticked, with the reasons that the list gave.
#[must_use]
pub fn ticked(lines: &[String]) -> Vec<ServerText> {
    lines
        .iter()
        .map(|line| {
            let (domain, reason) = line.split_once(' ').unwrap_or((line, ""));
            ServerText {
                domain: domain.to_owned(),
                reason: reason.to_owned(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests;
