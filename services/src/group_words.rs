//! The list of words and links that a group wants to look at, or refuses, as its moderators see it. They change it
//! by a deed (`stewardship::words`); what it does stands in `policy::words`.

use database::group_words;
pub use database::group_words::GroupWord;
use model::AccountId;

use crate::context::Ctx;
use crate::error::Result;
use crate::policy;
use crate::views::account::Viewer;

/// All of it; for moderators: who is refused shall not read how to write it otherwise.
///
/// # Errors
/// `NotFound` where it is no group of ours, `Forbidden` for others.
pub async fn list(ctx: &Ctx, viewer: &Viewer, group: AccountId) -> Result<Vec<GroupWord>> {
    let viewer = viewer.clone();
    ctx.db
        .read(move |conn| {
            policy::moderator(conn, &viewer, group)?;
            Ok(group_words::of(conn, group)?)
        })
        .await
}
