//! Reports in the hands of the staff; and, for an app that is signed in as a group, those in the hands of its
//! moderators.

use std::marker::PhantomData;

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::response::Response;
use model::{AccountId, Power, ReportCategory, ReportId};
use serde::Deserialize;
use services::Ctx;
use services::admin::reports::{self, AdminReportView, Wanted};
use services::group_reports::{self, GroupReportView};
use services::views::account::Viewer;

use super::Many;
use crate::api::about::printed_rules;
use crate::api::entities::report::AdminReport;
use crate::api::{Asks, Reads, Routes};
use crate::auth::scopes::{AdminReadReports, AdminWriteReports};
use crate::auth::{Access, Auth, Declares, Needs};
use crate::error::{Error, Result};
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

/// Who answers reports is asking: someone of the staff, or a group through one of its moderators.
#[derive(Clone, Debug)]
struct Desk<N> {
    viewer: Viewer,
    scope: PhantomData<N>,
}

impl<N> Desk<N> {
    /// The group as which the app is signed in.
    fn group(&self) -> Option<AccountId> {
        let account = &self.viewer.account;
        account.is_group().then_some(account.id)
    }
}

impl<N: Needs> Declares for Desk<N> {
    const ACCESS: Access = <Auth<N> as Declares>::ACCESS;
}

impl<N> Asks for Desk<N> {
    fn asks(_reads: &mut Reads) {}
}

impl<N: Needs> FromRequestParts<AppState> for Desk<N> {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
        let auth = Auth::<N>::from_request_parts(parts, state).await?;
        // The role in a group is asked for by each use case, as it is at that moment.
        if !auth.viewer.account.is_group() {
            services::admin::check(&state.ctx, &auth.viewer, Power::ManageReports).await?;
        }
        Ok(Self {
            viewer: auth.viewer,
            scope: PhantomData,
        })
    }
}

type Reader = Desk<AdminReadReports>;
type Writer = Desk<AdminWriteReports>;

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
    if let Some(group) = auth.group() {
        let open = !asked.resolved.unwrap_or_default();
        let page = group_reports::page(ctx, &auth.viewer, group, open, paging.page).await?;
        return Ok(paging
            .listing
            .answer(&ctx.place, page, |view| of_group(ctx, &view)));
    }
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

fn of_group(ctx: &Ctx, view: &GroupReportView) -> AdminReport {
    AdminReport::of_group(&ctx.place, view)
}

async fn show(
    auth: Reader,
    State(state): State<AppState>,
    At(id): At<ReportId>,
) -> Result<Json<AdminReport>> {
    if let Some(group) = auth.group() {
        let view = group_reports::show(&state.ctx, &auth.viewer, group, id).await?;
        return Ok(Json(of_group(&state.ctx, &view)));
    }
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

/// One line a verb: what the staff does, and what a group does.
macro_rules! simple {
    ($($name:ident => $of_group:expr;)+) => { $(
        async fn $name(
            auth: Writer,
            State(state): State<AppState>,
            At(id): At<ReportId>,
        ) -> Result<Json<AdminReport>> {
            let ctx = &state.ctx;
            if let Some(group) = auth.group() {
                let done = $of_group(ctx, &auth.viewer, group, id).await?;
                return Ok(Json(of_group(ctx, &done)));
            }
            let view = reports::$name(ctx, &auth.viewer, id).await?;
            Ok(Json(printed(ctx, &view)))
        }
    )+ };
}

simple! {
    assign_to_self => group_reports::claim;
    unassign => group_reports::release;
    resolve => group_reports::resolve;
    reopen => group_reports::reopen;
}
