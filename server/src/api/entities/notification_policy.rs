//! The policy of notifications in both versions, and the requests that come of it.

use model::Verdict;
use serde::Serialize;
use services::Place;
use services::notifications::policy::PolicyView;
use services::notifications::requests::RequestView;

use super::{Account, Status};

#[derive(Clone, Copy, Debug, Serialize)]
struct Summary {
    pending_requests_count: i64,
    pending_notifications_count: i64,
}

impl From<&PolicyView> for Summary {
    fn from(view: &PolicyView) -> Self {
        Self {
            pending_requests_count: view.requests,
            pending_notifications_count: view.notifications,
        }
    }
}

/// <https://docs.joinmastodon.org/entities/NotificationPolicy/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct NotificationPolicy {
    for_not_following: String,
    for_not_followers: String,
    for_new_accounts: String,
    for_private_mentions: String,
    for_limited_accounts: String,
    summary: Summary,
}

impl From<&PolicyView> for NotificationPolicy {
    fn from(view: &PolicyView) -> Self {
        let policy = &view.policy;
        Self {
            for_not_following: policy.for_not_following.to_string(),
            for_not_followers: policy.for_not_followers.to_string(),
            for_new_accounts: policy.for_new_accounts.to_string(),
            for_private_mentions: policy.for_private_mentions.to_string(),
            for_limited_accounts: policy.for_limited_accounts.to_string(),
            summary: Summary::from(view),
        }
    }
}

/// <https://docs.joinmastodon.org/entities/V1_NotificationPolicy/>: filtered, or not.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FirstNotificationPolicy {
    filter_not_following: bool,
    filter_not_followers: bool,
    filter_new_accounts: bool,
    filter_private_mentions: bool,
    summary: Summary,
}

impl From<&PolicyView> for FirstNotificationPolicy {
    fn from(view: &PolicyView) -> Self {
        let policy = &view.policy;
        let held = |verdict| verdict != Verdict::Accept;
        Self {
            filter_not_following: held(policy.for_not_following),
            filter_not_followers: held(policy.for_not_followers),
            filter_new_accounts: held(policy.for_new_accounts),
            filter_private_mentions: held(policy.for_private_mentions),
            summary: Summary::from(view),
        }
    }
}

/// <https://docs.joinmastodon.org/entities/NotificationRequest/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct NotificationRequest {
    id: String,
    created_at: String,
    updated_at: String,
    /// A text, as Mastodon has it.
    notifications_count: String,
    account: Account,
    last_status: Option<Status>,
}

impl NotificationRequest {
    /// Prints a request.
    pub(crate) fn of(place: &Place, view: &RequestView) -> Self {
        Self {
            id: view.id.to_string(),
            created_at: view.created_at.iso(),
            updated_at: view.updated_at.iso(),
            notifications_count: view.count.to_string(),
            account: Account::of(place, &view.account),
            last_status: view.last_status.as_ref().map(|it| Status::of(place, it)),
        }
    }
}
