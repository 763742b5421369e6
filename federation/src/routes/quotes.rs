//! Stamps: the consent of an author here to a quote (FEP-044f), as long as it stands.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::response::Response;
use model::StatusId;

use super::reply;
use crate::engine::Federation;
use crate::vocabulary::write::activities::quote_authorization;

/// The consent to a quote; one that was taken back never was.
pub(super) async fn stamp(
    State(fed): State<Arc<Federation>>,
    Path((name, id)): Path<(String, String)>,
    request: Request,
) -> Response {
    let (head, _) = request.into_parts();
    let asker = match reply::asker(&fed, &head).await {
        Ok(asker) => asker,
        Err(response) => return response,
    };
    let Ok(id) = id.parse::<StatusId>() else {
        return reply::not_found();
    };
    match services::quotes::stamp(&fed.ctx, &name, id).await {
        Ok(found) if found.quote.stamp_uri.ends_with(head.uri.path()) => reply::activity(
            asker,
            quote_authorization(
                &found.quote.stamp_uri,
                &found.author.uri,
                &found.quoting_uri,
                &found.quote.quoted_uri,
            ),
        ),
        Ok(_) | Err(services::Error::NotFound) => reply::not_found(),
        Err(error) => reply::failed(&error.into()),
    }
}
