//! Statuses: publish, edit, delete; receive from elsewhere.

mod change;
mod edit_received;
mod history;
mod members;
mod open;
mod publish;
mod read;
mod receive;

pub use change::{delete, edit};
pub use edit_received::{receive_delete, receive_edit};
pub use history::history;
pub use open::{may_open_some, open, open_all};
pub use publish::publish;
pub(crate) use publish::{made_before, ready};
pub use read::{boosted_by, favourited_by, find, source, thread};
pub(crate) use receive::free_id;
pub use receive::receive;

use model::{
    AccountId, AppId, MediaId, Millis, QuotePolicy, ScheduledId, StatusId, TokenId, Visibility,
};

use crate::polls::{IncomingPoll, NewPoll};

/// What someone here wants to publish. One that is scheduled is kept as it stands here.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Draft {
    /// What was typed.
    pub text: String,
    /// A title; also the API's way to give a thread one. Empty for none.
    pub title: String,
    /// Empty for none.
    pub spoiler_text: String,
    /// `None`: the author's default.
    pub visibility: Option<Visibility>,
    /// `None`: the author's default.
    pub sensitive: Option<bool>,
    /// `None`: the author's default, else detected.
    pub language: Option<String>,
    /// The status that it answers.
    pub in_reply_to: Option<StatusId>,
    /// Uploaded pictures of the author, at most four.
    pub media: Vec<MediaId>,
    /// A flair of the group in which it begins a thread; empty for none.
    pub flair: String,
    /// The group to start a thread in (the groups API); a mention of it does the same.
    pub group: Option<AccountId>,
    /// The app.
    pub app: Option<AppId>,
    /// The status that it quotes.
    pub quoted: Option<StatusId>,
    /// Who may quote it; `None`: the author's default.
    pub quote_policy: Option<QuotePolicy>,
    /// A poll.
    pub poll: Option<NewPoll>,
    /// It waited until now as this, which goes when it is published.
    #[serde(skip)]
    pub scheduled: Option<ScheduledId>,
}

/// The `Idempotency-Key` of a request, scoped to its token.
#[derive(Clone, Debug)]
pub struct Idempotency {
    /// Whose key it is.
    pub token: TokenId,
    /// As it was sent; at most 255 characters count.
    pub key: String,
    /// SHA-256 of the request's body: the same key with another body is an error.
    pub request_hash: Vec<u8>,
}

impl Idempotency {
    /// The part of the key that counts.
    pub(crate) fn short_key(&self) -> String {
        self.key.chars().take(255).collect()
    }
}

/// Changes to a status; `None` leaves a field as it is.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    /// The new text.
    pub text: Option<String>,
    /// The new warning.
    pub spoiler_text: Option<String>,
    /// Cover the pictures?
    pub sensitive: Option<bool>,
    /// The new language.
    pub language: Option<String>,
    /// All pictures after the edit.
    pub media: Option<Vec<MediaId>>,
    /// What is said of pictures from now on.
    pub pictures: Vec<PictureEdit>,
    /// Who may quote it from now on.
    pub quote_policy: Option<QuotePolicy>,
    /// The poll after the edit; one without options takes the poll away.
    pub poll: Option<NewPoll>,
}

/// What an edit says of one picture; `None` leaves a part as it is.
#[derive(Clone, Debug)]
pub struct PictureEdit {
    /// Which.
    pub id: MediaId,
    /// For those who do not see it.
    pub description: Option<String>,
    /// What stays in sight when it is cut; -1 to 1 each.
    pub focus: Option<(f64, f64)>,
}

/// What the owner typed, for editing.
#[derive(Clone, Debug)]
pub struct Source {
    /// Which status.
    pub id: StatusId,
    /// The text.
    pub text: String,
    /// The warning.
    pub spoiler_text: String,
    /// Its language.
    pub language: Option<String>,
    /// Are its pictures covered?
    pub sensitive: bool,
}

/// A status as another server sent it, already understood and checked against its origin.
#[derive(Clone, Debug, Default)]
pub struct Incoming {
    /// The ActivityPub id.
    pub uri: String,
    /// The page.
    pub url: String,
    /// Plain text; empty for none.
    pub title: String,
    /// Raw HTML: it is cleaned here.
    pub content: String,
    /// Plain text.
    pub spoiler_text: String,
    /// Pictures are covered.
    pub sensitive: bool,
    /// ISO 639, where the sender says.
    pub language: Option<String>,
    /// The audience that `to` and `cc` amount to.
    pub visibility: Option<Visibility>,
    /// The ActivityPub id of what it answers.
    pub in_reply_to: Option<String>,
    /// When it was written; clamped to now.
    pub published: Option<Millis>,
    /// When it was edited.
    pub updated: Option<Millis>,
    /// ActivityPub ids of people and groups in Mention tags.
    pub mentions: Vec<String>,
    /// ActivityPub ids in `to`, `cc` and `audience` besides those.
    pub addressed: Vec<String>,
    /// What stands in `to` alone, as it stands there: actors and collections.
    pub to: Vec<String>,
    /// Hashtags without `#`.
    pub tags: Vec<String>,
    /// Pictures and other files.
    pub attachments: Vec<IncomingMedia>,
    /// The group through which it came, or that it names as its audience.
    pub group: Option<AccountId>,
    /// The group elsewhere that passed it on.
    pub via: Option<AccountId>,
    /// What it quotes, and who may quote it.
    pub quote: crate::quotes::Incoming,
    /// A poll.
    pub poll: Option<IncomingPoll>,
}

/// A file of a status from elsewhere.
#[derive(Clone, Debug, Default)]
pub struct IncomingMedia {
    /// Where it is.
    pub url: String,
    /// Its type.
    pub mime: String,
    /// Alternative text.
    pub description: String,
    /// Coloured blur.
    pub blurhash: String,
    /// Pixels; 0 for unknown.
    pub width: i32,
    /// Pixels; 0 for unknown.
    pub height: i32,
    /// -1 to 1 each.
    pub focus: Option<(f64, f64)>,
}

/// What became of a status from elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// Stored now.
    New(StatusId),
    /// Was there already (or its tombstone is).
    Known(StatusId),
    /// Of no concern to anyone here, or not allowed: dropped, with the reason.
    Dropped(&'static str),
}

#[cfg(test)]
pub(crate) mod tests;
