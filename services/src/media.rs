//! Media of posts: taken in (made anew, no metadata), described, given up. Pictures are made fit while
//! their owner waits; sound, film and animations in a job (`convert`).

pub(crate) mod convert;
pub(crate) mod film;
pub(crate) mod loose;
pub mod sealed;
mod setup;
pub(crate) mod tools;
pub(crate) mod workshop;

use ::media::{Film, Limits, Processed};
use database::Conn;
use database::media_attachments::{self, FAILED, IN_THE_WORKS, MediaAttachment, READY};
use model::{Job, MediaId, Millis, StatusId};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::storage::{Found, Part};
use crate::views::account::Viewer;
use crate::{files, jobs};

pub use film::{MOST_BYTES, MOST_PIXELS, MOST_RATE};
pub use loose::{Tidied, tidy};
pub(crate) use loose::{drop_loose, let_go};
pub use sealed::{MediaView, Reader};
pub use setup::{DEFAULT_QUOTA, Means, Setup};
pub use tools::{OFF, Tools};

/// What goes with an upload or a change of one.
#[derive(Clone, Debug, Default)]
pub struct Details {
    /// Alternative text, at most 1,500 characters; `None` leaves it.
    pub description: Option<String>,
    /// Where to look, -1 to 1 each; `None` leaves it.
    pub focus: Option<(f64, f64)>,
    /// A picture that stands for it; `None` leaves it.
    pub thumbnail: Option<Vec<u8>>,
}

/// Is it fit to be shown?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Yes.
    Ready,
    /// Not yet.
    InTheWorks,
    /// It never will be.
    Failed,
}

/// How far a medium has come.
#[must_use]
pub fn state(media: &MediaAttachment) -> State {
    match media.state {
        READY => State::Ready,
        IN_THE_WORKS => State::InTheWorks,
        _ => State::Failed,
    }
}

/// At most so many media of one person wait for a status.
const MAX_WAITING: i64 = 16;
/// What waited this long is given up at the next upload.
const WAITS: i64 = Millis::DAY;
/// Letters of a description.
const MAX_DESCRIPTION: usize = 1500;
/// Pixels of a thumbnail that someone chose.
const THUMBNAIL: u64 = 640 * 360;
/// Should whoever waits for a film be cut off, a job takes it up after so long.
const TAKE_UP: i64 = 5 * Millis::MINUTE;

/// Stores a medium that waits for a status of its owner. Pictures are made fit now; sound, film and
/// animations too where the caller `waits`, else in a job.
///
/// # Errors
/// `Media` for what is not accepted here, is broken or too large, `Invalid` for a description that is
/// too long, `LimitExceeded` where too much waits already.
pub async fn upload(
    ctx: &Ctx,
    owner: &Viewer,
    bytes: Vec<u8>,
    details: Details,
    waits: bool,
) -> Result<MediaView> {
    let description = description(details.description)?.unwrap_or_default();
    let (focus_x, focus_y) = focus(details.focus).unwrap_or_default();
    make_room(ctx, owner).await?;
    let thumbnail = thumbnail(details.thumbnail).await?;
    let mut taken = take(ctx, bytes).await?;
    if let Some(thumbnail) = thumbnail {
        taken.put_thumbnail(thumbnail);
    }
    let mut row = taken.row;
    row.id = ctx.id();
    row.account_id = owner.id();
    row.description = description;
    (row.focus_x, row.focus_y) = (focus_x, focus_y);
    row.created_at = ctx.now();
    let named = loose::store(ctx, taken.files).await?;
    for (place, key) in &named {
        *place.of(&mut row) = key.clone();
    }
    let stored = row.clone();
    let context = std::sync::Arc::clone(ctx);
    ctx.write(move |conn| {
        loose::claim(conn, &stored)?;
        media_attachments::insert(conn, std::slice::from_ref(&stored))?;
        if stored.state == IN_THE_WORKS {
            let due = context.now().plus(if waits { TAKE_UP } else { 0 });
            let job = Job::ConvertMedia { media: stored.id };
            jobs::enqueue(
                &context,
                conn,
                &job,
                Some(&format!("media:{}", stored.id)),
                due,
            )?;
        }
        Ok::<_, Error>(())
    })
    .await?;
    if !waits || row.state != IN_THE_WORKS {
        return Ok(own(row));
    }
    // Who stops waiting does not stop the work.
    let (context, id) = (std::sync::Arc::clone(ctx), row.id);
    let work = tokio::spawn(async move { convert::convert(&context, id).await });
    work.await
        .map_err(|_ended| Error::Media("the file cannot be read".to_owned()))??;
    let done = show(ctx, owner, id).await?;
    if done.state == FAILED {
        delete(ctx, owner, id).await?;
        return Err(Error::Media("the file cannot be converted".to_owned()));
    }
    Ok(done)
}

