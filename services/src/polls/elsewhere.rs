//! What other servers say of polls: polls that were made there with their counts, and ballots of
//! people there in polls of ours.

use std::sync::Arc;

use database::polls::{self, Poll, PollOption, PollVote};
use database::statuses::{self, Status};
use database::{Conn, accounts, visible};
use model::{AccountId, Millis};

use super::{tell_soon, terms_of, titles, wait_for_end};
use crate::compose::typed;
use crate::context::{Context, Ctx};
use crate::error::Result;
use crate::policy;

/// Options that are kept; servers elsewhere allow more than we do.
const MOST_OPTIONS: usize = 50;
/// Letters of an option that are kept.
const MOST_LETTERS: usize = 500;
/// What counts more than this counts nothing.
const MOST_VOTES: u64 = 1_000_000_000;

/// A poll as another server sent it.
#[derive(Clone, Debug, Default)]
pub struct IncomingPoll {
    /// What can be chosen, and how often it was, in order.
    pub options: Vec<(String, u64)>,
    /// More than one may be chosen.
    pub multiple: bool,
    /// When it ends.
    pub expires_at: Option<Millis>,
    /// When it was closed.
    pub closed: Option<Millis>,
    /// How many people voted.
    pub voters: Option<u64>,
}

impl IncomingPoll {
    fn titles(&self) -> Vec<String> {
        self.options
            .iter()
            .take(MOST_OPTIONS)
            .map(|(title, _)| text::display_name(&typed(title), MOST_LETTERS))
            .collect()
    }

    fn counts(&self) -> Vec<i64> {
        let options = self.options.iter().take(MOST_OPTIONS);
        options.map(|(_, votes)| number(*votes)).collect()
    }

    fn rows(&self, poll: &Poll) -> Vec<PollOption> {
        (0_i16..)
            .zip(self.titles().into_iter().zip(self.counts()))
            .map(|(position, (title, votes_count))| PollOption {
                poll_id: poll.id,
                position,
                title,
                votes_count,
            })
            .collect()
    }

    /// What it says, put over what is known.
    fn over(&self, poll: &Poll, now: Millis) -> Poll {
        let closed = self.closed.filter(|closed| *closed <= now);
        let end = self.expires_at.or(self.closed).or(poll.expires_at);
        let expires_at = closed.map_or(end, |closed| {
            Some(end.map_or(closed, |end| end.min(closed)))
        });
        let ended = expires_at.is_some_and(|end| end <= now);
        Poll {
            multiple: self.multiple,
            expires_at,
            // The one who tells of its end is the job; here only what ended before it came is over.
            ended: poll.ended && ended,
            voters_count: self.voters.map(number).or(poll.voters_count),
            ..poll.clone()
        }
    }
}

fn number(count: u64) -> i64 {
    i64::try_from(count.min(MOST_VOTES)).unwrap_or_default()
}

/// Hangs a poll from elsewhere on its new status.
///
/// # Errors
/// The database.
pub(crate) fn take_in(
    ctx: &Context,
    conn: &mut Conn,
    status: &Status,
    incoming: &IncomingPoll,
) -> Result<()> {
    if incoming.options.is_empty() {
        return Ok(());
    }
    let now = ctx.now();
    let blank = Poll {
        id: ctx.id(),
        status_id: status.id,
        account_id: status.account_id,
        multiple: incoming.multiple,
        hide_totals: false,
        expires_at: None,
        // One that was over when it came: nobody here can have voted in it.
        ended: true,
        voters_count: None,
        telling_at: None,
        asked_at: now,
        created_at: now,
    };
    let poll = incoming.over(&blank, now);
    polls::insert(conn, &poll, &incoming.rows(&poll))?;
    wait_for_end(ctx, conn, &poll)
}

