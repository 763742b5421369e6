//! What a notification is about, where that is no status: follows that ended, a warning, a report.

use serde::Serialize;
use services::Place;
use services::rows;
use services::views::notification::Subject;

use super::Account;
use super::report::Report;

/// The extra object of a notification, under its key.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct About {
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<RelationshipSeveranceEvent>,
    #[serde(skip_serializing_if = "Option::is_none")]
    moderation_warning: Option<AccountWarning>,
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<Report>,
}

impl About {
    /// Prints a subject.
    pub(crate) fn of(place: &Place, subject: &Subject) -> Self {
        match subject {
            Subject::Nothing => Self::default(),
            Subject::Severance(event) => Self {
                event: Some(RelationshipSeveranceEvent::from(&**event)),
                ..Self::default()
            },
            Subject::Warning(warning, target) => Self {
                moderation_warning: Some(AccountWarning {
                    id: warning.id.to_string(),
                    action: warning.action.as_str(),
                    text: warning.text.clone(),
                    status_ids: Some(texts(&warning.status_ids)).filter(|ids| !ids.is_empty()),
                    target_account: Account::of(place, target),
                    appeal: None,
                    created_at: warning.created_at.iso(),
                }),
                ..Self::default()
            },
            Subject::Report(view) => Self {
                report: Some(Report::of(place, view)),
                ..Self::default()
            },
        }
    }
}

/// A stored list of texts.
fn texts(list: &serde_json::Value) -> Vec<String> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(|one| one.as_str().map(str::to_owned))
        .collect()
}

/// <https://docs.joinmastodon.org/entities/RelationshipSeveranceEvent/>
#[derive(Clone, Debug, Serialize)]
struct RelationshipSeveranceEvent {
    id: String,
    r#type: String,
    /// Which follows ended is not kept: only how many.
    purged: bool,
    target_name: String,
    followers_count: i64,
    following_count: i64,
    created_at: String,
}

impl From<&rows::SeveranceEvent> for RelationshipSeveranceEvent {
    fn from(event: &rows::SeveranceEvent) -> Self {
        Self {
            id: event.id.to_string(),
            r#type: event.kind.to_string(),
            purged: true,
            target_name: event.target_name.clone(),
            followers_count: event.followers_count,
            following_count: event.following_count,
            created_at: event.created_at.iso(),
        }
    }
}

/// <https://docs.joinmastodon.org/entities/AccountWarning/>
#[derive(Clone, Debug, Serialize)]
struct AccountWarning {
    id: String,
    action: &'static str,
    text: String,
    status_ids: Option<Vec<String>>,
    target_account: Account,
    /// Appeals are made to the staff in words, not through the API.
    appeal: Option<()>,
    created_at: String,
}
