//! What the place tells about itself and its dealings with others: weekly activity, the servers that it
//! knows, those with which it has nothing to do.

use std::sync::Arc;

use database::{domain_blocks, instances, statistics};
use model::about::Audience;
use model::{DomainBlockSeverity, Millis};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::views::account::Viewer;

/// Weeks that are told.
const WEEKS: i64 = 12;
const WEEK: i64 = 7 * Millis::DAY;
/// The first Monday of the clock: 1970-01-05.
const MONDAY: i64 = 4 * Millis::DAY;
/// So long the counts of the weeks are kept.
const KEPT: i64 = 60 * Millis::MINUTE;

/// What happened here in one week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Week {
    /// Its Monday.
    pub start: Millis,
    /// Public statuses written here.
    pub statuses: i64,
    /// People who wrote them.
    pub active: i64,
    /// People who joined.
    pub joined: i64,
}

/// The last weeks, the newest first; counted once an hour.
///
/// # Errors
/// `NotFound` where the place does not show it.
pub async fn activity(ctx: &Ctx) -> Result<Arc<Vec<Week>>> {
    if !ctx.settings().about.show_activity {
        return Err(Error::NotFound);
    }
    let now = ctx.now();
    if let Some(known) = ctx.weeks(now.plus(-KEPT)) {
        return Ok(known);
    }
    let this_week = now.0 - (now.0 - MONDAY).rem_euclid(WEEK);
    let weeks = ctx
        .db
        .read(move |conn| {
            (0..WEEKS)
                .map(|back| {
                    let start = Millis(this_week - back * WEEK);
                    let counts = statistics::between(conn, start, start.plus(WEEK))?;
                    Ok::<_, Error>(Week {
                        start,
                        statuses: counts.statuses,
                        active: counts.active,
                        joined: counts.joined,
                    })
                })
                .collect::<Result<Vec<_>>>()
        })
        .await?;
    let weeks = Arc::new(weeks);
    ctx.keep_weeks(now, Arc::clone(&weeks));
    Ok(weeks)
}

/// The domains of other servers that are known here.
///
/// # Errors
/// `NotFound` where the place does not show it.
pub async fn peers(ctx: &Ctx) -> Result<Vec<String>> {
    if !ctx.settings().about.show_peers {
        return Err(Error::NotFound);
    }
    ctx.db.read(|conn| Ok(instances::domains(conn)?)).await
}

/// A server with which this place has nothing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocked {
    /// Its domain, with stars in it where the staff wants that.
    pub domain: String,
    /// The SHA-256 of the domain, in hexadecimal.
    pub digest: String,
    /// Is it cut off, or only kept out of sight?
    pub severity: DomainBlockSeverity,
    /// Why.
    pub reason: String,
}

/// The domains with which this place has nothing to do, with the reasons.
///
/// # Errors
/// `NotFound` where the place does not show them to this viewer.
pub async fn blocked(ctx: &Ctx, viewer: Option<&Viewer>) -> Result<Vec<Blocked>> {
    let shown = match ctx.settings().about.show_domain_blocks {
        Audience::All => true,
        Audience::Users => viewer.is_some(),
        Audience::Disabled => false,
    };
    if !shown {
        return Err(Error::NotFound);
    }
    let blocked = ctx
        .db
        .read(|conn| Ok::<_, Error>(domain_blocks::all(conn)?))
        .await?;
    Ok(blocked
        .into_iter()
        .filter(|block| block.severity != DomainBlockSeverity::Noop)
        .map(|block| Blocked {
            digest: hex::encode(crate::tokens::hash(&block.domain)),
            domain: if block.obfuscate {
                starred(&block.domain)
            } else {
                block.domain
            },
            severity: block.severity,
            reason: block.public_comment,
        })
        .collect())
}

/// A domain of which only the ends can be read: it is to be recognised, not visited.
fn starred(domain: &str) -> String {
    let letters = domain.chars().count();
    let shown = letters / 4;
    domain
        .chars()
        .enumerate()
        .map(|(at, letter)| {
            let middle = at >= shown && at + shown < letters;
            if middle && letter != '.' { '*' } else { letter }
        })
        .collect()
}

/// A long text of the place as HTML.
#[must_use]
pub fn html(ctx: &Ctx, markdown: &str) -> String {
    let place = &ctx.place;
    text::markdown_to_html(markdown, &|_mention| None, &|tag| {
        place.tag_url(&tag.to_lowercase())
    })
    .into_string()
}
