//! Relationship.

use serde::Serialize;
use services::views::account::RelationshipView;

/// <https://docs.joinmastodon.org/entities/Relationship/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Relationship {
    id: String,
    following: bool,
    showing_reblogs: bool,
    notifying: bool,
    languages: Option<Vec<String>>,
    followed_by: bool,
    blocking: bool,
    blocked_by: bool,
    muting: bool,
    muting_notifications: bool,
    muting_expires_at: Option<String>,
    requested: bool,
    requested_by: bool,
    domain_blocking: bool,
    endorsed: bool,
    note: String,
    group_member: bool,
    group_role: Option<&'static str>,
}

impl From<RelationshipView> for Relationship {
    fn from(view: RelationshipView) -> Self {
        Self {
            id: view.id.to_string(),
            following: view.following,
            showing_reblogs: view.showing_reblogs,
            notifying: view.notifying,
            languages: (!view.languages.is_empty()).then_some(view.languages),
            followed_by: view.followed_by,
            blocking: view.blocking,
            blocked_by: view.blocked_by,
            muting: view.muting,
            muting_notifications: view.muting_notifications,
            muting_expires_at: view.muting_expires_at.map(model::Millis::iso),
            requested: view.requested,
            requested_by: view.requested_by,
            domain_blocking: view.domain_blocking,
            endorsed: view.endorsed,
            note: view.note,
            group_member: view.group_member,
            group_role: view.group_role.map(model::Role::api_word),
        }
    }
}
