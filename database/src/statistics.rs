//! Totals of the place, for the documents that describe it.

use diesel::prelude::*;
use model::{AccountKind, Millis};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::{accounts, instances, users};

/// How many people are here.
///
/// # Errors
/// The database.
pub fn users(conn: &mut Conn) -> Result<i64> {
    Ok(both!(conn => users::table.count().get_result(conn))?)
}

/// How many people here have posted since then.
///
/// # Errors
/// The database.
pub fn active_since(conn: &mut Conn, since: Millis) -> Result<i64> {
    Ok(both!(conn => accounts::table
        .filter(accounts::domain.eq(""))
        .filter(accounts::kind.ne(AccountKind::Group))
        .filter(accounts::last_status_at.ge(since))
        .count()
        .get_result(conn))?)
}

/// How many statuses people here have written: the sum of their counts, which costs less than counting.
///
/// # Errors
/// The database.
pub fn statuses(conn: &mut Conn) -> Result<i64> {
    // PostgreSQL sums BIGINT into NUMERIC; there are few accounts here, so they are summed above it.
    let counts: Vec<i64> = both!(conn => accounts::table
        .filter(accounts::domain.eq(""))
        .filter(accounts::kind.ne(AccountKind::Group))
        .select(accounts::statuses_count)
        .load(conn))?;
    Ok(counts.into_iter().fold(0, i64::saturating_add))
}

/// How many other servers are known.
///
/// # Errors
/// The database.
pub fn domains(conn: &mut Conn) -> Result<i64> {
    Ok(both!(conn => instances::table.count().get_result(conn))?)
}
