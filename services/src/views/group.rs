//! A group as the `/api/v1/groups` family and the pages show it.

use model::{AccountId, MembershipId, MembershipState, Role};

use super::account::AccountView;
use crate::context::Ctx;
use crate::error::Result;

/// A group with what its printers need.
#[derive(Clone, Debug)]
pub struct GroupView {
    /// The account that the group is; `group` in it tells the kind where it is ours.
    pub account: AccountView,
    /// Members in force.
    pub members_count: i64,
    /// The first owner, where it is ours.
    pub owner: Option<AccountId>,
    /// How the viewer stands to it.
    pub viewer: Option<MembershipState>,
    /// The viewer's role.
    pub viewer_role: Option<Role>,
    /// Is the viewer banned?
    pub viewer_banned: bool,
}

/// A member with role.
#[derive(Clone, Debug)]
pub struct MembershipView {
    /// The row.
    pub id: MembershipId,
    /// Who.
    pub account: AccountView,
    /// As what.
    pub role: Role,
}

/// Loads groups in the order of `ids`; accounts that are no groups are left out.
///
/// # Errors
/// The database.
pub async fn load(
    ctx: &Ctx,
    viewer: Option<AccountId>,
    ids: Vec<AccountId>,
) -> Result<Vec<GroupView>> {
    todo!("{ctx:?} {viewer:?} {ids:?}")
}
