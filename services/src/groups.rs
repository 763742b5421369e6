//! Groups of this server: create, join, leave, the queue, removal of posts, bans. Each moderating act is
//! recorded as a `ModerationAction` with the human behind it.

use model::{AccountId, GroupKind, InboxId, Page, Paged, Role, StatusId};

use crate::context::Ctx;
use crate::error::Result;
use crate::views::account::{AccountView, Viewer};
use crate::views::group::{GroupView, MembershipView};

/// A new group.
#[derive(Clone, Debug, Default)]
pub struct NewGroup {
    /// The name in its handle; empty: made from the title.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// What it is for, as typed.
    pub note: String,
    /// Open unless said otherwise.
    pub kind: Option<GroupKind>,
    /// Bytes of a picture.
    pub avatar: Option<Vec<u8>>,
    /// Bytes of a picture.
    pub header: Option<Vec<u8>>,
}

/// Founds a group: account, keys, settings, the founder as owner and follower, in one transaction.
///
/// # Errors
/// `Invalid` with a problem per field (name taken by a person or group, reserved..).
pub async fn create(ctx: &Ctx, founder: &Viewer, new: NewGroup) -> Result<GroupView> {
    todo!("{ctx:?} {founder:?} {new:?}")
}

/// Groups here and elsewhere of which the viewer is a member.
///
/// # Errors
/// The database.
pub async fn joined(ctx: &Ctx, viewer: &Viewer) -> Result<Vec<GroupView>> {
    todo!("{ctx:?} {viewer:?}")
}

/// The groups of this server that may be listed, those with the newest post first; for the front page.
///
/// # Errors
/// The database.
pub async fn listed(ctx: &Ctx, viewer: Option<&Viewer>, limit: i64) -> Result<Vec<GroupView>> {
    todo!("{ctx:?} {viewer:?} {limit}")
}

/// One group.
///
/// # Errors
/// `NotFound` where the account is none.
pub async fn show(ctx: &Ctx, viewer: Option<&Viewer>, group: AccountId) -> Result<GroupView> {
    todo!("{ctx:?} {viewer:?} {group:?}")
}

/// Joins (and follows), or asks to.
///
/// # Errors
/// As `relationships::follow`.
pub async fn join(ctx: &Ctx, viewer: &Viewer, group: AccountId) -> Result<GroupView> {
    todo!("{ctx:?} {viewer:?} {group:?}")
}

/// Leaves (and unfollows), or takes the request back.
///
/// # Errors
/// `Forbidden` for the last owner.
pub async fn leave(ctx: &Ctx, viewer: &Viewer, group: AccountId) -> Result<GroupView> {
    todo!("{ctx:?} {viewer:?} {group:?}")
}

/// Members; entries for moderators or where the group shows them, else the moderators alone.
///
/// # Errors
/// `NotFound`.
pub async fn memberships(
    ctx: &Ctx,
    viewer: Option<&Viewer>,
    group: AccountId,
    role: Option<Role>,
    page: Page,
) -> Result<Paged<MembershipView>> {
    todo!("{ctx:?} {viewer:?} {group:?} {role:?} {page:?}")
}

/// Who waits for approval; for moderators.
///
/// # Errors
/// `Forbidden` for others.
pub async fn membership_requests(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    page: Page,
) -> Result<Paged<AccountView>> {
    todo!("{ctx:?} {viewer:?} {group:?} {page:?}")
}

/// Lets someone in who waits.
///
/// # Errors
/// `Forbidden` for who is no moderator, `NotFound` where nobody of that id waits.
pub async fn authorize(ctx: &Ctx, viewer: &Viewer, group: AccountId, who: AccountId) -> Result<()> {
    todo!("{ctx:?} {viewer:?} {group:?} {who:?}")
}

/// Refuses someone who waits.
///
/// # Errors
/// As [`authorize`].
pub async fn reject(ctx: &Ctx, viewer: &Viewer, group: AccountId, who: AccountId) -> Result<()> {
    todo!("{ctx:?} {viewer:?} {group:?} {who:?}")
}

/// Takes a thread or comment out of the group: the boost is undone, it leaves lists and pages of the
/// group. The status itself stays its author's.
///
/// # Errors
/// `Forbidden` for who is no moderator, `NotFound` for a status that is not in the group.
pub async fn remove_status(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    status: StatusId,
    reason: &str,
) -> Result<()> {
    todo!("{ctx:?} {viewer:?} {group:?} {status:?} {reason}")
}

/// Who is banned; for moderators.
///
/// # Errors
/// `Forbidden` for others.
pub async fn bans(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    page: Page,
) -> Result<Paged<AccountView>> {
    todo!("{ctx:?} {viewer:?} {group:?} {page:?}")
}

/// Bans: membership and follow end, nothing of theirs gets in any more. Owners and moderators cannot be banned
/// (they are demoted first).
///
/// # Errors
/// `Forbidden` for who is no moderator or against a moderator, `NotFound`.
pub async fn ban(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    who: AccountId,
    reason: &str,
) -> Result<()> {
    todo!("{ctx:?} {viewer:?} {group:?} {who:?} {reason}")
}

/// Lifts a ban.
///
/// # Errors
/// As [`ban`].
pub async fn unban(ctx: &Ctx, viewer: &Viewer, group: AccountId, who: AccountId) -> Result<()> {
    todo!("{ctx:?} {viewer:?} {group:?} {who:?}")
}

/// Ends a membership without a ban.
///
/// # Errors
/// As [`ban`].
pub async fn kick(ctx: &Ctx, viewer: &Viewer, group: AccountId, who: AccountId) -> Result<()> {
    todo!("{ctx:?} {viewer:?} {group:?} {who:?}")
}

/// Is this account a member in force of this group, and not banned? For the inbox.
///
/// # Errors
/// The database.
pub async fn is_member(ctx: &Ctx, group: AccountId, who: AccountId) -> Result<bool> {
    todo!("{ctx:?} {group:?} {who:?}")
}

/// A group of ours passes on an activity that a member sent: recorded as an event, sent byte for byte.
///
/// # Errors
/// The database.
pub async fn relay(ctx: &Ctx, group: AccountId, inbox: InboxId) -> Result<()> {
    todo!("{ctx:?} {group:?} {inbox:?}")
}
