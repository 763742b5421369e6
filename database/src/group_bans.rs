//! Who is banned from which group, for good or until a time.

use diesel::prelude::*;
use model::{AccountId, Millis, Page, RowId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::paging::page_of;
use crate::schema::group_bans;
use crate::sql::one_of;

/// A row of `group_bans`.
#[derive(
    Clone, Debug, PartialEq, Eq, Queryable, Selectable, Identifiable, Insertable, AsChangeset,
)]
#[diesel(table_name = group_bans, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct GroupBan {
    /// Its id: the cursor of the list of bans.
    pub id: RowId,
    /// From which group.
    pub group_id: AccountId,
    /// Who.
    pub account_id: AccountId,
    /// Until when; `None` for good.
    pub ends_at: Option<Millis>,
    /// When.
    pub created_at: Millis,
}

/// Is this account banned from this group now?
///
/// # Errors
/// The database.
pub fn is_banned(
    conn: &mut Conn,
    group: AccountId,
    account: AccountId,
    now: Millis,
) -> Result<bool> {
    Ok(both!(conn => diesel::select(diesel::dsl::exists(
        group_bans::table
            .filter(group_bans::group_id.eq(group))
            .filter(group_bans::account_id.eq(account))
            .filter(group_bans::ends_at.is_null().or(group_bans::ends_at.gt(now)))
    ))
    .get_result(conn))?)
}

/// From which of these groups is this account banned now?
///
/// # Errors
/// The database.
pub fn of(
    conn: &mut Conn,
    account: AccountId,
    groups: &[AccountId],
    now: Millis,
) -> Result<Vec<AccountId>> {
    if groups.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => group_bans::table
        .filter(group_bans::account_id.eq(account))
        .filter(one_of("group_bans.group_id", groups))
        .filter(group_bans::ends_at.is_null().or(group_bans::ends_at.gt(now)))
        .select(group_bans::group_id)
        .load(conn))?)
}

/// Which of these accounts are banned from this group now?
///
/// # Errors
/// The database.
pub fn by(
    conn: &mut Conn,
    group: AccountId,
    accounts: &[AccountId],
    now: Millis,
) -> Result<Vec<AccountId>> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => group_bans::table
        .filter(group_bans::group_id.eq(group))
        .filter(one_of("group_bans.account_id", accounts))
        .filter(group_bans::ends_at.is_null().or(group_bans::ends_at.gt(now)))
        .select(group_bans::account_id)
        .load(conn))?)
}

/// Sets a ban. One that has run out is replaced; `false` where one is in force already.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, ban: &GroupBan) -> Result<bool> {
    both!(conn => diesel::delete(group_bans::table
        .filter(group_bans::group_id.eq(ban.group_id))
        .filter(group_bans::account_id.eq(ban.account_id))
        .filter(group_bans::ends_at.le(ban.created_at)))
        .execute(conn))?;
    let rows = both!(conn => diesel::insert_into(group_bans::table)
        .values(ban)
        .on_conflict((group_bans::group_id, group_bans::account_id))
        .do_nothing()
        .execute(conn))?;
    Ok(rows > 0)
}

/// Lifts a ban; `false` where there is none.
///
/// # Errors
/// The database.
pub fn delete(conn: &mut Conn, group: AccountId, account: AccountId) -> Result<bool> {
    let rows = both!(conn => diesel::delete(group_bans::table
        .filter(group_bans::group_id.eq(group))
        .filter(group_bans::account_id.eq(account)))
        .execute(conn))?;
    Ok(rows > 0)
}

/// Who is banned from a group now, newest first.
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
        group_bans::table
            .filter(group_bans::group_id.eq(group))
            .filter(group_bans::ends_at.is_null().or(group_bans::ends_at.gt(now)))
            .select((group_bans::id, group_bans::account_id)),
        group_bans::id,
        page
    ))?)
}
