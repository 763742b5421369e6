//! Notification.

use serde::Serialize;
use services::Place;
use services::views::notification::NotificationView;

use super::{Account, Status};

/// <https://docs.joinmastodon.org/entities/Notification/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Notification {
    id: String,
    r#type: String,
    created_at: String,
    group_key: String,
    account: Account,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Status>,
}

impl Notification {
    /// Prints a notification.
    pub(crate) fn of(place: &Place, view: &NotificationView) -> Self {
        Self {
            id: view.id.to_string(),
            r#type: view.kind.to_string(),
            created_at: view.created_at.iso(),
            group_key: format!("ungrouped-{}", view.id),
            account: Account::of(place, &view.account),
            status: view.status.as_ref().map(|status| Status::of(place, status)),
        }
    }
}
