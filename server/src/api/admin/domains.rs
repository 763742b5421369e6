//! Other servers in the hands of the staff.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use model::{DomainBlockSeverity, RowId};
use serde::{Deserialize, Serialize};
use services::admin::domains::{self, Blocked, Wish};

use super::{ManageFederation, Many, Staff};
use crate::api::entities::admin::{DomainAllow, DomainBlock};
use crate::api::{Routes, done};
use crate::auth::scopes::{
    AdminReadDomainAllows, AdminReadDomainBlocks, AdminWriteDomainAllows, AdminWriteDomainBlocks,
};
use crate::error::Result;
use crate::extract::{At, Paging, Params, maybe};
use crate::state::AppState;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/admin/domain_blocks", blocks)
        .post("/api/v1/admin/domain_blocks", block)
        .get("/api/v1/admin/domain_blocks/{id}", blocked)
        .update("/api/v1/admin/domain_blocks/{id}", change)
        .delete("/api/v1/admin/domain_blocks/{id}", unblock)
        .get("/api/v1/admin/domain_allows", allows)
        .post("/api/v1/admin/domain_allows", allow)
        .get("/api/v1/admin/domain_allows/{id}", allowed)
        .delete("/api/v1/admin/domain_allows/{id}", disallow)
}

type BlockReader = Staff<AdminReadDomainBlocks, ManageFederation>;
type BlockWriter = Staff<AdminWriteDomainBlocks, ManageFederation>;
type AllowReader = Staff<AdminReadDomainAllows, ManageFederation>;
type AllowWriter = Staff<AdminWriteDomainAllows, ManageFederation>;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct BlockForm {
    domain: String,
    #[serde(deserialize_with = "maybe")]
    severity: Option<DomainBlockSeverity>,
    #[serde(deserialize_with = "maybe")]
    reject_media: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    reject_reports: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    obfuscate: Option<bool>,
    private_comment: Option<String>,
    public_comment: Option<String>,
}

impl From<BlockForm> for Wish {
    fn from(form: BlockForm) -> Self {
        Self {
            severity: form.severity,
            reject_media: form.reject_media,
            reject_reports: form.reject_reports,
            obfuscate: form.obfuscate,
            private_comment: form.private_comment,
            public_comment: form.public_comment,
        }
    }
}

async fn blocks(
    auth: BlockReader,
    State(state): State<AppState>,
    paging: Paging<Many>,
) -> Result<Response> {
    let ctx = &state.ctx;
    let page = domains::blocks(ctx, &auth.viewer, paging.page).await?;
    Ok(paging
        .listing
        .answer(&ctx.place, page, |row| DomainBlock::from(&row)))
}

async fn blocked(
    auth: BlockReader,
    State(state): State<AppState>,
    At(id): At<RowId>,
) -> Result<Json<DomainBlock>> {
    let row = domains::block(&state.ctx, &auth.viewer, id).await?;
    Ok(Json((&row).into()))
}

/// What Mastodon answers where a block stands in the way: the text, and the block.
#[derive(Debug, Serialize)]
struct InTheWay {
    error: &'static str,
    existing_domain_block: DomainBlock,
}

async fn block(
    auth: BlockWriter,
    State(state): State<AppState>,
    Params(form): Params<BlockForm>,
) -> Result<Response> {
    let domain = form.domain.clone();
    Ok(
        match domains::add(&state.ctx, &auth.viewer, &domain, form.into()).await? {
            Blocked::Now(row) => Json(DomainBlock::from(&row)).into_response(),
            Blocked::Already(row) => {
                let body = InTheWay {
                    error: "You have already imposed stricter limits on this domain, or the same ones.",
                    existing_domain_block: (&row).into(),
                };
                (StatusCode::UNPROCESSABLE_ENTITY, Json(body)).into_response()
            }
        },
    )
}

async fn change(
    auth: BlockWriter,
    State(state): State<AppState>,
    At(id): At<RowId>,
    Params(form): Params<BlockForm>,
) -> Result<Json<DomainBlock>> {
    let row = domains::change(&state.ctx, &auth.viewer, id, form.into()).await?;
    Ok(Json((&row).into()))
}

async fn unblock(
    auth: BlockWriter,
    State(state): State<AppState>,
    At(id): At<RowId>,
) -> Result<Json<serde_json::Map<String, serde_json::Value>>> {
    domains::lift(&state.ctx, &auth.viewer, id).await?;
    Ok(done())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct AllowForm {
    domain: String,
}

async fn allows(
    auth: AllowReader,
    State(state): State<AppState>,
    paging: Paging<Many>,
) -> Result<Response> {
    let ctx = &state.ctx;
    let page = domains::allows(ctx, &auth.viewer, paging.page).await?;
    Ok(paging
        .listing
        .answer(&ctx.place, page, |row| DomainAllow::from(&row)))
}

async fn allowed(
    auth: AllowReader,
    State(state): State<AppState>,
    At(id): At<RowId>,
) -> Result<Json<DomainAllow>> {
    let row = domains::allowed(&state.ctx, &auth.viewer, id).await?;
    Ok(Json((&row).into()))
}

async fn allow(
    auth: AllowWriter,
    State(state): State<AppState>,
    Params(form): Params<AllowForm>,
) -> Result<Json<DomainAllow>> {
    let row = domains::allow(&state.ctx, &auth.viewer, &form.domain).await?;
    Ok(Json((&row).into()))
}

async fn disallow(
    auth: AllowWriter,
    State(state): State<AppState>,
    At(id): At<RowId>,
) -> Result<Json<DomainAllow>> {
    let row = domains::disallow(&state.ctx, &auth.viewer, id).await?;
    Ok(Json((&row).into()))
}
