//! Pins: what stands at the top of a profile.

use diesel::prelude::*;
use model::{AccountId, Millis, RowId, StatusId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::status_pins;

/// A row of `status_pins`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = status_pins, treat_none_as_default_value = false)]
pub struct StatusPin {
    /// Its id, by which it is ordered.
    pub id: RowId,
    /// Who.
    pub account_id: AccountId,
    /// What.
    pub status_id: StatusId,
    /// When.
    pub created_at: Millis,
}

/// Adds a pin; `false` where it is there already.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, row: &StatusPin) -> Result<bool> {
    let rows = both!(conn => diesel::insert_into(status_pins::table)
        .values(row)
        .on_conflict((status_pins::account_id, status_pins::status_id))
        .do_nothing()
        .execute(conn))?;
    Ok(rows > 0)
}

/// Removes a pin and answers the row that it had.
///
/// # Errors
/// The database.
pub fn delete(conn: &mut Conn, account: AccountId, status: StatusId) -> Result<Option<RowId>> {
    Ok(both!(conn => diesel::delete(status_pins::table
        .filter(status_pins::account_id.eq(account))
        .filter(status_pins::status_id.eq(status)))
        .returning(status_pins::id)
        .get_result(conn)
        .optional())?)
}

/// The pins of an account, the newest first.
///
/// # Errors
/// The database.
pub fn rows(conn: &mut Conn, account: AccountId) -> Result<Vec<StatusPin>> {
    Ok(both!(conn => status_pins::table
        .filter(status_pins::account_id.eq(account))
        .order(status_pins::id.desc())
        .select(StatusPin::as_select())
        .load(conn))?)
}

/// What an account pinned, the newest pin first.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, account: AccountId) -> Result<Vec<StatusId>> {
    Ok(both!(conn => status_pins::table
        .filter(status_pins::account_id.eq(account))
        .order(status_pins::id.desc())
        .select(status_pins::status_id)
        .load(conn))?)
}
