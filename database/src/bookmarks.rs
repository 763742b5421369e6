//! Bookmarks: what someone keeps for later, seen by nobody else.

use diesel::prelude::*;
use model::{AccountId, Millis, Page, RowId, StatusId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::paging::page_of;
use crate::schema::bookmarks;

/// A row of `bookmarks`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = bookmarks, treat_none_as_default_value = false)]
pub struct Bookmark {
    /// Its id, by which it is ordered.
    pub id: RowId,
    /// Who.
    pub account_id: AccountId,
    /// What.
    pub status_id: StatusId,
    /// When.
    pub created_at: Millis,
}

/// Adds a bookmark; `false` where it is there already.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, row: &Bookmark) -> Result<bool> {
    let rows = both!(conn => diesel::insert_into(bookmarks::table)
        .values(row)
        .on_conflict((bookmarks::account_id, bookmarks::status_id))
        .do_nothing()
        .execute(conn))?;
    Ok(rows > 0)
}

/// Removes a bookmark and answers the row that it had.
///
/// # Errors
/// The database.
pub fn delete(conn: &mut Conn, account: AccountId, status: StatusId) -> Result<Option<RowId>> {
    Ok(both!(conn => diesel::delete(bookmarks::table
        .filter(bookmarks::account_id.eq(account))
        .filter(bookmarks::status_id.eq(status)))
        .returning(bookmarks::id)
        .get_result(conn)
        .optional())?)
}

/// What this account keeps, newest first: row and status.
///
/// # Errors
/// The database.
pub fn page(conn: &mut Conn, account: AccountId, page: &Page) -> Result<Vec<(RowId, StatusId)>> {
    Ok(both!(conn => page_of!(
        conn,
        Db,
        bookmarks::table
            .filter(bookmarks::account_id.eq(account))
            .select((bookmarks::id, bookmarks::status_id)),
        bookmarks::id,
        page
    ))?)
}
