//! The job that makes an upload of sound, film or a moving picture fit to be shown. It may run twice.

use std::sync::Arc;

use database::loose_files;
use database::media_attachments::{self, FAILED, IN_THE_WORKS, MediaAttachment, READY};
use model::MediaId;

use super::film::{self, Fit};
use super::loose::{self, Place};
use super::tools::Tools;
use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::files;

/// Converts what waits for it.
///
/// # Errors
/// What may pass: the database, the storage. What is broken for good is written into the row.
pub(crate) async fn convert(ctx: &Ctx, id: MediaId) -> Result<()> {
    let found = ctx
        .db
        .read(move |conn| Ok::<_, Error>(media_attachments::find(conn, id)?))
        .await?;
    let Some(row) = found.filter(|row| row.state == IN_THE_WORKS) else {
        return Ok(());
    };
    let made = match (&ctx.media.tools, files::read(ctx, &row.source).await) {
        (Some(tools), Ok(source)) => make(tools, &row, source).await,
        // The program went away, or the file: neither comes back by trying again.
        (None, _) | (_, Err(Error::NotFound)) => {
            Err(Error::Media("the file cannot be converted".to_owned()))
        }
        (_, Err(error)) => Err(error),
    };
    match made {
        Ok(made) => keep(ctx, row, made).await,
        Err(Error::Media(text)) => {
            tracing::debug!(%id, text, "an upload could not be made fit");
            give_up(ctx, row).await
        }
        Err(error) => Err(error),
    }
}

async fn make(tools: &Arc<Tools>, row: &MediaAttachment, source: Vec<u8>) -> Result<Fit> {
    if row.kind == "gifv" && source.starts_with(b"GIF8") {
        return Ok(match film::animation(tools, source.clone()).await {
            Ok(fit) => fit,
            // It was made anew when it came, so that it may be shown as the picture that it is.
            Err(Error::Media(_text)) => Fit::gif(source, row),
            Err(error) => return Err(error),
        });
    }
    let kind =
        ::media::film(&source).ok_or_else(|| Error::Media("the file cannot be read".to_owned()))?;
    film::make_fit(tools, source, kind).await
}

async fn keep(ctx: &Ctx, row: MediaAttachment, made: Fit) -> Result<()> {
    let side = |pixels: u32| i32::try_from(pixels).unwrap_or(i32::MAX);
    let mut new = row;
    new.kind = made.kind.to_owned();
    new.mime = made.mime.to_owned();
    (new.width, new.height) = (made.facts.width, made.facts.height);
    new.duration = made.facts.duration;
    new.frame_rate = made.facts.frame_rate.clone();
    new.bitrate = made.facts.bitrate;
    new.bytes = i64::try_from(made.bytes.len()).unwrap_or(i64::MAX);
    new.state = READY;
    let mut files = vec![(Place::File, made.bytes, made.extension)];
    let mut poster = None;
    if let Some(picture) = made.poster.filter(|_| new.preview.is_empty()) {
        let small = picture.small;
        files.push((Place::Preview, small.bytes, small.extension));
        poster = Some((side(small.width), side(small.height), picture.blurhash));
    }
    let named = loose::store(ctx, files).await?;
    let keys: Vec<String> = named.iter().map(|(_place, key)| key.clone()).collect();
    let (id, now) = (new.id, ctx.now());
    let rest = ctx
        .write_later(move |conn| {
            let present = media_attachments::find(conn, id)?;
            let Some(present) = present.filter(|row| row.state == IN_THE_WORKS) else {
                // Given up, or done by someone else: what was made stays loose.
                return Ok::<_, Error>(keys);
            };
            // What its owner changed in the meantime stays changed.
            new.description = present.description;
            (new.focus_x, new.focus_y) = (present.focus_x, present.focus_y);
            new.preview = present.preview;
            new.blurhash = present.blurhash;
            (new.preview_width, new.preview_height) =
                (present.preview_width, present.preview_height);
            let mut rest = vec![std::mem::take(&mut new.source)];
            for (place, key) in named {
                if place == Place::Preview && !new.preview.is_empty() {
                    rest.push(key);
                    continue;
                }
                *place.of(&mut new) = key;
                if let (Place::Preview, Some((width, height, blurhash))) = (place, &poster) {
                    (new.preview_width, new.preview_height) = (*width, *height);
                    new.blurhash.clone_from(blurhash);
                }
            }
            loose::claim(conn, &new)?;
            loose_files::add(conn, &rest, now)?;
            media_attachments::put(conn, &new)?;
            Ok(rest)
        })
        .await?;
    loose::drop_loose(ctx, rest).await
}

async fn give_up(ctx: &Ctx, row: MediaAttachment) -> Result<()> {
    let (id, now) = (row.id, ctx.now());
    let rest = ctx
        .write_later(move |conn| {
            let present = media_attachments::find(conn, id)?;
            let Some(mut present) = present.filter(|row| row.state == IN_THE_WORKS) else {
                return Ok::<_, Error>(Vec::new());
            };
            let rest = vec![std::mem::take(&mut present.source)];
            present.state = FAILED;
            loose_files::add(conn, &rest, now)?;
            media_attachments::put(conn, &present)?;
            Ok(rest)
        })
        .await?;
    loose::drop_loose(ctx, rest).await
}
