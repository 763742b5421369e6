//! A subscription to Web Push.

use std::collections::BTreeMap;

use model::NotificationKind;
use serde::Serialize;
use services::push::SubscriptionView;

/// <https://docs.joinmastodon.org/entities/WebPushSubscription/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PushSubscription {
    id: String,
    endpoint: String,
    standard: bool,
    alerts: BTreeMap<&'static str, bool>,
    server_key: String,
    policy: String,
}

/// The kinds that an app may ask for, in Mastodon's words.
pub(crate) const ALERTS: &[NotificationKind] = &[
    NotificationKind::Mention,
    NotificationKind::Quote,
    NotificationKind::Status,
    NotificationKind::Reblog,
    NotificationKind::Follow,
    NotificationKind::FollowRequest,
    NotificationKind::Favourite,
    NotificationKind::Poll,
    NotificationKind::Update,
    NotificationKind::QuotedUpdate,
    NotificationKind::AdminSignUp,
    NotificationKind::AdminReport,
];

impl From<SubscriptionView> for PushSubscription {
    fn from(view: SubscriptionView) -> Self {
        Self {
            id: view.id.to_string(),
            endpoint: view.endpoint,
            standard: view.standard,
            alerts: ALERTS
                .iter()
                .map(|kind| (kind.as_str(), view.alerts.contains(kind)))
                .collect(),
            server_key: view.server_key,
            policy: view.policy.to_string(),
        }
    }
}
