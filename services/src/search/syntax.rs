//! What was typed into a search, taken apart: words, "phrases", -words and operators. What is no operator
//! that we know is a word, whatever signs are in it.

use database::search_index::Trait;
use model::Millis;

use crate::error::{Error, Result};

/// Words, phrases and operators of one search.
const MOST_TERMS: usize = 32;

/// A search for statuses, before names are looked up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Typed {
    /// Words and phrases.
    pub(super) holds: Vec<String>,
    /// Words and phrases that must not be there.
    pub(super) lacks: Vec<String>,
    /// What it is, and is not.
    pub(super) traits: Vec<(bool, Trait)>,
    /// Names behind `from:`.
    pub(super) from: Vec<(bool, String)>,
    /// Written before this (milliseconds).
    pub(super) until: Option<i64>,
    /// Written at this time or later.
    pub(super) since: Option<i64>,
}

/// Takes a search apart.
///
/// # Errors
/// `Invalid` for more terms than anyone types.
pub(super) fn read(text: &str) -> Result<Typed> {
    let mut typed = Typed::default();
    for (at, piece) in pieces(text).enumerate() {
        if at >= MOST_TERMS {
            return Err(Error::invalid(
                "q",
                "ERR_TOO_LONG",
                format!("Validation failed: a search has at most {MOST_TERMS} words"),
            ));
        }
        let (is, term) = match piece.text.strip_prefix('-') {
            Some(rest) if !rest.is_empty() && !piece.quoted => (false, rest.to_owned()),
            _ => (!piece.negated, piece.text),
        };
        let operator = term.split_once(':').filter(|_| !piece.quoted);
        let known = operator.is_some_and(|(name, value)| apply(&mut typed, is, name, value));
        if !known {
            let list = if is {
                &mut typed.holds
            } else {
                &mut typed.lacks
            };
            list.push(term);
        }
    }
    Ok(typed)
}

struct Piece {
    text: String,
    quoted: bool,
    negated: bool,
}

/// Cuts at blanks outside of quotation marks; a mark that is not closed is a letter like any other.
fn pieces(text: &str) -> impl Iterator<Item = Piece> {
    let mut rest = text.trim().to_owned();
    std::iter::from_fn(move || {
        rest = rest.trim_start().to_owned();
        if rest.is_empty() {
            return None;
        }
        let (negated, body) = match rest.strip_prefix("-\"") {
            Some(body) => (true, Some(body)),
            None => (false, rest.strip_prefix(['"', '“', '”'])),
        };
        if let Some(body) = body
            && let Some((inside, behind)) = body.split_once(['"', '“', '”'])
        {
            let piece = Piece {
                text: inside.to_owned(),
                quoted: true,
                negated,
            };
            rest = behind.to_owned();
            return Some(piece);
        }
        let (word, behind) = rest
            .split_once(char::is_whitespace)
            .map_or((rest.clone(), String::new()), |(word, behind)| {
                (word.to_owned(), behind.to_owned())
            });
        rest = behind;
        Some(Piece {
            text: word,
            quoted: false,
            negated: false,
        })
    })
}

/// Understands an operator; `false` where it is none, or its value makes no sense.
fn apply(typed: &mut Typed, is: bool, name: &str, value: &str) -> bool {
    let value = value.trim();
    let wanted = match (
        name.to_ascii_lowercase().as_str(),
        value.to_lowercase().as_str(),
    ) {
        ("from", _) if !value.is_empty() => {
            typed.from.push((is, value.to_owned()));
            return true;
        }
        ("in", "library") => Trait::InLibrary,
        ("in", "public") => Trait::InPublic,
        ("in", "all") => return true,
        ("has", "media") => Trait::Media,
        ("has", "image") => Trait::Kind("image"),
        ("has", "video") => Trait::Kind("video"),
        ("has", "audio") => Trait::Kind("audio"),
        ("has", "poll") => Trait::Poll,
        ("has", "link" | "embed") => Trait::Link,
        ("is", "reply") => Trait::Reply,
        ("is", "sensitive") => Trait::Sensitive,
        ("language", code) if is_language(code) => Trait::Language(code.to_owned()),
        ("before" | "after" | "during", date) if is => return time(typed, name, date),
        _ => return false,
    };
    typed.traits.push((is, wanted));
    true
}

fn is_language(code: &str) -> bool {
    (2..=3).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_lowercase())
}

/// A day in UTC: `before` ends where it begins, `after` begins where it ends.
fn time(typed: &mut Typed, name: &str, date: &str) -> bool {
    let Some(day) = Millis::parse(&format!("{}T00:00:00Z", date.trim_matches('"'))) else {
        return false;
    };
    let next = day.plus(Millis::DAY);
    let name = name.to_ascii_lowercase();
    if name != "after" {
        let end = if name == "before" { day } else { next };
        typed.until = Some(typed.until.map_or(end.0, |until| until.min(end.0)));
    }
    if name != "before" {
        let begin = if name == "after" { next } else { day };
        typed.since = Some(typed.since.map_or(begin.0, |since| since.max(begin.0)));
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_are_understood_and_everything_else_is_words() {
        let typed =
            read("tea \"green leaves\" -coffee from:@ana -is:reply has:poll language:id").unwrap();
        assert_eq!(typed.holds, ["tea", "green leaves"]);
        assert_eq!(typed.lacks, ["coffee"]);
        assert_eq!(typed.from, [(true, "@ana".to_owned())]);
        let language = Trait::Language("id".to_owned());
        assert_eq!(
            typed.traits,
            [(false, Trait::Reply), (true, Trait::Poll), (true, language)]
        );
        let literal =
            "NEAR( \"*\" words: is:odd from: before:soon \"unclosed a:b:c - * %_ ' OR 1=1";
        let typed = read(literal).unwrap();
        assert!(typed.traits.is_empty() && typed.from.is_empty() && typed.until.is_none());
        assert_eq!(typed.holds.len(), 14, "{:?}", typed.holds);
        assert_eq!(read("").unwrap(), Typed::default());
        assert!(matches!(read(&"a ".repeat(33)), Err(Error::Invalid(_))));
    }

    #[test]
    fn days_begin_and_end_in_utc() {
        const DAY: i64 = 24 * 3_600_000;
        let typed = read("after:1970-01-01 before:1970-01-05").unwrap();
        assert_eq!((typed.since, typed.until), (Some(DAY), Some(4 * DAY)));
        let typed = read("during:1970-01-03").unwrap();
        assert_eq!((typed.since, typed.until), (Some(2 * DAY), Some(3 * DAY)));
    }
}
