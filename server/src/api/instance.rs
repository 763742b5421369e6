//! The place: who we are, what we offer.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};
use services::{accounts, sign_up};

use super::entities::instance::{Instance, InstanceV1};
use super::{Routes, empty_list};
use crate::auth::{MaybeAuth, Public, scopes};
use crate::error::Result;
use crate::state::AppState;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/instance", version_1)
        .get("/api/v2/instance", version_2)
        .empty("/api/v1/instance/rules", empty_list::<Public>)
        .empty("/api/v1/instance/peers", empty_list::<Public>)
        .empty("/api/v1/instance/activity", empty_list::<Public>)
        .empty(
            "/api/v1/instance/domain_blocks",
            empty_list::<MaybeAuth<scopes::AnyToken>>,
        )
        .get("/api/v1/instance/languages", languages)
        .get(
            "/api/v1/instance/extended_description",
            extended_description,
        )
        .empty("/api/v1/instance/privacy_policy", no_text)
        .empty("/api/v1/instance/terms_of_service", super::absent::<Public>)
}

async fn version_1(_anyone: Public, State(state): State<AppState>) -> Result<Json<InstanceV1>> {
    let totals = accounts::statistics(&state.ctx).await?;
    let door = sign_up::door(&state.ctx);
    let place = InstanceV1::of(&state.ctx.place, &state.ctx.settings(), door, totals);
    Ok(Json(place.with_media(&state.ctx.media)))
}

async fn version_2(_anyone: Public, State(state): State<AppState>) -> Result<Json<Instance>> {
    let totals = accounts::statistics(&state.ctx).await?;
    let key = services::push::public_key(&state.ctx).await?;
    let door = sign_up::door(&state.ctx);
    let instance = Instance::of(&state.ctx.place, &state.ctx.settings(), door, totals);
    Ok(Json(
        instance.with_push_key(&key).with_media(&state.ctx.media),
    ))
}

async fn languages(_anyone: Public) -> Json<Value> {
    Json(json!([
        {"code": "id", "name": "Bahasa Indonesia"},
        {"code": "en", "name": "English"},
    ]))
}

async fn extended_description(_anyone: Public, State(state): State<AppState>) -> Json<Value> {
    let text = state.ctx.settings().description.clone();
    let escaped = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let content = if escaped.is_empty() {
        escaped
    } else {
        format!("<p>{escaped}</p>")
    };
    Json(json!({"updated_at": state.ctx.now().iso(), "content": content}))
}

async fn no_text(_anyone: Public, State(state): State<AppState>) -> Json<Value> {
    Json(json!({"updated_at": state.ctx.now().iso(), "content": ""}))
}
