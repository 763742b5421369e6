//! Conversations of direct statuses, as one participant sees them.

use std::collections::HashMap;

use database::Conn;
use database::conversations::{self, Conversation};
use model::{AccountId, ConversationId, Page, Paged, StatusId};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::views::account::{self, AccountView, Viewer};
use crate::views::status::{self, StatusView};

/// A conversation ready to print.
#[derive(Clone, Debug)]
pub struct ConversationView {
    /// Its id for this participant.
    pub id: ConversationId,
    /// Not read since the last status?
    pub unread: bool,
    /// The others.
    pub accounts: Vec<AccountView>,
    /// The last status that can be seen.
    pub last_status: Option<StatusView>,
}

/// Newest first; cursors are the ids of the last statuses.
///
/// # Errors
/// The database.
pub async fn page(ctx: &Ctx, viewer: &Viewer, page: Page) -> Result<Paged<ConversationView>> {
    let me = viewer.id();
    ctx.db
        .read(move |conn| {
            let rows = conversations::page(conn, me, &page)?;
            let views = load_in(conn, me, &rows)?;
            let cursors = rows.iter().map(|row| (row.last_status_id.0, ())).collect();
            Ok(Paged::of(cursors, &page).with(views))
        })
        .await
}

/// Marks one as read, or as not read yet.
///
/// # Errors
/// `NotFound` where it is someone else's.
pub async fn mark(
    ctx: &Ctx,
    viewer: &Viewer,
    id: ConversationId,
    unread: bool,
) -> Result<ConversationView> {
    let me = viewer.id();
    ctx.db
        .write(move |conn| {
            let mut row = conversations::get(conn, me, id)?;
            conversations::mark(conn, id, unread)?;
            row.unread = unread;
            load_in(conn, me, &[row])?.pop().ok_or(Error::NotFound)
        })
        .await
}

/// Takes one out of one's list (the statuses stay).
///
/// # Errors
/// `NotFound` where it is someone else's.
pub async fn remove(ctx: &Ctx, viewer: &Viewer, id: ConversationId) -> Result<()> {
    let me = viewer.id();
    ctx.db
        .write(move |conn| {
            conversations::get(conn, me, id)?;
            Ok(conversations::delete(conn, id)?)
        })
        .await
}

/// The others are who wrote the last status and who is named in it.
pub(crate) fn load_in(
    conn: &mut Conn,
    viewer: AccountId,
    rows: &[Conversation],
) -> Result<Vec<ConversationView>> {
    let last: Vec<StatusId> = rows.iter().map(|row| row.last_status_id).collect();
    let statuses: HashMap<StatusId, StatusView> = status::load_in(conn, viewer, &last)?
        .into_iter()
        .map(|view| (view.status.id, view))
        .collect();
    let named: Vec<AccountId> = statuses
        .values()
        .flat_map(|view| view.mentions.iter().map(|mention| mention.id))
        .collect();
    let mut people: HashMap<AccountId, AccountView> = account::load_in(conn, &named)?
        .into_iter()
        .map(|view| (view.account.id, view))
        .collect();
    for view in statuses.values() {
        people.insert(view.author.account.id, view.author.clone());
    }
    Ok(rows
        .iter()
        .map(|row| {
            let last_status = statuses.get(&row.last_status_id).cloned();
            let mut others: Vec<AccountId> = last_status
                .iter()
                .flat_map(|view| {
                    std::iter::once(view.author.account.id)
                        .chain(view.mentions.iter().map(|mention| mention.id))
                })
                .filter(|id| *id != viewer)
                .collect();
            others.dedup();
            ConversationView {
                id: row.id,
                unread: row.unread,
                accounts: others
                    .iter()
                    .filter_map(|id| people.get(id).cloned())
                    .collect(),
                last_status,
            }
        })
        .collect())
}
