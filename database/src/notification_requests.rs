//! Senders whose notifications a policy keeps apart until their recipient has a word.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use model::{AccountId, Millis, NotificationKind, Page, RequestId, StatusId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::notification_requests;
use crate::sql::{Condition, Sql, one_of};

/// A row of `notification_requests`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = notification_requests, treat_none_as_default_value = false)]
pub struct NotificationRequest {
    /// Its id.
    pub id: RequestId,
    /// Who is to decide.
    pub account_id: AccountId,
    /// About whom.
    pub from_id: AccountId,
    /// The newest status that was kept apart.
    pub last_status_id: StatusId,
    /// When the first one came.
    pub created_at: Millis,
    /// When the last one came.
    pub updated_at: Millis,
}

/// More than this is not counted.
pub const MOST_COUNTED: i64 = 100;

/// Something of it still waits: what was taken back asks for nothing.
fn alive() -> Condition {
    let text = "EXISTS (SELECT 1 FROM notifications n \
         WHERE n.account_id = notification_requests.account_id \
         AND n.from_id = notification_requests.from_id \
         AND n.filtered AND n.kind IN (:mention, :quote))";
    Condition::new(asking(Sql::new(text)))
}

fn asking<T>(sql: Sql<T>) -> Sql<T> {
    sql.number("mention", NotificationKind::Mention.number().into())
        .number("quote", NotificationKind::Quote.number().into())
}

/// Adds a request, or renews the one that stands.
///
/// # Errors
/// The database.
pub fn put(conn: &mut Conn, request: &NotificationRequest) -> Result<()> {
    both!(conn => diesel::insert_into(notification_requests::table)
        .values(request)
        .on_conflict((notification_requests::account_id, notification_requests::from_id))
        .do_update()
        .set((
            notification_requests::last_status_id.eq(request.last_status_id),
            notification_requests::updated_at.eq(request.updated_at),
        ))
        .execute(conn))?;
    Ok(())
}

/// Someone's requests, newest first; those of suspended accounts stay out.
///
/// # Errors
/// The database.
pub fn page(conn: &mut Conn, account: AccountId, page: &Page) -> Result<Vec<NotificationRequest>> {
    use crate::schema::accounts;
    let mut rows: Vec<NotificationRequest> = both!(conn => {
        let query = notification_requests::table
            .inner_join(accounts::table.on(accounts::id.eq(notification_requests::from_id)))
            .filter(notification_requests::account_id.eq(account))
            .filter(accounts::suspended_at.is_null())
            .filter(alive())
            .filter(notification_requests::id.lt(page.below()))
            .filter(notification_requests::id.gt(page.above()))
            .select(NotificationRequest::as_select())
            .limit(page.limit)
            .into_boxed::<Db>();
        if page.ascending() {
            query.order(notification_requests::id.asc()).load(conn)
        } else {
            query.order(notification_requests::id.desc()).load(conn)
        }
    })?;
    if page.ascending() {
        rows.reverse();
    }
    Ok(rows)
}

/// Those of these that are this person's.
///
/// # Errors
/// The database.
pub fn among(
    conn: &mut Conn,
    account: AccountId,
    ids: &[RequestId],
) -> Result<Vec<NotificationRequest>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => notification_requests::table
        .filter(notification_requests::account_id.eq(account))
        .filter(one_of("notification_requests.id", ids))
        .filter(alive())
        .select(NotificationRequest::as_select())
        .load(conn))?)
}

/// Removes the requests of these.
///
/// # Errors
/// The database.
pub fn delete(conn: &mut Conn, account: AccountId, from: &[AccountId]) -> Result<()> {
    if from.is_empty() {
        return Ok(());
    }
    both!(conn => diesel::delete(notification_requests::table
        .filter(notification_requests::account_id.eq(account))
        .filter(one_of("notification_requests.from_id", from)))
        .execute(conn))?;
    Ok(())
}

/// How many mentions and quotes of each of these are kept apart; who has none is left out.
///
/// # Errors
/// The database.
pub fn waiting(
    conn: &mut Conn,
    account: AccountId,
    from: &[AccountId],
) -> Result<Vec<(AccountId, i64)>> {
    if from.is_empty() {
        return Ok(Vec::new());
    }
    let text = "SELECT n.from_id, count(*) FROM notifications n WHERE n.account_id = :account \
         AND n.from_id :from AND n.filtered AND n.kind IN (:mention, :quote) GROUP BY n.from_id";
    let sql = asking(Sql::<(BigInt, BigInt)>::new(text))
        .id("account", account)
        .ids("from", from);
    Ok(both!(conn => sql.load(conn))?)
}

/// How many requests wait, and how many mentions and quotes under the newest of them; a hundred requests
/// are looked at.
///
/// # Errors
/// The database.
pub fn summary(conn: &mut Conn, account: AccountId) -> Result<(i64, i64)> {
    let newest = page(conn, account, &Page::first(MOST_COUNTED))?;
    let from: Vec<AccountId> = newest.iter().map(|row| row.from_id).collect();
    let counted = waiting(conn, account, &from)?;
    let pending = counted
        .iter()
        .map(|(_, count)| (*count).min(MOST_COUNTED))
        .sum();
    Ok((i64::try_from(from.len()).unwrap_or(MOST_COUNTED), pending))
}
