//! Who signed a request: for the inbox, and for whoever asks for something that is not for everyone.
//! Everything that needs no key is checked before one is looked for.

use std::borrow::Cow;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, OriginalUri};
use axum::response::{IntoResponse, Response};
use database::accounts::Account;
use http::header::{CONTENT_TYPE, HOST, RETRY_AFTER};
use http::{HeaderMap, StatusCode, request};
use model::Domain;
use url::Url;

use crate::engine::Federation;
use crate::fetch::is_blocked;
use crate::keys::{self, Known, Missing};
use crate::signature::{self, Claim, Parts, Reason, SignatureError};
use crate::vocabulary::ObjectUri;

/// Headers of more bytes than this are no request of another server.
const MAX_HEADERS: usize = 32 * 1024;
/// After this many seconds a sender may try again.
const COME_BACK: u32 = 60;

/// The address of whoever sent a request, where something in front of us knows better than the
/// socket: put into the request's extensions by the server.
#[derive(Clone, Copy, Debug)]
pub struct Source(pub IpAddr);

/// Why a request of another server was refused: a status, a sentence, and when to come back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// A sentence for the other server's administrator.
    pub why: Cow<'static, str>,
    /// Seconds.
    pub retry_after: Option<u32>,
}

impl Answer {
    /// A refusal.
    pub fn new(status: StatusCode, why: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status,
            why: why.into(),
            retry_after: None,
        }
    }

    /// The sender should come back in a while.
    pub fn later(status: StatusCode, why: impl Into<Cow<'static, str>>) -> Self {
        Self {
            retry_after: Some(COME_BACK),
            ..Self::new(status, why)
        }
    }

    fn unauthorized(why: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, why)
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let body = serde_json::json!({ "error": self.why }).to_string();
        let kind = [(CONTENT_TYPE, "application/json; charset=utf-8")];
        let mut response = (self.status, kind, body).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}

impl From<SignatureError> for Answer {
    fn from(error: SignatureError) -> Self {
        Self::new(error.status(), error.to_string())
    }
}

impl From<Missing> for Answer {
    fn from(missing: Missing) -> Self {
        match missing {
            Missing::ForGood(why) => Self::unauthorized(format!("the key was not found: {why}")),
            Missing::ForNow(why) => Self::later(
                StatusCode::SERVICE_UNAVAILABLE,
                format!("the key cannot be read now: {why}"),
            ),
            Missing::TooMany => Self::later(
                StatusCode::TOO_MANY_REQUESTS,
                "too many keys of this sender could not be found",
            ),
        }
    }
}

impl From<crate::Error> for Answer {
    fn from(error: crate::Error) -> Self {
        tracing::warn!(%error, "a request of another server cannot be judged");
        Self::later(StatusCode::SERVICE_UNAVAILABLE, "not now")
    }
}

impl From<database::Error> for Answer {
    fn from(error: database::Error) -> Self {
        crate::Error::from(error).into()
    }
}

/// What is refused by its headers alone: too many of them, or another server's name.
pub(crate) fn check_heads(fed: &Federation, headers: &HeaderMap) -> Result<(), Answer> {
    let size: usize = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + 4)
        .sum();
    if size > MAX_HEADERS {
        return Err(Answer::new(
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            "the headers are too large",
        ));
    }
    let mut hosts = headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        // HTTP/2 has no such header.
        (None, _) => Ok(()),
        (Some(_), Some(_)) => Err(Answer::new(StatusCode::BAD_REQUEST, "two Host headers")),
        (Some(host), None) => {
            let ours = host.to_str().is_ok_and(|host| is_ours(fed, host));
            if ours {
                Ok(())
            } else {
                Err(Answer::new(
                    StatusCode::MISDIRECTED_REQUEST,
                    "this server has another name",
                ))
            }
        }
    }
}

