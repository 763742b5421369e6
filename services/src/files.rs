//! The names of our files and what they say: random words with an ending, on shelves. What may be asked
//! for is decided elsewhere; here stands only that a name can never lead anywhere outside the storage.
//!
//! `WORD.png` is a file of ours, `r-WORD.png` a copy of what lies elsewhere, `WORD.source` an upload that
//! is not fit to be shown yet: only the first is ever served under `/media/`.

use bytes::Bytes;
use futures::TryStreamExt as _;

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::storage::{Found, Part};

/// The endings that our files have, with the type that each is served as.
const KINDS: &[(&str, &str)] = &[
    ("jpg", "image/jpeg"),
    ("png", "image/png"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("mp4", "video/mp4"),
    ("webm", "video/webm"),
    ("mov", "video/quicktime"),
    ("mp3", "audio/mpeg"),
    ("m4a", "audio/mp4"),
    ("ogg", "audio/ogg"),
    ("oga", "audio/ogg"),
    ("opus", "audio/ogg"),
    ("flac", "audio/flac"),
    ("wav", "audio/wav"),
];
/// The ending of an upload as it came.
pub(crate) const SOURCE: &str = "source";
/// What the names of copies begin with.
pub(crate) const COPY: &str = "r-";

/// The type that files with this ending are served as; `None` for those that we do not keep.
pub(crate) fn kind_of_ending(ending: &str) -> Option<&'static str> {
    KINDS
        .iter()
        .find(|(known, _kind)| *known == ending)
        .map(|(_ending, kind)| *kind)
}

/// The media type of the file with this key; `None` where this is no key of ours.
pub(crate) fn kind(key: &str) -> Option<&'static str> {
    let (word, ending) = key.split_once('.')?;
    is_word(word).then(|| kind_of_ending(ending)).flatten()
}

fn is_word(word: &str) -> bool {
    word.len() == 32 && word.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// Where a file lies: two levels of folders, so that none grows beyond what file systems like; copies
/// and raw uploads apart from what is ours for good.
fn place(key: &str) -> Option<String> {
    let (shelf, name) = match key.strip_prefix(COPY) {
        Some(name) => ("remote/", name),
        None if key.ends_with(".source") => ("incoming/", key),
        None => ("", key),
    };
    let (word, ending) = name.split_once('.')?;
    let known = kind_of_ending(ending).is_some() || (ending == SOURCE && shelf == "incoming/");
    if !is_word(word) || !known {
        return None;
    }
    Some(format!(
        "{shelf}{}/{}/{name}",
        word.get(0..2)?,
        word.get(2..4)?
    ))
}

/// A new random name with this ending.
///
/// # Errors
/// When the system has no random numbers.
pub(crate) fn new_key(ctx: &Ctx, prefix: &str, ending: &str) -> Result<String> {
    Ok(format!("{prefix}{}.{ending}", ctx.random_hex::<16>()?))
}

/// Stores bytes under a key of [`new_key`]. The file is complete before its name exists.
///
/// # Errors
/// `Media` for an ending that we do not keep, `Database(Full)` where the disk is full.
pub(crate) async fn put(ctx: &Ctx, key: &str, bytes: Vec<u8>) -> Result<()> {
    let path =
        place(key).ok_or_else(|| Error::Media("files of this kind are not kept".to_owned()))?;
    let kind = key
        .rsplit_once('.')
        .and_then(|(_word, ending)| kind_of_ending(ending))
        .unwrap_or("application/octet-stream");
    ctx.storage.put(&path, Bytes::from(bytes), kind).await
}

/// Stores bytes under a new random key with this ending and answers the key.
///
/// # Errors
/// As [`put`].
pub(crate) async fn save(ctx: &Ctx, bytes: Vec<u8>, ending: &str) -> Result<String> {
    let key = new_key(ctx, "", ending)?;
    put(ctx, &key, bytes).await?;
    Ok(key)
}

/// Removes a file of ours; what is not there is removed already, and what is no key is left alone.
pub(crate) async fn remove(ctx: &Ctx, key: &str) {
    if let Some(path) = place(key)
        && let Err(error) = ctx.storage.delete(&path).await
    {
        tracing::warn!(%error, key, "a file could not be removed");
    }
}

/// Opens a file of ours, or a part of it.
///
/// # Errors
/// `NotFound`, or the storage.
pub(crate) async fn open(ctx: &Ctx, key: &str, part: Part) -> Result<Found> {
    let path = place(key).ok_or(Error::NotFound)?;
    ctx.storage.read(&path, part).await
}

/// All bytes of a file of ours.
///
/// # Errors
/// As [`open`].
pub(crate) async fn read(ctx: &Ctx, key: &str) -> Result<Vec<u8>> {
    match open(ctx, key, Part::All).await? {
        Found::Here(reading) => {
            let pieces: Vec<Bytes> = reading.stream.try_collect().await.map_err(|error| {
                Error::Database(database::Error::Busy(format!("storage: {error}")))
            })?;
            Ok(pieces.concat())
        }
        Found::Beyond(_size) => Err(Error::NotFound),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn only_our_own_words_are_keys() {
        let word = "0123456789abcdef0123456789abcdef";
        assert_eq!(kind(&format!("{word}.jpg")), Some("image/jpeg"));
        for key in [
            "",
            "../../etc/passwd",
            "..",
            &format!("{word}.svg"),
            &format!("{word}.jpg.exe"),
            &format!("../{word}.jpg"),
            &format!("{}.jpg", word.to_uppercase()),
            word,
        ] {
            assert_eq!(kind(key), None, "{key}");
            assert_eq!(place(key), None, "{key}");
        }
        // They have a place, and are nothing that could be asked for.
        for key in [format!("r-{word}.jpg"), format!("{word}.source")] {
            assert_eq!(kind(&key), None, "{key}");
            assert!(place(&key).is_some(), "{key}");
        }
    }

    #[test]
    fn a_file_comes_back_as_it_was_and_goes() {
        let world = testing::World::sqlite();
        testing::run(async {
            let key = save(&world.ctx, b"bytes".to_vec(), "png").await.unwrap();
            assert_eq!(read(&world.ctx, &key).await.unwrap(), b"bytes".to_vec());
            remove(&world.ctx, &key).await;
            assert!(matches!(read(&world.ctx, &key).await, Err(Error::NotFound)));
            assert!(save(&world.ctx, Vec::new(), "svg").await.is_err());
        });
    }
}
