//! By which way members came, and what they said at the door.

use diesel::prelude::*;
use model::{AccountId, AppId, InviteId, Millis};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::{invites, sign_ups};
use crate::sql::one_of;

/// A row of `sign_ups`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = sign_ups, treat_none_as_default_value = false)]
pub struct SignUp {
    /// Who came.
    pub account_id: AccountId,
    /// Through which app; `None` for the pages.
    pub app_id: Option<AppId>,
    /// By which invite.
    pub invite_id: Option<InviteId>,
    /// Why, in their own words.
    pub reason: String,
    /// When.
    pub created_at: Millis,
}

/// Keeps it.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, sign_up: &SignUp) -> Result<()> {
    both!(conn => diesel::insert_into(sign_ups::table).values(sign_up).execute(conn))?;
    Ok(())
}

/// How this member came; `None` for those who were made by the command line.
///
/// # Errors
/// The database.
pub fn find(conn: &mut Conn, account: AccountId) -> Result<Option<SignUp>> {
    Ok(both!(conn => sign_ups::table
        .find(account)
        .select(SignUp::as_select())
        .get_result(conn)
        .optional())?)
}

/// How these members came.
///
/// # Errors
/// The database.
pub fn by_accounts(conn: &mut Conn, accounts: &[AccountId]) -> Result<Vec<SignUp>> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => sign_ups::table
        .filter(one_of("sign_ups.account_id", accounts))
        .select(SignUp::as_select())
        .load(conn))?)
}

/// Who let these members in, of those who came by an invite: member, host.
///
/// # Errors
/// The database.
pub fn hosts(conn: &mut Conn, accounts: &[AccountId]) -> Result<Vec<(AccountId, AccountId)>> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => sign_ups::table
        .inner_join(invites::table.on(sign_ups::invite_id.eq(invites::id.nullable())))
        .filter(one_of("sign_ups.account_id", accounts))
        .select((sign_ups::account_id, invites::account_id))
        .load(conn))?)
}
