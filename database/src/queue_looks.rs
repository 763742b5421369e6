//! When a moderator last looked at the requests of a group.

use diesel::prelude::*;
use model::{AccountId, Millis};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::queue_looks;

/// When; long ago where nobody ever did.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, group: AccountId) -> Result<Millis> {
    let found: Option<Millis> = both!(conn => queue_looks::table
        .find(group)
        .select(queue_looks::looked_at)
        .get_result(conn)
        .optional())?;
    Ok(found.unwrap_or(Millis(0)))
}

/// Somebody looks now.
///
/// # Errors
/// The database.
pub fn put(conn: &mut Conn, group: AccountId, now: Millis) -> Result<()> {
    both!(conn => diesel::insert_into(queue_looks::table)
        .values((queue_looks::group_id.eq(group), queue_looks::looked_at.eq(now)))
        .on_conflict(queue_looks::group_id)
        .do_update()
        .set(queue_looks::looked_at.eq(now))
        .execute(conn))?;
    Ok(())
}
