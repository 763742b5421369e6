//! Who may answer, and who may post into a group: asked by those who publish and by those who receive.

use database::accounts::Account;
use database::follows::{self, Follow};
use database::groups::Group;
use database::held_statuses::{self, HeldStatus};
use database::memberships::{self, Membership};
use database::statuses::{self, Status};
use database::{
    Conn, accounts, group_bans, group_domain_blocks, group_mutes, group_servers, groups,
    status_pins, visible,
};
use model::{
    AccountId, Circle, Event, FirstContact, FollowState, GroupKind, HeldFor, MembershipState,
    Millis, Role, StatusId, Visibility,
};

use crate::context::{Context, Ctx};
use crate::error::{Error, Result};
use crate::moderation::with_parents;
use crate::policy::{passing, servers};
use crate::{bonds, waves};

/// An account that is younger than this is a newcomer anywhere.
const YOUNG: i64 = 7 * Millis::DAY;

/// Mastodon's sentence for what may be seen and not done.
pub const NOT_ALLOWED: &str = "This action is not allowed";

/// Why a post waits for a moderator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// In one word.
    pub reason: HeldFor,
    /// The word or link of the group's list that is in it; empty where something else is the reason.
    pub word: String,
}

impl From<HeldFor> for Wait {
    fn from(reason: HeldFor) -> Self {
        Self {
            reason,
            word: String::new(),
        }
    }
}

/// May this account post into this group of ours?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Posting {
    /// A member in force, or the group itself.
    Member,
    /// Not yet: a first post joins an Open group.
    Joins,
    /// It may, and a moderator looks at it first.
    Waits(HeldFor),
    /// It may not, for this reason.
    Refused(Refusal),
}

/// Why someone may not post into a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Sent away.
    Banned,
    /// Members alone, and this is none.
    MembersOnly,
    /// May read and not write.
    Muted,
    /// Moderators alone start threads, or answer.
    ModeratorsOnly,
    /// The thread is closed.
    Locked,
    /// The last post was a moment ago.
    TooSoon,
    /// The server's staff has stopped the group.
    Frozen,
    /// It leaves this server, and nobody new gets in.
    Leaving,
    /// The group takes nobody of this server.
    ServerBlocked,
    /// Under a shield: a member since today.
    Shielded,
}

impl Refusal {
    /// In a sentence for who is refused.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Banned => "its author is banned from the group",
            Self::MembersOnly => "its author is no member of the group",
            Self::Muted => "you may read this group and not write in it for now",
            Self::ModeratorsOnly => "only moderators of the group may do this",
            Self::Locked => "this thread is closed",
            Self::TooSoon => "this group is in slow mode: wait a little before the next post",
            Self::Frozen => "this group is stopped for now",
            Self::Leaving => "this group leaves this server and takes in nobody new",
            Self::ServerBlocked => "the group takes nobody of its author's server",
            Self::Shielded => "only who has been a member for a day writes in this group for now",
        }
    }

    /// As an error. Who has no business in the group is told no more than that.
    #[must_use]
    pub fn error(self) -> Error {
        match self {
            Self::Banned | Self::MembersOnly | Self::ServerBlocked => Error::Forbidden(NOT_ALLOWED),
            other => Error::invalid(
                "base",
                "ERR_INVALID",
                format!("Validation failed: {}", other.words()),
            ),
        }
    }
}

