//! Access tokens: stored as hashes, of a person, of a group through a human, or of an application alone.

use diesel::prelude::*;
use model::{AccountId, AppId, Millis, TokenId};

use crate::accounts::Account;
use crate::apps::App;
use crate::conn::{Conn, both};
use crate::error::Result;
use crate::push;
use crate::schema::{access_tokens, accounts, apps, users};
use crate::sql::one_of;
use crate::users::User;

/// A row of `access_tokens`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Identifiable, Insertable)]
#[diesel(table_name = access_tokens, treat_none_as_default_value = false)]
pub struct AccessToken {
    /// Its id.
    pub id: TokenId,
    /// SHA-256 of the token.
    pub token_hash: Vec<u8>,
    /// Which application holds it.
    pub app_id: Option<AppId>,
    /// In whose name it acts; `None` for the application alone.
    pub account_id: Option<AccountId>,
    /// The human behind it.
    pub human_id: Option<AccountId>,
    /// What it allows.
    pub scopes: String,
    /// When.
    pub created_at: Millis,
    /// Set: it allows nothing any more.
    pub revoked_at: Option<Millis>,
    /// When it was last used, to the day; `None`: never since the day on which it was made.
    pub last_used_at: Option<Millis>,
}

/// Adds a token.
///
/// # Errors
/// `Conflict` where it is taken.
pub fn insert(conn: &mut Conn, token: &AccessToken) -> Result<()> {
    both!(conn => diesel::insert_into(access_tokens::table).values(token).execute(conn))?;
    Ok(())
}

/// The token with this hash and its application, unless it was revoked.
///
/// # Errors
/// The database.
pub fn find(conn: &mut Conn, hash: &[u8]) -> Result<Option<(AccessToken, Option<App>)>> {
    Ok(both!(conn => access_tokens::table
        .left_join(apps::table.on(apps::id.nullable().eq(access_tokens::app_id)))
        .filter(access_tokens::token_hash.eq(hash))
        .filter(access_tokens::revoked_at.is_null())
        .select((AccessToken::as_select(), Option::<App>::as_select()))
        .get_result(conn)
        .optional())?)
}

/// The accounts behind a token, with the person that each is, if any.
///
/// # Errors
/// The database.
pub fn holders(conn: &mut Conn, ids: &[AccountId]) -> Result<Vec<(Account, Option<User>)>> {
    Ok(both!(conn => accounts::table
        .left_join(users::table.on(users::account_id.eq(accounts::id)))
        .filter(one_of("accounts.id", ids))
        .select((Account::as_select(), Option::<User>::as_select()))
        .load(conn))?)
}

/// Ends a token, and what hangs on it.
///
/// # Errors
/// The database.
pub fn revoke(conn: &mut Conn, id: TokenId, now: Millis) -> Result<()> {
    push::remove(conn, id)?;
    both!(conn => diesel::update(access_tokens::table.find(id))
        .filter(access_tokens::revoked_at.is_null())
        .set(access_tokens::revoked_at.eq(now))
        .execute(conn))?;
    Ok(())
}

/// Ends every token behind which this human stands.
///
/// # Errors
/// The database.
pub fn revoke_all_of(conn: &mut Conn, human: AccountId, now: Millis) -> Result<()> {
    push::remove_all_of(conn, human)?;
    both!(conn => diesel::update(access_tokens::table)
        .filter(access_tokens::human_id.eq(human))
        .filter(access_tokens::revoked_at.is_null())
        .set(access_tokens::revoked_at.eq(now))
        .execute(conn))?;
    Ok(())
}

/// Ends the tokens with which this human acts for this group.
///
/// # Errors
/// The database.
pub fn revoke_for_group(
    conn: &mut Conn,
    group: AccountId,
    human: AccountId,
    now: Millis,
) -> Result<()> {
    push::remove_for_group(conn, group, human)?;
    both!(conn => diesel::update(access_tokens::table)
        .filter(access_tokens::account_id.eq(group))
        .filter(access_tokens::human_id.eq(human))
        .filter(access_tokens::revoked_at.is_null())
        .set(access_tokens::revoked_at.eq(now))
        .execute(conn))?;
    Ok(())
}

/// The human behind a token.
///
/// # Errors
/// The database.
pub fn human_of(conn: &mut Conn, id: TokenId) -> Result<Option<AccountId>> {
    let found: Option<Option<AccountId>> = both!(conn => access_tokens::table
        .find(id)
        .select(access_tokens::human_id)
        .get_result(conn)
        .optional())?;
    Ok(found.flatten())
}

/// Does this token still allow anything?
///
/// # Errors
/// The database.
pub fn is_valid(conn: &mut Conn, id: TokenId) -> Result<bool> {
    let found: Option<TokenId> = both!(conn => access_tokens::table
        .find(id)
        .filter(access_tokens::revoked_at.is_null())
        .select(access_tokens::id)
        .get_result(conn)
        .optional())?;
    Ok(found.is_some())
}

/// The tokens that work and behind which this human stands, with their applications; newest first.
///
/// # Errors
/// The database.
pub fn of_human(conn: &mut Conn, human: AccountId) -> Result<Vec<(AccessToken, Option<App>)>> {
    Ok(both!(conn => access_tokens::table
        .left_join(apps::table.on(apps::id.nullable().eq(access_tokens::app_id)))
        .filter(access_tokens::human_id.eq(human))
        .filter(access_tokens::revoked_at.is_null())
        .order(access_tokens::id.desc())
        .limit(1_000)
        .select((AccessToken::as_select(), Option::<App>::as_select()))
        .load(conn))?)
}

/// Ends the tokens of this human that one application holds (`None`: those that belong to none).
///
/// # Errors
/// The database.
pub fn revoke_app_of(
    conn: &mut Conn,
    human: AccountId,
    app: Option<AppId>,
    now: Millis,
) -> Result<usize> {
    let count = match app {
        Some(app) => both!(conn => diesel::update(access_tokens::table)
            .filter(access_tokens::human_id.eq(human))
            .filter(access_tokens::app_id.eq(app))
            .filter(access_tokens::revoked_at.is_null())
            .set(access_tokens::revoked_at.eq(now))
            .execute(conn))?,
        None => both!(conn => diesel::update(access_tokens::table)
            .filter(access_tokens::human_id.eq(human))
            .filter(access_tokens::app_id.is_null())
            .filter(access_tokens::revoked_at.is_null())
            .set(access_tokens::revoked_at.eq(now))
            .execute(conn))?,
    };
    Ok(count)
}

/// Notes that a token was used.
///
/// # Errors
/// The database.
pub fn touch(conn: &mut Conn, id: TokenId, now: Millis) -> Result<()> {
    both!(conn => diesel::update(access_tokens::table.find(id))
        .set(access_tokens::last_used_at.eq(now))
        .execute(conn))?;
    Ok(())
}
