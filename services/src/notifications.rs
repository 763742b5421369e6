//! What someone is told: page through it, look at one, dismiss, clear.

use database::notifications::{self, Wanted};
use model::{AccountId, NotificationId, NotificationKind, Page, Paged};

pub mod tell;

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::views::account::Viewer;
use crate::views::notification::{NotificationView, load_in};

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
    let me = viewer.id();
    let wanted = Wanted {
        kinds: filter.types,
        not_kinds: filter.exclude_types,
        from: filter.account,
        include_filtered: false,
    };
    ctx.db
        .read(move |conn| {
            let rows = notifications::page(conn, me, &wanted, &page)?;
            let views = load_in(conn, me, &rows)?;
            let cursors = rows.iter().map(|row| (row.id.0, ())).collect();
            Ok(Paged::of(cursors, &page).with(views))
        })
        .await
}

/// One.
///
/// # Errors
/// `NotFound` where it is someone else's.
pub async fn one(ctx: &Ctx, viewer: &Viewer, id: NotificationId) -> Result<NotificationView> {
    let me = viewer.id();
    ctx.db
        .read(move |conn| {
            let row = notifications::get(conn, me, id)?;
            load_in(conn, me, &[row])?.pop().ok_or(Error::NotFound)
        })
        .await
}

/// Removes one.
///
/// # Errors
/// `NotFound` where it is someone else's.
pub async fn dismiss(ctx: &Ctx, viewer: &Viewer, id: NotificationId) -> Result<()> {
    let me = viewer.id();
    ctx.db
        .write(move |conn| {
            if notifications::delete(conn, me, id)? {
                Ok(())
            } else {
                Err(Error::NotFound)
            }
        })
        .await
}

/// Removes all.
///
/// # Errors
/// The database.
pub async fn clear(ctx: &Ctx, viewer: &Viewer) -> Result<()> {
    let me = viewer.id();
    ctx.db
        .write(move |conn| Ok(notifications::clear(conn, me)?))
        .await
}

/// How many are newer than the viewer's marker, at most `limit`.
///
/// # Errors
/// The database.
pub async fn unread_count(ctx: &Ctx, viewer: &Viewer, limit: i64) -> Result<i64> {
    let me = viewer.id();
    ctx.db
        .read(move |conn| Ok(notifications::unread(conn, me, limit.clamp(1, 1000))?))
        .await
}
