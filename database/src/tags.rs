//! Hashtags, in lower case, and the statuses that carry them.

use std::collections::HashSet;

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use model::{Millis, StatusId, TagId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::{status_tags, tag_reviews, tags};
use crate::sql::{Condition, Sql, one_of};

/// A row of `tags`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = tags, treat_none_as_default_value = false)]
pub struct Tag {
    /// Its id.
    pub id: TagId,
    /// In lower case, without `#`.
    pub name: String,
    /// When it was first used.
    pub created_at: Millis,
}

/// The ids of those of these names that were ever used.
///
/// # Errors
/// The database.
pub fn named(conn: &mut Conn, names: &[String]) -> Result<Vec<(TagId, String)>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => tags::table
        .filter(tags::name.eq_any(names))
        .select((tags::id, tags::name))
        .load(conn))?)
}

/// The ids of these names; `new_id` makes those of names that were never used.
///
/// # Errors
/// The database.
pub fn ensure(
    conn: &mut Conn,
    names: &[String],
    now: Millis,
    new_id: impl Fn() -> TagId,
) -> Result<Vec<(TagId, String)>> {
    let mut known = named(conn, names)?;
    let have: HashSet<&str> = known.iter().map(|(_id, name)| name.as_str()).collect();
    let fresh: Vec<Tag> = names
        .iter()
        .filter(|name| !have.contains(name.as_str()))
        .map(|name| Tag {
            id: new_id(),
            name: name.clone(),
            created_at: now,
        })
        .collect();
    if !fresh.is_empty() {
        both!(conn => diesel::insert_into(tags::table)
            .values(&fresh)
            .on_conflict_do_nothing()
            .execute(conn))?;
        // Someone else may have been first: their id counts.
        known = named(conn, names)?;
    }
    Ok(known)
}

/// Puts hashtags on a status; `new_id` makes the ids of those that were never used.
///
/// # Errors
/// The database.
pub fn put(
    conn: &mut Conn,
    status: StatusId,
    names: &[String],
    now: Millis,
    new_id: impl Fn() -> TagId,
) -> Result<()> {
    if names.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = ensure(conn, names, now, new_id)?
        .into_iter()
        .map(|(tag, _name)| {
            (
                status_tags::tag_id.eq(tag),
                status_tags::status_id.eq(status),
            )
        })
        .collect();
    both!(conn => diesel::insert_into(status_tags::table)
        .values(&rows)
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(())
}

/// Takes all hashtags off a status.
///
/// # Errors
/// The database.
pub fn clear(conn: &mut Conn, status: StatusId) -> Result<()> {
    both!(conn => diesel::delete(status_tags::table.filter(status_tags::status_id.eq(status)))
        .execute(conn))?;
    Ok(())
}

/// The hashtags of these statuses, by name.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, statuses: &[StatusId]) -> Result<Vec<(StatusId, String)>> {
    if statuses.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => status_tags::table
        .inner_join(tags::table.on(tags::id.eq(status_tags::tag_id)))
        .filter(one_of("status_tags.status_id", statuses))
        .order((status_tags::status_id, tags::name))
        .select((status_tags::status_id, tags::name))
        .load(conn))?)
}

/// Hashtags that somebody used where all may read it, or features, or that the staff decided about. What was only
/// ever said in letters, for followers or in private groups is nobody's to find.
pub(crate) fn said_openly() -> Condition {
    Condition::new(Sql::new(
        "(EXISTS (SELECT 1 FROM status_tags said JOIN statuses where_said ON where_said.id = said.status_id \
           WHERE said.tag_id = tags.id AND where_said.visibility IN (0, 1) AND where_said.deleted_at IS NULL) \
         OR EXISTS (SELECT 1 FROM featured_tags shown WHERE shown.tag_id = tags.id) \
         OR EXISTS (SELECT 1 FROM tag_reviews judged WHERE judged.tag_id = tags.id))",
    ))
}

/// Hashtags that begin with this, the oldest first, without those that nobody shall find: for search.
///
/// # Errors
/// The database.
pub fn beginning_with(
    conn: &mut Conn,
    beginning: &str,
    limit: i64,
    offset: i64,
) -> Result<Vec<(TagId, String)>> {
    // A range instead of LIKE: the same on both engines, and the index serves it.
    let end = format!("{beginning}\u{10ffff}");
    Ok(both!(conn => tags::table
        .filter(tags::name.ge(beginning))
        .filter(tags::name.lt(end))
        .filter(not(exists(tag_reviews::table
            .filter(tag_reviews::tag_id.eq(tags::id))
            .filter(tag_reviews::listable.eq(false)))))
        .filter(said_openly())
        .order(tags::id)
        .limit(limit)
        .offset(offset)
        .select((tags::id, tags::name))
        .load(conn))?)
}

/// Those of these names that the staff does not let anyone use.
///
/// # Errors
/// The database.
pub fn unusable(conn: &mut Conn, names: &[String]) -> Result<Vec<String>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => tag_reviews::table
        .inner_join(tags::table.on(tags::id.eq(tag_reviews::tag_id)))
        .filter(tags::name.eq_any(names))
        .filter(tag_reviews::usable.eq(false))
        .select(tags::name)
        .load(conn))?)
}
