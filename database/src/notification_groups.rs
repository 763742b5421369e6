//! Notifications in groups: what happened of one kind to one status within some hours is one entry. Each
//! statement looks at a bounded part of the table, and their number does not depend on how much it finds.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, SmallInt};
use model::{AccountId, GroupKey, Millis, NotificationId, NotificationKind, Page, RowId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::notifications::{Notification, Wanted, of_the_unsuspended};
use crate::schema::notifications;
use crate::sql::Sql;

/// So many notifications are looked at for one page of groups.
const WINDOW: i64 = 5000;
/// So many accounts of a group are named.
pub const SAMPLE: i64 = 8;

type Columns = (
    BigInt,
    BigInt,
    BigInt,
    SmallInt,
    BigInt,
    BigInt,
    Bool,
    BigInt,
    BigInt,
);
const COLUMNS: &str = "n.id, n.account_id, n.from_id, n.kind, n.status_id, n.created_at, n.filtered, n.object_id, n.bucket";

/// A page of groups: of each the newest notification on this page (the oldest where the page grows upward).
#[derive(Clone, Debug, Default)]
pub struct Heads {
    /// Newest first.
    pub rows: Vec<Notification>,
    /// Where the looking ended before the page was full, though there may be more.
    pub stopped_at: Option<i64>,
}

/// Someone in a group, with what holds for the whole group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable)]
pub struct Member {
    /// The notification that stands for the group on the page.
    pub head: NotificationId,
    /// This one's.
    pub id: NotificationId,
    /// Because of whom.
    pub from_id: AccountId,
    /// When.
    pub created_at: Millis,
    /// How many there are in the group, up to the page's upper end.
    pub count: i64,
    /// The oldest that is on the page.
    pub lowest: Option<i64>,
}

/// The condition on the notifications that the query calls `n`.
fn shown(n: &str, wanted: &Wanted) -> String {
    let mut text = format!(
        "{n}.account_id = :account AND {n}.id < :below AND {n}.id > :above AND {n}.kind :kinds \
         AND NOT EXISTS (SELECT 1 FROM accounts gone WHERE gone.id = {n}.from_id AND gone.suspended_at IS NOT NULL)"
    );
    if wanted.hides_filtered() {
        text.push_str(&format!(" AND NOT {n}.filtered"));
    }
    if wanted.from.is_some() {
        text.push_str(&format!(" AND {n}.from_id = :from"));
    }
    text
}

/// Numbers of kinds as the list that a statement takes.
fn numbers(kinds: &[NotificationKind]) -> Vec<RowId> {
    kinds
        .iter()
        .map(|kind| RowId(kind.number().into()))
        .collect()
}

fn filled<T>(sql: Sql<T>, account: AccountId, wanted: &Wanted, page: &Page) -> Sql<T> {
    sql.id("account", account)
        .number("below", page.below())
        .number("above", page.above())
        .ids("kinds", &numbers(&wanted.kinds()))
        .number("from", wanted.from.map_or(0, |from| from.0))
        .number("window", WINDOW)
        .number("limit", page.limit)
}

/// A page of groups; the kinds in `grouped` alone are brought together.
///
/// # Errors
/// The database.
pub fn heads(
    conn: &mut Conn,
    account: AccountId,
    wanted: &Wanted,
    grouped: &[NotificationKind],
    page: &Page,
) -> Result<Heads> {
    let (order, nearer) = if page.ascending() {
        ("ASC", "<")
    } else {
        ("DESC", ">")
    };
    let text = format!(
        "SELECT {COLUMNS} FROM (SELECT n.* FROM notifications n WHERE {} ORDER BY n.id {order} LIMIT :window) n \
         WHERE n.bucket = 0 OR NOT (n.kind :grouped) OR NOT EXISTS (SELECT 1 FROM notifications m \
           WHERE {} AND m.kind = n.kind AND m.status_id = n.status_id AND m.bucket = n.bucket AND m.bucket > 0 \
           AND m.id {nearer} n.id) \
         ORDER BY n.id {order} LIMIT :limit",
        shown("n", wanted),
        shown("m", wanted),
    );
    let sql =
        filled(Sql::<Columns>::new(&text), account, wanted, page).ids("grouped", &numbers(grouped));
    let mut rows: Vec<Notification> = both!(conn => sql.load(conn))?;
    let stopped_at = if is_full(&rows, page.limit) {
        None
    } else {
        stop(conn, account, wanted, page)?
    };
    if page.ascending() {
        rows.reverse();
    }
    Ok(Heads { rows, stopped_at })
}

fn is_full(rows: &[Notification], limit: i64) -> bool {
    i64::try_from(rows.len()).is_ok_and(|len| len >= limit)
}

/// The last notification that was looked at, where the window was too small for what there is.
fn stop(conn: &mut Conn, account: AccountId, wanted: &Wanted, page: &Page) -> Result<Option<i64>> {
    let (order, last) = if page.ascending() {
        ("ASC", "max")
    } else {
        ("DESC", "min")
    };
    let text = format!(
        "SELECT count(*), {last}(id) FROM (SELECT n.id FROM notifications n WHERE {} \
         ORDER BY n.id {order} LIMIT :window) seen",
        shown("n", wanted)
    );
    let sql = filled(
        Sql::<(BigInt, Nullable<BigInt>)>::new(&text),
        account,
        wanted,
        page,
    );
    let (seen, last): (i64, Option<i64>) = both!(conn => sql.get_result(conn))?;
    Ok(last.filter(|_| seen >= WINDOW))
}

/// The newest members of the groups that these notifications stand for, up to `upper`; `lower` is where the
/// page ends. At most [`SAMPLE`] of each.
///
/// # Errors
/// The database.
pub fn members(
    conn: &mut Conn,
    account: AccountId,
    heads: &[NotificationId],
    lower: i64,
    upper: i64,
) -> Result<Vec<Member>> {
    if heads.is_empty() {
        return Ok(Vec::new());
    }
    let text = "SELECT head, id, from_id, created_at, number, lowest FROM (\
           SELECT h.id AS head, n.id AS id, n.from_id AS from_id, n.created_at AS created_at, \
             count(*) OVER (PARTITION BY h.id) AS number, \
             min(CASE WHEN n.id >= :lower THEN n.id END) OVER (PARTITION BY h.id) AS lowest, \
             row_number() OVER (PARTITION BY h.id ORDER BY n.id DESC) AS place \
           FROM notifications h JOIN notifications n ON n.account_id = :account AND n.kind = h.kind \
             AND n.status_id = h.status_id AND n.bucket = h.bucket AND n.bucket > 0 AND n.id <= :upper \
             AND NOT EXISTS (SELECT 1 FROM accounts gone WHERE gone.id = n.from_id AND gone.suspended_at IS NOT NULL) \
           WHERE h.id :heads AND h.account_id = :account AND h.bucket > 0) counted \
         WHERE place <= :sample ORDER BY head, id DESC";
    let sql = Sql::<(BigInt, BigInt, BigInt, BigInt, BigInt, Nullable<BigInt>)>::new(text)
        .id("account", account)
        .ids("heads", heads)
        .number("lower", lower)
        .number("upper", upper)
        .number("sample", SAMPLE);
    Ok(both!(conn => sql.load(conn))?)
}

/// The notifications of one group, newest first.
///
/// # Errors
/// The database.
pub fn of(
    conn: &mut Conn,
    account: AccountId,
    key: GroupKey,
    page: &Page,
) -> Result<Vec<Notification>> {
    let mut rows: Vec<Notification> = both!(conn => {
        let mut query = notifications::table
            .filter(notifications::account_id.eq(account))
            .filter(notifications::id.lt(page.below()))
            .filter(notifications::id.gt(page.above()))
            .filter(of_the_unsuspended())
            .select(Notification::as_select())
            .limit(page.limit)
            .into_boxed::<Db>();
        query = match key {
            GroupKey::One(id) => query.filter(notifications::id.eq(id)),
            GroupKey::Several { kind, status, bucket } => query
                .filter(notifications::kind.eq(kind))
                .filter(notifications::status_id.eq(status))
                .filter(notifications::bucket.eq(bucket))
                .filter(notifications::bucket.gt(0)),
        };
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

/// Removes the notifications of one group.
///
/// # Errors
/// The database.
pub fn delete(conn: &mut Conn, account: AccountId, key: GroupKey) -> Result<()> {
    both!(conn => {
        let query = diesel::delete(notifications::table)
            .filter(notifications::account_id.eq(account))
            .into_boxed::<Db>();
        match key {
            GroupKey::One(id) => query.filter(notifications::id.eq(id)),
            GroupKey::Several { kind, status, bucket } => query
                .filter(notifications::kind.eq(kind))
                .filter(notifications::status_id.eq(status))
                .filter(notifications::bucket.eq(bucket))
                .filter(notifications::bucket.gt(0)),
        }
        .execute(conn)
    })?;
    Ok(())
}
