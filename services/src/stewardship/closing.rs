//! The end of a group: by its owners, or on the day on which it leaves this server.
//!
//! What its people wrote stays theirs, on their own pages. Other servers hear that the group is gone, its name is
//! not given again, and its log stays readable to who was a member then.

use database::accounts::{self, Account};
use database::groups::{self, Group};
use database::{Conn, featured_groups, memberships};
use model::{AccountId, ActionId};

use super::Hand;
use crate::admin::removal;
use crate::context::Ctx;
use crate::error::Result;
use crate::jobs;
use crate::ledger::{self, Act};
use crate::oauth;
use crate::policy::Moderator;

/// The job that closes a group on the day on which it leaves.
pub(crate) fn key(group: AccountId) -> String {
    format!("close-group:{group}")
}

/// Its owners end it.
pub(super) fn by_its_people(conn: &mut Conn, hand: &Hand<'_>) -> Result<Option<ActionId>> {
    groups::lock(conn, hand.group())?;
    let group = super::own(conn, hand.group())?;
    let entry = hand.write(conn, "group_closed", None, None, String::new())?;
    close(hand.ctx, conn, group)?;
    Ok(Some(entry))
}

/// Its day has come. Nobody does it then: the group itself is named, and the announcement stands before it in the
/// log.
pub(crate) fn entry_of_its_day(ctx: &Ctx, conn: &mut Conn, group: AccountId) -> Result<ActionId> {
    let act = Act {
        kind: "group_closed",
        ..Act::default()
    };
    ledger::append(ctx, conn, &Moderator::itself(group), &act)
}

/// Ends a group, behind the entry that says so.
pub(crate) fn close(ctx: &Ctx, conn: &mut Conn, group: Group) -> Result<()> {
    let (id, now) = (group.account_id, ctx.now());
    for moderator in memberships::moderators(conn, id)? {
        oauth::end_group_tokens(conn, id, moderator, now)?;
    }
    memberships::close(conn, id, now)?;
    featured_groups::delete(conn, id)?;
    jobs::cancel(conn, &key(id))?;
    let closed = Group {
        leaves_at: None,
        closed_at: Some(now),
        ..group
    };
    groups::update(conn, &closed)?;
    // The removal tells by the order of the two whether it has begun: first gone, then emptied.
    accounts::set_suspended(conn, id, Some(now.plus(-1)))?;
    let account: Account = accounts::get(conn, id)?;
    removal::begin(ctx, conn, &account)
}
