//! What trends: hashtags, links and statuses.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use services::trends;

use super::Routes;
use super::entities::Status;
use super::entities::card::TrendsLink;
use super::entities::tag::Tag;
use crate::auth::{MaybeAuth, Public, scopes};
use crate::error::Result;
use crate::extract::{Params, maybe};
use crate::state::AppState;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/trends", tags)
        .get("/api/v1/trends/tags", tags)
        .get("/api/v1/trends/links", links)
        .get("/api/v1/trends/statuses", statuses)
}

/// Rankings are paged by how many are skipped.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Part {
    #[serde(deserialize_with = "maybe")]
    limit: Option<i64>,
    #[serde(deserialize_with = "maybe")]
    offset: Option<i64>,
}

impl Part {
    /// The limit where the request does not say and at the most, and how many are skipped.
    pub(super) fn within(self, usual: i64, most: i64) -> (i64, i64) {
        let offset = self.offset.unwrap_or_default().clamp(0, 10_000);
        (self.limit.unwrap_or(usual).clamp(1, most), offset)
    }
}

async fn tags(
    auth: MaybeAuth<scopes::AnyToken>,
    State(state): State<AppState>,
    Params(part): Params<Part>,
) -> Result<Json<Vec<Tag>>> {
    let (limit, offset) = part.within(10, 20);
    let views = trends::tags(&state.ctx, auth.viewer(), limit, offset).await?;
    Ok(Json(Tag::all(&state.ctx.place, &views)))
}

async fn links(
    _anyone: Public,
    State(state): State<AppState>,
    Params(part): Params<Part>,
) -> Result<Json<Vec<TrendsLink>>> {
    let (limit, offset) = part.within(10, 20);
    let views = trends::links(&state.ctx, limit, offset).await?;
    let place = &state.ctx.place;
    Ok(Json(
        views
            .iter()
            .map(|view| TrendsLink::of(place, view))
            .collect(),
    ))
}

async fn statuses(
    auth: MaybeAuth<scopes::AnyToken>,
    State(state): State<AppState>,
    Params(part): Params<Part>,
) -> Result<Json<Vec<Status>>> {
    let (limit, offset) = part.within(20, 40);
    let views = trends::statuses(&state.ctx, auth.viewer(), limit, offset).await?;
    let place = &state.ctx.place;
    Ok(Json(
        views.iter().map(|view| Status::of(place, view)).collect(),
    ))
}
