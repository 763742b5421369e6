//! Passwords and signed-in browsers; the first owner.

use model::Secret;

use crate::accounts::NewUser;
use crate::context::Ctx;
use crate::error::Result;
use crate::views::account::{AccountView, Viewer};

/// A signed-in browser.
#[derive(Clone, Debug)]
pub struct Session {
    /// Who.
    pub viewer: Viewer,
    /// What each form of this browser carries.
    pub csrf: String,
}

/// Checks e-mail (or name) and password. The answer takes as long for an unknown name as for a wrong password.
///
/// # Errors
/// `Unauthorized` with one text for unknown, wrong, disabled, not confirmed and not approved, unless the
/// password was right: then the text says what is missing.
pub async fn check_password(ctx: &Ctx, name: &str, password: &Secret<String>) -> Result<Viewer> {
    todo!("{ctx:?} {name} {password:?}")
}

/// Signs a browser in and answers the value of its cookie.
///
/// # Errors
/// The database.
pub async fn open_session(ctx: &Ctx, viewer: &Viewer) -> Result<Secret<String>> {
    todo!("{ctx:?} {viewer:?}")
}

/// Who this cookie belongs to. `None` for none, an expired one, or someone who may not sign in any more.
///
/// # Errors
/// The database.
pub async fn session(ctx: &Ctx, cookie: &str) -> Result<Option<Session>> {
    todo!("{ctx:?} {cookie}")
}

/// Signs a browser out.
///
/// # Errors
/// The database.
pub async fn close_session(ctx: &Ctx, cookie: &str) -> Result<()> {
    todo!("{ctx:?} {cookie}")
}

/// A code for the first-run link (valid an hour), as long as nobody owns the place. `None` afterwards.
///
/// # Errors
/// The database.
pub async fn first_run_code(ctx: &Ctx) -> Result<Option<Secret<String>>> {
    todo!("{ctx:?}")
}

/// Is this code valid now?
///
/// # Errors
/// The database.
pub async fn is_first_run_code(ctx: &Ctx, code: &str) -> Result<bool> {
    todo!("{ctx:?} {code}")
}

/// Makes the first owner with a code, which is spent by it, and names the place.
///
/// # Errors
/// `Unauthorized` for a wrong code, `Invalid` as for every new member.
pub async fn claim_place(
    ctx: &Ctx,
    code: &str,
    title: &str,
    owner: NewUser,
) -> Result<AccountView> {
    todo!("{ctx:?} {code} {title} {owner:?}")
}

/// A viewer for an account of this server, as the command line acts.
///
/// # Errors
/// `NotFound`.
pub async fn viewer_named(ctx: &Ctx, username: &str) -> Result<Viewer> {
    todo!("{ctx:?} {username}")
}
