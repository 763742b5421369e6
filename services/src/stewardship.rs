//! What a moderator does in a group, inside a transaction: let in, refuse, send away, ban, take a post out. Each act that changed something stands in the group's log.

use database::group_bans::{self, GroupBan};
use database::memberships::Membership;
use database::{Conn, accounts, follows, memberships, statuses};
use model::{AccountId, Event, FollowState, MembershipState, StatusId};

use crate::bonds::{self, By};
use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::ledger::{self, Act};
use crate::policy::Moderator;

fn log(
    ctx: &Ctx,
    conn: &mut Conn,
    by: &Moderator,
    kind: &'static str,
    who: AccountId,
    reason: &str,
) -> Result<()> {
    let act = Act {
        kind,
        account: Some(who),
        status: None,
        reason,
    };
    ledger::append(ctx, conn, by, &act)
}

fn waiting(conn: &mut Conn, by: &Moderator, who: AccountId) -> Result<Membership> {
    memberships::find(conn, by.group(), who)?
        .filter(|row| row.state == MembershipState::Requested)
        .ok_or(Error::NotFound)
}

/// Lets someone in who waits.
///
/// # Errors
/// `NotFound` where nobody of that id waits.
pub(crate) fn approve(ctx: &Ctx, conn: &mut Conn, by: &Moderator, who: AccountId) -> Result<()> {
    let waiting = waiting(conn, by, who)?;
    if group_bans::is_banned(conn, by.group(), who, ctx.now())? {
        return Err(Error::Forbidden("this account is banned from the group"));
    }
    bonds::admit(ctx, conn, &waiting)?;
    if let Some(follow) = follows::find(conn, who, by.group())? {
        bonds::accept_follow(ctx, conn, &follow)?;
    }
    log(ctx, conn, by, "member_approved", who, "")
}

/// Refuses someone who waits. A follow that was in force before stays: reading is open to all.
///
/// # Errors
/// `NotFound` where nobody of that id waits.
pub(crate) fn refuse(ctx: &Ctx, conn: &mut Conn, by: &Moderator, who: AccountId) -> Result<()> {
    waiting(conn, by, who)?;
    bonds::end_membership(ctx, conn, by.group(), who)?;
    if let Some(follow) = follows::find(conn, who, by.group())?
        .filter(|follow| follow.state == FollowState::Requested)
    {
        bonds::end_follow(ctx, conn, follow, By::Followed)?;
    }
    log(ctx, conn, by, "member_refused", who, "")
}

/// Who may be sent away: anyone but the group itself and those who moderate it.
fn ordinary(conn: &mut Conn, by: &Moderator, who: AccountId) -> Result<()> {
    accounts::get(conn, who)?;
    if who == by.group() || memberships::find(conn, by.group(), who)?.is_some_and(|m| m.moderates())
    {
        return Err(Error::Forbidden("owners and moderators are demoted first"));
    }
    Ok(())
}

fn send_away(ctx: &Ctx, conn: &mut Conn, by: &Moderator, who: AccountId) -> Result<()> {
    bonds::end_membership(ctx, conn, by.group(), who)?;
    if let Some(follow) = follows::find(conn, who, by.group())? {
        bonds::end_follow(ctx, conn, follow, By::Followed)?;
    }
    Ok(())
}

/// Ends a membership and the follow with it.
///
/// # Errors
/// `NotFound`; `Forbidden` against a moderator.
pub(crate) fn kick(ctx: &Ctx, conn: &mut Conn, by: &Moderator, who: AccountId) -> Result<()> {
    ordinary(conn, by, who)?;
    let is_there = memberships::find(conn, by.group(), who)?
        .is_some_and(|row| row.state != MembershipState::Left)
        || follows::find(conn, who, by.group())?.is_some();
    if is_there {
        send_away(ctx, conn, by, who)?;
        log(ctx, conn, by, "member_removed", who, "")?;
    }
    Ok(())
}

/// Bans: membership and follow end, and nothing of theirs gets in any more.
///
/// # Errors
/// `NotFound`; `Forbidden` against a moderator.
pub(crate) fn ban(
    ctx: &Ctx,
    conn: &mut Conn,
    by: &Moderator,
    who: AccountId,
    reason: &str,
) -> Result<()> {
    ordinary(conn, by, who)?;
    let row = GroupBan {
        id: ctx.id(),
        group_id: by.group(),
        account_id: who,
        ends_at: None,
        created_at: ctx.now(),
    };
    if !group_bans::insert(conn, &row)? {
        return Ok(());
    }
    send_away(ctx, conn, by, who)?;
    ctx.record(
        conn,
        &Event::Banned {
            group: by.group(),
            account: who,
        },
    )?;
    log(ctx, conn, by, "member_banned", who, reason)
}

/// Lifts a ban; who was banned may join again.
///
/// # Errors
/// `NotFound` for an account that does not exist.
pub(crate) fn unban(ctx: &Ctx, conn: &mut Conn, by: &Moderator, who: AccountId) -> Result<()> {
    accounts::get(conn, who)?;
    if !group_bans::delete(conn, by.group(), who)? {
        return Ok(());
    }
    ctx.record(
        conn,
        &Event::Unbanned {
            group: by.group(),
            account: who,
        },
    )?;
    log(ctx, conn, by, "member_unbanned", who, "")
}

/// Takes a thread or comment out of the group: the group's boost is undone. Doing twice is doing once.
///
/// # Errors
/// `NotFound` for a status that is not in the group.
pub(crate) fn take_out(
    ctx: &Ctx,
    conn: &mut Conn,
    by: &Moderator,
    status: StatusId,
    reason: &str,
) -> Result<()> {
    let group = by.group();
    let row = statuses::find(conn, status)?
        .filter(|row| row.group_id == Some(group))
        .filter(|row| row.deleted_at.is_none() && row.visibility.is_open())
        .ok_or(Error::NotFound)?;
    if row.removed_at.is_some() {
        return Ok(());
    }
    let now = ctx.now();
    statuses::remove_from_group(conn, status, now)?;
    let boost = statuses::boost_by(conn, group, status)?;
    if let Some(boost) = &boost {
        statuses::bury_boost(conn, boost, now)?;
    }
    let event = Event::RemovedFromGroup {
        group,
        status,
        boost: boost.map(|boost| boost.id),
    };
    ctx.record(conn, &event)?;
    let act = Act {
        kind: "status_removed",
        account: Some(row.account_id),
        status: Some(status),
        reason,
    };
    ledger::append(ctx, conn, by, &act)
}
