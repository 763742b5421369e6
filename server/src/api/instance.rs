//! The place: who we are, what we offer.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};
use services::{accounts, sign_up};

use super::Routes;
use super::about::printed_rules;
use super::entities::account::Account;
use super::entities::instance::{Instance, InstanceV1};
use crate::auth::Public;
use crate::error::Result;
use crate::state::AppState;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/instance", version_1)
        .get("/api/v2/instance", version_2)
        .get("/api/v1/instance/languages", languages)
}

async fn version_1(_anyone: Public, State(state): State<AppState>) -> Result<Json<InstanceV1>> {
    let totals = accounts::statistics(&state.ctx).await?;
    let door = sign_up::door(&state.ctx);
    let contact = accounts::contact(&state.ctx).await?;
    let place = InstanceV1::of(&state.ctx.place, &state.ctx.settings(), door, totals)
        .with_contact(contact.map(|who| Account::of(&state.ctx.place, &who)))
        .with_rules(printed_rules(&state.ctx));
    Ok(Json(place.with_media(&state.ctx.media)))
}

async fn version_2(_anyone: Public, State(state): State<AppState>) -> Result<Json<Instance>> {
    let totals = accounts::statistics(&state.ctx).await?;
    let key = services::push::public_key(&state.ctx).await?;
    let door = sign_up::door(&state.ctx);
    let contact = accounts::contact(&state.ctx).await?;
    let instance = Instance::of(&state.ctx.place, &state.ctx.settings(), door, totals)
        .with_contact(contact.map(|who| Account::of(&state.ctx.place, &who)))
        .with_rules(printed_rules(&state.ctx));
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
