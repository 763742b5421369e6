//! Accounts: found, shown, with what they posted and whom they know. One's own profile is `profile`.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use model::{AccountId, Handle};
use serde::Deserialize;
use services::accounts;
use services::timelines::{self, AccountFilter};
use services::views;
use services::{lists, search};

use super::Routes;
use super::entities::various::List;
use super::entities::{Account, Status};
use super::relationships::within;
use crate::auth::{Auth, MaybeAuth, scopes};
use crate::client::Client;
use crate::error::{Error, Result};
use crate::extract::{Accounts, At, Lenient, Paging, Params, Statuses, maybe};
use crate::state::AppState;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/accounts", many)
        .get("/api/v1/accounts/lookup", lookup)
        .get("/api/v1/accounts/search", find)
        .get("/api/v1/accounts/{id}", show)
        .get("/api/v1/accounts/{id}/statuses", statuses)
        .get("/api/v1/accounts/{id}/followers", followers)
        .get("/api/v1/accounts/{id}/following", following)
        .get("/api/v1/accounts/{id}/lists", in_lists)
        .empty("/api/v1/accounts/{id}/identity_proofs", proofs)
}

/// What Mastodon had before links were verified: nobody has any.
async fn proofs(_auth: MaybeAuth<scopes::ReadAccounts>, At(_id): At<AccountId>) -> Json<[(); 0]> {
    Json([])
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Ids<T: std::str::FromStr> {
    #[serde(bound(deserialize = ""))]
    pub(super) id: Lenient<T>,
}

async fn many(
    _auth: MaybeAuth<scopes::ReadAccounts>,
    State(state): State<AppState>,
    Params(ids): Params<Ids<AccountId>>,
) -> Result<Json<Vec<Account>>> {
    let found = views::account::load(&state.ctx, within(ids.id.0)?).await?;
    Ok(Json(
        found
            .iter()
            .map(|view| Account::of(&state.ctx.place, view))
            .collect(),
    ))
}

async fn show(
    auth: MaybeAuth<scopes::ReadAccounts>,
    State(state): State<AppState>,
    At(id): At<AccountId>,
) -> Result<Json<Account>> {
    let view = accounts::show(&state.ctx, auth.viewer(), id).await?;
    Ok(Json(Account::of(&state.ctx.place, &view)))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Lookup {
    acct: String,
}

async fn lookup(
    _auth: MaybeAuth<scopes::ReadAccounts>,
    State(state): State<AppState>,
    Params(wish): Params<Lookup>,
) -> Result<Json<Account>> {
    let handle: Handle = wish
        .acct
        .trim()
        .parse()
        .map_err(|_no_handle| Error::NotFound)?;
    let view = accounts::lookup(&state.ctx, &handle).await?;
    Ok(Json(Account::of(&state.ctx.place, &view)))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Find {
    q: String,
    #[serde(deserialize_with = "maybe")]
    limit: Option<i64>,
    #[serde(deserialize_with = "maybe")]
    offset: Option<i64>,
    #[serde(deserialize_with = "maybe")]
    resolve: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    following: Option<bool>,
}

async fn find(
    auth: Auth<scopes::ReadAccounts>,
    from: Client,
    State(state): State<AppState>,
    Params(wish): Params<Find>,
) -> Result<Json<Vec<Account>>> {
    let resolve = wish.resolve.unwrap_or_default();
    if resolve {
        from.count_resolve(&auth.viewer)?;
    }
    let query = search::Query {
        text: wish.q,
        accounts: true,
        statuses: false,
        hashtags: false,
        resolve,
        following: wish.following.unwrap_or_default(),
        limit: wish.limit.unwrap_or(40).clamp(1, 40),
        offset: wish.offset.unwrap_or_default().clamp(0, 10_000),
        ..search::Query::default()
    };
    let found = search::search(&state.ctx, Some(&auth.viewer), query).await?;
    Ok(Json(
        found
            .accounts
            .iter()
            .map(|view| Account::of(&state.ctx.place, view))
            .collect(),
    ))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Which {
    #[serde(deserialize_with = "maybe")]
    only_media: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    exclude_replies: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    exclude_reblogs: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    pinned: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    tagged: Option<String>,
}

async fn statuses(
    auth: MaybeAuth<scopes::ReadStatuses>,
    State(state): State<AppState>,
    At(id): At<AccountId>,
    paging: Paging<Statuses>,
    Params(which): Params<Which>,
) -> Result<Response> {
    let ctx = &state.ctx;
    let filter = AccountFilter {
        only_media: which.only_media.unwrap_or_default(),
        exclude_replies: which.exclude_replies.unwrap_or_default(),
        exclude_reblogs: which.exclude_reblogs.unwrap_or_default(),
        pinned: which.pinned.unwrap_or_default(),
        tagged: which.tagged,
    };
    let page = timelines::account(ctx, auth.viewer(), id, filter, paging.page).await?;
    Ok(paging
        .listing
        .answer(&ctx.place, page, |view| Status::of(&ctx.place, &view)))
}

async fn followers(
    auth: MaybeAuth<scopes::ReadAccounts>,
    State(state): State<AppState>,
    At(id): At<AccountId>,
    paging: Paging<Accounts>,
) -> Result<Response> {
    let ctx = &state.ctx;
    let page = accounts::followers(ctx, auth.viewer(), id, paging.page).await?;
    Ok(paging
        .listing
        .answer(&ctx.place, page, |view| Account::of(&ctx.place, &view)))
}

async fn following(
    auth: MaybeAuth<scopes::ReadAccounts>,
    State(state): State<AppState>,
    At(id): At<AccountId>,
    paging: Paging<Accounts>,
) -> Result<Response> {
    let ctx = &state.ctx;
    let page = accounts::following(ctx, auth.viewer(), id, paging.page).await?;
    Ok(paging
        .listing
        .answer(&ctx.place, page, |view| Account::of(&ctx.place, &view)))
}

async fn in_lists(
    auth: Auth<scopes::ReadLists>,
    State(state): State<AppState>,
    At(id): At<AccountId>,
) -> Result<Json<Vec<List>>> {
    let found = lists::containing(&state.ctx, &auth.viewer, id).await?;
    Ok(Json(found.into_iter().map(List::from).collect()))
}
