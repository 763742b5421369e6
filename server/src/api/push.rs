//! The subscription of an app to Web Push: one a token.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use model::push::Policy;
use model::{NotificationKind, Secret};
use serde::Deserialize;
use serde_json::{Map, Value};
use services::push::{self, NewSubscription};

use super::entities::push_subscription::{ALERTS, PushSubscription};
use super::{Routes, done};
use crate::auth::{Auth, Word, scopes};
use crate::error::{Error, Result};
use crate::extract::{Params, maybe};
use crate::state::AppState;

type Caller = Auth<scopes::Push>;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/push/subscription", show)
        .post("/api/v1/push/subscription", subscribe)
        .update("/api/v1/push/subscription", change)
        .delete("/api/v1/push/subscription", unsubscribe)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wish {
    subscription: Subscription,
    data: Data,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Subscription {
    endpoint: String,
    keys: AppKeys,
    #[serde(deserialize_with = "maybe")]
    standard: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct AppKeys {
    p256dh: String,
    auth: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Data {
    alerts: Option<BTreeMap<String, bool>>,
    policy: Option<String>,
}

impl Data {
    /// The kinds that are asked for; nothing where none are named at all. Unknown ones are not told.
    fn alerts(&self) -> Option<Vec<NotificationKind>> {
        let asked = self.alerts.as_ref()?;
        let wanted = |kind: &NotificationKind| asked.get(kind.as_str()).copied().unwrap_or(false);
        Some(ALERTS.iter().copied().filter(wanted).collect())
    }

    fn policy(&self) -> Result<Option<Policy>> {
        let word = self.policy.as_deref().filter(|word| !word.is_empty());
        word.map(str::parse).transpose().map_err(|_error| {
            Error::Unprocessable("Validation failed: Policy is not included in the list".to_owned())
        })
    }
}

async fn show(auth: Caller, State(state): State<AppState>) -> Result<Json<PushSubscription>> {
    Ok(Json(push::show(&state.ctx, auth.token).await?.into()))
}

async fn subscribe(
    auth: Caller,
    State(state): State<AppState>,
    Word(word): Word,
    Params(wish): Params<Wish>,
) -> Result<Json<PushSubscription>> {
    let new = NewSubscription {
        alerts: wish.data.alerts().unwrap_or_default(),
        policy: wish.data.policy()?,
        endpoint: wish.subscription.endpoint,
        p256dh: wish.subscription.keys.p256dh,
        auth: Secret(wish.subscription.keys.auth),
        standard: wish.subscription.standard.unwrap_or(false),
    };
    let made = push::subscribe(&state.ctx, &auth.viewer, auth.token, &word, new).await?;
    Ok(Json(made.into()))
}

async fn change(
    auth: Caller,
    State(state): State<AppState>,
    Params(wish): Params<Wish>,
) -> Result<Json<PushSubscription>> {
    let policy = wish.data.policy()?;
    let changed = push::change(&state.ctx, auth.token, wish.data.alerts(), policy).await?;
    Ok(Json(changed.into()))
}

async fn unsubscribe(
    auth: Caller,
    State(state): State<AppState>,
) -> Result<Json<Map<String, Value>>> {
    push::unsubscribe(&state.ctx, auth.token).await?;
    Ok(done())
}
