//! A notification with its account and status.

use model::{Millis, NotificationId, NotificationKind};

use super::account::AccountView;
use super::status::StatusView;

/// A notification ready to print.
#[derive(Clone, Debug)]
pub struct NotificationView {
    /// Its id.
    pub id: NotificationId,
    /// Why.
    pub kind: NotificationKind,
    /// When.
    pub created_at: Millis,
    /// Because of whom.
    pub account: AccountView,
    /// About what.
    pub status: Option<StatusView>,
}
