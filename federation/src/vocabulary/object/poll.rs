//! The options of a Question. Counting and closing are decided elsewhere.

use model::Millis;
use serde_json::Value;

use super::super::lenient::Fields;

/// The most options that are read, as Mastodon does.
const MAX_OPTIONS: usize = 500;
/// The longest option, in characters.
const MAX_OPTION: usize = 2000;

/// One option of a poll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PollOption {
    /// What is chosen.
    pub name: String,
    /// How often it was chosen, by its server's word.
    pub votes: u64,
}

/// A poll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poll {
    /// The options in order.
    pub options: Vec<PollOption>,
    /// More than one may be chosen.
    pub multiple: bool,
    /// When it ends.
    pub end_time: Option<Millis>,
    /// When it was closed.
    pub closed: Option<Millis>,
    /// How many people voted.
    pub voters: Option<u64>,
}

impl Poll {
    pub(super) fn read(fields: Fields<'_>) -> Self {
        let any = fields.many("anyOf");
        let multiple = !any.is_empty();
        let list = if multiple { any } else { fields.many("oneOf") };
        Self {
            options: list.iter().take(MAX_OPTIONS).filter_map(option).collect(),
            multiple,
            end_time: fields.date("endTime"),
            closed: fields.date("closed"),
            voters: fields.number("votersCount"),
        }
    }
}

fn option(value: &Value) -> Option<PollOption> {
    let fields = Fields::part(value)?;
    Some(PollOption {
        name: fields.text("name", MAX_OPTION)?,
        votes: fields
            .get("replies")
            .and_then(Fields::part)
            .and_then(|replies| replies.number("totalItems"))
            .unwrap_or(0),
    })
}
