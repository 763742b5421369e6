//! Who comes in, who is sent away, who may not write for a while.

use database::group_bans::{self, GroupBan};
use database::group_mutes::{self, GroupMute};
use database::memberships::Membership;
use database::{Conn, accounts, follows, memberships};
use model::{AccountId, ActionId, Event, FollowState, MembershipState, StatusId};

use super::{Hand, invites, own, posts};
use crate::bonds::{self, By};
use crate::error::{Error, Result};
use crate::policy::servers;

fn waiting(conn: &mut Conn, hand: &Hand<'_>, who: AccountId) -> Result<Membership> {
    memberships::find(conn, hand.group(), who)?
        .filter(|row| row.state == MembershipState::Requested)
        .ok_or(Error::NotFound)
}

/// Lets someone in who waits.
///
/// # Errors
/// `NotFound` where nobody of that id waits; `Forbidden` for someone who is banned.
pub(super) fn approve(
    conn: &mut Conn,
    hand: &Hand<'_>,
    who: AccountId,
) -> Result<Option<ActionId>> {
    let (ctx, group) = (hand.ctx, hand.group());
    let waiting = waiting(conn, hand, who)?;
    let options = own(conn, group)?;
    // Since they asked, their server may have left the list.
    if !servers::admits(conn, &options, who)? {
        return Err(Error::Forbidden(servers::NOT_KEPT));
    }
    if group_bans::is_banned(conn, group, who, ctx.now())? {
        return Err(Error::Forbidden("this account is banned from the group"));
    }
    if options.leaves_at.is_some() {
        return Err(Error::Forbidden(
            "the group leaves this server and takes in nobody new",
        ));
    }
    bonds::admit(ctx, conn, &waiting)?;
    if let Some(follow) = follows::find(conn, who, group)? {
        bonds::accept_follow(ctx, conn, &follow)?;
    }
    hand.log(conn, "member_approved", who).map(Some)
}

/// Refuses someone who waits. A follow that was in force before stays: reading is open to all.
///
/// # Errors
/// `NotFound` where nobody of that id waits.
pub(super) fn refuse(conn: &mut Conn, hand: &Hand<'_>, who: AccountId) -> Result<Option<ActionId>> {
    let (ctx, group) = (hand.ctx, hand.group());
    waiting(conn, hand, who)?;
    bonds::end_membership(ctx, conn, group, who)?;
    if let Some(follow) =
        follows::find(conn, who, group)?.filter(|follow| follow.state == FollowState::Requested)
    {
        bonds::end_follow(ctx, conn, follow, By::Followed)?;
    }
    hand.log(conn, "member_refused", who).map(Some)
}

/// Who may be sent away: anyone but the group itself and those who moderate it.
fn ordinary(conn: &mut Conn, hand: &Hand<'_>, who: AccountId) -> Result<()> {
    accounts::get(conn, who)?;
    let group = hand.group();
    if who == group || memberships::find(conn, group, who)?.is_some_and(|m| m.moderates()) {
        return Err(Error::Forbidden("owners and moderators are demoted first"));
    }
    Ok(())
}

pub(super) fn send_away(conn: &mut Conn, hand: &Hand<'_>, who: AccountId) -> Result<()> {
    bonds::end_membership(hand.ctx, conn, hand.group(), who)?;
    invites::end(hand.ctx, conn, hand.group(), who)?;
    if let Some(follow) = follows::find(conn, who, hand.group())? {
        bonds::end_follow(hand.ctx, conn, follow, By::Followed)?;
    }
    Ok(())
}

/// Ends a membership and the follow with it.
///
/// # Errors
/// `NotFound`; `Forbidden` against a moderator.
pub(super) fn kick(conn: &mut Conn, hand: &Hand<'_>, who: AccountId) -> Result<Option<ActionId>> {
    ordinary(conn, hand, who)?;
    let group = hand.group();
    let is_there = memberships::find(conn, group, who)?
        .is_some_and(|row| !matches!(row.state, MembershipState::Left | MembershipState::Closed))
        || follows::find(conn, who, group)?.is_some();
    if !is_there {
        return Ok(None);
    }
    send_away(conn, hand, who)?;
    hand.log(conn, "member_removed", who).map(Some)
}

