//! The groups that the server's staff shows first.

use diesel::prelude::*;
use model::{AccountId, Millis};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::featured_groups;

/// Shows a group first, behind those that were chosen before; `false` where it was there.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, group: AccountId, now: Millis) -> Result<bool> {
    let new = both!(conn => diesel::insert_into(featured_groups::table)
        .values((
            featured_groups::group_id.eq(group),
            featured_groups::created_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(new > 0)
}

/// Shows a group first no more; `false` where it was not.
///
/// # Errors
/// The database.
pub fn delete(conn: &mut Conn, group: AccountId) -> Result<bool> {
    let gone = both!(conn => diesel::delete(featured_groups::table.find(group)).execute(conn))?;
    Ok(gone > 0)
}

/// How many are shown first.
///
/// # Errors
/// The database.
pub fn count(conn: &mut Conn) -> Result<i64> {
    Ok(both!(conn => featured_groups::table.count().get_result(conn))?)
}

/// Is this one shown first?
///
/// # Errors
/// The database.
pub fn has(conn: &mut Conn, group: AccountId) -> Result<bool> {
    Ok(
        both!(conn => diesel::select(diesel::dsl::exists(featured_groups::table.find(group)))
        .get_result(conn))?,
    )
}
