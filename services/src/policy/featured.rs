//! Whether someone sees what an account features on its profile: people and hashtags.

use database::{Conn, accounts, blocks, profiles};
use model::AccountId;

use crate::error::Result;

/// Is what `of` features shown to this viewer? Not across a block, not of whom the staff sent away, and not
/// where it chose to show nothing; one's own always.
///
/// # Errors
/// `NotFound` where there is no such account.
pub(crate) fn is_shown(conn: &mut Conn, viewer: Option<AccountId>, of: AccountId) -> Result<bool> {
    let account = accounts::get(conn, of)?;
    if account.suspended_at.is_some() {
        return Ok(false);
    }
    match viewer {
        Some(viewer) if viewer == of => return Ok(true),
        Some(viewer) if blocks::between(conn, viewer, of)? => return Ok(false),
        _ => {}
    }
    Ok(profiles::get(conn, of)?.show_featured)
}
