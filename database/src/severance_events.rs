//! Follows that ended because a server or an account was blocked: what is told of it.

use diesel::prelude::*;
use model::{AccountId, Millis, SeveranceId, SeveranceKind};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::severance_events;
use crate::sql::one_of;

/// A row of `severance_events`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = severance_events, treat_none_as_default_value = false)]
pub struct SeveranceEvent {
    /// Its id.
    pub id: SeveranceId,
    /// Who lost follows.
    pub account_id: AccountId,
    /// Why.
    pub kind: SeveranceKind,
    /// The domain, or the handle, that was blocked.
    pub target_name: String,
    /// So many followers.
    pub followers_count: i64,
    /// So many followed.
    pub following_count: i64,
    /// When.
    pub created_at: Millis,
}

/// Adds one.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, event: &SeveranceEvent) -> Result<()> {
    both!(conn => diesel::insert_into(severance_events::table).values(event).execute(conn))?;
    Ok(())
}

/// Those of these that are this person's.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, account: AccountId, ids: &[SeveranceId]) -> Result<Vec<SeveranceEvent>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => severance_events::table
        .filter(severance_events::account_id.eq(account))
        .filter(one_of("severance_events.id", ids))
        .select(SeveranceEvent::as_select())
        .load(conn))?)
}
