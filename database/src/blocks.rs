//! Blocks between accounts. A ban from a group is a row of `group_bans`, not one of these.

use diesel::prelude::*;
use model::{AccountId, BlockId, Millis, Page};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::paging::page_of;
use crate::schema::blocks;
use crate::sql::one_of;

/// A row of `blocks`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Identifiable, Insertable)]
#[diesel(table_name = blocks, treat_none_as_default_value = false)]
pub struct Block {
    /// Its id: the cursor of the list of blocks.
    pub id: BlockId,
    /// Who.
    pub account_id: AccountId,
    /// Whom.
    pub target_id: AccountId,
    /// The address of the Block activity where it came from elsewhere.
    pub uri: Option<String>,
    /// When.
    pub created_at: Millis,
}

/// Does one of the two block the other?
///
/// # Errors
/// The database.
pub fn between(conn: &mut Conn, a: AccountId, b: AccountId) -> Result<bool> {
    Ok(both!(conn => diesel::select(diesel::dsl::exists(
        blocks::table.filter(
            blocks::account_id.eq(a).and(blocks::target_id.eq(b))
                .or(blocks::account_id.eq(b).and(blocks::target_id.eq(a))),
        )
    ))
    .get_result(conn))?)
}

/// The block of `target` by `account`.
///
/// # Errors
/// The database.
pub fn find(conn: &mut Conn, account: AccountId, target: AccountId) -> Result<Option<Block>> {
    Ok(both!(conn => blocks::table
        .filter(blocks::account_id.eq(account))
        .filter(blocks::target_id.eq(target))
        .select(Block::as_select())
        .get_result(conn)
        .optional())?)
}

/// Which of these `account` blocks.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, account: AccountId, targets: &[AccountId]) -> Result<Vec<AccountId>> {
    if targets.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => blocks::table
        .filter(blocks::account_id.eq(account))
        .filter(one_of("blocks.target_id", targets))
        .select(blocks::target_id)
        .load(conn))?)
}

/// Which of these block `target`.
///
/// # Errors
/// The database.
pub fn toward(
    conn: &mut Conn,
    target: AccountId,
    accounts: &[AccountId],
) -> Result<Vec<AccountId>> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => blocks::table
        .filter(blocks::target_id.eq(target))
        .filter(one_of("blocks.account_id", accounts))
        .select(blocks::account_id)
        .load(conn))?)
}

/// Sets a block; `false` where it stands already.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, block: &Block) -> Result<bool> {
    let rows = both!(conn => diesel::insert_into(blocks::table)
        .values(block)
        .on_conflict((blocks::account_id, blocks::target_id))
        .do_nothing()
        .execute(conn))?;
    Ok(rows > 0)
}

/// Lifts a block; `false` where there is none.
///
/// # Errors
/// The database.
pub fn delete(conn: &mut Conn, account: AccountId, target: AccountId) -> Result<bool> {
    let rows = both!(conn => diesel::delete(blocks::table
        .filter(blocks::account_id.eq(account))
        .filter(blocks::target_id.eq(target)))
        .execute(conn))?;
    Ok(rows > 0)
}

/// Whom `account` blocks, newest first.
///
/// # Errors
/// The database.
pub fn page(conn: &mut Conn, account: AccountId, page: &Page) -> Result<Vec<(BlockId, AccountId)>> {
    Ok(both!(conn => page_of!(
        conn,
        Db,
        blocks::table
            .filter(blocks::account_id.eq(account))
            .select((blocks::id, blocks::target_id)),
        blocks::id,
        page
    ))?)
}
