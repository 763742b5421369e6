//! Reporting an account.

use axum::Json;
use axum::extract::State;
use model::{AccountId, ReportCategory, StatusId};
use serde::Deserialize;
use services::reports::{self, Draft};

use super::Routes;
use super::entities::report::Report;
use crate::auth::{Auth, scopes};
use crate::error::{Error, Result};
use crate::extract::{Params, maybe};
use crate::state::AppState;

pub(super) fn routes() -> Routes {
    Routes::new().post("/api/v1/reports", create)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Form {
    #[serde(deserialize_with = "maybe")]
    account_id: Option<AccountId>,
    status_ids: Vec<String>,
    comment: String,
    #[serde(deserialize_with = "maybe")]
    forward: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    category: Option<ReportCategory>,
    rule_ids: Vec<String>,
    /// Which rule of the group, in free words; ours.
    group_rule: String,
}

async fn create(
    auth: Auth<scopes::WriteReports>,
    State(state): State<AppState>,
    Params(form): Params<Form>,
) -> Result<Json<Report>> {
    let statuses: std::result::Result<Vec<StatusId>, _> =
        form.status_ids.iter().map(|id| id.parse()).collect();
    let draft = Draft {
        target: form.account_id.ok_or(Error::NotFound)?,
        statuses: statuses.map_err(|_no_id| Error::NotFound)?,
        comment: form.comment,
        forward: form.forward.unwrap_or_default(),
        category: form.category,
        rules: form.rule_ids,
        group_rule: form.group_rule,
    };
    let view = reports::create(&state.ctx, &auth.viewer, draft).await?;
    Ok(Json(Report::of(&state.ctx.place, &view)))
}
