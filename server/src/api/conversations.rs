//! Conversations of direct statuses.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use model::ConversationId;
use serde_json::{Map, Value};
use services::conversations;

use super::entities::various::Conversation;
use super::{Routes, done};
use crate::auth::{Auth, scopes};
use crate::error::Result;
use crate::extract::{At, Paging, Statuses};
use crate::state::AppState;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/conversations", page)
        .delete("/api/v1/conversations/{id}", remove)
        .post("/api/v1/conversations/{id}/read", read)
        .post("/api/v1/conversations/{id}/unread", unread)
}

async fn page(
    auth: Auth<scopes::ReadStatuses>,
    State(state): State<AppState>,
    paging: Paging<Statuses>,
) -> Result<Response> {
    let ctx = &state.ctx;
    let page = conversations::page(ctx, &auth.viewer, paging.page).await?;
    Ok(paging
        .listing
        .answer(&ctx.place, page, |view| Conversation::of(&ctx.place, &view)))
}

async fn read(
    auth: Auth<scopes::WriteConversations>,
    State(state): State<AppState>,
    At(id): At<ConversationId>,
) -> Result<Json<Conversation>> {
    let view = conversations::mark(&state.ctx, &auth.viewer, id, false).await?;
    Ok(Json(Conversation::of(&state.ctx.place, &view)))
}

async fn unread(
    auth: Auth<scopes::WriteConversations>,
    State(state): State<AppState>,
    At(id): At<ConversationId>,
) -> Result<Json<Conversation>> {
    let view = conversations::mark(&state.ctx, &auth.viewer, id, true).await?;
    Ok(Json(Conversation::of(&state.ctx.place, &view)))
}

async fn remove(
    auth: Auth<scopes::WriteConversations>,
    State(state): State<AppState>,
    At(id): At<ConversationId>,
) -> Result<Json<Map<String, Value>>> {
    conversations::remove(&state.ctx, &auth.viewer, id).await?;
    Ok(done())
}
