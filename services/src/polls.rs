//! Polls: asking, voting, the end. What other servers say of polls is in [`elsewhere`]; who hears of
//! it follows from the events.

mod elsewhere;
mod terms;

pub use elsewhere::{IncomingPoll, receive_vote};
pub(crate) use elsewhere::{take_in, take_over};
pub use terms::{LONGEST, MAX_OPTION, MAX_OPTIONS, NewPoll, SHORTEST};

use std::sync::Arc;

use database::polls::{self, Poll, PollOption, PollVote, Terms};
use database::statuses::Status;
use database::{Conn, visible};
use model::{AccountId, Event, Job, Millis, PollId, StatusId};

use crate::context::{Context, Ctx};
use crate::error::{Error, Result};
use crate::policy::status::NOT_ALLOWED;
use crate::views::account::Viewer;
use crate::views::poll::{self, PollView};
use crate::views::status::viewer_id;
use crate::{jobs, policy};

/// Others hear of new votes once in so long.
const TELL_EVERY: i64 = 3 * Millis::MINUTE;
/// The server of a poll elsewhere is asked for its counts at most once in so long.
const ASK_EVERY: i64 = 3 * Millis::MINUTE;

/// Hangs a poll on a new status, in its transaction.
///
/// # Errors
/// The database.
pub(crate) fn create(ctx: &Context, conn: &mut Conn, status: &Status, new: &NewPoll) -> Result<()> {
    let now = ctx.now();
    let poll = Poll {
        id: ctx.id(),
        status_id: status.id,
        account_id: status.account_id,
        multiple: new.multiple,
        hide_totals: new.hide_totals,
        expires_at: Some(new.end(now)),
        ended: false,
        voters_count: Some(0),
        telling_at: None,
        asked_at: now,
        created_at: now,
    };
    polls::insert(conn, &poll, &rows(poll.id, &new.options))?;
    wait_for_end(ctx, conn, &poll)
}

fn rows(poll: PollId, titles: &[String]) -> Vec<PollOption> {
    (0_i16..)
        .zip(titles)
        .map(|(position, title)| PollOption {
            poll_id: poll,
            position,
            title: title.clone(),
            votes_count: 0,
        })
        .collect()
}

/// Its end comes by a job of its own.
fn wait_for_end(ctx: &Context, conn: &mut Conn, poll: &Poll) -> Result<()> {
    let key = format!("poll-end:{}", poll.id);
    match poll.expires_at.filter(|_| !poll.ended) {
        Some(end) => jobs::enqueue(ctx, conn, &Job::EndPoll { poll: poll.id }, Some(&key), end),
        None => jobs::cancel(conn, &key),
    }
}

/// Changes the poll of an edited status. Other options are another question: the votes are void then.
/// Was anything changed?
///
/// # Errors
/// The database.
pub(crate) fn revise(
    ctx: &Context,
    conn: &mut Conn,
    status: &Status,
    new: &NewPoll,
) -> Result<bool> {
    let Some(before) = polls::of_status(conn, status.id)? else {
        create(ctx, conn, status, new)?;
        return Ok(true);
    };
    let titles = titles(conn, before.id)?;
    let is_other = titles != new.options || before.multiple != new.multiple;
    let after = Poll {
        multiple: new.multiple,
        hide_totals: new.hide_totals,
        expires_at: Some(new.end(ctx.now())),
        ended: false,
        voters_count: if is_other {
            Some(0)
        } else {
            before.voters_count
        },
        ..before.clone()
    };
    if is_other {
        polls::ask_anew(conn, before.id, &rows(before.id, &new.options))?;
    }
    polls::set_terms(conn, before.id, &terms_of(&after))?;
    wait_for_end(ctx, conn, &after)?;
    Ok(is_other || before.hide_totals != after.hide_totals || before.ended)
}

const fn terms_of(poll: &Poll) -> Terms {
    Terms {
        multiple: poll.multiple,
        hide_totals: poll.hide_totals,
        expires_at: poll.expires_at,
        ended: poll.ended,
        voters_count: poll.voters_count,
    }
}

