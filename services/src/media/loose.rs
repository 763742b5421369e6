//! Files and the rows that point at them. A file is on the list of loose ones from before it is written
//! until a row points at it, and again from when its row goes until it is removed: whatever happens in
//! between, nothing is left behind for good.

use database::media_attachments::{self, MediaAttachment};
use database::{Conn, loose_files};
use model::Millis;

use crate::context::{Context, Ctx};
use crate::error::{Error, Result};
use crate::{files, remote_files};

/// An upload that nobody attached within a day, and a file that nothing pointed at for so long.
const WAITS: i64 = Millis::DAY;
/// So many in one transaction.
const AT_ONCE: i64 = 200;

/// Which of a medium's files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// What is shown.
    File,
    /// The small one.
    Preview,
    /// As it came.
    Source,
}

impl Place {
    /// The column that names it.
    pub(super) const fn of(self, row: &mut MediaAttachment) -> &mut String {
        match self {
            Self::File => &mut row.file,
            Self::Preview => &mut row.preview,
            Self::Source => &mut row.source,
        }
    }
}

/// Writes files under new keys; they are loose until [`claim`].
pub(super) async fn store(
    ctx: &Ctx,
    files: Vec<(Place, Vec<u8>, &'static str)>,
) -> Result<Vec<(Place, String)>> {
    let mut named = Vec::new();
    for (place, _bytes, extension) in &files {
        named.push((*place, files::new_key(ctx, "", extension)?));
    }
    if named.is_empty() {
        return Ok(named);
    }
    let (listed, now) = (keys(&named), ctx.now());
    ctx.db
        .write(move |conn| loose_files::add(conn, &listed, now))
        .await?;
    for ((_place, bytes, _extension), (_same, key)) in files.into_iter().zip(&named) {
        if let Err(error) = files::put(ctx, key, bytes).await {
            drop_loose(ctx, keys(&named)).await?;
            return Err(error);
        }
    }
    Ok(named)
}

fn keys(named: &[(Place, String)]) -> Vec<String> {
    named.iter().map(|(_place, key)| key.clone()).collect()
}

/// From now on this row points at its files.
///
/// # Errors
/// The database.
pub(super) fn claim(conn: &mut Conn, row: &MediaAttachment) -> Result<()> {
    let files = [row.file.clone(), row.preview.clone(), row.source.clone()];
    Ok(loose_files::drop(conn, &files)?)
}

/// These rows are gone, in this transaction: their files are loose, and copies of remote ones are given
/// up. Answers the files, which [`drop_loose`] removes after the commit.
///
/// # Errors
/// The database.
pub(crate) fn let_go(
    ctx: &Context,
    conn: &mut Conn,
    rows: &[MediaAttachment],
) -> Result<Vec<String>> {
    let mut files: Vec<String> = rows
        .iter()
        .flat_map(|row| [&row.file, &row.preview, &row.source])
        .filter(|file| !file.is_empty())
        .cloned()
        .collect();
    loose_files::add(conn, &files, ctx.now())?;
    let elsewhere: Vec<String> = rows.iter().map(|row| row.remote_url.clone()).collect();
    files.extend(remote_files::give_up(ctx, conn, &elsewhere)?);
    Ok(files)
}

/// Removes loose files, and takes them off the list.
///
/// # Errors
/// The database.
pub(crate) async fn drop_loose(ctx: &Ctx, files: Vec<String>) -> Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    for file in &files {
        files::remove(ctx, file).await;
    }
    Ok(ctx
        .db
        .write_in(database::Lane::Background, move |conn| {
            loose_files::drop(conn, &files)
        })
        .await?)
}

/// What was tidied away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tidied {
    /// Uploads that nobody attached to anything.
    pub uploads: usize,
    /// Files that nothing pointed at.
    pub files: usize,
}

/// Gives up uploads that waited for longer than a day, removes loose files, and keeps the copies of
/// remote files within their quota.
///
/// # Errors
/// The database.
pub async fn tidy(ctx: &Ctx) -> Result<Tidied> {
    let before = ctx.now().plus(-WAITS);
    let mut tidied = Tidied::default();
    loop {
        let context = std::sync::Arc::clone(ctx);
        let files = ctx
            .write_later(move |conn| {
                let stale = media_attachments::waiting_since(conn, before, AT_ONCE)?;
                let ids: Vec<_> = stale.iter().map(|row| row.id).collect();
                media_attachments::delete(conn, &ids)?;
                Ok::<_, Error>((ids.len(), let_go(&context, conn, &stale)?))
            })
            .await?;
        if files.0 == 0 {
            break;
        }
        tidied.uploads += files.0;
        drop_loose(ctx, files.1).await?;
    }
    loop {
        let loose = ctx
            .db
            .read(move |conn| Ok::<_, Error>(loose_files::since(conn, before, AT_ONCE)?))
            .await?;
        if loose.is_empty() {
            break;
        }
        tidied.files += loose.len();
        drop_loose(ctx, loose).await?;
    }
    remote_files::tidy(ctx).await?;
    Ok(tidied)
}
