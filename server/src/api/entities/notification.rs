//! Notification, one by one and in groups.

use serde::Serialize;
use services::Place;
use services::notifications::groups::{GroupView, GroupedView};
use services::views::notification::NotificationView;

use super::account::PartialAccount;
use super::notification_about::About;
use super::{Account, Status};

/// <https://docs.joinmastodon.org/entities/Notification/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Notification {
    id: String,
    r#type: String,
    created_at: String,
    group_key: String,
    /// Only in lists that hold what the policy keeps back.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    filtered: bool,
    account: Account,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Status>,
    #[serde(flatten)]
    about: About,
}

impl Notification {
    /// Prints a notification.
    pub(crate) fn of(place: &Place, view: &NotificationView) -> Self {
        Self {
            id: view.id.to_string(),
            r#type: view.kind.to_string(),
            created_at: view.created_at.iso(),
            group_key: view.group_key.to_string(),
            filtered: view.filtered,
            account: Account::of(place, &view.account),
            status: view.status.as_ref().map(|status| Status::of(place, status)),
            about: About::of(place, &view.subject),
        }
    }
}

/// <https://docs.joinmastodon.org/methods/grouped_notifications/#GroupedNotificationsResults>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct GroupedNotificationsResults {
    accounts: Vec<Account>,
    /// Only where an app asked for the short form.
    #[serde(skip_serializing_if = "Option::is_none")]
    partial_accounts: Option<Vec<PartialAccount>>,
    statuses: Vec<Status>,
    notification_groups: Vec<NotificationGroup>,
}

/// <https://docs.joinmastodon.org/methods/grouped_notifications/#NotificationGroup>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct NotificationGroup {
    group_key: String,
    notifications_count: i64,
    r#type: String,
    most_recent_notification_id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    page_min_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page_max_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latest_page_notification_at: Option<String>,
    sample_account_ids: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_id: Option<String>,
    #[serde(flatten)]
    about: About,
}

impl NotificationGroup {
    fn of(place: &Place, view: &GroupView) -> Self {
        let status = view.head.status.as_ref();
        Self {
            group_key: view.key.to_string(),
            notifications_count: view.count,
            r#type: view.head.kind.to_string(),
            most_recent_notification_id: view.newest.0,
            page_min_id: view.span.map(|span| span.min.to_string()),
            page_max_id: view.span.map(|span| span.max.to_string()),
            latest_page_notification_at: view.span.map(|span| span.at.iso()),
            sample_account_ids: view.sample.iter().map(ToString::to_string).collect(),
            status_id: status.map(|status| status.status.id.to_string()),
            about: About::of(place, &view.head.subject),
        }
    }
}

impl GroupedNotificationsResults {
    /// Prints groups. In the short form only the first account of each group is there in full.
    pub(crate) fn of(place: &Place, view: &GroupedView, short: bool) -> Self {
        let first = |account: &services::views::AccountView| {
            view.groups
                .iter()
                .any(|group| group.sample.first() == Some(&account.account.id))
        };
        let (full, partial): (Vec<_>, Vec<_>) = view
            .accounts
            .iter()
            .partition(|account| !short || first(account));
        let mut statuses: Vec<&services::views::StatusView> = Vec::new();
        for status in view.groups.iter().filter_map(|it| it.head.status.as_ref()) {
            if !statuses.iter().any(|it| it.status.id == status.status.id) {
                statuses.push(status);
            }
        }
        Self {
            accounts: full.into_iter().map(|it| Account::of(place, it)).collect(),
            partial_accounts: short.then(|| {
                partial
                    .into_iter()
                    .map(|it| PartialAccount::of(place, it))
                    .collect()
            }),
            statuses: statuses
                .into_iter()
                .map(|it| Status::of(place, it))
                .collect(),
            notification_groups: view
                .groups
                .iter()
                .map(|it| NotificationGroup::of(place, it))
                .collect(),
        }
    }
}
