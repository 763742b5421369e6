//! Quotes: who quotes a status, taking consent back, who may quote it.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use model::{QuotePolicy, StatusId};
use serde::Deserialize;
use services::quotes;

use super::Routes;
use super::entities::Status;
use crate::auth::{Auth, MaybeAuth, scopes};
use crate::error::{Error, Result};
use crate::extract::{At, Paging, Params, Statuses, maybe};
use crate::state::AppState;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/statuses/{id}/quotes", of)
        .post("/api/v1/statuses/{id}/quotes/{quote}/revoke", revoke)
        .update("/api/v1/statuses/{id}/interaction_policy", set_policy)
}

/// Who may quote, in the API's words.
///
/// # Errors
/// 422 for another word.
pub(super) fn policy(word: Option<&str>) -> Result<Option<QuotePolicy>> {
    let unknown = |_error| {
        Error::Unprocessable(
            "Validation failed: Quote approval policy is not included in the list".to_owned(),
        )
    };
    word.filter(|word| !word.is_empty())
        .map(|word| word.parse().map_err(unknown))
        .transpose()
}

async fn of(
    auth: MaybeAuth<scopes::ReadStatuses>,
    State(state): State<AppState>,
    At(id): At<StatusId>,
    paging: Paging<Statuses>,
) -> Result<Response> {
    let ctx = &state.ctx;
    let page = quotes::of(ctx, auth.viewer(), id, paging.page).await?;
    Ok(paging
        .listing
        .answer(&ctx.place, page, |view| Status::of(&ctx.place, &view)))
}

async fn revoke(
    auth: Auth<scopes::WriteStatuses>,
    State(state): State<AppState>,
    At((id, quote)): At<(StatusId, StatusId)>,
) -> Result<Json<Status>> {
    let view = quotes::revoke(&state.ctx, &auth.viewer, id, quote).await?;
    Ok(Json(Status::of(&state.ctx.place, &view)))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PolicyForm {
    #[serde(deserialize_with = "maybe")]
    quote_approval_policy: Option<String>,
}

async fn set_policy(
    auth: Auth<scopes::WriteStatuses>,
    State(state): State<AppState>,
    At(id): At<StatusId>,
    Params(form): Params<PolicyForm>,
) -> Result<Json<Status>> {
    let wish = policy(form.quote_approval_policy.as_deref())?;
    let wish = wish.ok_or_else(|| {
        Error::Unprocessable("Validation failed: Quote approval policy can't be blank".to_owned())
    })?;
    let view = quotes::set_policy(&state.ctx, &auth.viewer, id, wish).await?;
    Ok(Json(Status::of(&state.ctx.place, &view)))
}
