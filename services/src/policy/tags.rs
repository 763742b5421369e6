//! What is a hashtag, and which ones may be used.

use database::{Conn, tags};
use model::StatusId;

use crate::context::Context;
use crate::error::{Error, Result};

/// Letters of a name.
const MOST_LETTERS: usize = 100;

/// The name of a hashtag as it is kept: without `#`, in lower case.
///
/// # Errors
/// `NotFound` for what no post could carry as a hashtag.
pub(crate) fn name(typed: &str) -> Result<String> {
    let bare = typed.trim().trim_start_matches(['#', '\u{ff03}']);
    let name = bare.to_lowercase();
    let is_one = name.chars().count() <= MOST_LETTERS
        && matches!(text::scan(&format!("#{bare}")).hashtags.as_slice(), [only] if only == bare);
    if is_one {
        Ok(name)
    } else {
        Err(Error::NotFound)
    }
}

/// Puts hashtags on a status, without those that the staff lets nobody use.
///
/// # Errors
/// The database.
pub(crate) fn put(
    ctx: &Context,
    conn: &mut Conn,
    status: StatusId,
    names: &[String],
) -> Result<()> {
    let refused = tags::unusable(conn, names)?;
    let names: Vec<String> = names
        .iter()
        .filter(|name| !refused.contains(name))
        .cloned()
        .collect();
    Ok(tags::put(conn, status, &names, ctx.now(), || ctx.id())?)
}
