//! Words and links that a group wants to look at, or refuses.

use diesel::prelude::*;
use model::{AccountId, GroupRuleId, GroupWordAct, GroupWordKind, Millis, RowId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::group_words;

/// A row of `group_words`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = group_words, treat_none_as_default_value = false)]
pub struct GroupWord {
    /// Its id.
    pub id: RowId,
    /// Whose.
    pub group_id: AccountId,
    /// What is looked for.
    pub kind: GroupWordKind,
    /// The words; of a link the domain.
    pub phrase: String,
    /// What becomes of a post in which it is found.
    pub act: GroupWordAct,
    /// The rule that a refused author is told.
    pub rule_id: Option<GroupRuleId>,
    /// When it was written.
    pub created_at: Millis,
}

/// Those of a group, in their order.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, group: AccountId) -> Result<Vec<GroupWord>> {
    Ok(both!(conn => group_words::table
        .filter(group_words::group_id.eq(group))
        .order(group_words::id)
        .select(GroupWord::as_select())
        .load(conn))?)
}

/// Writes the list anew.
///
/// # Errors
/// The database.
pub fn replace(conn: &mut Conn, group: AccountId, rows: &[GroupWord]) -> Result<()> {
    both!(conn => diesel::delete(group_words::table.filter(group_words::group_id.eq(group)))
        .execute(conn))?;
    if !rows.is_empty() {
        both!(conn => diesel::insert_into(group_words::table).values(rows).execute(conn))?;
    }
    Ok(())
}
