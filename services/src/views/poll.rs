//! A poll with all that its printers need. It is read with its status, whose gate is its gate.

use std::collections::HashMap;

use database::Conn;
use database::polls::{self, Poll, PollOption};
use database::visible::NOBODY;
use model::{AccountId, Millis, PollId, StatusId};

use crate::error::Result;

/// A poll as one viewer sees it.
#[derive(Clone, Debug)]
pub struct PollView {
    /// The row.
    pub poll: Poll,
    /// What can be chosen, in order.
    pub options: Vec<PollOption>,
    /// The places of the viewer's choices; `None` for nobody.
    pub own: Option<Vec<i16>>,
    /// The viewer asks.
    pub is_own: bool,
}

impl PollView {
    /// May the counts of the options be shown?
    #[must_use]
    pub const fn shows_totals(&self) -> bool {
        self.poll.ended || !self.poll.hide_totals
    }

    /// Ballots of all options.
    #[must_use]
    pub fn votes_count(&self) -> i64 {
        self.options
            .iter()
            .fold(0, |sum, option| sum.saturating_add(option.votes_count))
    }

    /// Has the viewer voted? Who asks is taken to have, as Mastodon does: nobody votes for himself.
    #[must_use]
    pub fn has_voted(&self) -> Option<bool> {
        let own = self.own.as_ref()?;
        Some(self.is_own || !own.is_empty())
    }

    /// Its end may have come since a clock was last looked at.
    pub(crate) fn look_at_clock(&mut self, now: Millis) {
        self.poll.ended = self.poll.is_over(now);
    }
}

/// The polls of these statuses. Three statements, or one where there is no poll.
///
/// # Errors
/// The database.
pub(crate) fn load_in(
    conn: &mut Conn,
    viewer: AccountId,
    statuses: &[StatusId],
) -> Result<HashMap<StatusId, PollView>> {
    let rows = polls::of(conn, statuses)?;
    let ids: Vec<PollId> = rows.iter().map(|poll| poll.id).collect();
    let mut options: HashMap<PollId, Vec<PollOption>> = HashMap::new();
    for option in polls::options(conn, &ids)? {
        options.entry(option.poll_id).or_default().push(option);
    }
    let mut own: HashMap<PollId, Vec<i16>> = HashMap::new();
    if viewer != NOBODY {
        for vote in polls::choices(conn, &ids, viewer)? {
            own.entry(vote.poll_id).or_default().push(vote.choice);
        }
    }
    Ok(rows
        .into_iter()
        .map(|poll| {
            let view = PollView {
                options: options.remove(&poll.id).unwrap_or_default(),
                own: (viewer != NOBODY).then(|| own.remove(&poll.id).unwrap_or_default()),
                is_own: poll.account_id == viewer,
                poll,
            };
            (view.poll.status_id, view)
        })
        .collect())
}
