//! Codes of the first-run link: each makes the first owner, once.

use diesel::prelude::*;
use model::Millis;

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::setup_codes;

/// Adds a code, and throws away those that ran out.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, code_hash: &[u8], expires_at: Millis, now: Millis) -> Result<()> {
    both!(conn => diesel::delete(setup_codes::table.filter(setup_codes::expires_at.le(now)))
        .execute(conn))?;
    both!(conn => diesel::insert_into(setup_codes::table)
        .values((
            setup_codes::code_hash.eq(code_hash),
            setup_codes::expires_at.eq(expires_at),
        ))
        .execute(conn))?;
    Ok(())
}

/// Is there a code with this hash that has not run out?
///
/// # Errors
/// The database.
pub fn is_valid(conn: &mut Conn, code_hash: &[u8], now: Millis) -> Result<bool> {
    Ok(both!(conn => diesel::select(diesel::dsl::exists(
        setup_codes::table
            .find(code_hash)
            .filter(setup_codes::expires_at.gt(now))
    ))
    .get_result(conn))?)
}

/// Spends a code, and every other one with it; `false` where it is not valid.
///
/// # Errors
/// The database.
pub fn spend(conn: &mut Conn, code_hash: &[u8], now: Millis) -> Result<bool> {
    let rows = both!(conn => diesel::delete(setup_codes::table
        .find(code_hash)
        .filter(setup_codes::expires_at.gt(now)))
        .execute(conn))?;
    if rows > 0 {
        both!(conn => diesel::delete(setup_codes::table).execute(conn))?;
    }
    Ok(rows > 0)
}
