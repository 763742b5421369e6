//! Threads and comments: out of the group and back, closed and open, at the top, let through; and threads of other
//! groups, shown in this one.

use database::held_statuses;
use database::status_pins::{self, StatusPin};
use database::statuses::{self, Status};
use database::{Conn, accounts};
use model::{AccountId, ActionId, Event, StatusId, Visibility};

use super::Hand;
use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::interactions::MAX_PINS;
use crate::policy::passing;
use crate::policy::status as policy;

/// A post of the group that readers of the group see, or would see had it not been taken out.
///
/// # Errors
/// `NotFound`.
pub(super) fn in_group(conn: &mut Conn, group: AccountId, id: StatusId) -> Result<Status> {
    statuses::find(conn, id)?
        .filter(|row| row.group_id == Some(group) && row.deleted_at.is_none())
        .filter(|row| row.visibility.is_open() || row.visibility == Visibility::Members)
        .ok_or(Error::NotFound)
}

/// A post that readers of the group see, or would see had it not been taken out: its own, or a thread of another
/// group that it passed on.
///
/// # Errors
/// `NotFound`.
pub(super) fn shown_in(conn: &mut Conn, group: AccountId, id: StatusId) -> Result<Status> {
    match in_group(conn, group, id) {
        Err(Error::NotFound) => {}
        found => return found,
    }
    let row = statuses::find(conn, id)?
        .filter(|row| row.group_id != Some(group) && !row.is_deleted())
        .ok_or(Error::NotFound)?;
    if !statuses::was_boosted_by(conn, group, id)? {
        return Err(Error::NotFound);
    }
    Ok(row)
}

/// A post that stands in the group now.
fn standing_in(conn: &mut Conn, group: AccountId, id: StatusId) -> Result<Status> {
    Some(in_group(conn, group, id)?)
        .filter(|row| row.removed_at.is_none())
        .ok_or(Error::NotFound)
}

/// The first post of a thread that stands in the group.
fn thread_in(conn: &mut Conn, group: AccountId, id: StatusId) -> Result<Status> {
    let row = standing_in(conn, group, id)?;
    if row.in_reply_to_id.is_some() {
        return Err(Error::invalid(
            "status_id",
            "ERR_INVALID",
            "Validation failed: this is an answer, not the first post of a thread",
        ));
    }
    Ok(row)
}

/// Takes a thread or comment out of the group: the group's boost is undone, and with it those of the groups that passed
/// it on. A thread of another group is not shown in this one any more, and stays where it stands. Doing twice is
/// doing once.
///
/// # Errors
/// `NotFound` for a status that is not in the group.
pub(super) fn take_out(
    conn: &mut Conn,
    hand: &Hand<'_>,
    status: StatusId,
) -> Result<Option<ActionId>> {
    let (ctx, group) = (hand.ctx, hand.group());
    let row = shown_in(conn, group, status)?;
    if row.group_id != Some(group) {
        return stop_passing(conn, hand, &row);
    }
    if row.removed_at.is_some() {
        return Ok(None);
    }
    let now = ctx.now();
    statuses::remove_from_group(conn, status, now)?;
    status_pins::delete(conn, group, status)?;
    passing::end(ctx, conn, &row)?;
    let boost = statuses::boost_by(conn, group, status)?;
    if let Some(boost) = &boost {
        statuses::bury_boost(conn, boost, now)?;
    }
    let entry = hand.log_post(conn, "status_removed", row.account_id, status)?;
    let boost = boost.map(|boost| boost.id);
    ctx.record(
        conn,
        &Event::RemovedFromGroup {
            group,
            status,
            boost,
        },
    )?;
    Ok(Some(entry))
}

fn stop_passing(conn: &mut Conn, hand: &Hand<'_>, thread: &Status) -> Result<Option<ActionId>> {
    let Some(boost) = statuses::boost_by(conn, hand.group(), thread.id)? else {
        return Ok(None);
    };
    policy::take_back(hand.ctx, conn, &boost)?;
    hand.log_post(conn, "status_removed", thread.account_id, thread.id)
        .map(Some)
}

