//! Flairs: which tag of its group stands on a thread.

use diesel::prelude::*;
use model::{AccountId, StatusId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::status_flairs;
use crate::sql::one_of;

/// A row of `status_flairs`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Identifiable, Insertable)]
#[diesel(table_name = status_flairs, primary_key(status_id), treat_none_as_default_value = false)]
pub struct StatusFlair {
    /// The first post of the thread.
    pub status_id: StatusId,
    /// In which group.
    pub group_id: AccountId,
    /// In the words of the group at that time.
    pub name: String,
}

/// Puts a flair on a new thread.
///
/// # Errors
/// The database.
pub fn put(conn: &mut Conn, row: &StatusFlair) -> Result<()> {
    both!(conn => diesel::insert_into(status_flairs::table).values(row).execute(conn))?;
    Ok(())
}

/// The flairs of those of these that have one.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, ids: &[StatusId]) -> Result<Vec<StatusFlair>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => status_flairs::table
        .filter(one_of("status_flairs.status_id", ids))
        .select(StatusFlair::as_select())
        .load(conn))?)
}
