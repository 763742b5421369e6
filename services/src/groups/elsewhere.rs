//! What a group of another server says about its own threads and about our members in it. Whether it said so
//! was checked by `federation`; nothing of it stands in a log of ours.

use std::sync::Arc;

use database::group_bans::{self, GroupBan};
use database::status_pins::{self, StatusPin};
use database::statuses::{self, Status};
use database::{Conn, accounts, follows, groups, memberships};
use model::{AccountId, MembershipState, Millis, Role, StatusId};

use crate::bonds::{self, By};
use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::policy::passing;
use crate::policy::status::Refusal;

/// At most so many threads at the top of a group elsewhere.
const MAX_PINS: usize = 20;

/// What became of a thread or comment in its group elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// A moderator took it out.
    Removed,
    /// A moderator let it back in. (The boost of a thread comes by itself.)
    Restored,
    /// Nobody answers it any more.
    Locked,
    /// It may be answered again.
    Unlocked,
    /// At the top of the group's page.
    Featured,
    /// No more at the top.
    Unfeatured,
}

/// A group elsewhere did something to a thread or comment of its own.
///
/// # Errors
/// `Forbidden` for what does not stand in that group.
pub async fn receive(ctx: &Ctx, group: AccountId, status: StatusId, told: Told) -> Result<()> {
    let context = Arc::clone(ctx);
    ctx.write_later(move |conn| {
        if groups::find(conn, group)?.is_some() {
            return Err(Error::Forbidden(
                "a group of ours is told nothing about itself",
            ));
        }
        let row = statuses::get(conn, status)?;
        if row.group_id != Some(group) || row.is_deleted() {
            return Err(Error::Forbidden("it does not stand in this group"));
        }
        let now = context.now();
        match told {
            Told::Removed => {
                passing::end(&context, conn, &row)?;
                statuses::remove_from_group(conn, status, now)?;
                status_pins::delete(conn, group, status)?;
            }
            Told::Restored => {
                statuses::restore_to_group(conn, status)?;
                let row = Status {
                    removed_at: None,
                    ..row
                };
                passing::by_mention(&context, conn, &row)?;
            }
            Told::Locked => statuses::set_locked(conn, status, Some(now))?,
            Told::Unlocked => statuses::set_locked(conn, status, None)?,
            Told::Featured => feature(&context, conn, group, &row)?,
            Told::Unfeatured => {
                status_pins::delete(conn, group, status)?;
            }
        }
        Ok(())
    })
    .await
}

fn feature(ctx: &Ctx, conn: &mut Conn, group: AccountId, status: &Status) -> Result<()> {
    if status.in_reply_to_id.is_some() || status.group().is_none() {
        return Err(Error::Forbidden("threads of the group are featured"));
    }
    if status_pins::of(conn, group)?.len() >= MAX_PINS {
        return Err(Error::LimitExceeded("the group features many threads"));
    }
    let row = StatusPin {
        id: ctx.id(),
        account_id: group,
        status_id: status.id,
        created_at: ctx.now(),
    };
    status_pins::insert(conn, &row)?;
    Ok(())
}

/// A group elsewhere sent someone of ours away, or lets them in again: the membership ends with the follow,
/// and until the ban ends they are told here when they post there or ask to join.
///
/// # Errors
/// The database.
pub async fn receive_ban(
    ctx: &Ctx,
    group: AccountId,
    who: AccountId,
    ends_at: Option<Millis>,
    lifted: bool,
) -> Result<()> {
    let context = Arc::clone(ctx);
    ctx.write_later(move |conn| {
        let to = accounts::get(conn, group)?;
        if to.is_local() || !to.is_group() || !accounts::get(conn, who)?.is_local() {
            return Err(Error::Forbidden("it is no matter of that group"));
        }
        if lifted {
            group_bans::delete(conn, group, who)?;
            return Ok(());
        }
        let now = context.now();
        if ends_at.is_some_and(|end| end <= now) {
            return Ok(());
        }
        // A second word about the same person counts for its end.
        group_bans::delete(conn, group, who)?;
        let ban = GroupBan {
            id: context.id(),
            group_id: group,
            account_id: who,
            ends_at,
            created_at: now,
        };
        group_bans::insert(conn, &ban)?;
        bonds::end_membership(&context, conn, group, who)?;
        match follows::find(conn, who, group)? {
            Some(follow) => bonds::end_follow(&context, conn, follow, By::Followed),
            None => Ok(()),
        }
    })
    .await
}

/// Who moderates a group elsewhere, by its own list: so our members among them are shown.
///
/// # Errors
/// The database.
pub async fn receive_moderators(ctx: &Ctx, group: AccountId, list: Vec<String>) -> Result<()> {
    let context = Arc::clone(ctx);
    ctx.write_later(move |conn| {
        if groups::find(conn, group)?.is_some() {
            return Err(Error::Forbidden(
                "a group of ours names its moderators itself",
            ));
        }
        let named: Vec<AccountId> = accounts::by_uris(conn, &list)?
            .into_iter()
            .map(|account| account.id)
            .collect();
        for row in memberships::everyone(conn, group, MembershipState::Member)? {
            let role = if named.contains(&row.account_id) {
                Role::Moderator
            } else {
                Role::Member
            };
            if row.role != role {
                memberships::set_state(conn, row.id, row.state, role, context.now())?;
            }
        }
        Ok(())
    })
    .await
}

/// May someone here post into a group elsewhere, as far as that group told us? Its own server decides; who
/// knows already that it will not take a post is told so at once.
///
/// # Errors
/// `Forbidden` for who is banned; `Invalid` for an answer in a thread that is closed.
pub(crate) fn may_post(
    conn: &mut Conn,
    group: AccountId,
    account: AccountId,
    parent: Option<&Status>,
    now: Millis,
) -> Result<()> {
    if group_bans::is_banned(conn, group, account, now)? {
        return Err(Error::Forbidden("you are banned from this group"));
    }
    let Some(parent) = parent else { return Ok(()) };
    let moderates = memberships::find(conn, group, account)?.is_some_and(|row| row.moderates());
    if !moderates && statuses::is_locked(conn, parent.id)? {
        return Err(Refusal::Locked.error());
    }
    Ok(())
}
