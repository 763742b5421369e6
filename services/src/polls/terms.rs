//! What may be asked, and for how long. The limits are those that `configuration.polls` tells apps.

use model::Millis;
use serde::{Deserialize, Serialize};

use crate::compose::typed;
use crate::error::{Error, Problem, Result};

/// Options of a poll that is made here.
pub const MAX_OPTIONS: usize = 4;
/// Letters of an option, as people count them.
pub const MAX_OPTION: usize = 50;
/// Seconds that a poll is open at least.
pub const SHORTEST: i64 = 5 * 60;
/// Seconds that a poll is open at most: a month, as Mastodon reckons it.
pub const LONGEST: i64 = 2_629_746;

/// A poll that someone here wants to make.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NewPoll {
    /// What can be chosen.
    pub options: Vec<String>,
    /// Open for so many seconds.
    pub expires_in: i64,
    /// More than one option may be chosen.
    pub multiple: bool,
    /// Nobody sees the counts before the end.
    pub hide_totals: bool,
}

impl NewPoll {
    /// The same without blanks around its options.
    ///
    /// # Errors
    /// `Invalid`, with Mastodon's sentences.
    pub(crate) fn checked(self) -> Result<Self> {
        let options: Vec<String> = self
            .options
            .iter()
            .take(MAX_OPTIONS + 1)
            .map(|option| {
                typed(option)
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .filter(|option| !option.is_empty())
            .collect();
        let mut problems = Vec::new();
        let mut wrong = |field: &'static str, code: &'static str, text: String| {
            problems.push(Problem { field, code, text });
        };
        if options.len() < 2 {
            let text = "Choices must have more than one item";
            wrong("poll[options]", "ERR_TOO_SHORT", text.to_owned());
        }
        if self.options.len() > MAX_OPTIONS {
            let text = format!("Choices can't contain more than {MAX_OPTIONS} items");
            wrong("poll[options]", "ERR_TOO_LONG", text);
        }
        if options.iter().any(|option| is_long(option)) {
            let text = format!("Choices cannot be longer than {MAX_OPTION} characters each");
            wrong("poll[options]", "ERR_TOO_LONG", text);
        }
        let is_twice = |at: usize, option: &String| options.iter().take(at).any(|o| o == option);
        if options.iter().enumerate().any(|(at, o)| is_twice(at, o)) {
            let text = "Choices contain duplicate items";
            wrong("poll[options]", "ERR_TAKEN", text.to_owned());
        }
        if self.expires_in > LONGEST {
            let text = "Deadline is too far into the future";
            wrong("poll[expires_in]", "ERR_INVALID", text.to_owned());
        }
        if self.expires_in < SHORTEST {
            let text = "Deadline is too soon";
            wrong("poll[expires_in]", "ERR_INVALID", text.to_owned());
        }
        if problems.is_empty() {
            Ok(Self { options, ..self })
        } else {
            Err(Error::Invalid(problems))
        }
    }

    /// When it ends.
    pub(crate) const fn end(&self, now: Millis) -> Millis {
        now.plus(self.expires_in.saturating_mul(Millis::SECOND))
    }
}

fn is_long(option: &str) -> bool {
    option.len() > 16 * MAX_OPTION || text::graphemes(option) > MAX_OPTION
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(options: &[&str], expires_in: i64) -> std::result::Result<NewPoll, String> {
        let poll = NewPoll {
            options: options.iter().map(|&option| option.to_owned()).collect(),
            expires_in,
            ..NewPoll::default()
        };
        poll.checked().map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_asked_is_checked_with_the_sentences_that_apps_know() {
        let fine = asked(&[" tea ", "", "coffee"], SHORTEST).unwrap();
        assert_eq!(fine.options, ["tea", "coffee"]);
        assert!(asked(&["a", "b"], LONGEST).is_ok());
        let long = "x".repeat(MAX_OPTION + 1);
        for (options, seconds, text) in [
            (vec!["a"], 300, "Choices must have more than one item"),
            (vec!["a", " "], 300, "Choices must have more than one item"),
            (
                vec!["a", "b", "c", "d", "e"],
                300,
                "Choices can't contain more than 4 items",
            ),
            (
                vec!["a", &long],
                300,
                "Choices cannot be longer than 50 characters each",
            ),
            (vec!["a", "a "], 300, "Choices contain duplicate items"),
            (vec!["a", "b"], 299, "Deadline is too soon"),
            (
                vec!["a", "b"],
                LONGEST + 1,
                "Deadline is too far into the future",
            ),
            (
                vec!["a", "b"],
                i64::MAX,
                "Deadline is too far into the future",
            ),
        ] {
            assert_eq!(
                asked(&options, seconds),
                Err(text.to_owned()),
                "{options:?}"
            );
        }
    }
}
