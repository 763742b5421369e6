//! Posts that wait for a moderator of the group to which they are to go.

use diesel::prelude::*;
use model::{AccountId, HeldFor, InboxId, Millis, StatusId, Visibility};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::{held_statuses, statuses};
use crate::statuses::Status;

/// A row of `held_statuses`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = held_statuses, treat_none_as_default_value = false)]
pub struct HeldStatus {
    /// Which.
    pub status_id: StatusId,
    /// For which group.
    pub group_id: AccountId,
    /// The audience that it gets when it is let through.
    pub visibility: Visibility,
    /// Why it waits.
    pub reason: HeldFor,
    /// The activity that it came with, where it came from elsewhere.
    pub inbox_id: Option<InboxId>,
    /// Since when.
    pub created_at: Millis,
    /// The word or link that made it wait; empty where another reason did.
    pub word: String,
}

/// Lets a post wait.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, row: &HeldStatus) -> Result<()> {
    both!(conn => diesel::insert_into(held_statuses::table).values(row).execute(conn))?;
    Ok(())
}

/// Remembers with which activity a post came that waits; `false` where it does not wait.
///
/// # Errors
/// The database.
pub fn came_with(conn: &mut Conn, status: StatusId, inbox: InboxId) -> Result<bool> {
    let rows = both!(conn => diesel::update(held_statuses::table.find(status))
        .set(held_statuses::inbox_id.eq(inbox))
        .execute(conn))?;
    Ok(rows > 0)
}

/// Does it wait, for whichever group?
///
/// # Errors
/// The database.
pub fn waits(conn: &mut Conn, status: StatusId) -> Result<bool> {
    Ok(
        both!(conn => diesel::select(diesel::dsl::exists(held_statuses::table.find(status)))
        .get_result(conn))?,
    )
}

/// What is known of a post that waits for this group.
///
/// # Errors
/// The database.
pub fn find(conn: &mut Conn, group: AccountId, status: StatusId) -> Result<Option<HeldStatus>> {
    Ok(both!(conn => held_statuses::table
        .find(status)
        .filter(held_statuses::group_id.eq(group))
        .select(HeldStatus::as_select())
        .get_result(conn)
        .optional())?)
}

/// It waits no more; `false` where it did not.
///
/// # Errors
/// The database.
pub fn delete(conn: &mut Conn, status: StatusId) -> Result<bool> {
    let rows = both!(conn => diesel::delete(held_statuses::table.find(status)).execute(conn))?;
    Ok(rows > 0)
}

/// What waits for this group, oldest first.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, group: AccountId, limit: i64) -> Result<Vec<(HeldStatus, Status)>> {
    Ok(both!(conn => held_statuses::table
        .inner_join(statuses::table.on(statuses::id.eq(held_statuses::status_id)))
        .filter(held_statuses::group_id.eq(group))
        .filter(statuses::deleted_at.is_null())
        .order(held_statuses::status_id)
        .limit(limit)
        .select((HeldStatus::as_select(), Status::as_select()))
        .load(conn))?)
}
