//! Which servers elsewhere have to do with a private group: those on its own list, and those on which its
//! members live.

use diesel::prelude::*;
use model::{AccountId, InstanceId, MembershipState, Millis};

use crate::conn::{Conn, both};
use crate::deliveries::Target;
use crate::error::Result;
use crate::instances::Instance;
use crate::schema::{accounts, group_servers, instances, memberships, remote_actors};

/// A row of `group_servers`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = group_servers, treat_none_as_default_value = false)]
pub struct GroupServer {
    /// The group.
    pub group_id: AccountId,
    /// Canonical, with a port where it is not the default.
    pub domain: String,
    /// Who put it there.
    pub added_by: Option<AccountId>,
    /// When.
    pub created_at: Millis,
}

/// The list of a group, by name.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, group: AccountId) -> Result<Vec<GroupServer>> {
    Ok(both!(conn => group_servers::table
        .filter(group_servers::group_id.eq(group))
        .order(group_servers::domain)
        .select(GroupServer::as_select())
        .load(conn))?)
}

/// Does this server stand on the list?
///
/// # Errors
/// The database.
pub fn has(conn: &mut Conn, group: AccountId, domain: &str) -> Result<bool> {
    Ok(both!(conn => diesel::select(diesel::dsl::exists(
        group_servers::table.find((group, domain))
    ))
    .get_result(conn))?)
}

/// Puts a server on the list; `false` where it stands there.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, row: &GroupServer) -> Result<bool> {
    let rows = both!(conn => diesel::insert_into(group_servers::table)
        .values(row)
        .on_conflict((group_servers::group_id, group_servers::domain))
        .do_nothing()
        .execute(conn))?;
    Ok(rows > 0)
}

/// Takes a server from the list; `false` where it does not stand there.
///
/// # Errors
/// The database.
pub fn delete(conn: &mut Conn, group: AccountId, domain: &str) -> Result<bool> {
    let rows = both!(conn => diesel::delete(group_servers::table.find((group, domain)))
        .execute(conn))?;
    Ok(rows > 0)
}

/// Where an account elsewhere lives: the server whose keys sign for it. `None` for accounts of this server.
///
/// # Errors
/// The database.
pub fn home(conn: &mut Conn, account: AccountId) -> Result<Option<Instance>> {
    Ok(both!(conn => instances::table
        .inner_join(remote_actors::table.on(remote_actors::instance_id.eq(instances::id)))
        .filter(remote_actors::account_id.eq(account))
        .select(Instance::as_select())
        .get_result(conn)
        .optional())?)
}

/// People of this server who are members in force of this group, and were not sent away; at most so many.
///
/// # Errors
/// The database.
pub fn members_on(
    conn: &mut Conn,
    group: AccountId,
    server: InstanceId,
    limit: i64,
) -> Result<Vec<AccountId>> {
    Ok(both!(conn => memberships::table
        .inner_join(remote_actors::table.on(remote_actors::account_id.eq(memberships::account_id)))
        .inner_join(accounts::table.on(accounts::id.eq(memberships::account_id)))
        .filter(memberships::group_id.eq(group))
        .filter(memberships::state.eq(MembershipState::Member))
        .filter(remote_actors::instance_id.eq(server))
        .filter(accounts::suspended_at.is_null())
        .order(memberships::id)
        .limit(limit)
        .select(memberships::account_id)
        .load(conn))?)
}

/// People of other servers who are members of this group, or ask to be, with their servers.
///
/// # Errors
/// The database.
pub fn people(conn: &mut Conn, group: AccountId) -> Result<Vec<(AccountId, Instance)>> {
    Ok(both!(conn => memberships::table
        .inner_join(remote_actors::table.on(remote_actors::account_id.eq(memberships::account_id)))
        .inner_join(instances::table.on(instances::id.eq(remote_actors::instance_id)))
        .filter(memberships::group_id.eq(group))
        .filter(memberships::state.ne(MembershipState::Left))
        .order(memberships::id)
        .select((memberships::account_id, Instance::as_select()))
        .load(conn))?)
}

/// The inboxes of the servers on which members in force of this group live, each once.
///
/// # Errors
/// The database.
pub fn targets(conn: &mut Conn, group: AccountId) -> Result<Vec<(Target, Instance)>> {
    let rows: Vec<(String, Instance)> = both!(conn => memberships::table
        .inner_join(remote_actors::table.on(remote_actors::account_id.eq(memberships::account_id)))
        .inner_join(instances::table.on(instances::id.eq(remote_actors::instance_id)))
        .inner_join(accounts::table.on(accounts::id.eq(memberships::account_id)))
        .filter(memberships::group_id.eq(group))
        .filter(memberships::state.eq(MembershipState::Member))
        .filter(accounts::suspended_at.is_null())
        .select((remote_actors::delivery_inbox, Instance::as_select()))
        .distinct()
        .load(conn))?;
    Ok(rows
        .into_iter()
        .map(|(inbox, server)| {
            let target = Target {
                inbox,
                instance: server.id,
                software: server.runs().to_owned(),
            };
            (target, server)
        })
        .collect())
}
