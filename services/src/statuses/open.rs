//! What was written in a private group stays its members', also when the group opens. Only who wrote it can open it: this
//! post, and nobody else's.

use std::sync::Arc;

use database::statuses::{self, Status};
use database::{Conn, accounts, audiences, visible};
use model::{AccountId, Event, StatusId, Visibility};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::policy;
use crate::views::account::Viewer;

#[cfg(test)]
mod tests;

/// So many are opened in one transaction.
const CUT: i64 = 50;
/// So many transactions are one request; who has more asks again.
const ROUNDS: usize = 20;

/// Opens a post of the author's own to everyone, in a group that is private no more.
///
/// # Errors
/// `NotFound` for a post that is not theirs; `Forbidden` while the group is private or stopped, for what a moderator
/// took out or holds, for what stands in no group of ours, and for who is no member any more.
pub async fn open(ctx: &Ctx, author: &Viewer, id: StatusId) -> Result<()> {
    let (context, author) = (Arc::clone(ctx), author.clone());
    ctx.write(move |conn| {
        policy::may_act(conn, &author)?;
        let row = visible::own(conn, author.id(), id)?.into_inner();
        if row.visibility.is_open() {
            return Ok(());
        }
        let group = row
            .group()
            .filter(|_| row.visibility == Visibility::Members)
            .ok_or(Error::Forbidden("only what is for members can be opened"))?;
        may_open(&context, conn, group, author.id())?;
        open_one(&context, conn, &row, group)
    })
    .await
}

/// Opens all that the author wrote in a group, the oldest first; answers how many.
///
/// # Errors
/// `Forbidden` as [`open`].
pub async fn open_all(ctx: &Ctx, author: &Viewer, group: AccountId) -> Result<usize> {
    let mut count = 0;
    for _round in 0..ROUNDS {
        let (context, author) = (Arc::clone(ctx), author.clone());
        let opened = ctx
            .write(move |conn| {
                policy::may_act(conn, &author)?;
                may_open(&context, conn, group, author.id())?;
                let rows = audiences::closed_of(conn, group, author.id(), CUT)?;
                for row in &rows {
                    open_one(&context, conn, row, group)?;
                }
                Ok::<_, Error>(rows.len())
            })
            .await?;
        count += opened;
        if opened == 0 {
            break;
        }
    }
    Ok(count)
}

/// Is there something of the viewer's in this group that only members read, and may they open it?
///
/// # Errors
/// The database.
pub async fn may_open_some(ctx: &Ctx, viewer: &Viewer, group: AccountId) -> Result<bool> {
    let (context, who) = (Arc::clone(ctx), viewer.id());
    ctx.db
        .read(move |conn| match may_open(&context, conn, group, who) {
            Ok(()) => Ok(!audiences::closed_of(conn, group, who, 1)?.is_empty()),
            Err(Error::Forbidden(_) | Error::NotFound) => Ok(false),
            Err(other) => Err(other),
        })
        .await
}

/// Is the group open by now, and the author one of its members?
fn may_open(ctx: &Ctx, conn: &mut Conn, group: AccountId, author: AccountId) -> Result<()> {
    let settings = policy::standing(conn, group)?;
    if !settings.kind.is_readable() {
        return Err(Error::Forbidden("this group is private"));
    }
    if author != group {
        policy::member(conn, group, author, ctx.now())?;
    }
    Ok(())
}

/// From now on it is as if it had been written for everyone; where it opens a thread, the group passes it on. What
/// others wrote above and below it stays as it is.
fn open_one(ctx: &Ctx, conn: &mut Conn, row: &Status, group: AccountId) -> Result<()> {
    let visibility = Visibility::Public;
    statuses::set_visibility(conn, row.id, visibility)?;
    statuses::count_posted(conn, row.account_id, row.created_at)?;
    ctx.record(conn, &Event::StatusPublished { status: row.id })?;
    if row.in_reply_to_id.is_some() || row.account_id == group {
        return Ok(());
    }
    match statuses::boost_by(conn, group, row.id)? {
        // Its followers have it where it stood: nothing old comes back to the top.
        Some(boost) => {
            if !boost.visibility.is_open() {
                statuses::set_visibility(conn, boost.id, visibility)?;
                statuses::count_posted(conn, group, boost.created_at)?;
            }
            Ok(ctx.record(conn, &Event::Boosted { boost: boost.id })?)
        }
        None => {
            let account = accounts::get(conn, group)?;
            let opened = Status {
                visibility,
                ..row.clone()
            };
            policy::status::announce(ctx, conn, &account, &opened)?;
            Ok(())
        }
    }
}
