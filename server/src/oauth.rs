//! OAuth 2 endpoints in Mastodon's dialect.

use axum::Router;

use crate::state::AppState;

/// The routes of OAuth.
pub fn router() -> Router<AppState> {
    Router::new()
}
