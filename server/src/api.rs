//! The Mastodon API: one file a noun.

use axum::Router;

use crate::state::AppState;

/// All routes of the API.
pub fn router() -> Router<AppState> {
    Router::new()
}
