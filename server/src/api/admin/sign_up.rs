//! Who may not sign up: e-mail domains, networks, single e-mail addresses.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use model::{IpBlockSeverity, Millis, RowId};
use serde::Deserialize;
use services::admin::sign_up::{self, IpWish};

use super::{ManageBlocks, Many, Staff};
use crate::api::entities::admin::{CanonicalEmailBlock, EmailDomainBlock, IpBlock};
use crate::api::{Routes, done};
use crate::auth::scopes::{
    AdminReadCanonicalEmailBlocks, AdminReadEmailDomainBlocks, AdminReadIpBlocks,
    AdminWriteCanonicalEmailBlocks, AdminWriteEmailDomainBlocks, AdminWriteIpBlocks,
};
use crate::error::Result;
use crate::extract::{At, Paging, Params, maybe};
use crate::state::AppState;

type Done = Json<serde_json::Map<String, serde_json::Value>>;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/admin/email_domain_blocks", email_domains)
        .post("/api/v1/admin/email_domain_blocks", block_email_domain)
        .get("/api/v1/admin/email_domain_blocks/{id}", email_domain)
        .delete(
            "/api/v1/admin/email_domain_blocks/{id}",
            unblock_email_domain,
        )
        .get("/api/v1/admin/ip_blocks", ips)
        .post("/api/v1/admin/ip_blocks", block_ip)
        .get("/api/v1/admin/ip_blocks/{id}", ip)
        .update("/api/v1/admin/ip_blocks/{id}", change_ip)
        .delete("/api/v1/admin/ip_blocks/{id}", unblock_ip)
        .get("/api/v1/admin/canonical_email_blocks", emails)
        .post("/api/v1/admin/canonical_email_blocks", block_email)
        .post("/api/v1/admin/canonical_email_blocks/test", test_email)
        .get("/api/v1/admin/canonical_email_blocks/{id}", email)
        .delete("/api/v1/admin/canonical_email_blocks/{id}", unblock_email)
}

macro_rules! reading {
    ($($page:ident $one:ident $scope:ident $entity:ident;)+) => { $(
        async fn $page(
            auth: Staff<$scope, ManageBlocks>,
            State(state): State<AppState>,
            paging: Paging<Many>,
        ) -> Result<Response> {
            let ctx = &state.ctx;
            let page = sign_up::$page(ctx, &auth.viewer, paging.page).await?;
            Ok(paging.listing.answer(&ctx.place, page, |row| $entity::from(&row)))
        }

        async fn $one(
            auth: Staff<$scope, ManageBlocks>,
            State(state): State<AppState>,
            At(id): At<RowId>,
        ) -> Result<Json<$entity>> {
            let row = sign_up::$one(&state.ctx, &auth.viewer, id).await?;
            Ok(Json((&row).into()))
        }
    )+ };
}

reading! {
    email_domains email_domain AdminReadEmailDomainBlocks EmailDomainBlock;
    ips ip AdminReadIpBlocks IpBlock;
    emails email AdminReadCanonicalEmailBlocks CanonicalEmailBlock;
}

macro_rules! lifting {
    ($($name:ident $scope:ident;)+) => { $(
        async fn $name(
            auth: Staff<$scope, ManageBlocks>,
            State(state): State<AppState>,
            At(id): At<RowId>,
        ) -> Result<Done> {
            sign_up::$name(&state.ctx, &auth.viewer, id).await?;
            Ok(done())
        }
    )+ };
}

lifting! {
    unblock_email_domain AdminWriteEmailDomainBlocks;
    unblock_ip AdminWriteIpBlocks;
    unblock_email AdminWriteCanonicalEmailBlocks;
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct EmailDomainForm {
    domain: String,
    #[serde(deserialize_with = "maybe")]
    allow_with_approval: Option<bool>,
}

async fn block_email_domain(
    auth: Staff<AdminWriteEmailDomainBlocks, ManageBlocks>,
    State(state): State<AppState>,
    Params(form): Params<EmailDomainForm>,
) -> Result<Json<EmailDomainBlock>> {
    let ctx = &state.ctx;
    let approval = form.allow_with_approval.unwrap_or_default();
    let view = sign_up::block_email_domain(ctx, &auth.viewer, &form.domain, approval).await?;
    Ok(Json((&view).into()))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct IpForm {
    ip: Option<String>,
    #[serde(deserialize_with = "maybe")]
    severity: Option<IpBlockSeverity>,
    comment: Option<String>,
    /// Seconds; empty for good.
    expires_in: Option<String>,
}

impl From<IpForm> for IpWish {
    fn from(form: IpForm) -> Self {
        Self {
            ip: form.ip,
            severity: form.severity,
            comment: form.comment,
            lasts: form.expires_in.map(|text| {
                let seconds: i64 = text.trim().parse().ok()?;
                (seconds > 0).then(|| seconds.min(3_153_600_000) * Millis::SECOND)
            }),
        }
    }
}

async fn block_ip(
    auth: Staff<AdminWriteIpBlocks, ManageBlocks>,
    State(state): State<AppState>,
    Params(form): Params<IpForm>,
) -> Result<Json<IpBlock>> {
    let row = sign_up::block_ip(&state.ctx, &auth.viewer, form.into()).await?;
    Ok(Json((&row).into()))
}

async fn change_ip(
    auth: Staff<AdminWriteIpBlocks, ManageBlocks>,
    State(state): State<AppState>,
    At(id): At<RowId>,
    Params(form): Params<IpForm>,
) -> Result<Json<IpBlock>> {
    let row = sign_up::change_ip(&state.ctx, &auth.viewer, id, form.into()).await?;
    Ok(Json((&row).into()))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct EmailForm {
    email: Option<String>,
    canonical_email_hash: Option<String>,
}

async fn block_email(
    auth: Staff<AdminWriteCanonicalEmailBlocks, ManageBlocks>,
    State(state): State<AppState>,
    Params(form): Params<EmailForm>,
) -> Result<Json<CanonicalEmailBlock>> {
    let (email, hash) = (form.email, form.canonical_email_hash);
    let row = sign_up::block_email(&state.ctx, &auth.viewer, email, hash, None).await?;
    Ok(Json((&row).into()))
}

async fn test_email(
    auth: Staff<AdminReadCanonicalEmailBlocks, ManageBlocks>,
    State(state): State<AppState>,
    Params(form): Params<EmailForm>,
) -> Result<Json<Vec<CanonicalEmailBlock>>> {
    let email = form.email.unwrap_or_default();
    let rows = sign_up::test_email(&state.ctx, &auth.viewer, &email).await?;
    Ok(Json(rows.iter().map(CanonicalEmailBlock::from).collect()))
}
