//! Collections: accounts that someone recommends together under a name, and who is in them.

use diesel::prelude::*;
use model::{AccountId, CollectionId, CollectionItemId, Millis};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::{featured_collection_items as items, featured_collections as collections};
use crate::sql::one_of;

/// In the collection.
pub const ACCEPTED: i16 = 0;
/// Taken out by the account itself.
pub const REVOKED: i16 = 1;

/// A row of `featured_collections`.
#[derive(
    Clone, Debug, PartialEq, Eq, Queryable, Selectable, Identifiable, Insertable, AsChangeset,
)]
#[diesel(table_name = collections, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Collection {
    /// Its id.
    pub id: CollectionId,
    /// Whose.
    pub account_id: AccountId,
    /// Its name.
    pub name: String,
    /// What it is about, plain text.
    pub description: String,
    /// In which language that is.
    pub language: Option<String>,
    /// A hashtag without its sign; empty for none.
    pub tag: String,
    /// Not for everyone's eyes?
    pub sensitive: bool,
    /// Shown on the owner's profile?
    pub discoverable: bool,
    /// When it was made.
    pub created_at: Millis,
    /// When it last changed.
    pub updated_at: Millis,
}

/// A row of `featured_collection_items`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable, Selectable, Identifiable, Insertable)]
#[diesel(table_name = items, treat_none_as_default_value = false)]
pub struct Item {
    /// Its id.
    pub id: CollectionItemId,
    /// In which collection.
    pub collection_id: CollectionId,
    /// Who.
    pub account_id: AccountId,
    /// [`ACCEPTED`] or [`REVOKED`].
    pub state: i16,
    /// Since when.
    pub created_at: Millis,
}

/// One by its id.
///
/// # Errors
/// The database.
pub fn find(conn: &mut Conn, id: CollectionId) -> Result<Option<Collection>> {
    Ok(both!(conn => collections::table
        .find(id)
        .select(Collection::as_select())
        .get_result(conn)
        .optional())?)
}

/// Those of one account, newest first; only those on the profile where not `all`.
///
/// # Errors
/// The database.
pub fn of(
    conn: &mut Conn,
    account: AccountId,
    all: bool,
    limit: i64,
    offset: i64,
) -> Result<Vec<Collection>> {
    Ok(both!(conn => collections::table
        .filter(collections::account_id.eq(account))
        .filter(collections::discoverable.eq(true).or(collections::discoverable.eq(!all)))
        .order(collections::id.desc())
        .limit(limit)
        .offset(offset)
        .select(Collection::as_select())
        .load(conn))?)
}

/// How many one account has.
///
/// # Errors
/// The database.
pub fn count(conn: &mut Conn, account: AccountId) -> Result<i64> {
    Ok(both!(conn => collections::table
        .filter(collections::account_id.eq(account))
        .count()
        .get_result(conn))?)
}

/// Those in which an account is, newest first.
///
/// # Errors
/// The database.
pub fn holding(
    conn: &mut Conn,
    account: AccountId,
    limit: i64,
    offset: i64,
) -> Result<Vec<Collection>> {
    Ok(both!(conn => collections::table
        .filter(collections::id.eq_any(
            items::table
                .filter(items::account_id.eq(account))
                .filter(items::state.eq(ACCEPTED))
                .select(items::collection_id),
        ))
        .order(collections::id.desc())
        .limit(limit)
        .offset(offset)
        .select(Collection::as_select())
        .load(conn))?)
}

/// Adds a collection.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, collection: &Collection) -> Result<()> {
    both!(conn => diesel::insert_into(collections::table).values(collection).execute(conn))?;
    Ok(())
}

/// Changes a collection.
///
/// # Errors
/// The database.
pub fn update(conn: &mut Conn, collection: &Collection) -> Result<()> {
    both!(conn => diesel::update(collections::table.find(collection.id))
        .set(collection)
        .execute(conn))?;
    Ok(())
}

/// Deletes a collection with what is in it.
///
/// # Errors
/// The database.
pub fn delete(conn: &mut Conn, id: CollectionId) -> Result<()> {
    both!(conn => diesel::delete(collections::table.find(id)).execute(conn))?;
    Ok(())
}

/// Who is, or was, in these collections, in the order in which they came.
///
/// # Errors
/// The database.
pub fn items(conn: &mut Conn, of: &[CollectionId]) -> Result<Vec<Item>> {
    if of.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => items::table
        .filter(one_of("featured_collection_items.collection_id", of))
        .order(items::id)
        .select(Item::as_select())
        .load(conn))?)
}

/// Puts someone in; `false` where they are in it, or took themselves out.
///
/// # Errors
/// The database.
pub fn add(conn: &mut Conn, item: &Item) -> Result<bool> {
    let rows = both!(conn => diesel::insert_into(items::table)
        .values(item)
        .on_conflict((items::collection_id, items::account_id))
        .do_nothing()
        .execute(conn))?;
    Ok(rows > 0)
}

/// Takes someone out; the owner does it.
///
/// # Errors
/// The database.
pub fn remove(conn: &mut Conn, id: CollectionItemId) -> Result<()> {
    both!(conn => diesel::delete(items::table.find(id)).execute(conn))?;
    Ok(())
}

/// Marks that someone took themselves out.
///
/// # Errors
/// The database.
pub fn revoke(conn: &mut Conn, id: CollectionItemId) -> Result<()> {
    both!(conn => diesel::update(items::table.find(id))
        .set(items::state.eq(REVOKED))
        .execute(conn))?;
    Ok(())
}

/// Takes `account` out of every collection of `owner`, for good: a block does it.
///
/// # Errors
/// The database.
pub fn part(conn: &mut Conn, owner: AccountId, account: AccountId) -> Result<()> {
    both!(conn => diesel::update(items::table
        .filter(items::account_id.eq(account))
        .filter(items::collection_id.eq_any(
            collections::table.filter(collections::account_id.eq(owner)).select(collections::id),
        )))
        .set(items::state.eq(REVOKED))
        .execute(conn))?;
    Ok(())
}
