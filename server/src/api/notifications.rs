//! Notifications, one by one. In groups they are in `grouped_notifications`; what strangers send is in
//! `notification_requests`.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use model::{AccountId, NotificationId, NotificationKind};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use services::notifications::{self, Filter};

use super::entities::Notification;
use super::{Routes, done};
use crate::auth::{Auth, scopes};
use crate::error::Result;
use crate::extract::{Accounts, At, Lenient, Paging, Params, maybe};
use crate::state::AppState;

type Reads = Auth<scopes::ReadNotifications>;
type Writes = Auth<scopes::WriteNotifications>;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/notifications", page)
        .get("/api/v1/notifications/unread_count", unread_count)
        .post("/api/v1/notifications/clear", clear)
        .get("/api/v1/notifications/{id}", show)
        .post("/api/v1/notifications/{id}/dismiss", dismiss)
}

/// Which notifications an app wants.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Which {
    types: Lenient<NotificationKind>,
    exclude_types: Lenient<NotificationKind>,
    #[serde(deserialize_with = "maybe")]
    account_id: Option<AccountId>,
    #[serde(deserialize_with = "maybe")]
    include_filtered: Option<bool>,
}

impl From<Which> for Filter {
    fn from(which: Which) -> Self {
        Self {
            types: which.types.0,
            exclude_types: which.exclude_types.0,
            account: which.account_id,
            include_filtered: which.include_filtered.unwrap_or(false),
        }
    }
}

/// Mastodon's sizes for this list: 40, at most 80.
async fn page(
    auth: Reads,
    State(state): State<AppState>,
    paging: Paging<Accounts>,
    Params(which): Params<Which>,
) -> Result<Response> {
    let ctx = &state.ctx;
    let page = notifications::page(ctx, &auth.viewer, which.into(), paging.page).await?;
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

/// Mastodon's: 100, at most 1000.
pub(super) fn most(wished: Option<i64>) -> i64 {
    wished.unwrap_or(100).clamp(1, 1_000)
}

/// Which notifications are counted, and up to what number.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Unread {
    types: Lenient<NotificationKind>,
    exclude_types: Lenient<NotificationKind>,
    #[serde(deserialize_with = "maybe")]
    account_id: Option<AccountId>,
    #[serde(deserialize_with = "maybe")]
    limit: Option<i64>,
}

/// How many are not read yet.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Count {
    /// So many.
    pub(super) count: i64,
}

async fn unread_count(
    auth: Reads,
    State(state): State<AppState>,
    Params(unread): Params<Unread>,
) -> Result<Json<Count>> {
    let most = most(unread.limit);
    let filter = Filter {
        types: unread.types.0,
        exclude_types: unread.exclude_types.0,
        account: unread.account_id,
        include_filtered: false,
    };
    let count = notifications::unread_count(&state.ctx, &auth.viewer, filter, most).await?;
    Ok(Json(Count { count }))
}
