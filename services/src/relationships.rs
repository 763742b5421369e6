//! Follow, unfollow, accept, reject, block, mute; callers here and elsewhere go through the same rules.
//!
//! Through these functions `follow` on a group joins it and `unfollow` leaves it.

use model::{AccountId, Millis, Page, Paged};

use crate::context::Ctx;
use crate::error::Result;
use crate::views::account::{AccountView, RelationshipView, Viewer};

/// Wishes that go with a follow; `None` leaves what was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FollowWish {
    /// Boosts too?
    pub reblogs: Option<bool>,
    /// A notification for each post?
    pub notify: Option<bool>,
}

/// Follows, or asks to; a group is joined.
///
/// # Errors
/// `NotFound`; `Forbidden` for oneself, for who blocks, for a group from which one is banned.
pub async fn follow(
    ctx: &Ctx,
    viewer: &Viewer,
    target: AccountId,
    wish: FollowWish,
) -> Result<RelationshipView> {
    todo!("{ctx:?} {viewer:?} {target:?} {wish:?}")
}

/// Follows a group without joining it (pages only).
///
/// # Errors
/// As [`follow`].
pub async fn follow_only(
    ctx: &Ctx,
    viewer: &Viewer,
    target: AccountId,
) -> Result<RelationshipView> {
    todo!("{ctx:?} {viewer:?} {target:?}")
}

/// Stops following, or takes the request back; a group is left.
///
/// # Errors
/// `NotFound`; `Forbidden` for the last owner of a group.
pub async fn unfollow(ctx: &Ctx, viewer: &Viewer, target: AccountId) -> Result<RelationshipView> {
    todo!("{ctx:?} {viewer:?} {target:?}")
}

/// Blocks: both follows end, notifications go. As a group: a ban.
///
/// # Errors
/// `NotFound`, `Forbidden` for oneself.
pub async fn block(ctx: &Ctx, viewer: &Viewer, target: AccountId) -> Result<RelationshipView> {
    todo!("{ctx:?} {viewer:?} {target:?}")
}

/// Lifts a block.
///
/// # Errors
/// `NotFound`.
pub async fn unblock(ctx: &Ctx, viewer: &Viewer, target: AccountId) -> Result<RelationshipView> {
    todo!("{ctx:?} {viewer:?} {target:?}")
}

/// Mutes, until `ends_at` where given.
///
/// # Errors
/// `NotFound`, `Forbidden` for oneself.
pub async fn mute(
    ctx: &Ctx,
    viewer: &Viewer,
    target: AccountId,
    notifications: bool,
    ends_at: Option<Millis>,
) -> Result<RelationshipView> {
    todo!("{ctx:?} {viewer:?} {target:?} {notifications:?} {ends_at:?}")
}

/// Lifts a mute.
///
/// # Errors
/// `NotFound`.
pub async fn unmute(ctx: &Ctx, viewer: &Viewer, target: AccountId) -> Result<RelationshipView> {
    todo!("{ctx:?} {viewer:?} {target:?}")
}

/// Ends someone's follow of oneself.
///
/// # Errors
/// `NotFound`.
pub async fn remove_follower(
    ctx: &Ctx,
    viewer: &Viewer,
    follower: AccountId,
) -> Result<RelationshipView> {
    todo!("{ctx:?} {viewer:?} {follower:?}")
}

/// Who asks to follow (a group: to join); cursors are rows of follows.
///
/// # Errors
/// The database.
pub async fn follow_requests(ctx: &Ctx, viewer: &Viewer, page: Page) -> Result<Paged<AccountView>> {
    todo!("{ctx:?} {viewer:?} {page:?}")
}

/// Agrees to a request.
///
/// # Errors
/// `NotFound` where nobody of that id asks.
pub async fn authorize(ctx: &Ctx, viewer: &Viewer, from: AccountId) -> Result<RelationshipView> {
    todo!("{ctx:?} {viewer:?} {from:?}")
}

/// Refuses a request.
///
/// # Errors
/// `NotFound` where nobody of that id asks.
pub async fn reject(ctx: &Ctx, viewer: &Viewer, from: AccountId) -> Result<RelationshipView> {
    todo!("{ctx:?} {viewer:?} {from:?}")
}

/// Whom one blocks; cursors are rows of blocks.
///
/// # Errors
/// The database.
pub async fn blocks(ctx: &Ctx, viewer: &Viewer, page: Page) -> Result<Paged<AccountView>> {
    todo!("{ctx:?} {viewer:?} {page:?}")
}

/// Whom one mutes; cursors are rows of mutes.
///
/// # Errors
/// The database.
pub async fn mutes(ctx: &Ctx, viewer: &Viewer, page: Page) -> Result<Paged<AccountView>> {
    todo!("{ctx:?} {viewer:?} {page:?}")
}

/// Someone elsewhere follows someone (or joins a group) here. The answer (Accept or Reject) is an event.
///
/// # Errors
/// The database.
pub async fn receive_follow(
    ctx: &Ctx,
    from: AccountId,
    target: AccountId,
    follow_uri: &str,
) -> Result<()> {
    todo!("{ctx:?} {from:?} {target:?} {follow_uri}")
}

/// Someone elsewhere stops following, or takes a request back.
///
/// # Errors
/// The database.
pub async fn receive_unfollow(ctx: &Ctx, from: AccountId, target: AccountId) -> Result<()> {
    todo!("{ctx:?} {from:?} {target:?}")
}

/// Someone elsewhere (`by`) answers a follow that `follower` here has asked for. An answer to what was
/// never asked changes nothing; a later Reject ends a follow in force. For a group elsewhere the
/// membership goes along.
///
/// # Errors
/// The database.
pub async fn receive_answer(
    ctx: &Ctx,
    by: AccountId,
    follower: AccountId,
    accepted: bool,
) -> Result<()> {
    todo!("{ctx:?} {by:?} {follower:?} {accepted:?}")
}

/// Someone elsewhere blocks someone here, or lifts it.
///
/// # Errors
/// The database.
pub async fn receive_block(
    ctx: &Ctx,
    by: AccountId,
    target: AccountId,
    block_uri: &str,
    lifted: bool,
) -> Result<()> {
    todo!("{ctx:?} {by:?} {target:?} {block_uri} {lifted:?}")
}
