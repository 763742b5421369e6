//! Filters, their keywords and their single posts.

use diesel::prelude::*;
use model::{AccountId, FilterAction, FilterId, FilterStatusId, KeywordId, Millis, StatusId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::{filter_keywords, filter_statuses, filter_versions, filters};
use crate::sql::one_of;

/// A row of `filters`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = filters, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Filter {
    /// Its id.
    pub id: FilterId,
    /// Whose.
    pub account_id: AccountId,
    /// What its owner calls it.
    pub title: String,
    /// Where it holds: a set of `FilterContext`.
    pub contexts: i16,
    /// What it does.
    pub action: FilterAction,
    /// Until when.
    pub expires_at: Option<Millis>,
    /// Its time has come.
    pub ended: bool,
    /// When.
    pub created_at: Millis,
}

/// A row of `filter_keywords`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = filter_keywords, treat_none_as_default_value = false)]
pub struct Keyword {
    /// Its id.
    pub id: KeywordId,
    /// Of which filter.
    pub filter_id: FilterId,
    /// The words.
    pub keyword: String,
    /// Only as whole words?
    pub whole_word: bool,
}

/// A row of `filter_statuses`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = filter_statuses, treat_none_as_default_value = false)]
pub struct FilterStatus {
    /// Its id.
    pub id: FilterStatusId,
    /// Of which filter.
    pub filter_id: FilterId,
    /// Which post.
    pub status_id: StatusId,
}

/// Someone's filters, oldest first.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, account: AccountId) -> Result<Vec<Filter>> {
    Ok(both!(conn => filters::table
        .filter(filters::account_id.eq(account))
        .order(filters::id)
        .select(Filter::as_select())
        .load(conn))?)
}

/// One of someone's filters.
///
/// # Errors
/// `NotFound`.
pub fn get(conn: &mut Conn, account: AccountId, id: FilterId) -> Result<Filter> {
    Ok(both!(conn => filters::table
        .find(id)
        .filter(filters::account_id.eq(account))
        .select(Filter::as_select())
        .get_result(conn))?)
}

/// Adds a filter.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, filter: &Filter) -> Result<()> {
    both!(conn => diesel::insert_into(filters::table).values(filter).execute(conn))?;
    Ok(())
}

/// Changes a filter.
///
/// # Errors
/// The database.
pub fn update(conn: &mut Conn, filter: &Filter) -> Result<()> {
    both!(conn => diesel::update(filters::table.find(filter.id)).set(filter).execute(conn))?;
    Ok(())
}

/// Deletes a filter with all that belongs to it.
///
/// # Errors
/// The database.
pub fn delete(conn: &mut Conn, id: FilterId) -> Result<()> {
    both!(conn => diesel::delete(filters::table.find(id)).execute(conn))?;
    Ok(())
}

/// A filter whose time has come matches nothing more; answers whose it was.
///
/// # Errors
/// The database.
pub fn end(conn: &mut Conn, id: FilterId, now: Millis) -> Result<Option<AccountId>> {
    let owner: Option<AccountId> = both!(conn => filters::table
        .find(id)
        .filter(filters::ended.eq(false))
        .filter(filters::expires_at.le(now))
        .select(filters::account_id)
        .get_result(conn)
        .optional())?;
    if owner.is_some() {
        both!(conn => diesel::update(filters::table.find(id))
            .set(filters::ended.eq(true))
            .execute(conn))?;
    }
    Ok(owner)
}

/// The keywords of these filters, oldest first.
///
/// # Errors
/// The database.
pub fn keywords(conn: &mut Conn, of: &[FilterId]) -> Result<Vec<Keyword>> {
    if of.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => filter_keywords::table
        .filter(one_of("filter_keywords.filter_id", of))
        .order(filter_keywords::id)
        .select(Keyword::as_select())
        .load(conn))?)
}

