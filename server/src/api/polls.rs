//! Polls: read one, vote in it. They are made with a status.

use axum::Json;
use axum::extract::State;
use model::PollId;
use serde::Deserialize;
use services::polls;

use super::Routes;
use super::entities::Poll;
use crate::auth::{Auth, MaybeAuth, scopes};
use crate::error::Result;
use crate::extract::{At, Params};
use crate::state::AppState;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/polls/{id}", show)
        .post("/api/v1/polls/{id}/votes", vote)
}

async fn show(
    auth: MaybeAuth<scopes::ReadStatuses>,
    State(state): State<AppState>,
    At(id): At<PollId>,
) -> Result<Json<Poll>> {
    let view = polls::show(&state.ctx, auth.viewer(), id).await?;
    Ok(Json(Poll::from(&view)))
}

/// The places of what is chosen, from 0.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Votes {
    choices: Vec<String>,
}

async fn vote(
    auth: Auth<scopes::WriteStatuses>,
    State(state): State<AppState>,
    At(id): At<PollId>,
    Params(votes): Params<Votes>,
) -> Result<Json<Poll>> {
    // What is no number is a choice that does not exist.
    let choices = votes
        .choices
        .iter()
        .take(100)
        .map(|choice| choice.trim().parse().unwrap_or(-1))
        .collect();
    let view = polls::vote(&state.ctx, &auth.viewer, id, choices).await?;
    Ok(Json(Poll::from(&view)))
}
