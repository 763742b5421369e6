//! Applications: registered, looked up; which redirect addresses they may have.

use database::{Conn, Error as DatabaseError, apps};
use model::{Scopes, Secret};
use url::Url;

use super::{App, NewApp, OUT_OF_BAND};
use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::tokens;

/// Letters of an application's name.
const MOST_NAME: usize = 60;
/// Addresses that an application may register.
const MOST_ADDRESSES: usize = 20;
/// Schemes that run what is in the address instead of opening it.
const FORBIDDEN_SCHEMES: &[&str] = &["data", "vbscript", "javascript", "about", "blob", "file"];

pub(super) fn app_view(row: apps::App) -> App {
    App {
        id: row.id,
        name: row.name,
        website: row.website,
        redirect_uris: row.redirect_uris.lines().map(str::to_owned).collect(),
        scopes: Scopes::parse(&row.scopes).unwrap_or_default(),
        client_id: row.client_id,
        client_secret: Secret(String::new()),
    }
}

/// Registers an application.
///
/// # Errors
/// `Invalid`: a blank name, a forbidden or broken address, an unknown scope, a chosen id outside test mode.
pub async fn register(ctx: &Ctx, new: NewApp) -> Result<App> {
    let name = text::display_name(&new.name, MOST_NAME);
    if name.is_empty() || text::graphemes(new.name.trim()) > MOST_NAME {
        return Err(Error::invalid(
            "client_name",
            "ERR_INVALID",
            format!("the name of an application has 1 to {MOST_NAME} characters"),
        ));
    }
    if new.redirect_uris.is_empty() || new.redirect_uris.len() > MOST_ADDRESSES {
        return Err(redirect_problem());
    }
    for address in &new.redirect_uris {
        check_redirect(address)?;
    }
    let website = new
        .website
        .filter(|text| !text.trim().is_empty())
        .map(|text| {
            Url::parse(text.trim())
                .ok()
                .filter(|url| matches!(url.scheme(), "http" | "https") && text.len() <= 2000)
                .filter(|_url| !text.trim().contains(char::is_control))
                .map(|_url| text.trim().to_owned())
                .ok_or_else(|| {
                    Error::invalid("website", "ERR_INVALID", "the website is no address")
                })
        })
        .transpose()?;
    if new.chosen.is_some() && !ctx.test_mode {
        return Err(Error::invalid(
            "client_id",
            "ERR_INVALID",
            "an id and secret can be chosen in test mode only",
        ));
    }
    let (client_id, client_secret) = match new.chosen {
        Some((id, _secret)) if id.is_empty() || id.contains(char::is_control) => {
            return Err(Error::invalid("client_id", "ERR_INVALID", "this is no id"));
        }
        Some(chosen) => chosen,
        None => (tokens::new(ctx)?.0, tokens::new(ctx)?),
    };
    let scopes = if new.scopes.is_empty() {
        Scopes::standard()
    } else {
        new.scopes
    };
    let row = apps::App {
        id: ctx.id(),
        name,
        website,
        redirect_uris: new.redirect_uris.join("\n"),
        scopes: scopes.to_string(),
        client_id,
        client_secret: hex::encode(tokens::hash(&client_secret.0)),
        created_at: ctx.now(),
    };
    ctx.write(move |conn| {
        apps::insert(conn, &row).map_err(|error| match error {
            DatabaseError::Conflict(_) => {
                Error::invalid("client_id", "ERR_TAKEN", "this id is taken")
            }
            other => other.into(),
        })?;
        Ok(App {
            client_secret,
            ..app_view(row)
        })
    })
    .await
}

pub(super) fn redirect_problem() -> Error {
    Error::invalid(
        "redirect_uri",
        "ERR_INVALID",
        "the redirect address is missing, broken or forbidden",
    )
}

/// Custom schemes and loopback addresses are how apps get their code; what would run as a program, has a
/// fragment or is no full address is refused.
fn check_redirect(address: &str) -> Result<()> {
    if address == OUT_OF_BAND {
        return Ok(());
    }
    let plain =
        address.len() <= 2000 && !address.contains(|c: char| c.is_whitespace() || c.is_control());
    let url = Url::parse(address).map_err(|_e| redirect_problem())?;
    if !plain || url.fragment().is_some() || FORBIDDEN_SCHEMES.contains(&url.scheme()) {
        return Err(redirect_problem());
    }
    if matches!(url.scheme(), "http" | "https") && !url.has_host() {
        return Err(redirect_problem());
    }
    Ok(())
}

/// PostgreSQL takes no NUL in a text, and no application has one in its id.
pub(super) fn known_app(conn: &mut Conn, client_id: &str) -> Result<Option<apps::App>> {
    if client_id.contains('\0') {
        return Ok(None);
    }
    Ok(apps::by_client_id(conn, client_id)?)
}

/// The application with this id.
///
/// # Errors
/// `NotFound`.
pub async fn app(ctx: &Ctx, client_id: &str) -> Result<App> {
    let client_id = client_id.to_owned();
    ctx.db
        .read(move |conn| {
            known_app(conn, &client_id)?
                .map(app_view)
                .ok_or(Error::NotFound)
        })
        .await
}
