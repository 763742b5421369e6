//! Lists: those that a person made, and the one that each joined group is.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use model::{AccountId, ListId};
use serde::Deserialize;
use serde_json::{Map, Value};
use services::lists::{self, ListChange, RepliesPolicy};

use super::entities::Account;
use super::entities::various::List;
use super::{Routes, done};
use crate::auth::{Auth, scopes};
use crate::error::{Error, Result};
use crate::extract::{Accounts, At, Lenient, Paging, Params, maybe};
use crate::state::AppState;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/lists", all)
        .post("/api/v1/lists", create)
        .get("/api/v1/lists/{id}", show)
        .update("/api/v1/lists/{id}", update)
        .delete("/api/v1/lists/{id}", delete)
        .get("/api/v1/lists/{id}/accounts", accounts)
        .post("/api/v1/lists/{id}/accounts", add)
        .delete("/api/v1/lists/{id}/accounts", remove)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ListForm {
    title: Option<String>,
    #[serde(deserialize_with = "maybe")]
    replies_policy: Option<String>,
    #[serde(deserialize_with = "maybe")]
    exclusive: Option<bool>,
}

impl ListForm {
    fn into_change(self) -> Result<ListChange> {
        let replies_policy = match self.replies_policy.as_deref() {
            None => None,
            Some("followed") => Some(RepliesPolicy::Followed),
            Some("list") => Some(RepliesPolicy::List),
            Some("none") => Some(RepliesPolicy::None),
            Some(_unknown) => {
                return Err(Error::Unprocessable(
                    "Validation failed: Replies policy is not included in the list".to_owned(),
                ));
            }
        };
        Ok(ListChange {
            title: self.title,
            replies_policy,
            exclusive: self.exclusive,
        })
    }
}

async fn all(
    auth: Auth<scopes::ReadLists>,
    State(state): State<AppState>,
) -> Result<Json<Vec<List>>> {
    let found = lists::all(&state.ctx, &auth.viewer).await?;
    Ok(Json(found.into_iter().map(List::from).collect()))
}

async fn show(
    auth: Auth<scopes::ReadLists>,
    State(state): State<AppState>,
    At(id): At<ListId>,
) -> Result<Json<List>> {
    Ok(Json(
        lists::one(&state.ctx, &auth.viewer, id.0).await?.into(),
    ))
}

async fn create(
    auth: Auth<scopes::WriteLists>,
    State(state): State<AppState>,
    Params(form): Params<ListForm>,
) -> Result<Json<List>> {
    let made = lists::create(&state.ctx, &auth.viewer, form.into_change()?).await?;
    Ok(Json(made.into()))
}

async fn update(
    auth: Auth<scopes::WriteLists>,
    State(state): State<AppState>,
    At(id): At<ListId>,
    Params(form): Params<ListForm>,
) -> Result<Json<List>> {
    let changed = lists::update(&state.ctx, &auth.viewer, id.0, form.into_change()?).await?;
    Ok(Json(changed.into()))
}

async fn delete(
    auth: Auth<scopes::WriteLists>,
    State(state): State<AppState>,
    At(id): At<ListId>,
) -> Result<Json<Map<String, Value>>> {
    lists::delete(&state.ctx, &auth.viewer, id.0).await?;
    Ok(done())
}

async fn accounts(
    auth: Auth<scopes::ReadLists>,
    State(state): State<AppState>,
    At(id): At<ListId>,
    paging: Paging<Accounts>,
) -> Result<Response> {
    let ctx = &state.ctx;
    let page = lists::accounts(ctx, &auth.viewer, id.0, paging.page).await?;
    Ok(paging
        .listing
        .answer(&ctx.place, page, |view| Account::of(&ctx.place, &view)))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Members {
    account_ids: Lenient<AccountId>,
}

async fn add(
    auth: Auth<scopes::WriteLists>,
    State(state): State<AppState>,
    At(id): At<ListId>,
    Params(members): Params<Members>,
) -> Result<Json<Map<String, Value>>> {
    lists::add(&state.ctx, &auth.viewer, id.0, members.account_ids.0).await?;
    Ok(done())
}

async fn remove(
    auth: Auth<scopes::WriteLists>,
    State(state): State<AppState>,
    At(id): At<ListId>,
    Params(members): Params<Members>,
) -> Result<Json<Map<String, Value>>> {
    lists::remove(&state.ctx, &auth.viewer, id.0, members.account_ids.0).await?;
    Ok(done())
}
