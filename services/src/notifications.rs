//! What someone is told: page through it, look at one, dismiss, clear.

use model::{AccountId, NotificationId, NotificationKind, Page, Paged};

use crate::context::Ctx;
use crate::error::Result;
use crate::views::account::Viewer;
use crate::views::notification::NotificationView;

/// Which notifications.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only these kinds; empty for all.
    pub types: Vec<NotificationKind>,
    /// Not these kinds.
    pub exclude_types: Vec<NotificationKind>,
    /// Only because of this account.
    pub account: Option<AccountId>,
}

/// Newest first.
///
/// # Errors
/// The database.
pub async fn page(
    ctx: &Ctx,
    viewer: &Viewer,
    filter: Filter,
    page: Page,
) -> Result<Paged<NotificationView>> {
    todo!("{ctx:?} {viewer:?} {filter:?} {page:?}")
}

/// One.
///
/// # Errors
/// `NotFound` where it is someone else's.
pub async fn one(ctx: &Ctx, viewer: &Viewer, id: NotificationId) -> Result<NotificationView> {
    todo!("{ctx:?} {viewer:?} {id:?}")
}

/// Removes one.
///
/// # Errors
/// `NotFound` where it is someone else's.
pub async fn dismiss(ctx: &Ctx, viewer: &Viewer, id: NotificationId) -> Result<()> {
    todo!("{ctx:?} {viewer:?} {id:?}")
}

/// Removes all.
///
/// # Errors
/// The database.
pub async fn clear(ctx: &Ctx, viewer: &Viewer) -> Result<()> {
    todo!("{ctx:?} {viewer:?}")
}

/// How many are newer than the viewer's marker, at most `limit`.
///
/// # Errors
/// The database.
pub async fn unread_count(ctx: &Ctx, viewer: &Viewer, limit: i64) -> Result<i64> {
    todo!("{ctx:?} {viewer:?} {limit:?}")
}
