//! An account with what its printers need, and how the viewer stands to it.

use std::sync::Arc;

use database::accounts::Account;
use database::groups::Group;
use database::users::User;
use model::AccountId;

use crate::context::Ctx;
use crate::error::Result;

/// An account ready to print.
#[derive(Clone, Debug)]
pub struct AccountView {
    /// The row.
    pub account: Account,
    /// Where it is a group of this server.
    pub group: Option<Group>,
}

/// How one account stands to another, seen from the first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RelationshipView {
    /// To whom.
    pub id: AccountId,
    /// Follow in force.
    pub following: bool,
    /// Boosts shown.
    pub showing_reblogs: bool,
    /// Told of each post.
    pub notifying: bool,
    /// Followed by.
    pub followed_by: bool,
    /// Blocked by the viewer.
    pub blocking: bool,
    /// The viewer is blocked.
    pub blocked_by: bool,
    /// Muted.
    pub muting: bool,
    /// With notifications.
    pub muting_notifications: bool,
    /// When the mute ends.
    pub muting_expires_at: Option<model::Millis>,
    /// Asked to follow, not answered.
    pub requested: bool,
    /// Was asked by.
    pub requested_by: bool,
    /// For groups: a member.
    pub group_member: bool,
    /// For groups: with this role.
    pub group_role: Option<model::Role>,
}

/// Who is looking. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// The account that looks: a person, or a group whose moderator acts for it.
    pub account: Arc<Account>,
    /// The human behind it (the same, but when acting for a group).
    pub human: Arc<Account>,
    /// The human's account on this server.
    pub user: Arc<User>,
}

impl Viewer {
    /// The id of the account that looks.
    #[must_use]
    pub fn id(&self) -> AccountId {
        self.account.id
    }
}

/// Loads accounts in the order of `ids`; what does not exist is left out.
///
/// # Errors
/// The database.
pub async fn load(ctx: &Ctx, ids: Vec<AccountId>) -> Result<Vec<AccountView>> {
    todo!("{ctx:?} {ids:?}")
}

/// One account.
///
/// # Errors
/// `NotFound`.
pub async fn one(ctx: &Ctx, id: AccountId) -> Result<AccountView> {
    todo!("{ctx:?} {id:?}")
}

/// How `viewer` stands to each of `ids`, in their order; unknown ids are left out.
///
/// # Errors
/// The database.
pub async fn relationships(
    ctx: &Ctx,
    viewer: AccountId,
    ids: Vec<AccountId>,
) -> Result<Vec<RelationshipView>> {
    todo!("{ctx:?} {viewer:?} {ids:?}")
}
