//! The Mastodon API: one file a noun, each with its part of the table of routes.

mod about;
mod accounts;
mod admin;
mod announcements;
mod apps;
mod collections;
mod conversations;
mod describe;
mod discovery;
mod domain_blocks;
pub(crate) mod entities;
mod filters;
mod grouped_notifications;
mod groups;
mod instance;
mod interactions;
mod links;
mod lists;
mod media;
mod notification_requests;
mod notifications;
mod polls;
mod profile;
mod push;
mod quotes;
mod relationships;
mod reports;
mod scheduled_statuses;
mod search;
mod sign_up;
mod statuses;
mod streaming;
mod table;
mod tags;
mod timelines;
mod trends;
mod various;

use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use axum::{Json, Router};
use serde_json::{Map, Value};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowHeaders, Any, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;

pub use describe::{Asks, Reads};
pub use table::{Declared, Route, Routes, Stand};

use crate::auth::Public;
use crate::error::{Error, panicked};
use crate::state::AppState;

/// Every route of the API.
#[must_use]
pub fn table() -> Routes {
    Routes::new()
        .and(apps::routes())
        .and(instance::routes())
        .and(about::routes())
        .and(accounts::routes())
        .and(sign_up::routes())
        .and(profile::routes())
        .and(relationships::routes())
        .and(domain_blocks::routes())
        .and(discovery::routes())
        .and(collections::routes())
        .and(statuses::routes())
        .and(quotes::routes())
        .and(interactions::routes())
        .and(polls::routes())
        .and(scheduled_statuses::routes())
        .and(timelines::routes())
        .and(tags::routes())
        .and(trends::routes())
        .and(links::routes())
        .and(lists::routes())
        .and(groups::routes())
        .and(notifications::routes())
        .and(grouped_notifications::routes())
        .and(notification_requests::routes())
        .and(conversations::routes())
        .and(media::routes())
        .and(search::routes())
        .and(filters::routes())
        .and(push::routes())
        .and(streaming::routes())
        .and(admin::routes())
        .and(announcements::routes())
        .and(reports::routes())
        .and(various::routes())
        .get("/api/openapi.json", description)
}

/// All routes of the API. Whatever goes wrong under `/api` is answered in JSON, and nothing of it may
/// be kept by a cache.
pub fn router() -> Router<AppState> {
    table()
        .router()
        .route("/api", any(unknown))
        .route("/api/", any(unknown))
        .route("/api/{*rest}", any(unknown))
        .method_not_allowed_fallback(wrong_method)
        .layer(CatchPanicLayer::custom(
            |cause: Box<dyn std::any::Any + Send>| -> Response {
                panicked(cause.as_ref()).into_response()
            },
        ))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-store"),
        ))
        .layer(cors_layer())
}

/// Any page may call the API with a token that it holds; cookies are not part of it. Also for
/// `/oauth/token`, `/oauth/revoke`, `/.well-known/*`, `/nodeinfo/*` and our files.
pub fn cors_layer() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
            Method::OPTIONS,
        ])
        // A star would not cover `Authorization`.
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([
            header::LINK,
            HeaderName::from_static("mastodon-async-refresh"),
            HeaderName::from_static("x-ratelimit-reset"),
            HeaderName::from_static("x-ratelimit-limit"),
            HeaderName::from_static("x-ratelimit-remaining"),
            HeaderName::from_static("x-request-id"),
        ])
        .max_age(std::time::Duration::from_secs(2 * 60 * 60))
}

/// What the API can do, in the words of `OpenAPI`.
async fn description(_anyone: Public) -> Json<utoipa::openapi::OpenApi> {
    Json(table().described())
}

async fn unknown() -> Error {
    Error::NotFound
}

async fn wrong_method() -> Error {
    Error::WrongMethod
}

/// A writing that is not built: nothing is changed.
async fn not_built<A>(_caller: A) -> Error {
    Error::NotBuilt
}

/// What Mastodon answers where there is nothing to say.
fn done() -> Json<Map<String, Value>> {
    Json(Map::new())
}

#[cfg(test)]
mod tests;
