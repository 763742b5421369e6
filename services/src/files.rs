//! Our files: pictures under random names in one folder. What may be asked for is decided elsewhere; here
//! stands only that a key can never name anything outside the folder.

use std::path::PathBuf;

use crate::context::Ctx;
use crate::error::{Error, Result};

/// The endings that our files have, with the type that each is served as.
const KINDS: &[(&str, &str)] = &[
    ("jpg", "image/jpeg"),
    ("png", "image/png"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
];

/// The media type of the file with this key; `None` where this is no key of ours.
pub(crate) fn kind(key: &str) -> Option<&'static str> {
    let (word, ending) = key.split_once('.')?;
    let hexadecimal =
        word.len() == 32 && word.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if !hexadecimal {
        return None;
    }
    KINDS
        .iter()
        .find(|(known, _kind)| *known == ending)
        .map(|(_ending, kind)| *kind)
}

/// Two levels of folders, so that no folder grows beyond what file systems like.
fn place(ctx: &Ctx, key: &str) -> Option<PathBuf> {
    kind(key)?;
    Some(
        ctx.media_dir
            .join(key.get(0..2)?)
            .join(key.get(2..4)?)
            .join(key),
    )
}

/// Stores bytes under a new random key with this ending and answers the key. The file is complete on
/// disk before its name exists.
///
/// # Errors
/// `Media` for an ending that we do not keep, `Database(Full)` where the disk is full.
pub(crate) async fn save(ctx: &Ctx, bytes: Vec<u8>, ending: &str) -> Result<String> {
    let key = format!("{}.{ending}", ctx.random_hex::<16>()?);
    let path = place(ctx, &key)
        .ok_or_else(|| Error::Media("files of this kind are not kept".to_owned()))?;
    let written = tokio::task::spawn_blocking(move || {
        use std::io::Write as _;
        let folder = path
            .parent()
            .ok_or_else(|| std::io::Error::other("a file without a folder"))?;
        std::fs::create_dir_all(folder)?;
        let draft = path.with_extension("part");
        let outcome = std::fs::File::create(&draft)
            .and_then(|mut file| {
                file.write_all(&bytes)?;
                file.sync_all()
            })
            .and_then(|()| std::fs::rename(&draft, &path));
        if outcome.is_err() {
            let _nothing_is_left = std::fs::remove_file(&draft);
        }
        outcome
    })
    .await
    .map_err(std::io::Error::other)
    .flatten();
    match written {
        Ok(()) => Ok(key),
        Err(error) if error.kind() == std::io::ErrorKind::StorageFull => {
            Err(Error::Database(database::Error::Full))
        }
        Err(error) => Err(Error::Database(database::Error::Other(format!(
            "a file cannot be written: {error}"
        )))),
    }
}

/// Removes a file of ours; what is not there is removed already, and what is no key is left alone.
pub(crate) async fn remove(ctx: &Ctx, key: &str) {
    if let Some(path) = place(ctx, key) {
        let _gone_already = tokio::fs::remove_file(path).await;
    }
}

/// The bytes of a file of ours with its fixed type.
///
/// # Errors
/// `NotFound`.
pub(crate) async fn read(ctx: &Ctx, key: &str) -> Result<(Vec<u8>, &'static str)> {
    let kind = kind(key).ok_or(Error::NotFound)?;
    let path = place(ctx, key).ok_or(Error::NotFound)?;
    match tokio::fs::read(path).await {
        Ok(bytes) => Ok((bytes, kind)),
        Err(_not_there) => Err(Error::NotFound),
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
        }
    }

    #[test]
    fn a_file_comes_back_as_it_was_and_goes() {
        let world = testing::World::sqlite();
        testing::run(async {
            let key = save(&world.ctx, b"bytes".to_vec(), "png").await.unwrap();
            assert_eq!(
                read(&world.ctx, &key).await.unwrap(),
                (b"bytes".to_vec(), "image/png")
            );
            remove(&world.ctx, &key).await;
            assert!(matches!(read(&world.ctx, &key).await, Err(Error::NotFound)));
            assert!(save(&world.ctx, Vec::new(), "svg").await.is_err());
        });
    }
}
