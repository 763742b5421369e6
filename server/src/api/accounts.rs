//! Accounts: one's own, and those of others.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use model::{AccountId, Handle, Page, Visibility};
use serde::Deserialize;
use services::accounts::{self, ProfileChange};
use services::timelines::{self, AccountFilter};
use services::views::{self, account::Viewer};
use services::{Ctx, lists, quotes, relationships, search};

use super::entities::various::{List, Preferences};
use super::entities::{Account, CredentialAccount, Status};
use super::{Routes, empty_list};
use crate::auth::{Auth, MaybeAuth, scopes};
use crate::error::{Error, Result};
use crate::extract::{
    Accounts, At, BigParams, Lenient, Limit as _, Paging, Params, Statuses, Upload, maybe,
};
use crate::state::AppState;

pub(super) fn routes() -> Routes {
    use axum::http::Method;
    use scopes::{ReadAccounts, WriteAccounts};
    const POST: &[Method] = &[Method::POST];
    Routes::new()
        .get("/api/v1/accounts", many)
        .get("/api/v1/accounts/verify_credentials", verify_credentials)
        .update("/api/v1/accounts/update_credentials", update_credentials)
        .get("/api/v1/accounts/lookup", lookup)
        .get("/api/v1/accounts/search", find)
        .get("/api/v1/accounts/{id}", show)
        .get("/api/v1/accounts/{id}/statuses", statuses)
        .get("/api/v1/accounts/{id}/followers", followers)
        .get("/api/v1/accounts/{id}/following", following)
        .get("/api/v1/accounts/{id}/lists", in_lists)
        .empty(
            "/api/v1/accounts/{id}/featured_tags",
            empty_list::<MaybeAuth<ReadAccounts>>,
        )
        .empty(
            "/api/v1/accounts/{id}/endorsements",
            empty_list::<MaybeAuth<ReadAccounts>>,
        )
        .empty(
            "/api/v1/accounts/{id}/identity_proofs",
            empty_list::<MaybeAuth<ReadAccounts>>,
        )
        .not_built::<Auth<WriteAccounts>>(POST, "/api/v1/accounts/{id}/note")
        .not_built::<Auth<WriteAccounts>>(POST, "/api/v1/accounts/{id}/pin")
        .not_built::<Auth<WriteAccounts>>(POST, "/api/v1/accounts/{id}/unpin")
        .not_built::<Auth<WriteAccounts>>(POST, "/api/v1/accounts/{id}/endorse")
        .not_built::<Auth<WriteAccounts>>(POST, "/api/v1/accounts/{id}/unendorse")
        .get("/api/v1/preferences", preferences)
}

/// One's own account with source and role.
async fn credentials(ctx: &Ctx, viewer: &Viewer) -> Result<Json<CredentialAccount>> {
    let view = views::account::one(ctx, viewer.id()).await?;
    let asked = relationships::follow_requests(ctx, viewer, Page::first(Accounts::MOST)).await?;
    Ok(Json(CredentialAccount::of(
        &ctx.place,
        &view,
        viewer,
        asked.items.len(),
        quotes::default_policy(ctx, viewer).await?,
    )))
}

async fn verify_credentials(
    auth: Auth<scopes::Profile>,
    State(state): State<AppState>,
) -> Result<Json<CredentialAccount>> {
    credentials(&state.ctx, &auth.viewer).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ProfileForm {
    display_name: Option<String>,
    note: Option<String>,
    avatar: Option<Upload>,
    header: Option<Upload>,
    #[serde(deserialize_with = "maybe")]
    locked: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    bot: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    discoverable: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    indexable: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    hide_collections: Option<bool>,
    fields_attributes: Option<Vec<FieldForm>>,
    source: SourceForm,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct FieldForm {
    name: String,
    value: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SourceForm {
    #[serde(deserialize_with = "maybe")]
    privacy: Option<Visibility>,
    #[serde(deserialize_with = "maybe")]
    sensitive: Option<bool>,
    /// Empty: forget it, and detect the language of each post.
    language: Option<String>,
    #[serde(deserialize_with = "maybe")]
    quote_policy: Option<model::QuotePolicy>,
}

impl From<ProfileForm> for ProfileChange {
    fn from(form: ProfileForm) -> Self {
        let fields = form.fields_attributes.map(|fields| {
            fields
                .into_iter()
                .filter(|field| !(field.name.is_empty() && field.value.is_empty()))
                .map(|field| (field.name, field.value))
                .collect()
        });
        Self {
            display_name: form.display_name,
            note: form.note,
            fields,
            avatar: form.avatar.map(|upload| upload.0),
            header: form.header.map(|upload| upload.0),
            locked: form.locked,
            bot: form.bot,
            discoverable: form.discoverable,
            indexable: form.indexable,
            hide_collections: form.hide_collections,
            default_visibility: form.source.privacy,
            default_sensitive: form.source.sensitive,
            default_language: form
                .source
                .language
                .map(|language| (!language.is_empty()).then_some(language)),
        }
    }
}

async fn update_credentials(
    auth: Auth<scopes::WriteAccounts>,
    State(state): State<AppState>,
    BigParams(form): BigParams<ProfileForm>,
) -> Result<Json<CredentialAccount>> {
    let quote_policy = form.source.quote_policy;
    accounts::update(&state.ctx, &auth.viewer, form.into()).await?;
    if let Some(policy) = quote_policy {
        quotes::choose_default(&state.ctx, &auth.viewer, policy).await?;
    }
    // What the person chose for new posts changed too: look again at who is asking.
    let viewer = services::sign_in::viewer_named(&state.ctx, &auth.viewer.human.username).await?;
    let viewer = Viewer {
        account: auth.viewer.account,
        ..viewer
    };
    credentials(&state.ctx, &viewer).await
}

async fn preferences(
    auth: Auth<scopes::ReadAccounts>,
    State(state): State<AppState>,
) -> Result<Json<Preferences>> {
    let quote_policy = quotes::default_policy(&state.ctx, &auth.viewer).await?;
    Ok(Json(Preferences::of(&auth.viewer.user, quote_policy)))
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
    let found = views::account::load(&state.ctx, ids.id.0).await?;
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
    State(state): State<AppState>,
    Params(wish): Params<Find>,
) -> Result<Json<Vec<Account>>> {
    let query = search::Query {
        text: wish.q,
        accounts: true,
        statuses: false,
        hashtags: false,
        resolve: wish.resolve.unwrap_or_default(),
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
