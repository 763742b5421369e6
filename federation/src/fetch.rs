//! Documents of other servers: asked for with the server's own signature, in the form that the host
//! is known to take, and believed only where the address that answered is the document's own id.
//! What a document means for us is decided by `actors` and `notes`.

use std::sync::atomic::{AtomicU32, Ordering};

use bytes::Bytes;
use database::instances;
use futures::future::BoxFuture;
use http::StatusCode;
use model::{AccountId, Domain, Handle, StatusId};
use serde_json::Value;
use services::fediverse::Fediverse;
use url::Url;

use crate::engine::Federation;
use crate::error::{Error, Result};
use crate::signature::Form;
use crate::vocabulary::{Document, ObjectUri, Understanding, same_origin};
use crate::{actors, notes, webfinger};

/// How many documents one received activity may make us fetch, with all that follows from it.
const FOR_A_JOB: u32 = 100;
/// How many a person's search may.
const FOR_A_PERSON: u32 = 400;
/// How many may be fetched while a sender waits for the answer to its signature.
const FOR_A_KEY: u32 = 6;

/// How far one errand may go.
#[derive(Debug)]
pub(crate) struct Trip {
    left: AtomicU32,
    /// A person waits for it: addresses that led nowhere lately are tried all the same.
    wished: bool,
}

impl Trip {
    const fn new(steps: u32, wished: bool) -> Self {
        Self {
            left: AtomicU32::new(steps),
            wished,
        }
    }

    /// For what follows from a received activity.
    pub(crate) const fn for_a_job() -> Self {
        Self::new(FOR_A_JOB, false)
    }

    /// For someone who waits.
    pub(crate) const fn for_a_person() -> Self {
        Self::new(FOR_A_PERSON, true)
    }

    /// For the key of a request.
    pub(crate) const fn for_a_key() -> Self {
        Self::new(FOR_A_KEY, false)
    }

    /// One more document.
    pub(crate) fn step(&self) -> Result<()> {
        let less = |left: u32| left.checked_sub(1);
        match self
            .left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less)
        {
            Ok(_) => Ok(()),
            Err(_none) => Err(Error::rejected("it leads to too many documents")),
        }
    }
}

/// Refuses addresses of ours, which are never fetched, and those of blocked servers.
pub(crate) async fn admit(fed: &Federation, uri: &ObjectUri) -> Result<()> {
    if fed.ctx.place.owns(uri.as_str()) {
        return Err(Error::rejected("an address of this server"));
    }
    if is_blocked(fed, uri).await? {
        return Err(Error::rejected("a blocked server"));
    }
    Ok(())
}

/// Is this the address of a blocked server? One that is no valid name counts as blocked.
pub(crate) async fn is_blocked(fed: &Federation, uri: &ObjectUri) -> Result<bool> {
    match Domain::of(uri.url()) {
        Ok(domain) if domain == *fed.ctx.place.domain() => Ok(false),
        Ok(domain) => Ok(services::moderation::is_blocked(&fed.ctx, &domain).await?),
        Err(_no_name) => Ok(true),
    }
}

/// A document and the address that finally served it.
pub(crate) async fn document(
    fed: &Federation,
    uri: &ObjectUri,
    trip: &Trip,
) -> Result<(ObjectUri, Value)> {
    let uri = uri.without_fragment();
    admit(fed, &uri).await?;
    let now = fed.ctx.now();
    if !trip.wished
        && let Some(error) = fed.memory.miss(uri.as_str(), now)
    {
        return Err(error);
    }
    trip.step()?;
    let found = read(fed, &uri).await;
    match &found {
        Ok(_) => fed.memory.found(uri.as_str()),
        Err(error) => fed
            .memory
            .missed(uri.as_str(), error.is_passing(), fed.ctx.now()),
    }
    found
}

async fn read(fed: &Federation, uri: &ObjectUri) -> Result<(ObjectUri, Value)> {
    let (at, body) = ask(fed, uri).await?;
    let at = ObjectUri::parse(at.as_str())?;
    if at != *uri {
        admit(fed, &at).await?;
    }
    Ok((at, Document::parse(&body)?.into_value()))
}

/// Asks in the form that the host took last, and once more in the other one where it was refused.
async fn ask(fed: &Federation, uri: &ObjectUri) -> Result<(Url, Bytes)> {
    let domain = uri.domain();
    let first = form_for(fed, &domain).await?;
    let hand = crate::keyring::server_signer(fed, first).await?;
    let error = match fed.fetcher.get_activity(uri.url(), Some(&hand)).await {
        Ok(found) => return Ok(found),
        Err(error) => error,
    };
    let refused = matches!(
        &error,
        fetch::Error::Status { status, .. }
            if matches!(*status, StatusCode::UNAUTHORIZED | StatusCode::BAD_REQUEST)
    );
    if !refused {
        return Err(error.into());
    }
    let second = other(first);
    let hand = crate::keyring::server_signer(fed, second).await?;
    match fed.fetcher.get_activity(uri.url(), Some(&hand)).await {
        Ok(found) => {
            remember_form(fed, domain, second).await?;
            Ok(found)
        }
        // The first answer says more about what was asked for.
        Err(_refused_again) => Err(error.into()),
    }
}

