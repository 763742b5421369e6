//! How one stands to others: follow, block, mute, and their undo; requests to follow; whom one features, and
//! one's notes on others.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use model::{AccountId, Millis};
use serde::Deserialize;
use services::endorsements;
use services::relationships::{self, FollowWish};
use services::views::account::relationships as standing;

use super::Routes;
use super::entities::{Account, MutedAccount, Relationship};
use crate::auth::{Auth, MaybeAuth, scopes};
use crate::error::{Error, Result};
use crate::extract::{Accounts, At, Lenient, Paging, Params, maybe};
use crate::state::AppState;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/accounts/relationships", many)
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
        .post("/api/v1/accounts/{id}/note", note)
        // The older name of the same.
        .post("/api/v1/accounts/{id}/pin", endorse)
        .post("/api/v1/accounts/{id}/unpin", unendorse)
        .post("/api/v1/accounts/{id}/endorse", endorse)
        .post("/api/v1/accounts/{id}/unendorse", unendorse)
        .get("/api/v1/endorsements", own_endorsements)
        .get("/api/v1/accounts/{id}/endorsements", endorsements_of)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    id: Lenient<AccountId>,
    #[serde(deserialize_with = "maybe")]
    with_suspended: Option<bool>,
}

async fn many(
    auth: Auth<scopes::ReadFollows>,
    State(state): State<AppState>,
    Params(asked): Params<Asked>,
) -> Result<Json<Vec<Relationship>>> {
    let mut found = standing(&state.ctx, auth.viewer.id(), within(asked.id.0)?).await?;
    if !asked.with_suspended.unwrap_or_default() {
        found.retain(|view| !view.suspended);
    }
    Ok(Json(found.into_iter().map(Relationship::from).collect()))
}

/// As many things as may be asked about at once.
pub(super) fn within<T>(ids: Vec<T>) -> Result<Vec<T>> {
    const MOST: usize = 100;
    if ids.len() > MOST {
        return Err(Error::Unprocessable(format!(
            "Validation failed: Id is too long (maximum is {MOST} ids)"
        )));
    }
    Ok(ids)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct FollowForm {
    #[serde(deserialize_with = "maybe")]
    reblogs: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    notify: Option<bool>,
    languages: Option<Vec<String>>,
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
        // A form says "none" with one empty entry.
        languages: form.languages.map(|mut languages| {
            languages.retain(|language| !language.is_empty());
            languages
        }),
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
}

async fn mutes(
    auth: Auth<scopes::ReadMutes>,
    State(state): State<AppState>,
    paging: Paging<Accounts>,
) -> Result<Response> {
    let ctx = &state.ctx;
    let page = relationships::mutes(ctx, &auth.viewer, paging.page).await?;
    Ok(paging.listing.answer(&ctx.place, page, |(view, ends_at)| {
        MutedAccount::of(&ctx.place, &view, ends_at)
    }))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Note {
    comment: Option<String>,
}

async fn note(
    auth: Auth<scopes::WriteAccounts>,
    State(state): State<AppState>,
    At(id): At<AccountId>,
    Params(note): Params<Note>,
) -> Result<Json<Relationship>> {
    let comment = note.comment.unwrap_or_default();
    let view = endorsements::note(&state.ctx, &auth.viewer, id, &comment).await?;
    Ok(Json(view.into()))
}

async fn endorse(
    auth: Auth<scopes::WriteAccounts>,
    State(state): State<AppState>,
    At(id): At<AccountId>,
) -> Result<Json<Relationship>> {
    let view = endorsements::add(&state.ctx, &auth.viewer, id).await?;
    Ok(Json(view.into()))
}

async fn unendorse(
    auth: Auth<scopes::WriteAccounts>,
    State(state): State<AppState>,
    At(id): At<AccountId>,
) -> Result<Json<Relationship>> {
    let view = endorsements::remove(&state.ctx, &auth.viewer, id).await?;
    Ok(Json(view.into()))
}

async fn own_endorsements(
    auth: Auth<scopes::ReadAccounts>,
    State(state): State<AppState>,
    paging: Paging<Accounts>,
) -> Result<Response> {
    let ctx = &state.ctx;
    let me = auth.viewer.id();
    let page = endorsements::page(ctx, Some(&auth.viewer), me, paging.page).await?;
    Ok(paging
        .listing
        .answer(&ctx.place, page, |view| Account::of(&ctx.place, &view)))
}

async fn endorsements_of(
    auth: MaybeAuth<scopes::ReadAccounts>,
    State(state): State<AppState>,
    At(id): At<AccountId>,
    paging: Paging<Accounts>,
) -> Result<Response> {
    let ctx = &state.ctx;
    let page = endorsements::page(ctx, auth.viewer(), id, paging.page).await?;
    Ok(paging
        .listing
        .answer(&ctx.place, page, |view| Account::of(&ctx.place, &view)))
}
