//! Pictures: take in (re-encoded, no metadata), describe, give up; the files themselves.

use model::MediaId;

use crate::context::Ctx;
use crate::error::Result;
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
    todo!("{ctx:?} {owner:?} {} {details:?}", bytes.len())
}

/// A picture of one's own that waits for a status.
///
/// # Errors
/// `NotFound` for someone else's, or one that is part of a status already.
pub async fn show(ctx: &Ctx, owner: &Viewer, id: MediaId) -> Result<MediaView> {
    todo!("{ctx:?} {owner:?} {id:?}")
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
    todo!("{ctx:?} {owner:?} {id:?} {details:?}")
}

/// Gives up a picture that waits; its files go too.
///
/// # Errors
/// As [`show`].
pub async fn delete(ctx: &Ctx, owner: &Viewer, id: MediaId) -> Result<()> {
    todo!("{ctx:?} {owner:?} {id:?}")
}

/// A file of ours by its key and its fixed type. Keys are random 128-bit words with an ending; whatever
/// else is asked for does not exist.
///
/// # Errors
/// `NotFound`.
pub async fn file(ctx: &Ctx, key: &str) -> Result<(Vec<u8>, &'static str)> {
    todo!("{ctx:?} {key}")
}
