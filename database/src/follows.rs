//! Follows and requests to follow.

use diesel::prelude::*;
use model::{AccountId, FollowId, FollowState, Millis, Page};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::follower_inboxes;
use crate::paging::page_of;
use crate::schema::follows;
use crate::sql::one_of;

/// A row of `follows`.
#[derive(
    Clone, Debug, PartialEq, Eq, Queryable, Selectable, Identifiable, Insertable, AsChangeset,
)]
#[diesel(table_name = follows, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Follow {
    /// Its id: the cursor of followers and following.
    pub id: FollowId,
    /// Who.
    pub account_id: AccountId,
    /// Whom.
    pub target_id: AccountId,
    /// Asked for, or in force.
    pub state: FollowState,
    /// Boosts too?
    pub reblogs: bool,
    /// A notification for each post?
    pub notify: bool,
    /// The address of the Follow activity where it came from elsewhere.
    pub uri: Option<String>,
    /// When.
    pub created_at: Millis,
}

impl Follow {
    /// A follow in force, made here, with boosts and without a notification for each post.
    #[must_use]
    pub const fn new(id: FollowId, account: AccountId, target: AccountId, at: Millis) -> Self {
        Self {
            id,
            account_id: account,
            target_id: target,
            state: FollowState::Accepted,
            reblogs: true,
            notify: false,
            uri: None,
            created_at: at,
        }
    }
}

/// The follow of `target` by `account`, in force or asked for.
///
/// # Errors
/// The database.
pub fn find(conn: &mut Conn, account: AccountId, target: AccountId) -> Result<Option<Follow>> {
    Ok(both!(conn => follows::table
        .filter(follows::account_id.eq(account))
        .filter(follows::target_id.eq(target))
        .select(Follow::as_select())
        .get_result(conn)
        .optional())?)
}

/// The follow with this id.
///
/// # Errors
/// The database.
pub fn get(conn: &mut Conn, id: FollowId) -> Result<Option<Follow>> {
    Ok(both!(conn => follows::table
        .find(id)
        .select(Follow::as_select())
        .get_result(conn)
        .optional())?)
}

/// Which of these `account` follows, or asks to follow.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, account: AccountId, targets: &[AccountId]) -> Result<Vec<Follow>> {
    if targets.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => follows::table
        .filter(follows::account_id.eq(account))
        .filter(one_of("follows.target_id", targets))
        .select(Follow::as_select())
        .load(conn))?)
}

/// Which of these follow, or ask to follow, `target`.
///
/// # Errors
/// The database.
pub fn toward(conn: &mut Conn, target: AccountId, accounts: &[AccountId]) -> Result<Vec<Follow>> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => follows::table
        .filter(follows::target_id.eq(target))
        .filter(one_of("follows.account_id", accounts))
        .select(Follow::as_select())
        .load(conn))?)
}

/// Adds a follow; `false` where there is one already.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, follow: &Follow) -> Result<bool> {
    let rows = both!(conn => diesel::insert_into(follows::table)
        .values(follow)
        .on_conflict((follows::account_id, follows::target_id))
        .do_nothing()
        .execute(conn))?;
    if rows > 0 && follow.state == FollowState::Accepted {
        follower_inboxes::came(conn, follow.account_id, follow.target_id)?;
    }
    Ok(rows > 0)
}

/// Puts a request in force; `false` where none waits.
///
/// # Errors
/// The database.
pub fn accept(conn: &mut Conn, id: FollowId) -> Result<bool> {
    let rows = both!(conn => diesel::update(follows::table.find(id))
        .filter(follows::state.eq(FollowState::Requested))
        .set(follows::state.eq(FollowState::Accepted))
        .execute(conn))?;
    if rows > 0
        && let Some(follow) = get(conn, id)?
    {
        follower_inboxes::came(conn, follow.account_id, follow.target_id)?;
    }
    Ok(rows > 0)
}

/// Changes what a follower wants to see of it.
///
/// # Errors
/// The database.
pub fn set_wish(conn: &mut Conn, id: FollowId, reblogs: bool, notify: bool) -> Result<()> {
    both!(conn => diesel::update(follows::table.find(id))
        .set((follows::reblogs.eq(reblogs), follows::notify.eq(notify)))
        .execute(conn))?;
    Ok(())
}

/// Writes down the address of a follow.
///
/// # Errors
/// The database.
pub fn set_uri(conn: &mut Conn, id: FollowId, uri: &str) -> Result<()> {
    both!(conn => diesel::update(follows::table.find(id))
        .set(follows::uri.eq(uri))
        .execute(conn))?;
    Ok(())
}

/// Ends a follow; `false` where it is gone already.
///
/// # Errors
/// The database.
pub fn delete(conn: &mut Conn, id: FollowId) -> Result<bool> {
    let Some(follow) = get(conn, id)? else {
        return Ok(false);
    };
    both!(conn => diesel::delete(follows::table.find(id)).execute(conn))?;
    if follow.state == FollowState::Accepted {
        follower_inboxes::went(conn, follow.account_id, follow.target_id)?;
    }
    Ok(true)
}

/// Every follow that `account` made or that others made of it.
///
/// # Errors
/// The database.
pub fn all_around(conn: &mut Conn, account: AccountId) -> Result<Vec<Follow>> {
    Ok(both!(conn => follows::table
        .filter(follows::account_id.eq(account).or(follows::target_id.eq(account)))
        .select(Follow::as_select())
        .load(conn))?)
}

/// Who follows `target` (or asks to), newest first.
///
/// # Errors
/// The database.
pub fn followers(
    conn: &mut Conn,
    target: AccountId,
    state: FollowState,
    page: &Page,
) -> Result<Vec<(FollowId, AccountId)>> {
    Ok(both!(conn => page_of!(
        conn,
        Db,
        follows::table
            .filter(follows::target_id.eq(target))
            .filter(follows::state.eq(state))
            .select((follows::id, follows::account_id)),
        follows::id,
        page
    ))?)
}

/// Whom `account` follows, newest first.
///
/// # Errors
/// The database.
pub fn following(
    conn: &mut Conn,
    account: AccountId,
    state: FollowState,
    page: &Page,
) -> Result<Vec<(FollowId, AccountId)>> {
    Ok(both!(conn => page_of!(
        conn,
        Db,
        follows::table
            .filter(follows::account_id.eq(account))
            .filter(follows::state.eq(state))
            .select((follows::id, follows::target_id)),
        follows::id,
        page
    ))?)
}
/// Those who follow a group, or ask to, and are no members of it.
///
/// # Errors
/// The database.
pub fn of_non_members(conn: &mut Conn, group: AccountId) -> Result<Vec<Follow>> {
    let member = diesel::dsl::sql::<diesel::sql_types::Bool>(
        "NOT EXISTS (SELECT 1 FROM memberships m WHERE m.group_id = follows.target_id \
         AND m.account_id = follows.account_id AND m.state = 1)",
    );
    Ok(both!(conn => follows::table
        .filter(follows::target_id.eq(group))
        .filter(member.clone())
        .select(Follow::as_select())
        .load(conn))?)
}
