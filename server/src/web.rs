//! The pages: plain HTML that works without script.

use axum::Router;

use crate::state::AppState;

/// All routes of the pages.
pub fn router() -> Router<AppState> {
    Router::new()
}
