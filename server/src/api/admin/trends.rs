//! What the staff decides about statuses, links and publishers that trend. Decisions are kept before
//! anything trends; hashtags are in `tags`.

use axum::Json;
use axum::extract::State;

use super::{ManageTaxonomies, Staff};
use crate::api::{Routes, done, empty_list};
use crate::auth::scopes::{AdminRead, AdminWrite};
use crate::error::Result;
use crate::extract::At;
use crate::state::AppState;

type Done = Json<serde_json::Map<String, serde_json::Value>>;
type Reader = Staff<AdminRead, ManageTaxonomies>;
type Writer = Staff<AdminWrite, ManageTaxonomies>;

pub(super) fn routes() -> Routes {
    Routes::new()
        .empty("/api/v1/admin/trends/links", empty_list::<Reader>)
        .empty("/api/v1/admin/trends/statuses", empty_list::<Reader>)
        .empty(
            "/api/v1/admin/trends/links/publishers",
            empty_list::<Reader>,
        )
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

macro_rules! deciding {
    ($($name:ident = $subject:ident $allowed:literal;)+) => { $(
        async fn $name(
            auth: Writer,
            State(state): State<AppState>,
            At(id): At<String>,
        ) -> Result<Done> {
            use services::admin::taxonomies::{Subject, decide_trend};
            decide_trend(&state.ctx, &auth.viewer, Subject::$subject, &id, $allowed).await?;
            Ok(done())
        }
    )+ };
}

deciding! {
    approve_status = Status true;
    reject_status = Status false;
    approve_link = Link true;
    reject_link = Link false;
    approve_publisher = Publisher true;
    reject_publisher = Publisher false;
}