/// May this account post into this group of ours: a new thread, or an answer to `parent`?
///
/// # Errors
/// `NotFound` where the group is none of ours.
pub fn posting(
    conn: &mut Conn,
    group: AccountId,
    account: AccountId,
    parent: Option<&Status>,
    now: Millis,
) -> Result<Posting> {
    let row = groups::find(conn, group)?.ok_or(Error::NotFound)?;
    let refused = |why| Ok(Posting::Refused(why));
    if row.frozen_at.is_some() || row.closed_at.is_some() {
        return refused(Refusal::Frozen);
    }
    if group == account {
        return Ok(Posting::Member);
    }
    if group_bans::is_banned(conn, group, account, now)? {
        return refused(Refusal::Banned);
    }
    let person = accounts::get(conn, account)?;
    if (row.local_only || !row.kind.is_readable()) && !servers::admits(conn, &row, account)? {
        return refused(Refusal::MembersOnly);
    }
    let membership = memberships::find(conn, group, account)?.filter(Membership::is_member);
    if membership.as_ref().is_some_and(Membership::moderates) {
        return Ok(Posting::Member);
    }
    if blocks_server(conn, group, &person)? {
        return refused(Refusal::ServerBlocked);
    }
    if group_mutes::is_muted(conn, group, account, now)? {
        return refused(Refusal::Muted);
    }
    let circle = if parent.is_some() {
        row.replies_by
    } else {
        row.threads_by
    };
    if circle == Circle::Moderators {
        return refused(Refusal::ModeratorsOnly);
    }
    if let Some(parent) = parent
        && statuses::is_locked(conn, parent.id)?
    {
        return refused(Refusal::Locked);
    }
    let shielded = row.shield_until.is_some_and(|until| until > now);
    if membership.is_none() && (shielded || row.kind != GroupKind::Open) {
        return refused(Refusal::MembersOnly);
    }
    if membership.is_none() && row.leaves_at.is_some() {
        return refused(Refusal::Leaving);
    }
    let is_new = |row: &Membership| row.updated_at.plus(waves::NEW) > now;
    if shielded && membership.as_ref().is_some_and(is_new) {
        return refused(Refusal::Shielded);
    }
    if row.slow_mode > 0 && is_too_soon(conn, &row, account, now)? {
        return refused(Refusal::TooSoon);
    }
    if let Some(reason) = first_contact(conn, &row, &person, now)? {
        return Ok(Posting::Waits(reason));
    }
    Ok(match membership {
        Some(_member) => Posting::Member,
        None => Posting::Joins,
    })
}

/// Was the last thing that this account wrote into the group, or that the group passed on of it, a moment ago?
fn is_too_soon(conn: &mut Conn, group: &Group, account: AccountId, now: Millis) -> Result<bool> {
    let since = now.plus(group.slow_mode.saturating_mul(-1000));
    let id = group.account_id;
    Ok(
        statuses::last_in_group(conn, id, account)?.is_some_and(|last| last > since)
            || statuses::was_passed_on_since(conn, id, account, since)?,
    )
}

/// May this account vote in a poll that stands in this group? In one of ours with a door its members alone, in an open one
/// everyone; nowhere who is banned, and nobody in one that is frozen.
///
/// # Errors
/// The database.
pub fn may_vote(
    conn: &mut Conn,
    group: AccountId,
    account: AccountId,
    now: Millis,
) -> Result<bool> {
    if group_bans::is_banned(conn, group, account, now)? {
        return Ok(false);
    }
    match groups::find(conn, group)? {
        Some(row) if row.frozen_at.is_some() => return Ok(false),
        Some(row) if row.kind.has_door() => {}
        _ => return Ok(true),
    }
    Ok(memberships::find(conn, group, account)?.is_some_and(|row| row.is_member()))
}

/// May what stands in this group still be written anew? Not while it is frozen.
///
/// # Errors
/// `Invalid` where it is.
pub fn editable(conn: &mut Conn, status: &Status) -> Result<()> {
    let Some(group) = status.group() else {
        return Ok(());
    };
    match groups::find(conn, group)? {
        Some(row) if row.frozen_at.is_some() => Err(Refusal::Frozen.error()),
        _ => Ok(()),
    }
}

/// Does this group take nobody of this account's server?
///
/// # Errors
/// The database.
pub fn blocks_server(conn: &mut Conn, group: AccountId, account: &Account) -> Result<bool> {
    let Ok(domain) = account.domain.parse() else {
        // Whoever lives here has none.
        return Ok(false);
    };
    Ok(group_domain_blocks::any(
        conn,
        group,
        &with_parents(&domain),
    )?)
}

