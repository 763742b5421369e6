//! Copies of what lies on other servers: which we have, how big they are, when they were last looked at.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};
use model::Millis;

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::{media_attachments, remote_files};

/// A row of `remote_files`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = remote_files, treat_none_as_default_value = false)]
pub struct RemoteFile {
    /// The address, as a keyed hash.
    pub key: String,
    /// The server that it lies on.
    pub host: String,
    /// Our copy; empty while it could not be had.
    pub file: String,
    /// The small one; empty for none.
    pub preview: String,
    /// Both together.
    pub bytes: i64,
    /// Failures in a row.
    pub failures: i32,
    /// When to try again.
    pub retry_at: Millis,
    /// When someone last looked.
    pub used_at: Millis,
    /// When it came.
    pub created_at: Millis,
}

/// How much is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// How many copies.
    pub files: i64,
    /// Their bytes.
    pub bytes: i64,
}

/// The copy with this key.
///
/// # Errors
/// The database.
pub fn find(conn: &mut Conn, key: &str) -> Result<Option<RemoteFile>> {
    Ok(both!(conn => remote_files::table
        .find(key)
        .select(RemoteFile::as_select())
        .get_result(conn)
        .optional())?)
}

/// Stores a copy or a failure, over what was known before.
///
/// # Errors
/// The database.
pub fn put(conn: &mut Conn, row: &RemoteFile) -> Result<()> {
    both!(conn => diesel::insert_into(remote_files::table)
        .values(row)
        .on_conflict(remote_files::key)
        .do_update()
        .set(row)
        .execute(conn))?;
    Ok(())
}

/// Someone looked at it.
///
/// # Errors
/// The database.
pub fn touch(conn: &mut Conn, key: &str, now: Millis) -> Result<()> {
    both!(conn => diesel::update(remote_files::table.find(key))
        .set(remote_files::used_at.eq(now))
        .execute(conn))?;
    Ok(())
}

/// How many copies there are and how big they are.
///
/// # Errors
/// The database.
pub fn usage(conn: &mut Conn) -> Result<Usage> {
    let files = both!(conn => remote_files::table
        .filter(remote_files::file.ne(""))
        .count()
        .get_result(conn))?;
    let bytes: Option<i64> = both!(conn => remote_files::table
        .filter(remote_files::file.ne(""))
        .select(sql::<Nullable<BigInt>>("CAST(SUM(bytes) AS BIGINT)"))
        .get_result(conn))?;
    Ok(Usage {
        files,
        bytes: bytes.unwrap_or_default(),
    })
}

/// The copies that nobody has looked at for longest.
///
/// # Errors
/// The database.
pub fn oldest(conn: &mut Conn, limit: i64) -> Result<Vec<RemoteFile>> {
    Ok(both!(conn => remote_files::table
        .filter(remote_files::file.ne(""))
        .order(remote_files::used_at)
        .limit(limit)
        .select(RemoteFile::as_select())
        .load(conn))?)
}

/// All that lies on this server.
///
/// # Errors
/// The database.
pub fn of_host(conn: &mut Conn, host: &str, limit: i64) -> Result<Vec<RemoteFile>> {
    Ok(both!(conn => remote_files::table
        .filter(remote_files::host.eq(host))
        .limit(limit)
        .select(RemoteFile::as_select())
        .load(conn))?)
}

/// Failures that may be forgotten, at most `limit`.
///
/// # Errors
/// The database.
pub fn forget_failures(conn: &mut Conn, before: Millis) -> Result<usize> {
    Ok(both!(conn => diesel::delete(remote_files::table
        .filter(remote_files::file.eq(""))
        .filter(remote_files::retry_at.lt(before)))
        .execute(conn))?)
}

/// Removes rows; the files are someone else's business.
///
/// # Errors
/// The database.
pub fn delete(conn: &mut Conn, keys: &[String]) -> Result<()> {
    for key in keys {
        both!(conn => diesel::delete(remote_files::table.find(key)).execute(conn))?;
    }
    Ok(())
}

/// Is this address part of any post?
///
/// # Errors
/// The database.
pub fn is_attached(conn: &mut Conn, url: &str) -> Result<bool> {
    let found: Option<model::MediaId> = both!(conn => media_attachments::table
        .filter(media_attachments::remote_url.eq(url))
        .filter(media_attachments::remote_url.ne(""))
        .select(media_attachments::id)
        .first(conn)
        .optional())?;
    Ok(found.is_some())
}
