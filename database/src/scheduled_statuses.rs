//! Statuses that wait for their time, and the pictures that they keep.

use diesel::prelude::*;
use model::{AccountId, MediaId, Millis, Page, ScheduledId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::media_attachments::MediaAttachment;
use crate::paging::page_of;
use crate::schema::{media_attachments, scheduled_media, scheduled_statuses};
use crate::sql::one_of;

/// A row of `scheduled_statuses`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = scheduled_statuses)]
pub struct ScheduledStatus {
    /// Its id.
    pub id: ScheduledId,
    /// In whose name.
    pub account_id: AccountId,
    /// Who wrote it.
    pub human_id: AccountId,
    /// When it is to appear.
    pub due_at: Millis,
    /// What is to be published, as JSON of the use case.
    pub draft: String,
    /// When it was written.
    pub created_at: Millis,
}

/// Adds one with its pictures, which wait for no other status: `false` where one of them is not this
/// account's, or not free.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, row: &ScheduledStatus, media: &[MediaId]) -> Result<bool> {
    both!(conn => diesel::insert_into(scheduled_statuses::table).values(row).execute(conn))?;
    for (position, picture) in (0_i16..).zip(media) {
        let free: i64 = both!(conn => media_attachments::table
            .filter(media_attachments::id.eq(*picture))
            .filter(media_attachments::account_id.eq(row.account_id))
            .filter(media_attachments::status_id.is_null())
            .count()
            .get_result(conn))?;
        if free == 0 || keeps(conn, *picture)? {
            return Ok(false);
        }
        both!(conn => diesel::insert_into(scheduled_media::table)
            .values((
                scheduled_media::media_id.eq(*picture),
                scheduled_media::scheduled_id.eq(row.id),
                scheduled_media::position.eq(position),
            ))
            .execute(conn))?;
    }
    Ok(true)
}

/// Does a status that waits keep this picture?
///
/// # Errors
/// The database.
pub fn keeps(conn: &mut Conn, picture: MediaId) -> Result<bool> {
    Ok(
        both!(conn => diesel::select(diesel::dsl::exists(scheduled_media::table.find(picture)))
        .get_result(conn))?,
    )
}

/// The one with this id, whosever it is: for the job of its time.
///
/// # Errors
/// `NotFound`.
pub fn get(conn: &mut Conn, id: ScheduledId) -> Result<ScheduledStatus> {
    Ok(both!(conn => scheduled_statuses::table
        .find(id)
        .select(ScheduledStatus::as_select())
        .get_result(conn))?)
}

/// One of this account.
///
/// # Errors
/// `NotFound` for someone else's.
pub fn own(conn: &mut Conn, account: AccountId, id: ScheduledId) -> Result<ScheduledStatus> {
    Ok(both!(conn => scheduled_statuses::table
        .find(id)
        .filter(scheduled_statuses::account_id.eq(account))
        .select(ScheduledStatus::as_select())
        .get_result(conn))?)
}

/// Those of this account, newest first.
///
/// # Errors
/// The database.
pub fn page(conn: &mut Conn, account: AccountId, page: &Page) -> Result<Vec<ScheduledStatus>> {
    Ok(both!(conn => page_of!(
        conn,
        Db,
        scheduled_statuses::table
            .filter(scheduled_statuses::account_id.eq(account))
            .select(ScheduledStatus::as_select()),
        scheduled_statuses::id,
        page
    ))?)
}

/// How many of this account wait, and how many of them are due from `from` until before `until`; the
/// one with the id `but` is not counted.
///
/// # Errors
/// The database.
pub fn count(
    conn: &mut Conn,
    account: AccountId,
    from: Millis,
    until: Millis,
    but: ScheduledId,
) -> Result<(i64, i64)> {
    let all = both!(conn => scheduled_statuses::table
        .filter(scheduled_statuses::account_id.eq(account))
        .filter(scheduled_statuses::id.ne(but))
        .count()
        .get_result(conn))?;
    let that_day = both!(conn => scheduled_statuses::table
        .filter(scheduled_statuses::account_id.eq(account))
        .filter(scheduled_statuses::id.ne(but))
        .filter(scheduled_statuses::due_at.ge(from))
        .filter(scheduled_statuses::due_at.lt(until))
        .count()
        .get_result(conn))?;
    Ok((all, that_day))
}

/// The pictures that these keep, in their places.
///
/// # Errors
/// The database.
pub fn media(conn: &mut Conn, ids: &[ScheduledId]) -> Result<Vec<(ScheduledId, MediaAttachment)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => scheduled_media::table
        .inner_join(media_attachments::table.on(media_attachments::id.eq(scheduled_media::media_id)))
        .filter(one_of("scheduled_media.scheduled_id", ids))
        .order((scheduled_media::scheduled_id, scheduled_media::position))
        .select((scheduled_media::scheduled_id, MediaAttachment::as_select()))
        .load(conn))?)
}

/// Puts it off, or forward.
///
/// # Errors
/// The database.
pub fn set_due(conn: &mut Conn, id: ScheduledId, due: Millis) -> Result<()> {
    both!(conn => diesel::update(scheduled_statuses::table.find(id))
        .set(scheduled_statuses::due_at.eq(due))
        .execute(conn))?;
    Ok(())
}

/// Removes one; its pictures are free again. `false` where it was gone.
///
/// # Errors
/// The database.
pub fn delete(conn: &mut Conn, id: ScheduledId) -> Result<bool> {
    let rows = both!(conn => diesel::delete(scheduled_statuses::table.find(id)).execute(conn))?;
    Ok(rows > 0)
}
