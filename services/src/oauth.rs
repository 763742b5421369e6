//! Applications, codes and tokens, in Mastodon's dialect of OAuth 2.

use std::sync::Arc;

use database::access_grants::{self, AccessGrant};
use database::access_tokens::{self, AccessToken};
use database::accounts::Account;
use database::users::{self, User};
use database::{Conn, Error as DatabaseError, apps};
use model::{AccountId, AppId, Millis, Scopes, Secret, TokenId};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::people::{Missing, Waiting};
use crate::views::account::Viewer;
use crate::{people, policy, tokens};

mod group;
mod registration;
#[cfg(test)]
mod tests;

pub(crate) use group::end_group_tokens;
pub use group::{acting_for, groups_of};
pub use registration::{app, register};
use registration::{app_view, known_app, redirect_problem};

/// How long a code works.
const CODE: i64 = 10 * Millis::MINUTE;

const INVALID_CLIENT: Error = Error::Unauthorized("invalid_client");
const INVALID_GRANT: Error = Error::Unauthorized("invalid_grant");

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
    /// The secret half; empty but at the registration, since only its hash is stored.
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
    /// The person who signed up with this app and may not act yet; `viewer` is `None` then.
    pub waiting: Option<Waiting>,
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

/// The scopes that are asked for: `read` where none are named; never more than the application's own.
fn wanted_scopes(app: &Scopes, asked: Option<&str>) -> Result<Scopes> {
    let problem = || Error::invalid("scope", "ERR_INVALID", "the scope is unknown or too wide");
    let scopes = match asked.map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => Scopes::parse(text).map_err(|_word| problem())?,
        None => Scopes::standard(),
    };
    if app.cover_all(&scopes) {
        Ok(scopes)
    } else {
        Err(problem())
    }
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
    let app = app(ctx, client_id).await?;
    // Letter by letter: a look-alike of a registered address is another address.
    if !app.redirect_uris.iter().any(|known| known == redirect_uri) {
        return Err(redirect_problem());
    }
    let scopes = wanted_scopes(&app.scopes, scope)?;
    let code_challenge = challenge.map(|(text, method)| {
        let shape = text.len() == 43
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        if method == "S256" && shape {
            Ok(text.to_owned())
        } else {
            Err(Error::invalid(
                "code_challenge_method",
                "ERR_INVALID",
                "the code challenge method must be S256",
            ))
        }
    });
    Ok(Consent {
        app,
        redirect_uri: redirect_uri.to_owned(),
        scopes,
        code_challenge: code_challenge.transpose()?,
    })
}

/// The person agrees: a code that lives ten minutes and works once.
///
/// # Errors
/// The database; `Forbidden` for a group that the person does not moderate.
pub async fn grant(ctx: &Ctx, viewer: &Viewer, consent: &Consent) -> Result<Secret<String>> {
    let code = tokens::new(ctx)?;
    let now = ctx.now();
    let grant = AccessGrant {
        code_hash: tokens::hash(&code.0),
        app_id: consent.app.id,
        account_id: viewer.id(),
        human_id: viewer.human.id,
        scopes: consent.scopes.to_string(),
        redirect_uri: consent.redirect_uri.clone(),
        code_challenge: consent.code_challenge.clone(),
        expires_at: now.plus(CODE),
        token_id: None,
    };
    let viewer = viewer.clone();
    ctx.write(move |conn| {
        policy::may_act(conn, &viewer)?;
        Ok::<_, Error>(access_grants::insert(conn, &grant, now)?)
    })
    .await?;
    Ok(code)
}

/// The application, where its secret is right. Unknown and wrong take the same way.
fn client(conn: &mut Conn, client_id: &str, client_secret: &str) -> Result<apps::App> {
    let known = known_app(conn, client_id)?;
    let given = hex::encode(tokens::hash(client_secret));
    let stored = known.as_ref().map_or("", |app| app.client_secret.as_str());
    let right = tokens::same(&given, stored);
    known.filter(|_| right).ok_or(INVALID_CLIENT)
}

/// A token for a new member, to be written with the member.
pub(crate) fn draft(
    ctx: &Ctx,
    app: Option<AppId>,
    account: AccountId,
    scopes: Scopes,
) -> Result<Draft> {
    let token = tokens::new(ctx)?;
    Ok(Draft::new(
        ctx,
        token,
        app,
        Some((account, account)),
        scopes,
    ))
}

/// A token that waits to be written.
pub(crate) struct Draft {
    token: Secret<String>,
    row: AccessToken,
    scopes: Scopes,
}

impl Draft {
    fn new(
        ctx: &Ctx,
        token: Secret<String>,
        app: Option<AppId>,
        who: Option<(AccountId, AccountId)>,
        scopes: Scopes,
    ) -> Self {
        let row = AccessToken {
            id: ctx.id(),
            token_hash: tokens::hash(&token.0),
            app_id: app,
            account_id: who.map(|(account, _human)| account),
            human_id: who.map(|(_account, human)| human),
            scopes: scopes.to_string(),
            created_at: ctx.now(),
            revoked_at: None,
            last_used_at: None,
        };
        Self { token, row, scopes }
    }

