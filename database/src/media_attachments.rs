//! Pictures of statuses, and those that wait for one.

use diesel::prelude::*;
use model::{AccountId, MediaId, Millis, StatusId};

use crate::schema::media_attachments;

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
}
