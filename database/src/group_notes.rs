//! What the moderators of a group note down about someone, for each other. Nobody else asks this table.

use diesel::prelude::*;
use model::{AccountId, MembershipState, Millis, RowId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::{group_notes, memberships};

/// A row of `group_notes`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = group_notes, treat_none_as_default_value = false)]
pub struct GroupNote {
    /// Its id.
    pub id: RowId,
    /// Whose moderators read it.
    pub group_id: AccountId,
    /// About whom.
    pub account_id: AccountId,
    /// Who wrote it.
    pub author_id: AccountId,
    /// What is noted.
    pub body: String,
    /// When.
    pub created_at: Millis,
}

/// Those about someone, the newest first.
///
/// # Errors
/// The database.
pub fn about(conn: &mut Conn, group: AccountId, account: AccountId) -> Result<Vec<GroupNote>> {
    Ok(both!(conn => group_notes::table
        .filter(group_notes::group_id.eq(group))
        .filter(group_notes::account_id.eq(account))
        .order(group_notes::id.desc())
        .select(GroupNote::as_select())
        .load(conn))?)
}

/// Those of these people about whom something is noted.
///
/// # Errors
/// The database.
pub fn known(
    conn: &mut Conn,
    group: AccountId,
    accounts: &[AccountId],
) -> Result<Vec<(AccountId, i64)>> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => group_notes::table
        .filter(group_notes::group_id.eq(group))
        .filter(group_notes::account_id.eq_any(accounts))
        .group_by(group_notes::account_id)
        .select((group_notes::account_id, diesel::dsl::count_star()))
        .load(conn))?)
}

/// Adds one.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, row: &GroupNote) -> Result<()> {
    both!(conn => diesel::insert_into(group_notes::table).values(row).execute(conn))?;
    Ok(())
}

/// Removes one; `false` where nothing of that id is noted about this person in this group.
///
/// # Errors
/// The database.
pub fn delete(conn: &mut Conn, group: AccountId, account: AccountId, id: RowId) -> Result<bool> {
    let gone = both!(conn => diesel::delete(group_notes::table.find(id))
        .filter(group_notes::group_id.eq(group))
        .filter(group_notes::account_id.eq(account))
        .execute(conn))?;
    Ok(gone > 0)
}

/// Removes what was noted about people before this time who have had nothing to do with the group since; answers
/// how much.
///
/// # Errors
/// The database.
pub fn forget(conn: &mut Conn, before: Millis) -> Result<usize> {
    Ok(both!(conn => diesel::delete(group_notes::table
        .filter(group_notes::created_at.lt(before))
        .filter(diesel::dsl::not(diesel::dsl::exists(memberships::table
            .filter(memberships::group_id.eq(group_notes::group_id))
            .filter(memberships::account_id.eq(group_notes::account_id))
            .filter(memberships::state.ne(MembershipState::Left)
                .or(memberships::updated_at.ge(before)))))))
        .execute(conn))?)
}
