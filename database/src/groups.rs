//! Groups of this server: their own settings. What everyone sees of one is its account.

use diesel::prelude::*;
use model::{AccountId, GroupKind, Millis};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::groups;
use crate::sql::one_of;

/// A row of `groups`. Groups elsewhere are accounts only.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = groups, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Group {
    /// The account that the group is.
    pub account_id: AccountId,
    /// Who may join.
    pub kind: GroupKind,
    /// May anyone see the list of members?
    pub members_shown: bool,
    /// Are likes passed on to other group servers?
    pub shares_votes: bool,
    /// Who founded it.
    pub created_by: Option<AccountId>,
    /// When.
    pub created_at: Millis,
}

/// The group with this id, where it is one of this server.
///
/// # Errors
/// The database.
pub fn find(conn: &mut Conn, group: AccountId) -> Result<Option<Group>> {
    Ok(both!(conn => groups::table
        .find(group)
        .select(Group::as_select())
        .get_result(conn)
        .optional())?)
}

/// Those of these accounts that are groups of this server.
///
/// # Errors
/// The database.
pub fn by_ids(conn: &mut Conn, ids: &[AccountId]) -> Result<Vec<Group>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => groups::table
        .filter(one_of("groups.account_id", ids))
        .select(Group::as_select())
        .load(conn))?)
}

/// Holds everyone else off from what must be decided one after the other in a group (its log, its last
/// owner) until the transaction ends.
///
/// # Errors
/// The database.
pub fn lock(conn: &mut Conn, group: AccountId) -> Result<()> {
    conn.hold(group.0)
}

/// Adds a group.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, group: &Group) -> Result<()> {
    both!(conn => diesel::insert_into(groups::table).values(group).execute(conn))?;
    Ok(())
}

/// Opens or closes the door.
///
/// # Errors
/// The database.
pub fn set_kind(conn: &mut Conn, group: AccountId, kind: GroupKind) -> Result<()> {
    both!(conn => diesel::update(groups::table.find(group))
        .set(groups::kind.eq(kind))
        .execute(conn))?;
    Ok(())
}
