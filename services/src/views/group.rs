//! A group as the `/api/v1/groups` family and the pages show it.

use std::collections::{HashMap, HashSet};

use database::{Conn, group_bans, memberships};
use model::{AccountId, MembershipId, MembershipState, Millis, Role};

use super::account::{self, AccountView};
use crate::context::Ctx;
use crate::error::{Error, Result};

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
    let now = ctx.now();
    ctx.db
        .read(move |conn| load_in(conn, viewer, &ids, now))
        .await
}

/// As [`load`], for a caller that holds a connection already.
///
/// # Errors
/// The database.
pub fn load_in(
    conn: &mut Conn,
    viewer: Option<AccountId>,
    ids: &[AccountId],
    now: Millis,
) -> Result<Vec<GroupView>> {
    let counts: HashMap<_, _> = memberships::counts(conn, ids)?.into_iter().collect();
    let mut owners: HashMap<AccountId, AccountId> = HashMap::new();
    for (group, owner) in memberships::owners(conn, ids)? {
        owners.entry(group).or_insert(owner);
    }
    let (mut own, mut banned) = (HashMap::new(), HashSet::new());
    if let Some(viewer) = viewer {
        own = memberships::of(conn, viewer, ids)?
            .into_iter()
            .map(|row| (row.group_id, row))
            .collect();
        banned = group_bans::of(conn, viewer, ids, now)?
            .into_iter()
            .collect();
    }
    Ok(account::load_in(conn, ids)?
        .into_iter()
        .filter(|view| view.account.is_group())
        .filter(|view| {
            view.group
                .as_ref()
                .is_none_or(|row| row.closed_at.is_none())
        })
        .map(|view| {
            let id = view.account.id;
            let row = own.get(&id);
            GroupView {
                // What is known of a group elsewhere is how many follow it.
                members_count: if view.account.is_local() {
                    counts.get(&id).copied().unwrap_or(0)
                } else {
                    view.account.followers_count
                },
                owner: owners.get(&id).copied().filter(|_| view.account.is_local()),
                viewer: row.map(|row| row.state),
                viewer_role: row.filter(|row| row.is_member()).map(|row| row.role),
                viewer_banned: banned.contains(&id),
                account: view,
            }
        })
        .collect())
}

/// One group.
///
/// # Errors
/// `NotFound` where the account is none.
pub fn one_in(
    conn: &mut Conn,
    viewer: Option<AccountId>,
    id: AccountId,
    now: Millis,
) -> Result<GroupView> {
    load_in(conn, viewer, &[id], now)?
        .pop()
        .ok_or(Error::NotFound)
}
