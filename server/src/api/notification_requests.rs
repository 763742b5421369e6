//! What strangers send: the policy, in both versions, and the requests of senders who wait.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use model::{RequestId, Verdict};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use services::notifications::policy::{self, PolicyChange};
use services::notifications::requests;

use super::entities::notification_policy::{
    FirstNotificationPolicy, NotificationPolicy, NotificationRequest,
};
use super::{Routes, done};
use crate::auth::{Auth, scopes};
use crate::error::Result;
use crate::extract::{Accounts, At, Paging, Params, maybe};
use crate::state::AppState;

type Reads = Auth<scopes::ReadNotifications>;
type Writes = Auth<scopes::WriteNotifications>;
type Nothing = Json<Map<String, Value>>;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/notifications/policy", first_policy)
        .update("/api/v1/notifications/policy", change_first_policy)
        .get("/api/v2/notifications/policy", policy)
        .update("/api/v2/notifications/policy", change_policy)
        .get("/api/v1/notifications/requests", page)
        .get("/api/v1/notifications/requests/merged", merged)
        .get("/api/v1/notifications/requests/{id}", show)
        .post("/api/v1/notifications/requests/accept", accept_all)
        .post("/api/v1/notifications/requests/dismiss", dismiss_all)
        .post("/api/v1/notifications/requests/{id}/accept", accept)
        .post("/api/v1/notifications/requests/{id}/dismiss", dismiss)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PolicyForm {
    #[serde(deserialize_with = "maybe")]
    for_not_following: Option<Verdict>,
    #[serde(deserialize_with = "maybe")]
    for_not_followers: Option<Verdict>,
    #[serde(deserialize_with = "maybe")]
    for_new_accounts: Option<Verdict>,
    #[serde(deserialize_with = "maybe")]
    for_private_mentions: Option<Verdict>,
    #[serde(deserialize_with = "maybe")]
    for_limited_accounts: Option<Verdict>,
}

impl From<PolicyForm> for PolicyChange {
    fn from(form: PolicyForm) -> Self {
        Self {
            for_not_following: form.for_not_following,
            for_not_followers: form.for_not_followers,
            for_new_accounts: form.for_new_accounts,
            for_private_mentions: form.for_private_mentions,
            for_limited_accounts: form.for_limited_accounts,
        }
    }
}

/// The first version knows "filter" and "accept".
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct FirstPolicyForm {
    #[serde(deserialize_with = "maybe")]
    filter_not_following: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    filter_not_followers: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    filter_new_accounts: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    filter_private_mentions: Option<bool>,
}

impl From<FirstPolicyForm> for PolicyChange {
    fn from(form: FirstPolicyForm) -> Self {
        let verdict = |filter: Option<bool>| {
            filter.map(|filter| {
                if filter {
                    Verdict::Filter
                } else {
                    Verdict::Accept
                }
            })
        };
        Self {
            for_not_following: verdict(form.filter_not_following),
            for_not_followers: verdict(form.filter_not_followers),
            for_new_accounts: verdict(form.filter_new_accounts),
            for_private_mentions: verdict(form.filter_private_mentions),
            for_limited_accounts: None,
        }
    }
}

async fn policy(auth: Reads, State(state): State<AppState>) -> Result<Json<NotificationPolicy>> {
    let view = policy::show(&state.ctx, &auth.viewer).await?;
    Ok(Json(NotificationPolicy::from(&view)))
}

async fn change_policy(
    auth: Writes,
    State(state): State<AppState>,
    Params(form): Params<PolicyForm>,
) -> Result<Json<NotificationPolicy>> {
    let view = policy::change(&state.ctx, &auth.viewer, form.into()).await?;
    Ok(Json(NotificationPolicy::from(&view)))
}

async fn first_policy(
    auth: Reads,
    State(state): State<AppState>,
) -> Result<Json<FirstNotificationPolicy>> {
    let view = policy::show(&state.ctx, &auth.viewer).await?;
    Ok(Json(FirstNotificationPolicy::from(&view)))
}

async fn change_first_policy(
    auth: Writes,
    State(state): State<AppState>,
    Params(form): Params<FirstPolicyForm>,
) -> Result<Json<FirstNotificationPolicy>> {
    let view = policy::change(&state.ctx, &auth.viewer, form.into()).await?;
    Ok(Json(FirstNotificationPolicy::from(&view)))
}

async fn page(
    auth: Reads,
    State(state): State<AppState>,
    paging: Paging<Accounts>,
) -> Result<Response> {
    let ctx = &state.ctx;
    let page = requests::page(ctx, &auth.viewer, paging.page).await?;
    Ok(paging.listing.answer(&ctx.place, page, |view| {
        NotificationRequest::of(&ctx.place, &view)
    }))
}

async fn show(
    auth: Reads,
    State(state): State<AppState>,
    At(id): At<RequestId>,
) -> Result<Json<NotificationRequest>> {
    let view = requests::one(&state.ctx, &auth.viewer, id).await?;
    Ok(Json(NotificationRequest::of(&state.ctx.place, &view)))
}

async fn accept(
    auth: Writes,
    State(state): State<AppState>,
    At(id): At<RequestId>,
) -> Result<Nothing> {
    requests::accept(&state.ctx, &auth.viewer, vec![id]).await?;
    Ok(done())
}

async fn dismiss(
    auth: Writes,
    State(state): State<AppState>,
    At(id): At<RequestId>,
) -> Result<Nothing> {
    requests::dismiss(&state.ctx, &auth.viewer, vec![id]).await?;
    Ok(done())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Several {
    id: Vec<RequestId>,
}

async fn accept_all(
    auth: Writes,
    State(state): State<AppState>,
    Params(several): Params<Several>,
) -> Result<Nothing> {
    requests::accept(&state.ctx, &auth.viewer, several.id).await?;
    Ok(done())
}

async fn dismiss_all(
    auth: Writes,
    State(state): State<AppState>,
    Params(several): Params<Several>,
) -> Result<Nothing> {
    requests::dismiss(&state.ctx, &auth.viewer, several.id).await?;
    Ok(done())
}

#[derive(Clone, Copy, Debug, Serialize)]
struct Merged {
    merged: bool,
}

/// What is accepted is merged in the same transaction.
async fn merged(_auth: Reads) -> Json<Merged> {
    Json(Merged { merged: true })
}
