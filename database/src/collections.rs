//! The ids behind the collections that other servers read: answers to a status, and a whole thread. Not a
//! way around the gate: what they name is loaded through it.

use diesel::prelude::*;
use model::{StatusId, Visibility};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::statuses;

/// What stands in the collections of a status: everything that is open to all; where it is for the members of a
/// group, what is for them as well.
fn beside(visibility: Visibility) -> Vec<Visibility> {
    match visibility {
        Visibility::Members => vec![Visibility::Members],
        _ => vec![Visibility::Public, Visibility::Unlisted],
    }
}

/// The answers to a status with this audience that may stand beside it, oldest first, from after `above` on.
///
/// # Errors
/// The database.
pub fn replies(
    conn: &mut Conn,
    status: StatusId,
    visibility: Visibility,
    above: StatusId,
    limit: i64,
) -> Result<Vec<StatusId>> {
    Ok(both!(conn => statuses::table
        .filter(statuses::in_reply_to_id.eq(status))
        .filter(statuses::id.gt(above))
        .filter(statuses::deleted_at.is_null())
        .filter(statuses::visibility.eq_any(beside(visibility)))
        .order(statuses::id)
        .limit(limit)
        .select(statuses::id)
        .load(conn))?)
}

/// Those of a thread, its first one too, oldest first, from after `above` on.
///
/// # Errors
/// The database.
pub fn thread(
    conn: &mut Conn,
    root: StatusId,
    visibility: Visibility,
    above: StatusId,
    limit: i64,
) -> Result<Vec<StatusId>> {
    Ok(both!(conn => statuses::table
        .filter(statuses::root_id.eq(root))
        .filter(statuses::id.gt(above))
        .filter(statuses::reblog_of_id.is_null())
        .filter(statuses::deleted_at.is_null())
        .filter(statuses::visibility.eq_any(beside(visibility)))
        .order(statuses::id)
        .limit(limit)
        .select(statuses::id)
        .load(conn))?)
}

/// How many those are.
///
/// # Errors
/// The database.
pub fn thread_count(conn: &mut Conn, root: StatusId, visibility: Visibility) -> Result<i64> {
    Ok(both!(conn => statuses::table
        .filter(statuses::root_id.eq(root))
        .filter(statuses::reblog_of_id.is_null())
        .filter(statuses::deleted_at.is_null())
        .filter(statuses::visibility.eq_any(beside(visibility)))
        .count()
        .get_result(conn))?)
}
