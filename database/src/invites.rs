//! Links by which members let others in: into the place, or into one of its groups. The one never does what the
//! other does.

use diesel::prelude::*;
use model::{AccountId, ActionId, InviteId, Millis};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::{accounts, invites};

/// A row of `invites`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Identifiable, Insertable)]
#[diesel(table_name = invites, treat_none_as_default_value = false)]
pub struct Invite {
    /// Its id.
    pub id: InviteId,
    /// Who made it.
    pub account_id: AccountId,
    /// What stands in the link.
    pub code: String,
    /// So many people; `None` for any number.
    pub max_uses: Option<i64>,
    /// So many came.
    pub uses: i64,
    /// Until when; `None` for ever.
    pub expires_at: Option<Millis>,
    /// When it was made.
    pub created_at: Millis,
    /// The group into which it leads; `None` for the place.
    pub group_id: Option<AccountId>,
    /// The entry of the group's log about it.
    pub action_id: Option<ActionId>,
}

impl Invite {
    /// Does it let someone in at this time?
    #[must_use]
    pub fn is_open(&self, now: Millis) -> bool {
        self.max_uses.is_none_or(|most| self.uses < most)
            && self.expires_at.is_none_or(|end| now < end)
    }
}

/// Adds an invite.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, invite: &Invite) -> Result<()> {
    both!(conn => diesel::insert_into(invites::table).values(invite).execute(conn))?;
    Ok(())
}

/// The invite into the place with this code, open or not.
///
/// # Errors
/// The database.
pub fn by_code(conn: &mut Conn, code: &str) -> Result<Option<Invite>> {
    Ok(both!(conn => invites::table
        .filter(invites::code.eq(code))
        .filter(invites::group_id.is_null())
        .select(Invite::as_select())
        .get_result(conn)
        .optional())?)
}

/// The invite into this group with this code, open or not.
///
/// # Errors
/// The database.
pub fn into_group(conn: &mut Conn, group: AccountId, code: &str) -> Result<Option<Invite>> {
    Ok(both!(conn => invites::table
        .filter(invites::code.eq(code))
        .filter(invites::group_id.eq(group))
        .select(Invite::as_select())
        .get_result(conn)
        .optional())?)
}

/// One invite, of whatever kind.
///
/// # Errors
/// The database.
pub fn get(conn: &mut Conn, id: InviteId) -> Result<Option<Invite>> {
    Ok(both!(conn => invites::table
        .find(id)
        .select(Invite::as_select())
        .get_result(conn)
        .optional())?)
}

/// The newest invites of a member into the place.
///
/// # Errors
/// The database.
pub fn of_account(conn: &mut Conn, account: AccountId, limit: i64) -> Result<Vec<Invite>> {
    Ok(both!(conn => invites::table
        .filter(invites::account_id.eq(account))
        .filter(invites::group_id.is_null())
        .order(invites::id.desc())
        .limit(limit)
        .select(Invite::as_select())
        .load(conn))?)
}

/// The newest invites into a group, of all or of one member, with the names of those who made them.
///
/// # Errors
/// The database.
pub fn of_group(
    conn: &mut Conn,
    group: AccountId,
    by: Option<AccountId>,
    limit: i64,
) -> Result<Vec<(Invite, String)>> {
    Ok(match by {
        Some(by) => both!(conn => invites::table
            .inner_join(accounts::table.on(accounts::id.eq(invites::account_id)))
            .filter(invites::group_id.eq(group))
            .filter(invites::account_id.eq(by))
            .order(invites::id.desc())
            .limit(limit)
            .select((Invite::as_select(), accounts::username))
            .load(conn))?,
        None => both!(conn => invites::table
            .inner_join(accounts::table.on(accounts::id.eq(invites::account_id)))
            .filter(invites::group_id.eq(group))
            .order(invites::id.desc())
            .limit(limit)
            .select((Invite::as_select(), accounts::username))
            .load(conn))?,
    })
}

/// The newest invites into the place of all, with the names of those who made them.
///
/// # Errors
/// The database.
pub fn newest(conn: &mut Conn, limit: i64) -> Result<Vec<(Invite, String)>> {
    Ok(both!(conn => invites::table
        .inner_join(accounts::table.on(accounts::id.eq(invites::account_id)))
        .filter(invites::group_id.is_null())
        .order(invites::id.desc())
        .limit(limit)
        .select((Invite::as_select(), accounts::username))
        .load(conn))?)
}

/// How many invites of a member into the place are open.
///
/// # Errors
/// The database.
pub fn count_open(conn: &mut Conn, account: AccountId, now: Millis) -> Result<i64> {
    Ok(both!(conn => invites::table
        .filter(invites::account_id.eq(account))
        .filter(invites::group_id.is_null())
        .filter(invites::expires_at.is_null().or(invites::expires_at.gt(now)))
        .filter(invites::max_uses.is_null().or(invites::max_uses.gt(invites::uses.nullable())))
        .count()
        .get_result(conn))?)
}

/// How many invites into a group are open, each with who made it.
///
/// # Errors
/// The database.
pub fn makers_of_open(conn: &mut Conn, group: AccountId, now: Millis) -> Result<Vec<AccountId>> {
    Ok(both!(conn => invites::table
        .filter(invites::group_id.eq(group))
        .filter(invites::expires_at.is_null().or(invites::expires_at.gt(now)))
        .filter(invites::max_uses.is_null().or(invites::max_uses.gt(invites::uses.nullable())))
        .select(invites::account_id)
        .load(conn))?)
}

/// Ends every invite into a group that this member made.
///
/// # Errors
/// The database.
pub fn close_all_of(
    conn: &mut Conn,
    group: AccountId,
    account: AccountId,
    now: Millis,
) -> Result<()> {
    both!(conn => diesel::update(invites::table)
        .filter(invites::group_id.eq(group))
        .filter(invites::account_id.eq(account))
        .filter(invites::expires_at.is_null().or(invites::expires_at.gt(now)))
        .set(invites::expires_at.eq(now))
        .execute(conn))?;
    Ok(())
}

/// Counts one who came; `false` where the invite is closed by now.
///
/// # Errors
/// The database.
pub fn spend(conn: &mut Conn, id: InviteId, now: Millis) -> Result<bool> {
    let rows = both!(conn => diesel::update(invites::table.find(id))
        .filter(invites::expires_at.is_null().or(invites::expires_at.gt(now)))
        .filter(invites::max_uses.is_null().or(invites::max_uses.gt(invites::uses.nullable())))
        .set(invites::uses.eq(invites::uses + 1))
        .execute(conn))?;
    Ok(rows > 0)
}

/// Ends an invite into the place, or into this group; whoever came by it stays. `false` where it is not there, or
/// not of this member.
///
/// # Errors
/// The database.
pub fn close(
    conn: &mut Conn,
    id: InviteId,
    into: Option<AccountId>,
    of: Option<AccountId>,
    now: Millis,
) -> Result<bool> {
    let found: Option<Invite> = both!(conn => invites::table
        .find(id)
        .select(Invite::as_select())
        .get_result(conn)
        .optional())?;
    let Some(invite) = found
        .filter(|invite| invite.group_id == into)
        .filter(|invite| of.is_none_or(|of| of == invite.account_id))
    else {
        return Ok(false);
    };
    if invite.is_open(now) {
        both!(conn => diesel::update(invites::table.find(id))
            .set(invites::expires_at.eq(now))
            .execute(conn))?;
    }
    Ok(true)
}
