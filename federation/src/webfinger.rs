//! The client side of WebFinger (RFC 7033): from a handle to an actor, and back from an actor to the
//! handle under which others know it. A handle is believed only where both ends say the same.

use database::accounts::{self, Account};
use http::StatusCode;
use model::{Domain, Handle};
use url::Url;

use crate::actors::{self, Fresh};
use crate::engine::Federation;
use crate::error::{Error, Result};
use crate::fetch::{Trip, is_blocked};
use crate::vocabulary::{Actor, Document, Jrd, ObjectUri, Understanding};

/// The account of a handle, looked up here, then out there.
pub(crate) async fn resolve(fed: &Federation, handle: &Handle, trip: &Trip) -> Result<Account> {
    let domain = match &handle.domain {
        Some(domain) if domain != fed.ctx.place.domain() => domain,
        _ours => {
            return named(fed, handle.username.key(), String::new())
                .await?
                .ok_or(nobody());
        }
    };
    if services::moderation::is_blocked(&fed.ctx, domain).await? {
        return Err(Error::rejected("a blocked server"));
    }
    let known = named(fed, handle.username.key(), domain.to_string()).await?;
    if let Some(known) = known {
        let uri = ObjectUri::parse(&known.uri)?;
        return actors::find(fed, &uri, Fresh::OfToday, trip).await;
    }
    let jrd = ask(fed, handle.username.as_str(), domain, trip)
        .await?
        .ok_or_else(nobody)?;
    let said: Handle = jrd.handle().parse().map_err(|_e| nobody())?;
    let actor = jrd.actor().ok_or_else(nobody)?;
    let account = actors::find(fed, actor, Fresh::OfToday, trip).await?;
    // The actor's own handle, which was confirmed when it was stored, has to be the one that the
    // answer names. It may differ from the one that was asked for: an old name, an alias.
    if same(&said, &account) {
        Ok(account)
    } else {
        Err(Error::rejected(
            "the handle and the actor name each other differently",
        ))
    }
}

fn nobody() -> Error {
    Error::rejected("there is nobody of that name")
}

fn same(handle: &Handle, account: &Account) -> bool {
    let domain = handle.domain.as_ref().map_or("", Domain::as_str);
    !account.is_local() && handle.username.key() == account.username_key && domain == account.domain
}

async fn named(fed: &Federation, key: String, domain: String) -> Result<Option<Account>> {
    Ok(fed
        .ctx
        .db
        .read(move |conn| accounts::by_name(conn, &key, &domain))
        .await?)
}

/// The name and domain under which an actor is known: what WebFinger at its host says of it, if the
/// named domain agrees. Where its host says nothing, its own host has the word.
///
/// # Errors
/// Where a domain named by its host says something else.
pub(crate) async fn confirm(
    fed: &Federation,
    actor: &Actor,
    trip: &Trip,
) -> Result<(String, Domain)> {
    let own = Domain::of(actor.id.url()).map_err(|error| Error::rejected(error.to_string()))?;
    let name = actor.preferred_username.as_str();
    let plain = || (name.to_owned(), own.clone());
    // FEP-2c59: the actor names its handle itself; without that its host is asked.
    let said = match &actor.webfinger {
        Some(handle) => handle.clone(),
        None => match ask(fed, name, &own, trip).await {
            Ok(Some(jrd)) if jrd.actor() == Some(&actor.id) => jrd.handle().to_owned(),
            Ok(_) => return Ok(plain()),
            Err(error) => {
                tracing::debug!(%error, actor = actor.id.as_str(), "no WebFinger");
                return Ok(plain());
            }
        },
    };
    let Ok(Handle {
        username,
        domain: Some(domain),
    }) = said.parse()
    else {
        return Ok(plain());
    };
    if domain == own && username.key() == name.to_lowercase() {
        return Ok(plain());
    }
    if domain == *fed.ctx.place.domain() {
        return Err(Error::rejected(
            "an actor elsewhere claims a handle of this server",
        ));
    }
    match ask(fed, username.as_str(), &domain, trip).await {
        Ok(Some(jrd)) if jrd.actor() == Some(&actor.id) => {
            Ok((username.as_str().to_owned(), domain))
        }
        // Nobody there knows it: its claim is worth nothing, but its own host still vouches for it.
        Ok(_) => Ok(plain()),
        Err(error) if error.is_passing() => Err(error),
        Err(_refused) => Ok(plain()),
    }
}

/// Asks a domain about a name; `None` where it knows nobody of that name.
async fn ask(fed: &Federation, name: &str, domain: &Domain, trip: &Trip) -> Result<Option<Jrd>> {
    let mut last = None;
    for scheme in schemes(fed, domain) {
        let mut url = Url::parse(&format!("{scheme}://{domain}/.well-known/webfinger"))
            .map_err(|_e| nobody())?;
        url.query_pairs_mut()
            .append_pair("resource", &format!("acct:{name}@{domain}"));
        let uri = ObjectUri::parse(url.as_str())?;
        if is_blocked(fed, &uri).await? {
            return Err(Error::rejected("a blocked server"));
        }
        trip.step()?;
        match fed.fetcher.get_json(&url).await {
            Ok((at, body)) => {
                if fed.ctx.place.owns(at.as_str()) {
                    return Err(nobody());
                }
                let document = Document::parse(&body)?;
                return match Understanding::read(document.value())? {
                    Understanding::WebFinger(jrd) => Ok(Some(jrd)),
                    _ => Ok(None),
                };
            }
            Err(fetch::Error::Status {
                status: StatusCode::NOT_FOUND | StatusCode::GONE | StatusCode::BAD_REQUEST,
                ..
            }) => {
                return Ok(None);
            }
            Err(error) => last = Some(error),
        }
    }
    Err(last.map_or_else(nobody, Into::into))
}

/// A domain does not say its scheme. It is https but for labs, which allow http and use ports.
fn schemes(fed: &Federation, domain: &Domain) -> Vec<&'static str> {
    let permits = |scheme: &str| {
        Url::parse(&format!("{scheme}://{domain}/"))
            .is_ok_and(|url| fed.fetcher.permits(&url).is_ok())
    };
    let mut schemes: Vec<&'static str> = ["https", "http"]
        .into_iter()
        .filter(|scheme| permits(scheme))
        .collect();
    if domain.as_str() != domain.host() {
        schemes.reverse();
    }
    schemes
}
