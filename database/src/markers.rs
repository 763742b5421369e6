//! Where someone stopped reading.

use diesel::prelude::*;
use model::{AccountId, Millis};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::markers;

/// A row of `markers`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = markers)]
pub struct Marker {
    /// Which timeline.
    pub timeline: String,
    /// The last entry read.
    pub last_read_id: i64,
    /// Counts up with each change.
    pub version: i64,
    /// When.
    pub updated_at: Millis,
}

/// Those of these timelines that someone has set.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, account: AccountId, timelines: &[String]) -> Result<Vec<Marker>> {
    Ok(both!(conn => markers::table
        .filter(markers::account_id.eq(account))
        .filter(markers::timeline.eq_any(timelines))
        .order(markers::timeline)
        .select(Marker::as_select())
        .load(conn))?)
}

/// Sets one.
///
/// # Errors
/// The database.
pub fn put(
    conn: &mut Conn,
    account: AccountId,
    timeline: &str,
    last_read_id: i64,
    now: Millis,
) -> Result<()> {
    both!(conn => diesel::insert_into(markers::table)
        .values((
            markers::account_id.eq(account),
            markers::timeline.eq(timeline),
            markers::last_read_id.eq(last_read_id),
            markers::version.eq(1_i64),
            markers::updated_at.eq(now),
        ))
        .on_conflict((markers::account_id, markers::timeline))
        .do_update()
        .set((
            markers::last_read_id.eq(last_read_id),
            markers::version.eq(markers::version + 1),
            markers::updated_at.eq(now),
        ))
        .execute(conn))?;
    Ok(())
}
