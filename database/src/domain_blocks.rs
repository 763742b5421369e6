//! Servers with which this one has nothing to do.

use diesel::prelude::*;
use model::Millis;

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::domain_blocks;

/// Is one of these domains blocked?
///
/// # Errors
/// The database.
pub fn any(conn: &mut Conn, domains: &[String]) -> Result<bool> {
    Ok(both!(conn => diesel::select(diesel::dsl::exists(
        domain_blocks::table.filter(domain_blocks::domain.eq_any(domains))
    ))
    .get_result(conn))?)
}

/// Every blocked domain with the reason.
///
/// # Errors
/// The database.
pub fn all(conn: &mut Conn) -> Result<Vec<(String, String)>> {
    Ok(both!(conn => domain_blocks::table
        .order(domain_blocks::domain)
        .select((domain_blocks::domain, domain_blocks::reason))
        .load(conn))?)
}

/// Blocks a domain, or changes the reason.
///
/// # Errors
/// The database.
pub fn put(conn: &mut Conn, domain: &str, reason: &str, now: Millis) -> Result<()> {
    both!(conn => diesel::insert_into(domain_blocks::table)
        .values((
            domain_blocks::domain.eq(domain),
            domain_blocks::reason.eq(reason),
            domain_blocks::created_at.eq(now),
        ))
        .on_conflict(domain_blocks::domain)
        .do_update()
        .set(domain_blocks::reason.eq(reason))
        .execute(conn))?;
    Ok(())
}

/// Lifts a block; `false` where there is none.
///
/// # Errors
/// The database.
pub fn delete(conn: &mut Conn, domain: &str) -> Result<bool> {
    let rows = both!(conn => diesel::delete(domain_blocks::table.find(domain)).execute(conn))?;
    Ok(rows > 0)
}
