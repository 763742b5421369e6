//! Search, in both versions.

use axum::Json;
use axum::extract::State;
use model::AccountId;
use serde::Deserialize;
use services::search::{self, Found, Query};
use services::views::account::Viewer;

use super::Routes;
use super::entities::tag::Tag;
use super::entities::various::Search;
use crate::auth::{Auth, MaybeAuth, scopes};
use crate::client::Client;
use crate::error::{Error, Result};
use crate::extract::{Params, maybe};
use crate::state::AppState;

/// Longer than any address or handle, and than any words that a person looks for.
const LONGEST: usize = 2_048;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/search", version_1)
        .get("/api/v2/search", version_2)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
    #[serde(deserialize_with = "maybe")]
    r#type: Option<String>,
    #[serde(deserialize_with = "maybe")]
    resolve: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    following: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    limit: Option<i64>,
    #[serde(deserialize_with = "maybe")]
    offset: Option<i64>,
    #[serde(deserialize_with = "maybe")]
    account_id: Option<i64>,
    #[serde(deserialize_with = "maybe")]
    max_id: Option<i64>,
    #[serde(deserialize_with = "maybe")]
    min_id: Option<i64>,
    /// Every hashtag here counts as reviewed; read so that a wrong value is told.
    #[serde(deserialize_with = "maybe")]
    exclude_unreviewed: Option<bool>,
}

async fn look(
    state: &AppState,
    from: &Client,
    viewer: Option<&Viewer>,
    asked: Asked,
) -> Result<Found> {
    if asked.q.len() > LONGEST {
        return Err(Error::Unprocessable(
            "Validation failed: q is too long".to_owned(),
        ));
    }
    let _all_are_reviewed = asked.exclude_unreviewed;
    // Looking elsewhere costs others something: only for who is signed in, and not without end.
    let resolver = viewer.filter(|_| asked.resolve.unwrap_or_default());
    if let Some(viewer) = resolver {
        from.count_resolve(viewer)?;
    }
    let wanted = |kind: &str| asked.r#type.as_deref().is_none_or(|only| only == kind);
    let query = Query {
        accounts: wanted("accounts"),
        statuses: wanted("statuses"),
        hashtags: wanted("hashtags"),
        resolve: resolver.is_some(),
        following: viewer.is_some() && asked.following.unwrap_or_default(),
        limit: asked.limit.unwrap_or(20).clamp(1, 40),
        offset: asked.offset.unwrap_or_default().clamp(0, 10_000),
        by: asked.account_id.map(AccountId),
        max_id: asked.max_id,
        min_id: asked.min_id,
        text: asked.q,
    };
    Ok(search::search(&state.ctx, viewer, query).await?)
}

async fn version_2(
    auth: MaybeAuth<scopes::ReadSearch>,
    from: Client,
    State(state): State<AppState>,
    Params(asked): Params<Asked>,
) -> Result<Json<Search<Tag>>> {
    let found = look(&state, &from, auth.viewer(), asked).await?;
    Ok(Json(Search::of(&state.ctx.place, &found, Tag::of)))
}

async fn version_1(
    auth: Auth<scopes::ReadSearch>,
    from: Client,
    State(state): State<AppState>,
    Params(asked): Params<Asked>,
) -> Result<Json<Search<String>>> {
    let found = look(&state, &from, Some(&auth.viewer), asked).await?;
    Ok(Json(Search::of(
        &state.ctx.place,
        &found,
        |_place, view| view.name.clone(),
    )))
}
