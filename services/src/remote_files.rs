//! Copies of what lies on other servers: fetched when someone first looks, made anew where they are
//! pictures, kept within a quota of bytes, and the longest unseen given up first. Nobody's browser or app
//! is ever sent elsewhere for a picture. The addresses of copies are made and read in `copies`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use ::media::Limits;
use database::domain_blocks::{self, DomainBlock};
use database::remote_files::{self, RemoteFile, Usage};
use database::{Conn, loose_files};
use model::{Domain, DomainBlockSeverity, Millis};
use tokio::sync::Semaphore;
use url::Url;

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::files;
use crate::media::{film, workshop};
use crate::moderation;
use crate::storage::{Found, Part};

/// What we ask other servers for.
const ACCEPT: &str = "image/*, video/*, audio/*";
/// A failure is remembered for a minute, then four times as long each time.
const FIRST_PAUSE: i64 = Millis::MINUTE;
const LONGEST_PAUSE: i64 = Millis::DAY;
/// A copy whose last post was removed stays away for so long.
const GONE_FOR: i64 = 30 * Millis::DAY;
/// Marks such a copy.
const GONE: i32 = 1_000;
/// When someone looked is written down once in so long.
const LOOKED: i64 = Millis::HOUR;
/// So many are fetched at a time: each may take 40 MiB.
static FETCHERS: Semaphore = Semaphore::const_new(4);

/// Who is fetching what, so that each copy is fetched once however many look at it.
#[derive(Debug, Default)]
pub(crate) struct Desk(Mutex<HashMap<String, Weak<tokio::sync::Mutex<()>>>>);

impl Desk {
    fn turn(&self, key: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turn) = turns.get(key).and_then(Weak::upgrade) {
            return turn;
        }
        turns.retain(|_key, turn| turn.strong_count() > 0);
        let turn = Arc::default();
        turns.insert(key.to_owned(), Arc::downgrade(&turn));
        turn
    }
}

/// A copy that is being read.
#[derive(Debug)]
pub struct Copy {
    /// The bytes, or why they do not come.
    pub found: Found,
    /// Its type, as its bytes showed.
    pub kind: &'static str,
    /// Our file's name, which changes with its content.
    pub file: String,
}

/// Opens the copy that a path of ours names, or its small version; fetched now where it is not here.
///
/// # Errors
/// `NotFound` for a path that is not ours, a blocked server, and what could not be had.
pub async fn open(ctx: &Ctx, key: &str, address: &str, small: bool, part: Part) -> Result<Copy> {
    let url = ctx
        .place
        .copy_asked_for(key, address)
        .ok_or(Error::NotFound)?;
    opened(ctx, key, &url, small, part).await
}

/// Opens the copy of this address, for who may see what it belongs to.
///
/// # Errors
/// As [`open`].
pub(crate) async fn open_address(ctx: &Ctx, remote: &str, small: bool, part: Part) -> Result<Copy> {
    let url = ctx.place.copied_address(remote).ok_or(Error::NotFound)?;
    opened(ctx, &ctx.place.copy_key(remote), &url, small, part).await
}

async fn opened(ctx: &Ctx, key: &str, url: &Url, small: bool, part: Part) -> Result<Copy> {
    let domain = Domain::of(url).map_err(|_no_domain| Error::NotFound)?;
    if ctx.place.owns(url.as_str()) || is_shut_out(ctx, &domain).await? {
        return Err(Error::NotFound);
    }
    let mut row = match known(ctx, key).await? {
        Some(row) if !row.file.is_empty() => row,
        _ => fetched(ctx, key, url, &domain).await?,
    };
    let opened = reading(ctx, &row, small, part).await;
    if !matches!(opened, Err(Error::NotFound)) || (small && row.preview.is_empty()) {
        looked(ctx, &row).await;
        return opened;
    }
    // The row is there and the file is not: someone cleared the folder.
    forget(ctx, vec![row]).await?;
    row = fetched(ctx, key, url, &domain).await?;
    reading(ctx, &row, small, part).await
}

