//! Filter with its keywords and statuses, the result of one, and the filter of the first version.

use model::{FilterAction, FilterContext};
use serde::Serialize;
use services::filters::FilterView;
use services::filters::matcher::FilterMatch;
use services::filters::phrases::PhraseView;
use services::rows;

fn context(set: i16) -> Vec<&'static str> {
    FilterContext::of(set)
        .into_iter()
        .map(FilterContext::as_str)
        .collect()
}

/// <https://docs.joinmastodon.org/entities/Filter/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Filter {
    id: String,
    title: String,
    context: Vec<&'static str>,
    expires_at: Option<String>,
    filter_action: &'static str,
    /// Not where it stands in a result.
    #[serde(skip_serializing_if = "Option::is_none")]
    keywords: Option<Vec<FilterKeyword>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    statuses: Option<Vec<FilterStatus>>,
}

impl Filter {
    fn bare(row: &rows::Filter) -> Self {
        Self {
            id: row.id.to_string(),
            title: row.title.clone(),
            context: context(row.contexts),
            expires_at: row.expires_at.map(model::Millis::iso),
            filter_action: row.action.as_str(),
            keywords: None,
            statuses: None,
        }
    }
}

impl From<&FilterView> for Filter {
    fn from(view: &FilterView) -> Self {
        Self {
            keywords: Some(view.keywords.iter().map(FilterKeyword::from).collect()),
            statuses: Some(view.statuses.iter().map(FilterStatus::from).collect()),
            ..Self::bare(&view.filter)
        }
    }
}

/// <https://docs.joinmastodon.org/entities/FilterKeyword/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FilterKeyword {
    id: String,
    keyword: String,
    whole_word: bool,
}

impl From<&rows::Keyword> for FilterKeyword {
    fn from(row: &rows::Keyword) -> Self {
        Self {
            id: row.id.to_string(),
            keyword: row.keyword.clone(),
            whole_word: row.whole_word,
        }
    }
}

/// <https://docs.joinmastodon.org/entities/FilterStatus/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FilterStatus {
    id: String,
    status_id: String,
}

impl From<&rows::FilterStatus> for FilterStatus {
    fn from(row: &rows::FilterStatus) -> Self {
        Self {
            id: row.id.to_string(),
            status_id: row.status_id.to_string(),
        }
    }
}

/// <https://docs.joinmastodon.org/entities/FilterResult/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FilterResult {
    filter: Filter,
    keyword_matches: Option<Vec<String>>,
    status_matches: Option<Vec<String>>,
}

impl From<&FilterMatch> for FilterResult {
    fn from(found: &FilterMatch) -> Self {
        let some = |list: Vec<String>| (!list.is_empty()).then_some(list);
        Self {
            filter: Filter::bare(&found.filter),
            keyword_matches: some(found.keywords.clone()),
            status_matches: some(found.statuses.iter().map(ToString::to_string).collect()),
        }
    }
}

/// <https://docs.joinmastodon.org/entities/V1_Filter/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FirstFilter {
    id: String,
    phrase: String,
    context: Vec<&'static str>,
    whole_word: bool,
    expires_at: Option<String>,
    irreversible: bool,
}

impl From<&PhraseView> for FirstFilter {
    fn from(view: &PhraseView) -> Self {
        Self {
            id: view.keyword.id.to_string(),
            phrase: view.keyword.keyword.clone(),
            context: context(view.filter.contexts),
            whole_word: view.keyword.whole_word,
            expires_at: view.filter.expires_at.map(model::Millis::iso),
            irreversible: view.filter.action == FilterAction::Hide,
        }
    }
}
