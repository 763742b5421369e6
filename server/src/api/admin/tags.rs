//! Hashtags in the hands of the staff, and those that would trend.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use services::Place;
use services::admin::taxonomies::{self, Decision, ReviewedTag};

use super::{ManageTaxonomies, Many, Staff};
use crate::api::Routes;
use crate::api::entities::tag::Tag;
use crate::api::trends::Part;
use crate::auth::scopes::{AdminRead, AdminWrite};
use crate::error::Result;
use crate::extract::{At, Paging, Params, maybe};
use crate::state::AppState;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/admin/tags", all)
        .get("/api/v1/admin/tags/{id}", one)
        .update("/api/v1/admin/tags/{id}", change)
        .get("/api/v1/admin/trends/tags", trends)
        .post("/api/v1/admin/trends/tags/{id}/approve", approve)
        .post("/api/v1/admin/trends/tags/{id}/reject", reject)
}

type Reader = Staff<AdminRead, ManageTaxonomies>;
type Writer = Staff<AdminWrite, ManageTaxonomies>;

/// <https://docs.joinmastodon.org/entities/Tag/#admin>
#[derive(Debug, Serialize)]
struct AdminTag {
    #[serde(flatten)]
    tag: Tag,
    trendable: bool,
    usable: bool,
    listable: bool,
    requires_review: bool,
}

impl AdminTag {
    fn of(place: &Place, view: &ReviewedTag) -> Self {
        let review = &view.review;
        Self {
            tag: Tag::of(place, &view.tag),
            trendable: review.trendable,
            usable: review.usable,
            listable: review.listable,
            requires_review: review.reviewed_at.is_none(),
        }
    }
}

async fn all(
    auth: Reader,
    State(state): State<AppState>,
    paging: Paging<Many>,
) -> Result<Response> {
    let ctx = &state.ctx;
    let page = taxonomies::all(ctx, &auth.viewer, paging.page).await?;
    Ok(paging
        .listing
        .answer(&ctx.place, page, |view| AdminTag::of(&ctx.place, &view)))
}

async fn one(
    auth: Reader,
    State(state): State<AppState>,
    At(name): At<String>,
) -> Result<Json<AdminTag>> {
    let view = taxonomies::one(&state.ctx, &auth.viewer, &name).await?;
    Ok(Json(AdminTag::of(&state.ctx.place, &view)))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Change {
    display_name: Option<String>,
    #[serde(deserialize_with = "maybe")]
    usable: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    listable: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    trendable: Option<bool>,
}

async fn change(
    auth: Writer,
    State(state): State<AppState>,
    At(name): At<String>,
    Params(change): Params<Change>,
) -> Result<Json<AdminTag>> {
    let decision = Decision {
        display_name: change.display_name,
        usable: change.usable,
        listable: change.listable,
        trendable: change.trendable,
    };
    let view = taxonomies::decide(&state.ctx, &auth.viewer, &name, decision).await?;
    Ok(Json(AdminTag::of(&state.ctx.place, &view)))
}

async fn trends(
    auth: Reader,
    State(state): State<AppState>,
    Params(part): Params<Part>,
) -> Result<Json<Vec<AdminTag>>> {
    let (limit, offset) = part.within(10, 40);
    let views = taxonomies::trending(&state.ctx, &auth.viewer, limit, offset).await?;
    let place = &state.ctx.place;
    Ok(Json(
        views.iter().map(|view| AdminTag::of(place, view)).collect(),
    ))
}

macro_rules! trending {
    ($($name:ident = $may:literal;)+) => { $(
        async fn $name(
            auth: Writer,
            State(state): State<AppState>,
            At(name): At<String>,
        ) -> Result<Json<AdminTag>> {
            let decision = Decision {
                trendable: Some($may),
                ..Decision::default()
            };
            let view = taxonomies::decide(&state.ctx, &auth.viewer, &name, decision).await?;
            Ok(Json(AdminTag::of(&state.ctx.place, &view)))
        }
    )+ };
}
trending! { approve = true; reject = false; }
