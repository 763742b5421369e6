//! Servers that a member hides.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use services::account_domain_blocks as hidden;

use super::{Routes, done};
use crate::auth::{Auth, scopes};
use crate::error::Result;
use crate::extract::{Limit, Paging, Params};
use crate::state::AppState;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/domain_blocks", all)
        .post("/api/v1/domain_blocks", block)
        .delete("/api/v1/domain_blocks", unblock)
        .get("/api/v1/domain_blocks/preview", preview)
}

/// Lists of domains: 100, at most 200.
#[derive(Clone, Copy, Debug)]
struct Domains;
impl Limit for Domains {
    const USUAL: i64 = 100;
    const MOST: i64 = 200;
}

async fn all(
    auth: Auth<scopes::ReadBlocks>,
    State(state): State<AppState>,
    paging: Paging<Domains>,
) -> Result<Response> {
    let page = hidden::page(&state.ctx, &auth.viewer, paging.page).await?;
    Ok(paging
        .listing
        .answer(&state.ctx.place, page, |domain| domain))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Named {
    domain: String,
}

async fn block(
    auth: Auth<scopes::WriteBlocks>,
    State(state): State<AppState>,
    Params(named): Params<Named>,
) -> Result<Json<Map<String, Value>>> {
    hidden::block(&state.ctx, &auth.viewer, &named.domain).await?;
    Ok(done())
}

async fn unblock(
    auth: Auth<scopes::WriteBlocks>,
    State(state): State<AppState>,
    Params(named): Params<Named>,
) -> Result<Json<Map<String, Value>>> {
    hidden::unblock(&state.ctx, &auth.viewer, &named.domain).await?;
    Ok(done())
}

/// What hiding a server would end.
#[derive(Debug, Serialize)]
struct DomainBlockPreview {
    following_count: usize,
    followers_count: usize,
}

async fn preview(
    auth: Auth<scopes::ReadBlocks>,
    State(state): State<AppState>,
    Params(named): Params<Named>,
) -> Result<Json<DomainBlockPreview>> {
    let found = hidden::preview(&state.ctx, &auth.viewer, &named.domain).await?;
    Ok(Json(DomainBlockPreview {
        following_count: found.following,
        followers_count: found.followers,
    }))
}
