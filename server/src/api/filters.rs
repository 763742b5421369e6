//! Filters, in both versions of their API over the same rows.

use axum::Json;
use axum::extract::State;
use model::{FilterAction, FilterContext, FilterId, FilterStatusId, KeywordId, Millis, StatusId};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use services::filters::{self, Expiry, FilterChange, KeywordChange, phrases};

use super::entities::filter::{Filter, FilterKeyword, FilterStatus, FirstFilter};
use super::{Routes, done};
use crate::auth::{Auth, scopes};
use crate::error::{Error, Result};
use crate::extract::{At, Params, maybe};
use crate::state::AppState;

type Reads = Auth<scopes::ReadFilters>;
type Writes = Auth<scopes::WriteFilters>;
type Nothing = Json<Map<String, Value>>;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v2/filters", all)
        .post("/api/v2/filters", create)
        .get("/api/v2/filters/{id}", show)
        .update("/api/v2/filters/{id}", update)
        .delete("/api/v2/filters/{id}", delete)
        .get("/api/v2/filters/{id}/keywords", keywords)
        .post("/api/v2/filters/{id}/keywords", add_keyword)
        .get("/api/v2/filters/keywords/{id}", keyword)
        .update("/api/v2/filters/keywords/{id}", change_keyword)
        .delete("/api/v2/filters/keywords/{id}", delete_keyword)
        .get("/api/v2/filters/{id}/statuses", statuses)
        .post("/api/v2/filters/{id}/statuses", add_status)
        .get("/api/v2/filters/statuses/{id}", status)
        .delete("/api/v2/filters/statuses/{id}", delete_status)
        .get("/api/v1/filters", all_phrases)
        .post("/api/v1/filters", create_phrase)
        .get("/api/v1/filters/{id}", show_phrase)
        .update("/api/v1/filters/{id}", update_phrase)
        .delete("/api/v1/filters/{id}", delete_phrase)
}

