//! Actors of other servers: found in the database, read anew after a day, fetched where they are not
//! known. What is stored was read at the actor's own id, under a handle that both ends confirm.

use database::accounts::{self, Account, RemoteActor};
use database::instances;
use model::{Domain, Millis};

use crate::engine::Federation;
use crate::error::{Error, Result};
use crate::fetch::{Trip, admit, identified, is_blocked};
use crate::objects::actor::profile;
use crate::vocabulary::{Actor, ObjectUri, Understanding};
use crate::webfinger;

/// How fresh an actor has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fresh {
    /// Read within a day; where its server is away, what is known serves.
    OfToday,
    /// Read now.
    Now,
}

/// An account with the place where it receives; none for accounts of this server.
type Stored = (Account, Option<RemoteActor>);

/// What the database knows of an actor.
pub(crate) async fn known(fed: &Federation, uri: &ObjectUri) -> Result<Option<Stored>> {
    let uri = uri.to_string();
    let found = fed.ctx.db.read(move |conn| {
        let Some(account) = accounts::by_uri(conn, &uri)? else {
            return Ok(None);
        };
        let remote = accounts::remote(conn, account.id)?;
        Ok::<_, database::Error>(Some((account, remote)))
    });
    Ok(found.await?)
}

/// The account of this server with this address.
pub(crate) async fn local(fed: &Federation, uri: &ObjectUri) -> Result<Option<Account>> {
    if !fed.ctx.place.owns(uri.as_str()) {
        return Ok(None);
    }
    let found = known(fed, uri).await?;
    Ok(found.map(|(account, _)| account).filter(Account::is_local))
}

/// The address of the followers of an account elsewhere; empty where it has none.
pub(crate) async fn followers(fed: &Federation, account: &Account) -> Result<String> {
    let id = account.id;
    let remote = fed.ctx.db.read(move |conn| accounts::remote(conn, id));
    Ok(remote
        .await?
        .map(|remote| remote.followers)
        .unwrap_or_default())
}

/// An actor by its id or its page.
///
/// # Errors
/// `Rejected` where nobody is there, `Retry` where its server does not answer.
pub(crate) async fn find(
    fed: &Federation,
    uri: &ObjectUri,
    fresh: Fresh,
    trip: &Trip,
) -> Result<Account> {
    if fed.ctx.place.owns(uri.as_str()) {
        let found = local(fed, uri).await?;
        return found.ok_or_else(|| Error::rejected("there is nobody at this address here"));
    }
    let (old, read_at) = match known(fed, uri).await? {
        Some((account, remote)) => {
            if fresh == Fresh::OfToday && is_of_today(fed, remote.as_ref()) {
                return Ok(account);
            }
            (Some(account), remote.map(|remote| remote.fetched_at))
        }
        None => (None, None),
    };
    let flight = fed.memory.flight(uri.as_str());
    let turn = flight.lock().await;
    // Whoever was in front has brought it.
    if let Some((account, Some(remote))) = known(fed, uri).await?
        && Some(remote.fetched_at) != read_at
    {
        return Ok(account);
    }
    let fetched = fetch(fed, uri, trip).await;
    drop(turn);
    match (fetched, old) {
        (Err(error), Some(old)) if fresh == Fresh::OfToday => {
            tracing::debug!(%error, actor = uri.as_str(), "an actor could not be read anew");
            Ok(old)
        }
        (fetched, _) => fetched,
    }
}

fn is_of_today(fed: &Federation, remote: Option<&RemoteActor>) -> bool {
    let now = fed.ctx.now();
    remote.is_some_and(|remote| remote.fetched_at.plus(Millis::DAY) > now)
}

async fn fetch(fed: &Federation, uri: &ObjectUri, trip: &Trip) -> Result<Account> {
    match identified(fed, uri, trip).await? {
        Understanding::Actor(actor) => store(fed, &actor, trip).await,
        _ => Err(Error::rejected("this is no actor")),
    }
}

/// Stores an actor whose document was read at its own id.
pub(crate) async fn store(fed: &Federation, actor: &Actor, trip: &Trip) -> Result<Account> {
    admit(fed, &actor.id).await?;
    for uri in [
        Some(&actor.inbox),
        actor.shared_inbox.as_ref(),
        actor.url.as_ref(),
    ] {
        if let Some(uri) = uri
            && is_blocked(fed, uri).await?
        {
            return Err(Error::rejected(
                "an actor with an address on a blocked server",
            ));
        }
    }
    if let Err(refusal) = fed.fetcher.permits(actor.inbox.url()) {
        return Err(Error::rejected(format!("its inbox: {refusal}")));
    }
    let (username, domain) = handle(fed, actor, trip).await?;
    if services::moderation::is_blocked(&fed.ctx, &domain).await? {
        return Err(Error::rejected("a handle of a blocked server"));
    }
    let (id, now) = (fed.ctx.id(), fed.ctx.now());
    let server = actor.id.domain();
    let instance = fed
        .ctx
        .write_later(move |conn| instances::meet(conn, id, &server, now))
        .await?;
    if instance.described_at.is_none() {
        fed.strangers.notify_one();
    }
    let emojis = actor.emojis.iter().map(crate::notes::told).collect();
    services::emojis::receive(&fed.ctx, domain.as_str(), emojis).await?;
    let profile = profile(actor, (username, &domain), instance.id, now)?;
    let keys: Vec<String> = profile.keys.iter().map(|(id, ..)| id.clone()).collect();
    let id = services::accounts::receive(&fed.ctx, profile).await?;
    for key in keys {
        fed.memory.keys.invalidate(&key);
    }
    let account = fed.ctx.db.read(move |conn| accounts::get(conn, id));
    Ok(account.await?)
}

/// The handle under which it is known; asked for only where something about it is new.
async fn handle(fed: &Federation, actor: &Actor, trip: &Trip) -> Result<(String, Domain)> {
    if let Some((account, _)) = known(fed, &actor.id).await?
        && account.username_key == actor.preferred_username.to_lowercase()
        && let Ok(domain) = account.domain.parse::<Domain>()
    {
        return Ok((actor.preferred_username.clone(), domain));
    }
    webfinger::confirm(fed, actor, trip).await
}
