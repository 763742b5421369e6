//! Statuses that wait for their time. They are made with `scheduled_at` on a new status.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use model::{Millis, ScheduledId};
use serde::Deserialize;
use serde_json::{Map, Value};
use services::scheduled;

use super::entities::ScheduledStatus;
use super::{Routes, done};
use crate::auth::{Auth, scopes};
use crate::error::{Error, Result};
use crate::extract::{At, Paging, Params, Statuses, maybe};
use crate::state::AppState;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/scheduled_statuses", list)
        .get("/api/v1/scheduled_statuses/{id}", show)
        .update("/api/v1/scheduled_statuses/{id}", put_off)
        .delete("/api/v1/scheduled_statuses/{id}", cancel)
}

/// A time as apps write it; without a zone it is UTC. toot checks the words for what is none.
pub(super) fn time(text: &str) -> Result<Millis> {
    Millis::parse(text)
        .or_else(|| Millis::parse(&format!("{}Z", text.trim())))
        .ok_or_else(|| Error::Unprocessable("Record invalid".to_owned()))
}

async fn list(
    auth: Auth<scopes::ReadStatuses>,
    State(state): State<AppState>,
    paging: Paging<Statuses>,
) -> Result<Response> {
    let place = &state.ctx.place;
    let page = scheduled::list(&state.ctx, &auth.viewer, paging.page).await?;
    Ok(paging
        .listing
        .answer(place, page, |view| ScheduledStatus::of(place, &view)))
}

async fn show(
    auth: Auth<scopes::ReadStatuses>,
    State(state): State<AppState>,
    At(id): At<ScheduledId>,
) -> Result<Json<ScheduledStatus>> {
    let view = scheduled::show(&state.ctx, &auth.viewer, id).await?;
    Ok(Json(ScheduledStatus::of(&state.ctx.place, &view)))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct When {
    #[serde(deserialize_with = "maybe")]
    scheduled_at: Option<String>,
}

async fn put_off(
    auth: Auth<scopes::WriteStatuses>,
    State(state): State<AppState>,
    At(id): At<ScheduledId>,
    Params(when): Params<When>,
) -> Result<Json<ScheduledStatus>> {
    let due = when.scheduled_at.as_deref().map(time).transpose()?;
    let view = scheduled::put_off(&state.ctx, &auth.viewer, id, due).await?;
    Ok(Json(ScheduledStatus::of(&state.ctx.place, &view)))
}

async fn cancel(
    auth: Auth<scopes::WriteStatuses>,
    State(state): State<AppState>,
    At(id): At<ScheduledId>,
) -> Result<Json<Map<String, Value>>> {
    scheduled::cancel(&state.ctx, &auth.viewer, id).await?;
    Ok(done())
}
