//! Who may answer, and who may post into a group: asked by those who publish and by those who receive.

use database::accounts::Account;
use database::follows::{self, Follow};
use database::memberships::{self, Membership};
use database::statuses::{self, Status};
use database::{Conn, accounts, group_bans, groups, visible};
use model::{
    AccountId, Event, FollowState, GroupKind, MembershipState, Millis, Role, StatusId, Visibility,
};

use crate::context::Ctx;
use crate::error::{Error, Result};

/// Mastodon's sentence for what may be seen and not done.
pub const NOT_ALLOWED: &str = "This action is not allowed";

/// May this account post into this group of ours?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Posting {
    /// A member in force, or the group itself.
    Member,
    /// Not yet: a first post joins an Open group.
    Joins,
    /// Sent away.
    Banned,
    /// Members alone, and this is none.
    MembersOnly,
}

/// May this account post into this group of ours?
///
/// # Errors
/// `NotFound` where the group is none of ours.
pub fn posting(
    conn: &mut Conn,
    group: AccountId,
    account: AccountId,
    now: Millis,
) -> Result<Posting> {
    if group == account {
        return Ok(Posting::Member);
    }
    let kind = groups::find(conn, group)?.ok_or(Error::NotFound)?.kind;
    if group_bans::is_banned(conn, group, account, now)? {
        return Ok(Posting::Banned);
    }
    let member = memberships::find(conn, group, account)?
        .is_some_and(|membership| membership.state == MembershipState::Member);
    Ok(match (member, kind) {
        (true, _) => Posting::Member,
        (false, GroupKind::Open) => Posting::Joins,
        (false, GroupKind::Approved) => Posting::MembersOnly,
    })
}

/// The status that someone wants to answer: what the gate shows them; of a boost the original.
///
/// # Errors
/// `NotFound`.
pub fn parent(conn: &mut Conn, author: AccountId, id: StatusId) -> Result<Status> {
    let seen = visible::find(conn, author, id)?.ok_or(Error::NotFound)?;
    match seen.reblog_of_id {
        None => Ok(seen.into_inner()),
        Some(original) => Ok(visible::find(conn, author, original)?
            .ok_or(Error::NotFound)?
            .into_inner()),
    }
}

/// What someone may like, boost, keep: what the gate shows them; of a boost the original.
///
/// # Errors
/// `NotFound`.
pub fn touchable(conn: &mut Conn, viewer: AccountId, id: StatusId) -> Result<Status> {
    parent(conn, viewer, id)
}

/// May this account boost this status, and with which audience? Open ones may be boosted by all, one's
/// own for followers by oneself, for followers.
#[must_use]
pub fn boost_audience(
    status: &Status,
    booster: AccountId,
    wish: Option<Visibility>,
) -> Option<Visibility> {
    match status.visibility {
        Visibility::Public | Visibility::Unlisted => Some(
            wish.filter(|wish| *wish != Visibility::Direct)
                .unwrap_or(Visibility::Public),
        ),
        Visibility::Private if status.account_id == booster => Some(Visibility::Private),
        Visibility::Private | Visibility::Direct => None,
    }
}

/// A first post makes someone a member of an Open group. Someone here follows it too from then on; whom
/// someone elsewhere follows is theirs to say.
///
/// # Errors
/// The database.
pub fn join_by_posting(
    ctx: &Ctx,
    conn: &mut Conn,
    group: AccountId,
    account: &Account,
) -> Result<()> {
    let now = ctx.now();
    match memberships::find(conn, group, account.id)? {
        Some(row) if row.state == MembershipState::Member => return Ok(()),
        Some(row) => {
            memberships::set_state(conn, row.id, MembershipState::Member, Role::Member, now)?;
        }
        None => {
            let row = Membership {
                id: ctx.id(),
                group_id: group,
                account_id: account.id,
                role: Role::Member,
                state: MembershipState::Member,
                list_title: String::new(),
                list_exclusive: false,
                list_hidden: false,
                created_at: now,
                updated_at: now,
            };
            memberships::insert(conn, &row)?;
        }
    }
    if account.is_local() {
        follow_along(ctx, conn, group, account.id, now)?;
    }
    let event = Event::Joined {
        group,
        account: account.id,
    };
    Ok(ctx.record(conn, &event)?)
}

fn follow_along(
    ctx: &Ctx,
    conn: &mut Conn,
    group: AccountId,
    account: AccountId,
    now: Millis,
) -> Result<()> {
    let follow = match follows::find(conn, account, group)? {
        Some(follow) if follow.state == FollowState::Accepted => return Ok(()),
        Some(follow) => {
            follows::accept(conn, follow.id)?;
            follow.id
        }
        None => {
            let follow = Follow {
                id: ctx.id(),
                account_id: account,
                target_id: group,
                state: FollowState::Accepted,
                reblogs: true,
                notify: false,
                uri: None,
                created_at: now,
            };
            follows::insert(conn, &follow)?;
            follow.id
        }
    };
    accounts::count_follow(conn, account, group, 1)?;
    Ok(ctx.record(conn, &Event::FollowAccepted { follow })?)
}

/// A group passes on a new thread: its boost, in the transaction of the thread.
///
/// # Errors
/// The database.
pub fn announce(ctx: &Ctx, conn: &mut Conn, group: &Account, thread: &Status) -> Result<StatusId> {
    let now = ctx.now();
    let id: StatusId = ctx.id();
    let boost = Status {
        url: ctx.place.status_url(&group.username, id),
        local: true,
        visibility: Visibility::Public,
        reblog_of_id: Some(thread.id),
        ..Status::blank(id, group.id, ctx.place.announce_uri(&group.uri, id), now)
    };
    statuses::insert(conn, &boost)?;
    statuses::count(conn, thread.id, 0, 1, 0)?;
    statuses::count_posted(conn, group.id, now)?;
    ctx.record(conn, &Event::Boosted { boost: id })?;
    Ok(id)
}

/// Everyone to whom a letter to a group goes: its moderators.
///
/// # Errors
/// The database.
pub fn readers_of_mail(conn: &mut Conn, group: &Account) -> Result<Vec<AccountId>> {
    Ok(memberships::moderators(conn, group.id)?)
}