/// Takes over what its own server says of a poll that is known. Is it another question than before?
///
/// # Errors
/// The database.
pub(crate) fn take_over(
    ctx: &Context,
    conn: &mut Conn,
    status: &Status,
    incoming: Option<&IncomingPoll>,
) -> Result<bool> {
    let before = polls::of_status(conn, status.id)?;
    let (before, incoming) = match (before, incoming.filter(|poll| !poll.options.is_empty())) {
        (None, None) => return Ok(false),
        (Some(_), None) => {
            polls::delete_of(conn, status.id)?;
            return Ok(true);
        }
        (None, Some(incoming)) => {
            take_in(ctx, conn, status, incoming)?;
            return Ok(true);
        }
        (Some(before), Some(incoming)) => (before, incoming),
    };
    let now = ctx.now();
    let is_other =
        titles(conn, before.id)? != incoming.titles() || before.multiple != incoming.multiple;
    let after = incoming.over(&before, now);
    if is_other {
        polls::ask_anew(conn, before.id, &incoming.rows(&before))?;
    } else {
        polls::set_counts(conn, before.id, &incoming.counts())?;
    }
    polls::set_terms(conn, before.id, &terms_of(&after))?;
    polls::set_asked(conn, before.id, now)?;
    if before.expires_at != after.expires_at || before.ended != after.ended {
        wait_for_end(ctx, conn, &after)?;
    }
    Ok(is_other)
}

/// A ballot of someone elsewhere in a poll of ours: the name of an option. What does not count is
/// dropped, with the reason; it never becomes a status.
///
/// # Errors
/// The database.
pub async fn receive_vote(
    ctx: &Ctx,
    voter: AccountId,
    status_uri: &str,
    option: &str,
    ballot_uri: &str,
) -> Result<std::result::Result<(), &'static str>> {
    let (home, uri, option, ballot) = (
        Arc::clone(ctx),
        status_uri.to_owned(),
        text::display_name(&typed(option), MOST_LETTERS),
        ballot_uri.chars().take(2048).collect::<String>(),
    );
    ctx.write_later(move |conn| count(&home, conn, voter, &uri, &option, ballot))
        .await
}

fn count(
    ctx: &Ctx,
    conn: &mut Conn,
    voter: AccountId,
    uri: &str,
    option: &str,
    ballot: String,
) -> Result<std::result::Result<(), &'static str>> {
    let no = |why: &'static str| Ok(Err(why));
    let now = ctx.now();
    let Some(status) = statuses::by_uri(conn, uri)?.filter(|status| status.local) else {
        return no("a ballot for something that was not asked here");
    };
    if accounts::get(conn, voter)?.suspended_at.is_some()
        || visible::find(conn, voter, status.id)?.is_none()
    {
        return no("a ballot for what its author may not see");
    }
    let Some(poll) = polls::of_status(conn, status.id)? else {
        return no("a ballot for something that is no poll");
    };
    polls::lock(conn, poll.id)?;
    if poll.account_id == voter || poll.is_over(now) {
        return no("a ballot for a poll that is over");
    }
    if let Some(group) = status.group()
        && !policy::status::may_vote(conn, group, voter, now)?
    {
        return no("a ballot of someone who has no vote in the group");
    }
    let found = (0_i16..)
        .zip(titles(conn, poll.id)?)
        .find(|(_, title)| title == option);
    let Some((choice, _)) = found else {
        return no("a ballot for what cannot be chosen");
    };
    let before = polls::choices(conn, &[poll.id], voter)?;
    if !poll.multiple && !before.is_empty() {
        return no("a second ballot");
    }
    let row = PollVote {
        id: ctx.id(),
        poll_id: poll.id,
        account_id: voter,
        choice,
        uri: Some(ballot).filter(|uri| !uri.is_empty()),
        created_at: now,
    };
    if !polls::vote(conn, &row, before.is_empty())? {
        return no("the same ballot again");
    }
    tell_soon(ctx, conn, &poll)?;
    Ok(Ok(()))
}
