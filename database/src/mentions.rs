//! Who is named in a status, or addressed by it without being named.

use diesel::prelude::*;
use model::{AccountId, AccountKind, StatusId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::{accounts, mentions};
use crate::sql::one_of;

/// A row of `mentions`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = mentions, treat_none_as_default_value = false)]
pub struct Mention {
    /// Where.
    pub status_id: StatusId,
    /// Who.
    pub account_id: AccountId,
    /// Addressed without being named.
    pub silent: bool,
}

/// Someone named, with what a link to them needs.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Named {
    /// Where.
    pub status_id: StatusId,
    /// Who.
    pub account_id: AccountId,
    /// Addressed without being named.
    pub silent: bool,
    /// Empty for this server.
    pub domain: String,
    /// As it was written.
    pub username: String,
    /// The page.
    pub url: String,
    /// The ActivityPub id.
    pub uri: String,
    /// Person or group.
    pub kind: AccountKind,
}

/// Adds them; who is there already stays as they are.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, rows: &[Mention]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    both!(conn => diesel::insert_into(mentions::table)
        .values(rows)
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(())
}

/// Forgets who is named in a status.
///
/// # Errors
/// The database.
pub fn clear(conn: &mut Conn, status: StatusId) -> Result<()> {
    both!(conn => diesel::delete(mentions::table.filter(mentions::status_id.eq(status))).execute(conn))?;
    Ok(())
}

/// Who is named in these, in the order of their accounts.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, statuses: &[StatusId]) -> Result<Vec<Named>> {
    if statuses.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => mentions::table
        .inner_join(accounts::table.on(accounts::id.eq(mentions::account_id)))
        .filter(one_of("mentions.status_id", statuses))
        .order((mentions::status_id, mentions::account_id))
        .select((
            mentions::status_id,
            mentions::account_id,
            mentions::silent,
            accounts::domain,
            accounts::username,
            accounts::url,
            accounts::uri,
            accounts::kind,
        ))
        .load(conn))?)
}

/// Is this account named in this status?
///
/// # Errors
/// The database.
pub fn names(conn: &mut Conn, status: StatusId, account: AccountId) -> Result<bool> {
    Ok(
        both!(conn => diesel::select(diesel::dsl::exists(mentions::table.find((status, account))))
        .get_result(conn))?,
    )
}

/// The accounts with these names (in lower case) and domains (empty for this server).
///
/// # Errors
/// The database.
pub fn accounts_named(
    conn: &mut Conn,
    names: &[(String, String)],
) -> Result<Vec<crate::accounts::Account>> {
    use crate::accounts::Account;
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<&str> = names.iter().map(|(name, _domain)| name.as_str()).collect();
    let domains: Vec<&str> = names
        .iter()
        .map(|(_name, domain)| domain.as_str())
        .collect();
    let found: Vec<Account> = both!(conn => accounts::table
        .filter(accounts::username_key.eq_any(&keys))
        .filter(accounts::domain.eq_any(&domains))
        .select(Account::as_select())
        .load(conn))?;
    // Each name was asked for with its own domain; the other pairs are left out.
    Ok(found
        .into_iter()
        .filter(|account| {
            names
                .iter()
                .any(|(name, domain)| *name == account.username_key && *domain == account.domain)
        })
        .collect())
}
