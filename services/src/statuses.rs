//! Statuses: publish, edit, delete; receive from elsewhere.

use model::{AccountId, AppId, MediaId, Millis, Page, Paged, StatusId, TokenId, Visibility};

use crate::context::Ctx;
use crate::error::Result;
use crate::views::account::{AccountView, Viewer};
use crate::views::status::{EditView, StatusView, ThreadView};

/// What someone here wants to publish.
#[derive(Clone, Debug, Default)]
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
    /// The group to start a thread in (the groups API); a mention of it does the same.
    pub group: Option<AccountId>,
    /// The app.
    pub app: Option<AppId>,
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
    /// New descriptions of pictures.
    pub descriptions: Vec<(MediaId, String)>,
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
    /// Hashtags without `#`.
    pub tags: Vec<String>,
    /// Pictures and other files.
    pub attachments: Vec<IncomingMedia>,
    /// The group through which it came, or that it names as its audience.
    pub group: Option<AccountId>,
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

/// Publishes. Remote handles in the text are looked up first; then, in one transaction: may they
/// (answer this, post into that group)? the rows, the event. In a group of ours a new thread also gets
/// the group's boost in the same transaction. With an `Idempotency` the same request gives the same status.
///
/// # Errors
/// `Invalid` for an empty or over-long text, `NotFound` for a parent that the author may not see,
/// `Forbidden` for a group where the author may not post.
pub async fn publish(
    ctx: &Ctx,
    author: &Viewer,
    draft: Draft,
    once: Option<Idempotency>,
) -> Result<StatusView> {
    todo!("{ctx:?} {author:?} {draft:?} {once:?}")
}

/// Edits a status of the author's own; the version before is kept.
///
/// # Errors
/// `NotFound` where it is not the author's, `Invalid` as for publishing.
pub async fn edit(ctx: &Ctx, author: &Viewer, id: StatusId, edit: Edit) -> Result<StatusView> {
    todo!("{ctx:?} {author:?} {id:?} {edit:?}")
}

/// Deletes a status of the author's own (its row becomes a tombstone) and answers what it was, with
/// its source, so that it can be written again.
///
/// # Errors
/// `NotFound` where it is not the author's.
pub async fn delete(ctx: &Ctx, author: &Viewer, id: StatusId) -> Result<(StatusView, Source)> {
    todo!("{ctx:?} {author:?} {id:?}")
}

/// What the author typed.
///
/// # Errors
/// `NotFound` where it is not the author's.
pub async fn source(ctx: &Ctx, author: &Viewer, id: StatusId) -> Result<Source> {
    todo!("{ctx:?} {author:?} {id:?}")
}

/// Every version, oldest first, the present one last.
///
/// # Errors
/// `NotFound` through the gate.
pub async fn history(ctx: &Ctx, viewer: Option<&Viewer>, id: StatusId) -> Result<Vec<EditView>> {
    todo!("{ctx:?} {viewer:?} {id:?}")
}

/// What stands before and after a status; at most 60 (nobody) or 4,096 (a member) on each side.
///
/// # Errors
/// `NotFound` through the gate.
pub async fn thread(ctx: &Ctx, viewer: Option<&Viewer>, id: StatusId) -> Result<ThreadView> {
    todo!("{ctx:?} {viewer:?} {id:?}")
}

/// Who boosted it: public, as boosts are.
///
/// # Errors
/// `NotFound` through the gate.
pub async fn boosted_by(
    ctx: &Ctx,
    viewer: Option<&Viewer>,
    id: StatusId,
    page: Page,
) -> Result<Paged<AccountView>> {
    todo!("{ctx:?} {viewer:?} {id:?} {page:?}")
}

/// Who favourited it: entries for the author alone, an empty page for everyone else.
///
/// # Errors
/// `NotFound` through the gate.
pub async fn favourited_by(
    ctx: &Ctx,
    viewer: Option<&Viewer>,
    id: StatusId,
    page: Page,
) -> Result<Paged<AccountView>> {
    todo!("{ctx:?} {viewer:?} {id:?} {page:?}")
}

/// The id of the status with this ActivityPub id or page, in the database as it is (no fetch, no gate).
///
/// # Errors
/// The database.
pub async fn find(ctx: &Ctx, uri: &str) -> Result<Option<StatusId>> {
    todo!("{ctx:?} {uri}")
}

/// Stores a status of someone elsewhere. Parents, mentions and groups that are not known are looked up
/// in the database only: `federation` fetches them before. Stored when it concerns someone here
/// (follower, mention, answer to something known, a group here or joined from here), else dropped;
/// `wanted` (fetched on someone's wish) is always stored. In a group of ours the rules of the group
/// hold and a new thread gets the group's boost.
///
/// # Errors
/// The database.
pub async fn receive(
    ctx: &Ctx,
    author: AccountId,
    incoming: Incoming,
    wanted: bool,
) -> Result<Received> {
    todo!("{ctx:?} {author:?} {incoming:?} {wanted:?}")
}

/// Takes over an edit from elsewhere; only the author's own, never older than what is stored, never
/// with a wider audience.
///
/// # Errors
/// The database; `NotFound` where it is not known.
pub async fn receive_edit(ctx: &Ctx, author: AccountId, incoming: Incoming) -> Result<StatusId> {
    todo!("{ctx:?} {author:?} {incoming:?}")
}

/// Takes over a deletion from elsewhere: only the author's own. Unknown ids leave a tombstone behind,
/// so that a late `Create` has no effect; nothing is told to the sender.
///
/// # Errors
/// The database.
pub async fn receive_delete(ctx: &Ctx, author: AccountId, uri: &str) -> Result<()> {
    todo!("{ctx:?} {author:?} {uri}")
}