/// What can be chosen, in order.
///
/// # Errors
/// The database.
pub(crate) fn titles(conn: &mut Conn, poll: PollId) -> Result<Vec<String>> {
    let options = polls::options(conn, &[poll])?;
    Ok(options.into_iter().map(|option| option.title).collect())
}

/// A poll by its id. Where it is of another server and its counts are old, that server is asked for
/// them afterwards.
///
/// # Errors
/// `NotFound` where its status may not be seen.
pub async fn show(ctx: &Ctx, viewer: Option<&Viewer>, id: PollId) -> Result<PollView> {
    let who = viewer_id(viewer);
    let (view, is_ours) = ctx
        .db
        .read(move |conn| {
            let status = polls::get(conn, id)?.status_id;
            let status = visible::find(conn, who, status)?.ok_or(Error::NotFound)?;
            Ok::<_, Error>((one(conn, who, status.id)?, status.local))
        })
        .await?;
    let now = ctx.now();
    if !is_ours && !view.poll.ended && view.poll.asked_at.plus(ASK_EVERY) <= now {
        ask_soon(ctx, id).await?;
    }
    Ok(at(view, now))
}

fn one(conn: &mut Conn, viewer: AccountId, status: StatusId) -> Result<PollView> {
    poll::load_in(conn, viewer, &[status])?
        .remove(&status)
        .ok_or(Error::NotFound)
}

fn at(mut view: PollView, now: Millis) -> PollView {
    view.look_at_clock(now);
    view
}

async fn ask_soon(ctx: &Ctx, id: PollId) -> Result<()> {
    let home = Arc::clone(ctx);
    ctx.write_later(move |conn| {
        let now = home.now();
        // Others may have asked in the meantime.
        if polls::get(conn, id)?.asked_at.plus(ASK_EVERY) > now {
            return Ok(());
        }
        polls::set_asked(conn, id, now)?;
        let key = format!("poll-ask:{id}");
        jobs::enqueue(&home, conn, &Job::AskPoll { poll: id }, Some(&key), now)
    })
    .await
}

/// Votes. In a poll of another server the votes are counted here at once and sent to its author.
///
/// # Errors
/// `NotFound` where it may not be seen; `Invalid`, with Mastodon's sentences, for a vote that does not
/// count.
pub async fn vote(ctx: &Ctx, viewer: &Viewer, id: PollId, choices: Vec<i64>) -> Result<PollView> {
    policy::person(viewer)?;
    let (home, voter) = (Arc::clone(ctx), viewer.clone());
    let view = ctx
        .write(move |conn| {
            let status = polls::get(conn, id)?.status_id;
            let status = visible::find(conn, voter.id(), status)?.ok_or(Error::NotFound)?;
            // Read again behind the lock: two requests of one person may have met.
            polls::lock(conn, id)?;
            let poll = polls::get(conn, id)?;
            cast(&home, conn, voter.id(), &poll, &status, &choices)?;
            one(conn, voter.id(), status.id)
        })
        .await?;
    Ok(at(view, ctx.now()))
}

fn refused(text: &str) -> Error {
    Error::invalid("base", "ERR_INVALID", format!("Validation failed: {text}"))
}

fn cast(
    ctx: &Ctx,
    conn: &mut Conn,
    voter: AccountId,
    poll: &Poll,
    status: &Status,
    choices: &[i64],
) -> Result<()> {
    let now = ctx.now();
    if poll.is_over(now) {
        return Err(refused("The poll has already ended"));
    }
    if poll.account_id == voter {
        return Err(refused("You cannot vote in your own polls"));
    }
    if let Some(group) = status.group()
        && !policy::status::may_vote(conn, group, voter, now)?
    {
        return Err(Error::Forbidden(NOT_ALLOWED));
    }
    let places = polls::options(conn, &[poll.id])?.len();
    let mut wanted = Vec::new();
    for choice in choices {
        match i16::try_from(*choice) {
            Ok(place) if usize::try_from(place).is_ok_and(|at| at < places) => wanted.push(place),
            _ => return Err(refused("The chosen vote option does not exist")),
        }
    }
    if wanted.is_empty() {
        return Err(refused("The chosen vote option does not exist"));
    }
    let before = polls::choices(conn, &[poll.id], voter)?;
    let is_single_and_used = !poll.multiple && (!before.is_empty() || wanted.len() > 1);
    let mut is_first = before.is_empty();
    let mut votes = Vec::new();
    for choice in wanted {
        let row = PollVote {
            id: ctx.id(),
            poll_id: poll.id,
            account_id: voter,
            choice,
            uri: None,
            created_at: now,
        };
        if is_single_and_used || !polls::vote(conn, &row, is_first)? {
            return Err(refused("You have already voted on this poll"));
        }
        is_first = false;
        votes.push(row.id);
    }
    if status.local {
        return tell_soon(ctx, conn, poll);
    }
    let event = Event::Voted {
        account: voter,
        status: status.id,
        votes,
    };
    Ok(ctx.record(conn, &event)?)
}

