//! Collections: accounts that a member recommends together (Mastodon 4.6).

use axum::Json;
use axum::extract::State;
use model::{AccountId, CollectionId, CollectionItemId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use services::featured_collections::{self as collections, CollectionChange};

use super::entities::{Account, Collection, CollectionItem};
use super::{Routes, done};
use crate::auth::{Auth, MaybeAuth, scopes};
use crate::error::{Error, Result};
use crate::extract::{At, Lenient, Params, maybe};
use crate::state::AppState;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/collections", own)
        .post("/api/v1/collections", create)
        .get("/api/v1/collections/{id}", show)
        .update("/api/v1/collections/{id}", update)
        .delete("/api/v1/collections/{id}", delete)
        .post("/api/v1/collections/{id}/items", add)
        .delete("/api/v1/collections/{id}/items/{item}", remove)
        .post("/api/v1/collections/{id}/items/{item}/revoke", revoke)
        .get("/api/v1/accounts/{id}/collections", of_account)
        .get("/api/v1/accounts/{id}/in_collections", holding)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct CollectionForm {
    name: Option<String>,
    description: Option<String>,
    /// Empty: forget it.
    language: Option<String>,
    tag_name: Option<String>,
    #[serde(deserialize_with = "maybe")]
    sensitive: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    discoverable: Option<bool>,
    account_ids: Lenient<AccountId>,
}

impl CollectionForm {
    fn into_change(self) -> CollectionChange {
        CollectionChange {
            name: self.name,
            description: self.description,
            language: self
                .language
                .map(|language| (!language.is_empty()).then_some(language)),
            tag: self.tag_name,
            sensitive: self.sensitive,
            discoverable: self.discoverable,
        }
    }
}

/// One collection is answered under its name.
#[derive(Debug, Serialize)]
struct Wrapped {
    collection: Collection,
}

async fn create(
    auth: Auth<scopes::WriteCollections>,
    State(state): State<AppState>,
    Params(mut form): Params<CollectionForm>,
) -> Result<Json<Wrapped>> {
    let accounts = std::mem::take(&mut form.account_ids.0);
    let made = collections::create(&state.ctx, &auth.viewer, form.into_change(), accounts).await?;
    Ok(Json(Wrapped {
        collection: Collection::of(&state.ctx.place, &made),
    }))
}

async fn update(
    auth: Auth<scopes::WriteCollections>,
    State(state): State<AppState>,
    At(id): At<CollectionId>,
    Params(form): Params<CollectionForm>,
) -> Result<Json<Wrapped>> {
    let changed = collections::update(&state.ctx, &auth.viewer, id, form.into_change()).await?;
    Ok(Json(Wrapped {
        collection: Collection::of(&state.ctx.place, &changed),
    }))
}

async fn delete(
    auth: Auth<scopes::WriteCollections>,
    State(state): State<AppState>,
    At(id): At<CollectionId>,
) -> Result<Json<Map<String, Value>>> {
    collections::delete(&state.ctx, &auth.viewer, id).await?;
    Ok(done())
}

/// <https://docs.joinmastodon.org/entities/CollectionWithAccounts/>
#[derive(Debug, Serialize)]
struct CollectionWithAccounts {
    collection: Collection,
    accounts: Vec<Account>,
}

async fn show(
    auth: MaybeAuth<scopes::ReadCollections>,
    State(state): State<AppState>,
    At(id): At<CollectionId>,
) -> Result<Json<CollectionWithAccounts>> {
    let place = &state.ctx.place;
    let (view, accounts) = collections::show(&state.ctx, auth.viewer(), id).await?;
    Ok(Json(CollectionWithAccounts {
        collection: Collection::of(place, &view),
        accounts: accounts
            .iter()
            .map(|view| Account::of(place, view))
            .collect(),
    }))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Range {
    #[serde(deserialize_with = "maybe")]
    limit: Option<i64>,
    #[serde(deserialize_with = "maybe")]
    offset: Option<i64>,
}

impl Range {
    fn bounds(&self) -> (i64, i64) {
        (
            self.limit.unwrap_or(40).clamp(1, 80),
            self.offset.unwrap_or_default().clamp(0, 10_000),
        )
    }
}

/// Several collections.
#[derive(Debug, Serialize)]
struct Collections {
    collections: Vec<Collection>,
}

impl Collections {
    fn of(place: &services::Place, views: &[collections::CollectionView]) -> Json<Self> {
        Json(Self {
            collections: views.iter().map(|it| Collection::of(place, it)).collect(),
        })
    }
}

async fn own(
    auth: Auth<scopes::ReadCollections>,
    State(state): State<AppState>,
    Params(range): Params<Range>,
) -> Result<Json<Collections>> {
    let (limit, offset) = range.bounds();
    let me = auth.viewer.id();
    let found = collections::of(&state.ctx, Some(&auth.viewer), me, limit, offset).await?;
    Ok(Collections::of(&state.ctx.place, &found))
}

async fn of_account(
    auth: MaybeAuth<scopes::ReadCollections>,
    State(state): State<AppState>,
    At(id): At<AccountId>,
    Params(range): Params<Range>,
) -> Result<Json<Collections>> {
    let (limit, offset) = range.bounds();
    let found = collections::of(&state.ctx, auth.viewer(), id, limit, offset).await?;
    Ok(Collections::of(&state.ctx.place, &found))
}

async fn holding(
    auth: Auth<scopes::ReadCollections>,
    State(state): State<AppState>,
    At(id): At<AccountId>,
    Params(range): Params<Range>,
) -> Result<Json<Collections>> {
    let (limit, offset) = range.bounds();
    let found = collections::holding(&state.ctx, &auth.viewer, id, limit, offset).await?;
    Ok(Collections::of(&state.ctx.place, &found))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Whom {
    #[serde(deserialize_with = "maybe")]
    account_id: Option<AccountId>,
}

/// One account of a collection is answered under its name.
#[derive(Debug, Serialize)]
struct WrappedItem {
    collection_item: CollectionItem,
}

async fn add(
    auth: Auth<scopes::WriteCollections>,
    State(state): State<AppState>,
    At(id): At<CollectionId>,
    Params(whom): Params<Whom>,
) -> Result<Json<WrappedItem>> {
    let account = whom.account_id.ok_or(Error::NotFound)?;
    let item = collections::add(&state.ctx, &auth.viewer, id, account).await?;
    Ok(Json(WrappedItem {
        collection_item: CollectionItem::from(&item),
    }))
}

type ItemAt = At<(CollectionId, CollectionItemId)>;

async fn remove(
    auth: Auth<scopes::WriteCollections>,
    State(state): State<AppState>,
    At((id, item)): ItemAt,
) -> Result<Json<Map<String, Value>>> {
    collections::remove(&state.ctx, &auth.viewer, id, item).await?;
    Ok(done())
}

async fn revoke(
    auth: Auth<scopes::WriteCollections>,
    State(state): State<AppState>,
    At((id, item)): ItemAt,
) -> Result<Json<Map<String, Value>>> {
    collections::revoke(&state.ctx, &auth.viewer, id, item).await?;
    Ok(done())
}
