//! Senders whose notifications wait for a word: let them in, or send them away.

use std::collections::HashMap;
use std::sync::Arc;

use database::notification_requests::{self, NotificationRequest};
use database::{Conn, notification_policies, notifications};
use model::{AccountId, Millis, Page, Paged, RequestId, StatusId};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::live::{self, Change};
use crate::views::account::{self, AccountView, Viewer};
use crate::views::status::{self, StatusView};

/// A request ready to print.
#[derive(Clone, Debug)]
pub struct RequestView {
    /// Its id.
    pub id: RequestId,
    /// When the first one came.
    pub created_at: Millis,
    /// When the last one came.
    pub updated_at: Millis,
    /// Of whom.
    pub account: AccountView,
    /// So many mentions and quotes wait.
    pub count: i64,
    /// The newest status among them.
    pub last_status: Option<StatusView>,
}

fn load(conn: &mut Conn, me: AccountId, rows: &[NotificationRequest]) -> Result<Vec<RequestView>> {
    let from: Vec<AccountId> = rows.iter().map(|row| row.from_id).collect();
    let last: Vec<StatusId> = rows.iter().map(|row| row.last_status_id).collect();
    let people: HashMap<AccountId, AccountView> = account::load_in(conn, &from)?
        .into_iter()
        .map(|view| (view.account.id, view))
        .collect();
    let statuses: HashMap<StatusId, StatusView> = status::load_in(conn, me, &last)?
        .into_iter()
        .map(|view| (view.status.id, view))
        .collect();
    let counts: HashMap<AccountId, i64> = notification_requests::waiting(conn, me, &from)?
        .into_iter()
        .collect();
    Ok(rows
        .iter()
        .filter_map(|row| {
            Some(RequestView {
                id: row.id,
                created_at: row.created_at,
                updated_at: row.updated_at,
                account: people.get(&row.from_id)?.clone(),
                count: counts.get(&row.from_id).copied().unwrap_or(0),
                last_status: statuses.get(&row.last_status_id).cloned(),
            })
        })
        .collect())
}

/// Newest first.
///
/// # Errors
/// The database.
pub async fn page(ctx: &Ctx, viewer: &Viewer, page: Page) -> Result<Paged<RequestView>> {
    let me = viewer.id();
    ctx.db
        .read(move |conn| {
            let rows = notification_requests::page(conn, me, &page)?;
            let views = load(conn, me, &rows)?;
            let cursors = rows.iter().map(|row| (row.id.0, ())).collect();
            Ok(Paged::<()>::of(cursors, &page).with(views))
        })
        .await
}

/// One.
///
/// # Errors
/// `NotFound` for someone else's.
pub async fn one(ctx: &Ctx, viewer: &Viewer, id: RequestId) -> Result<RequestView> {
    let me = viewer.id();
    ctx.db
        .read(move |conn| {
            let rows = notification_requests::among(conn, me, &[id])?;
            load(conn, me, &rows)?.pop().ok_or(Error::NotFound)
        })
        .await
}

/// The senders of these requests; with one id that is not the viewer's nothing is done.
fn senders(conn: &mut Conn, me: AccountId, ids: &[RequestId]) -> Result<Vec<AccountId>> {
    let rows = notification_requests::among(conn, me, ids)?;
    if ids.iter().any(|id| !rows.iter().any(|row| row.id == *id)) {
        return Err(Error::NotFound);
    }
    Ok(rows.into_iter().map(|row| row.from_id).collect())
}

/// Lets them in: what waited is told, and from now on everything of theirs.
///
/// # Errors
/// `NotFound` where one of them is none of the viewer's.
pub async fn accept(ctx: &Ctx, viewer: &Viewer, ids: Vec<RequestId>) -> Result<()> {
    let (home, me) = (Arc::clone(ctx), viewer.id());
    ctx.write(move |conn| {
        let from = senders(conn, me, &ids)?;
        notification_policies::permit(conn, me, &from, home.now())?;
        notifications::release(conn, me, &from)?;
        notification_requests::delete(conn, me, &from)?;
        live::note(Change::Merged(me));
        Ok(())
    })
    .await
}

/// Sends them away: what waited is gone; what comes later waits again.
///
/// # Errors
/// As [`accept`].
pub async fn dismiss(ctx: &Ctx, viewer: &Viewer, ids: Vec<RequestId>) -> Result<()> {
    let me = viewer.id();
    ctx.write(move |conn| {
        let from = senders(conn, me, &ids)?;
        notifications::discard(conn, me, &from)?;
        Ok(notification_requests::delete(conn, me, &from)?)
    })
    .await
}
