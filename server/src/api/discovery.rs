//! Whom one may discover: the directory, suggestions in both versions, familiar followers.

use axum::Json;
use axum::extract::State;
use model::AccountId;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use services::discovery::{self, Order, Source};

use super::accounts::Ids;
use super::entities::Account;
use super::{Routes, done};
use crate::auth::{Auth, MaybeAuth, scopes};
use crate::error::Result;
use crate::extract::{At, Params, maybe};
use crate::state::AppState;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/directory", directory)
        .get("/api/v1/suggestions", suggestions_v1)
        .get("/api/v2/suggestions", suggestions_v2)
        .delete("/api/v1/suggestions/{id}", dismiss)
        .get("/api/v1/accounts/familiar_followers", familiar)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wish {
    #[serde(deserialize_with = "maybe")]
    limit: Option<i64>,
    #[serde(deserialize_with = "maybe")]
    offset: Option<i64>,
    order: String,
    #[serde(deserialize_with = "maybe")]
    local: Option<bool>,
}

impl Wish {
    fn limit(&self) -> i64 {
        self.limit.unwrap_or(40).clamp(1, 80)
    }

    fn offset(&self) -> i64 {
        self.offset.unwrap_or_default().clamp(0, 10_000)
    }
}

async fn directory(
    auth: MaybeAuth<scopes::AnyToken>,
    State(state): State<AppState>,
    Params(wish): Params<Wish>,
) -> Result<Json<Vec<Account>>> {
    let order = match wish.order.as_str() {
        "new" => Order::New,
        _ => Order::Active,
    };
    let (limit, offset) = (wish.limit(), wish.offset());
    let local = wish.local.unwrap_or_default();
    let ctx = &state.ctx;
    let found = discovery::directory(ctx, auth.viewer(), order, local, limit, offset).await?;
    Ok(Json(
        found
            .iter()
            .map(|view| Account::of(&ctx.place, view))
            .collect(),
    ))
}

async fn suggestions_v1(
    auth: Auth<scopes::Read>,
    State(state): State<AppState>,
    Params(wish): Params<Wish>,
) -> Result<Json<Vec<Account>>> {
    let ctx = &state.ctx;
    let found = discovery::suggestions(ctx, &auth.viewer, wish.limit(), wish.offset()).await?;
    Ok(Json(
        found
            .iter()
            .map(|one| Account::of(&ctx.place, &one.account))
            .collect(),
    ))
}

/// <https://docs.joinmastodon.org/entities/Suggestion/>
#[derive(Debug, Serialize)]
struct Suggestion {
    /// The word of Mastodon 4.2 and before.
    source: &'static str,
    sources: Vec<&'static str>,
    account: Account,
}

async fn suggestions_v2(
    auth: Auth<scopes::Read>,
    State(state): State<AppState>,
    Params(wish): Params<Wish>,
) -> Result<Json<Vec<Suggestion>>> {
    let ctx = &state.ctx;
    let found = discovery::suggestions(ctx, &auth.viewer, wish.limit(), wish.offset()).await?;
    let print = |one: discovery::Suggestion| Suggestion {
        source: match one.sources.first() {
            Some(Source::Featured) | None => "staff",
            Some(Source::FriendsOfFriends) => "past_interactions",
            Some(Source::MostFollowed) => "global",
        },
        sources: one
            .sources
            .iter()
            .map(|source| match source {
                Source::Featured => "featured",
                Source::FriendsOfFriends => "friends_of_friends",
                Source::MostFollowed => "most_followed",
            })
            .collect(),
        account: Account::of(&ctx.place, &one.account),
    };
    Ok(Json(found.into_iter().map(print).collect()))
}

async fn dismiss(
    auth: Auth<scopes::Read>,
    State(state): State<AppState>,
    At(id): At<AccountId>,
) -> Result<Json<Map<String, Value>>> {
    discovery::dismiss(&state.ctx, &auth.viewer, id).await?;
    Ok(done())
}

/// <https://docs.joinmastodon.org/entities/FamiliarFollowers/>
#[derive(Debug, Serialize)]
struct FamiliarFollowers {
    id: AccountId,
    accounts: Vec<Account>,
}

async fn familiar(
    auth: Auth<scopes::ReadFollows>,
    State(state): State<AppState>,
    Params(ids): Params<Ids<AccountId>>,
) -> Result<Json<Vec<FamiliarFollowers>>> {
    let ctx = &state.ctx;
    let found = discovery::familiar(ctx, &auth.viewer, ids.id.0).await?;
    let print =
        |(id, accounts): (AccountId, Vec<services::views::AccountView>)| FamiliarFollowers {
            id,
            accounts: accounts
                .iter()
                .map(|view| Account::of(&ctx.place, view))
                .collect(),
        };
    Ok(Json(found.into_iter().map(print).collect()))
}