fn is_ours(fed: &Federation, host: &str) -> bool {
    let url = Url::parse(&format!("{}://{host}/", scheme(fed)));
    let sound = |url: &Url| url.path() == "/" && url.username().is_empty() && url.query().is_none();
    url.is_ok_and(|url| {
        sound(&url) && Domain::of(&url).is_ok_and(|domain| domain == *fed.ctx.place.domain())
    })
}

fn scheme(fed: &Federation) -> &'static str {
    if fed.ctx.place.is_secure() {
        "https"
    } else {
        "http"
    }
}

/// The parts of a request that its signature speaks about.
pub(crate) fn parts_of<'a>(
    fed: &'a Federation,
    head: &'a request::Parts,
    body: Option<&'a [u8]>,
) -> Parts<'a> {
    let uri = match head.extensions.get::<OriginalUri>() {
        Some(original) => &original.0,
        None => &head.uri,
    };
    Parts {
        method: &head.method,
        path_and_query: uri.path_and_query().map_or("/", |path| path.as_str()),
        scheme: scheme(fed),
        authority: fed.ctx.place.domain().as_str(),
        headers: &head.headers,
        body,
    }
}

/// Where a request came from.
pub(crate) fn source_of(head: &request::Parts) -> Option<IpAddr> {
    let named = head.extensions.get::<Source>().map(|source| source.0);
    named.or_else(|| {
        let peer = head.extensions.get::<ConnectInfo<SocketAddr>>()?;
        Some(peer.0.ip())
    })
}

/// The holder of the key that signed a request whose claim was checked. `actor` is who should have.
pub(crate) async fn signer(
    fed: &Federation,
    claim: &Claim,
    parts: Parts<'_>,
    actor: Option<&ObjectUri>,
    source: Option<IpAddr>,
) -> Result<Arc<Known>, Answer> {
    let key_id = ObjectUri::parse(&claim.key_id)
        .map_err(|_e| Answer::unauthorized("the key id is no address"))?;
    if fed.ctx.place.owns(key_id.as_str()) {
        return Err(Answer::unauthorized(
            "no one signs requests to us with a key of ours",
        ));
    }
    if actor.is_some_and(|actor| actor.domain() != key_id.domain()) {
        return Err(Answer::unauthorized(
            "the key and the actor are of two servers",
        ));
    }
    if is_blocked(fed, &key_id).await? {
        return Err(Answer::new(StatusCode::FORBIDDEN, "this server is blocked"));
    }
    let (known, is_fresh) = match keys::known(fed, &key_id).await? {
        Some(known) => (known, false),
        None => (keys::fetch(fed, &key_id, actor, source).await?, true),
    };
    if actor.is_some_and(|actor| *actor != known.actor) {
        return Err(Answer::unauthorized("the key is another actor's"));
    }
    if known.account.suspended_at.is_some() {
        return Err(Answer::new(
            StatusCode::FORBIDDEN,
            "this actor was sent away",
        ));
    }
    let now = fed.ctx.now();
    let error = match signature::verify(claim, &parts, &known.key, now) {
        Ok(()) => return Ok(known),
        Err(error) => error,
    };
    if error.reason != Reason::Invalid || is_fresh {
        return Err(error.into());
    }
    let Some(anew) = keys::refresh(fed, &key_id, &known, source).await? else {
        return Err(error.into());
    };
    signature::verify(claim, &parts, &anew.key, now)?;
    Ok(anew)
}

/// The account that signed a request without a body; `None` for a request that is not signed.
///
/// # Errors
/// What to answer where the signature is not good, its key cannot be found, or its server is blocked.
pub async fn signed_by(fed: &Federation, head: &request::Parts) -> Result<Option<Account>, Answer> {
    if !head.headers.contains_key("signature") {
        return Ok(None);
    }
    check_heads(fed, &head.headers)?;
    let claim = signature::parse(&head.headers)?;
    let parts = parts_of(fed, head, None);
    signature::check(&claim, &parts, fed.ctx.now())?;
    let known = signer(fed, &claim, parts, None, source_of(head)).await?;
    Ok(Some(known.account.clone()))
}
