//! Passwords and signed-in browsers; the first owner.

use std::sync::Arc;

use database::web_sessions::{self, WebSession};
use database::{settings as rows, setup_codes, users};
use model::settings::Settings;
use model::{AccountId, Millis, Secret, Username};

use crate::accounts::NewUser;
use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::views::account::{self, AccountView, Viewer};
use crate::{enrol, people, tokens};

pub use crate::people::WRONG;

#[cfg(test)]
mod tests;

/// How long a browser stays signed in.
const SESSION: i64 = 30 * Millis::DAY;
/// Letters that are kept of what a browser calls itself.
const MOST_AGENT: usize = 200;
/// How long the link of the first run works.
const FIRST_RUN: i64 = Millis::HOUR;

/// What is kept of a browser, so that its owner knows it again in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Device {
    /// The network that it came from (a /24 or /48), never an address.
    pub network: String,
    /// What it calls itself.
    pub user_agent: String,
}

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
    people::check_password(ctx, name, password).await
}

/// Signs a browser in and answers the value of its cookie.
///
/// # Errors
/// The database.
pub async fn open_session(ctx: &Ctx, viewer: &Viewer, device: Device) -> Result<Secret<String>> {
    let cookie = tokens::new(ctx)?;
    let now = ctx.now();
    let session = WebSession {
        id: ctx.id(),
        token_hash: tokens::hash(&cookie.0),
        account_id: viewer.human.id,
        csrf: tokens::new(ctx)?.0,
        created_at: now,
        expires_at: now.plus(SESSION),
        last_used_at: None,
        network: device.network,
        user_agent: plain(&device.user_agent),
    };
    ctx.write(move |conn| {
        users::seen(conn, session.account_id, now)?;
        Ok::<_, Error>(web_sessions::insert(conn, &session)?)
    })
    .await?;
    Ok(cookie)
}

/// What a browser says of itself, cut and without what no line has.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_control())
        .take(MOST_AGENT)
        .collect()
}

/// Which account this name or address means, for counting tries; nobody's is `None`.
///
/// # Errors
/// The database.
pub async fn account_of(ctx: &Ctx, name: &str) -> Result<Option<AccountId>> {
    let login = enrol::login_key(name);
    ctx.db
        .read(move |conn| Ok(users::by_login(conn, &login)?.map(|user| user.account_id)))
        .await
}

/// Who this cookie belongs to. `None` for none, an expired one, or someone who may not sign in any more.
///
/// # Errors
/// The database.
pub async fn session(ctx: &Ctx, cookie: &str) -> Result<Option<Session>> {
    let (hash, now) = (tokens::hash(cookie), ctx.now());
    let found = ctx
        .db
        .read(move |conn| {
            let Some(session) = web_sessions::find(conn, &hash, now)? else {
                return Ok::<_, Error>(None);
            };
            let Some(user) = users::find(conn, session.account_id)? else {
                return Ok(None);
            };
            let viewer = people::viewer(conn, user)?;
            if people::obstacle(&viewer).is_some() {
                return Ok(None);
            }
            let seen = session.last_used_at.unwrap_or(session.created_at);
            let unseen = (now >= seen.plus(Millis::DAY)).then_some(session.id);
            let session = Session {
                viewer,
                csrf: session.csrf,
            };
            Ok(Some((session, unseen)))
        })
        .await?;
    let Some((session, unseen)) = found else {
        return Ok(None);
    };
    if let Some(id) = unseen {
        let who = session.viewer.human.id;
        ctx.write_later(move |conn| {
            users::seen(conn, who, now)?;
            Ok::<_, Error>(web_sessions::touch(conn, id, now)?)
        })
        .await?;
    }
    Ok(Some(session))
}

/// Signs a browser out.
///
/// # Errors
/// The database.
pub async fn close_session(ctx: &Ctx, cookie: &str) -> Result<()> {
    let hash = tokens::hash(cookie);
    ctx.write(move |conn| Ok(web_sessions::delete(conn, &hash)?))
        .await
}

/// A code for the first-run link (valid an hour), as long as nobody owns the place. `None` afterwards.
///
/// # Errors
/// The database.
pub async fn first_run_code(ctx: &Ctx) -> Result<Option<Secret<String>>> {
    let code = tokens::new(ctx)?;
    let (hash, now) = (tokens::hash(&code.0), ctx.now());
    let made = ctx
        .write(move |conn| {
            if users::has_owner(conn)? {
                return Ok(false);
            }
            setup_codes::insert(conn, &hash, now.plus(FIRST_RUN), now)?;
            Ok::<_, Error>(true)
        })
        .await?;
    Ok(made.then_some(code))
}

/// Is this code valid now?
///
/// # Errors
/// The database.
pub async fn is_first_run_code(ctx: &Ctx, code: &str) -> Result<bool> {
    let (hash, now) = (tokens::hash(code), ctx.now());
    ctx.db
        .read(move |conn| Ok(setup_codes::is_valid(conn, &hash, now)? && !users::has_owner(conn)?))
        .await
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
    const NO_CODE: Error = Error::Unauthorized("this link is used or too old");
    // Asked before the slow work, and once more where it counts.
    if !is_first_run_code(ctx, code).await? {
        return Err(NO_CODE);
    }
    let mut named = Settings::default();
    let title = title.trim();
    if !title.is_empty() {
        named
            .set("title", title)
            .map_err(|error| Error::invalid("title", "ERR_TOO_LONG", error.to_string()))?;
    }
    let ready = enrol::prepare(ctx, enrol::as_owner(owner)).await?;
    let (context, hash) = (Arc::clone(ctx), tokens::hash(code));
    let settings = (*ctx.settings()).clone();
    let (view, title) = ctx
        .write(move |conn| {
            if users::has_owner(conn)? || !setup_codes::spend(conn, &hash, context.now())? {
                return Err(NO_CODE);
            }
            let id: AccountId = enrol::insert(&context, conn, ready)?;
            rows::put(conn, "title", &named.title)?;
            Ok((account::one_in(conn, id)?, named.title))
        })
        .await?;
    ctx.use_settings(Settings { title, ..settings });
    Ok(view)
}

/// A viewer for an account of this server, as the command line acts.
///
/// # Errors
/// `NotFound`.
pub async fn viewer_named(ctx: &Ctx, username: &str) -> Result<Viewer> {
    let name: Username = username
        .trim()
        .trim_start_matches('@')
        .parse()
        .map_err(|_e| Error::NotFound)?;
    ctx.db
        .read(move |conn| {
            let user = users::by_login(conn, &name.key())?.ok_or(Error::NotFound)?;
            people::viewer(conn, user)
        })
        .await
}
