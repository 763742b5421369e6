//! Applications, codes and tokens, in Mastodon's dialect of OAuth 2.

use model::{AppId, Scopes, Secret, TokenId};

use crate::context::Ctx;
use crate::error::Result;
use crate::views::account::Viewer;

/// A registered application.
#[derive(Clone, Debug)]
pub struct App {
    /// Its id.
    pub id: AppId,
    /// Its name.
    pub name: String,
    /// Its page.
    pub website: Option<String>,
    /// Where codes may go; exactly these.
    pub redirect_uris: Vec<String>,
    /// What it may ask for.
    pub scopes: Scopes,
    /// The public half.
    pub client_id: String,
    /// The secret half.
    pub client_secret: Secret<String>,
}

/// A wish to register an application.
#[derive(Clone, Debug, Default)]
pub struct NewApp {
    /// Its name, 1 to 60 characters.
    pub name: String,
    /// Its page.
    pub website: Option<String>,
    /// Where codes may go.
    pub redirect_uris: Vec<String>,
    /// Empty: `read`.
    pub scopes: Scopes,
    /// A chosen id and secret; in test mode only.
    pub chosen: Option<(String, Secret<String>)>,
}

/// A new token.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The token itself: shown once, stored as a hash.
    pub token: Secret<String>,
    /// What it allows.
    pub scopes: Scopes,
    /// When.
    pub created_at: model::Millis,
}

/// Who stands behind a token.
#[derive(Clone, Debug)]
pub struct Bearer {
    /// The token's row.
    pub token: TokenId,
    /// The app.
    pub app: Option<App>,
    /// The person (or the group and the human); `None` for a token of the app alone.
    pub viewer: Option<Viewer>,
    /// What it allows.
    pub scopes: Scopes,
}

/// What an app asks a person to agree to.
#[derive(Clone, Debug)]
pub struct Consent {
    /// Which app.
    pub app: App,
    /// Where the code goes: one of the app's own, exactly.
    pub redirect_uri: String,
    /// What it asks for.
    pub scopes: Scopes,
    /// PKCE, S256.
    pub code_challenge: Option<String>,
}

/// The address that stands for showing the code to the person.
pub const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";

/// Registers an application.
///
/// # Errors
/// `Invalid`: a blank name, a forbidden or broken address, an unknown scope, a chosen id outside test mode.
pub async fn register(ctx: &Ctx, new: NewApp) -> Result<App> {
    todo!("{ctx:?} {new:?}")
}

/// The application with this id.
///
/// # Errors
/// `NotFound`.
pub async fn app(ctx: &Ctx, client_id: &str) -> Result<App> {
    todo!("{ctx:?} {client_id}")
}

/// Checks what an app asks for before a person sees it.
///
/// # Errors
/// `NotFound` for an unknown app; `Invalid` for a redirect that is not registered, for scopes beyond the
/// app's own, for a challenge method other than S256.
pub async fn consent(
    ctx: &Ctx,
    client_id: &str,
    redirect_uri: &str,
    scope: Option<&str>,
    challenge: Option<(&str, &str)>,
) -> Result<Consent> {
    todo!("{ctx:?} {client_id} {redirect_uri} {scope:?} {challenge:?}")
}

/// The person agrees: a code that lives ten minutes and works once.
///
/// # Errors
/// The database.
pub async fn grant(ctx: &Ctx, viewer: &Viewer, consent: &Consent) -> Result<Secret<String>> {
    todo!("{ctx:?} {viewer:?} {consent:?}")
}

/// Turns a code into a token. A second use of a code revokes the token of the first.
///
/// # Errors
/// `Unauthorized("invalid_client")`, `Unauthorized("invalid_grant")`.
pub async fn redeem(
    ctx: &Ctx,
    client: (&str, &str),
    code: &str,
    redirect_uri: &str,
    verifier: Option<&str>,
) -> Result<Issued> {
    todo!("{ctx:?} {client:?} {code} {redirect_uri} {verifier:?}")
}

/// A token of the app alone.
///
/// # Errors
/// `Unauthorized("invalid_client")`, `Invalid` for scopes beyond the app's own.
pub async fn client_credentials(
    ctx: &Ctx,
    client: (&str, &str),
    scope: Option<&str>,
) -> Result<Issued> {
    todo!("{ctx:?} {client:?} {scope:?}")
}

/// The password grant: in test mode, with the setting on.
///
/// # Errors
/// `Unauthorized("unsupported_grant_type")` otherwise, `Unauthorized("invalid_grant")` for a wrong password.
pub async fn password_grant(
    ctx: &Ctx,
    client: (&str, &str),
    name: &str,
    password: &Secret<String>,
    scope: Option<&str>,
) -> Result<Issued> {
    todo!("{ctx:?} {client:?} {name} {password:?} {scope:?}")
}

/// Makes a token for a person from the command line.
///
/// # Errors
/// `NotFound` for an unknown app, `Invalid` for a chosen token outside test mode or one that is taken.
pub async fn mint(
    ctx: &Ctx,
    viewer: &Viewer,
    client_id: Option<&str>,
    scopes: Scopes,
    chosen: Option<Secret<String>>,
) -> Result<Issued> {
    todo!("{ctx:?} {viewer:?} {client_id:?} {scopes:?} {chosen:?}")
}

/// Who stands behind this token.
///
/// # Errors
/// `Unauthorized` for an unknown or revoked one, or a person who may not sign in any more.
pub async fn bearer(ctx: &Ctx, token: &str) -> Result<Bearer> {
    todo!("{ctx:?} {token}")
}

/// Ends a token of this app. An unknown token is no error (RFC 7009).
///
/// # Errors
/// `Forbidden("unauthorized_client")` for a wrong app, or another app's token.
pub async fn revoke(ctx: &Ctx, client: (&str, &str), token: &str) -> Result<()> {
    todo!("{ctx:?} {client:?} {token}")
}
