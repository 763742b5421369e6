//! What a status said before it was edited.

use diesel::prelude::*;
use model::{Millis, RowId, StatusId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::status_edits;

/// A row of `status_edits`.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = status_edits, treat_none_as_default_value = false)]
pub struct StatusEdit {
    /// Its id.
    pub id: RowId,
    /// Of which status.
    pub status_id: StatusId,
    /// Plain text.
    pub title: String,
    /// Clean HTML.
    pub content: String,
    /// Plain text.
    pub spoiler_text: String,
    /// Pictures were covered.
    pub sensitive: bool,
    /// From when on it said this.
    pub created_at: Millis,
    /// Pictures and the options of a poll, as they were.
    pub parts: serde_json::Value,
}

/// Keeps a version.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, edit: &StatusEdit) -> Result<()> {
    both!(conn => diesel::insert_into(status_edits::table).values(edit).execute(conn))?;
    Ok(())
}

/// The versions before the present one, oldest first.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, status: StatusId) -> Result<Vec<StatusEdit>> {
    Ok(both!(conn => status_edits::table
        .filter(status_edits::status_id.eq(status))
        .order(status_edits::id)
        .select(StatusEdit::as_select())
        .load(conn))?)
}
