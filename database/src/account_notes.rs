//! What someone wrote down about someone else, for their own eyes only.

use diesel::prelude::*;
use model::AccountId;

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::account_notes;
use crate::sql::one_of;

/// What `account` wrote down about these.
///
/// # Errors
/// The database.
pub fn of(
    conn: &mut Conn,
    account: AccountId,
    targets: &[AccountId],
) -> Result<Vec<(AccountId, String)>> {
    if targets.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => account_notes::table
        .filter(account_notes::account_id.eq(account))
        .filter(one_of("account_notes.target_id", targets))
        .select((account_notes::target_id, account_notes::comment))
        .load(conn))?)
}

/// Writes a note; an empty one is none.
///
/// # Errors
/// The database.
pub fn put(conn: &mut Conn, account: AccountId, target: AccountId, comment: &str) -> Result<()> {
    if comment.is_empty() {
        both!(conn => diesel::delete(account_notes::table.find((account, target))).execute(conn))?;
        return Ok(());
    }
    both!(conn => diesel::insert_into(account_notes::table)
        .values((
            account_notes::account_id.eq(account),
            account_notes::target_id.eq(target),
            account_notes::comment.eq(comment),
        ))
        .on_conflict((account_notes::account_id, account_notes::target_id))
        .do_update()
        .set(account_notes::comment.eq(comment))
        .execute(conn))?;
    Ok(())
}

/// How many notes someone keeps.
///
/// # Errors
/// The database.
pub fn count(conn: &mut Conn, account: AccountId) -> Result<i64> {
    Ok(both!(conn => account_notes::table
        .filter(account_notes::account_id.eq(account))
        .count()
        .get_result(conn))?)
}
