//! The one list of routers, and what lies around all of them.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, StatusCode, Uri, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use federation::Federation;
use federation::routes::{Documents, always, negotiate};
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate as _};
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::timeout::RequestBodyTimeoutLayer;

use crate::limits::{self, Limits};
use crate::shut_out::{self, ShutOut};
use crate::state::AppState;
use crate::{api, error, oauth, web};

/// Silence of a sender between two pieces of a body.
const BODY_PAUSE: Duration = Duration::from_secs(30);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Everything that the server answers.
pub fn app(state: AppState, federation: &Arc<Federation>) -> Router {
    let limits = Arc::new(Limits::new(Arc::clone(&state.ctx)));
    let gate = Arc::new(ShutOut::new(Arc::clone(&state.ctx)));
    let documents = Documents::new(Arc::clone(federation));
    let pages = web::negotiated()
        .merge(web::router())
        .merge(oauth::router())
        .fallback(web::not_found)
        .layer(from_fn_with_state(state.clone(), web::dress))
        .layer(from_fn_with_state(documents, negotiate));
    Router::new()
        .merge(api::router())
        .merge(oauth::endpoints())
        .merge(pages)
        .layer(from_fn_with_state(limits, limits::count))
        .layer(from_fn_with_state(gate, shut_out::turn_away))
        .route("/livez", get(async || "OK"))
        .route("/readyz", get(ready))
        .route("/health", get(ready))
        .with_state(state)
        .merge(always(Arc::clone(federation)))
        .layer(CatchPanicLayer::custom(
            |cause: Box<dyn std::any::Any + Send>| error::panicked(cause.as_ref()).into_response(),
        ))
        .layer(
            CompressionLayer::new()
                .quality(CompressionLevel::Fastest)
                .compress_when(
                    // Sound and film are packed already, and are asked for in parts.
                    DefaultPredicate::new()
                        .and(NotForContentType::const_new("video/"))
                        .and(NotForContentType::const_new("audio/")),
                ),
        )
        .layer(from_fn(log))
        .layer(RequestBodyTimeoutLayer::new(BODY_PAUSE))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
}

/// Takes the slash from the end of API paths, as Rails does: Mastodon.py asks for
/// `/api/v1/instance/`, toot for `/oauth/authorize/`. Stands in front of the routing.
pub fn without_last_slash(mut request: Request) -> Request {
    let path = request.uri().path();
    if !path.starts_with("/api/") && !path.starts_with("/oauth/") {
        return request;
    }
    let Some(shorter) = path.strip_suffix('/') else {
        return request;
    };
    let target = match request.uri().query() {
        Some(query) => format!("{}?{query}", shorter.trim_end_matches('/')),
        None => shorter.trim_end_matches('/').to_owned(),
    };
    let mut parts = request.uri().clone().into_parts();
    if let Ok(target) = target.parse() {
        parts.path_and_query = Some(target);
        if let Ok(uri) = Uri::from_parts(parts) {
            *request.uri_mut() = uri;
        }
    }
    request
}

/// A path as it may stand in a log: where its end is a secret (who knows it may come in), without it.
fn spoken(path: &str) -> &str {
    if path.starts_with("/invite/") {
        "/invite/"
    } else {
        path
    }
}

/// One line a request on level `debug`: method, path without its query, status, time. Failures of ours
/// are told where they are turned into an answer.
async fn log(request: Request, next: axum::middleware::Next) -> Response {
    if !tracing::enabled!(tracing::Level::DEBUG) {
        return next.run(request).await;
    }
    let method = request.method().clone();
    let path = spoken(request.uri().path()).to_owned();
    let since = std::time::Instant::now();
    let response = next.run(request).await;
    let status = response.status().as_u16();
    tracing::debug!(%method, path, status, took = ?since.elapsed(), "answered");
    response
}

/// Can the database be asked?
async fn ready(State(state): State<AppState>) -> Response {
    match services::settings::refresh(&state.ctx).await {
        Ok(()) => (StatusCode::OK, "OK").into_response(),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            let retry = [(header::RETRY_AFTER, "5")];
            (
                StatusCode::SERVICE_UNAVAILABLE,
                retry,
                "the database does not answer",
            )
                .into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    #[test]
    fn only_api_paths_lose_their_last_slash() {
        for (from, to) in [
            ("/api/v1/instance/", "/api/v1/instance"),
            ("/oauth/authorize/?a=b/", "/oauth/authorize?a=b/"),
            ("/api/v1/instance", "/api/v1/instance"),
            ("/@ana/", "/@ana/"),
            ("/", "/"),
        ] {
            let request = Request::builder().uri(from).body(Body::empty()).unwrap();
            assert_eq!(without_last_slash(request).uri().to_string(), to);
        }
    }
}
