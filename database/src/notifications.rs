//! Notifications: one row a reason, person and status.

use std::collections::HashSet;

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use model::{AccountId, Millis, NotificationId, NotificationKind, Page, StatusId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::notifications;
use crate::sql::{Condition, Sql, one_of};

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
    /// Held back by the policy of who is told.
    pub filtered: bool,
    /// The report, warning, severance or collection that it is about, or the time of the edit; 0 for none.
    pub object_id: i64,
    /// The hour that its group began with; 0 where it stands alone.
    pub bucket: i64,
}

/// About no status.
pub const NO_STATUS: StatusId = StatusId(0);

/// So many rows in one statement: SQLite has 32,766 values for it.
const AT_ONCE: usize = 1000;

/// Adds them; what was told once is not told again. Answers those that were added.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, rows: &[Notification]) -> Result<Vec<Notification>> {
    let mut added: HashSet<NotificationId> = HashSet::new();
    for rows in rows.chunks(AT_ONCE) {
        both!(conn => diesel::insert_into(notifications::table)
            .values(rows)
            .on_conflict_do_nothing()
            .execute(conn))?;
        let ids: Vec<NotificationId> = rows.iter().map(|row| row.id).collect();
        let there: Vec<NotificationId> = both!(conn => notifications::table
            .filter(one_of("notifications.id", &ids))
            .select(notifications::id)
            .load(conn))?;
        added.extend(there);
    }
    Ok(rows
        .iter()
        .filter(|row| added.contains(&row.id))
        .copied()
        .collect())
}

/// The newest group of this kind about this status that `account` was told of: the hour that it began with.
///
/// # Errors
/// The database.
pub fn last_bucket(
    conn: &mut Conn,
    account: AccountId,
    kind: NotificationKind,
    status: StatusId,
) -> Result<Option<i64>> {
    Ok(both!(conn => notifications::table
        .filter(notifications::account_id.eq(account))
        .filter(notifications::kind.eq(kind))
        .filter(notifications::status_id.eq(status))
        .filter(notifications::bucket.gt(0))
        .order(notifications::bucket.desc())
        .limit(1)
        .select(notifications::bucket)
        .get_result(conn)
        .optional())?)
}

/// Takes back what was told of an earlier edit: the newest one takes its place.
///
/// # Errors
/// The database.
pub fn supersede(
    conn: &mut Conn,
    accounts: &[AccountId],
    kind: NotificationKind,
    status: StatusId,
    object: i64,
) -> Result<()> {
    both!(conn => diesel::delete(notifications::table
        .filter(notifications::status_id.eq(status))
        .filter(notifications::kind.eq(kind))
        .filter(notifications::object_id.ne(object))
        .filter(one_of("notifications.account_id", accounts)))
        .execute(conn))?;
    Ok(())
}

/// What was held back of these is told after all.
///
/// # Errors
/// The database.
pub fn release(conn: &mut Conn, account: AccountId, from: &[AccountId]) -> Result<usize> {
    if from.is_empty() {
        return Ok(0);
    }
    Ok(both!(conn => diesel::update(notifications::table
        .filter(notifications::account_id.eq(account))
        .filter(notifications::filtered.eq(true))
        .filter(one_of("notifications.from_id", from)))
        .set(notifications::filtered.eq(false))
        .execute(conn))?)
}

/// Removes what was held back of these.
///
/// # Errors
/// The database.
pub fn discard(conn: &mut Conn, account: AccountId, from: &[AccountId]) -> Result<()> {
    if from.is_empty() {
        return Ok(());
    }
    both!(conn => diesel::delete(notifications::table
        .filter(notifications::account_id.eq(account))
        .filter(notifications::filtered.eq(true))
        .filter(one_of("notifications.from_id", from)))
        .execute(conn))?;
    Ok(())
}

