//! Notifications, one by one. Grouped notifications, requests and the policy are not built: who reads
//! them learns that everything is let through.

use axum::Json;
use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use model::{AccountId, NotificationId, NotificationKind};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use services::notifications::{self, Filter};

use super::entities::Notification;
use super::{Routes, absent, done, empty_list};
use crate::auth::{Auth, scopes};
use crate::error::Result;
use crate::extract::{Accounts, At, Lenient, Paging, Params, maybe};
use crate::state::AppState;

type Reads = Auth<scopes::ReadNotifications>;
type Writes = Auth<scopes::WriteNotifications>;

pub(super) fn routes() -> Routes {
    const POST: &[Method] = &[Method::POST];
    const UPDATE: &[Method] = &[Method::PUT, Method::PATCH];
    Routes::new()
        .get("/api/v1/notifications", page)
        .get("/api/v1/notifications/unread_count", unread_count)
        .post("/api/v1/notifications/clear", clear)
        .get("/api/v1/notifications/{id}", show)
        .post("/api/v1/notifications/{id}/dismiss", dismiss)
        .empty("/api/v1/notifications/policy", policy_v1)
        .not_built::<Writes>(UPDATE, "/api/v1/notifications/policy")
        .empty("/api/v2/notifications/policy", policy_v2)
        .not_built::<Writes>(UPDATE, "/api/v2/notifications/policy")
        .empty("/api/v1/notifications/requests", empty_list::<Reads>)
        .empty("/api/v1/notifications/requests/merged", merged)
        .empty("/api/v1/notifications/requests/{id}", absent::<Reads>)
        .not_built::<Writes>(POST, "/api/v1/notifications/requests/accept")
        .not_built::<Writes>(POST, "/api/v1/notifications/requests/dismiss")
        .not_built::<Writes>(POST, "/api/v1/notifications/requests/{id}/accept")
        .not_built::<Writes>(POST, "/api/v1/notifications/requests/{id}/dismiss")
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Which {
    types: Lenient<NotificationKind>,
    exclude_types: Lenient<NotificationKind>,
    #[serde(deserialize_with = "maybe")]
    account_id: Option<AccountId>,
}

/// Mastodon's sizes for this list: 40, at most 80.
async fn page(
    auth: Reads,
    State(state): State<AppState>,
    paging: Paging<Accounts>,
    Params(which): Params<Which>,
) -> Result<Response> {
    let ctx = &state.ctx;
    let filter = Filter {
        types: which.types.0,
        exclude_types: which.exclude_types.0,
        account: which.account_id,
    };
    let page = notifications::page(ctx, &auth.viewer, filter, paging.page).await?;
    Ok(paging
        .listing
        .answer(&ctx.place, page, |view| Notification::of(&ctx.place, &view)))
}

async fn show(
    auth: Reads,
    State(state): State<AppState>,
    At(id): At<NotificationId>,
) -> Result<Json<Notification>> {
    let view = notifications::one(&state.ctx, &auth.viewer, id).await?;
    Ok(Json(Notification::of(&state.ctx.place, &view)))
}

async fn dismiss(
    auth: Writes,
    State(state): State<AppState>,
    At(id): At<NotificationId>,
) -> Result<Json<Map<String, Value>>> {
    notifications::dismiss(&state.ctx, &auth.viewer, id).await?;
    Ok(done())
}

async fn clear(auth: Writes, State(state): State<AppState>) -> Result<Json<Map<String, Value>>> {
    notifications::clear(&state.ctx, &auth.viewer).await?;
    Ok(done())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Most {
    #[serde(deserialize_with = "maybe")]
    limit: Option<i64>,
}

async fn unread_count(
    auth: Reads,
    State(state): State<AppState>,
    Params(most): Params<Most>,
) -> Result<Json<Value>> {
    let limit = most.limit.unwrap_or(100).clamp(1, 1_000);
    let count = notifications::unread_count(&state.ctx, &auth.viewer, limit).await?;
    Ok(Json(json!({"count": count})))
}

async fn merged(_auth: Reads) -> Json<Value> {
    Json(json!({"merged": true}))
}

async fn policy_v1(_auth: Reads) -> Json<Value> {
    Json(json!({
        "filter_not_following": false,
        "filter_not_followers": false,
        "filter_new_accounts": false,
        "filter_private_mentions": false,
        "summary": {"pending_requests_count": 0, "pending_notifications_count": 0},
    }))
}

async fn policy_v2(_auth: Reads) -> Json<Value> {
    Json(json!({
        "for_not_following": "accept",
        "for_not_followers": "accept",
        "for_new_accounts": "accept",
        "for_private_mentions": "accept",
        "for_limited_accounts": "accept",
        "summary": {"pending_requests_count": 0, "pending_notifications_count": 0},
    }))
}
