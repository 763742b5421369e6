//! Where someone stopped reading.

use model::Millis;

use crate::context::Ctx;
use crate::error::Result;
use crate::views::account::Viewer;

/// A marker of `home` or `notifications`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    /// `home` or `notifications`.
    pub timeline: String,
    /// The last entry read.
    pub last_read_id: i64,
    /// Counts up with each change.
    pub version: i64,
    /// When.
    pub updated_at: Millis,
}

/// Those of the named timelines that are set.
///
/// # Errors
/// The database.
pub async fn get(ctx: &Ctx, viewer: &Viewer, timelines: Vec<String>) -> Result<Vec<Marker>> {
    todo!("{ctx:?} {viewer:?} {timelines:?}")
}

/// Sets markers and answers those that were set.
///
/// # Errors
/// `Invalid` for an unknown timeline.
pub async fn set(ctx: &Ctx, viewer: &Viewer, marks: Vec<(String, i64)>) -> Result<Vec<Marker>> {
    todo!("{ctx:?} {viewer:?} {marks:?}")
}