    pub(crate) fn write(self, conn: &mut Conn) -> database::Result<Issued> {
        access_tokens::insert(conn, &self.row)?;
        Ok(Issued {
            token: self.token,
            scopes: self.scopes,
            created_at: self.row.created_at,
        })
    }
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
    let claim = Claim {
        client: (client.0.to_owned(), client.1.to_owned()),
        code_hash: tokens::hash(code),
        redirect_uri: redirect_uri.to_owned(),
        challenge: verifier.map(tokens::challenge),
        token: tokens::new(ctx)?,
    };
    let context = Arc::clone(ctx);
    // A second use has to leave its trace although the answer is no: so the transaction succeeds.
    ctx.write(move |conn| exchange(&context, conn, claim))
        .await?
        .ok_or(INVALID_GRANT)
}

/// What a client says when it brings a code.
struct Claim {
    client: (String, String),
    code_hash: Vec<u8>,
    redirect_uri: String,
    challenge: Option<String>,
    token: Secret<String>,
}

fn exchange(ctx: &Ctx, conn: &mut Conn, claim: Claim) -> Result<Option<Issued>> {
    let app = client(conn, &claim.client.0, &claim.client.1)?;
    let Some(grant) =
        access_grants::find(conn, &claim.code_hash)?.filter(|grant| grant.app_id == app.id)
    else {
        return Ok(None);
    };
    let now = ctx.now();
    if let Some(first) = grant.token_id {
        // RFC 6749, section 4.1.2: someone has read the code along the way.
        access_tokens::revoke(conn, first, now)?;
        return Ok(None);
    }
    // A verifier without a challenge is the mark of a dropped challenge (RFC 9700, section 4.8.2).
    if now >= grant.expires_at
        || grant.redirect_uri != claim.redirect_uri
        || grant.code_challenge != claim.challenge
    {
        return Ok(None);
    }
    // Between the two the role may have gone, or the human.
    match holder(conn, grant.account_id, grant.human_id) {
        Ok(Some((_viewer, None))) => {}
        Ok(_) | Err(Error::Barred(_)) => return Ok(None),
        Err(error) => return Err(error),
    }
    let scopes = Scopes::parse(&grant.scopes).unwrap_or_default();
    let who = Some((grant.account_id, grant.human_id));
    let draft = Draft::new(ctx, claim.token, Some(app.id), who, scopes);
    if !access_grants::spend(conn, &claim.code_hash, draft.row.id)? {
        return Ok(None);
    }
    Ok(Some(draft.write(conn)?))
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
    let (id, secret) = (client.0.to_owned(), client.1.to_owned());
    let scope = scope.map(str::to_owned);
    let token = tokens::new(ctx)?;
    let context = Arc::clone(ctx);
    ctx.write(move |conn| {
        let app = self::client(conn, &id, &secret)?;
        let own = Scopes::parse(&app.scopes).unwrap_or_default();
        let scopes = wanted_scopes(&own, scope.as_deref())?;
        Ok(Draft::new(&context, token, Some(app.id), None, scopes).write(conn)?)
    })
    .await
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
    if !(ctx.test_mode && ctx.settings().password_grant) {
        return Err(Error::Unauthorized("unsupported_grant_type"));
    }
    let (id, secret) = (client.0.to_owned(), client.1.to_owned());
    let app = ctx
        .db
        .read(move |conn| self::client(conn, &id, &secret))
        .await?;
    let own = Scopes::parse(&app.scopes).unwrap_or_default();
    let scopes = wanted_scopes(&own, scope)?;
    let viewer = match people::check_password(ctx, name, password).await {
        Err(Error::Unauthorized(_why)) => return Err(INVALID_GRANT),
        other => other?,
    };
    let who = Some((viewer.id(), viewer.human.id));
    let draft = Draft::new(ctx, tokens::new(ctx)?, Some(app.id), who, scopes);
    ctx.write(move |conn| Ok(draft.write(conn)?)).await
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
    if chosen.is_some() && !ctx.test_mode {
        return Err(Error::invalid(
            "token",
            "ERR_INVALID",
            "a token can be chosen in test mode only",
        ));
    }
    let token = match chosen {
        Some(chosen) if chosen.0.trim().is_empty() => {
            return Err(Error::invalid("token", "ERR_BLANK", "a token is not empty"));
        }
        // What a header could not carry would never sign anyone in.
        Some(chosen) if !chosen.0.bytes().all(|byte| byte.is_ascii_graphic()) => {
            return Err(Error::invalid(
                "token",
                "ERR_INVALID",
                "a token has no spaces and only ASCII characters",
            ));
        }
        Some(chosen) => chosen,
        None => tokens::new(ctx)?,
    };
    let app = match client_id {
        Some(client_id) => Some(app(ctx, client_id).await?),
        None => None,
    };
    let scopes = if scopes.is_empty() {
        Scopes::standard()
    } else {
        scopes
    };
    if app
        .as_ref()
        .is_some_and(|app| !app.scopes.cover_all(&scopes))
    {
        return Err(Error::invalid(
            "scopes",
            "ERR_INVALID",
            "the scopes are wider than those of the application",
        ));
    }
    let app = app.map(|app| app.id);
    let who = Some((viewer.id(), viewer.human.id));
    let draft = Draft::new(ctx, token, app, who, scopes);
    let viewer = viewer.clone();
    ctx.write(move |conn| {
        policy::may_act(conn, &viewer)?;
        draft.write(conn).map_err(|error| match error {
            DatabaseError::Conflict(_) => {
                Error::invalid("token", "ERR_TAKEN", "this token is taken")
            }
            other => other.into(),
        })
    })
    .await
}