/// Lets it back in; a thread is boosted anew.
///
/// # Errors
/// `NotFound` for a status that was never in the group.
pub(super) fn put_back(
    conn: &mut Conn,
    hand: &Hand<'_>,
    status: StatusId,
) -> Result<Option<ActionId>> {
    let (ctx, group) = (hand.ctx, hand.group());
    let row = shown_in(conn, group, status)?;
    if row.group_id != Some(group) {
        // Where it stands no more in its own group, nothing is there that could be shown.
        let is_there = passing::may_pass_on(conn, group, &row, ctx.now())?;
        return if is_there {
            pass(conn, hand, &row, "status_restored")
        } else {
            Err(Error::NotFound)
        };
    }
    if row.removed_at.is_none() {
        return Ok(None);
    }
    statuses::restore_to_group(conn, status)?;
    held_statuses::delete(conn, status)?;
    let action = hand.log_post(conn, "status_restored", row.account_id, status)?;
    ctx.record(
        conn,
        &Event::RestoredToGroup {
            group,
            status,
            action,
        },
    )?;
    stands(ctx, conn, row)?;
    Ok(Some(action))
}

/// What was taken out stands in its group again.
fn stands(ctx: &Ctx, conn: &mut Conn, row: Status) -> Result<()> {
    let row = Status {
        removed_at: None,
        ..row
    };
    policy::stand(ctx, conn, &row)
}

/// Shows a thread of another group in this one, by the group's boost.
///
/// # Errors
/// `NotFound` for what is not there; `Invalid` for what is no thread of another group that everyone may read, and
/// for what its author may not bring in.
pub(super) fn pass_on(
    conn: &mut Conn,
    hand: &Hand<'_>,
    status: StatusId,
) -> Result<Option<ActionId>> {
    let row = statuses::find(conn, status)?.ok_or(Error::NotFound)?;
    if !passing::may_pass_on(conn, hand.group(), &row, hand.ctx.now())? {
        return Err(Error::invalid(
            "base",
            "ERR_INVALID",
            "Validation failed: This post cannot be boosted",
        ));
    }
    pass(conn, hand, &row, "thread_passed_on")
}

fn pass(
    conn: &mut Conn,
    hand: &Hand<'_>,
    thread: &Status,
    word: &'static str,
) -> Result<Option<ActionId>> {
    if statuses::boost_by(conn, hand.group(), thread.id)?.is_some() {
        return Ok(None);
    }
    let action = hand.log_post(conn, word, thread.account_id, thread.id)?;
    let group = accounts::get(conn, hand.group())?;
    policy::announce(hand.ctx, conn, &group, thread)?;
    Ok(Some(action))
}

/// Closes a thread, or what hangs on a comment, to answers.
///
/// # Errors
/// `NotFound` for what is not in the group.
pub(super) fn lock(conn: &mut Conn, hand: &Hand<'_>, status: StatusId) -> Result<Option<ActionId>> {
    let (ctx, group) = (hand.ctx, hand.group());
    let row = standing_in(conn, group, status)?;
    if row.locked_at.is_some() {
        return Ok(None);
    }
    statuses::set_locked(conn, status, Some(ctx.now()))?;
    let action = hand.log_post(conn, "thread_locked", row.account_id, status)?;
    ctx.record(
        conn,
        &Event::StatusLocked {
            group,
            status,
            action,
        },
    )?;
    Ok(Some(action))
}

/// Opens it again.
///
/// # Errors
/// As [`lock`].
pub(super) fn unlock(
    conn: &mut Conn,
    hand: &Hand<'_>,
    status: StatusId,
) -> Result<Option<ActionId>> {
    let (ctx, group) = (hand.ctx, hand.group());
    let row = standing_in(conn, group, status)?;
    if row.locked_at.is_none() {
        return Ok(None);
    }
    statuses::set_locked(conn, status, None)?;
    let action = hand.log_post(conn, "thread_unlocked", row.account_id, status)?;
    ctx.record(
        conn,
        &Event::StatusUnlocked {
            group,
            status,
            action,
        },
    )?;
    Ok(Some(action))
}