/// A keyword of one of someone's filters.
///
/// # Errors
/// `NotFound`.
pub fn keyword(conn: &mut Conn, account: AccountId, id: KeywordId) -> Result<Keyword> {
    Ok(both!(conn => filter_keywords::table
        .inner_join(filters::table.on(filters::id.eq(filter_keywords::filter_id)))
        .filter(filter_keywords::id.eq(id))
        .filter(filters::account_id.eq(account))
        .select(Keyword::as_select())
        .get_result(conn))?)
}

/// Adds a keyword.
///
/// # Errors
/// The database.
pub fn add_keyword(conn: &mut Conn, keyword: &Keyword) -> Result<()> {
    both!(conn => diesel::insert_into(filter_keywords::table).values(keyword).execute(conn))?;
    Ok(())
}

/// Changes a keyword.
///
/// # Errors
/// The database.
pub fn change_keyword(conn: &mut Conn, keyword: &Keyword) -> Result<()> {
    both!(conn => diesel::update(filter_keywords::table.find(keyword.id))
        .set((
            filter_keywords::keyword.eq(&keyword.keyword),
            filter_keywords::whole_word.eq(keyword.whole_word),
        ))
        .execute(conn))?;
    Ok(())
}

/// Deletes a keyword.
///
/// # Errors
/// The database.
pub fn delete_keyword(conn: &mut Conn, id: KeywordId) -> Result<()> {
    both!(conn => diesel::delete(filter_keywords::table.find(id)).execute(conn))?;
    Ok(())
}

/// The single posts of these filters, oldest first.
///
/// # Errors
/// The database.
pub fn statuses(conn: &mut Conn, of: &[FilterId]) -> Result<Vec<FilterStatus>> {
    if of.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => filter_statuses::table
        .filter(one_of("filter_statuses.filter_id", of))
        .order(filter_statuses::id)
        .select(FilterStatus::as_select())
        .load(conn))?)
}

/// A single post in one of someone's filters.
///
/// # Errors
/// `NotFound`.
pub fn status(conn: &mut Conn, account: AccountId, id: FilterStatusId) -> Result<FilterStatus> {
    Ok(both!(conn => filter_statuses::table
        .inner_join(filters::table.on(filters::id.eq(filter_statuses::filter_id)))
        .filter(filter_statuses::id.eq(id))
        .filter(filters::account_id.eq(account))
        .select(FilterStatus::as_select())
        .get_result(conn))?)
}

/// Adds a single post; `false` where it is in the filter already.
///
/// # Errors
/// The database.
pub fn add_status(conn: &mut Conn, status: &FilterStatus) -> Result<bool> {
    let rows = both!(conn => diesel::insert_into(filter_statuses::table)
        .values(status)
        .on_conflict((filter_statuses::filter_id, filter_statuses::status_id))
        .do_nothing()
        .execute(conn))?;
    Ok(rows > 0)
}

/// Takes a single post out.
///
/// # Errors
/// The database.
pub fn delete_status(conn: &mut Conn, id: FilterStatusId) -> Result<()> {
    both!(conn => diesel::delete(filter_statuses::table.find(id)).execute(conn))?;
    Ok(())
}

/// The number of someone's filters as they stand; `None` for who never had one.
///
/// # Errors
/// The database.
pub fn version(conn: &mut Conn, account: AccountId) -> Result<Option<i64>> {
    Ok(both!(conn => filter_versions::table
        .find(account)
        .select(filter_versions::version)
        .get_result(conn)
        .optional())?)
}

/// Someone's filters changed: `version` is a number that was not there before.
///
/// # Errors
/// The database.
pub fn changed(conn: &mut Conn, account: AccountId, version: i64) -> Result<()> {
    both!(conn => diesel::insert_into(filter_versions::table)
        .values((
            filter_versions::account_id.eq(account),
            filter_versions::version.eq(version),
        ))
        .on_conflict(filter_versions::account_id)
        .do_update()
        .set(filter_versions::version.eq(version))
        .execute(conn))?;
    Ok(())
}
