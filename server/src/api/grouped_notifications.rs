//! Notifications in groups.

use axum::Json;
use axum::extract::State;
use axum::http::header::LINK;
use axum::response::{IntoResponse as _, Response};
use model::{GroupKey, NotificationKind};
use serde::Deserialize;
use serde_json::{Map, Value};
use services::notifications::groups;

use super::entities::{Account, GroupedNotificationsResults};
use super::notifications::{Count, Most, Which};
use super::{Routes, done};
use crate::auth::{Auth, scopes};
use crate::error::{Error, Result};
use crate::extract::{Accounts, At, Form, Lenient, Paging, decode, maybe};
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

/// How an app wants its groups.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct How {
    grouped_types: Option<Lenient<NotificationKind>>,
    #[serde(deserialize_with = "maybe")]
    expand_accounts: Option<String>,
}

impl How {
    /// Only the first account of each group in full?
    fn is_short(&self) -> Result<bool> {
        match self.expand_accounts.as_deref() {
            None | Some("full") => Ok(false),
            Some("partial_avatars") => Ok(true),
            Some(_unknown) => Err(Error::Unprocessable(
                "Invalid value for 'expand_accounts': allowed values are full and partial_avatars"
                    .to_owned(),
            )),
        }
    }

    fn kinds(self) -> Option<Vec<NotificationKind>> {
        self.grouped_types.map(|kinds| kinds.0)
    }
}

async fn page(
    auth: Reads,
    State(state): State<AppState>,
    paging: Paging<Accounts>,
    Form(form): Form,
) -> Result<Response> {
    let ctx = &state.ctx;
    let how: How = decode(form.clone())?;
    let which: Which = decode(form)?;
    let short = how.is_short()?;
    let found = groups::page(ctx, &auth.viewer, which.into(), how.kinds(), paging.page).await?;
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

async fn unread_count(
    auth: Reads,
    State(state): State<AppState>,
    Form(form): Form,
) -> Result<Json<Count>> {
    let most: Most = decode(form.clone())?;
    let how: How = decode(form.clone())?;
    let which: Which = decode(form)?;
    let count = groups::unread_count(
        &state.ctx,
        &auth.viewer,
        which.into(),
        how.kinds(),
        most.number(),
    )
    .await?;
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