/// Those of `candidates` who live here and want to hear from `from`: not suspended, no block in either
/// direction, no hidden server, no mute that hides notifications, and the thread with this root not muted
/// (0 for none). `from` is not told, but of what `can_be_from_oneself`.
///
/// # Errors
/// The database.
pub fn willing(
    conn: &mut Conn,
    candidates: &[AccountId],
    from: AccountId,
    root: StatusId,
    oneself: bool,
    now: Millis,
) -> Result<Vec<AccountId>> {
    if candidates.is_empty() {
        return Ok(Vec::new());
    }
    let text = "SELECT a.id FROM accounts a WHERE a.id :ids AND (a.id <> :from OR :oneself = 1) AND a.domain = '' \
         AND a.suspended_at IS NULL \
         AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = a.id AND b.target_id = :from) \
         AND NOT EXISTS (SELECT 1 FROM blocks c WHERE c.account_id = :from AND c.target_id = a.id) \
         AND NOT EXISTS (SELECT 1 FROM account_domain_blocks d JOIN accounts x ON x.domain = d.domain \
           WHERE d.account_id = a.id AND x.id = :from) \
         AND NOT EXISTS (SELECT 1 FROM mutes m WHERE m.account_id = a.id AND m.target_id = :from \
           AND m.hide_notifications AND (m.ends_at IS NULL OR m.ends_at > :now)) \
         AND NOT EXISTS (SELECT 1 FROM thread_mutes t WHERE t.account_id = a.id AND t.root_id = :root)";
    let sql = Sql::<BigInt>::new(text)
        .ids("ids", candidates)
        .id("from", from)
        .id("root", root)
        .number("oneself", oneself.into())
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
    /// Only because of this account; what it sent is shown, held back or not.
    pub from: Option<AccountId>,
    /// Also what the policy held back.
    pub include_filtered: bool,
}

impl Wanted {
    /// The kinds that are left of all.
    pub(crate) fn kinds(&self) -> Vec<NotificationKind> {
        NotificationKind::ALL
            .iter()
            .copied()
            .filter(|kind| self.kinds.is_empty() || self.kinds.contains(kind))
            .filter(|kind| !self.not_kinds.contains(kind))
            .collect()
    }

    /// Does what was held back stay out?
    pub(crate) const fn hides_filtered(&self) -> bool {
        !self.include_filtered && self.from.is_none()
    }
}

/// What a suspended account did is not shown, though it is kept: a suspension can be lifted.
pub(crate) fn of_the_unsuspended() -> Condition {
    Condition::new(Sql::new(
        "NOT EXISTS (SELECT 1 FROM accounts gone WHERE gone.id = notifications.from_id \
         AND gone.suspended_at IS NOT NULL)",
    ))
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
    let kinds = wanted.kinds();
    if kinds.is_empty() {
        return Ok(Vec::new());
    }
    let all = kinds.len() == NotificationKind::ALL.len();
    let mut rows: Vec<Notification> = both!(conn => {
        let mut query = notifications::table
            .filter(notifications::account_id.eq(account))
            .filter(notifications::id.lt(page.below()))
            .filter(notifications::id.gt(page.above()))
            .filter(of_the_unsuspended())
            .select(Notification::as_select())
            .limit(page.limit)
            .into_boxed::<Db>();
        if !all {
            query = query.filter(notifications::kind.eq_any(&kinds));
        }
        if wanted.hides_filtered() {
            query = query.filter(notifications::filtered.eq(false));
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

/// The notification up to which `account` has read, by its marker.
///
/// # Errors
/// The database.
pub fn last_read(conn: &mut Conn, account: AccountId) -> Result<Option<i64>> {
    use crate::schema::markers;
    Ok(both!(conn => markers::table
        .find((account, "notifications"))
        .select(markers::last_read_id)
        .get_result(conn)
        .optional())?)
}

/// The authors of those of these letters in which `named` is named.
///
/// # Errors
/// The database.
pub fn correspondents(
    conn: &mut Conn,
    letters: &[StatusId],
    named: AccountId,
) -> Result<Vec<AccountId>> {
    if letters.is_empty() {
        return Ok(Vec::new());
    }
    let text = "SELECT DISTINCT s.account_id FROM statuses s \
         JOIN mentions m ON m.status_id = s.id AND m.account_id = :named \
         WHERE s.id :letters AND s.visibility = 3 AND s.deleted_at IS NULL";
    let sql = Sql::<BigInt>::new(text)
        .id("named", named)
        .ids("letters", letters);
    Ok(both!(conn => sql.load(conn))?)
}
