//! Our custom emoji at their addresses.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::response::Response;

use super::reply;
use crate::build;
use crate::engine::Federation;

/// A custom emoji by its name.
pub(super) async fn show(
    State(fed): State<Arc<Federation>>,
    Path(name): Path<String>,
    request: Request,
) -> Response {
    let (head, _) = request.into_parts();
    let asker = match reply::asker(&fed, &head).await {
        Ok(asker) => asker,
        Err(response) => return response,
    };
    if name.contains('\0') {
        return reply::not_found();
    }
    match services::emojis::one(&fed.ctx, &name).await {
        Ok(emoji) => reply::activity(asker, build::emoji(&fed.ctx.place, &emoji).value()),
        Err(services::Error::NotFound) => reply::not_found(),
        Err(error) => reply::failed(&error.into()),
    }
}