/// Are files of this server not shown here? Files often lie on a host of their own, which nobody chooses:
/// where only chosen servers are dealt with, it is their posts that decide.
async fn is_shut_out(ctx: &Ctx, domain: &Domain) -> Result<bool> {
    let names = moderation::with_parents(domain);
    ctx.db
        .read(move |conn| Ok(domain_blocks::of(conn, &names)?.iter().any(shuts_out)))
        .await
}

fn shuts_out(block: &DomainBlock) -> bool {
    block.reject_media || block.severity == DomainBlockSeverity::Suspend
}

async fn reading(ctx: &Ctx, row: &RemoteFile, small: bool, part: Part) -> Result<Copy> {
    let file = if small { &row.preview } else { &row.file };
    let kind = file
        .strip_prefix(files::COPY)
        .and_then(files::kind)
        .ok_or(Error::NotFound)?;
    Ok(Copy {
        found: files::open(ctx, file, part).await?,
        kind,
        file: file.clone(),
    })
}

async fn known(ctx: &Ctx, key: &str) -> Result<Option<RemoteFile>> {
    let key = key.to_owned();
    ctx.db
        .read(move |conn| Ok(remote_files::find(conn, &key)?))
        .await
}

async fn looked(ctx: &Ctx, row: &RemoteFile) {
    let now = ctx.now();
    if now.0 - row.used_at.0 < LOOKED {
        return;
    }
    let key = row.key.clone();
    let written = ctx
        .write_later(move |conn| Ok::<_, Error>(remote_files::touch(conn, &key, now)?))
        .await;
    if let Err(error) = written {
        tracing::debug!(%error, "when a copy was looked at could not be written");
    }
}

/// Fetches a copy, once for all who wait for it. Who stops waiting does not stop the fetch.
async fn fetched(ctx: &Ctx, key: &str, url: &Url, domain: &Domain) -> Result<RemoteFile> {
    let turn = ctx.media.desk.turn(key);
    let (ctx, key) = (Arc::clone(ctx), key.to_owned());
    let (url, domain) = (url.clone(), domain.to_string());
    let work = tokio::spawn(async move {
        let _mine = turn.lock().await;
        let before = known(&ctx, &key).await?;
        let failures = match before {
            Some(row) if !row.file.is_empty() => return Ok(row),
            Some(row) if row.retry_at > ctx.now() && !is_back(&ctx, &row, &url).await? => {
                return Err(Error::NotFound);
            }
            Some(row) if row.failures < GONE => row.failures,
            _ => 0,
        };
        match copy(&ctx, &key, &url, &domain).await {
            Ok(row) => Ok(row),
            Err(error) => {
                tracing::debug!(%error, host = domain, "a file of another server was not copied");
                remember_failure(&ctx, &key, &domain, failures).await?;
                Err(Error::NotFound)
            }
        }
    });
    work.await.map_err(|_ended| Error::NotFound)?
}

/// Was a copy given up with its post, and is now part of another one?
async fn is_back(ctx: &Ctx, row: &RemoteFile, url: &Url) -> Result<bool> {
    if row.failures < GONE {
        return Ok(false);
    }
    let url = url.to_string();
    ctx.db
        .read(move |conn| Ok(remote_files::is_attached(conn, &url)?))
        .await
}

async fn remember_failure(ctx: &Ctx, key: &str, host: &str, failures: i32) -> Result<()> {
    let pause = (0..failures.min(8)).fold(FIRST_PAUSE, |pause, _| (pause * 4).min(LONGEST_PAUSE));
    let now = ctx.now();
    let row = RemoteFile {
        key: key.to_owned(),
        host: host.to_owned(),
        file: String::new(),
        preview: String::new(),
        bytes: 0,
        failures: failures + 1,
        retry_at: now.plus(pause),
        used_at: now,
        created_at: now,
    };
    ctx.write_later(move |conn| Ok::<_, Error>(remote_files::put(conn, &row)?))
        .await
}

