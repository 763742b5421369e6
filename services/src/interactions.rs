//! Favourite, boost, bookmark, pin, mute a thread, and the undo of each; for people here and elsewhere.
//!
//! All are idempotent: doing twice is doing once. Everything goes through the gate first.

use model::{AccountId, Page, Paged, StatusId, Visibility};

use crate::context::Ctx;
use crate::error::Result;
use crate::views::account::Viewer;
use crate::views::status::StatusView;

macro_rules! marks {
    ($( $(#[$doc:meta])* $name:ident; )+) => { $(
        $(#[$doc])*
        ///
        /// # Errors
        /// `NotFound` through the gate; `Forbidden` or `Invalid` where the rule says no.
        pub async fn $name(ctx: &Ctx, viewer: &Viewer, id: StatusId) -> Result<StatusView> {
            todo!("{ctx:?} {viewer:?} {id:?}")
        }
    )+ };
}

marks! {
    /// Likes a status.
    favourite;
    /// Takes a like back.
    unfavourite;
    /// Takes a boost back; answers the original.
    unboost;
    /// Keeps a status for later.
    bookmark;
    /// Forgets a bookmark.
    unbookmark;
    /// Puts a status of one's own at the top of the profile (at most five).
    pin;
    /// Takes it from there.
    unpin;
    /// No more notifications from this thread.
    mute_thread;
    /// Notifications again.
    unmute_thread;
}

/// Boosts a public or unlisted status (one's own followers-only status too); answers the boost.
///
/// # Errors
/// `NotFound` through the gate; `Invalid` for a status that may not be boosted.
pub async fn boost(
    ctx: &Ctx,
    viewer: &Viewer,
    id: StatusId,
    visibility: Option<Visibility>,
) -> Result<StatusView> {
    todo!("{ctx:?} {viewer:?} {id:?} {visibility:?}")
}

/// One's favourites, newest first; cursors are rows of the favourites.
///
/// # Errors
/// The database.
pub async fn favourites(ctx: &Ctx, viewer: &Viewer, page: Page) -> Result<Paged<StatusView>> {
    todo!("{ctx:?} {viewer:?} {page:?}")
}

/// One's bookmarks, newest first; cursors are rows of the bookmarks.
///
/// # Errors
/// The database.
pub async fn bookmarks(ctx: &Ctx, viewer: &Viewer, page: Page) -> Result<Paged<StatusView>> {
    todo!("{ctx:?} {viewer:?} {page:?}")
}

/// Someone elsewhere likes a status that is known here and that they may see. Dropped silently otherwise.
///
/// # Errors
/// The database.
pub async fn receive_like(
    ctx: &Ctx,
    account: AccountId,
    status_uri: &str,
    like_uri: &str,
) -> Result<()> {
    todo!("{ctx:?} {account:?} {status_uri} {like_uri}")
}

/// Someone elsewhere takes a like back.
///
/// # Errors
/// The database.
pub async fn receive_unlike(ctx: &Ctx, account: AccountId, status_uri: &str) -> Result<()> {
    todo!("{ctx:?} {account:?} {status_uri}")
}

/// Someone elsewhere (a person, or a group) boosts a status that is stored here.
///
/// # Errors
/// The database.
pub async fn receive_boost(
    ctx: &Ctx,
    account: AccountId,
    status: StatusId,
    announce_uri: &str,
    visibility: Visibility,
    published: Option<model::Millis>,
) -> Result<()> {
    todo!("{ctx:?} {account:?} {status:?} {announce_uri} {visibility:?} {published:?}")
}

/// Someone elsewhere takes a boost back: by the address of the Announce, or of what was boosted.
///
/// # Errors
/// The database.
pub async fn receive_unboost(ctx: &Ctx, account: AccountId, uri: &str) -> Result<()> {
    todo!("{ctx:?} {account:?} {uri}")
}
