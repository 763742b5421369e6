//! Pictures of statuses, and those that wait for one.

use diesel::prelude::*;
use model::{AccountId, MediaId, Millis, StatusId, Visibility};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::{media_attachments, scheduled_media, statuses};
use crate::sql::one_of;

/// A row of `media_attachments`.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Identifiable, Insertable, AsChangeset)]
#[diesel(table_name = media_attachments, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct MediaAttachment {
    /// Its id.
    pub id: MediaId,
    /// Who uploaded it, or the remote author.
    pub account_id: AccountId,
    /// The status; `None` while it waits.
    pub status_id: Option<StatusId>,
    /// Its place in the status.
    pub position: i16,
    /// `image`, `gifv`, `video`, `audio`, `unknown`.
    pub kind: String,
    /// Our file's random key with its ending; empty for a picture that stays elsewhere.
    pub file: String,
    /// The small one.
    pub preview: String,
    /// Its type.
    pub mime: String,
    /// Where it came from; empty for uploads.
    pub remote_url: String,
    /// For those who do not see it.
    pub description: String,
    /// The coloured blur shown while it loads.
    pub blurhash: String,
    /// Pixels; 0 while unknown.
    pub width: i32,
    /// Pixels.
    pub height: i32,
    /// Pixels of the small one.
    pub preview_width: i32,
    /// Pixels.
    pub preview_height: i32,
    /// -1 to 1.
    pub focus_x: f64,
    /// -1 to 1.
    pub focus_y: f64,
    /// The size of our file.
    pub bytes: i64,
    /// When it came.
    pub created_at: Millis,
    /// Is it fit to be shown? One of [`READY`], [`IN_THE_WORKS`], [`FAILED`].
    pub state: i16,
    /// The upload as it came, until it was made fit.
    pub source: String,
    /// Milliseconds; 0 for what does not move.
    pub duration: i64,
    /// As a fraction, `30/1`; empty for none.
    pub frame_rate: String,
    /// Bits a second; 0 for unknown.
    pub bitrate: i64,
}

/// Fit to be shown.
pub const READY: i16 = 0;
/// Its owner waits until it is made fit.
pub const IN_THE_WORKS: i16 = 1;
/// It could not be made fit.
pub const FAILED: i16 = 2;

/// Adds pictures.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, rows: &[MediaAttachment]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    both!(conn => diesel::insert_into(media_attachments::table).values(rows).execute(conn))?;
    Ok(())
}

/// A picture of this account that waits for a status.
///
/// # Errors
/// `NotFound` for someone else's, or one that is part of a status.
pub fn waiting(conn: &mut Conn, owner: AccountId, id: MediaId) -> Result<MediaAttachment> {
    Ok(both!(conn => media_attachments::table
        .find(id)
        .filter(media_attachments::account_id.eq(owner))
        .filter(media_attachments::status_id.is_null())
        .select(MediaAttachment::as_select())
        .get_result(conn))?)
}

/// How many pictures of this account wait.
///
/// # Errors
/// The database.
pub fn count_waiting(conn: &mut Conn, owner: AccountId) -> Result<i64> {
    Ok(both!(conn => media_attachments::table
        .filter(media_attachments::account_id.eq(owner))
        .filter(media_attachments::status_id.is_null())
        // What a scheduled status keeps waits for its time.
        .filter(media_attachments::id.ne_all(scheduled_media::table.select(scheduled_media::media_id)))
        .count()
        .get_result(conn))?)
}

/// Those of everyone that have waited since before `before`, at most `limit`.
///
/// # Errors
/// The database.
pub fn waiting_since(conn: &mut Conn, before: Millis, limit: i64) -> Result<Vec<MediaAttachment>> {
    Ok(both!(conn => media_attachments::table
        .filter(media_attachments::status_id.is_null())
        // What a scheduled status keeps waits for its time.
        .filter(media_attachments::id.ne_all(scheduled_media::table.select(scheduled_media::media_id)))
        .filter(media_attachments::created_at.lt(before))
        .order(media_attachments::id)
        .limit(limit)
        .select(MediaAttachment::as_select())
        .load(conn))?)
}

