//! Statuses, links and publishers of links that would trend, and what the staff decides about them;
//! hashtags are in `tags`.

use axum::Json;
use axum::extract::State;
use model::{RowId, StatusId};
use serde::Serialize;
use services::Place;
use services::admin::trends::{self, Reviewed};
use services::trends::LinkView;
use services::views::StatusView;

use super::{ManageTaxonomies, Staff};
use crate::api::Routes;
use crate::api::entities::Status;
use crate::api::entities::card::TrendsLink;
use crate::api::trends::Part;
use crate::auth::scopes::{AdminRead, AdminWrite};
use crate::error::Result;
use crate::extract::{At, Params};
use crate::state::AppState;

type Reader = Staff<AdminRead, ManageTaxonomies>;
type Writer = Staff<AdminWrite, ManageTaxonomies>;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/admin/trends/links", links)
        .get("/api/v1/admin/trends/statuses", statuses)
        .get("/api/v1/admin/trends/links/publishers", publishers)
        .post("/api/v1/admin/trends/statuses/{id}/approve", approve_status)
        .post("/api/v1/admin/trends/statuses/{id}/reject", reject_status)
        .post("/api/v1/admin/trends/links/{id}/approve", approve_link)
        .post("/api/v1/admin/trends/links/{id}/reject", reject_link)
        .post(
            "/api/v1/admin/trends/links/publishers/{id}/approve",
            approve_publisher,
        )
        .post(
            "/api/v1/admin/trends/links/publishers/{id}/reject",
            reject_publisher,
        )
}

/// A status with whether someone has to look at it.
#[derive(Debug, Serialize)]
struct AdminStatus {
    #[serde(flatten)]
    status: Status,
    requires_review: bool,
}

impl AdminStatus {
    fn of(place: &Place, reviewed: &Reviewed<StatusView>) -> Self {
        Self {
            status: Status::of(place, &reviewed.it),
            requires_review: reviewed.allowed.is_none(),
        }
    }
}

/// <https://docs.joinmastodon.org/entities/PreviewCard/#trends-link>, with its id for decisions.
#[derive(Debug, Serialize)]
struct AdminLink {
    id: String,
    #[serde(flatten)]
    link: TrendsLink,
    requires_review: bool,
}

impl AdminLink {
    fn of(place: &Place, reviewed: &Reviewed<LinkView>) -> Self {
        Self {
            id: reviewed.it.card.id.to_string(),
            link: TrendsLink::of(place, &reviewed.it),
            requires_review: reviewed.allowed.is_none(),
        }
    }
}

/// A server to which links lead. It is known by its name.
#[derive(Debug, Serialize)]
struct Publisher {
    id: String,
    domain: String,
    trendable: Option<bool>,
    requires_review: bool,
}

impl Publisher {
    fn of(_place: &Place, reviewed: &Reviewed<String>) -> Self {
        Self {
            id: reviewed.it.clone(),
            domain: reviewed.it.clone(),
            trendable: reviewed.allowed,
            requires_review: reviewed.allowed.is_none(),
        }
    }
}

macro_rules! listing {
    ($($name:ident: $entity:ident;)+) => { $(
        async fn $name(
            auth: Reader,
            State(state): State<AppState>,
            Params(part): Params<Part>,
        ) -> Result<Json<Vec<$entity>>> {
            let (limit, offset) = part.within(20, 40);
            let found = trends::$name(&state.ctx, &auth.viewer, limit, offset).await?;
            let place = &state.ctx.place;
            Ok(Json(found.iter().map(|it| $entity::of(place, it)).collect()))
        }
    )+ };
}

listing! {
    statuses: AdminStatus;
    links: AdminLink;
    publishers: Publisher;
}

macro_rules! deciding {
    ($($name:ident = $decide:ident($id:ty) $allowed:literal: $entity:ident;)+) => { $(
        async fn $name(
            auth: Writer,
            State(state): State<AppState>,
            At(id): At<$id>,
        ) -> Result<Json<$entity>> {
            let decided = trends::$decide(&state.ctx, &auth.viewer, id, $allowed).await?;
            Ok(Json($entity::of(&state.ctx.place, &decided)))
        }
    )+ };
}

deciding! {
    approve_status = decide_status(StatusId) true: AdminStatus;
    reject_status = decide_status(StatusId) false: AdminStatus;
    approve_link = decide_link(RowId) true: AdminLink;
    reject_link = decide_link(RowId) false: AdminLink;
    approve_publisher = decide_publisher(String) true: Publisher;
    reject_publisher = decide_publisher(String) false: Publisher;
}
