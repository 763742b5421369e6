//! Favourites: likes, from here and elsewhere.

use diesel::prelude::*;
use model::{AccountId, Millis, Page, RowId, StatusId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::paging::page_of;
use crate::schema::favourites;

/// A row of `favourites`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = favourites, treat_none_as_default_value = false)]
pub struct Favourite {
    /// Its id, by which it is ordered.
    pub id: RowId,
    /// Who.
    pub account_id: AccountId,
    /// What.
    pub status_id: StatusId,
    /// The address of the Like where it came from elsewhere.
    pub uri: Option<String>,
    /// When.
    pub created_at: Millis,
}

/// Adds a favourite; `false` where it is there already.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, row: &Favourite) -> Result<bool> {
    let rows = both!(conn => diesel::insert_into(favourites::table)
        .values(row)
        .on_conflict((favourites::account_id, favourites::status_id))
        .do_nothing()
        .execute(conn))?;
    Ok(rows > 0)
}

/// Removes a favourite and answers the row that it had.
///
/// # Errors
/// The database.
pub fn delete(conn: &mut Conn, account: AccountId, status: StatusId) -> Result<Option<RowId>> {
    Ok(both!(conn => diesel::delete(favourites::table
        .filter(favourites::account_id.eq(account))
        .filter(favourites::status_id.eq(status)))
        .returning(favourites::id)
        .get_result(conn)
        .optional())?)
}

/// What this account liked, newest first: row and status.
///
/// # Errors
/// The database.
pub fn page(conn: &mut Conn, account: AccountId, page: &Page) -> Result<Vec<(RowId, StatusId)>> {
    Ok(both!(conn => page_of!(
        conn,
        Db,
        favourites::table
            .filter(favourites::account_id.eq(account))
            .select((favourites::id, favourites::status_id)),
        favourites::id,
        page
    ))?)
}

/// Who likes a status, newest first: row and account.
///
/// # Errors
/// The database.
pub fn givers(conn: &mut Conn, status: StatusId, page: &Page) -> Result<Vec<(RowId, AccountId)>> {
    Ok(both!(conn => page_of!(
        conn,
        Db,
        favourites::table
            .filter(favourites::status_id.eq(status))
            .select((favourites::id, favourites::account_id)),
        favourites::id,
        page
    ))?)
}
