//! How often strangers knock at a group, in slots of ten minutes, and when its moderators were told of a wave.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use model::{AccountId, Millis};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::{group_knocks, group_waves};
use crate::sql::Sql;

/// Counts one.
///
/// # Errors
/// The database.
pub fn count(conn: &mut Conn, group: AccountId, slot: i64) -> Result<()> {
    both!(conn => diesel::insert_into(group_knocks::table)
        .values((
            group_knocks::group_id.eq(group),
            group_knocks::slot.eq(slot),
            group_knocks::count.eq(1_i64),
        ))
        .on_conflict((group_knocks::group_id, group_knocks::slot))
        .do_update()
        .set(group_knocks::count.eq(group_knocks::count + 1))
        .execute(conn))?;
    Ok(())
}

/// How many from this slot on, up to the one before `until`.
///
/// # Errors
/// The database.
pub fn between(conn: &mut Conn, group: AccountId, from: i64, until: i64) -> Result<i64> {
    let text = "SELECT CAST(COALESCE(SUM(count), 0) AS BIGINT) FROM group_knocks \
         WHERE group_id = :group AND slot >= :from AND slot < :until";
    let sql = Sql::<BigInt>::new(text)
        .id("group", group)
        .number("from", from)
        .number("until", until);
    Ok(both!(conn => sql.get_result(conn))?)
}

/// Forgets what lies before this slot.
///
/// # Errors
/// The database.
pub fn forget(conn: &mut Conn, group: AccountId, before: i64) -> Result<()> {
    both!(conn => diesel::delete(group_knocks::table
        .filter(group_knocks::group_id.eq(group))
        .filter(group_knocks::slot.lt(before)))
        .execute(conn))?;
    Ok(())
}

/// When the moderators were last told of a wave.
///
/// # Errors
/// The database.
pub fn told_at(conn: &mut Conn, group: AccountId) -> Result<Option<Millis>> {
    Ok(both!(conn => group_waves::table
        .find(group)
        .select(group_waves::told_at)
        .get_result(conn)
        .optional())?)
}

/// They are told now.
///
/// # Errors
/// The database.
pub fn tell(conn: &mut Conn, group: AccountId, now: Millis) -> Result<()> {
    both!(conn => diesel::insert_into(group_waves::table)
        .values((group_waves::group_id.eq(group), group_waves::told_at.eq(now)))
        .on_conflict(group_waves::group_id)
        .do_update()
        .set(group_waves::told_at.eq(now))
        .execute(conn))?;
    Ok(())
}
