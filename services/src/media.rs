//! Pictures: take in (re-encoded, no metadata), describe, give up; the files themselves.

use std::sync::LazyLock;

use ::media::{Limits, Processed};
use database::media_attachments::{self, MediaAttachment};
use model::{MediaId, Millis};
use tokio::sync::Semaphore;

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::files;
use crate::views::account::Viewer;
use crate::views::status::MediaView;

/// What goes with an upload or a change of one.
#[derive(Clone, Debug, Default)]
pub struct Details {
    /// Alternative text, at most 1,500 characters; `None` leaves it.
    pub description: Option<String>,
    /// Where to look, -1 to 1 each; `None` leaves it.
    pub focus: Option<(f64, f64)>,
}

/// At most so many pictures of one person wait for a status.
const MAX_WAITING: i64 = 16;
/// A picture that waited this long is given up at the next upload.
const WAITS: i64 = Millis::DAY;
/// Letters of a description.
const MAX_DESCRIPTION: usize = 1500;

/// One picture a core is decoded at a time: each may take some hundred megabytes.
static DECODERS: LazyLock<Semaphore> = LazyLock::new(|| {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Semaphore::new(cores)
});

/// Re-encodes and stores a picture; it waits for a status of its owner.
///
/// # Errors
/// `Media` for what is no picture or too large, `Invalid` for a description that is too long.
pub async fn upload(
    ctx: &Ctx,
    owner: &Viewer,
    bytes: Vec<u8>,
    details: Details,
) -> Result<MediaView> {
    let description = description(details.description)?.unwrap_or_default();
    let (focus_x, focus_y) = focus(details.focus).unwrap_or_default();
    make_room(ctx, owner).await?;
    let picture = decode(bytes).await?;
    let size = i64::try_from(picture.bytes.len()).unwrap_or(i64::MAX);
    let file = files::save(ctx, picture.bytes, picture.extension).await?;
    let preview = match files::save(ctx, picture.small.bytes, picture.small.extension).await {
        Ok(preview) => preview,
        Err(error) => {
            files::remove(ctx, &file).await;
            return Err(error);
        }
    };
    let pixels = |side: u32| i32::try_from(side).unwrap_or(i32::MAX);
    let row = MediaAttachment {
        id: ctx.id(),
        account_id: owner.id(),
        status_id: None,
        position: 0,
        kind: "image".to_owned(),
        file,
        preview,
        mime: picture.mime.to_owned(),
        remote_url: String::new(),
        description,
        blurhash: picture.blurhash,
        width: pixels(picture.width),
        height: pixels(picture.height),
        preview_width: pixels(picture.small.width),
        preview_height: pixels(picture.small.height),
        focus_x,
        focus_y,
        bytes: size,
        created_at: ctx.now(),
    };
    let stored = row.clone();
    let outcome = ctx
        .db
        .write(move |conn| media_attachments::insert(conn, &[stored]))
        .await;
    match outcome {
        Ok(()) => Ok(row),
        Err(error) => {
            remove_files(ctx, &row).await;
            Err(error.into())
        }
    }
}

/// Gives up what waited too long, and says no where too much waits still.
async fn make_room(ctx: &Ctx, owner: &Viewer) -> Result<()> {
    let (me, before) = (owner.id(), ctx.now().plus(-WAITS));
    let (stale, waiting) = ctx
        .db
        .write(move |conn| {
            let stale = media_attachments::stale(conn, me, before)?;
            let ids: Vec<MediaId> = stale.iter().map(|row| row.id).collect();
            media_attachments::delete(conn, &ids)?;
            let waiting = media_attachments::count_waiting(conn, me)?;
            Ok::<_, Error>((stale, waiting))
        })
        .await?;
    for row in &stale {
        remove_files(ctx, row).await;
    }
    if waiting >= MAX_WAITING {
        return Err(Error::LimitExceeded(
            "Too many pictures wait for a post; send some of them first",
        ));
    }
    Ok(())
}

/// A picture that is no upload (of a card, of an emoji), written anew.
///
/// # Errors
/// `Media` for what is no picture or too large.
pub(crate) async fn rewritten(bytes: Vec<u8>) -> Result<Processed> {
    decode(bytes).await
}

async fn decode(bytes: Vec<u8>) -> Result<Processed> {
    let _one_of_few = DECODERS
        .acquire()
        .await
        .map_err(|_closed| Error::Media("pictures cannot be read now".to_owned()))?;
    tokio::task::spawn_blocking(move || ::media::process(&bytes, &Limits::default()))
        .await
        .map_err(|_panicked| Error::Media("the picture is broken".to_owned()))?
        .map_err(|error| Error::Media(error.to_string()))
}

fn description(text: Option<String>) -> Result<Option<String>> {
    let Some(text) = text else { return Ok(None) };
    let text = crate::compose::typed(&text).trim().to_owned();
    if text::graphemes(&text) > MAX_DESCRIPTION || text.len() > 16 * MAX_DESCRIPTION {
        return Err(Error::invalid(
            "description",
            "ERR_TOO_LONG",
            format!(
                "Validation failed: Description is too long (maximum is {MAX_DESCRIPTION} characters)"
            ),
        ));
    }
    Ok(Some(text))
}

fn focus(wish: Option<(f64, f64)>) -> Option<(f64, f64)> {
    let unit = |at: f64| at.clamp(-1.0, 1.0);
    wish.filter(|(x, y)| x.is_finite() && y.is_finite())
        .map(|(x, y)| (unit(x), unit(y)))
}

/// A picture of one's own that waits for a status.
///
/// # Errors
/// `NotFound` for someone else's, or one that is part of a status already.
pub async fn show(ctx: &Ctx, owner: &Viewer, id: MediaId) -> Result<MediaView> {
    let me = owner.id();
    ctx.db
        .read(move |conn| Ok(media_attachments::waiting(conn, me, id)?))
        .await
}

/// Changes description and focus.
///
/// # Errors
/// As [`show`] and [`upload`].
pub async fn describe(
    ctx: &Ctx,
    owner: &Viewer,
    id: MediaId,
    details: Details,
) -> Result<MediaView> {
    let me = owner.id();
    let (text, focus) = (description(details.description)?, focus(details.focus));
    ctx.db
        .write(move |conn| {
            let mut row = media_attachments::waiting(conn, me, id)?;
            row.description = text.unwrap_or(row.description);
            (row.focus_x, row.focus_y) = focus.unwrap_or((row.focus_x, row.focus_y));
            media_attachments::describe(conn, id, &row.description, (row.focus_x, row.focus_y))?;
            Ok(row)
        })
        .await
}

/// Gives up a picture that waits; its files go too.
///
/// # Errors
/// As [`show`].
pub async fn delete(ctx: &Ctx, owner: &Viewer, id: MediaId) -> Result<()> {
    let me = owner.id();
    let row = ctx
        .db
        .write(move |conn| {
            let row = media_attachments::waiting(conn, me, id)?;
            media_attachments::delete(conn, &[id])?;
            Ok::<_, Error>(row)
        })
        .await?;
    remove_files(ctx, &row).await;
    Ok(())
}

async fn remove_files(ctx: &Ctx, row: &MediaAttachment) {
    files::remove(ctx, &row.file).await;
    files::remove(ctx, &row.preview).await;
}

/// A file of ours by its key and its fixed type. Keys are random 128-bit words with an ending; whatever
/// else is asked for does not exist.
///
/// # Errors
/// `NotFound`.
pub async fn file(ctx: &Ctx, key: &str) -> Result<(Vec<u8>, &'static str)> {
    files::read(ctx, key).await
}

#[cfg(test)]
mod tests;