/// What is kept of a remote file.
struct Taken {
    bytes: Vec<u8>,
    extension: &'static str,
    small: Option<(Vec<u8>, &'static str)>,
}

async fn copy(ctx: &Ctx, key: &str, url: &Url, host: &str) -> Result<RemoteFile> {
    if ctx.media.quota <= 0 {
        return Err(Error::LimitExceeded("no remote files are kept here"));
    }
    let _one_of_few = FETCHERS
        .acquire()
        .await
        .map_err(|_closed| Error::NotFound)?;
    let found = ctx.outward().get(url, ACCEPT, film::MOST_BYTES).await?;
    if !found.is_success() {
        return Err(Error::Upstream(format!("status {}", found.status)));
    }
    let taken = take(ctx, found.body, &found.content_type).await?;
    let mut files = vec![files::new_key(ctx, files::COPY, taken.extension)?];
    if let Some((_bytes, extension)) = &taken.small {
        files.push(files::new_key(ctx, files::COPY, extension)?);
    }
    let size = taken.bytes.len() + taken.small.as_ref().map_or(0, |(bytes, _)| bytes.len());
    let size = i64::try_from(size).unwrap_or(i64::MAX);
    make_room(ctx, size).await?;
    let (loose, now) = (files.clone(), ctx.now());
    ctx.write_later(move |conn| Ok::<_, Error>(loose_files::add(conn, &loose, now)?))
        .await?;
    let small = taken.small.map(|(bytes, _extension)| bytes);
    for (file, bytes) in files.iter().zip([Some(taken.bytes), small]) {
        files::put(ctx, file, bytes.unwrap_or_default()).await?;
    }
    let row = RemoteFile {
        key: key.to_owned(),
        host: host.to_owned(),
        file: files.first().cloned().unwrap_or_default(),
        preview: files.get(1).cloned().unwrap_or_default(),
        bytes: size,
        failures: 0,
        retry_at: Millis(0),
        used_at: now,
        created_at: now,
    };
    let stored = row.clone();
    ctx.write_later(move |conn| {
        loose_files::drop(conn, &files)?;
        Ok::<_, Error>(remote_files::put(conn, &stored)?)
    })
    .await?;
    Ok(row)
}

/// Looks at the bytes, whatever type the other server named: pictures are made anew, sound and film are
/// kept as they are. A page, a script or a drawing with scripts is none of them (threats, rows 70, 75).
async fn take(ctx: &Ctx, bytes: Vec<u8>, named: &str) -> Result<Taken> {
    let fits = named.is_empty()
        || ["image/", "video/", "audio/"]
            .iter()
            .any(|kind| named.starts_with(kind))
        || matches!(
            named,
            "application/octet-stream" | "binary/octet-stream" | "application/ogg"
        );
    if !fits {
        return Err(Error::Media(format!("{named} is not copied")));
    }
    let kind = ::media::film(&bytes);
    match kind.map(|film| (film, film.as_it_is(!named.starts_with("audio/")))) {
        None => picture(bytes, Limits::default()).await,
        Some((film, Some((extension, _mime)))) => {
            let small = match &ctx.media.tools {
                Some(tools) if !named.starts_with("audio/") => {
                    first_picture(tools.still(&bytes, film.reader()).await).await
                }
                _ => None,
            };
            Ok(Taken {
                bytes,
                extension,
                small,
            })
        }
        Some((film, None)) => match &ctx.media.tools {
            Some(tools) if film.is_still() => {
                let png = tools.still(&bytes, film.reader()).await?;
                picture(png, film::poster_limits()).await
            }
            _ => Err(Error::Media("this kind of file is not copied".to_owned())),
        },
    }
}

async fn picture(bytes: Vec<u8>, limits: Limits) -> Result<Taken> {
    let made = workshop::picture(bytes, limits).await?;
    Ok(Taken {
        bytes: made.bytes,
        extension: made.extension,
        small: Some((made.small.bytes, made.small.extension)),
    })
}

async fn first_picture(png: Result<Vec<u8>>) -> Option<(Vec<u8>, &'static str)> {
    let made = workshop::picture(png.ok()?, film::poster_limits()).await;
    made.ok()
        .map(|made| (made.small.bytes, made.small.extension))
}

/// Gives up what nobody has looked at for longest, until so many bytes more fit into the quota.
async fn make_room(ctx: &Ctx, more: i64) -> Result<()> {
    let quota = ctx.media.quota;
    if more > quota {
        return Err(Error::LimitExceeded("the file is larger than the quota"));
    }
    loop {
        let (usage, oldest) = ctx
            .db
            .read(|conn| {
                let usage = remote_files::usage(conn)?;
                Ok::<_, Error>((usage, remote_files::oldest(conn, 50)?))
            })
            .await?;
        let mut excess = usage.bytes.saturating_add(more) - quota;
        if excess <= 0 || oldest.is_empty() {
            return Ok(());
        }
        let mut leave = Vec::new();
        for row in oldest {
            if excess <= 0 {
                break;
            }
            excess -= row.bytes;
            leave.push(row);
        }
        forget(ctx, leave).await?;
    }
}

/// Removes copies: first what says that they are here, then the files.
async fn forget(ctx: &Ctx, rows: Vec<RemoteFile>) -> Result<()> {
    let now = ctx.now();
    let keys: Vec<String> = rows.iter().map(|row| row.key.clone()).collect();
    let loose: Vec<String> = rows
        .into_iter()
        .flat_map(|row| [row.file, row.preview])
        .filter(|file| !file.is_empty())
        .collect();
    let listed = loose.clone();
    ctx.write_later(move |conn| {
        loose_files::add(conn, &listed, now)?;
        Ok::<_, Error>(remote_files::delete(conn, &keys)?)
    })
    .await?;
    crate::media::drop_loose(ctx, loose).await
}

/// Posts with these remote files are gone: copies that no other post has go too, and do not come back
/// through an address that someone kept (threats, row 121). Answers the files to remove.
///
/// # Errors
/// The database.
pub(crate) fn give_up(
    ctx: &crate::Context,
    conn: &mut Conn,
    urls: &[String],
) -> Result<Vec<String>> {
    let now = ctx.now();
    let mut loose = Vec::new();
    for url in urls.iter().filter(|url| !url.is_empty()) {
        if remote_files::is_attached(conn, url)? {
            continue;
        }
        let key = ctx.place.copy_key(url);
        let known = remote_files::find(conn, &key)?;
        let host = Url::parse(url)
            .ok()
            .and_then(|url| url.host_str().map(str::to_owned))
            .unwrap_or_default();
        if let Some(row) = known {
            loose.extend([row.file, row.preview]);
        }
        let gone = RemoteFile {
            key,
            host,
            file: String::new(),
            preview: String::new(),
            bytes: 0,
            failures: GONE,
            retry_at: now.plus(GONE_FOR),
            used_at: now,
            created_at: now,
        };
        remote_files::put(conn, &gone)?;
    }
    loose.retain(|file| !file.is_empty());
    loose_files::add(conn, &loose, now)?;
    Ok(loose)
}

/// How much is kept, and how much may be.
///
/// # Errors
/// The database.
pub async fn usage(ctx: &Ctx) -> Result<(Usage, i64)> {
    let usage = ctx
        .db
        .read(|conn| Ok::<_, Error>(remote_files::usage(conn)?))
        .await?;
    Ok((usage, ctx.media.quota))
}

/// Forgets old failures, keeps within the quota (it may have been lowered), and gives up what lies on
/// servers that were blocked.
///
/// # Errors
/// The database.
pub(crate) async fn tidy(ctx: &Ctx) -> Result<()> {
    let before = ctx.now().plus(-Millis::DAY);
    let blocked = ctx
        .write_later(move |conn| {
            remote_files::forget_failures(conn, before)?;
            let mut rows = Vec::new();
            for block in domain_blocks::all(conn)? {
                if shuts_out(&block) {
                    rows.extend(remote_files::of_host(conn, &block.domain, 500)?);
                }
            }
            Ok::<_, Error>(rows)
        })
        .await?;
    if !blocked.is_empty() {
        forget(ctx, blocked).await?;
    }
    make_room(ctx, 0).await
}
