//! Settings of the place: read from the database, changed by the command line and (later) pages.

use crate::context::Ctx;
use crate::error::Result;

/// Reads the settings and puts them in force; the server does it every second.
///
/// # Errors
/// The database.
pub async fn refresh(ctx: &Ctx) -> Result<()> {
    todo!("{ctx:?}")
}

/// Changes settings, all or none, by name and value.
///
/// # Errors
/// `Invalid` for an unknown name or value; `password_grant=on` outside test mode.
pub async fn set(ctx: &Ctx, changes: &[(String, String)]) -> Result<()> {
    todo!("{ctx:?} {changes:?}")
}
