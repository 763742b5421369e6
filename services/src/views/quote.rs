//! What stands under a status that quotes another: as far as its author agrees, and as the gate shows
//! it to the viewer. Loaded for a whole page in a fixed number of statements.

use std::collections::{HashMap, HashSet};

use database::quotes::{self, Quote};
use database::statuses::Status;
use database::visible::{self, NOBODY, Visible};
use database::{Conn, blocks, follows, mutes};
use model::{
    AccountId, Crowd, FollowState, Leave, Millis, QuoteRules, QuoteState, Standing, StatusId,
};

use super::status::StatusView;
use crate::error::Result;
use crate::policy::quote as policy;

/// All that a status's printers need to know of quotes.
#[derive(Clone, Debug, Default)]
pub struct Quoting {
    /// What it quotes.
    pub quote: Option<QuoteView>,
    /// Whom its author lets quote it.
    pub rules: QuoteRules,
    /// What the viewer may do.
    pub leave: Leave,
    /// How often it is quoted.
    pub count: i64,
}

/// A quote as one viewer sees it.
#[derive(Clone, Debug)]
pub struct QuoteView {
    /// The API's word for how it stands.
    pub state: &'static str,
    /// The ActivityPub id of what is quoted.
    pub uri: String,
    /// The address for people of what is quoted, where the viewer may see it; else its id.
    pub link: String,
    /// The address of the quoted author's consent; empty for none.
    pub stamp: String,
    /// What is quoted, where it may be shown. Inside another quote there is the id alone.
    pub quoted: Option<Box<StatusView>>,
    /// The id of what is quoted, where it may be shown.
    pub quoted_id: Option<StatusId>,
}

/// The quotes of a page.
pub(super) struct Quotes {
    rows: HashMap<StatusId, Quote>,
    seen: HashSet<StatusId>,
    blocked: HashSet<StatusId>,
    muted: HashSet<StatusId>,
}

impl Quotes {
    /// The quotes in these statuses, and the quoted ones as the gate shows them.
    pub(super) fn load<'a>(
        conn: &mut Conn,
        viewer: AccountId,
        rows: impl Iterator<Item = &'a Visible<Status>>,
    ) -> Result<(Self, Vec<Visible<Status>>)> {
        let ids: Vec<StatusId> = rows.map(|row| row.id).collect();
        let outer = quotes::of(conn, &ids)?;
        let mut all = Self {
            rows: HashMap::new(),
            seen: HashSet::new(),
            blocked: HashSet::new(),
            muted: HashSet::new(),
        };
        if outer.is_empty() {
            return Ok((all, Vec::new()));
        }
        let quoted = visible::load(conn, viewer, &accepted(&outer))?;
        let inner_ids: Vec<StatusId> = quoted.iter().map(|row| row.id).collect();
        let inner = quotes::of(conn, &inner_ids)?;
        let innermost = visible::load(conn, viewer, &accepted(&inner))?;
        all.seen
            .extend(quoted.iter().chain(&innermost).map(|row| row.id));
        all.rows.extend(
            outer
                .into_iter()
                .chain(inner)
                .map(|row| (row.status_id, row)),
        );
        if viewer != NOBODY {
            all.look_at_authors(conn, viewer)?;
        }
        Ok((all, quoted))
    }

    /// Whose posts the viewer does not want to see.
    fn look_at_authors(&mut self, conn: &mut Conn, viewer: AccountId) -> Result<()> {
        let authors: Vec<AccountId> = self
            .rows
            .values()
            .filter_map(|row| row.quoted_account_id)
            .collect();
        let blocked: HashSet<AccountId> = blocks::of(conn, viewer, &authors)?.into_iter().collect();
        // A mute that has ended is still a row for a while: the quote is then one tap away.
        let muted: HashSet<AccountId> = mutes::of(conn, viewer, &authors, Millis(0))?
            .into_iter()
            .map(|mute| mute.target_id)
            .collect();
        for row in self.rows.values() {
            let (Some(author), Some(id)) = (row.quoted_account_id, row.quoted_id) else {
                continue;
            };
            if blocked.contains(&author) {
                self.blocked.insert(id);
            }
            if muted.contains(&author) {
                self.muted.insert(id);
            }
        }
        Ok(())
    }

    /// The quote in this status; with what is quoted in full, or (`None`) with its id alone.
    pub(super) fn view(
        &self,
        id: StatusId,
        full: Option<&HashMap<StatusId, StatusView>>,
    ) -> Option<QuoteView> {
        let row = self.rows.get(&id)?;
        let quoted_id = row
            .quoted_id
            .filter(|id| row.state == QuoteState::Accepted && self.seen.contains(id));
        let state = match (row.state, row.quoted_id) {
            (QuoteState::Accepted, Some(id)) if self.blocked.contains(&id) => "blocked_account",
            (QuoteState::Accepted, _) if quoted_id.is_none() => "unauthorized",
            (QuoteState::Accepted, Some(id)) if self.muted.contains(&id) => "muted_account",
            (state, _) => state.as_str(),
        };
        let quoted = quoted_id.and_then(|id| full?.get(&id).cloned());
        let link = quoted
            .as_ref()
            .map(|view| &view.status.url)
            .filter(|url| !url.is_empty())
            .unwrap_or(&row.quoted_uri)
            .clone();
        Some(QuoteView {
            state,
            uri: row.quoted_uri.clone(),
            link,
            stamp: if row.state == QuoteState::Accepted {
                row.stamp_uri.clone()
            } else {
                String::new()
            },
            quoted: quoted.map(Box::new),
            quoted_id,
        })
    }
}

