//! How an answer is dressed: types, `Vary`, who may keep it; and who is asking.

use std::sync::Arc;

use activitypub_federation::FEDERATION_CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, VARY};
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use model::{AccountId, Domain};
use serde_json::{Value, json};
use url::Url;

use crate::authenticate::{self, Answer};
use crate::engine::Federation;
use crate::error::Error;
use crate::signature;
use crate::vocabulary::write;

/// How long others may keep what is for everyone.
const SHARED: &str = "public, max-age=60";
/// What is for one reader, or may not be for the next.
const PRIVATE: &str = "private, no-store";

/// Nobody may tell from an answer whether something is hidden or was never there.
pub(super) fn not_found() -> Response {
    dressed(
        StatusCode::NOT_FOUND,
        "application/json; charset=utf-8",
        PRIVATE,
        r#"{"error":"not found"}"#.to_owned(),
    )
}

/// Who asks, as far as it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asker {
    /// Anyone.
    Anyone,
    /// Someone elsewhere whose signature was good.
    Someone(AccountId),
    /// Someone elsewhere who reads as this member of a private group.
    Member(AccountId),
}

impl Asker {
    /// How long the answer may be kept, and by whom.
    const fn keep(self) -> &'static str {
        match self {
            Self::Anyone => SHARED,
            Self::Someone(_) | Self::Member(_) => PRIVATE,
        }
    }
}

/// Who asks for what is public: in secure mode a good signature is needed, and a blocked server gets
/// nothing even if it says who it is.
pub(super) async fn asker(fed: &Arc<Federation>, head: &Parts) -> Result<Asker, Response> {
    if fed.ctx.settings().secure_mode {
        return match signed(fed, head).await? {
            Some(account) => Ok(Asker::Someone(account)),
            None => {
                Err(Answer::new(StatusCode::UNAUTHORIZED, "a signature is needed").into_response())
            }
        };
    }
    if head.headers.contains_key("signature")
        && let Ok(claim) = signature::parse(&head.headers)
        && let Ok(key) = Url::parse(&claim.key_id)
        && let Ok(domain) = Domain::of(&key)
    {
        let blocked = services::moderation::is_blocked(&fed.ctx, &domain).await;
        if blocked.map_err(|error| failed(&error.into()))? {
            let answer = Answer::new(StatusCode::FORBIDDEN, "this server is blocked");
            return Err(answer.into_response());
        }
    }
    Ok(Asker::Anyone)
}

/// Who signed the request; `None` where nobody did.
pub(super) async fn signed(
    fed: &Arc<Federation>,
    head: &Parts,
) -> Result<Option<AccountId>, Response> {
    authenticate::signed_by(fed, head)
        .await
        .map(|account| account.map(|account| account.id))
        .map_err(IntoResponse::into_response)
}

/// An ActivityStreams document.
pub(super) fn activity(asker: Asker, value: Value) -> Response {
    text(asker, StatusCode::OK, write::document(value).to_string())
}

/// A document that is dressed already.
pub(super) fn text(asker: Asker, status: StatusCode, body: String) -> Response {
    dressed(status, FEDERATION_CONTENT_TYPE, asker.keep(), body)
}

/// Some other JSON that is for everyone, scripts of other places too.
pub(super) fn open_json(kind: &'static str, value: &Value) -> Response {
    let mut response = dressed(StatusCode::OK, kind, SHARED, value.to_string());
    let everyone = HeaderValue::from_static("*");
    response
        .headers_mut()
        .insert(http::header::ACCESS_CONTROL_ALLOW_ORIGIN, everyone);
    response
}

/// What went wrong, in a status.
pub(super) fn failed(error: &Error) -> Response {
    if let Error::Gone | Error::Service(services::Error::NotFound) = error {
        return not_found();
    }
    tracing::warn!(%error, "a document cannot be made");
    let body = json!({"error": "not now"}).to_string();
    dressed(
        StatusCode::SERVICE_UNAVAILABLE,
        "application/json; charset=utf-8",
        PRIVATE,
        body,
    )
}

fn dressed(status: StatusCode, kind: &'static str, keep: &'static str, body: String) -> Response {
    let headers = [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, keep),
        (VARY, "Accept, Signature"),
    ];
    (status, headers, body).into_response()
}

/// One value of the query.
pub(super) fn parameter(head: &Parts, name: &str) -> Option<String> {
    value(&head.uri, name)
}

/// One value of the query of an address.
pub(super) fn value(uri: &http::Uri, name: &str) -> Option<String> {
    url::form_urlencoded::parse(uri.query()?.as_bytes())
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.into_owned())
}