/// Who stands behind this token.
///
/// # Errors
/// `Unauthorized` for an unknown or revoked one, or a person who may not sign in any more.
pub async fn bearer(ctx: &Ctx, token: &str) -> Result<Bearer> {
    const INVALID: Error = Error::Unauthorized("The access token is invalid");
    let (hash, now) = (tokens::hash(token), ctx.now());
    let (bearer, unseen) = ctx
        .db
        .read(move |conn| {
            let (row, app) = access_tokens::find(conn, &hash)?.ok_or(INVALID)?;
            let (viewer, waiting) = match (row.account_id, row.human_id) {
                (Some(account), Some(human)) => {
                    let (viewer, missing) = holder(conn, account, human)?.ok_or(INVALID)?;
                    match missing {
                        None => (Some(viewer), None),
                        Some(missing) => (None, Some(Waiting { viewer, missing })),
                    }
                }
                (None, None) => (None, None),
                _ => return Err(INVALID),
            };
            let bearer = Bearer {
                token: row.id,
                app: app.map(app_view),
                viewer,
                waiting,
                scopes: Scopes::parse(&row.scopes).unwrap_or_default(),
            };
            let seen = row.last_used_at.unwrap_or(row.created_at);
            Ok::<_, Error>((bearer, now >= seen.plus(Millis::DAY)))
        })
        .await?;
    if let Some(viewer) = bearer.viewer.as_ref().filter(|_| unseen) {
        let (id, who) = (bearer.token, viewer.human.id);
        ctx.write_later(move |conn| {
            users::seen(conn, who, now)?;
            Ok::<_, Error>(access_tokens::touch(conn, id, now)?)
        })
        .await?;
    }
    Ok(bearer)
}

/// The viewer that a token stands for, while the human may act and, for a group, moderates it; or what is
/// missing until a new member may act.
fn holder(
    conn: &mut Conn,
    account: AccountId,
    human: AccountId,
) -> Result<Option<(Viewer, Option<Missing>)>> {
    let mut acting: Option<Arc<Account>> = None;
    let mut person: Option<(Arc<Account>, User)> = None;
    for (row, user) in access_tokens::holders(conn, &[account, human])? {
        let row = Arc::new(row);
        if row.id == account {
            acting = Some(Arc::clone(&row));
        }
        if let Some(user) = user.filter(|_| row.id == human) {
            person = Some((row, user));
        }
    }
    let (Some(account), Some((human, user))) = (acting, person) else {
        return Ok(None);
    };
    let missing = Missing::of(&user).filter(|_| human.suspended_at.is_none());
    if missing.is_none() {
        people::admitted(&user, &human)?;
    }
    let viewer = Viewer {
        account: Arc::clone(&human),
        human,
        user: Arc::new(user),
    };
    let viewer = viewer.acting_for(account);
    if missing.is_some() {
        return Ok((viewer.account.id == viewer.human.id).then_some((viewer, missing)));
    }
    match policy::may_act(conn, &viewer) {
        Ok(()) => Ok(Some((viewer, None))),
        Err(Error::Forbidden(_) | Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Ends a token of this app. An unknown token is no error (RFC 7009).
///
/// # Errors
/// `Forbidden("unauthorized_client")` for a wrong app, or another app's token.
pub async fn revoke(ctx: &Ctx, client: (&str, &str), token: &str) -> Result<()> {
    const WRONG_CLIENT: Error = Error::Forbidden("unauthorized_client");
    let (id, secret) = (client.0.to_owned(), client.1.to_owned());
    let (hash, now) = (tokens::hash(token), ctx.now());
    ctx.write(move |conn| {
        let app = match self::client(conn, &id, &secret) {
            Err(Error::Unauthorized(_)) => return Err(WRONG_CLIENT),
            other => other?,
        };
        let Some((row, _app)) = access_tokens::find(conn, &hash)? else {
            return Ok(());
        };
        if row.app_id != Some(app.id) {
            return Err(WRONG_CLIENT);
        }
        Ok(access_tokens::revoke(conn, row.id, now)?)
    })
    .await
}
