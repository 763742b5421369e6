//! Signed-in browsers.

use diesel::prelude::*;
use model::{AccountId, Millis, SessionId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::web_sessions;

/// A row of `web_sessions`.
#[derive(Clone, PartialEq, Eq, Queryable, Selectable, Identifiable, Insertable)]
#[diesel(table_name = web_sessions, treat_none_as_default_value = false)]
pub struct WebSession {
    /// Its id.
    pub id: SessionId,
    /// SHA-256 of the cookie's value.
    pub token_hash: Vec<u8>,
    /// Who.
    pub account_id: AccountId,
    /// What each form of this browser carries.
    pub csrf: String,
    /// When.
    pub created_at: Millis,
    /// Until when.
    pub expires_at: Millis,
    /// When it was last used, to the day; `None`: never since the day on which it was made.
    pub last_used_at: Option<Millis>,
    /// From where: a network, never an address.
    pub network: String,
    /// What the browser calls itself.
    pub user_agent: String,
}

impl std::fmt::Debug for WebSession {
    /// Without what would let someone else act.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "WebSession({} of {})", self.id, self.account_id)
    }
}

/// Adds a browser, and throws away those that ran out.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, session: &WebSession) -> Result<()> {
    both!(conn => diesel::delete(web_sessions::table
        .filter(web_sessions::account_id.eq(session.account_id))
        .filter(web_sessions::expires_at.le(session.created_at)))
        .execute(conn))?;
    both!(conn => diesel::insert_into(web_sessions::table).values(session).execute(conn))?;
    Ok(())
}

/// The browser with this hash, unless it ran out.
///
/// # Errors
/// The database.
pub fn find(conn: &mut Conn, hash: &[u8], now: Millis) -> Result<Option<WebSession>> {
    Ok(both!(conn => web_sessions::table
        .filter(web_sessions::token_hash.eq(hash))
        .filter(web_sessions::expires_at.gt(now))
        .select(WebSession::as_select())
        .get_result(conn)
        .optional())?)
}

/// Signs a browser out.
///
/// # Errors
/// The database.
pub fn delete(conn: &mut Conn, hash: &[u8]) -> Result<()> {
    both!(conn => diesel::delete(web_sessions::table.filter(web_sessions::token_hash.eq(hash)))
        .execute(conn))?;
    Ok(())
}

/// Signs every browser of this person out.
///
/// # Errors
/// The database.
pub fn delete_all_of(conn: &mut Conn, account: AccountId) -> Result<()> {
    both!(conn => diesel::delete(web_sessions::table.filter(web_sessions::account_id.eq(account)))
        .execute(conn))?;
    Ok(())
}

/// The browsers in which this person is signed in, newest first.
///
/// # Errors
/// The database.
pub fn of_account(conn: &mut Conn, account: AccountId, now: Millis) -> Result<Vec<WebSession>> {
    Ok(both!(conn => web_sessions::table
        .filter(web_sessions::account_id.eq(account))
        .filter(web_sessions::expires_at.gt(now))
        .order(web_sessions::id.desc())
        .limit(200)
        .select(WebSession::as_select())
        .load(conn))?)
}

/// Signs one browser of this person out; `false` where it is not theirs.
///
/// # Errors
/// The database.
pub fn delete_one_of(conn: &mut Conn, account: AccountId, id: SessionId) -> Result<bool> {
    let rows = both!(conn => diesel::delete(web_sessions::table
        .find(id)
        .filter(web_sessions::account_id.eq(account)))
        .execute(conn))?;
    Ok(rows > 0)
}

/// Signs every browser of this person out but the one with this hash.
///
/// # Errors
/// The database.
pub fn delete_others_of(conn: &mut Conn, account: AccountId, hash: &[u8]) -> Result<()> {
    both!(conn => diesel::delete(web_sessions::table
        .filter(web_sessions::account_id.eq(account))
        .filter(web_sessions::token_hash.ne(hash)))
        .execute(conn))?;
    Ok(())
}

/// Notes that a browser was used.
///
/// # Errors
/// The database.
pub fn touch(conn: &mut Conn, id: SessionId, now: Millis) -> Result<()> {
    both!(conn => diesel::update(web_sessions::table.find(id))
        .set(web_sessions::last_used_at.eq(now))
        .execute(conn))?;
    Ok(())
}
