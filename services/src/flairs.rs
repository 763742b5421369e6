//! Flairs: tags that a group offers, of which the author of a thread chooses one: in the form, by `[name]` at the
//! beginning of the title, or by the first hashtag, from any app.

use database::Conn;
use database::flairs::{self as rows, StatusFlair};
use database::groups::{self, Group};
use database::statuses::Status;

use crate::error::{Error, Result};

/// So many flairs, of so many letters each.
const MOST: usize = 20;
const MOST_LETTERS: usize = 30;

/// The flairs that a group offers.
#[must_use]
pub fn offered(group: &Group) -> Vec<String> {
    group.flairs.lines().map(str::to_owned).collect()
}

/// What two writings of one name have in common: `Seed swap`, `[seed swap]` and `#SeedSwap` are one flair.
#[must_use]
pub fn key(name: &str) -> String {
    name.chars()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Names as they are stored, one a line.
///
/// # Errors
/// `Invalid` for too many, too long ones, two that read the same, and what no name can be.
pub(crate) fn checked(names: &[String]) -> Result<String> {
    let mut kept: Vec<String> = Vec::new();
    for name in names {
        let name = text::display_name(name, MOST_LETTERS + 1);
        let fits = !key(&name).is_empty()
            && text::characters(&name) <= MOST_LETTERS
            && !name.contains(['[', ']', '#', '\n'])
            && kept.iter().all(|known| key(known) != key(&name));
        if !fits || kept.len() >= MOST {
            return Err(Error::invalid(
                "flairs",
                "ERR_FLAIRS",
                format!(
                    "Validation failed: a group has at most {MOST} flairs of at most {MOST_LETTERS} letters, each once"
                ),
            ));
        }
        kept.push(name);
    }
    Ok(kept.join("\n"))
}

/// Puts the flair on a new thread in a group of ours that its author chose, where the group offers it.
///
/// # Errors
/// `Invalid` for one that was chosen in a form and that the group does not offer.
pub(crate) fn choose(
    conn: &mut Conn,
    status: &Status,
    wished: &str,
    tags: &[String],
) -> Result<()> {
    let wished = wished.trim();
    let group = match status.group_id.filter(|_| status.in_reply_to_id.is_none()) {
        Some(group) => groups::find(conn, group)?,
        None => None,
    };
    let Some(group) = group else {
        return if wished.is_empty() {
            Ok(())
        } else {
            not_offered()
        };
    };
    let offered = offered(&group);
    let meant = |name: &str| offered.iter().find(|one| key(one) == key(name));
    let found = if wished.is_empty() {
        in_brackets(&status.title)
            .and_then(meant)
            .or_else(|| tags.first().and_then(|tag| meant(tag)))
    } else {
        let Some(name) = meant(wished) else {
            return not_offered();
        };
        Some(name)
    };
    match found {
        Some(name) => {
            let row = StatusFlair {
                status_id: status.id,
                group_id: group.account_id,
                name: name.clone(),
            };
            Ok(rows::put(conn, &row)?)
        }
        None => Ok(()),
    }
}

fn not_offered() -> Result<()> {
    Err(Error::invalid(
        "flair",
        "ERR_INCLUSION",
        "Validation failed: the group does not offer this flair",
    ))
}

/// What stands in brackets at the beginning of a title.
fn in_brackets(title: &str) -> Option<&str> {
    let rest = title.trim_start().strip_prefix('[')?;
    rest.split_once(']').map(|(name, _rest)| name)
}

#[cfg(test)]
mod tests;
