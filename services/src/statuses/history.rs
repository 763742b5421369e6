//! What a status said before: each version with the pictures and the question that it had.

use database::media_attachments::{self, MediaAttachment};
use database::{Conn, polls, status_edits, visible};
use model::{AccountId, MediaId, Millis, StatusId};
use serde::{Deserialize, Serialize};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::media::sealed::{MediaView, Reader};
use crate::polls::titles;
use crate::views::account::{self, Viewer};
use crate::views::status::{EditView, viewer_id};

/// What hung on a version, as it is kept beside the words.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Parts {
    media: Vec<Picture>,
    poll: Option<Vec<String>>,
}

/// A picture without its files: those may be gone since.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Picture {
    id: i64,
    kind: String,
    mime: String,
    remote_url: String,
    description: String,
    blurhash: String,
    width: i32,
    height: i32,
    focus: (f64, f64),
}

impl From<&MediaAttachment> for Picture {
    fn from(row: &MediaAttachment) -> Self {
        Self {
            id: row.id.0,
            kind: row.kind.clone(),
            mime: row.mime.clone(),
            remote_url: row.remote_url.clone(),
            description: row.description.clone(),
            blurhash: row.blurhash.clone(),
            width: row.width,
            height: row.height,
            focus: (row.focus_x, row.focus_y),
        }
    }
}

impl Picture {
    /// As it was: with its files where the status still has them. An edit from elsewhere makes new
    /// rows, so what comes from the same address is the same picture.
    fn view(self, author: AccountId, now: &[MediaAttachment]) -> MediaAttachment {
        let same = |row: &&MediaAttachment| {
            row.id.0 == self.id
                || (!self.remote_url.is_empty() && row.remote_url == self.remote_url)
        };
        let (focus_x, focus_y) = self.focus;
        if let Some(row) = now.iter().find(same) {
            return MediaAttachment {
                description: self.description,
                focus_x,
                focus_y,
                ..row.clone()
            };
        }
        MediaAttachment {
            id: MediaId(self.id),
            account_id: author,
            status_id: None,
            position: 0,
            kind: self.kind,
            file: String::new(),
            preview: String::new(),
            mime: self.mime,
            remote_url: String::new(),
            description: self.description,
            blurhash: self.blurhash,
            width: self.width,
            height: self.height,
            preview_width: self.width,
            preview_height: self.height,
            focus_x,
            focus_y,
            bytes: 0,
            created_at: Millis(0),
            ..crate::media::empty()
        }
    }
}

/// What hangs on a status now, to be kept before it is edited.
///
/// # Errors
/// The database.
pub(super) fn parts(conn: &mut Conn, status: StatusId) -> Result<serde_json::Value> {
    let media = media_attachments::of(conn, &[status])?;
    let poll = match polls::of_status(conn, status)? {
        Some(poll) => Some(titles(conn, poll.id)?),
        None => None,
    };
    let parts = Parts {
        media: media.iter().map(Picture::from).collect(),
        poll,
    };
    Ok(serde_json::to_value(parts).unwrap_or_default())
}

/// Every version, oldest first, the present one last.
///
/// # Errors
/// `NotFound` through the gate.
pub async fn history(ctx: &Ctx, viewer: Option<&Viewer>, id: StatusId) -> Result<Vec<EditView>> {
    let viewer = viewer_id(viewer);
    ctx.db
        .read(move |conn| {
            let status = visible::find(conn, viewer, id)?.ok_or(Error::NotFound)?;
            let author = account::one_in(conn, status.account_id)?;
            let media = media_attachments::of(conn, &[id])?;
            let reader = if status.visibility.is_open() {
                Reader::Everyone
            } else {
                Reader::Only(viewer)
            };
            let poll = match polls::of_status(conn, id)? {
                Some(poll) => Some(titles(conn, poll.id)?),
                None => None,
            };
            let mut versions: Vec<EditView> = status_edits::of(conn, id)?
                .into_iter()
                .map(|edit| {
                    let parts: Parts = serde_json::from_value(edit.parts).unwrap_or_default();
                    EditView {
                        content: edit.content,
                        spoiler_text: edit.spoiler_text,
                        sensitive: edit.sensitive,
                        created_at: edit.created_at,
                        author: author.clone(),
                        media: parts
                            .media
                            .into_iter()
                            .map(|picture| picture.view(status.account_id, &media))
                            .map(|row| MediaView::new(row, reader))
                            .collect(),
                        poll: parts.poll,
                    }
                })
                .collect();
            versions.push(EditView {
                content: status.content.clone(),
                spoiler_text: status.spoiler_text.clone(),
                sensitive: status.sensitive,
                created_at: status.edited_at.unwrap_or(status.created_at),
                author,
                media: media
                    .into_iter()
                    .map(|row| MediaView::new(row, reader))
                    .collect(),
                poll,
            });
            Ok(versions)
        })
        .await
}
