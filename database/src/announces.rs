//! The addresses of what groups announced, in each of the two forms, kept for the `Undo`.

use diesel::prelude::*;
use model::{AccountId, Millis, StatusId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::announces;

/// In which form a group announced a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i16)]
pub enum Form {
    /// `Announce{the activity}` (FEP-1b12).
    Activity = 1,
    /// `Announce{id of the post}`, which Mastodon understands.
    Post = 2,
}

/// Keeps the address of an Announce.
///
/// # Errors
/// The database.
pub fn keep(
    conn: &mut Conn,
    uri: &str,
    group: AccountId,
    status: StatusId,
    form: Form,
    now: Millis,
) -> Result<()> {
    both!(conn => diesel::insert_into(announces::table)
        .values((
            announces::uri.eq(uri),
            announces::group_id.eq(group),
            announces::status_id.eq(status),
            announces::form.eq(form as i16),
            announces::created_at.eq(now),
        ))
        .on_conflict(announces::uri)
        .do_nothing()
        .execute(conn))?;
    Ok(())
}

/// The addresses under which a group announced a status in this form.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, group: AccountId, status: StatusId, form: Form) -> Result<Vec<String>> {
    Ok(both!(conn => announces::table
        .filter(announces::status_id.eq(status))
        .filter(announces::group_id.eq(group))
        .filter(announces::form.eq(form as i16))
        .order(announces::created_at)
        .select(announces::uri)
        .load(conn))?)
}
