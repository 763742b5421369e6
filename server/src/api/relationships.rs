//! How one stands to others: follow, block, mute, and their undo; requests to follow.

use axum::Json;
use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use model::{AccountId, Millis};
use serde::Deserialize;
use serde_json::{Value, json};
use services::relationships::{self, FollowWish};
use services::views::account::relationships as standing;

use super::accounts::Ids;
use super::entities::{Account, Relationship};
use super::{Routes, empty_list};
use crate::auth::{Auth, scopes};
use crate::error::Result;
use crate::extract::{Accounts, At, Paging, Params, maybe};
use crate::state::AppState;

pub(super) fn routes() -> Routes {
    use scopes::{ReadBlocks, WriteBlocks};
    Routes::new()
        .get("/api/v1/accounts/relationships", many)
        .empty("/api/v1/accounts/familiar_followers", familiar_followers)
        .post("/api/v1/accounts/{id}/follow", follow)
        .post("/api/v1/accounts/{id}/unfollow", unfollow)
        .post(
            "/api/v1/accounts/{id}/remove_from_followers",
            remove_from_followers,
        )
        .post("/api/v1/accounts/{id}/block", block)
        .post("/api/v1/accounts/{id}/unblock", unblock)
        .post("/api/v1/accounts/{id}/mute", mute)
        .post("/api/v1/accounts/{id}/unmute", unmute)
        .get("/api/v1/follow_requests", follow_requests)
        .post("/api/v1/follow_requests/{id}/authorize", authorize)
        .post("/api/v1/follow_requests/{id}/reject", reject)
        .get("/api/v1/blocks", blocks)
        .get("/api/v1/mutes", mutes)
        .empty("/api/v1/domain_blocks", empty_list::<Auth<ReadBlocks>>)
        .not_built::<Auth<WriteBlocks>>(&[Method::POST, Method::DELETE], "/api/v1/domain_blocks")
}

async fn many(
    auth: Auth<scopes::ReadFollows>,
    State(state): State<AppState>,
    Params(ids): Params<Ids<AccountId>>,
) -> Result<Json<Vec<Relationship>>> {
    let found = standing(&state.ctx, auth.viewer.id(), ids.id.0).await?;
    Ok(Json(found.into_iter().map(Relationship::from).collect()))
}

/// Whom of one's follows others follow too is not told yet; the shape is one entry for each.
async fn familiar_followers(
    _auth: Auth<scopes::ReadFollows>,
    Params(ids): Params<Ids<AccountId>>,
) -> Json<Vec<Value>> {
    Json(
        ids.id
            .0
            .iter()
            .map(|id| json!({"id": id, "accounts": []}))
            .collect(),
    )
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct FollowForm {
    #[serde(deserialize_with = "maybe")]
    reblogs: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    notify: Option<bool>,
}

async fn follow(
    auth: Auth<scopes::WriteFollows>,
    State(state): State<AppState>,
    At(id): At<AccountId>,
    Params(form): Params<FollowForm>,
) -> Result<Json<Relationship>> {
    let wish = FollowWish {
        reblogs: form.reblogs,
        notify: form.notify,
    };
    let view = relationships::follow(&state.ctx, &auth.viewer, id, wish).await?;
    Ok(Json(view.into()))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct MuteForm {
    #[serde(deserialize_with = "maybe")]
    notifications: Option<bool>,
    /// Seconds; 0 for ever.
    #[serde(deserialize_with = "maybe")]
    duration: Option<i64>,
}

async fn mute(
    auth: Auth<scopes::WriteMutes>,
    State(state): State<AppState>,
    At(id): At<AccountId>,
    Params(form): Params<MuteForm>,
) -> Result<Json<Relationship>> {
    let ctx = &state.ctx;
    let ends_at = form
        .duration
        .filter(|seconds| *seconds > 0)
        .map(|seconds| ctx.now().plus(seconds.min(3_153_600_000) * Millis::SECOND));
    let notifications = form.notifications.unwrap_or(true);
    let view = relationships::mute(ctx, &auth.viewer, id, notifications, ends_at).await?;
    Ok(Json(view.into()))
}

macro_rules! simple {
    ($( $name:ident = $scope:ident, $act:ident; )+) => { $(
        async fn $name(
            auth: Auth<scopes::$scope>,
            State(state): State<AppState>,
            At(id): At<AccountId>,
        ) -> Result<Json<Relationship>> {
            let view = relationships::$act(&state.ctx, &auth.viewer, id).await?;
            Ok(Json(view.into()))
        }
    )+ };
}

simple! {
    unfollow = WriteFollows, unfollow;
    remove_from_followers = WriteFollows, remove_follower;
    block = WriteBlocks, block;
    unblock = WriteBlocks, unblock;
    unmute = WriteMutes, unmute;
    authorize = WriteFollows, authorize;
    reject = WriteFollows, reject;
}

macro_rules! listed {
    ($( $name:ident = $scope:ident; )+) => { $(
        async fn $name(
            auth: Auth<scopes::$scope>,
            State(state): State<AppState>,
            paging: Paging<Accounts>,
        ) -> Result<Response> {
            let ctx = &state.ctx;
            let page = relationships::$name(ctx, &auth.viewer, paging.page).await?;
            Ok(paging.listing.answer(&ctx.place, page, |view| Account::of(&ctx.place, &view)))
        }
    )+ };
}

listed! {
    follow_requests = ReadFollows;
    blocks = ReadBlocks;
    mutes = ReadMutes;
}