/// Tells "not said" from "said to be nothing".
fn said<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    d: D,
) -> std::result::Result<Option<Option<T>>, D::Error> {
    maybe(d).map(Some)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct FilterForm {
    title: Option<String>,
    #[serde(deserialize_with = "said")]
    context: Option<Option<Vec<String>>>,
    #[serde(deserialize_with = "maybe")]
    filter_action: Option<String>,
    #[serde(deserialize_with = "said")]
    expires_in: Option<Option<i64>>,
    #[serde(deserialize_with = "said")]
    expires_at: Option<Option<String>>,
    keywords_attributes: Vec<KeywordForm>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct KeywordForm {
    #[serde(deserialize_with = "maybe")]
    id: Option<KeywordId>,
    keyword: Option<String>,
    #[serde(deserialize_with = "maybe")]
    whole_word: Option<bool>,
    #[serde(rename = "_destroy", deserialize_with = "maybe")]
    destroy: Option<bool>,
}

fn invalid(text: &str) -> Error {
    Error::Unprocessable(format!("Validation failed: {text}"))
}

fn contexts(said: Option<Option<Vec<String>>>) -> Result<Option<Vec<FilterContext>>> {
    let Some(words) = said else { return Ok(None) };
    words
        .unwrap_or_default()
        .iter()
        .filter(|word| !word.is_empty())
        .map(|word| {
            word.parse()
                .map_err(|_error| invalid("Context None or invalid context supplied"))
        })
        .collect::<Result<Vec<FilterContext>>>()
        .map(Some)
}

/// The seconds stand above the time, as only they are Mastodon's.
fn expiry(seconds: Option<Option<i64>>, at: Option<Option<String>>) -> Result<Option<Expiry>> {
    Ok(match (seconds, at) {
        (Some(Some(seconds)), _) => Some(Expiry::In(seconds)),
        (_, Some(Some(at))) => {
            let at = Millis::parse(&at).ok_or_else(|| invalid("Expires at is no time"))?;
            Some(Expiry::At(at))
        }
        (Some(None), _) | (_, Some(None)) => Some(Expiry::Never),
        (None, None) => None,
    })
}

impl KeywordForm {
    fn into_change(self) -> KeywordChange {
        KeywordChange {
            id: self.id,
            keyword: self.keyword,
            whole_word: self.whole_word,
            destroy: self.destroy.unwrap_or(false),
        }
    }
}

impl FilterForm {
    fn into_change(self) -> Result<FilterChange> {
        let action = self
            .filter_action
            .map(|word| word.parse::<FilterAction>())
            .transpose()
            .map_err(|_error| invalid("Filter action is not included in the list"))?;
        Ok(FilterChange {
            title: self.title,
            contexts: contexts(self.context)?,
            action,
            expiry: expiry(self.expires_in, self.expires_at)?,
            keywords: self
                .keywords_attributes
                .into_iter()
                .map(KeywordForm::into_change)
                .collect(),
        })
    }
}

async fn all(auth: Reads, State(state): State<AppState>) -> Result<Json<Vec<Filter>>> {
    let views = filters::all(&state.ctx, &auth.viewer).await?;
    Ok(Json(views.iter().map(Filter::from).collect()))
}

async fn create(
    auth: Writes,
    State(state): State<AppState>,
    Params(form): Params<FilterForm>,
) -> Result<Json<Filter>> {
    let view = filters::create(&state.ctx, &auth.viewer, form.into_change()?).await?;
    Ok(Json(Filter::from(&view)))
}

async fn show(
    auth: Reads,
    State(state): State<AppState>,
    At(id): At<FilterId>,
) -> Result<Json<Filter>> {
    let view = filters::one(&state.ctx, &auth.viewer, id).await?;
    Ok(Json(Filter::from(&view)))
}

async fn update(
    auth: Writes,
    State(state): State<AppState>,
    At(id): At<FilterId>,
    Params(form): Params<FilterForm>,
) -> Result<Json<Filter>> {
    let view = filters::update(&state.ctx, &auth.viewer, id, form.into_change()?).await?;
    Ok(Json(Filter::from(&view)))
}

async fn delete(
    auth: Writes,
    State(state): State<AppState>,
    At(id): At<FilterId>,
) -> Result<Nothing> {
    filters::delete(&state.ctx, &auth.viewer, id).await?;
    Ok(done())
}

async fn keywords(
    auth: Reads,
    State(state): State<AppState>,
    At(id): At<FilterId>,
) -> Result<Json<Vec<FilterKeyword>>> {
    let view = filters::one(&state.ctx, &auth.viewer, id).await?;
    Ok(Json(
        view.keywords.iter().map(FilterKeyword::from).collect(),
    ))
}

async fn add_keyword(
    auth: Writes,
    State(state): State<AppState>,
    At(id): At<FilterId>,
    Params(form): Params<KeywordForm>,
) -> Result<Json<FilterKeyword>> {
    let row = filters::add_keyword(&state.ctx, &auth.viewer, id, form.into_change()).await?;
    Ok(Json(FilterKeyword::from(&row)))
}

async fn keyword(
    auth: Reads,
    State(state): State<AppState>,
    At(id): At<KeywordId>,
) -> Result<Json<FilterKeyword>> {
    let row = filters::keyword(&state.ctx, &auth.viewer, id).await?;
    Ok(Json(FilterKeyword::from(&row)))
}

async fn change_keyword(
    auth: Writes,
    State(state): State<AppState>,
    At(id): At<KeywordId>,
    Params(form): Params<KeywordForm>,
) -> Result<Json<FilterKeyword>> {
    let row = filters::change_keyword(&state.ctx, &auth.viewer, id, form.into_change()).await?;
    Ok(Json(FilterKeyword::from(&row)))
}

async fn delete_keyword(
    auth: Writes,
    State(state): State<AppState>,
    At(id): At<KeywordId>,
) -> Result<Nothing> {
    filters::delete_keyword(&state.ctx, &auth.viewer, id).await?;
    Ok(done())
}

async fn statuses(
    auth: Reads,
    State(state): State<AppState>,
    At(id): At<FilterId>,
) -> Result<Json<Vec<FilterStatus>>> {
    let view = filters::one(&state.ctx, &auth.viewer, id).await?;
    Ok(Json(view.statuses.iter().map(FilterStatus::from).collect()))
}

#[derive(Debug, Deserialize)]
struct StatusForm {
    status_id: StatusId,
}

async fn add_status(
    auth: Writes,
    State(state): State<AppState>,
    At(id): At<FilterId>,
    Params(form): Params<StatusForm>,
) -> Result<Json<FilterStatus>> {
    let row = filters::add_status(&state.ctx, &auth.viewer, id, form.status_id).await?;
    Ok(Json(FilterStatus::from(&row)))
}

async fn status(
    auth: Reads,
    State(state): State<AppState>,
    At(id): At<FilterStatusId>,
) -> Result<Json<FilterStatus>> {
    let row = filters::status(&state.ctx, &auth.viewer, id).await?;
    Ok(Json(FilterStatus::from(&row)))
}

async fn delete_status(
    auth: Writes,
    State(state): State<AppState>,
    At(id): At<FilterStatusId>,
) -> Result<Json<FilterStatus>> {
    let row = filters::delete_status(&state.ctx, &auth.viewer, id).await?;
    Ok(Json(FilterStatus::from(&row)))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PhraseForm {
    phrase: Option<String>,
    #[serde(deserialize_with = "said")]
    context: Option<Option<Vec<String>>>,
    #[serde(deserialize_with = "maybe")]
    irreversible: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    whole_word: Option<bool>,
    #[serde(deserialize_with = "said")]
    expires_in: Option<Option<i64>>,
}

impl PhraseForm {
    /// The filter around it, whose title is the phrase, and the keyword.
    fn into_changes(self) -> Result<(FilterChange, KeywordChange)> {
        let action = self.irreversible.map(|irreversible| {
            if irreversible {
                FilterAction::Hide
            } else {
                FilterAction::Warn
            }
        });
        let filter = FilterChange {
            title: self
                .phrase
                .as_ref()
                .map(|phrase| phrase.chars().take(256).collect()),
            contexts: contexts(self.context)?,
            action,
            expiry: expiry(self.expires_in, None)?,
            keywords: Vec::new(),
        };
        let keyword = KeywordChange {
            keyword: self.phrase,
            whole_word: self.whole_word,
            ..KeywordChange::default()
        };
        Ok((filter, keyword))
    }
}

async fn all_phrases(auth: Reads, State(state): State<AppState>) -> Result<Json<Vec<FirstFilter>>> {
    let views = phrases::all(&state.ctx, &auth.viewer).await?;
    Ok(Json(views.iter().map(FirstFilter::from).collect()))
}

async fn create_phrase(
    auth: Writes,
    State(state): State<AppState>,
    Params(form): Params<PhraseForm>,
) -> Result<Json<FirstFilter>> {
    let (filter, mut keyword) = form.into_changes()?;
    // The usual of this version, unlike that of the second.
    keyword.whole_word.get_or_insert(false);
    let view = phrases::create(&state.ctx, &auth.viewer, filter, keyword).await?;
    Ok(Json(FirstFilter::from(&view)))
}

async fn show_phrase(
    auth: Reads,
    State(state): State<AppState>,
    At(id): At<KeywordId>,
) -> Result<Json<FirstFilter>> {
    let view = phrases::one(&state.ctx, &auth.viewer, id).await?;
    Ok(Json(FirstFilter::from(&view)))
}

async fn update_phrase(
    auth: Writes,
    State(state): State<AppState>,
    At(id): At<KeywordId>,
    Params(form): Params<PhraseForm>,
) -> Result<Json<FirstFilter>> {
    let (filter, keyword) = form.into_changes()?;
    let view = phrases::update(&state.ctx, &auth.viewer, id, filter, keyword).await?;
    Ok(Json(FirstFilter::from(&view)))
}

async fn delete_phrase(
    auth: Writes,
    State(state): State<AppState>,
    At(id): At<KeywordId>,
) -> Result<Nothing> {
    phrases::delete(&state.ctx, &auth.viewer, id).await?;
    Ok(done())
}