/// Why a moderator of this group wants to look at what this account writes: until one let something of theirs
/// through. That lets the next ones pass, of strangers also those of others on their server.
fn first_contact(
    conn: &mut Conn,
    group: &Group,
    account: &Account,
    now: Millis,
) -> Result<Option<HeldFor>> {
    let id = group.account_id;
    if group.first_contact == FirstContact::Nobody
        || statuses::was_seen_in_group(conn, id, account.id)?
    {
        return Ok(None);
    }
    if group.first_contact == FirstContact::Everyone {
        return Ok(Some(HeldFor::FirstPost));
    }
    if account.created_at.plus(YOUNG) > now {
        return Ok(Some(HeldFor::NewAccount));
    }
    let is_known =
        account.is_local() || statuses::was_server_seen_in_group(conn, id, &account.domain)?;
    Ok((!is_known).then_some(HeldFor::NewServer))
}

/// Lets a post wait for a moderator of the group to which it is to go.
///
/// # Errors
/// The database.
pub fn hold(
    ctx: &Context,
    conn: &mut Conn,
    group: AccountId,
    status: StatusId,
    wish: Visibility,
    wait: Wait,
) -> Result<()> {
    let row = HeldStatus {
        status_id: status,
        group_id: group,
        visibility: wish,
        reason: wait.reason,
        inbox_id: None,
        created_at: ctx.now(),
        word: wait.word,
    };
    held_statuses::insert(conn, &row)?;
    waves::knock(ctx, conn, group)
}

/// Lets a post wait that stood in the group already, because of what its author made of it: it leaves the group,
/// as if a moderator had taken it out, until one looked.
///
/// # Errors
/// The database.
pub fn hold_again(
    ctx: &Context,
    conn: &mut Conn,
    group: AccountId,
    status: &Status,
    wait: Wait,
) -> Result<()> {
    let id = status.id;
    if status.removed_at.is_some() || held_statuses::waits(conn, id)? {
        return Ok(());
    }
    let now = ctx.now();
    statuses::remove_from_group(conn, id, now)?;
    status_pins::delete(conn, group, id)?;
    passing::end(ctx, conn, status)?;
    let boost = statuses::boost_by(conn, group, id)?;
    if let Some(boost) = &boost {
        statuses::bury_boost(conn, boost, now)?;
    }
    hold(ctx, conn, group, id, status.visibility, wait)?;
    let event = Event::RemovedFromGroup {
        group,
        status: id,
        boost: boost.map(|boost| boost.id),
    };
    Ok(ctx.record(conn, &event)?)
}

/// What follows when a new status can be seen: counts, the event, and for a new thread what [`stand`] says.
///
/// # Errors
/// The database.
pub fn appear(ctx: &Ctx, conn: &mut Conn, status: &Status) -> Result<()> {
    if let Some(parent) = status.in_reply_to_id
        && statuses::counts_for_parent(status)
    {
        statuses::count(conn, parent, 1, 0, 0)?;
    }
    if statuses::counts_for_author(status) {
        statuses::count_posted(conn, status.account_id, status.created_at)?;
    }
    let id = status.id;
    if status.local {
        ctx.record(conn, &Event::StatusPublished { status: id })?;
    } else {
        ctx.record(conn, &Event::StatusReceived { status: id })?;
    }
    if let Some(group) = status.group() {
        waves::posted(ctx, conn, group, status.account_id)?;
    }
    stand(ctx, conn, status)
}

