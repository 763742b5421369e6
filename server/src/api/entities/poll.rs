//! `Poll`.

use serde::Serialize;
use services::views::PollView;

use super::Nothing;

/// <https://docs.joinmastodon.org/entities/Poll/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Poll {
    id: String,
    expires_at: Option<String>,
    expired: bool,
    multiple: bool,
    votes_count: i64,
    voters_count: Option<i64>,
    options: Vec<PollOption>,
    emojis: Nothing,
    /// Only for who is signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    voted: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    own_votes: Option<Vec<i16>>,
}

#[derive(Clone, Debug, Serialize)]
struct PollOption {
    title: String,
    /// Null while nobody is to see it.
    votes_count: Option<i64>,
}

impl From<&PollView> for Poll {
    fn from(view: &PollView) -> Self {
        let poll = &view.poll;
        let shown = view.shows_totals();
        Self {
            id: poll.id.to_string(),
            expires_at: poll.expires_at.map(model::Millis::iso),
            expired: poll.ended,
            multiple: poll.multiple,
            votes_count: view.votes_count(),
            voters_count: poll.voters_count,
            options: view
                .options
                .iter()
                .map(|option| PollOption {
                    title: option.title.clone(),
                    votes_count: shown.then_some(option.votes_count),
                })
                .collect(),
            emojis: [],
            voted: view.has_voted(),
            own_votes: view.own.clone(),
        }
    }
}
