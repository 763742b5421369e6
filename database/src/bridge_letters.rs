//! The letters of a private group to members on servers that keep nothing private: which member heard of which post.
//! What a letter says stands nowhere but in the post.

use diesel::prelude::*;
use model::{AccountId, BridgeLetterId, MembershipState, Millis, StatusId};

use crate::conn::{Conn, both};
use crate::deliveries::Target;
use crate::error::Result;
use crate::instances::Instance;
use crate::schema::{
    accounts, bridge_letters, group_servers, instances, memberships, remote_actors, statuses,
};

/// A row of `bridge_letters`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = bridge_letters, treat_none_as_default_value = false)]
pub struct BridgeLetter {
    /// Its id.
    pub id: BridgeLetterId,
    /// Who wrote it.
    pub group_id: AccountId,
    /// The post that it tells of.
    pub status_id: StatusId,
    /// Who got it.
    pub account_id: AccountId,
    /// When.
    pub created_at: Millis,
}

/// Writes one down; `false` where they heard of the post already.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, row: &BridgeLetter) -> Result<bool> {
    let rows = both!(conn => diesel::insert_into(bridge_letters::table)
        .values(row)
        .on_conflict((bridge_letters::status_id, bridge_letters::account_id))
        .do_nothing()
        .execute(conn))?;
    Ok(rows > 0)
}

/// The letter with this id.
///
/// # Errors
/// The database.
pub fn find(conn: &mut Conn, id: BridgeLetterId) -> Result<Option<BridgeLetter>> {
    Ok(both!(conn => bridge_letters::table
        .find(id)
        .select(BridgeLetter::as_select())
        .get_result(conn)
        .optional())?)
}

/// The letters about a post.
///
/// # Errors
/// The database.
pub fn about(conn: &mut Conn, status: StatusId) -> Result<Vec<BridgeLetter>> {
    Ok(both!(conn => bridge_letters::table
        .filter(bridge_letters::status_id.eq(status))
        .order(bridge_letters::id)
        .select(BridgeLetter::as_select())
        .load(conn))?)
}

/// The letters of a group to someone, the newest first; at most so many.
///
/// # Errors
/// The database.
pub fn to(
    conn: &mut Conn,
    group: AccountId,
    account: AccountId,
    limit: i64,
) -> Result<Vec<BridgeLetter>> {
    Ok(both!(conn => bridge_letters::table
        .filter(bridge_letters::group_id.eq(group))
        .filter(bridge_letters::account_id.eq(account))
        .order(bridge_letters::id.desc())
        .limit(limit)
        .select(BridgeLetter::as_select())
        .load(conn))?)
}

/// The letters about what this account wrote or, of a group, those that it wrote itself, the newest first; at most so
/// many.
///
/// # Errors
/// The database.
pub fn of_who_is_gone(
    conn: &mut Conn,
    account: AccountId,
    limit: i64,
) -> Result<Vec<BridgeLetter>> {
    Ok(both!(conn => bridge_letters::table
        .inner_join(statuses::table.on(statuses::id.eq(bridge_letters::status_id)))
        .filter(statuses::account_id.eq(account).or(bridge_letters::group_id.eq(account)))
        .order(bridge_letters::id.desc())
        .limit(limit)
        .select(BridgeLetter::as_select())
        .load(conn))?)
}

/// Forgets a letter.
///
/// # Errors
/// The database.
pub fn delete(conn: &mut Conn, id: BridgeLetterId) -> Result<()> {
    both!(conn => diesel::delete(bridge_letters::table.find(id)).execute(conn))?;
    Ok(())
}

/// A member on a server of the group's list, and where letters reach them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addressee {
    /// Who.
    pub account: AccountId,
    /// Their server.
    pub server: Instance,
    /// Their inbox there.
    pub inbox: String,
}

impl Addressee {
    /// Where a letter to them is sent.
    #[must_use]
    pub fn target(&self) -> Target {
        Target {
            inbox: self.inbox.clone(),
            instance: self.server.id,
            software: self.server.runs().to_owned(),
        }
    }
}

/// Members in force of this group whose servers stand on its list; of `only` one of them.
///
/// # Errors
/// The database.
pub fn addressees(
    conn: &mut Conn,
    group: AccountId,
    only: Option<AccountId>,
) -> Result<Vec<Addressee>> {
    // An account has one membership in a group, so that of one person there is one row.
    let from = only.unwrap_or(AccountId(i64::MIN));
    let until = only.unwrap_or(AccountId(i64::MAX));
    let rows: Vec<(AccountId, Instance, String)> = both!(conn => memberships::table
        .inner_join(remote_actors::table.on(remote_actors::account_id.eq(memberships::account_id)))
        .inner_join(instances::table.on(instances::id.eq(remote_actors::instance_id)))
        .inner_join(group_servers::table.on(group_servers::domain
            .eq(instances::domain)
            .and(group_servers::group_id.eq(memberships::group_id))))
        .inner_join(accounts::table.on(accounts::id.eq(memberships::account_id)))
        .filter(memberships::group_id.eq(group))
        .filter(memberships::state.eq(MembershipState::Member))
        .filter(memberships::account_id.between(from, until))
        .filter(accounts::suspended_at.is_null())
        .order(memberships::id)
        .select((memberships::account_id, Instance::as_select(), remote_actors::delivery_inbox))
        .load(conn))?;
    Ok(rows
        .into_iter()
        .map(|(account, server, inbox)| Addressee {
            account,
            server,
            inbox,
        })
        .collect())
}
