//! The `/api/v1/groups` family: found, join, leave, the queue, removal, kicks and bans.

use axum::Json;
use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use model::{AccountId, GroupKind, Role, StatusId};
use serde::Deserialize;
use serde_json::{Map, Value};
use services::groups::{self, NewGroup};
use services::views;

use super::accounts::Ids;
use super::entities::{Account, Group, GroupRelationship, Membership};
use super::{Routes, done};
use crate::auth::{Auth, MaybeAuth, scopes};
use crate::error::{Error, Result};
use crate::extract::{Accounts, At, BigParams, Lenient, Paging, Params, Upload, maybe};
use crate::state::AppState;

pub(super) fn routes() -> Routes {
    use scopes::WriteGroups;
    const POST: &[Method] = &[Method::POST];
    Routes::new()
        .get("/api/v1/groups", joined)
        .post("/api/v1/groups", create)
        .get("/api/v1/groups/relationships", relationships)
        .get("/api/v1/groups/{id}", show)
        .not_built::<Auth<WriteGroups>>(
            &[Method::PUT, Method::PATCH, Method::DELETE],
            "/api/v1/groups/{id}",
        )
        .post("/api/v1/groups/{id}/join", join)
        .post("/api/v1/groups/{id}/leave", leave)
        .get("/api/v1/groups/{id}/memberships", memberships)
        .get(
            "/api/v1/groups/{id}/membership_requests",
            membership_requests,
        )
        .post(
            "/api/v1/groups/{id}/membership_requests/{account}/authorize",
            authorize,
        )
        .post(
            "/api/v1/groups/{id}/membership_requests/{account}/reject",
            reject,
        )
        .delete("/api/v1/groups/{id}/statuses/{status}", remove_status)
        .post("/api/v1/groups/{id}/kick", kick)
        .get("/api/v1/groups/{id}/blocks", blocks)
        .post("/api/v1/groups/{id}/blocks", block)
        .delete("/api/v1/groups/{id}/blocks", unblock)
        .not_built::<Auth<WriteGroups>>(POST, "/api/v1/groups/{id}/promote")
        .not_built::<Auth<WriteGroups>>(POST, "/api/v1/groups/{id}/demote")
}

