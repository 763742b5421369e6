//! Mutes: whom someone does not want to hear, for good or until a time.

use diesel::prelude::*;
use model::{AccountId, Millis, MuteId, Page};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::paging::page_of;
use crate::schema::mutes;
use crate::sql::one_of;

/// A row of `mutes`.
#[derive(
    Clone, Debug, PartialEq, Eq, Queryable, Selectable, Identifiable, Insertable, AsChangeset,
)]
#[diesel(table_name = mutes, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Mute {
    /// Its id: the cursor of the list of mutes.
    pub id: MuteId,
    /// Who.
    pub account_id: AccountId,
    /// Whom.
    pub target_id: AccountId,
    /// Their notifications too?
    pub hide_notifications: bool,
    /// Until when; `None` for good.
    pub ends_at: Option<Millis>,
    /// When.
    pub created_at: Millis,
}

/// The mutes of these by `account` that are in force.
///
/// # Errors
/// The database.
pub fn of(
    conn: &mut Conn,
    account: AccountId,
    targets: &[AccountId],
    now: Millis,
) -> Result<Vec<Mute>> {
    if targets.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => mutes::table
        .filter(mutes::account_id.eq(account))
        .filter(one_of("mutes.target_id", targets))
        .filter(mutes::ends_at.is_null().or(mutes::ends_at.gt(now)))
        .select(Mute::as_select())
        .load(conn))?)
}

/// Sets a mute, or changes the one that stands.
///
/// # Errors
/// The database.
pub fn put(conn: &mut Conn, mute: &Mute) -> Result<()> {
    both!(conn => diesel::insert_into(mutes::table)
        .values(mute)
        .on_conflict((mutes::account_id, mutes::target_id))
        .do_update()
        .set((
            mutes::hide_notifications.eq(mute.hide_notifications),
            mutes::ends_at.eq(mute.ends_at),
        ))
        .execute(conn))?;
    Ok(())
}

/// Lifts a mute.
///
/// # Errors
/// The database.
pub fn delete(conn: &mut Conn, account: AccountId, target: AccountId) -> Result<()> {
    both!(conn => diesel::delete(mutes::table
        .filter(mutes::account_id.eq(account))
        .filter(mutes::target_id.eq(target)))
        .execute(conn))?;
    Ok(())
}

/// Whom `account` mutes now, newest first.
///
/// # Errors
/// The database.
pub fn page(
    conn: &mut Conn,
    account: AccountId,
    now: Millis,
    page: &Page,
) -> Result<Vec<(MuteId, AccountId)>> {
    Ok(both!(conn => page_of!(
        conn,
        Db,
        mutes::table
            .filter(mutes::account_id.eq(account))
            .filter(mutes::ends_at.is_null().or(mutes::ends_at.gt(now)))
            .select((mutes::id, mutes::target_id)),
        mutes::id,
        page
    ))?)
}
