//! The rules that a group gave itself, in their order.

use diesel::prelude::*;
use model::{AccountId, GroupRuleId, Millis};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::group_rules;
use crate::sql::one_of;

/// A row of `group_rules`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = group_rules, treat_none_as_default_value = false)]
pub struct GroupRule {
    /// Its id.
    pub id: GroupRuleId,
    /// Of which group.
    pub group_id: AccountId,
    /// Its place in the list, from 1.
    pub position: i64,
    /// In one sentence.
    pub text: String,
    /// More about it; empty for none.
    pub hint: String,
    /// Both in other languages: `{"id": {"text": "..", "hint": ".."}}`.
    pub translations: serde_json::Value,
    /// When it was written.
    pub created_at: Millis,
}

/// The rules of a group in their order.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, group: AccountId) -> Result<Vec<GroupRule>> {
    of_all(conn, &[group])
}

/// The rules of these groups, each group's in their order.
///
/// # Errors
/// The database.
pub fn of_all(conn: &mut Conn, groups: &[AccountId]) -> Result<Vec<GroupRule>> {
    if groups.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => group_rules::table
        .filter(one_of("group_rules.group_id", groups))
        .order((group_rules::group_id, group_rules::position))
        .select(GroupRule::as_select())
        .load(conn))?)
}

/// Writes all rules of a group anew.
///
/// # Errors
/// The database.
pub fn replace(conn: &mut Conn, group: AccountId, rules: &[GroupRule]) -> Result<()> {
    both!(conn => diesel::delete(group_rules::table.filter(group_rules::group_id.eq(group)))
        .execute(conn))?;
    for rule in rules {
        both!(conn => diesel::insert_into(group_rules::table).values(rule).execute(conn))?;
    }
    Ok(())
}
