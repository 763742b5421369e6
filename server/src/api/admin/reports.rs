//! Reports in the hands of the staff.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use model::{AccountId, ReportCategory, ReportId};
use serde::Deserialize;
use services::Ctx;
use services::admin::reports::{self, AdminReportView, Wanted};

use super::{ManageReports, Many, Staff};
use crate::api::Routes;
use crate::api::about::printed_rules;
use crate::api::entities::report::AdminReport;
use crate::auth::scopes::{AdminReadReports, AdminWriteReports};
use crate::error::Result;
use crate::extract::{At, Paging, Params, maybe};
use crate::state::AppState;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/admin/reports", page)
        .get("/api/v1/admin/reports/{id}", show)
        .update("/api/v1/admin/reports/{id}", change)
        .post("/api/v1/admin/reports/{id}/assign_to_self", assign_to_self)
        .post("/api/v1/admin/reports/{id}/unassign", unassign)
        .post("/api/v1/admin/reports/{id}/resolve", resolve)
        .post("/api/v1/admin/reports/{id}/reopen", reopen)
}

type Reader = Staff<AdminReadReports, ManageReports>;
type Writer = Staff<AdminWriteReports, ManageReports>;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    #[serde(deserialize_with = "maybe")]
    resolved: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    account_id: Option<AccountId>,
    #[serde(deserialize_with = "maybe")]
    target_account_id: Option<AccountId>,
    by_target_domain: Option<String>,
}

async fn page(
    auth: Reader,
    State(state): State<AppState>,
    paging: Paging<Many>,
    Params(asked): Params<Asked>,
) -> Result<Response> {
    let ctx = &state.ctx;
    let wanted = Wanted {
        resolved: asked.resolved.unwrap_or_default(),
        account: asked.account_id,
        target: asked.target_account_id,
        target_domain: asked
            .by_target_domain
            .map(|domain| domain.trim().to_lowercase())
            .filter(|domain| !domain.is_empty()),
    };
    let page = reports::page(ctx, &auth.viewer, wanted, paging.page).await?;
    Ok(paging
        .listing
        .answer(&ctx.place, page, |view| printed(ctx, &view)))
}

fn printed(ctx: &Ctx, view: &AdminReportView) -> AdminReport {
    AdminReport::of(&ctx.place, view).with_rules(printed_rules(ctx), view)
}

async fn show(
    auth: Reader,
    State(state): State<AppState>,
    At(id): At<ReportId>,
) -> Result<Json<AdminReport>> {
    let view = reports::show(&state.ctx, &auth.viewer, id).await?;
    Ok(Json(printed(&state.ctx, &view)))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Change {
    #[serde(deserialize_with = "maybe")]
    category: Option<ReportCategory>,
    rule_ids: Option<Vec<String>>,
}

async fn change(
    auth: Writer,
    State(state): State<AppState>,
    At(id): At<ReportId>,
    Params(change): Params<Change>,
) -> Result<Json<AdminReport>> {
    let (category, rules) = (change.category, change.rule_ids);
    let view = reports::change(&state.ctx, &auth.viewer, id, category, rules).await?;
    Ok(Json(printed(&state.ctx, &view)))
}

macro_rules! simple {
    ($($name:ident)+) => { $(
        async fn $name(
            auth: Writer,
            State(state): State<AppState>,
            At(id): At<ReportId>,
        ) -> Result<Json<AdminReport>> {
            let view = reports::$name(&state.ctx, &auth.viewer, id).await?;
            Ok(Json(printed(&state.ctx, &view)))
        }
    )+ };
}

simple! { assign_to_self unassign resolve reopen }
