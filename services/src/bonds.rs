//! What ties two accounts, inside a transaction: follows, memberships, and how they begin and end together.
//! Every door comes through here, so counts and events are right whoever knocks.
//!
//! A follow of a group joins it. Nothing here asks who may moderate: that is `policy`.

use database::accounts::{self, Account};
use database::follows::{self, Follow};
use database::groups::Group;
use database::memberships::{self, Membership};
use database::{
    Conn, account_domain_blocks, blocks, endorsements, follow_languages, group_bans, groups,
    invites, lists,
};
use model::{
    AccountId, AccountKind, ActionId, Event, FollowState, GroupKind, MembershipState, Millis, Role,
};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::ledger::{self, Act};
use crate::policy::servers;
use crate::policy::status::{blocks_server, is_private};
use crate::relationships::FollowWish;
use crate::{oauth, stewardship, waves};

/// How a follow comes to be.
#[derive(Clone, Debug)]
pub(crate) struct Tie<'a> {
    /// What the follower wants to see.
    pub(crate) wish: FollowWish,
    /// The address of the Follow where it came from elsewhere.
    pub(crate) uri: Option<&'a str>,
    /// A group is joined, not only followed.
    pub(crate) join: bool,
    /// The entry in the group's log about the link by which they come: they wait for nobody.
    pub(crate) invited: Option<ActionId>,
}

/// May `from` follow `to`?
///
/// # Errors
/// `Forbidden` with the reason.
pub(crate) fn may_follow(ctx: &Ctx, conn: &mut Conn, from: &Account, to: &Account) -> Result<()> {
    let no = |why| Err(Error::Forbidden(why));
    if from.id == to.id {
        return no("nobody follows themselves");
    }
    if from.is_group() && from.is_local() {
        return no("a group follows nobody");
    }
    if to.suspended_at.is_some() || to.kind == AccountKind::Server {
        return no("this account cannot be followed");
    }
    if blocks::between(conn, from.id, to.id)? {
        return no("one of you blocks the other");
    }
    if account_domain_blocks::hides(conn, from.id, &to.domain)?
        || account_domain_blocks::hides(conn, to.id, &from.domain)?
    {
        return no("one of you hides the other's server");
    }
    if group_bans::is_banned(conn, to.id, from.id, ctx.now())? {
        return no("you are banned from this group");
    }
    if to.is_group() && to.is_local() && blocks_server(conn, to.id, from)? {
        return no("this group takes nobody of your server");
    }
    if to.is_group()
        && to.is_local()
        && let Some(group) = groups::find(conn, to.id)?
    {
        if !from.is_local() && !servers::admits(conn, &group, from.id)? {
            return no(servers::NOT_KEPT);
        }
        is_open_to(conn, &group, from.id)?;
    }
    Ok(())
}

/// Nobody new comes into a group that is frozen, or that leaves this server. Who is there already may change
/// what they see of it.
fn is_open_to(conn: &mut Conn, group: &Group, account: AccountId) -> Result<()> {
    let why = if group.frozen_at.is_some() {
        crate::policy::STOPPED
    } else if group.leaves_at.is_some() {
        "this group leaves this server and takes in nobody new"
    } else {
        return Ok(());
    };
    match memberships::find(conn, group.account_id, account)? {
        Some(row) if row.is_member() => Ok(()),
        _ => Err(Error::Forbidden(why)),
    }
}

/// Follows, or asks to; joins, or asks to. What stands already is left as it is.
///
/// # Errors
/// As [`may_follow`].
pub(crate) fn tie(
    ctx: &Ctx,
    conn: &mut Conn,
    from: &Account,
    to: &Account,
    how: &Tie<'_>,
) -> Result<()> {
    may_follow(ctx, conn, from, to)?;
    let joins = how.join && to.is_group();
    if to.is_group() && !joins && is_private(conn, to)? {
        return Err(Error::Forbidden("a private group is joined, not followed"));
    }
    // Who was asked by name comes in by any door.
    let asked = if joins && to.is_local() {
        stewardship::invitation(ctx, conn, to.id, from.id)?
    } else {
        None
    };
    let invited = how.invited.or(asked.as_ref().map(|row| row.action_id));
    let was_member = to.is_group()
        && memberships::find(conn, to.id, from.id)?.is_some_and(|row| row.is_member());
    let at_once = to.is_local()
        && match groups::find(conn, to.id)? {
            Some(group) => {
                !joins || group.kind == GroupKind::Open || was_member || invited.is_some()
            }
            None => !to.locked,
        };
    let state = begin_follow(ctx, conn, from, to, at_once, how)?;
    if joins {
        // Elsewhere, a follow in force is what membership is; here the group's door decides.
        let member = if to.is_local() {
            at_once
        } else {
            state == FollowState::Accepted
        };
        begin_membership(ctx, conn, to, from.id, member)?;
    }
    if let Some(asked) = asked {
        stewardship::invitation_taken(conn, asked.id, ctx.now())?;
    }
    match invited.filter(|_| joins && !was_member) {
        Some(invitation) => came_by(ctx, conn, to.id, from.id, invitation),
        None => Ok(()),
    }
}

