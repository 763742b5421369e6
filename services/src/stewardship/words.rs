//! The words and links that a group wants to look at, or refuses: who may change them and how.

use database::Conn;
use database::group_words::{self, GroupWord};
use model::{ActionId, GroupWordKind};

use super::{Hand, WordText};
use crate::error::{Error, Result};

/// So many lines, of so many letters each.
const MOST: usize = 100;
const MOST_LETTERS: usize = 100;

/// Writes the list anew. The log says that it was changed and by whom, not what stands in it: everybody reads the
/// log, also those against whom it is written.
///
/// # Errors
/// `Invalid` for too many, too long, or empty ones, and for a link that names no server.
pub(super) fn write(
    conn: &mut Conn,
    hand: &Hand<'_>,
    words: &[WordText],
) -> Result<Option<ActionId>> {
    let group = hand.group();
    if words.len() > MOST {
        return Err(invalid(&format!(
            "a group has at most {MOST} words and links"
        )));
    }
    let mut rows: Vec<GroupWord> = Vec::with_capacity(words.len());
    for word in words {
        let phrase = phrase(word)?;
        let is_there = |row: &GroupWord| row.kind == word.kind && row.phrase == phrase;
        if rows.iter().any(is_there) {
            continue;
        }
        rows.push(GroupWord {
            id: hand.ctx.id(),
            group_id: group,
            kind: word.kind,
            phrase,
            act: word.act,
            rule_id: word.rule,
            created_at: hand.ctx.now(),
        });
    }
    let known = group_words::of(conn, group)?;
    let same = known.len() == rows.len()
        && known.iter().zip(&rows).all(|(old, new)| {
            (old.kind, &old.phrase, old.act, old.rule_id)
                == (new.kind, &new.phrase, new.act, new.rule_id)
        });
    if same {
        return Ok(None);
    }
    group_words::replace(conn, group, &rows)?;
    hand.write(conn, "words_changed", None, None, String::new())
        .map(Some)
}

/// As it is stored: of a link the domain alone.
fn phrase(word: &WordText) -> Result<String> {
    let typed = text::display_name(&word.phrase, usize::MAX);
    if typed.is_empty() || text::characters(&typed) > MOST_LETTERS {
        return Err(invalid(&format!(
            "a word or link has 1 to {MOST_LETTERS} letters"
        )));
    }
    if word.kind != GroupWordKind::Link {
        return Ok(typed);
    }
    let rest = typed
        .split_once("://")
        .map_or(typed.as_str(), |(_scheme, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let domain: model::Domain = host
        .trim_start_matches("*.")
        .parse()
        .map_err(|_e| invalid(&format!("“{typed}” is not the domain of a link")))?;
    Ok(domain.host().to_owned())
}

fn invalid(text: &str) -> Error {
    Error::invalid("words", "ERR_INVALID", format!("Validation failed: {text}"))
}
