//! Announcements: read, put away, answered with emoji.

use axum::Json;
use axum::extract::State;
use model::AnnouncementId;
use serde::Deserialize;
use services::announcements;

use super::entities::announcement::Announcement;
use super::{Routes, done};
use crate::auth::{Auth, scopes};
use crate::error::Result;
use crate::extract::{At, Params, maybe};
use crate::state::AppState;

type Done = Json<serde_json::Map<String, serde_json::Value>>;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/announcements", shown)
        .post("/api/v1/announcements/{id}/dismiss", dismiss)
        .update("/api/v1/announcements/{id}/reactions/{name}", react)
        .delete("/api/v1/announcements/{id}/reactions/{name}", unreact)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    #[serde(deserialize_with = "maybe")]
    with_dismissed: Option<bool>,
}

async fn shown(
    auth: Auth<scopes::AnyToken>,
    State(state): State<AppState>,
    Params(asked): Params<Asked>,
) -> Result<Json<Vec<Announcement>>> {
    let with_read = asked.with_dismissed.unwrap_or_default();
    let views = announcements::shown(&state.ctx, &auth.viewer, with_read).await?;
    let place = &state.ctx.place;
    let shown = views.iter().map(|view| Announcement::of(place, view));
    Ok(Json(shown.collect()))
}

async fn dismiss(
    auth: Auth<scopes::WriteAccounts>,
    State(state): State<AppState>,
    At(id): At<AnnouncementId>,
) -> Result<Done> {
    announcements::dismiss(&state.ctx, &auth.viewer, id).await?;
    Ok(done())
}

async fn react(
    auth: Auth<scopes::WriteFavourites>,
    State(state): State<AppState>,
    At((id, name)): At<(AnnouncementId, String)>,
) -> Result<Done> {
    announcements::react(&state.ctx, &auth.viewer, id, &name).await?;
    Ok(done())
}

async fn unreact(
    auth: Auth<scopes::WriteFavourites>,
    State(state): State<AppState>,
    At((id, name)): At<(AnnouncementId, String)>,
) -> Result<Done> {
    announcements::unreact(&state.ctx, &auth.viewer, id, &name).await?;
    Ok(done())
}