/// A thread stands in its group from now on, or again: the group boosts it, where it is one of ours, and the other
/// groups of ours that it names pass it on. Of an answer nothing follows.
///
/// # Errors
/// The database.
pub fn stand(ctx: &Ctx, conn: &mut Conn, status: &Status) -> Result<()> {
    let Some(group) = status.group().filter(|_| status.in_reply_to_id.is_none()) else {
        return Ok(());
    };
    if group != status.account_id {
        let group = accounts::get(conn, group)?;
        if group.is_local() {
            announce(ctx, conn, &group, status)?;
        }
    }
    passing::by_mention(ctx, conn, status)
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
    // It would be shown where it may not go.
    if status.local_only {
        return None;
    }
    match status.visibility {
        Visibility::Public | Visibility::Unlisted => Some(
            wish.filter(|wish| *wish != Visibility::Direct)
                .unwrap_or(Visibility::Public),
        ),
        Visibility::Private if status.account_id == booster => Some(Visibility::Private),
        Visibility::Private | Visibility::Direct | Visibility::Members | Visibility::Held => None,
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
    let place = accounts::get(conn, group)?;
    let since = bonds::reads_from(conn, &place, now)?;
    match memberships::find(conn, group, account.id)? {
        Some(row) if row.state == MembershipState::Member => return Ok(()),
        Some(row) => {
            memberships::set_state(conn, row.id, MembershipState::Member, Role::Member, now)?;
            memberships::set_reads_from(conn, row.id, since)?;
        }
        None => {
            let row = Membership {
                reads_from: since,
                ..Membership::new(ctx.id(), group, account.id, now)
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
    ctx.record(conn, &event)?;
    waves::knock(ctx, conn, group)
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
            let follow = Follow::new(ctx.id(), account, group, now);
            follows::insert(conn, &follow)?;
            follow.id
        }
    };
    accounts::count_follow(conn, account, group, 1)?;
    Ok(ctx.record(conn, &Event::FollowAccepted { follow })?)
}

/// A group passes on a thread, its own or another's: its boost, in the transaction of what leads to it.
///
/// # Errors
/// The database.
pub fn announce(ctx: &Ctx, conn: &mut Conn, group: &Account, thread: &Status) -> Result<StatusId> {
    let now = ctx.now();
    let id: StatusId = ctx.id();
    let boost = Status {
        url: ctx.place.status_url(&group.username, id),
        local: true,
        // What only members read is passed on to those who follow a private group: its members.
        visibility: if thread.visibility == Visibility::Members {
            Visibility::Private
        } else {
            Visibility::Public
        },
        reblog_of_id: Some(thread.id),
        ..Status::blank(id, group.id, ctx.place.announce_uri(&group.uri, id), now)
    };
    statuses::insert(conn, &boost)?;
    statuses::count(conn, thread.id, 0, 1, 0)?;
    if boost.visibility.is_open() {
        statuses::count_posted(conn, group.id, now)?;
    }
    ctx.record(conn, &Event::Boosted { boost: id })?;
    Ok(id)
}

/// Takes a boost back.
///
/// # Errors
/// The database.
pub fn take_back(ctx: &Context, conn: &mut Conn, boost: &Status) -> Result<()> {
    statuses::bury_boost(conn, boost, ctx.now())?;
    Ok(ctx.record(conn, &Event::Unboosted { boost: boost.id })?)
}

/// Is this a group whose threads are for its members: a private one of ours, or one elsewhere that says so? Lemmy
/// says it by approving its followers.
///
/// # Errors
/// The database.
pub fn is_private(conn: &mut Conn, group: &Account) -> Result<bool> {
    if !group.is_group() {
        return Ok(false);
    }
    if group.is_local() {
        return Ok(groups::find(conn, group.id)?.is_some_and(|row| row.kind == GroupKind::Private));
    }
    if accounts::remote(conn, group.id)?.is_some_and(|remote| remote.members_only) {
        return Ok(true);
    }
    Ok(group.locked
        && group_servers::home(conn, group.id)?
            .is_some_and(|server| server.runs() == "lemmy" && servers::is_capable(&server)))
}

/// Everyone to whom a letter to a group goes: its moderators.
///
/// # Errors
/// The database.
pub fn readers_of_mail(conn: &mut Conn, group: &Account) -> Result<Vec<AccountId>> {
    Ok(memberships::moderators(conn, group.id)?)
}
