//! Whom someone features on the own profile.

use diesel::prelude::*;
use model::{AccountId, Millis, Page, RowId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::paging::page_of;
use crate::schema::endorsements;
use crate::sql::one_of;

/// Which of these `account` features.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, account: AccountId, targets: &[AccountId]) -> Result<Vec<AccountId>> {
    if targets.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => endorsements::table
        .filter(endorsements::account_id.eq(account))
        .filter(one_of("endorsements.target_id", targets))
        .select(endorsements::target_id)
        .load(conn))?)
}

/// Features someone; who is featured already stays where they are.
///
/// # Errors
/// The database.
pub fn insert(
    conn: &mut Conn,
    id: RowId,
    account: AccountId,
    target: AccountId,
    now: Millis,
) -> Result<()> {
    both!(conn => diesel::insert_into(endorsements::table)
        .values((
            endorsements::id.eq(id),
            endorsements::account_id.eq(account),
            endorsements::target_id.eq(target),
            endorsements::created_at.eq(now),
        ))
        .on_conflict((endorsements::account_id, endorsements::target_id))
        .do_nothing()
        .execute(conn))?;
    Ok(())
}

/// Features someone no more.
///
/// # Errors
/// The database.
pub fn delete(conn: &mut Conn, account: AccountId, target: AccountId) -> Result<()> {
    both!(conn => diesel::delete(endorsements::table
        .filter(endorsements::account_id.eq(account))
        .filter(endorsements::target_id.eq(target)))
        .execute(conn))?;
    Ok(())
}

/// How many someone features.
///
/// # Errors
/// The database.
pub fn count(conn: &mut Conn, account: AccountId) -> Result<i64> {
    Ok(both!(conn => endorsements::table
        .filter(endorsements::account_id.eq(account))
        .count()
        .get_result(conn))?)
}

/// Whom `account` features, newest first.
///
/// # Errors
/// The database.
pub fn page(conn: &mut Conn, account: AccountId, page: &Page) -> Result<Vec<(RowId, AccountId)>> {
    Ok(both!(conn => page_of!(
        conn,
        Db,
        endorsements::table
            .filter(endorsements::account_id.eq(account))
            .select((endorsements::id, endorsements::target_id)),
        endorsements::id,
        page
    ))?)
}
