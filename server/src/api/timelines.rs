//! Timelines.

use axum::extract::State;
use axum::response::Response;
use model::AccountId;
use serde::Deserialize;
use services::timelines::{self, PublicFilter, TagFilter};

use super::Routes;
use super::entities::Status;
use crate::auth::{Auth, MaybeAuth, scopes};
use crate::error::Result;
use crate::extract::{At, Paging, Params, Statuses, maybe};
use crate::state::AppState;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/timelines/home", home)
        .get("/api/v1/timelines/public", public)
        .get("/api/v1/timelines/tag/{tag}", tag)
        .get("/api/v1/timelines/list/{id}", list)
        .get("/api/v1/timelines/group/{id}", group)
        .get("/api/v1/timelines/direct", direct)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Which {
    #[serde(deserialize_with = "maybe")]
    local: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    remote: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    only_media: Option<bool>,
    any: Vec<String>,
    all: Vec<String>,
    none: Vec<String>,
}

impl Which {
    fn public(&self) -> PublicFilter {
        PublicFilter {
            local: self.local.unwrap_or_default(),
            remote: self.remote.unwrap_or_default(),
            only_media: self.only_media.unwrap_or_default(),
        }
    }
}

/// Hashtags as they are asked for: with `#` or without, in any case.
fn bare(tag: &str) -> String {
    tag.trim_start_matches('#').to_lowercase()
}

async fn home(
    auth: Auth<scopes::ReadStatuses>,
    State(state): State<AppState>,
    paging: Paging<Statuses>,
) -> Result<Response> {
    let ctx = &state.ctx;
    let page = timelines::home(ctx, &auth.viewer, paging.page).await?;
    Ok(paging
        .listing
        .answer(&ctx.place, page, |view| Status::of(&ctx.place, &view)))
}

async fn public(
    auth: MaybeAuth<scopes::ReadStatuses>,
    State(state): State<AppState>,
    paging: Paging<Statuses>,
    Params(which): Params<Which>,
) -> Result<Response> {
    let ctx = &state.ctx;
    let page = timelines::public(ctx, auth.viewer(), which.public(), paging.page).await?;
    Ok(paging
        .listing
        .answer(&ctx.place, page, |view| Status::of(&ctx.place, &view)))
}

async fn tag(
    auth: MaybeAuth<scopes::ReadStatuses>,
    State(state): State<AppState>,
    At(tag): At<String>,
    paging: Paging<Statuses>,
    Params(which): Params<Which>,
) -> Result<Response> {
    let ctx = &state.ctx;
    // Mastodon takes four of each; more would be a query without an end.
    let few = |tags: &[String]| tags.iter().take(4).map(|tag| bare(tag)).collect::<Vec<_>>();
    let mut any = vec![bare(&tag)];
    any.extend(few(&which.any));
    let filter = TagFilter {
        any,
        all: few(&which.all),
        none: few(&which.none),
        public: which.public(),
    };
    let page = timelines::tag(ctx, auth.viewer(), filter, paging.page).await?;
    Ok(paging
        .listing
        .answer(&ctx.place, page, |view| Status::of(&ctx.place, &view)))
}

async fn list(
    auth: Auth<scopes::ReadLists>,
    State(state): State<AppState>,
    At(id): At<model::ListId>,
    paging: Paging<Statuses>,
) -> Result<Response> {
    let ctx = &state.ctx;
    let page = timelines::list(ctx, &auth.viewer, id.0, paging.page).await?;
    Ok(paging
        .listing
        .answer(&ctx.place, page, |view| Status::of(&ctx.place, &view)))
}

async fn group(
    auth: MaybeAuth<scopes::ReadGroups>,
    State(state): State<AppState>,
    At(id): At<AccountId>,
    paging: Paging<Statuses>,
) -> Result<Response> {
    let ctx = &state.ctx;
    let page = timelines::group(ctx, auth.viewer(), id, paging.page).await?;
    Ok(paging
        .listing
        .answer(&ctx.place, page, |view| Status::of(&ctx.place, &view)))
}

/// The old way to read direct statuses: the last one of each conversation.
async fn direct(
    auth: Auth<scopes::ReadStatuses>,
    State(state): State<AppState>,
    paging: Paging<Statuses>,
) -> Result<Response> {
    let ctx = &state.ctx;
    let page = services::conversations::page(ctx, &auth.viewer, paging.page).await?;
    let last = page
        .items
        .iter()
        .filter_map(|view| view.last_status.clone())
        .collect();
    let page = page.with(last);
    Ok(paging
        .listing
        .answer(&ctx.place, page, |view| Status::of(&ctx.place, &view)))
}
