//! Answers that the moderators of a group keep ready for those who report.

use diesel::prelude::*;
use model::{AccountId, Millis, RowId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::canned_answers;

/// A row of `canned_answers`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = canned_answers, treat_none_as_default_value = false)]
pub struct CannedAnswer {
    /// Its id.
    pub id: RowId,
    /// Whose moderators give it.
    pub group_id: AccountId,
    /// What moderators call it.
    pub title: String,
    /// What is said.
    pub body: String,
    /// When it was written.
    pub created_at: Millis,
}

/// Those of a group, the oldest first.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, group: AccountId) -> Result<Vec<CannedAnswer>> {
    Ok(both!(conn => canned_answers::table
        .filter(canned_answers::group_id.eq(group))
        .order(canned_answers::id)
        .select(CannedAnswer::as_select())
        .load(conn))?)
}

/// Adds one.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, row: &CannedAnswer) -> Result<()> {
    both!(conn => diesel::insert_into(canned_answers::table).values(row).execute(conn))?;
    Ok(())
}

/// Changes one; `false` where this group has no such one.
///
/// # Errors
/// The database.
pub fn set(conn: &mut Conn, group: AccountId, id: RowId, title: &str, body: &str) -> Result<bool> {
    let changed = both!(conn => diesel::update(canned_answers::table.find(id))
        .filter(canned_answers::group_id.eq(group))
        .set((canned_answers::title.eq(title), canned_answers::body.eq(body)))
        .execute(conn))?;
    Ok(changed > 0)
}

/// Removes one; `false` where this group has no such one.
///
/// # Errors
/// The database.
pub fn delete(conn: &mut Conn, group: AccountId, id: RowId) -> Result<bool> {
    let gone = both!(conn => diesel::delete(canned_answers::table.find(id))
        .filter(canned_answers::group_id.eq(group))
        .execute(conn))?;
    Ok(gone > 0)
}
