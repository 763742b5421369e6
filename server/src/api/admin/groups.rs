//! Groups of this server in the hands of its administrators: look, evict, take that back. To limit and to freeze
//! are actions on the group's account (`silence`, `disable`).

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use model::{AccountId, GroupLimit};
use serde::Deserialize;
use services::admin::limits;

use super::{ManageSettings, Many, Staff};
use crate::api::Routes;
use crate::api::entities::admin::AdminAccount;
use crate::auth::scopes::{AdminReadAccounts, AdminWriteAccounts};
use crate::error::Result;
use crate::extract::{At, Paging, Params};
use crate::state::AppState;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/admin/groups", page)
        .get("/api/v1/admin/groups/{id}", show)
        .post("/api/v1/admin/groups/{id}/suspend", suspend)
        .post("/api/v1/admin/groups/{id}/unsuspend", unsuspend)
}

type Reader = Staff<AdminReadAccounts, ManageSettings>;
type Writer = Staff<AdminWriteAccounts, ManageSettings>;

async fn page(
    auth: Reader,
    State(state): State<AppState>,
    paging: Paging<Many>,
) -> Result<Response> {
    let ctx = &state.ctx;
    let page = limits::page(ctx, &auth.viewer, paging.page).await?;
    Ok(paging
        .listing
        .answer(&ctx.place, page, |view| AdminAccount::of(&ctx.place, &view)))
}

async fn show(
    auth: Reader,
    State(state): State<AppState>,
    At(id): At<AccountId>,
) -> Result<Json<AdminAccount>> {
    let view = limits::show(&state.ctx, &auth.viewer, id).await?;
    Ok(Json(AdminAccount::of(&state.ctx.place, &view)))
}

/// Why, in the word that Mastodon has for it in actions on accounts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Reason {
    text: String,
}

async fn evict(
    auth: &Writer,
    state: &AppState,
    id: AccountId,
    on: bool,
    reason: &str,
) -> Result<Json<AdminAccount>> {
    let (ctx, evict) = (&state.ctx, GroupLimit::Evict);
    let view = limits::set(ctx, &auth.viewer, id, evict, on, reason).await?;
    Ok(Json(AdminAccount::of(&ctx.place, &view)))
}

async fn suspend(
    auth: Writer,
    State(state): State<AppState>,
    At(id): At<AccountId>,
    Params(reason): Params<Reason>,
) -> Result<Json<AdminAccount>> {
    evict(&auth, &state, id, true, &reason.text).await
}

async fn unsuspend(
    auth: Writer,
    State(state): State<AppState>,
    At(id): At<AccountId>,
    Params(reason): Params<Reason>,
) -> Result<Json<AdminAccount>> {
    evict(&auth, &state, id, false, &reason.text).await
}