/// Those of this account that have waited since before `before`.
///
/// # Errors
/// The database.
pub fn stale(conn: &mut Conn, owner: AccountId, before: Millis) -> Result<Vec<MediaAttachment>> {
    Ok(both!(conn => media_attachments::table
        .filter(media_attachments::account_id.eq(owner))
        .filter(media_attachments::status_id.is_null())
        // What a scheduled status keeps waits for its time.
        .filter(media_attachments::id.ne_all(scheduled_media::table.select(scheduled_media::media_id)))
        .filter(media_attachments::created_at.lt(before))
        .select(MediaAttachment::as_select())
        .load(conn))?)
}

/// The pictures of these statuses, in their places.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, statuses: &[StatusId]) -> Result<Vec<MediaAttachment>> {
    if statuses.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => media_attachments::table
        .filter(one_of("media_attachments.status_id", statuses))
        .order((media_attachments::status_id, media_attachments::position, media_attachments::id))
        .select(MediaAttachment::as_select())
        .load(conn))?)
}

/// Gives a picture that waits, or is part of this status already, its place in it; `false` where it is
/// someone else's or part of another status.
///
/// # Errors
/// The database.
pub fn attach(
    conn: &mut Conn,
    owner: AccountId,
    id: MediaId,
    status: StatusId,
    position: i16,
) -> Result<bool> {
    let rows = both!(conn => diesel::update(media_attachments::table
        .find(id)
        .filter(media_attachments::account_id.eq(owner))
        .filter(media_attachments::status_id.is_null().or(media_attachments::status_id.eq(status))))
        .set((
            media_attachments::status_id.eq(status),
            media_attachments::position.eq(position),
        ))
        .execute(conn))?;
    Ok(rows > 0)
}

/// The one with this id, whoever's it is; for jobs.
///
/// # Errors
/// The database.
pub fn find(conn: &mut Conn, id: MediaId) -> Result<Option<MediaAttachment>> {
    Ok(both!(conn => media_attachments::table
        .find(id)
        .select(MediaAttachment::as_select())
        .get_result(conn)
        .optional())?)
}

/// Is this the file, or the small one, of a medium whose status is not for everyone? Files of anything else (a face, an
/// emoji) are, and what waits for a status has an address that its owner alone was told.
///
/// # Errors
/// The database.
pub fn is_closed(conn: &mut Conn, file: &str) -> Result<bool> {
    let found: Vec<Visibility> = both!(conn => media_attachments::table
        .inner_join(statuses::table.on(statuses::id.nullable().eq(media_attachments::status_id)))
        // Both indexes leave out what has no file.
        .filter(media_attachments::file.eq(file).and(media_attachments::file.ne(""))
            .or(media_attachments::preview.eq(file).and(media_attachments::preview.ne(""))))
        .select(statuses::visibility)
        .limit(2)
        .load(conn))?;
    Ok(found.iter().any(|visibility| !visibility.is_open()))
}

/// One of this account's, attached or not.
///
/// # Errors
/// `NotFound` for someone else's.
pub fn own(conn: &mut Conn, owner: AccountId, id: MediaId) -> Result<MediaAttachment> {
    Ok(both!(conn => media_attachments::table
        .find(id)
        .filter(media_attachments::account_id.eq(owner))
        .select(MediaAttachment::as_select())
        .get_result(conn))?)
}

/// Writes all columns of a row that is there.
///
/// # Errors
/// The database.
pub fn put(conn: &mut Conn, row: &MediaAttachment) -> Result<()> {
    both!(conn => diesel::update(media_attachments::table.find(row.id))
        .set(row)
        .execute(conn))?;
    Ok(())
}

/// Removes rows; the files are someone else's business.
///
/// # Errors
/// The database.
pub fn delete(conn: &mut Conn, ids: &[MediaId]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    both!(conn => diesel::delete(media_attachments::table.filter(media_attachments::id.eq_any(ids)))
        .execute(conn))?;
    Ok(())
}
