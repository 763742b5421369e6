//! Secrets of this server that outlive a restart.

use diesel::prelude::*;

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::server_keys;

/// The secret of this name; `fresh` becomes it where there is none yet.
///
/// # Errors
/// The database.
pub fn get_or_put(conn: &mut Conn, name: &str, fresh: &[u8]) -> Result<Vec<u8>> {
    both!(conn => diesel::insert_into(server_keys::table)
        .values((server_keys::name.eq(name), server_keys::value.eq(fresh)))
        .on_conflict(server_keys::name)
        .do_nothing()
        .execute(conn))?;
    Ok(both!(conn => server_keys::table
        .find(name)
        .select(server_keys::value)
        .get_result(conn))?)
}
