//! OAuth 2 in Mastodon's dialect: the page where a person agrees, and what apps call themselves.
//!
//! `router` is for people (pages, worn by `web::dress`), `endpoints` is for programs (JSON, open to
//! apps that run in browsers).

mod authorize;
mod redirect;
pub(crate) mod token;
mod well_known;

use axum::Router;
use axum::http::Method;
use axum::routing::{any, get, post};
use tower_http::cors::{Any, CorsLayer};

use crate::error::Error;
use crate::state::AppState;

pub(crate) use authorize::in_words;

/// The pages of OAuth.
pub fn router() -> Router<AppState> {
    Router::new()
        .route(
            "/oauth/authorize",
            get(authorize::ask)
                .post(authorize::answer)
                .delete(authorize::answer),
        )
        .route("/oauth/authorize/native", get(authorize::show_code))
}

/// What programs call, from any origin.
pub fn endpoints() -> Router<AppState> {
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_headers(Any)
        .allow_methods([Method::GET, Method::POST]);
    Router::new()
        .route("/oauth/token", post(token::issue))
        .route("/oauth/revoke", post(token::revoke))
        .route(
            "/oauth/userinfo",
            get(token::user_info).post(token::user_info),
        )
        .route(
            "/.well-known/oauth-authorization-server",
            get(well_known::metadata),
        )
        // Programs ask here: what goes wrong is said in JSON, beside the pages above.
        .route("/oauth/{*rest}", any(async || Error::NotFound))
        .method_not_allowed_fallback(async || Error::WrongMethod)
        .layer(cors)
}
