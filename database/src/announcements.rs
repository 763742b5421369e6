//! What those who run the place tell everyone: announcements, who put them away, reactions.

use diesel::prelude::*;
use model::{AccountId, AnnouncementId, Millis, RowId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::{announcement_dismissals, announcement_reactions, announcements};
use crate::sql::one_of;

/// A row of `announcements`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = announcements, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Announcement {
    /// Its id.
    pub id: AnnouncementId,
    /// As it was typed.
    pub source: String,
    /// Clean HTML.
    pub content: String,
    /// When what it tells of begins.
    pub starts_at: Option<Millis>,
    /// When it ends; the announcement is shown until then.
    pub ends_at: Option<Millis>,
    /// The hours of both do not matter.
    pub all_day: bool,
    /// Shown from then on; `None`: not at all.
    pub published_at: Option<Millis>,
    /// Those who listen were told.
    pub announced: bool,
    /// When it was written.
    pub created_at: Millis,
    /// When it was changed.
    pub updated_at: Millis,
}

/// Adds one.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, row: &Announcement) -> Result<()> {
    both!(conn => diesel::insert_into(announcements::table).values(row).execute(conn))?;
    Ok(())
}

/// One.
///
/// # Errors
/// `NotFound`.
pub fn get(conn: &mut Conn, id: AnnouncementId) -> Result<Announcement> {
    Ok(both!(conn => announcements::table
        .find(id)
        .select(Announcement::as_select())
        .get_result(conn))?)
}

/// Writes a changed one.
///
/// # Errors
/// The database.
pub fn set(conn: &mut Conn, row: &Announcement) -> Result<()> {
    both!(conn => diesel::update(announcements::table.find(row.id)).set(row).execute(conn))?;
    Ok(())
}

/// Takes one away; `false` where there is none.
///
/// # Errors
/// The database.
pub fn delete(conn: &mut Conn, id: AnnouncementId) -> Result<bool> {
    Ok(both!(conn => diesel::delete(announcements::table.find(id)).execute(conn))? > 0)
}

/// All of them, newest first.
///
/// # Errors
/// The database.
pub fn all(conn: &mut Conn) -> Result<Vec<Announcement>> {
    Ok(both!(conn => announcements::table
        .order(announcements::id.desc())
        .select(Announcement::as_select())
        .load(conn))?)
}

/// Those that are shown now, the newest first.
///
/// # Errors
/// The database.
pub fn shown(conn: &mut Conn, now: Millis, limit: i64) -> Result<Vec<Announcement>> {
    Ok(both!(conn => announcements::table
        .filter(announcements::published_at.le(now))
        .filter(announcements::ends_at.is_null().or(announcements::ends_at.gt(now)))
        .order(announcements::published_at.desc())
        .limit(limit)
        .select(Announcement::as_select())
        .load(conn))?)
}

/// Which of these this account put away.
///
/// # Errors
/// The database.
pub fn dismissed(
    conn: &mut Conn,
    account: AccountId,
    ids: &[AnnouncementId],
) -> Result<Vec<AnnouncementId>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => announcement_dismissals::table
        .filter(announcement_dismissals::account_id.eq(account))
        .filter(one_of("announcement_dismissals.announcement_id", ids))
        .select(announcement_dismissals::announcement_id)
        .load(conn))?)
}

/// Puts one away; twice is once.
///
/// # Errors
/// The database.
pub fn dismiss(conn: &mut Conn, account: AccountId, id: AnnouncementId) -> Result<()> {
    both!(conn => diesel::insert_into(announcement_dismissals::table)
        .values((
            announcement_dismissals::account_id.eq(account),
            announcement_dismissals::announcement_id.eq(id),
        ))
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(())
}

/// A reaction: to what, by whom, with which name.
pub type Reaction = (AnnouncementId, AccountId, String);

/// The reactions to these, the oldest first.
///
/// # Errors
/// The database.
pub fn reactions(conn: &mut Conn, ids: &[AnnouncementId]) -> Result<Vec<Reaction>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => announcement_reactions::table
        .filter(one_of("announcement_reactions.announcement_id", ids))
        .order(announcement_reactions::id)
        .select((
            announcement_reactions::announcement_id,
            announcement_reactions::account_id,
            announcement_reactions::name,
        ))
        .load(conn))?)
}

/// Adds a reaction; `false` where it is there already.
///
/// # Errors
/// The database.
pub fn react(
    conn: &mut Conn,
    row: RowId,
    id: AnnouncementId,
    account: AccountId,
    name: &str,
    now: Millis,
) -> Result<bool> {
    Ok(
        both!(conn => diesel::insert_into(announcement_reactions::table)
        .values((
            announcement_reactions::id.eq(row),
            announcement_reactions::announcement_id.eq(id),
            announcement_reactions::account_id.eq(account),
            announcement_reactions::name.eq(name),
            announcement_reactions::created_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(conn))?
            > 0,
    )
}

/// Takes a reaction back; `false` where there is none.
///
/// # Errors
/// The database.
pub fn unreact(
    conn: &mut Conn,
    id: AnnouncementId,
    account: AccountId,
    name: &str,
) -> Result<bool> {
    Ok(both!(conn => diesel::delete(announcement_reactions::table
        .filter(announcement_reactions::announcement_id.eq(id))
        .filter(announcement_reactions::account_id.eq(account))
        .filter(announcement_reactions::name.eq(name)))
        .execute(conn))?
        > 0)
}
