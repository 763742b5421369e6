//! Files that no row points at: not yet, because an upload is on its way, or no more. Whoever makes a
//! row point at one takes it off this list in the same transaction.

use diesel::prelude::*;
use model::Millis;

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::loose_files;

/// Puts files on the list; one that stands there already stays as it is.
///
/// # Errors
/// The database.
pub fn add(conn: &mut Conn, files: &[String], now: Millis) -> Result<()> {
    for file in files.iter().filter(|file| !file.is_empty()) {
        both!(conn => diesel::insert_into(loose_files::table)
            .values((loose_files::file.eq(file), loose_files::since.eq(now)))
            .on_conflict(loose_files::file)
            .do_nothing()
            .execute(conn))?;
    }
    Ok(())
}

/// Takes files off the list: a row points at them now, or they are gone.
///
/// # Errors
/// The database.
pub fn drop(conn: &mut Conn, files: &[String]) -> Result<()> {
    for file in files.iter().filter(|file| !file.is_empty()) {
        both!(conn => diesel::delete(loose_files::table.find(file)).execute(conn))?;
    }
    Ok(())
}

/// At most `limit` of those that have been loose since before `before`.
///
/// # Errors
/// The database.
pub fn since(conn: &mut Conn, before: Millis, limit: i64) -> Result<Vec<String>> {
    Ok(both!(conn => loose_files::table
        .filter(loose_files::since.lt(before))
        .order(loose_files::since)
        .limit(limit)
        .select(loose_files::file)
        .load(conn))?)
}
