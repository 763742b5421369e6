//! Conversations of direct statuses, as one participant sees them.

use model::{ConversationId, Page, Paged};

use crate::context::Ctx;
use crate::error::Result;
use crate::views::account::{AccountView, Viewer};
use crate::views::status::StatusView;

/// A conversation ready to print.
#[derive(Clone, Debug)]
pub struct ConversationView {
    /// Its id for this participant.
    pub id: ConversationId,
    /// Not read since the last status?
    pub unread: bool,
    /// The others.
    pub accounts: Vec<AccountView>,
    /// The last status that can be seen.
    pub last_status: Option<StatusView>,
}

/// Newest first; cursors are the ids of the last statuses.
///
/// # Errors
/// The database.
pub async fn page(ctx: &Ctx, viewer: &Viewer, page: Page) -> Result<Paged<ConversationView>> {
    todo!("{ctx:?} {viewer:?} {page:?}")
}

/// Marks one as read.
///
/// # Errors
/// `NotFound` where it is someone else's.
pub async fn read(ctx: &Ctx, viewer: &Viewer, id: ConversationId) -> Result<ConversationView> {
    todo!("{ctx:?} {viewer:?} {id:?}")
}

/// Takes one out of one's list (the statuses stay).
///
/// # Errors
/// `NotFound` where it is someone else's.
pub async fn remove(ctx: &Ctx, viewer: &Viewer, id: ConversationId) -> Result<()> {
    todo!("{ctx:?} {viewer:?} {id:?}")
}
