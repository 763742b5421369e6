//! Who may read and not write in which group, for good or until a time.

use diesel::prelude::*;
use model::{AccountId, Millis, Page, RowId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::paging::page_of;
use crate::schema::group_mutes;
use crate::sql::one_of;

/// A row of `group_mutes`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = group_mutes, treat_none_as_default_value = false)]
pub struct GroupMute {
    /// Its id.
    pub id: RowId,
    /// In which group.
    pub group_id: AccountId,
    /// Who.
    pub account_id: AccountId,
    /// Until when; `None` for good.
    pub ends_at: Option<Millis>,
    /// When.
    pub created_at: Millis,
}

/// Is this account muted in this group now?
///
/// # Errors
/// The database.
pub fn is_muted(
    conn: &mut Conn,
    group: AccountId,
    account: AccountId,
    now: Millis,
) -> Result<bool> {
    Ok(both!(conn => diesel::select(diesel::dsl::exists(
        group_mutes::table
            .filter(group_mutes::group_id.eq(group))
            .filter(group_mutes::account_id.eq(account))
            .filter(group_mutes::ends_at.is_null().or(group_mutes::ends_at.gt(now)))
    ))
    .get_result(conn))?)
}

/// Who is muted in a group now, newest first.
///
/// # Errors
/// The database.
pub fn all(conn: &mut Conn, group: AccountId, now: Millis) -> Result<Vec<GroupMute>> {
    Ok(both!(conn => group_mutes::table
        .filter(group_mutes::group_id.eq(group))
        .filter(group_mutes::ends_at.is_null().or(group_mutes::ends_at.gt(now)))
        .order(group_mutes::id.desc())
        .select(GroupMute::as_select())
        .load(conn))?)
}

/// Sets a mute. One that has run out is replaced; `false` where one is in force already.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, mute: &GroupMute) -> Result<bool> {
    both!(conn => diesel::delete(group_mutes::table
        .filter(group_mutes::group_id.eq(mute.group_id))
        .filter(group_mutes::account_id.eq(mute.account_id))
        .filter(group_mutes::ends_at.le(mute.created_at)))
        .execute(conn))?;
    let rows = both!(conn => diesel::insert_into(group_mutes::table)
        .values(mute)
        .on_conflict((group_mutes::group_id, group_mutes::account_id))
        .do_nothing()
        .execute(conn))?;
    Ok(rows > 0)
}

/// Lifts a mute; `false` where there is none.
///
/// # Errors
/// The database.
pub fn delete(conn: &mut Conn, group: AccountId, account: AccountId) -> Result<bool> {
    let rows = both!(conn => diesel::delete(group_mutes::table
        .filter(group_mutes::group_id.eq(group))
        .filter(group_mutes::account_id.eq(account)))
        .execute(conn))?;
    Ok(rows > 0)
}

/// Which of these accounts are muted in this group now.
///
/// # Errors
/// The database.
pub fn by(
    conn: &mut Conn,
    group: AccountId,
    accounts: &[AccountId],
    now: Millis,
) -> Result<Vec<GroupMute>> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => group_mutes::table
        .filter(group_mutes::group_id.eq(group))
        .filter(one_of("group_mutes.account_id", accounts))
        .filter(group_mutes::ends_at.is_null().or(group_mutes::ends_at.gt(now)))
        .select(GroupMute::as_select())
        .load(conn))?)
}

/// Who is muted in this group now, the newest first.
///
/// # Errors
/// The database.
pub fn page(
    conn: &mut Conn,
    group: AccountId,
    now: Millis,
    page: &Page,
) -> Result<Vec<(RowId, AccountId)>> {
    Ok(both!(conn => page_of!(
        conn,
        Db,
        group_mutes::table
            .filter(group_mutes::group_id.eq(group))
            .filter(group_mutes::ends_at.is_null().or(group_mutes::ends_at.gt(now)))
            .select((group_mutes::id, group_mutes::account_id)),
        group_mutes::id,
        page
    ))?)
}
