//! Conversations of direct statuses: one row a participant here.

use diesel::prelude::*;
use model::{AccountId, ConversationId, Millis, Page, StatusId};

use crate::conn::{Conn, both};
use crate::error::{Error, Result};
use crate::paging::page_of;
use crate::schema::conversations;

/// A row of `conversations`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = conversations, treat_none_as_default_value = false)]
pub struct Conversation {
    /// Its id for this participant.
    pub id: ConversationId,
    /// The participant.
    pub account_id: AccountId,
    /// The root of the thread.
    pub root_id: StatusId,
    /// The newest status in it.
    pub last_status_id: StatusId,
    /// Not read since?
    pub unread: bool,
    /// When it last grew.
    pub updated_at: Millis,
}

/// Notes a new status in the conversations of its participants: `rows` hold the same status, one each.
/// What is older than the newest that someone has changes nothing.
///
/// # Errors
/// The database.
pub fn grow(conn: &mut Conn, rows: &[Conversation]) -> Result<()> {
    let Some(first) = rows.first() else {
        return Ok(());
    };
    both!(conn => diesel::insert_into(conversations::table)
        .values(rows)
        .on_conflict_do_nothing()
        .execute(conn))?;
    let (root, last) = (first.root_id, first.last_status_id);
    for unread in [true, false] {
        let whose: Vec<AccountId> = rows
            .iter()
            .filter(|row| row.unread == unread)
            .map(|row| row.account_id)
            .collect();
        if whose.is_empty() {
            continue;
        }
        both!(conn => diesel::update(conversations::table
            .filter(conversations::root_id.eq(root))
            .filter(conversations::account_id.eq_any(&whose))
            .filter(conversations::last_status_id.lt(last)))
            .set((
                conversations::last_status_id.eq(last),
                conversations::unread.eq(unread),
                conversations::updated_at.eq(first.updated_at),
            ))
            .execute(conn))?;
    }
    Ok(())
}

/// Someone's conversations, newest first; the cursor is the last status.
///
/// # Errors
/// The database.
pub fn page(conn: &mut Conn, account: AccountId, page: &Page) -> Result<Vec<Conversation>> {
    Ok(both!(conn => page_of!(
        conn,
        Db,
        conversations::table
            .filter(conversations::account_id.eq(account))
            .select(Conversation::as_select()),
        conversations::last_status_id,
        page
    ))?)
}

/// One of someone's.
///
/// # Errors
/// `NotFound`.
pub fn get(conn: &mut Conn, account: AccountId, id: ConversationId) -> Result<Conversation> {
    let found: Conversation = both!(conn => conversations::table.find(id)
        .select(Conversation::as_select())
        .get_result(conn))?;
    if found.account_id == account {
        Ok(found)
    } else {
        Err(Error::NotFound)
    }
}

/// Marks one as read, or as not read yet.
///
/// # Errors
/// The database.
pub fn mark(conn: &mut Conn, id: ConversationId, unread: bool) -> Result<()> {
    both!(conn => diesel::update(conversations::table.find(id))
        .set(conversations::unread.eq(unread))
        .execute(conn))?;
    Ok(())
}

/// Takes one out of someone's list.
///
/// # Errors
/// The database.
pub fn delete(conn: &mut Conn, id: ConversationId) -> Result<()> {
    both!(conn => diesel::delete(conversations::table.find(id)).execute(conn))?;
    Ok(())
}