fn accepted(rows: &[Quote]) -> Vec<StatusId> {
    rows.iter()
        .filter(|row| row.state == QuoteState::Accepted)
        .filter_map(|row| row.quoted_id)
        .collect()
}

/// Who may quote the statuses of a page, and how often each is quoted.
#[derive(Default)]
pub(super) struct Leaves {
    rules: HashMap<StatusId, QuoteRules>,
    counts: HashMap<StatusId, i64>,
    viewer: AccountId,
    follows: HashSet<AccountId>,
    followed_by: HashSet<AccountId>,
}

impl Leaves {
    pub(super) fn load(
        conn: &mut Conn,
        viewer: AccountId,
        ids: &[StatusId],
        authors: &[AccountId],
    ) -> Result<Self> {
        let mut all = Self {
            rules: quotes::rules(conn, ids)?,
            counts: quotes::counts(conn, ids)?,
            viewer,
            ..Self::default()
        };
        let asks = |crowd: Crowd| {
            let mut rules = all.rules.values();
            viewer != NOBODY && rules.any(|r| r.automatic.and(r.manual).meets(crowd))
        };
        let (followers, followed) = (asks(Crowd::FOLLOWERS), asks(Crowd::FOLLOWING));
        if followers {
            all.follows = follows::of(conn, viewer, authors)?
                .into_iter()
                .filter(|follow| follow.state == FollowState::Accepted)
                .map(|follow| follow.target_id)
                .collect();
        }
        if followed {
            all.followed_by = follows::toward(conn, viewer, authors)?
                .into_iter()
                .filter(|follow| follow.state == FollowState::Accepted)
                .map(|follow| follow.account_id)
                .collect();
        }
        Ok(all)
    }

    /// What is known of one status.
    pub(super) fn view(&self, status: &Status, quote: Option<QuoteView>) -> Quoting {
        let rules = self.rules.get(&status.id).copied().unwrap_or_default();
        let author = status.account_id;
        let standing = Standing {
            is_author: author == self.viewer,
            is_follower: self.follows.contains(&author),
            is_followed: self.followed_by.contains(&author),
        };
        let leave = if self.viewer == NOBODY {
            Leave::Denied
        } else {
            policy::leave(status.visibility, rules, standing)
        };
        Quoting {
            quote,
            rules: if status.visibility.is_open() {
                rules
            } else {
                QuoteRules::default()
            },
            leave,
            count: self.counts.get(&status.id).copied().unwrap_or_default(),
        }
    }
}