async fn joined(
    auth: Auth<scopes::ReadGroups>,
    State(state): State<AppState>,
) -> Result<Json<Vec<Group>>> {
    let found = groups::joined(&state.ctx, &auth.viewer).await?;
    Ok(Json(
        found
            .iter()
            .map(|view| Group::of(&state.ctx.place, view))
            .collect(),
    ))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct GroupForm {
    /// The name in the handle; made from the title where it is left out.
    name: String,
    display_name: String,
    note: String,
    #[serde(deserialize_with = "maybe")]
    kind: Option<GroupKind>,
    /// Of the older form of this API: one joins by approval.
    #[serde(deserialize_with = "maybe")]
    locked: Option<bool>,
    avatar: Option<Upload>,
    header: Option<Upload>,
}

async fn create(
    auth: Auth<scopes::WriteGroups>,
    State(state): State<AppState>,
    BigParams(form): BigParams<GroupForm>,
) -> Result<Json<Group>> {
    let approved = form
        .locked
        .filter(|locked| *locked)
        .map(|_locked| GroupKind::Approved);
    let new = NewGroup {
        name: form.name,
        title: form.display_name,
        note: form.note,
        kind: form.kind.or(approved),
        avatar: form.avatar.map(|upload| upload.0),
        header: form.header.map(|upload| upload.0),
    };
    let view = groups::create(&state.ctx, &auth.viewer, new).await?;
    Ok(Json(Group::of(&state.ctx.place, &view)))
}

async fn relationships(
    auth: Auth<scopes::ReadGroups>,
    State(state): State<AppState>,
    Params(ids): Params<Ids<AccountId>>,
) -> Result<Json<Vec<GroupRelationship>>> {
    let found = views::group::load(&state.ctx, Some(auth.viewer.id()), ids.id.0).await?;
    Ok(Json(found.iter().map(GroupRelationship::from).collect()))
}

async fn show(
    auth: MaybeAuth<scopes::ReadGroups>,
    State(state): State<AppState>,
    At(id): At<AccountId>,
) -> Result<Json<Group>> {
    let view = groups::show(&state.ctx, auth.viewer(), id).await?;
    Ok(Json(Group::of(&state.ctx.place, &view)))
}

async fn join(
    auth: Auth<scopes::WriteGroups>,
    State(state): State<AppState>,
    At(id): At<AccountId>,
) -> Result<Json<GroupRelationship>> {
    let view = groups::join(&state.ctx, &auth.viewer, id).await?;
    Ok(Json(GroupRelationship::from(&view)))
}

async fn leave(
    auth: Auth<scopes::WriteGroups>,
    State(state): State<AppState>,
    At(id): At<AccountId>,
) -> Result<Json<GroupRelationship>> {
    let view = groups::leave(&state.ctx, &auth.viewer, id).await?;
    Ok(Json(GroupRelationship::from(&view)))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WhichMembers {
    #[serde(deserialize_with = "maybe")]
    role: Option<String>,
}

/// A role in the words of either dialect of this API, or in ours.
fn role(word: &str) -> Result<Role> {
    match word {
        "owner" => Ok(Role::Owner),
        "admin" | "moderator" => Ok(Role::Moderator),
        "user" | "member" => Ok(Role::Member),
        _ => Err(Error::Unprocessable(
            "Validation failed: Role is not included in the list".to_owned(),
        )),
    }
}

async fn memberships(
    auth: MaybeAuth<scopes::ReadGroups>,
    State(state): State<AppState>,
    At(id): At<AccountId>,
    paging: Paging<Accounts>,
    Params(which): Params<WhichMembers>,
) -> Result<Response> {
    let ctx = &state.ctx;
    let role = which.role.as_deref().map(role).transpose()?;
    let page = groups::memberships(ctx, auth.viewer(), id, role, paging.page).await?;
    Ok(paging
        .listing
        .answer(&ctx.place, page, |view| Membership::of(&ctx.place, &view)))
}

async fn membership_requests(
    auth: Auth<scopes::ReadGroups>,
    State(state): State<AppState>,
    At(id): At<AccountId>,
    paging: Paging<Accounts>,
) -> Result<Response> {
    let ctx = &state.ctx;
    let page = groups::membership_requests(ctx, &auth.viewer, id, paging.page).await?;
    Ok(paging
        .listing
        .answer(&ctx.place, page, |view| Account::of(&ctx.place, &view)))
}

async fn authorize(
    auth: Auth<scopes::WriteGroups>,
    State(state): State<AppState>,
    At((group, who)): At<(AccountId, AccountId)>,
) -> Result<Json<Map<String, Value>>> {
    groups::authorize(&state.ctx, &auth.viewer, group, who).await?;
    Ok(done())
}

async fn reject(
    auth: Auth<scopes::WriteGroups>,
    State(state): State<AppState>,
    At((group, who)): At<(AccountId, AccountId)>,
) -> Result<Json<Map<String, Value>>> {
    groups::reject(&state.ctx, &auth.viewer, group, who).await?;
    Ok(done())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Why {
    reason: String,
}

async fn remove_status(
    auth: Auth<scopes::WriteGroups>,
    State(state): State<AppState>,
    At((group, status)): At<(AccountId, StatusId)>,
    Params(why): Params<Why>,
) -> Result<Json<Map<String, Value>>> {
    groups::remove_status(&state.ctx, &auth.viewer, group, status, &why.reason).await?;
    Ok(done())
}

async fn blocks(
    auth: Auth<scopes::ReadGroups>,
    State(state): State<AppState>,
    At(id): At<AccountId>,
    paging: Paging<Accounts>,
) -> Result<Response> {
    let ctx = &state.ctx;
    let page = groups::bans(ctx, &auth.viewer, id, paging.page).await?;
    Ok(paging
        .listing
        .answer(&ctx.place, page, |view| Account::of(&ctx.place, &view)))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Whom {
    account_ids: Lenient<AccountId>,
    reason: String,
}

async fn block(
    auth: Auth<scopes::WriteGroups>,
    State(state): State<AppState>,
    At(group): At<AccountId>,
    Params(whom): Params<Whom>,
) -> Result<Json<Map<String, Value>>> {
    for who in whom.account_ids.0 {
        groups::ban(&state.ctx, &auth.viewer, group, who, &whom.reason).await?;
    }
    Ok(done())
}

async fn unblock(
    auth: Auth<scopes::WriteGroups>,
    State(state): State<AppState>,
    At(group): At<AccountId>,
    Params(whom): Params<Whom>,
) -> Result<Json<Map<String, Value>>> {
    for who in whom.account_ids.0 {
        groups::unban(&state.ctx, &auth.viewer, group, who).await?;
    }
    Ok(done())
}

async fn kick(
    auth: Auth<scopes::WriteGroups>,
    State(state): State<AppState>,
    At(group): At<AccountId>,
    Params(whom): Params<Whom>,
) -> Result<Json<Map<String, Value>>> {
    for who in whom.account_ids.0 {
        groups::kick(&state.ctx, &auth.viewer, group, who).await?;
    }
    Ok(done())
}
