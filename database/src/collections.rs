//! The ids behind the collections that other servers read: answers to a status, and a whole thread. Not a
//! way around the gate: what they name is loaded through it.

use diesel::prelude::*;
use model::{StatusId, Visibility};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::statuses;

/// What stands in collections: everything that is open to all.
const OPEN: [Visibility; 2] = [Visibility::Public, Visibility::Unlisted];

/// The open answers to a status, oldest first, from after `above` on.
///
/// # Errors
/// The database.
pub fn replies(
    conn: &mut Conn,
    status: StatusId,
    above: StatusId,
    limit: i64,
) -> Result<Vec<StatusId>> {
    Ok(both!(conn => statuses::table
        .filter(statuses::in_reply_to_id.eq(status))
        .filter(statuses::id.gt(above))
        .filter(statuses::deleted_at.is_null())
        .filter(statuses::visibility.eq_any(OPEN))
        .order(statuses::id)
        .limit(limit)
        .select(statuses::id)
        .load(conn))?)
}

/// The open statuses of a thread, its first one too, oldest first, from after `above` on.
///
/// # Errors
/// The database.
pub fn thread(
    conn: &mut Conn,
    root: StatusId,
    above: StatusId,
    limit: i64,
) -> Result<Vec<StatusId>> {
    Ok(both!(conn => statuses::table
        .filter(statuses::root_id.eq(root))
        .filter(statuses::id.gt(above))
        .filter(statuses::reblog_of_id.is_null())
        .filter(statuses::deleted_at.is_null())
        .filter(statuses::visibility.eq_any(OPEN))
        .order(statuses::id)
        .limit(limit)
        .select(statuses::id)
        .load(conn))?)
}

/// How many open statuses a thread has.
///
/// # Errors
/// The database.
pub fn thread_count(conn: &mut Conn, root: StatusId) -> Result<i64> {
    Ok(both!(conn => statuses::table
        .filter(statuses::root_id.eq(root))
        .filter(statuses::reblog_of_id.is_null())
        .filter(statuses::deleted_at.is_null())
        .filter(statuses::visibility.eq_any(OPEN))
        .count()
        .get_result(conn))?)
}
