//! The one list of routers, and what lies around all of them.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use federation::Federation;

use crate::state::AppState;
use crate::{api, oauth, web};

/// Everything that the server answers.
pub fn app(state: AppState, _federation: &Arc<Federation>) -> Router {
    Router::new()
        .route("/livez", get(async || "OK"))
        .route("/readyz", get(ready))
        .merge(api::router())
        .merge(oauth::router())
        .merge(web::router())
        .with_state(state)
}

/// Can the database be asked?
async fn ready(State(state): State<AppState>) -> Response {
    match services::settings::refresh(&state.ctx).await {
        Ok(()) => (StatusCode::OK, "OK").into_response(),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            let retry = [(header::RETRY_AFTER, "5")];
            (StatusCode::SERVICE_UNAVAILABLE, retry, "the database does not answer").into_response()
        }
    }
}
