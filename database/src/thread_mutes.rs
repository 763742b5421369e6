//! Threads of which someone wants to hear no more.

use diesel::prelude::*;
use model::{AccountId, Millis, StatusId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::thread_mutes;

/// Mutes the thread with this root.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, account: AccountId, root: StatusId, now: Millis) -> Result<()> {
    both!(conn => diesel::insert_into(thread_mutes::table)
        .values((
            thread_mutes::account_id.eq(account),
            thread_mutes::root_id.eq(root),
            thread_mutes::created_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(())
}

/// Lifts the mute of a thread.
///
/// # Errors
/// The database.
pub fn delete(conn: &mut Conn, account: AccountId, root: StatusId) -> Result<()> {
    both!(conn => diesel::delete(thread_mutes::table.find((account, root))).execute(conn))?;
    Ok(())
}
