//! What people want to hear from strangers, and whom they exempted.

use diesel::prelude::*;
use model::{AccountId, Millis, Verdict};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::{notification_permissions, notification_policies};
use crate::sql::one_of;

/// A row of `notification_policies`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = notification_policies, treat_none_as_default_value = false)]
pub struct Policy {
    /// Whose.
    pub account_id: AccountId,
    /// Whom they do not follow.
    pub for_not_following: Verdict,
    /// Who does not follow them, or only for three days.
    pub for_not_followers: Verdict,
    /// Accounts of less than 30 days.
    pub for_new_accounts: Verdict,
    /// Letters that are no answer to theirs.
    pub for_private_mentions: Verdict,
    /// Accounts that the moderators limited.
    pub for_limited_accounts: Verdict,
}

impl Policy {
    /// What holds for who chose nothing: Mastodon's defaults.
    #[must_use]
    pub const fn usual(account: AccountId) -> Self {
        Self {
            account_id: account,
            for_not_following: Verdict::Accept,
            for_not_followers: Verdict::Accept,
            for_new_accounts: Verdict::Accept,
            for_private_mentions: Verdict::Filter,
            for_limited_accounts: Verdict::Filter,
        }
    }
}

impl Policy {
    /// What holds for a group that chose nothing: strangers write to its moderators.
    #[must_use]
    pub const fn open(account: AccountId) -> Self {
        Self {
            for_private_mentions: Verdict::Accept,
            for_limited_accounts: Verdict::Accept,
            ..Self::usual(account)
        }
    }
}

/// The policies of those who chose one.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, accounts: &[AccountId]) -> Result<Vec<Policy>> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => notification_policies::table
        .filter(one_of("notification_policies.account_id", accounts))
        .select(Policy::as_select())
        .load(conn))?)
}

/// Sets a policy.
///
/// # Errors
/// The database.
pub fn put(conn: &mut Conn, policy: &Policy) -> Result<()> {
    both!(conn => diesel::insert_into(notification_policies::table)
        .values(policy)
        .on_conflict(notification_policies::account_id)
        .do_update()
        .set(policy)
        .execute(conn))?;
    Ok(())
}

/// Who of these lets everything of `from` through.
///
/// # Errors
/// The database.
pub fn permitting(
    conn: &mut Conn,
    accounts: &[AccountId],
    from: AccountId,
) -> Result<Vec<AccountId>> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => notification_permissions::table
        .filter(notification_permissions::from_id.eq(from))
        .filter(one_of("notification_permissions.account_id", accounts))
        .select(notification_permissions::account_id)
        .load(conn))?)
}

/// From now on everything of these is let through.
///
/// # Errors
/// The database.
pub fn permit(conn: &mut Conn, account: AccountId, from: &[AccountId], now: Millis) -> Result<()> {
    let rows: Vec<_> = from
        .iter()
        .map(|from| {
            (
                notification_permissions::account_id.eq(account),
                notification_permissions::from_id.eq(*from),
                notification_permissions::created_at.eq(now),
            )
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    both!(conn => diesel::insert_into(notification_permissions::table)
        .values(&rows)
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(())
}

/// What was let through no longer is: the one blocked the other.
///
/// # Errors
/// The database.
pub fn revoke(conn: &mut Conn, account: AccountId, from: AccountId) -> Result<()> {
    both!(conn => diesel::delete(notification_permissions::table.find((account, from)))
        .execute(conn))?;
    Ok(())
}
