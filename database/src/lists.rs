//! Lists that a person made and the accounts in them. The list of a joined group is a membership.

use diesel::prelude::*;
use model::{AccountId, ListId, Millis, Page, RowId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::paging::page_of;
use crate::schema::{list_accounts, lists};

/// A row of `lists`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Identifiable, Insertable)]
#[diesel(table_name = lists, treat_none_as_default_value = false)]
pub struct List {
    /// Its id.
    pub id: ListId,
    /// Whose.
    pub owner_id: AccountId,
    /// Its title.
    pub title: String,
    /// Answers to whom: 0 the followed, 1 members of the list, 2 none.
    pub replies_policy: i16,
    /// Are its accounts kept out of home?
    pub exclusive: bool,
    /// When.
    pub created_at: Millis,
}

/// The lists of a person, oldest first.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, owner: AccountId) -> Result<Vec<List>> {
    Ok(both!(conn => lists::table
        .filter(lists::owner_id.eq(owner))
        .order(lists::id)
        .select(List::as_select())
        .load(conn))?)
}

/// A list of this person.
///
/// # Errors
/// The database.
pub fn find(conn: &mut Conn, owner: AccountId, id: ListId) -> Result<Option<List>> {
    Ok(both!(conn => lists::table
        .find(id)
        .filter(lists::owner_id.eq(owner))
        .select(List::as_select())
        .get_result(conn)
        .optional())?)
}

/// Adds a list.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, list: &List) -> Result<()> {
    both!(conn => diesel::insert_into(lists::table).values(list).execute(conn))?;
    Ok(())
}

/// Changes a list.
///
/// # Errors
/// The database.
pub fn update(conn: &mut Conn, list: &List) -> Result<()> {
    both!(conn => diesel::update(lists::table.find(list.id))
        .set((
            lists::title.eq(&list.title),
            lists::replies_policy.eq(list.replies_policy),
            lists::exclusive.eq(list.exclusive),
        ))
        .execute(conn))?;
    Ok(())
}

/// Deletes a list.
///
/// # Errors
/// The database.
pub fn delete(conn: &mut Conn, id: ListId) -> Result<()> {
    both!(conn => diesel::delete(lists::table.find(id)).execute(conn))?;
    Ok(())
}

/// Puts an account into a list; one that is in it stays where it is.
///
/// # Errors
/// The database.
pub fn add(conn: &mut Conn, row: RowId, list: ListId, account: AccountId) -> Result<()> {
    both!(conn => diesel::insert_into(list_accounts::table)
        .values((
            list_accounts::id.eq(row),
            list_accounts::list_id.eq(list),
            list_accounts::account_id.eq(account),
        ))
        .on_conflict((list_accounts::list_id, list_accounts::account_id))
        .do_nothing()
        .execute(conn))?;
    Ok(())
}

/// How many accounts are in a list.
///
/// # Errors
/// The database.
pub fn size(conn: &mut Conn, list: ListId) -> Result<i64> {
    Ok(both!(conn => list_accounts::table
        .filter(list_accounts::list_id.eq(list))
        .count()
        .get_result(conn))?)
}

/// Takes accounts out of a list.
///
/// # Errors
/// The database.
pub fn remove(conn: &mut Conn, list: ListId, accounts: &[AccountId]) -> Result<()> {
    both!(conn => diesel::delete(list_accounts::table
        .filter(list_accounts::list_id.eq(list))
        .filter(list_accounts::account_id.eq_any(accounts)))
        .execute(conn))?;
    Ok(())
}

/// Takes an account out of every list of this person.
///
/// # Errors
/// The database.
pub fn forget(conn: &mut Conn, owner: AccountId, account: AccountId) -> Result<()> {
    both!(conn => diesel::delete(list_accounts::table
        .filter(list_accounts::account_id.eq(account))
        .filter(list_accounts::list_id.eq_any(
            lists::table.filter(lists::owner_id.eq(owner)).select(lists::id),
        )))
        .execute(conn))?;
    Ok(())
}

/// Who is in a list, newest first.
///
/// # Errors
/// The database.
pub fn accounts(conn: &mut Conn, list: ListId, page: &Page) -> Result<Vec<(RowId, AccountId)>> {
    Ok(both!(conn => page_of!(
        conn,
        Db,
        list_accounts::table
            .filter(list_accounts::list_id.eq(list))
            .select((list_accounts::id, list_accounts::account_id)),
        list_accounts::id,
        page
    ))?)
}

/// Which lists of this person hold this account.
///
/// # Errors
/// The database.
pub fn containing(conn: &mut Conn, owner: AccountId, account: AccountId) -> Result<Vec<List>> {
    Ok(both!(conn => lists::table
        .filter(lists::owner_id.eq(owner))
        .filter(lists::id.eq_any(
            list_accounts::table
                .filter(list_accounts::account_id.eq(account))
                .select(list_accounts::list_id),
        ))
        .order(lists::id)
        .select(List::as_select())
        .load(conn))?)
}