/// Who came by an invitation, and by which one, stands in the log of the group.
fn came_by(
    ctx: &Ctx,
    conn: &mut Conn,
    group: AccountId,
    who: AccountId,
    invitation: ActionId,
) -> Result<()> {
    let act = Act {
        kind: "member_came_by_invitation",
        account: Some(who),
        refers_to: Some(invitation),
        ..Act::default()
    };
    ledger::append_for(ctx, conn, group, who, &act)?;
    Ok(())
}

fn begin_follow(
    ctx: &Ctx,
    conn: &mut Conn,
    from: &Account,
    to: &Account,
    at_once: bool,
    how: &Tie<'_>,
) -> Result<FollowState> {
    let Some(known) = follows::find(conn, from.id, to.id)? else {
        let id = ctx.id();
        let ours = || ctx.place.follow_uri(&from.uri, id);
        let follow = Follow {
            id,
            account_id: from.id,
            target_id: to.id,
            state: if at_once {
                FollowState::Accepted
            } else {
                FollowState::Requested
            },
            reblogs: how.wish.reblogs.unwrap_or(true),
            notify: how.wish.notify.unwrap_or(false),
            uri: how
                .uri
                .map(str::to_owned)
                .or_else(|| (!to.is_local()).then(ours)),
            created_at: ctx.now(),
        };
        if follows::insert(conn, &follow)? {
            if let Some(languages) = &how.wish.languages {
                follow_languages::set(conn, id, languages)?;
            }
            let event = if at_once {
                accounts::count_follow(conn, from.id, to.id, 1)?;
                Event::FollowAccepted { follow: id }
            } else {
                Event::FollowRequested { follow: id }
            };
            ctx.record(conn, &event)?;
        }
        return Ok(follow.state);
    };
    let reblogs = how.wish.reblogs.unwrap_or(known.reblogs);
    let notify = how.wish.notify.unwrap_or(known.notify);
    if (reblogs, notify) != (known.reblogs, known.notify) {
        follows::set_wish(conn, known.id, reblogs, notify)?;
    }
    if let Some(languages) = &how.wish.languages {
        follow_languages::set(conn, known.id, languages)?;
    }
    let asked_anew = how.uri.is_some() && how.uri != known.uri.as_deref();
    if let Some(uri) = how.uri.filter(|_| asked_anew) {
        follows::set_uri(conn, known.id, uri)?;
    }
    match known.state {
        FollowState::Requested if at_once => accept_follow(ctx, conn, &known)?,
        FollowState::Requested => return Ok(FollowState::Requested),
        // The other side has forgotten our answer: it is given again.
        FollowState::Accepted if asked_anew => {
            ctx.record(conn, &Event::FollowAccepted { follow: known.id })?;
        }
        FollowState::Accepted => {}
    }
    Ok(FollowState::Accepted)
}

fn begin_membership(
    ctx: &Ctx,
    conn: &mut Conn,
    group: &Account,
    account: AccountId,
    at_once: bool,
) -> Result<()> {
    let now = ctx.now();
    let wanted = if at_once {
        MembershipState::Member
    } else {
        MembershipState::Requested
    };
    let since = reads_from(conn, group, now)?;
    let changed = match memberships::find(conn, group.id, account)? {
        None => memberships::insert(
            conn,
            &Membership {
                state: wanted,
                reads_from: since,
                ..Membership::new(ctx.id(), group.id, account, now)
            },
        )?,
        Some(row) if row.is_member() || row.state == wanted => false,
        Some(row) => {
            memberships::set_state(conn, row.id, wanted, Role::Member, now)?;
            memberships::set_reads_from(conn, row.id, since)?;
            if row.state == MembershipState::Left && row.list_hidden {
                memberships::set_list(conn, row.id, &row.list_title, row.list_exclusive, false)?;
            }
            true
        }
    };
    if changed && at_once {
        ctx.record(
            conn,
            &Event::Joined {
                group: group.id,
                account,
            },
        )?;
    } else if changed && group.is_local() {
        ctx.record(
            conn,
            &Event::JoinRequested {
                group: group.id,
                account,
            },
        )?;
    }
    if changed && group.is_local() {
        waves::knock(ctx, conn, group.id)?;
    }
    Ok(())
}

