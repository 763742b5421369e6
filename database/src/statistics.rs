//! Totals of the place, for the documents that describe it.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use model::{AccountKind, Millis};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::{accounts, instances, users};
use crate::sql::Sql;

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

/// What happened in a span of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Public statuses written here.
    pub statuses: i64,
    /// People who wrote them.
    pub active: i64,
    /// People who joined.
    pub joined: i64,
}

/// What happened here from one moment to another. Ids tell their time, so that the index of public
/// statuses of this place is enough.
///
/// # Errors
/// The database.
pub fn between(conn: &mut Conn, from: Millis, to: Millis) -> Result<Counts> {
    let text = "SELECT count(*), count(DISTINCT s.account_id) FROM statuses s WHERE s.local \
         AND s.visibility = 0 AND s.reblog_of_id IS NULL AND s.deleted_at IS NULL \
         AND s.id >= :above AND s.id < :below";
    let sql = Sql::<(BigInt, BigInt)>::new(text)
        .number("above", from.0 << 16)
        .number("below", to.0 << 16);
    let (statuses, active) = both!(conn => sql.get_result(conn))?;
    let joined = both!(conn => users::table
        .filter(users::created_at.ge(from))
        .filter(users::created_at.lt(to))
        .count()
        .get_result(conn))?;
    Ok(Counts {
        statuses,
        active,
        joined,
    })
}

/// How many other servers are known.
///
/// # Errors
/// The database.
pub fn domains(conn: &mut Conn) -> Result<i64> {
    Ok(both!(conn => instances::table.count().get_result(conn))?)
}
