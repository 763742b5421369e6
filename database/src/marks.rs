//! What a viewer did with statuses (liked, boosted, kept, pinned, muted), for many in one statement.

use std::collections::HashSet;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer};
use model::{AccountId, StatusId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::sql::Sql;

/// The viewer's marks, each as the set of what carries it.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    /// Liked.
    pub favourited: HashSet<StatusId>,
    /// Boosted.
    pub reblogged: HashSet<StatusId>,
    /// Kept.
    pub bookmarked: HashSet<StatusId>,
    /// Pinned.
    pub pinned: HashSet<StatusId>,
    /// Roots of threads of which the viewer wants to hear no more.
    pub muted_roots: HashSet<StatusId>,
}

/// The marks of `account` on these statuses, and on the threads with these roots.
///
/// # Errors
/// The database.
pub fn of(
    conn: &mut Conn,
    account: AccountId,
    statuses: &[StatusId],
    roots: &[StatusId],
) -> Result<Marks> {
    let text = "SELECT 0, status_id FROM favourites WHERE account_id = :account AND status_id :ids \
         UNION ALL SELECT 1, reblog_of_id FROM statuses WHERE account_id = :account AND reblog_of_id :ids \
           AND deleted_at IS NULL \
         UNION ALL SELECT 2, status_id FROM bookmarks WHERE account_id = :account AND status_id :ids \
         UNION ALL SELECT 3, status_id FROM status_pins WHERE account_id = :account AND status_id :ids \
         UNION ALL SELECT 4, root_id FROM thread_mutes WHERE account_id = :account AND root_id :roots";
    let sql = Sql::<(Integer, BigInt)>::new(text)
        .id("account", account)
        .ids("ids", statuses)
        .ids("roots", roots);
    let rows: Vec<(i32, StatusId)> = both!(conn => sql.load(conn))?;
    let mut marks = Marks::default();
    for (mark, id) in rows {
        match mark {
            0 => marks.favourited.insert(id),
            1 => marks.reblogged.insert(id),
            2 => marks.bookmarked.insert(id),
            3 => marks.pinned.insert(id),
            _ => marks.muted_roots.insert(id),
        };
    }
    Ok(marks)
}
