//! For whom statuses were written: what may be told of one by what answers it, and what its author may still open.

use diesel::prelude::*;
use model::{AccountId, StatusId, Visibility};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::statuses;
use crate::sql::one_of;
use crate::statuses::Status;

/// Where these are and for whom: what is told of a post by what answers it.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, ids: &[StatusId]) -> Result<Vec<(StatusId, String, Visibility)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => statuses::table
        .filter(one_of("statuses.id", ids))
        .select((statuses::id, statuses::uri, statuses::visibility))
        .load(conn))?)
}

/// What someone wrote in a group that stands in it and only members read, the oldest first.
///
/// # Errors
/// The database.
pub fn closed_of(
    conn: &mut Conn,
    group: AccountId,
    author: AccountId,
    limit: i64,
) -> Result<Vec<Status>> {
    Ok(both!(conn => statuses::table
        .filter(statuses::account_id.eq(author))
        .filter(statuses::group_id.eq(group))
        .filter(statuses::visibility.eq(Visibility::Members))
        .filter(statuses::removed_at.is_null())
        .filter(statuses::deleted_at.is_null())
        .order(statuses::id)
        .limit(limit)
        .select(Status::as_select())
        .load(conn))?)
}
