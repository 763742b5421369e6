//! The settings of the place, as rows of text.

use diesel::prelude::*;

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::settings;

/// Every setting that was ever set.
///
/// # Errors
/// The database.
pub fn all(conn: &mut Conn) -> Result<Vec<(String, String)>> {
    Ok(both!(conn => settings::table
        .order(settings::name)
        .select((settings::name, settings::value))
        .load(conn))?)
}

/// Sets one.
///
/// # Errors
/// The database.
pub fn put(conn: &mut Conn, name: &str, value: &str) -> Result<()> {
    both!(conn => diesel::insert_into(settings::table)
        .values((settings::name.eq(name), settings::value.eq(value)))
        .on_conflict(settings::name)
        .do_update()
        .set(settings::value.eq(value))
        .execute(conn))?;
    Ok(())
}
