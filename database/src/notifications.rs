//! Notifications: one row a reason, person and status.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use model::{AccountId, Millis, NotificationId, NotificationKind, Page, StatusId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::notifications;
use crate::sql::Sql;

/// A row of `notifications`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = notifications, treat_none_as_default_value = false)]
pub struct Notification {
    /// Its id.
    pub id: NotificationId,
    /// Who is told.
    pub account_id: AccountId,
    /// Because of whom.
    pub from_id: AccountId,
    /// Why.
    pub kind: NotificationKind,
    /// About what; 0 for nothing.
    pub status_id: StatusId,
    /// When.
    pub created_at: Millis,
}

/// About no status.
pub const NO_STATUS: StatusId = StatusId(0);

/// Adds them; what was told once is not told again.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, rows: &[Notification]) -> Result<usize> {
    if rows.is_empty() {
        return Ok(0);
    }
    Ok(both!(conn => diesel::insert_into(notifications::table)
        .values(rows)
        .on_conflict_do_nothing()
        .execute(conn))?)
}

/// Those of `candidates` who live here and want to hear from `from`: not suspended, no block in either
/// direction, no mute that hides notifications, and the thread with this root not muted (0 for none).
///
/// # Errors
/// The database.
pub fn willing(
    conn: &mut Conn,
    candidates: &[AccountId],
    from: AccountId,
    root: StatusId,
    now: Millis,
) -> Result<Vec<AccountId>> {
    if candidates.is_empty() {
        return Ok(Vec::new());
    }
    let text = "SELECT a.id FROM accounts a WHERE a.id :ids AND a.id <> :from AND a.domain = '' \
         AND a.suspended_at IS NULL \
         AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = a.id AND b.target_id = :from) \
         AND NOT EXISTS (SELECT 1 FROM blocks c WHERE c.account_id = :from AND c.target_id = a.id) \
         AND NOT EXISTS (SELECT 1 FROM mutes m WHERE m.account_id = a.id AND m.target_id = :from \
           AND m.hide_notifications AND (m.ends_at IS NULL OR m.ends_at > :now)) \
         AND NOT EXISTS (SELECT 1 FROM thread_mutes t WHERE t.account_id = a.id AND t.root_id = :root)";
    let sql = Sql::<BigInt>::new(text)
        .ids("ids", candidates)
        .id("from", from)
        .id("root", root)
        .number("now", now.0);
    Ok(both!(conn => sql.load(conn))?)
}

/// People here who asked to hear of each post of this account.
///
/// # Errors
/// The database.
pub fn listeners(conn: &mut Conn, account: AccountId) -> Result<Vec<AccountId>> {
    use crate::schema::{accounts, follows};
    Ok(both!(conn => follows::table
        .inner_join(accounts::table.on(accounts::id.eq(follows::account_id)))
        .filter(follows::target_id.eq(account))
        .filter(follows::state.eq(model::FollowState::Accepted))
        .filter(follows::notify.eq(true))
        .filter(accounts::domain.eq(""))
        .select(follows::account_id)
        .load(conn))?)
}

/// Which of an account's notifications.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Only these kinds; empty for all.
    pub kinds: Vec<NotificationKind>,
    /// Not these.
    pub not_kinds: Vec<NotificationKind>,
    /// Only because of this account.
    pub from: Option<AccountId>,
}

/// A page of someone's notifications, newest first.
///
/// # Errors
/// The database.
pub fn page(
    conn: &mut Conn,
    account: AccountId,
    wanted: &Wanted,
    page: &Page,
) -> Result<Vec<Notification>> {
    let kinds: Vec<NotificationKind> = NotificationKind::ALL
        .iter()
        .copied()
        .filter(|kind| wanted.kinds.is_empty() || wanted.kinds.contains(kind))
        .filter(|kind| !wanted.not_kinds.contains(kind))
        .collect();
    if kinds.is_empty() {
        return Ok(Vec::new());
    }
    let all = kinds.len() == NotificationKind::ALL.len();
    let mut rows: Vec<Notification> = both!(conn => {
        let mut query = notifications::table
            .filter(notifications::account_id.eq(account))
            .filter(notifications::id.lt(page.below()))
            .filter(notifications::id.gt(page.above()))
            .select(Notification::as_select())
            .limit(page.limit)
            .into_boxed::<Db>();
        if !all {
            query = query.filter(notifications::kind.eq_any(&kinds));
        }
        if let Some(from) = wanted.from {
            query = query.filter(notifications::from_id.eq(from));
        }
        if page.ascending() {
            query.order(notifications::id.asc()).load(conn)
        } else {
            query.order(notifications::id.desc()).load(conn)
        }
    })?;
    if page.ascending() {
        rows.reverse();
    }
    Ok(rows)
}

/// One of someone's notifications.
///
/// # Errors
/// `NotFound`.
pub fn get(conn: &mut Conn, account: AccountId, id: NotificationId) -> Result<Notification> {
    Ok(both!(conn => notifications::table
        .find(id)
        .filter(notifications::account_id.eq(account))
        .select(Notification::as_select())
        .get_result(conn))?)
}

/// Removes one of someone's; `false` where there is none.
///
/// # Errors
/// The database.
pub fn delete(conn: &mut Conn, account: AccountId, id: NotificationId) -> Result<bool> {
    let rows = both!(conn => diesel::delete(notifications::table
        .find(id)
        .filter(notifications::account_id.eq(account)))
        .execute(conn))?;
    Ok(rows > 0)
}

/// Removes all of someone's.
///
/// # Errors
/// The database.
pub fn clear(conn: &mut Conn, account: AccountId) -> Result<()> {
    both!(conn => diesel::delete(notifications::table.filter(notifications::account_id.eq(account)))
        .execute(conn))?;
    Ok(())
}

/// Takes back what was told to `account` because of `from`: of these kinds, and about this status.
///
/// # Errors
/// The database.
pub fn withdraw(
    conn: &mut Conn,
    account: AccountId,
    from: AccountId,
    kinds: &[NotificationKind],
    status: StatusId,
) -> Result<()> {
    both!(conn => diesel::delete(notifications::table
        .filter(notifications::account_id.eq(account))
        .filter(notifications::kind.eq_any(kinds))
        .filter(notifications::from_id.eq(from))
        .filter(notifications::status_id.eq(status)))
        .execute(conn))?;
    Ok(())
}

/// Removes all that `account` was told because of `from`.
///
/// # Errors
/// The database.
pub fn forget(conn: &mut Conn, account: AccountId, from: AccountId) -> Result<()> {
    both!(conn => diesel::delete(notifications::table
        .filter(notifications::account_id.eq(account))
        .filter(notifications::from_id.eq(from)))
        .execute(conn))?;
    Ok(())
}

/// How many are newer than the marker of `notifications`, counted up to `limit`.
///
/// # Errors
/// The database.
pub fn unread(conn: &mut Conn, account: AccountId, limit: i64) -> Result<i64> {
    let text = "SELECT count(*) FROM (SELECT n.id FROM notifications n WHERE n.account_id = :account \
         AND n.id > COALESCE((SELECT m.last_read_id FROM markers m \
           WHERE m.account_id = :account AND m.timeline = 'notifications'), 0) LIMIT :limit) unread";
    let sql = Sql::<BigInt>::new(text)
        .id("account", account)
        .number("limit", limit);
    Ok(both!(conn => sql.get_result(conn))?)
}