/// Bans: membership and follow end, and nothing of theirs gets in any more.
///
/// # Errors
/// `NotFound`; `Forbidden` against a moderator.
pub(super) fn ban(conn: &mut Conn, hand: &Hand<'_>, who: AccountId) -> Result<Option<ActionId>> {
    ordinary(conn, hand, who)?;
    let (ctx, group) = (hand.ctx, hand.group());
    let row = GroupBan {
        id: ctx.id(),
        group_id: group,
        account_id: who,
        ends_at: hand.why.ends_at,
        created_at: ctx.now(),
    };
    if !group_bans::insert(conn, &row)? {
        return Ok(None);
    }
    send_away(conn, hand, who)?;
    ctx.record(
        conn,
        &Event::Banned {
            group,
            account: who,
        },
    )?;
    hand.log(conn, "member_banned", who).map(Some)
}

/// Lifts a ban; who was banned may join again.
///
/// # Errors
/// `NotFound` for an account that does not exist.
pub(super) fn unban(conn: &mut Conn, hand: &Hand<'_>, who: AccountId) -> Result<Option<ActionId>> {
    accounts::get(conn, who)?;
    if !group_bans::delete(conn, hand.group(), who)? {
        return Ok(None);
    }
    hand.ctx.record(
        conn,
        &Event::Unbanned {
            group: hand.group(),
            account: who,
        },
    )?;
    hand.log(conn, "member_unbanned", who).map(Some)
}

/// Lets a member read and not write.
///
/// # Errors
/// `NotFound`; `Forbidden` against a moderator.
pub(super) fn mute(conn: &mut Conn, hand: &Hand<'_>, who: AccountId) -> Result<Option<ActionId>> {
    ordinary(conn, hand, who)?;
    let row = GroupMute {
        id: hand.ctx.id(),
        group_id: hand.group(),
        account_id: who,
        ends_at: hand.why.ends_at,
        created_at: hand.ctx.now(),
    };
    if !group_mutes::insert(conn, &row)? {
        return Ok(None);
    }
    hand.log(conn, "member_muted", who).map(Some)
}

/// Lets them write again.
///
/// # Errors
/// `NotFound` for an account that does not exist.
pub(super) fn unmute(conn: &mut Conn, hand: &Hand<'_>, who: AccountId) -> Result<Option<ActionId>> {
    accounts::get(conn, who)?;
    if !group_mutes::delete(conn, hand.group(), who)? {
        return Ok(None);
    }
    hand.log(conn, "member_unmuted", who).map(Some)
}

/// Says a word to someone; nothing else happens.
///
/// # Errors
/// `NotFound` for someone who has nothing to do with the group, or a post that is not theirs in it;
/// `Invalid` without a reason: a warning that says nothing warns of nothing.
pub(super) fn warn(
    conn: &mut Conn,
    hand: &Hand<'_>,
    who: AccountId,
    status: Option<StatusId>,
) -> Result<Option<ActionId>> {
    if hand.why.reason.is_empty() && hand.rule.is_none() {
        return Err(Error::invalid(
            "reason",
            "ERR_BLANK",
            "Validation failed: a warning needs a reason or a rule",
        ));
    }
    ordinary(conn, hand, who)?;
    if let Some(status) = status {
        let row = posts::shown_in(conn, hand.group(), status)?;
        if row.account_id != who {
            return Err(Error::NotFound);
        }
    } else if memberships::find(conn, hand.group(), who)?.is_none() {
        return Err(Error::NotFound);
    }
    hand.write(conn, "member_warned", Some(who), status, String::new())
        .map(Some)
}
