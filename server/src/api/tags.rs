//! Hashtags: one by one, those that one follows, those that someone features.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use model::{AccountId, RowId};
use serde::Deserialize;
use serde_json::{Map, Value};
use services::{featured_tags, tags};

use super::entities::tag::{FeaturedTag, Tag};
use super::{Routes, done};
use crate::auth::{Auth, MaybeAuth, scopes};
use crate::error::Result;
use crate::extract::{At, Many, Paging, Params};
use crate::state::AppState;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/tags/{name}", show)
        .post("/api/v1/tags/{name}/follow", follow)
        .post("/api/v1/tags/{name}/unfollow", unfollow)
        .post("/api/v1/tags/{name}/feature", feature)
        .post("/api/v1/tags/{name}/unfeature", unfeature)
        .get("/api/v1/followed_tags", followed)
        .get("/api/v1/featured_tags", featured)
        .post("/api/v1/featured_tags", add)
        .delete("/api/v1/featured_tags/{id}", remove)
        .get("/api/v1/featured_tags/suggestions", suggestions)
        .get("/api/v1/accounts/{id}/featured_tags", of_account)
}

async fn show(
    auth: MaybeAuth<scopes::AnyToken>,
    State(state): State<AppState>,
    At(name): At<String>,
) -> Result<Json<Tag>> {
    let view = tags::show(&state.ctx, auth.viewer(), &name).await?;
    Ok(Json(Tag::of(&state.ctx.place, &view)))
}

async fn follow(
    auth: Auth<scopes::WriteFollows>,
    State(state): State<AppState>,
    At(name): At<String>,
) -> Result<Json<Tag>> {
    let view = tags::follow(&state.ctx, &auth.viewer, &name).await?;
    Ok(Json(Tag::of(&state.ctx.place, &view)))
}

async fn unfollow(
    auth: Auth<scopes::WriteFollows>,
    State(state): State<AppState>,
    At(name): At<String>,
) -> Result<Json<Tag>> {
    let view = tags::unfollow(&state.ctx, &auth.viewer, &name).await?;
    Ok(Json(Tag::of(&state.ctx.place, &view)))
}

async fn feature(
    auth: Auth<scopes::WriteAccounts>,
    State(state): State<AppState>,
    At(name): At<String>,
) -> Result<Json<Tag>> {
    let view = featured_tags::set(&state.ctx, &auth.viewer, &name, true).await?;
    Ok(Json(Tag::of(&state.ctx.place, &view)))
}

async fn unfeature(
    auth: Auth<scopes::WriteAccounts>,
    State(state): State<AppState>,
    At(name): At<String>,
) -> Result<Json<Tag>> {
    let view = featured_tags::set(&state.ctx, &auth.viewer, &name, false).await?;
    Ok(Json(Tag::of(&state.ctx.place, &view)))
}

async fn followed(
    auth: Auth<scopes::ReadFollows>,
    State(state): State<AppState>,
    paging: Paging<Many>,
) -> Result<Response> {
    let ctx = &state.ctx;
    let page = tags::followed(ctx, &auth.viewer, paging.page).await?;
    Ok(paging
        .listing
        .answer(&ctx.place, page, |view| Tag::of(&ctx.place, &view)))
}

async fn featured(
    auth: Auth<scopes::ReadAccounts>,
    State(state): State<AppState>,
) -> Result<Json<Vec<FeaturedTag>>> {
    let me = auth.viewer.id();
    let views = featured_tags::of(&state.ctx, Some(&auth.viewer), me).await?;
    Ok(Json(FeaturedTag::all(&state.ctx.place, &views)))
}

async fn of_account(
    auth: MaybeAuth<scopes::ReadAccounts>,
    State(state): State<AppState>,
    At(id): At<AccountId>,
) -> Result<Json<Vec<FeaturedTag>>> {
    let views = featured_tags::of(&state.ctx, auth.viewer(), id).await?;
    Ok(Json(FeaturedTag::all(&state.ctx.place, &views)))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wish {
    name: String,
}

async fn add(
    auth: Auth<scopes::WriteAccounts>,
    State(state): State<AppState>,
    Params(wish): Params<Wish>,
) -> Result<Json<FeaturedTag>> {
    let view = featured_tags::add(&state.ctx, &auth.viewer, &wish.name).await?;
    Ok(Json(FeaturedTag::of(&state.ctx.place, &view)))
}

async fn remove(
    auth: Auth<scopes::WriteAccounts>,
    State(state): State<AppState>,
    At(id): At<RowId>,
) -> Result<Json<Map<String, Value>>> {
    featured_tags::remove(&state.ctx, &auth.viewer, id).await?;
    Ok(done())
}

async fn suggestions(
    auth: Auth<scopes::ReadAccounts>,
    State(state): State<AppState>,
) -> Result<Json<Vec<Tag>>> {
    let views = featured_tags::suggestions(&state.ctx, &auth.viewer).await?;
    Ok(Json(Tag::all(&state.ctx.place, &views)))
}
