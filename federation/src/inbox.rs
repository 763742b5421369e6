//! The door: what other servers send is refused cheaply, or stored byte for byte and answered with
//! 202. While the sender waits nothing is fetched but its own key; the work is done by `receive`.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bytes::Bytes;
use database::inbox::{self, Received};
use database::instances;
use fetch::MediaType;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};

use crate::authenticate::{self, Answer, check_heads, parts_of, source_of};
use crate::engine::Federation;
use crate::envelope::Envelope;
use crate::fetch::is_blocked;
use crate::keys::Known;
use crate::signature;
use crate::vocabulary::Document;
use crate::vocabulary::document::MAX_BYTES;
use crate::{actors, vocabulary};

/// A body that takes longer is not waited for.
const BODY_TIME: Duration = Duration::from_secs(30);

/// The inboxes of people, groups, the server's own actor, and the one for all of them.
pub fn routes() -> Router<Arc<Federation>> {
    Router::new()
        .route("/inbox", post(handle))
        .route("/actor/inbox", post(handle))
        .route("/users/{name}/inbox", post(handle))
        .route("/g/{name}/inbox", post(handle))
}

async fn handle(State(fed): State<Arc<Federation>>, request: Request) -> Response {
    match accept(&fed, request).await {
        Ok(()) => StatusCode::ACCEPTED.into_response(),
        Err(answer) => {
            tracing::debug!(status = answer.status.as_u16(), why = %answer.why, "refused at the door");
            answer.into_response()
        }
    }
}

/// Judges a request; it is stored, or dropped without a word, where this is `Ok`.
async fn accept(fed: &Federation, request: Request) -> Result<(), Answer> {
    let (head, body) = request.into_parts();
    check_heads(fed, &head.headers)?;
    check_body_heads(&head.headers)?;
    let claim = signature::parse(&head.headers)?;
    let body = read(body).await?;
    let parts = parts_of(fed, &head, Some(&body));
    signature::check(&claim, &parts, fed.ctx.now())?;
    let malformed = |why: String| Answer::new(StatusCode::BAD_REQUEST, why);
    let document = Document::parse(&body).map_err(|refusal| malformed(refusal.to_string()))?;
    let envelope =
        Envelope::read(document.value()).map_err(|error| malformed(error.to_string()))?;
    drop(document);
    if refuse_cheaply(fed, &envelope).await? {
        return Ok(());
    }
    let source = source_of(&head);
    let known = authenticate::signer(fed, &claim, parts, Some(&envelope.actor), source).await?;
    for uri in &envelope.inner {
        if is_blocked(fed, uri).await? {
            tracing::debug!(uri = uri.as_str(), "dropped: it is about a blocked server");
            return Ok(());
        }
    }
    if !vocabulary::same_origin(&envelope.id, &envelope.actor) {
        tracing::debug!(
            id = envelope.id.as_str(),
            "dropped: its id is of another server"
        );
        return Ok(());
    }
    store(fed, &envelope, &known, body).await
}

/// A body that is too large, packed, or of another type.
fn check_body_heads(headers: &HeaderMap) -> Result<(), Answer> {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if text(CONTENT_ENCODING).is_some_and(|coding| !coding.eq_ignore_ascii_case("identity")) {
        return Err(Answer::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "packed bodies are not read",
        ));
    }
    let is_json = |kind: &str| MediaType::parse(kind).is_some_and(|kind| kind.is_json());
    if text(CONTENT_TYPE).is_some_and(|kind| !is_json(kind)) {
        return Err(Answer::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "the body is no JSON",
        ));
    }
    let length = text(CONTENT_LENGTH).map(str::parse::<u64>);
    match length {
        Some(Ok(length)) if length > MAX_BYTES as u64 => Err(too_large()),
        Some(Err(_)) => Err(Answer::new(
            StatusCode::BAD_REQUEST,
            "Content-Length: not a number",
        )),
        _ => Ok(()),
    }
}

fn too_large() -> Answer {
    Answer::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "the body is larger than 1 MiB",
    )
}

async fn read(body: Body) -> Result<Bytes, Answer> {
    let read = tokio::time::timeout(BODY_TIME, axum::body::to_bytes(body, MAX_BYTES));
    match read.await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(error)) if is_limit(&error) => Err(too_large()),
        Ok(Err(_broken)) => Err(Answer::new(StatusCode::BAD_REQUEST, "the body broke off")),
        Err(_late) => Err(Answer::new(
            StatusCode::REQUEST_TIMEOUT,
            "the body is too slow",
        )),
    }
}

fn is_limit(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.to_string().contains("length limit exceeded") {
            return true;
        }
        next = error.source();
    }
    false
}

/// What costs no signature to refuse; `true` for what is answered with 202 and dropped.
async fn refuse_cheaply(fed: &Federation, envelope: &Envelope) -> Result<bool, Answer> {
    let owns = |uri: &vocabulary::ObjectUri| fed.ctx.place.owns(uri.as_str());
    if owns(&envelope.actor) {
        return Err(Answer::new(
            StatusCode::UNAUTHORIZED,
            "nobody elsewhere acts for people of this server",
        ));
    }
    for uri in [&envelope.actor, &envelope.id] {
        if is_blocked(fed, uri).await? {
            return Err(Answer::new(StatusCode::FORBIDDEN, "this server is blocked"));
        }
    }
    if owns(&envelope.id) {
        return Ok(true);
    }
    let id = envelope.id.to_string();
    if fed
        .ctx
        .db
        .read(move |conn| inbox::is_known(conn, &id))
        .await?
    {
        return Ok(true);
    }
    Ok(envelope.is_idle_from_strangers() && actors::known(fed, &envelope.actor).await?.is_none())
}

async fn store(
    fed: &Federation,
    envelope: &Envelope,
    known: &Known,
    body: Bytes,
) -> Result<(), Answer> {
    // The parser has seen that it is UTF-8.
    let body = String::from_utf8(body.into())
        .map_err(|_e| Answer::new(StatusCode::BAD_REQUEST, "not UTF-8"))?;
    let now = fed.ctx.now();
    let received = Received {
        id: fed.ctx.id(),
        activity_id: envelope.id.to_string(),
        actor: known.actor.to_string(),
        domain: known.actor.domain(),
        object_key: envelope.key.clone(),
        body,
        state: inbox::State::Waits as i16,
        attempts: 0,
        next_attempt_at: now,
        outcome: String::new(),
        received_at: now,
    };
    let written = fed
        .ctx
        .db
        .write_in(database::Lane::Background, move |conn| {
            let is_new = inbox::store(conn, &received)?;
            let is_revived = instances::revive(conn, &received.domain)?;
            Ok::<_, database::Error>((is_new, is_revived))
        });
    let (is_new, is_revived) = written.await?;
    if is_new {
        fed.ctx.inbox_ready.notify_one();
    }
    if is_revived {
        fed.ctx.deliveries_ready.notify_one();
    }
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests;
