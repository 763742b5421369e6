//! Where one is signed in: browsers and apps, listed and ended.

use std::collections::BTreeMap;
use std::sync::Arc;

use database::{access_grants, access_tokens, push, web_sessions};
use model::{AppId, Millis, Scopes, SessionId};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::tokens;
use crate::views::account::Viewer;

/// A browser in which someone is signed in.
#[derive(Clone, Debug)]
pub struct Browser {
    /// The session.
    pub id: SessionId,
    /// Is it the one that asks?
    pub is_this: bool,
    /// What it calls itself.
    pub user_agent: String,
    /// From where: a network, never an address.
    pub network: String,
    /// Since when.
    pub created_at: Millis,
    /// The day on which it was last used.
    pub last_used_at: Millis,
}

/// An application that may act for someone.
#[derive(Clone, Debug)]
pub struct Authorised {
    /// Which; `None` for tokens of the command line.
    pub app: Option<AppId>,
    /// Its name; empty for tokens of the command line.
    pub name: String,
    /// Its page.
    pub website: Option<String>,
    /// What its tokens allow, taken together.
    pub scopes: Scopes,
    /// How many tokens it has.
    pub tokens: usize,
    /// Since when.
    pub created_at: Millis,
    /// The day on which it was last used.
    pub last_used_at: Millis,
}

/// The browsers in which this person is signed in; `cookie` is that of the one that asks.
///
/// # Errors
/// The database.
pub async fn browsers(ctx: &Ctx, viewer: &Viewer, cookie: &str) -> Result<Vec<Browser>> {
    let (account, now, this) = (viewer.human.id, ctx.now(), tokens::hash(cookie));
    let rows = ctx
        .db
        .read(move |conn| Ok::<_, Error>(web_sessions::of_account(conn, account, now)?))
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| Browser {
            id: row.id,
            is_this: row.token_hash == this,
            user_agent: row.user_agent,
            network: row.network,
            created_at: row.created_at,
            last_used_at: row.last_used_at.unwrap_or(row.created_at),
        })
        .collect())
}

/// Signs one browser of this person out.
///
/// # Errors
/// `NotFound`, also for a browser of someone else.
pub async fn end(ctx: &Ctx, viewer: &Viewer, id: SessionId) -> Result<()> {
    let account = viewer.human.id;
    ctx.write(move |conn| {
        if web_sessions::delete_one_of(conn, account, id)? {
            Ok(())
        } else {
            Err(Error::NotFound)
        }
    })
    .await
}

/// Signs every browser of this person out but the one that asks.
///
/// # Errors
/// The database.
pub async fn end_others(ctx: &Ctx, viewer: &Viewer, cookie: &str) -> Result<()> {
    let (account, this) = (viewer.human.id, tokens::hash(cookie));
    ctx.write(move |conn| Ok(web_sessions::delete_others_of(conn, account, &this)?))
        .await
}

/// The applications that may act for this person, the one that came last first.
///
/// # Errors
/// The database.
pub async fn apps(ctx: &Ctx, viewer: &Viewer) -> Result<Vec<Authorised>> {
    let human = viewer.human.id;
    let rows = ctx
        .db
        .read(move |conn| Ok::<_, Error>(access_tokens::of_human(conn, human)?))
        .await?;
    let mut order = Vec::new();
    let mut found: BTreeMap<Option<AppId>, (Authorised, Vec<String>)> = BTreeMap::new();
    for (token, app) in rows {
        let used = token.last_used_at.unwrap_or(token.created_at);
        let (entry, scopes) = found.entry(token.app_id).or_insert_with(|| {
            order.push(token.app_id);
            let (name, website) = app.map(|app| (app.name, app.website)).unwrap_or_default();
            let entry = Authorised {
                app: token.app_id,
                name,
                website,
                scopes: Scopes::default(),
                tokens: 0,
                created_at: token.created_at,
                last_used_at: used,
            };
            (entry, Vec::new())
        });
        entry.tokens += 1;
        entry.created_at = entry.created_at.min(token.created_at);
        entry.last_used_at = entry.last_used_at.max(used);
        scopes.push(token.scopes);
    }
    Ok(order
        .into_iter()
        .filter_map(|id| found.remove(&id))
        .map(|(entry, scopes)| Authorised {
            scopes: Scopes::parse(&scopes.join(" ")).unwrap_or_default(),
            ..entry
        })
        .collect())
}

/// Takes back what an application may do for this person: its tokens, and codes that wait.
///
/// # Errors
/// `NotFound` where it may do nothing.
pub async fn end_app(ctx: &Ctx, viewer: &Viewer, app: Option<AppId>) -> Result<()> {
    let (human, now) = (viewer.human.id, ctx.now());
    ctx.write(move |conn| {
        for (token, _app) in access_tokens::of_human(conn, human)? {
            if token.app_id == app {
                push::remove(conn, token.id)?;
            }
        }
        if access_tokens::revoke_app_of(conn, human, app, now)? == 0 {
            return Err(Error::NotFound);
        }
        if app.is_some() {
            access_grants::delete_all_of(conn, human, app)?;
        }
        Ok(())
    })
    .await
}

/// Takes back what all applications may do for this person.
///
/// # Errors
/// The database.
pub async fn end_apps(ctx: &Ctx, viewer: &Viewer) -> Result<()> {
    let (human, context) = (viewer.human.id, Arc::clone(ctx));
    ctx.write(move |conn| {
        push::remove_all_of(conn, human)?;
        access_tokens::revoke_all_of(conn, human, context.now())?;
        Ok(access_grants::delete_all_of(conn, human, None)?)
    })
    .await
}
