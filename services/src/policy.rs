//! Who may do what. Answers are proofs that the writing functions ask for.

use database::groups::Group;
use database::memberships::Membership;
use database::statuses::Status;
use database::{Conn, accounts, group_bans, groups, memberships, visible};
use model::{AccountId, Millis, Role};

use crate::error::{Error, Result};
use crate::views::account::Viewer;

/// Proof that an account is a member in force of a group, and not banned from it.
#[derive(Clone, Debug)]
pub struct Member {
    membership: Membership,
}

impl Member {
    /// Of which group.
    #[must_use]
    pub fn group(&self) -> AccountId {
        self.membership.group_id
    }

    /// As what.
    #[must_use]
    pub fn role(&self) -> Role {
        self.membership.role
    }
}

/// Proof that a human moderates a group of this server.
#[derive(Clone, Debug)]
pub struct Moderator {
    group: AccountId,
    acting: AccountId,
    human: AccountId,
    role: Role,
}

impl Moderator {
    /// The group itself, where a term that ran out decides and nobody else.
    #[must_use]
    pub(crate) const fn itself(group: AccountId) -> Self {
        Self {
            group,
            acting: group,
            human: group,
            role: Role::Owner,
        }
    }

    /// Which group.
    #[must_use]
    pub fn group(&self) -> AccountId {
        self.group
    }

    /// In whose name: the group's, or the human's own.
    #[must_use]
    pub fn acting(&self) -> AccountId {
        self.acting
    }

    /// The human.
    #[must_use]
    pub fn human(&self) -> AccountId {
        self.human
    }

    /// Is the group theirs?
    #[must_use]
    pub fn is_owner(&self) -> bool {
        self.role == Role::Owner
    }
}

/// A member in force who is not banned.
///
/// # Errors
/// `Forbidden`.
pub fn member(
    conn: &mut Conn,
    group: AccountId,
    account: AccountId,
    now: Millis,
) -> Result<Member> {
    let membership = memberships::find(conn, group, account)?
        .filter(Membership::is_member)
        .ok_or(Error::Forbidden("only members of the group may do this"))?;
    if group_bans::is_banned(conn, group, account, now)? {
        return Err(Error::Forbidden("you are banned from this group"));
    }
    Ok(Member { membership })
}

/// A moderator or owner of a group of this server, who acts as himself or as the group. The human's
/// role is asked for each time: a token outlives a role.
///
/// # Errors
/// `NotFound` where it is no group of ours, `Forbidden`.
pub fn moderator(conn: &mut Conn, viewer: &Viewer, group: AccountId) -> Result<Moderator> {
    if groups::living(conn, group)?.is_none() {
        return Err(Error::NotFound);
    }
    if viewer.id() != group && viewer.id() != viewer.human.id {
        return Err(Error::Forbidden("this is the business of another group"));
    }
    let role = moderating_role(conn, group, viewer.human.id)?;
    Ok(Moderator {
        group,
        acting: viewer.id(),
        human: viewer.human.id,
        role,
    })
}

/// A moderator of a group of this server who lives elsewhere, and whose server vouches for what he did.
///
/// # Errors
/// As [`moderator`].
pub fn moderator_elsewhere(
    conn: &mut Conn,
    group: AccountId,
    account: AccountId,
) -> Result<Moderator> {
    if groups::living(conn, group)?.is_none() {
        return Err(Error::NotFound);
    }
    let role = moderating_role(conn, group, account)?;
    Ok(Moderator {
        group,
        acting: account,
        human: account,
        role,
    })
}

fn moderating_role(conn: &mut Conn, group: AccountId, account: AccountId) -> Result<Role> {
    memberships::find(conn, group, account)?
        .filter(Membership::moderates)
        .map(|row| row.role)
        .ok_or(Error::Forbidden("only moderators of the group may do this"))
}

/// Does this account look at this post by its office: as a moderator of the group (or as the group) where it waits,
/// or where a report to them names it?
pub(crate) fn looks_after(conn: &mut Conn, who: AccountId, status: &Status) -> Result<bool> {
    let Some(group) = status.group_id else {
        return Ok(false);
    };
    if who != group && moderating_role(conn, group, who).is_err() {
        return Ok(false);
    }
    Ok(!visible::held(conn, group, &[status.id])?.is_empty()
        || !visible::reported(conn, &[status.id])?.is_empty())
}

/// Why nothing is done in a group that the server's administrators froze.
pub const STOPPED: &str = "those who run this server have stopped this group for now";

/// Is anything done in this group of ours at all? Not while the server's administrators froze it.
///
/// # Errors
/// `Forbidden`; `NotFound` where it is no group of ours.
pub fn not_frozen(conn: &mut Conn, group: AccountId) -> Result<()> {
    match groups::living(conn, group)?
        .ok_or(Error::NotFound)?
        .frozen_at
    {
        Some(_since) => Err(Error::Forbidden(STOPPED)),
        None => Ok(()),
    }
}

/// May this viewer act for the account that it looks as: always for oneself, for a group while one moderates it
/// and it is neither frozen nor suspended?
///
/// # Errors
/// `Forbidden`.
pub fn may_act(conn: &mut Conn, viewer: &Viewer) -> Result<()> {
    if !viewer.is_group() {
        return Ok(());
    }
    moderator(conn, viewer, viewer.id())?;
    let is_frozen = groups::find(conn, viewer.id())?.is_none_or(|group| group.frozen_at.is_some());
    if is_frozen || accounts::get(conn, viewer.id())?.suspended_at.is_some() {
        return Err(Error::Forbidden("this group is closed for now"));
    }
    Ok(())
}

/// A group of ours that nobody has stopped.
///
/// # Errors
/// `NotFound` where it is no group of ours, `Forbidden` for one that the staff has frozen.
pub(crate) fn standing(conn: &mut Conn, group: AccountId) -> Result<Group> {
    let group = groups::find(conn, group)?.ok_or(Error::NotFound)?;
    if group.frozen_at.is_some() {
        return Err(Error::Forbidden("this group is closed for now"));
    }
    Ok(group)
}

/// What people do and groups do not: like, vote, follow, hide a server.
///
/// # Errors
/// `Forbidden` for who acts for a group.
pub fn person(viewer: &Viewer) -> Result<()> {
    if viewer.is_group() {
        return Err(Error::Forbidden(
            "a group does not do this; do it as yourself",
        ));
    }
    Ok(())
}

pub mod featured;
pub(crate) mod passing;
pub mod quote;
pub mod servers;
pub mod staff;
pub mod status;
pub mod tags;
pub(crate) mod words;
