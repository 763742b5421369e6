//! Translations of posts that were made already.

use diesel::prelude::*;
use model::{Millis, StatusId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::translations;

/// The translation of this version of a post.
///
/// # Errors
/// The database.
pub fn find(
    conn: &mut Conn,
    status: StatusId,
    language: &str,
    version: Millis,
) -> Result<Option<String>> {
    Ok(both!(conn => translations::table
        .filter(translations::status_id.eq(status))
        .filter(translations::language.eq(language))
        .filter(translations::version.eq(version))
        .select(translations::body)
        .get_result(conn)
        .optional())?)
}

/// Keeps a translation, in place of that of an older version.
///
/// # Errors
/// The database.
pub fn put(
    conn: &mut Conn,
    status: StatusId,
    language: &str,
    version: Millis,
    body: &str,
    now: Millis,
) -> Result<()> {
    both!(conn => diesel::insert_into(translations::table)
        .values((
            translations::status_id.eq(status),
            translations::language.eq(language),
            translations::version.eq(version),
            translations::body.eq(body),
            translations::created_at.eq(now),
        ))
        .on_conflict((translations::status_id, translations::language))
        .do_update()
        .set((
            translations::version.eq(version),
            translations::body.eq(body),
            translations::created_at.eq(now),
        ))
        .execute(conn))?;
    Ok(())
}