/// Puts a request in force.
pub(crate) fn accept_follow(ctx: &Ctx, conn: &mut Conn, follow: &Follow) -> Result<()> {
    if follows::accept(conn, follow.id)? {
        accounts::count_follow(conn, follow.account_id, follow.target_id, 1)?;
        ctx.record(conn, &Event::FollowAccepted { follow: follow.id })?;
    }
    Ok(())
}

/// From when on somebody who becomes a member now reads what is for members. Whoever is let into a private group reads
/// all of it; who joins a group that everyone reads does not come to read what was written while it was private.
///
/// # Errors
/// The database.
pub(crate) fn reads_from(conn: &mut Conn, group: &Account, now: Millis) -> Result<Millis> {
    Ok(if is_private(conn, group)? {
        Millis(0)
    } else {
        now
    })
}

/// Makes a member of who waits.
pub(crate) fn admit(ctx: &Ctx, conn: &mut Conn, waiting: &Membership) -> Result<()> {
    let group = accounts::get(conn, waiting.group_id)?;
    let since = reads_from(conn, &group, ctx.now())?;
    memberships::set_reads_from(conn, waiting.id, since)?;
    memberships::set_state(
        conn,
        waiting.id,
        MembershipState::Member,
        Role::Member,
        ctx.now(),
    )?;
    ctx.record(
        conn,
        &Event::Joined {
            group: waiting.group_id,
            account: waiting.account_id,
        },
    )?;
    Ok(())
}

/// Who ends a follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// The one who follows.
    Follower,
    /// The one who is followed.
    Followed,
}

/// Ends a follow, or a request.
pub(crate) fn end_follow(ctx: &Ctx, conn: &mut Conn, follow: Follow, by: By) -> Result<()> {
    if !follows::delete(conn, follow.id)? {
        return Ok(());
    }
    let (account, target) = (follow.account_id, follow.target_id);
    if follow.state == FollowState::Accepted {
        accounts::count_follow(conn, account, target, -1)?;
    }
    // A list holds only whom its owner follows.
    lists::forget(conn, account, target)?;
    // Nor does anyone feature whom they do not follow.
    endorsements::delete(conn, account, target)?;
    let (follow, uri) = (follow.id, follow.uri);
    let event = match by {
        By::Follower => Event::Unfollowed {
            account,
            target,
            follow,
            uri,
        },
        By::Followed => Event::FollowRejected {
            account,
            target,
            follow,
            uri,
        },
    };
    ctx.record(conn, &event)?;
    Ok(())
}

/// Ends the follow and the membership of `from` with `to`.
///
/// # Errors
/// `Forbidden` for the last owner of a group.
pub(crate) fn untie(
    ctx: &Ctx,
    conn: &mut Conn,
    from: AccountId,
    to: &Account,
    by: By,
) -> Result<()> {
    if to.is_group() {
        if to.is_local() {
            groups::lock(conn, to.id)?;
            if memberships::owners(conn, &[to.id])?
                .iter()
                .all(|(_group, owner)| *owner == from)
                && memberships::find(conn, to.id, from)?
                    .is_some_and(|row| row.is_member() && row.role == Role::Owner)
            {
                return Err(Error::Forbidden("the last owner cannot leave the group"));
            }
        }
        end_membership(ctx, conn, to.id, from)?;
    }
    if let Some(follow) = follows::find(conn, from, to.id)? {
        end_follow(ctx, conn, follow, by)?;
    }
    Ok(())
}

/// Ends a membership, or a request for one; the row stays, so that the list's id survives.
pub(crate) fn end_membership(
    ctx: &Ctx,
    conn: &mut Conn,
    group: AccountId,
    account: AccountId,
) -> Result<()> {
    if let Some(row) = memberships::find(conn, group, account)?
        .filter(|row| !matches!(row.state, MembershipState::Left | MembershipState::Closed))
    {
        memberships::set_state(conn, row.id, MembershipState::Left, Role::Member, ctx.now())?;
        if row.role.moderates() {
            oauth::end_group_tokens(conn, group, account, ctx.now())?;
        }
        invites::close_all_of(conn, group, account, ctx.now())?;
    }
    Ok(())
}