/// Puts a thread of any member at the top of the group's page.
///
/// # Errors
/// `NotFound` for what is not in the group, `Invalid` for an answer, or where the top is full.
pub(super) fn pin(conn: &mut Conn, hand: &Hand<'_>, status: StatusId) -> Result<Option<ActionId>> {
    let (ctx, group) = (hand.ctx, hand.group());
    let row = thread_in(conn, group, status)?;
    let pinned = status_pins::of(conn, group)?;
    if pinned.contains(&status) {
        return Ok(None);
    }
    if pinned.len() >= MAX_PINS {
        return Err(Error::invalid(
            "base",
            "ERR_INVALID",
            "Validation failed: You have already pinned the maximum number of posts",
        ));
    }
    let pin = StatusPin {
        id: ctx.id(),
        account_id: group,
        status_id: status,
        created_at: ctx.now(),
    };
    status_pins::insert(conn, &pin)?;
    let action = hand.log_post(conn, "thread_pinned", row.account_id, status)?;
    ctx.record(
        conn,
        &Event::Featured {
            group,
            status,
            action,
        },
    )?;
    Ok(Some(action))
}

/// Takes it from there.
///
/// # Errors
/// `NotFound` for a post that is not in the group.
pub(super) fn unpin(
    conn: &mut Conn,
    hand: &Hand<'_>,
    status: StatusId,
) -> Result<Option<ActionId>> {
    let (ctx, group) = (hand.ctx, hand.group());
    let row = in_group(conn, group, status)?;
    if status_pins::delete(conn, group, status)?.is_none() {
        return Ok(None);
    }
    let action = hand.log_post(conn, "thread_unpinned", row.account_id, status)?;
    ctx.record(
        conn,
        &Event::Unfeatured {
            group,
            status,
            action,
        },
    )?;
    Ok(Some(action))
}

/// A post that waits for this group.
fn held(
    conn: &mut Conn,
    group: AccountId,
    id: StatusId,
) -> Result<(Status, held_statuses::HeldStatus)> {
    let waits = held_statuses::find(conn, group, id)?.ok_or(Error::NotFound)?;
    let row = statuses::find(conn, id)?
        .filter(|row| row.deleted_at.is_none())
        .ok_or(Error::NotFound)?;
    Ok((row, waits))
}

/// Lets a post through that waited: from now on it is as if it had just been written.
///
/// # Errors
/// `NotFound` for what does not wait for this group.
pub(super) fn release(
    conn: &mut Conn,
    hand: &Hand<'_>,
    status: StatusId,
) -> Result<Option<ActionId>> {
    let (ctx, group) = (hand.ctx, hand.group());
    let (row, waits) = held(conn, group, status)?;
    held_statuses::delete(conn, status)?;
    let action = hand.log_post(conn, "status_released", row.account_id, status)?;
    if row.removed_at.is_some() {
        // It stood there before its author changed it.
        statuses::restore_to_group(conn, status)?;
        stands(ctx, conn, row)?;
    } else {
        statuses::set_visibility(conn, status, waits.visibility)?;
        let row = Status {
            visibility: waits.visibility,
            ..row
        };
        policy::appear(ctx, conn, &row)?;
    }
    if let Some(inbox) = waits.inbox_id {
        ctx.record(conn, &Event::Relayed { group, inbox })?;
    }
    Ok(Some(action))
}

/// Does not let a post through. It stays its author's, who alone sees it.
///
/// # Errors
/// `NotFound` for what does not wait for this group.
pub(super) fn withhold(
    conn: &mut Conn,
    hand: &Hand<'_>,
    status: StatusId,
) -> Result<Option<ActionId>> {
    let (row, _waits) = held(conn, hand.group(), status)?;
    held_statuses::delete(conn, status)?;
    hand.log_post(conn, "status_withheld", row.account_id, status)
        .map(Some)
}
