//! Servers of which a person wants to see nothing. Blocks of the whole place are `domain_blocks`.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use model::{AccountId, Millis, Page, RowId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::follows::Follow;
use crate::paging::page_of;
use crate::schema::{account_domain_blocks, accounts, follows};
use crate::sql::Sql;

/// Hides a domain; `false` where it is hidden already.
///
/// # Errors
/// The database.
pub fn insert(
    conn: &mut Conn,
    id: RowId,
    account: AccountId,
    domain: &str,
    now: Millis,
) -> Result<bool> {
    let rows = both!(conn => diesel::insert_into(account_domain_blocks::table)
        .values((
            account_domain_blocks::id.eq(id),
            account_domain_blocks::account_id.eq(account),
            account_domain_blocks::domain.eq(domain),
            account_domain_blocks::created_at.eq(now),
        ))
        .on_conflict((account_domain_blocks::account_id, account_domain_blocks::domain))
        .do_nothing()
        .execute(conn))?;
    Ok(rows > 0)
}

/// Shows a domain again.
///
/// # Errors
/// The database.
pub fn delete(conn: &mut Conn, account: AccountId, domain: &str) -> Result<()> {
    both!(conn => diesel::delete(account_domain_blocks::table
        .filter(account_domain_blocks::account_id.eq(account))
        .filter(account_domain_blocks::domain.eq(domain)))
        .execute(conn))?;
    Ok(())
}

/// Does this person hide this domain?
///
/// # Errors
/// The database.
pub fn hides(conn: &mut Conn, account: AccountId, domain: &str) -> Result<bool> {
    if domain.is_empty() {
        return Ok(false);
    }
    Ok(both!(conn => diesel::select(diesel::dsl::exists(
        account_domain_blocks::table
            .filter(account_domain_blocks::account_id.eq(account))
            .filter(account_domain_blocks::domain.eq(domain)),
    ))
    .get_result(conn))?)
}

/// Which of these accounts live on a server that this person hides.
///
/// # Errors
/// The database.
pub fn hidden(
    conn: &mut Conn,
    account: AccountId,
    targets: &[AccountId],
) -> Result<Vec<AccountId>> {
    if targets.is_empty() {
        return Ok(Vec::new());
    }
    let text = "SELECT a.id FROM account_domain_blocks d JOIN accounts a ON a.domain = d.domain \
         WHERE d.account_id = :account AND a.id :ids";
    let sql = Sql::<BigInt>::new(text)
        .id("account", account)
        .ids("ids", targets);
    Ok(both!(conn => sql.load(conn))?)
}

/// How many domains someone hides.
///
/// # Errors
/// The database.
pub fn count(conn: &mut Conn, account: AccountId) -> Result<i64> {
    Ok(both!(conn => account_domain_blocks::table
        .filter(account_domain_blocks::account_id.eq(account))
        .count()
        .get_result(conn))?)
}

/// The domains that someone hides, newest first.
///
/// # Errors
/// The database.
pub fn page(conn: &mut Conn, account: AccountId, page: &Page) -> Result<Vec<(RowId, String)>> {
    Ok(both!(conn => page_of!(
        conn,
        Db,
        account_domain_blocks::table
            .filter(account_domain_blocks::account_id.eq(account))
            .select((account_domain_blocks::id, account_domain_blocks::domain)),
        account_domain_blocks::id,
        page
    ))?)
}

/// The follows and requests between this person and the accounts of a domain: those that the person
/// made, and those made of the person.
///
/// # Errors
/// The database.
pub fn follows_with(
    conn: &mut Conn,
    account: AccountId,
    domain: &str,
) -> Result<(Vec<Follow>, Vec<Follow>)> {
    let made = both!(conn => follows::table
        .inner_join(accounts::table.on(accounts::id.eq(follows::target_id)))
        .filter(follows::account_id.eq(account))
        .filter(accounts::domain.eq(domain))
        .select(Follow::as_select())
        .load(conn))?;
    let received = both!(conn => follows::table
        .inner_join(accounts::table.on(accounts::id.eq(follows::account_id)))
        .filter(follows::target_id.eq(account))
        .filter(accounts::domain.eq(domain))
        .select(Follow::as_select())
        .load(conn))?;
    Ok((made, received))
}

/// Takes what comes from a domain, and boosts of it, out of someone's home, and what they were told
/// because of it out of their notifications.
///
/// # Errors
/// The database.
pub fn forget(conn: &mut Conn, account: AccountId, domain_of: RowId) -> Result<()> {
    let texts = [
        "DELETE FROM home_entries WHERE owner_id = :account AND EXISTS (SELECT 1 FROM statuses s \
         JOIN accounts a ON a.id = s.account_id JOIN account_domain_blocks d ON d.domain = a.domain \
         WHERE d.id = :block AND (s.id = home_entries.status_id OR s.id = home_entries.original_id))",
        "DELETE FROM notifications WHERE account_id = :account AND from_id IN (SELECT a.id \
         FROM accounts a JOIN account_domain_blocks d ON d.domain = a.domain WHERE d.id = :block)",
    ];
    for text in texts {
        let sql = Sql::<()>::new(text)
            .id("account", account)
            .id("block", domain_of);
        both!(conn => sql.execute(conn))?;
    }
    Ok(())
}
