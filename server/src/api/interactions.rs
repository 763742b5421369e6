//! What one does to a status: favourite, reblog, bookmark, pin, mute, and their undo; one's collections.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use model::StatusId;
use serde::Deserialize;
use services::interactions;

use super::Routes;
use super::entities::Status;
use super::statuses::visibility;
use crate::auth::{Auth, scopes};
use crate::error::Result;
use crate::extract::{At, Paging, Params, Statuses, maybe};
use crate::state::AppState;

pub(super) fn routes() -> Routes {
    Routes::new()
        .post("/api/v1/statuses/{id}/favourite", favourite)
        .post("/api/v1/statuses/{id}/unfavourite", unfavourite)
        .post("/api/v1/statuses/{id}/reblog", reblog)
        .post("/api/v1/statuses/{id}/unreblog", unreblog)
        .post("/api/v1/statuses/{id}/bookmark", bookmark)
        .post("/api/v1/statuses/{id}/unbookmark", unbookmark)
        .post("/api/v1/statuses/{id}/pin", pin)
        .post("/api/v1/statuses/{id}/unpin", unpin)
        .post("/api/v1/statuses/{id}/mute", mute)
        .post("/api/v1/statuses/{id}/unmute", unmute)
        .get("/api/v1/favourites", favourites)
        .get("/api/v1/bookmarks", bookmarks)
}

macro_rules! marks {
    ($( $name:ident = $scope:ident, $act:ident; )+) => { $(
        async fn $name(
            auth: Auth<scopes::$scope>,
            State(state): State<AppState>,
            At(id): At<StatusId>,
        ) -> Result<Json<Status>> {
            let view = interactions::$act(&state.ctx, &auth.viewer, id).await?;
            Ok(Json(Status::of(&state.ctx.place, &view)))
        }
    )+ };
}

marks! {
    favourite = WriteFavourites, favourite;
    unfavourite = WriteFavourites, unfavourite;
    unreblog = WriteStatuses, unboost;
    bookmark = WriteBookmarks, bookmark;
    unbookmark = WriteBookmarks, unbookmark;
    pin = WriteAccounts, pin;
    unpin = WriteAccounts, unpin;
    mute = WriteMutes, mute_thread;
    unmute = WriteMutes, unmute_thread;
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ReblogForm {
    #[serde(deserialize_with = "maybe")]
    visibility: Option<String>,
}

async fn reblog(
    auth: Auth<scopes::WriteStatuses>,
    State(state): State<AppState>,
    At(id): At<StatusId>,
    Params(form): Params<ReblogForm>,
) -> Result<Json<Status>> {
    let audience = visibility(form.visibility.as_deref())?;
    let view = interactions::boost(&state.ctx, &auth.viewer, id, audience).await?;
    Ok(Json(Status::of(&state.ctx.place, &view)))
}

async fn favourites(
    auth: Auth<scopes::ReadFavourites>,
    State(state): State<AppState>,
    paging: Paging<Statuses>,
) -> Result<Response> {
    let ctx = &state.ctx;
    let page = interactions::favourites(ctx, &auth.viewer, paging.page).await?;
    Ok(paging
        .listing
        .answer(&ctx.place, page, |view| Status::of(&ctx.place, &view)))
}

async fn bookmarks(
    auth: Auth<scopes::ReadBookmarks>,
    State(state): State<AppState>,
    paging: Paging<Statuses>,
) -> Result<Response> {
    let ctx = &state.ctx;
    let page = interactions::bookmarks(ctx, &auth.viewer, paging.page).await?;
    Ok(paging
        .listing
        .answer(&ctx.place, page, |view| Status::of(&ctx.place, &view)))
}
