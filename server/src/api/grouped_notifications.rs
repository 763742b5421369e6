//! Notifications in groups.

use axum::Json;
use axum::extract::State;
use axum::http::header::LINK;
use axum::response::{IntoResponse as _, Response};
use model::{AccountId, GroupKey, NotificationKind};
use serde::Deserialize;
use serde_json::{Map, Value};
use services::notifications::{Filter, groups};

use super::entities::{Account, GroupedNotificationsResults};
use super::notifications::{Count, most};
use super::{Routes, done};
use crate::auth::{Auth, scopes};
use crate::error::{Error, Result};
use crate::extract::{Accounts, At, Lenient, Paging, Params, maybe};
use crate::state::AppState;

type Reads = Auth<scopes::ReadNotifications>;
type Writes = Auth<scopes::WriteNotifications>;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v2/notifications", page)
        .get("/api/v2/notifications/unread_count", unread_count)
        .get("/api/v2/notifications/{group_key}", show)
        .get("/api/v2/notifications/{group_key}/accounts", accounts)
        .post("/api/v2/notifications/{group_key}/dismiss", dismiss)
}

/// Which notifications an app wants, and how.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Which {
    types: Lenient<NotificationKind>,
    exclude_types: Lenient<NotificationKind>,
    #[serde(deserialize_with = "maybe")]
    account_id: Option<AccountId>,
    #[serde(deserialize_with = "maybe")]
    include_filtered: Option<bool>,
    grouped_types: Option<Lenient<NotificationKind>>,
    #[serde(deserialize_with = "maybe")]
    expand_accounts: Option<String>,
}

/// Only the first account of each group in full?
fn is_short(expand: Option<&str>) -> Result<bool> {
    match expand {
        None | Some("full") => Ok(false),
        Some("partial_avatars") => Ok(true),
        Some(_unknown) => Err(Error::Unprocessable(
            "expand_accounts is neither full nor partial_avatars".to_owned(),
        )),
    }
}

async fn page(
    auth: Reads,
    State(state): State<AppState>,
    paging: Paging<Accounts>,
    Params(which): Params<Which>,
) -> Result<Response> {
    let ctx = &state.ctx;
    let short = is_short(which.expand_accounts.as_deref())?;
    let kinds = which.grouped_types.map(|kinds| kinds.0);
    let filter = Filter {
        types: which.types.0,
        exclude_types: which.exclude_types.0,
        account: which.account_id,
        include_filtered: which.include_filtered.unwrap_or(false),
    };
    let found = groups::page(ctx, &auth.viewer, filter, kinds, paging.page).await?;
    let link = paging
        .listing
        .header(&ctx.place, found.newest, found.oldest);
    let view = found.items.into_iter().next().unwrap_or_default();
    let results = GroupedNotificationsResults::of(&ctx.place, &view, short);
    let mut response = Json(results).into_response();
    if let Some(link) = link {
        response.headers_mut().insert(LINK, link);
    }
    Ok(response)
}

/// Which groups are counted, and up to what number.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Unread {
    types: Lenient<NotificationKind>,
    exclude_types: Lenient<NotificationKind>,
    #[serde(deserialize_with = "maybe")]
    account_id: Option<AccountId>,
    grouped_types: Option<Lenient<NotificationKind>>,
    #[serde(deserialize_with = "maybe")]
    limit: Option<i64>,
}

async fn unread_count(
    auth: Reads,
    State(state): State<AppState>,
    Params(unread): Params<Unread>,
) -> Result<Json<Count>> {
    let most = most(unread.limit);
    let kinds = unread.grouped_types.map(|kinds| kinds.0);
    let filter = Filter {
        types: unread.types.0,
        exclude_types: unread.exclude_types.0,
        account: unread.account_id,
        include_filtered: false,
    };
    let count = groups::unread_count(&state.ctx, &auth.viewer, filter, kinds, most).await?;
    Ok(Json(Count { count }))
}

/// What is no key of a group does not exist.
fn key(text: &str) -> Result<GroupKey> {
    text.parse().map_err(|_error| Error::NotFound)
}

async fn show(
    auth: Reads,
    State(state): State<AppState>,
    At(name): At<String>,
) -> Result<Json<GroupedNotificationsResults>> {
    let ctx = &state.ctx;
    let view = groups::one(ctx, &auth.viewer, key(&name)?).await?;
    Ok(Json(GroupedNotificationsResults::of(
        &ctx.place, &view, false,
    )))
}

async fn accounts(
    auth: Reads,
    State(state): State<AppState>,
    At(name): At<String>,
    paging: Paging<Accounts>,
) -> Result<Response> {
    let ctx = &state.ctx;
    let page = groups::accounts(ctx, &auth.viewer, key(&name)?, paging.page).await?;
    Ok(paging
        .listing
        .answer(&ctx.place, page, |view| Account::of(&ctx.place, &view)))
}

async fn dismiss(
    auth: Writes,
    State(state): State<AppState>,
    At(name): At<String>,
) -> Result<Json<Map<String, Value>>> {
    groups::dismiss(&state.ctx, &auth.viewer, key(&name)?).await?;
    Ok(done())
}
