//! What someone is told: page through it, look at one, dismiss, clear. `tell` writes it, `groups` shows it in
//! groups, `policy` and `requests` are about what strangers send.

pub mod groups;
pub mod policy;
pub mod requests;
pub mod tell;
#[cfg(test)]
mod tests;

use database::notifications::{self, Wanted};
use model::{AccountId, NotificationId, NotificationKind, Page, Paged};

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
    /// Also what the policy held back.
    pub include_filtered: bool,
}

impl Filter {
    fn wanted(self) -> Wanted {
        Wanted {
            kinds: self.types,
            not_kinds: self.exclude_types,
            from: self.account,
            include_filtered: self.include_filtered,
        }
    }
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
    let wanted = filter.wanted();
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

/// How many of these are newer than the viewer's marker, at most `limit`.
///
/// # Errors
/// The database.
pub async fn unread_count(ctx: &Ctx, viewer: &Viewer, filter: Filter, limit: i64) -> Result<i64> {
    let me = viewer.id();
    let wanted = filter.wanted();
    ctx.db
        .read(move |conn| {
            let page = Page {
                since_id: notifications::last_read(conn, me)?,
                ..Page::first(limit.clamp(1, 1000))
            };
            let rows = notifications::page(conn, me, &wanted, &page)?;
            Ok(i64::try_from(rows.len()).unwrap_or(limit))
        })
        .await
}
