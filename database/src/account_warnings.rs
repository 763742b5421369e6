//! What people were told when the staff did something about their account.

use diesel::prelude::*;
use model::{AccountId, Millis, ReportId, WarningAction, WarningId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::account_warnings;
use crate::sql::one_of;

/// A row of `account_warnings`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = account_warnings, treat_none_as_default_value = false)]
pub struct AccountWarning {
    /// Its id.
    pub id: WarningId,
    /// Who did it.
    pub account_id: AccountId,
    /// To whom.
    pub target_account_id: AccountId,
    /// Because of which report.
    pub report_id: Option<ReportId>,
    /// What.
    pub action: WarningAction,
    /// In the moderator's words.
    pub text: String,
    /// Which statuses it is about, as strings.
    pub status_ids: serde_json::Value,
    /// When.
    pub created_at: Millis,
}

/// Adds one.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, warning: &AccountWarning) -> Result<()> {
    both!(conn => diesel::insert_into(account_warnings::table).values(warning).execute(conn))?;
    Ok(())
}

/// Those with these ids, in no order.
///
/// # Errors
/// The database.
pub fn by_ids(conn: &mut Conn, ids: &[WarningId]) -> Result<Vec<AccountWarning>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => account_warnings::table
        .filter(one_of("account_warnings.id", ids))
        .select(AccountWarning::as_select())
        .load(conn))?)
}

/// What this account was told, newest first.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, target: AccountId, limit: i64) -> Result<Vec<AccountWarning>> {
    Ok(both!(conn => account_warnings::table
        .filter(account_warnings::target_account_id.eq(target))
        .order(account_warnings::id.desc())
        .limit(limit)
        .select(AccountWarning::as_select())
        .load(conn))?)
}
