//! The side of the house that other servers read: well-known addresses, actors, statuses, collections.
//! Who may see what is decided by the gate in `services`; who asks, by `authenticate`.
//!
//! Addresses that people open in a browser as well are answered here only when the request asks for
//! ActivityStreams: [`negotiate`] decides.

mod actors;
mod discovery;
mod emojis;
mod log;
mod quotes;
mod reply;
mod statuses;
mod tags;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::get;
use http::header::{ACCEPT, VARY};
use http::{HeaderMap, HeaderValue, Method};
use tower::ServiceExt as _;

use crate::engine::Federation;
use crate::inbox;

/// Everything that federation answers, whatever the request accepts. A server that also has pages takes
/// [`always`] and [`negotiate`] instead.
pub fn router(fed: Arc<Federation>) -> Router {
    always(Arc::clone(&fed)).merge(shared(fed))
}

/// The addresses that are ours alone: no page has them.
pub fn always(fed: Arc<Federation>) -> Router {
    let router = Router::new()
        .route("/.well-known/webfinger", get(discovery::webfinger))
        .route("/.well-known/host-meta", get(discovery::host_meta))
        .route(
            "/.well-known/host-meta.json",
            get(discovery::host_meta_json),
        )
        .route("/.well-known/nodeinfo", get(discovery::nodeinfo_links))
        .route("/nodeinfo/{version}", get(discovery::nodeinfo))
        .route("/actor", get(actors::server))
        .route("/actor/outbox", get(actors::server_outbox))
        .route("/emojis/{name}", get(emojis::show))
        .route("/g/{name}/pins", get(actors::pins))
        // Where a group's boosts have their addresses.
        .route("/g/{name}/announces/{id}", get(statuses::activity));
    let router = ["users", "g"].into_iter().fold(router, |router, place| {
        let under = |rest: &str| format!("/{place}/{{name}}/{rest}");
        router
            .route(&under("outbox"), get(actors::outbox))
            .route(&under("followers"), get(actors::followers))
            .route(&under("following"), get(actors::following))
            .route(&under("featured"), get(actors::featured))
            .route(&under("featured_tags"), get(tags::featured))
            .route(&under("moderators"), get(actors::moderators))
            .route(&under("log"), get(log::show))
            .route(&under("quote_authorizations/{id}"), get(quotes::stamp))
            .route(&under("statuses/{id}/activity"), get(statuses::activity))
            .route(&under("statuses/{id}/replies"), get(statuses::replies))
            .route(&under("statuses/{id}/likes"), get(statuses::likes))
            .route(&under("statuses/{id}/shares"), get(statuses::shares))
            .route(&under("statuses/{id}/context"), get(statuses::context))
    });
    router
        .merge(inbox::routes())
        .layer(from_fn(nameable))
        .with_state(fed)
}

/// The addresses that have a page as well.
fn shared(fed: Arc<Federation>) -> Router {
    Router::new()
        // The place itself is the server's actor.
        .route("/", get(actors::server))
        .route("/tags/{name}", get(tags::show))
        .route("/users/{name}", get(actors::show))
        .route("/g/{name}", get(actors::show))
        .route("/users/{name}/statuses/{id}", get(statuses::show))
        .route("/g/{name}/statuses/{id}", get(statuses::show))
        .route("/{page}", get(actors::page))
        .route("/{page}/{id}", get(statuses::page))
        .layer(from_fn(nameable))
        .with_state(fed)
}

/// No name of ours has a NUL, and PostgreSQL takes none in a text.
async fn nameable(request: Request, next: Next) -> Response {
    if request.uri().path().contains("%00") {
        return reply::not_found();
    }
    next.run(request).await
}

/// The documents behind addresses that have a page as well; the state of [`negotiate`].
#[derive(Clone, Debug)]
pub struct Documents(Router);

impl Documents {
    /// Puts them together.
    #[must_use]
    pub fn new(fed: Arc<Federation>) -> Self {
        Self(shared(fed))
    }
}

/// A layer around the pages: a request for ActivityStreams at an address that has a document gets the
/// document, and both answers say that they depend on `Accept`.
pub async fn negotiate(
    State(documents): State<Documents>,
    request: Request,
    next: Next,
) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if !reads || !has_document(request.uri().path()) {
        return next.run(request).await;
    }
    if wants_activity(request.headers()) {
        let Ok(response) = documents.0.oneshot(unrouted(request)).await;
        return response;
    }
    let mut response = next.run(request).await;
    let vary = HeaderValue::from_static("Accept");
    response.headers_mut().append(VARY, vary);
    response
}

/// The request as it came in. The pages' router has left the parts of the path in it, and ours would put
/// its own beside them.
fn unrouted(request: Request) -> Request {
    let (mut parts, body) = request.into_parts();
    let peer = parts.extensions.remove::<ConnectInfo<SocketAddr>>();
    parts.extensions = http::Extensions::new();
    if let Some(peer) = peer {
        parts.extensions.insert(peer);
    }
    Request::from_parts(parts, body)
}

/// Is this an address of the place, a person, a group, a hashtag, or something that one of them wrote?
fn has_document(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    match parts.as_slice() {
        [""] | ["tags" | "users" | "g", _] | ["users" | "g", _, "statuses", _] => true,
        [page] | [page, _] => page.starts_with('@'),
        _ => false,
    }
}

/// Would the sender of these headers rather have an ActivityStreams document than a page? The better
/// `q` wins, and at the same `q` what stands first: servers that list both put what they want first.
#[must_use]
pub fn wants_activity(headers: &HeaderMap) -> bool {
    let mut activity = 0.0_f32;
    let mut page = 0.0_f32;
    for value in headers.get_all(ACCEPT) {
        let Ok(text) = value.to_str() else { continue };
        for part in split_list(text) {
            let Some(kind) = fetch::MediaType::parse(part) else {
                continue;
            };
            let q = kind
                .parameter("q")
                .map_or(1.0, |q| q.parse::<f32>().unwrap_or(0.0))
                .clamp(0.0, 1.0);
            // Mastodon's own clients ask with the bare type as well.
            if kind.is_activity() || kind.essence() == "application/ld+json" {
                if q > page {
                    activity = activity.max(q);
                }
            } else if matches!(kind.essence(), "text/html" | "application/xhtml+xml")
                && q > activity
            {
                page = page.max(q);
            }
        }
    }
    activity > page
}

/// The parts of a list; commas inside quotes are none (RFC 9110, 5.6.1).
fn split_list(text: &str) -> Vec<&str> {
    let mut quoted = false;
    text.split(move |letter| {
        if letter == '"' {
            quoted = !quoted;
        }
        letter == ',' && !quoted
    })
    .collect()
}
