//! A notification with its account and status.

use std::collections::HashMap;

use database::Conn;
use database::notifications::{NO_STATUS, Notification};
use model::{AccountId, Millis, NotificationId, NotificationKind, StatusId};

use super::account::AccountView;
use super::status::StatusView;
use crate::error::Result;

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

/// Loads the accounts and statuses of notifications; one about a status that its reader may no longer
/// see is left out.
///
/// # Errors
/// The database.
pub fn load_in(
    conn: &mut Conn,
    viewer: AccountId,
    rows: &[Notification],
) -> Result<Vec<NotificationView>> {
    let from: Vec<AccountId> = rows.iter().map(|row| row.from_id).collect();
    let about: Vec<StatusId> = rows
        .iter()
        .map(|row| row.status_id)
        .filter(|id| *id != NO_STATUS)
        .collect();
    let accounts: HashMap<AccountId, AccountView> = super::account::load_in(conn, &from)?
        .into_iter()
        .map(|view| (view.account.id, view))
        .collect();
    let statuses: HashMap<StatusId, StatusView> = super::status::load_in(conn, viewer, &about)?
        .into_iter()
        .map(|view| (view.status.id, view))
        .collect();
    Ok(rows
        .iter()
        .filter_map(|row| {
            let status = match row.status_id {
                NO_STATUS => None,
                id => Some(statuses.get(&id)?.clone()),
            };
            Some(NotificationView {
                id: row.id,
                kind: row.kind,
                created_at: row.created_at,
                account: accounts.get(&row.from_id)?.clone(),
                status,
            })
        })
        .collect())
}
