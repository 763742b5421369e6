//! Threads that other groups pass on. A thread stands in one group, and what is answered stays there; other groups of
//! this server may show it too, by their boost.

use database::mentions::{self, Named};
use database::statuses::{self, Status};
use database::{Conn, accounts, blocks, group_bans, groups, moderation_actions};
use model::{AccountId, AccountKind, ActionState, Millis};

use super::status::{self, Posting};
use super::words::{self, Judged, Said};
use crate::context::{Context, Ctx};
use crate::error::Result;

/// So many groups pass on a thread because it names them: with its own the three that a thread may name before it
/// has to wait.
const MOST: usize = 2;

/// May this group of ours show this thread of another group? What everyone may read there, by an author whom nothing
/// keeps out of the one that shows it.
///
/// # Errors
/// The database.
pub(crate) fn may_pass_on(
    conn: &mut Conn,
    group: AccountId,
    thread: &Status,
    now: Millis,
) -> Result<bool> {
    let Some(home) = thread.group().filter(|home| *home != group) else {
        return Ok(false);
    };
    let is_open_thread = thread.reblog_of_id.is_none()
        && thread.in_reply_to_id.is_none()
        && !thread.is_deleted()
        && !thread.local_only
        && thread.visibility.is_open();
    if !is_open_thread || thread.account_id == group || !passes_on(conn, group)? {
        return Ok(false);
    }
    let home = accounts::get(conn, home)?;
    if home.suspended_at.is_some() || status::is_private(conn, &home)? {
        return Ok(false);
    }
    let author = accounts::get(conn, thread.account_id)?;
    Ok(!group_bans::is_banned(conn, group, author.id, now)?
        && !blocks::between(conn, group, author.id)?
        && !status::blocks_server(conn, group, &author)?)
}

/// Does this group pass anything on: one of ours that everyone may read, here and elsewhere, and that nobody stopped?
fn passes_on(conn: &mut Conn, group: AccountId) -> Result<bool> {
    let Some(row) = groups::living(conn, group)? else {
        return Ok(false);
    };
    Ok(row.kind.is_readable() && !row.local_only && row.frozen_at.is_none())
}

/// A thread stands in its group, and names others of ours: these pass it on where its author may begin threads in them
/// himself. Where he may not, nobody is told: it stands in its own group all the same.
///
/// # Errors
/// The database.
pub(crate) fn by_mention(ctx: &Ctx, conn: &mut Conn, thread: &Status) -> Result<()> {
    if thread.in_reply_to_id.is_some() {
        return Ok(());
    }
    let mut named = mentions::of(conn, &[thread.id])?;
    named.retain(|one| {
        one.kind == AccountKind::Group
            && one.domain.is_empty()
            && !one.silent
            && thread.group() != Some(one.account_id)
    });
    named.sort_by_key(|one| place_of(one, thread));
    for one in named.into_iter().take(MOST) {
        if lets_in(ctx, conn, one.account_id, thread)? {
            let group = accounts::get(conn, one.account_id)?;
            status::announce(ctx, conn, &group, thread)?;
        }
    }
    Ok(())
}

/// Where in the text it is named.
fn place_of(named: &Named, thread: &Status) -> usize {
    let link = format!("\"{}\"", named.url);
    thread.content.find(&link).unwrap_or(usize::MAX)
}

/// Would this thread stand in the group at once, had it been written for it, and did no moderator take it out before?
fn lets_in(ctx: &Ctx, conn: &mut Conn, group: AccountId, thread: &Status) -> Result<bool> {
    let now = ctx.now();
    if !may_pass_on(conn, group, thread, now)?
        || statuses::boost_by(conn, group, thread.id)?.is_some()
        || was_taken_out(conn, group, thread)?
        || status::posting(conn, group, thread.account_id, None, now)? != Posting::Member
    {
        return Ok(false);
    }
    let said = Said::stored(conn, thread)?;
    let judged = words::judge(conn, group, thread.account_id, &said)?;
    Ok(matches!(judged, Judged::Free))
}

fn was_taken_out(conn: &mut Conn, group: AccountId, thread: &Status) -> Result<bool> {
    let last = moderation_actions::last_about(conn, group, thread.id)?;
    Ok(last.is_some_and(|entry| {
        entry.kind == "status_removed" && entry.state != ActionState::Overturned
    }))
}

/// A thread stands in its group no more: whoever passed it on takes that back.
///
/// # Errors
/// The database.
pub(crate) fn end(ctx: &Context, conn: &mut Conn, thread: &Status) -> Result<()> {
    for boost in statuses::passed_on(conn, thread)? {
        status::take_back(ctx, conn, &boost)?;
    }
    Ok(())
}

/// Its author wrote it anew: a group that looks for a word which is in it now takes its boost back. It does not wait
/// there for a moderator, since it stands in its own group.
///
/// # Errors
/// The database.
pub(crate) fn judge_anew(
    ctx: &Context,
    conn: &mut Conn,
    before: &Said,
    after: &Status,
) -> Result<()> {
    for boost in statuses::passed_on(conn, after)? {
        if words::brings_in(conn, boost.account_id, before, after)? {
            status::take_back(ctx, conn, &boost)?;
        }
    }
    Ok(())
}

/// Is it shown in this group: because it stands there, or because the group passes it on?
///
/// # Errors
/// The database.
pub(crate) fn is_shown_in(conn: &mut Conn, group: AccountId, status: &Status) -> Result<bool> {
    if status.group_id == Some(group) {
        return Ok(status.removed_at.is_none());
    }
    Ok(statuses::boost_by(conn, group, status.id)?.is_some())
}

#[cfg(test)]
mod tests;
