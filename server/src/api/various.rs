//! What apps ask for at their start and around the main job: markers, and answers that come later.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use model::ListId;
use serde::Deserialize;
use serde_json::{Value, json};
use services::markers;

use super::Routes;
use super::entities::various::Marker;
use crate::auth::{Auth, scopes};
use crate::error::{Error, Result};
use crate::extract::{At, Params, maybe};
use crate::state::AppState;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/markers", get_markers)
        .post("/api/v1/markers", set_markers)
        .get("/api/v1_alpha/async_refreshes/{id}", async_refresh)
        .empty("/api/v1/annual_reports", no_annual_reports)
        .empty("/api/v1/annual_reports/{year}/state", no_annual_report)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Which {
    timeline: Vec<String>,
}

type Markers = BTreeMap<String, Marker>;

fn print(found: &[markers::Marker]) -> Json<Markers> {
    Json(
        found
            .iter()
            .map(|it| (it.timeline.clone(), Marker::from(it)))
            .collect(),
    )
}

async fn get_markers(
    auth: Auth<scopes::ReadStatuses>,
    State(state): State<AppState>,
    Params(which): Params<Which>,
) -> Result<Json<Markers>> {
    let found = markers::get(&state.ctx, &auth.viewer, which.timeline).await?;
    Ok(print(&found))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Marks {
    home: Mark,
    notifications: Mark,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Mark {
    #[serde(deserialize_with = "maybe")]
    last_read_id: Option<ListId>,
}

async fn set_markers(
    auth: Auth<scopes::WriteStatuses>,
    State(state): State<AppState>,
    Params(marks): Params<Marks>,
) -> Result<Json<Markers>> {
    let marks = [("home", marks.home), ("notifications", marks.notifications)]
        .into_iter()
        .filter_map(|(timeline, mark)| Some((timeline.to_owned(), mark.last_read_id?.0)))
        .collect();
    let found = markers::set(&state.ctx, &auth.viewer, marks).await?;
    Ok(print(&found))
}

/// Looking back at people's years is not for this place: there are no reports, and none is being made.
async fn no_annual_reports(_auth: Auth<scopes::ReadAccounts>) -> Json<Value> {
    Json(json!({"annual_reports": [], "accounts": [], "statuses": []}))
}

async fn no_annual_report(_auth: Auth<scopes::ReadAccounts>, At(_year): At<i64>) -> Json<Value> {
    Json(json!({"state": "ineligible"}))
}

/// Answers are whole when they are given: nothing is fetched afterwards of which an app could ask for news.
async fn async_refresh(_auth: Auth<scopes::Read>, At(_id): At<String>) -> Error {
    Error::NotFound
}
