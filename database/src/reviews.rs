//! What the staff decided about hashtags, and about statuses and links that trend.

use diesel::prelude::*;
use model::{Millis, Page, TagId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::paging::page_of;
use crate::schema::{tag_reviews, tags, trend_reviews};
use crate::sql::one_of;
use crate::tags::said_openly;

/// A row of `tag_reviews`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = tag_reviews, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct TagReview {
    /// Which hashtag.
    pub tag_id: TagId,
    /// As it is shown; empty for its name.
    pub display_name: String,
    /// May be used.
    pub usable: bool,
    /// May be found and suggested.
    pub listable: bool,
    /// May trend.
    pub trendable: bool,
    /// When someone looked at it.
    pub reviewed_at: Option<Millis>,
}

impl TagReview {
    /// What goes for a hashtag that nobody looked at: it may do all but trend.
    #[must_use]
    pub const fn usual(tag_id: TagId) -> Self {
        Self {
            tag_id,
            display_name: String::new(),
            usable: true,
            listable: true,
            trendable: false,
            reviewed_at: None,
        }
    }
}

/// Hashtags by their age, newest first; none that was only ever used in private.
///
/// # Errors
/// The database.
pub fn page(conn: &mut Conn, page: &Page) -> Result<Vec<(TagId, String)>> {
    Ok(both!(conn => page_of!(
        conn,
        Db,
        tags::table
            .filter(said_openly())
            .select((tags::id, tags::name)),
        tags::id,
        page
    ))?)
}

/// The names of these hashtags.
///
/// # Errors
/// The database.
pub fn names(conn: &mut Conn, ids: &[TagId]) -> Result<Vec<(TagId, String)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => tags::table
        .filter(one_of("tags.id", ids))
        .select((tags::id, tags::name))
        .load(conn))?)
}

/// What was decided about these hashtags.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, ids: &[TagId]) -> Result<Vec<TagReview>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => tag_reviews::table
        .filter(one_of("tag_reviews.tag_id", ids))
        .select(TagReview::as_select())
        .load(conn))?)
}

/// Writes a decision about a hashtag.
///
/// # Errors
/// The database.
pub fn put(conn: &mut Conn, row: &TagReview) -> Result<()> {
    both!(conn => diesel::insert_into(tag_reviews::table)
        .values(row)
        .on_conflict(tag_reviews::tag_id)
        .do_update()
        .set(row)
        .execute(conn))?;
    Ok(())
}

/// Writes a decision about a status (kind 0), a link (1) or a publisher of links (2).
///
/// # Errors
/// The database.
pub fn decide(conn: &mut Conn, kind: i16, subject: &str, allowed: bool, now: Millis) -> Result<()> {
    both!(conn => diesel::insert_into(trend_reviews::table)
        .values((
            trend_reviews::kind.eq(kind),
            trend_reviews::subject.eq(subject),
            trend_reviews::allowed.eq(allowed),
            trend_reviews::reviewed_at.eq(now),
        ))
        .on_conflict((trend_reviews::kind, trend_reviews::subject))
        .do_update()
        .set((
            trend_reviews::allowed.eq(allowed),
            trend_reviews::reviewed_at.eq(now),
        ))
        .execute(conn))?;
    Ok(())
}

/// The decisions about these: subject, and whether it is allowed.
///
/// # Errors
/// The database.
pub fn decisions(conn: &mut Conn, kind: i16, subjects: &[String]) -> Result<Vec<(String, bool)>> {
    if subjects.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => trend_reviews::table
        .filter(trend_reviews::kind.eq(kind))
        .filter(trend_reviews::subject.eq_any(subjects))
        .select((trend_reviews::subject, trend_reviews::allowed))
        .load(conn))?)
}