/// Others hear of the counts, once for the votes of some minutes; where they are hidden, at the end.
fn tell_soon(ctx: &Context, conn: &mut Conn, poll: &Poll) -> Result<()> {
    if poll.hide_totals || poll.telling_at.is_some() {
        return Ok(());
    }
    let due = ctx.now().plus(TELL_EVERY);
    polls::set_telling(conn, poll.id, Some(due))?;
    let key = format!("poll-tell:{}", poll.id);
    jobs::enqueue(ctx, conn, &Job::TellPoll { poll: poll.id }, Some(&key), due)
}

/// The job behind [`tell_soon`].
///
/// # Errors
/// The database.
pub(crate) async fn tell(ctx: &Ctx, id: PollId) -> Result<()> {
    let home = Arc::clone(ctx);
    ctx.write_later(move |conn| {
        let poll = polls::get(conn, id)?;
        if poll.telling_at.is_none() {
            return Ok(());
        }
        polls::set_telling(conn, id, None)?;
        // The end tells it all by itself.
        if poll.ended {
            return Ok(());
        }
        let event = Event::PollCounted {
            status: poll.status_id,
        };
        Ok::<_, Error>(home.record(conn, &event)?)
    })
    .await
}

/// The job of its end. A poll of another server is asked for its last counts before.
///
/// # Errors
/// The database.
pub(crate) async fn end(ctx: &Ctx, id: PollId) -> Result<()> {
    let (uri, is_ours, is_early) = {
        let home = Arc::clone(ctx);
        ctx.db
            .read(move |conn| {
                let poll = polls::get(conn, id)?;
                let status = database::statuses::get(conn, poll.status_id)?;
                let has_voters = !polls::voters_here(conn, id)?.is_empty();
                // An edit put the end off: another job waits for it.
                let is_early = poll.ended || !poll.is_over(home.now());
                let uri = (has_voters && !status.local).then_some(status.uri);
                Ok::<_, Error>((uri, status.local, is_early))
            })
            .await?
    };
    if is_early {
        return Ok(());
    }
    if let Some(uri) = uri.filter(|_| !is_ours) {
        ask_origin(ctx, &uri).await;
    }
    let home = Arc::clone(ctx);
    ctx.write_later(move |conn| {
        let poll = polls::get(conn, id)?;
        if !poll.is_over(home.now()) || !polls::end(conn, id)? {
            return Ok(());
        }
        let event = Event::PollEnded {
            status: poll.status_id,
        };
        Ok::<_, Error>(home.record(conn, &event)?)
    })
    .await
}

/// The job behind a reading of old counts.
///
/// # Errors
/// The database; a server that does not answer is asked again at the next reading.
pub(crate) async fn ask(ctx: &Ctx, id: PollId) -> Result<()> {
    let status = ctx
        .db
        .read(move |conn| {
            let poll = polls::get(conn, id)?;
            Ok::<_, Error>(database::statuses::get(conn, poll.status_id)?)
        })
        .await?;
    if !status.local && !status.is_deleted() {
        ask_origin(ctx, &status.uri).await;
    }
    Ok(())
}

async fn ask_origin(ctx: &Ctx, uri: &str) {
    if let Err(error) = ctx.fediverse().refresh_status(uri).await {
        tracing::debug!(%error, status = uri, "the counts of a poll could not be read anew");
    }
}

#[cfg(test)]
mod tests;
