//! A status with all that its printers need.

use database::media_attachments::MediaAttachment;
use database::statuses::Status;
use model::{AccountId, StatusId};

use super::account::{AccountView, Viewer};
use crate::context::Ctx;
use crate::error::Result;

/// A picture of a status.
pub type MediaView = MediaAttachment;

/// Someone named in a status.
#[derive(Clone, Debug)]
pub struct MentionView {
    /// Who.
    pub id: AccountId,
    /// The name alone.
    pub username: String,
    /// `name` or `name@domain`.
    pub acct: String,
    /// The page.
    pub url: String,
    /// The ActivityPub id.
    pub uri: String,
    /// Is it a group?
    pub is_group: bool,
    /// Addressed without being named.
    pub silent: bool,
}

/// A status ready to print. Only the visibility gate leads here.
#[derive(Clone, Debug)]
pub struct StatusView {
    /// The row.
    pub status: Status,
    /// Who wrote (or boosted) it.
    pub author: AccountView,
    /// The group in whose thread it stands, unless it was taken out.
    pub group: Option<AccountView>,
    /// Pictures, in order.
    pub media: Vec<MediaView>,
    /// Who is named, in order of id.
    pub mentions: Vec<MentionView>,
    /// Hashtags, lower case.
    pub tags: Vec<String>,
    /// The name and website of the app it was written with.
    pub application: Option<(String, Option<String>)>,
    /// The ActivityPub id of the status that it answers.
    pub in_reply_to_uri: Option<String>,
    /// What is boosted.
    pub reblog: Option<Box<StatusView>>,
    /// The viewer's own marks; all false for nobody.
    pub favourited: bool,
    /// Boosted by the viewer.
    pub reblogged: bool,
    /// Bookmarked by the viewer.
    pub bookmarked: bool,
    /// Pinned by the viewer.
    pub pinned: bool,
    /// The thread is muted by the viewer.
    pub muted: bool,
}

/// What stands before and after a status.
#[derive(Clone, Debug, Default)]
pub struct ThreadView {
    /// From the root down.
    pub ancestors: Vec<StatusView>,
    /// Depth first, oldest first.
    pub descendants: Vec<StatusView>,
}

/// What a status said at one time.
#[derive(Clone, Debug)]
pub struct EditView {
    /// Clean HTML.
    pub content: String,
    /// Plain text.
    pub spoiler_text: String,
    /// Pictures were covered.
    pub sensitive: bool,
    /// From when on.
    pub created_at: model::Millis,
    /// By whom.
    pub author: AccountView,
}

/// Loads statuses in the order of `ids` through the gate; what this viewer may not see is left out.
/// The number of statements does not depend on how many there are.
///
/// # Errors
/// The database.
pub async fn load(
    ctx: &Ctx,
    viewer: Option<&Viewer>,
    ids: Vec<StatusId>,
) -> Result<Vec<StatusView>> {
    todo!("{ctx:?} {viewer:?} {ids:?}")
}

/// One status through the gate.
///
/// # Errors
/// `NotFound` where there is none, or none for this viewer.
pub async fn one(ctx: &Ctx, viewer: Option<&Viewer>, id: StatusId) -> Result<StatusView> {
    todo!("{ctx:?} {viewer:?} {id:?}")
}

/// One status as the machinery of federation needs it: no viewer, the gate for everyone who is
/// addressed. `None` for what is gone.
///
/// # Errors
/// The database.
pub async fn for_delivery(ctx: &Ctx, id: StatusId) -> Result<Option<StatusView>> {
    todo!("{ctx:?} {id:?}")
}
