//! Authorisation codes: a few minutes, one use.

use diesel::prelude::*;
use model::{AccountId, AppId, Millis, TokenId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::access_grants;

/// A row of `access_grants`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = access_grants, treat_none_as_default_value = false)]
pub struct AccessGrant {
    /// SHA-256 of the code.
    pub code_hash: Vec<u8>,
    /// For which application.
    pub app_id: AppId,
    /// Whose token it becomes.
    pub account_id: AccountId,
    /// The human who agreed.
    pub human_id: AccountId,
    /// What it will allow.
    pub scopes: String,
    /// Where it was sent.
    pub redirect_uri: String,
    /// PKCE, S256.
    pub code_challenge: Option<String>,
    /// Until when.
    pub expires_at: Millis,
    /// The token that the first use made.
    pub token_id: Option<TokenId>,
}

/// Adds a code, and throws away those that ran out more than a day ago.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, grant: &AccessGrant, now: Millis) -> Result<()> {
    both!(conn => diesel::delete(access_grants::table
        .filter(access_grants::expires_at.lt(now.plus(-Millis::DAY))))
        .execute(conn))?;
    both!(conn => diesel::insert_into(access_grants::table).values(grant).execute(conn))?;
    Ok(())
}

/// The code with this hash, used or not.
///
/// # Errors
/// The database.
pub fn find(conn: &mut Conn, code_hash: &[u8]) -> Result<Option<AccessGrant>> {
    Ok(both!(conn => access_grants::table
        .find(code_hash)
        .select(AccessGrant::as_select())
        .get_result(conn)
        .optional())?)
}

/// Spends a code; `false` where it is spent already.
///
/// # Errors
/// The database.
pub fn spend(conn: &mut Conn, code_hash: &[u8], token: TokenId) -> Result<bool> {
    let rows = both!(conn => diesel::update(access_grants::table.find(code_hash))
        .filter(access_grants::token_id.is_null())
        .set(access_grants::token_id.eq(token))
        .execute(conn))?;
    Ok(rows > 0)
}

/// Takes back the codes to which this human agreed: all, or those for one application.
///
/// # Errors
/// The database.
pub fn delete_all_of(conn: &mut Conn, human: AccountId, app: Option<AppId>) -> Result<()> {
    match app {
        Some(app) => both!(conn => diesel::delete(access_grants::table
            .filter(access_grants::human_id.eq(human))
            .filter(access_grants::app_id.eq(app)))
            .execute(conn))?,
        None => both!(conn => diesel::delete(access_grants::table
            .filter(access_grants::human_id.eq(human)))
            .execute(conn))?,
    };
    Ok(())
}

/// Takes back the codes by which this human was to act for this group.
///
/// # Errors
/// The database.
pub fn delete_for_group(conn: &mut Conn, group: AccountId, human: AccountId) -> Result<()> {
    both!(conn => diesel::delete(access_grants::table
        .filter(access_grants::account_id.eq(group))
        .filter(access_grants::human_id.eq(human)))
        .execute(conn))?;
    Ok(())
}