/// An upload that was looked at: the row it becomes, and the files that have to be stored for it.
struct Taken {
    row: MediaAttachment,
    files: Vec<(loose::Place, Vec<u8>, &'static str)>,
}

impl Taken {
    fn put_thumbnail(&mut self, picture: Processed) {
        self.files
            .retain(|(place, ..)| *place != loose::Place::Preview);
        let side = |pixels: u32| i32::try_from(pixels).unwrap_or(i32::MAX);
        self.row.preview_width = side(picture.width);
        self.row.preview_height = side(picture.height);
        self.row.blurhash = picture.blurhash;
        self.files
            .push((loose::Place::Preview, picture.bytes, picture.extension));
    }
}

/// Tells by its first bytes what an upload is.
async fn take(ctx: &Ctx, bytes: Vec<u8>) -> Result<Taken> {
    let tools = ctx.media.tools.as_ref();
    match ::media::film(&bytes) {
        None => {
            let animated = bytes.starts_with(b"GIF8");
            let picture = workshop::picture(bytes, Limits::default()).await?;
            let moves = animated && picture.frames > 1 && tools.is_some();
            Ok(still(picture, moves))
        }
        Some(kind) if kind.is_still() => {
            let reads = tools.filter(|tools| match kind {
                Film::Avif => tools.reads_avif,
                _ => tools.reads_heic,
            });
            let Some(tools) = reads else {
                return Err(Error::Media(
                    "this server cannot read AVIF or HEIC pictures of this kind; JPEG, PNG, GIF \
                     and WebP are accepted"
                        .to_owned(),
                ));
            };
            if bytes.len() > Limits::default().bytes {
                return Err(Error::Media("the file is too large".to_owned()));
            }
            let png = tools.still(&bytes, kind.reader()).await?;
            let picture = workshop::as_photograph(png).await?;
            Ok(still(picture, false))
        }
        Some(kind) => {
            let Some(tools) = tools else {
                return Err(Error::Media(
                    "this server takes no sound and no film, because ffmpeg is not installed; \
                     JPEG, PNG, GIF and WebP are accepted"
                        .to_owned(),
                ));
            };
            if bytes.len() > MOST_BYTES {
                return Err(Error::Media("the file is too large".to_owned()));
            }
            let cage = tools::Cage::with(bytes.clone()).await?;
            let facts = film::look(tools, &cage, kind).await?;
            let mut row = empty();
            row.kind = facts.kind().to_owned();
            (row.width, row.height) = (facts.width, facts.height);
            row.duration = facts.duration;
            row.state = IN_THE_WORKS;
            Ok(Taken {
                row,
                files: vec![(loose::Place::Source, bytes, files::SOURCE)],
            })
        }
    }
}

/// A picture that is fit; one that `moves` waits until it is a film.
fn still(picture: Processed, moves: bool) -> Taken {
    let side = |pixels: u32| i32::try_from(pixels).unwrap_or(i32::MAX);
    let mut row = empty();
    row.mime = picture.mime.to_owned();
    row.blurhash = picture.blurhash;
    (row.width, row.height) = (side(picture.width), side(picture.height));
    (row.preview_width, row.preview_height) =
        (side(picture.small.width), side(picture.small.height));
    row.bytes = i64::try_from(picture.bytes.len()).unwrap_or(i64::MAX);
    let (place, extension) = if moves {
        row.kind = "gifv".to_owned();
        row.state = IN_THE_WORKS;
        (loose::Place::Source, files::SOURCE)
    } else {
        (loose::Place::File, picture.extension)
    };
    Taken {
        row,
        files: vec![
            (place, picture.bytes, extension),
            (
                loose::Place::Preview,
                picture.small.bytes,
                picture.small.extension,
            ),
        ],
    }
}

/// A row in which nothing is known yet.
pub(crate) fn empty() -> MediaAttachment {
    MediaAttachment {
        id: MediaId(0),
        account_id: model::AccountId(0),
        status_id: None,
        position: 0,
        kind: "image".to_owned(),
        file: String::new(),
        preview: String::new(),
        mime: String::new(),
        remote_url: String::new(),
        description: String::new(),
        blurhash: String::new(),
        width: 0,
        height: 0,
        preview_width: 0,
        preview_height: 0,
        focus_x: 0.0,
        focus_y: 0.0,
        bytes: 0,
        created_at: Millis(0),
        state: READY,
        source: String::new(),
        duration: 0,
        frame_rate: String::new(),
        bitrate: 0,
    }
}

/// A picture that stands for a film or a song, of the kind that it was.
async fn thumbnail(bytes: Option<Vec<u8>>) -> Result<Option<Processed>> {
    let Some(bytes) = bytes else { return Ok(None) };
    let limits = Limits {
        published_pixels: THUMBNAIL,
        ..Limits::default()
    };
    workshop::picture(bytes, limits).await.map(Some)
}

/// Gives up what waited too long, and says no where too much waits still.
async fn make_room(ctx: &Ctx, owner: &Viewer) -> Result<()> {
    let (me, before) = (owner.id(), ctx.now().plus(-WAITS));
    let context = std::sync::Arc::clone(ctx);
    let (stale, waiting) = ctx
        .db
        .write(move |conn| {
            let stale = media_attachments::stale(conn, me, before)?;
            let ids: Vec<MediaId> = stale.iter().map(|row| row.id).collect();
            media_attachments::delete(conn, &ids)?;
            let files = let_go(&context, conn, &stale)?;
            let waiting = media_attachments::count_waiting(conn, me)?;
            Ok::<_, Error>((files, waiting))
        })
        .await?;
    drop_loose(ctx, stale).await?;
    if waiting >= MAX_WAITING {
        return Err(Error::LimitExceeded(
            "Too many files wait for a post; send some of them first",
        ));
    }
    Ok(())
}

/// A picture that is no upload (of a card, of an emoji), written anew.
///
/// # Errors
/// `Media` for what is no picture or too large.
pub(crate) async fn rewritten(bytes: Vec<u8>) -> Result<Processed> {
    workshop::picture(bytes, Limits::default()).await
}

/// A description as it is stored.
///
/// # Errors
/// `Invalid` for one that is too long.
pub(crate) fn description(text: Option<String>) -> Result<Option<String>> {
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

/// A medium of one's own that waits for a status.
///
/// # Errors
/// `NotFound` for someone else's, or one that is part of a status already.
pub async fn show(ctx: &Ctx, owner: &Viewer, id: MediaId) -> Result<MediaView> {
    let me = owner.id();
    ctx.db
        .read(move |conn| Ok(own(media_attachments::waiting(conn, me, id)?)))
        .await
}

/// What waits has a plain address, which its owner alone is told: it may become part of something for everyone.
fn own(row: MediaAttachment) -> MediaView {
    MediaView::new(row, Reader::Everyone)
}

/// Changes description, focus and thumbnail.
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
    show(ctx, owner, id).await?;
    let thumbnail = thumbnail(details.thumbnail).await?;
    let mut chosen = Taken {
        row: empty(),
        files: Vec::new(),
    };
    if let Some(thumbnail) = thumbnail {
        chosen.put_thumbnail(thumbnail);
    }
    let named = loose::store(ctx, chosen.files).await?;
    let (new, now) = (chosen.row, ctx.now());
    let (row, old) = ctx
        .db
        .write(move |conn| {
            let mut row = media_attachments::waiting(conn, me, id)?;
            row.description = text.unwrap_or(row.description);
            (row.focus_x, row.focus_y) = focus.unwrap_or((row.focus_x, row.focus_y));
            let mut old = Vec::new();
            for (_preview, key) in named {
                old.push(std::mem::replace(&mut row.preview, key));
                (row.preview_width, row.preview_height) = (new.preview_width, new.preview_height);
                row.blurhash.clone_from(&new.blurhash);
                loose::claim(conn, &row)?;
            }
            database::loose_files::add(conn, &old, now)?;
            media_attachments::put(conn, &row)?;
            Ok::<_, Error>((row, old))
        })
        .await?;
    drop_loose(ctx, old).await?;
    Ok(own(row))
}

/// Gives up a medium that waits; its files go too.
///
/// # Errors
/// `NotFound` for someone else's, `Invalid` for one that is part of a status.
pub async fn delete(ctx: &Ctx, owner: &Viewer, id: MediaId) -> Result<()> {
    let me = owner.id();
    let context = std::sync::Arc::clone(ctx);
    let files = ctx
        .db
        .write(move |conn| {
            let row = media_attachments::own(conn, me, id)?;
            if row.status_id.is_some() || crate::scheduled::keeps(conn, id)? {
                return Err(Error::invalid(
                    "id",
                    "ERR_INVALID",
                    "Media attachment is currently used by a status",
                ));
            }
            media_attachments::delete(conn, &[id])?;
            jobs::cancel(conn, &format!("media:{id}"))?;
            let_go(&context, conn, &[row])
        })
        .await?;
    drop_loose(ctx, files).await
}

/// Gives the media their places in a status, as every status gets them.
///
/// # Errors
/// `Invalid` for one that is someone else's, part of another status or not fit yet, and for sound or film
/// beside anything else.
pub(crate) fn attach(
    conn: &mut Conn,
    owner: model::AccountId,
    media: &[MediaId],
    status: StatusId,
) -> Result<()> {
    let refused = |text: String| Err(Error::invalid("media_ids", "ERR_INVALID", text));
    for (position, id) in media.iter().enumerate() {
        let position = i16::try_from(position).unwrap_or(i16::MAX);
        // What a scheduled status keeps is not free for another one.
        if crate::scheduled::keeps(conn, *id)?
            || !media_attachments::attach(conn, owner, *id, status, position)?
        {
            return refused(format!("Media with id {id} not found or already attached"));
        }
        let row = media_attachments::own(conn, owner, *id)?;
        if row.state != READY {
            return refused(
                "Cannot attach files that have not finished processing. Try again in a moment!"
                    .to_owned(),
            );
        }
        if media.len() > 1 && matches!(row.kind.as_str(), "video" | "gifv" | "audio") {
            return refused(
                "Cannot attach a video to a post that already contains images".to_owned(),
            );
        }
    }
    Ok(())
}

/// A file of ours by its key, or a part of it, with its fixed type. Keys are random 128-bit words with an
/// ending; whatever else is asked for does not exist, and neither does what is not for everyone: that has
/// another address ([`sealed`]).
///
/// # Errors
/// `NotFound`, or the storage.
pub async fn file(ctx: &Ctx, key: &str, part: Part) -> Result<(Found, &'static str)> {
    let kind = files::kind(key).ok_or(Error::NotFound)?;
    let asked = key.to_owned();
    let is_closed = ctx
        .db
        .read(move |conn| Ok::<_, Error>(media_attachments::is_closed(conn, &asked)?))
        .await?;
    if is_closed {
        return Err(Error::NotFound);
    }
    Ok((files::open(ctx, key, part).await?, kind))
}

#[cfg(test)]
mod tests;
