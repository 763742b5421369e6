//! The followers elsewhere of each account, counted by the inbox that takes what is for them. `follows` and
//! `accounts::put_remote` keep the count, in the transaction of whatever changes it; nobody else writes here.

use diesel::prelude::*;
use model::{AccountId, FollowState, InstanceId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::{follower_inboxes, follows, remote_actors};

#[derive(Insertable)]
#[diesel(table_name = follower_inboxes)]
struct New<'a> {
    account_id: AccountId,
    inbox: &'a str,
    instance_id: InstanceId,
    followers: i64,
}

/// A follow by this account came into force; people here have no inbox.
pub(crate) fn came(conn: &mut Conn, follower: AccountId, target: AccountId) -> Result<()> {
    match inbox_of(conn, follower)? {
        Some((inbox, instance)) => add(conn, target, &inbox, instance),
        None => Ok(()),
    }
}

/// A follow by this account that was in force ended.
pub(crate) fn went(conn: &mut Conn, follower: AccountId, target: AccountId) -> Result<()> {
    match inbox_of(conn, follower)? {
        Some((inbox, _instance)) => take(conn, target, &inbox),
        None => Ok(()),
    }
}

/// What is for this account is delivered elsewhere from now on.
pub(crate) fn moved(
    conn: &mut Conn,
    follower: AccountId,
    inbox: &str,
    instance: InstanceId,
) -> Result<()> {
    let before = inbox_of(conn, follower)?;
    if before.as_ref().is_some_and(|(old, _)| old == inbox) {
        return Ok(());
    }
    let targets: Vec<AccountId> = both!(conn => follows::table
        .filter(follows::account_id.eq(follower))
        .filter(follows::state.eq(FollowState::Accepted))
        .select(follows::target_id)
        .load(conn))?;
    for target in targets {
        if let Some((old, _instance)) = &before {
            take(conn, target, old)?;
        }
        add(conn, target, inbox, instance)?;
    }
    Ok(())
}

fn inbox_of(conn: &mut Conn, account: AccountId) -> Result<Option<(String, InstanceId)>> {
    Ok(both!(conn => remote_actors::table
        .find(account)
        .select((remote_actors::delivery_inbox, remote_actors::instance_id))
        .get_result(conn)
        .optional())?)
}

fn add(conn: &mut Conn, target: AccountId, inbox: &str, instance: InstanceId) -> Result<()> {
    let row = New {
        account_id: target,
        inbox,
        instance_id: instance,
        followers: 1,
    };
    both!(conn => diesel::insert_into(follower_inboxes::table)
        .values(&row)
        .on_conflict((follower_inboxes::account_id, follower_inboxes::inbox))
        .do_update()
        .set(follower_inboxes::followers.eq(follower_inboxes::followers + 1))
        .execute(conn))?;
    Ok(())
}

fn take(conn: &mut Conn, target: AccountId, inbox: &str) -> Result<()> {
    let row = follower_inboxes::table
        .filter(follower_inboxes::account_id.eq(target))
        .filter(follower_inboxes::inbox.eq(inbox));
    both!(conn => diesel::update(row)
        .set(follower_inboxes::followers.eq(follower_inboxes::followers - 1))
        .execute(conn))?;
    both!(conn => diesel::delete(row.filter(follower_inboxes::followers.le(0))).execute(conn))?;
    Ok(())
}

#[cfg(test)]
mod tests;