const fn other(form: Form) -> Form {
    match form {
        Form::Cavage => Form::Rfc9421,
        Form::Rfc9421 => Form::Cavage,
    }
}

async fn form_for(fed: &Federation, domain: &str) -> Result<Form> {
    if let Some(form) = fed.memory.form(domain) {
        return Ok(form);
    }
    let wanted = domain.to_owned();
    let known = fed
        .ctx
        .db
        .read(move |conn| instances::by_domain(conn, &wanted))
        .await?;
    let form = match known.map(|instance| instance.signature_form) {
        Some(2) => Form::Rfc9421,
        _ => Form::Cavage,
    };
    fed.memory.remember_form(domain, form);
    Ok(form)
}

/// Kept for the deliveries too.
async fn remember_form(fed: &Federation, domain: String, form: Form) -> Result<()> {
    fed.memory.remember_form(&domain, form);
    let number = match form {
        Form::Cavage => 1,
        Form::Rfc9421 => 2,
    };
    let (id, now) = (fed.ctx.id(), fed.ctx.now());
    fed.ctx
        .write_later(move |conn| {
            let instance = instances::meet(conn, id, &domain, now)?;
            instances::succeeded(conn, instance.id, number, now)
        })
        .await?;
    Ok(())
}

/// A document whose id is the address that served it. Where the id is another address of the same
/// host, that one is asked once, and has to be its own id.
pub(crate) async fn identified(
    fed: &Federation,
    uri: &ObjectUri,
    trip: &Trip,
) -> Result<Understanding> {
    let (at, value) = document(fed, uri, trip).await?;
    let id = id_of(&value)?;
    if id == at {
        return understood(&value);
    }
    if !same_origin(&id, &at) {
        return Err(Error::rejected("the document has an id of another server"));
    }
    let (at, value) = document(fed, &id, trip).await?;
    if id_of(&value)? != id || at != id {
        return Err(Error::rejected("the document is not at its own id"));
    }
    understood(&value)
}

fn understood(value: &Value) -> Result<Understanding> {
    match Understanding::read(value)? {
        Understanding::Tombstone(_) => Err(Error::Gone),
        found => Ok(found),
    }
}

/// What is fetched has to say what it is.
fn id_of(value: &Value) -> Result<ObjectUri> {
    let id = value.get("id").and_then(Value::as_str);
    let id = id.ok_or_else(|| Error::rejected("a document without id"))?;
    Ok(ObjectUri::parse(id)?)
}

/// What a use case hears of a look-up: nobody there is an answer, a server that is away is an error.
fn heard<T>(found: Result<T>) -> services::Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(Error::Rejected(why)) => {
            tracing::debug!(why, "a look-up found nothing");
            Ok(None)
        }
        Err(Error::Gone) => Ok(None),
        Err(Error::Retry(why)) => Err(services::Error::Upstream(why)),
        Err(Error::Service(services::Error::NotFound)) => Ok(None),
        Err(Error::Service(error)) => Err(error),
    }
}

impl Fediverse for Federation {
    fn resolve_handle<'a>(
        &'a self,
        handle: &'a Handle,
    ) -> BoxFuture<'a, services::Result<Option<AccountId>>> {
        Box::pin(async move {
            let trip = Trip::for_a_person();
            let found = webfinger::resolve(self, handle, &trip).await;
            Ok(heard(found)?.map(|account| account.id))
        })
    }

    fn fetch_account<'a>(
        &'a self,
        uri: &'a str,
    ) -> BoxFuture<'a, services::Result<Option<AccountId>>> {
        Box::pin(async move {
            let Ok(uri) = ObjectUri::parse(uri) else {
                return Ok(None);
            };
            let trip = Trip::for_a_person();
            let found = actors::find(self, &uri, actors::Fresh::OfToday, &trip).await;
            Ok(heard(found)?.map(|account| account.id))
        })
    }

    fn fetch_status<'a>(
        &'a self,
        uri: &'a str,
    ) -> BoxFuture<'a, services::Result<Option<StatusId>>> {
        Box::pin(async move {
            let Ok(uri) = ObjectUri::parse(uri) else {
                return Ok(None);
            };
            let trip = Trip::for_a_person();
            heard(notes::find(self, &uri, None, &trip).await)
        })
    }

    fn refresh_status<'a>(&'a self, uri: &'a str) -> BoxFuture<'a, services::Result<()>> {
        Box::pin(async move {
            let Ok(uri) = ObjectUri::parse(uri) else {
                return Ok(());
            };
            let trip = Trip::for_a_job();
            heard(notes::refresh(self, &uri, &trip).await.map(Some))?;
            Ok(())
        })
    }

    fn settle_quote(&self, status: StatusId) -> BoxFuture<'_, services::Result<()>> {
        Box::pin(async move {
            let settled = crate::quotes::settle(self, status).await;
            heard(settled).map(Option::unwrap_or_default)
        })
    }
}
