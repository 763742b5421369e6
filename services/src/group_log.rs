//! The log of a group, as its people and, where the group is readable, everyone may read it: who did what under
//! which rule and why, with names or without, as the group decided; whether it is whole; and how it forgets.

use std::collections::HashMap;
use std::sync::Arc;

use database::groups::Group;
use database::moderation_actions::{self, ModerationAction};
use database::{Conn, groups, memberships, visible};
use model::{AccountId, ActionId, ActionState, MembershipState, Millis, Page, Paged, StatusId};

use crate::appeals::{self, Standing};
use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::stewardship::{Deed, GroupChange};
use crate::views::account::{self, AccountView, Viewer};
use crate::{ledger, policy};

/// So many entries are checked, or made to forget, at a time.
const CUT: i64 = 500;

/// An entry as someone sees it.
#[derive(Clone, Debug)]
pub struct LogEntry {
    /// Its id.
    pub id: ActionId,
    /// What was done, in one word.
    pub kind: String,
    /// How far it has come.
    pub state: ActionState,
    /// The rule that it names, in its words at that time.
    pub rule: Option<String>,
    /// In the moderator's words.
    pub reason: String,
    /// Until when.
    pub ends_at: Option<Millis>,
    /// The entry that this one answers.
    pub refers_to: Option<ActionId>,
    /// When.
    pub created_at: Millis,
    /// The hash of the chain up to here, in hexadecimal digits.
    pub hash: String,
    /// Were people taken out of it?
    pub is_forgotten: bool,
    /// Is it the administrators of the server who did it?
    pub by_administrators: bool,
    /// Who did it, where this viewer may know.
    pub by: Option<AccountView>,
    /// Whom it concerns, where this viewer may know.
    pub whom: Option<AccountView>,
    /// Which post, where this viewer may see it.
    pub status: Option<StatusId>,
    /// What the person concerned said; for those who decide, and themselves.
    pub words: Option<String>,
    /// What the group decided about itself anew.
    pub change: Option<GroupChange>,
}

/// An entry with what a page about it offers.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The entry.
    pub entry: LogEntry,
    /// What came of it, oldest first.
    pub answers: Vec<LogEntry>,
    /// How it stands with the person whom it concerns.
    pub standing: Standing,
    /// Does it concern the viewer?
    pub is_mine: bool,
    /// May the viewer work on it as a moderator?
    pub moderates: bool,
    /// Does it wait for others to agree?
    pub is_open_proposal: bool,
    /// Can a moderator take it back of his own accord?
    pub is_reversible: bool,
}

/// How someone reads a log.
struct Reader {
    viewer: Option<AccountId>,
    moderates: bool,
    names: bool,
}

/// Who may read the log of a group: everyone where the group is readable, members alone where it is private, and
/// of one that is closed whoever was a member then.
fn reader(conn: &mut Conn, viewer: Option<&Viewer>, group: &Group, now: Millis) -> Result<Reader> {
    let id = group.account_id;
    if group.closed_at.is_some() {
        return reader_of_closed(conn, viewer, group);
    }
    let moderates = match viewer {
        Some(viewer) => policy::moderator(conn, viewer, id).is_ok(),
        None => false,
    };
    if !group.kind.is_readable() && !moderates {
        let is_member = match viewer {
            Some(viewer) => policy::member(conn, id, viewer.id(), now).is_ok(),
            None => false,
        };
        if !is_member {
            return Err(Error::NotFound);
        }
    }
    Ok(Reader {
        viewer: viewer.map(Viewer::id),
        moderates,
        names: moderates || group.log_names,
    })
}

/// The group is gone, and so is its page. Its people can still read what was done in it, in the role that they had.
fn reader_of_closed(conn: &mut Conn, viewer: Option<&Viewer>, group: &Group) -> Result<Reader> {
    let viewer = viewer.ok_or(Error::NotFound)?;
    let was = memberships::find(conn, group.account_id, viewer.human.id)?
        .filter(|row| row.state == MembershipState::Closed)
        .ok_or(Error::NotFound)?;
    Ok(Reader {
        viewer: Some(viewer.id()),
        moderates: was.role.moderates(),
        names: was.role.moderates() || group.log_names,
    })
}

/// A page of the log, newest first.
///
/// # Errors
/// `NotFound` where it is no group of ours, or a private one of which the viewer is no member.
pub async fn page(
    ctx: &Ctx,
    viewer: Option<&Viewer>,
    group: AccountId,
    page: Page,
) -> Result<Paged<LogEntry>> {
    let (viewer, now) = (viewer.cloned(), ctx.now());
    ctx.db
        .read(move |conn| {
            let row = groups::find(conn, group)?.ok_or(Error::NotFound)?;
            let reader = reader(conn, viewer.as_ref(), &row, now)?;
            let rows = moderation_actions::page(conn, group, &page)?;
            let entries = shown(conn, &reader, rows)?
                .into_iter()
                .map(|entry| (entry.id.0, entry))
                .collect();
            Ok(Paged::of(entries, &page))
        })
        .await
}

/// Entries behind this one, oldest first, as a moderator of the group reads them.
pub(crate) fn after(
    conn: &mut Conn,
    viewer: &Viewer,
    group: AccountId,
    above: ActionId,
    limit: i64,
) -> Result<Vec<LogEntry>> {
    let reader = Reader {
        viewer: Some(viewer.id()),
        moderates: true,
        names: true,
    };
    let rows = moderation_actions::after(conn, group, above, limit)?;
    shown(conn, &reader, rows)
}

/// One entry. The person concerned sees theirs, also when they are no member any more.
///
/// # Errors
/// `NotFound`.
pub async fn entry(
    ctx: &Ctx,
    viewer: Option<&Viewer>,
    group: AccountId,
    id: ActionId,
) -> Result<Entry> {
    let (viewer, now) = (viewer.cloned(), ctx.now());
    ctx.db
        .read(move |conn| {
            let row = groups::find(conn, group)?.ok_or(Error::NotFound)?;
            let found = moderation_actions::find(conn, group, id)?.ok_or(Error::NotFound)?;
            let is_mine = viewer.as_ref().is_some_and(|viewer| {
                found.target_account_id == Some(viewer.id()) && viewer.id() == viewer.human.id
            });
            let reader = match reader(conn, viewer.as_ref(), &row, now) {
                Err(Error::NotFound) if is_mine => Reader {
                    viewer: viewer.as_ref().map(Viewer::id),
                    moderates: false,
                    names: false,
                },
                other => other?,
            };
            let standing = appeals::standing(conn, &row, &found, now)?;
            let later = moderation_actions::answers(conn, group, id)?;
            let ended = |answer: &ModerationAction| {
                matches!(
                    answer.state,
                    ActionState::Executed | ActionState::Overturned
                )
            };
            let is_open_proposal = found.state == ActionState::Proposed && !later.iter().any(ended);
            let is_reversible = appeals::is_reversible(conn, &row, &found, now)?;
            let answers = shown(conn, &reader, later)?;
            let entry = shown(conn, &reader, vec![found])?
                .pop()
                .ok_or(Error::NotFound)?;
            // In a group that is closed nothing is decided any more.
            let closed = row.closed_at.is_some();
            Ok(Entry {
                entry,
                answers,
                standing: if closed { Standing::Closed } else { standing },
                is_mine,
                moderates: reader.moderates && !closed,
                is_open_proposal,
                is_reversible,
            })
        })
        .await
}

fn shown(conn: &mut Conn, reader: &Reader, rows: Vec<ModerationAction>) -> Result<Vec<LogEntry>> {
    let mut ids: Vec<AccountId> = rows
        .iter()
        .flat_map(|row| [Some(row.human_id), row.target_account_id])
        .flatten()
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let people: HashMap<AccountId, AccountView> = account::load_in(conn, &ids)?
        .into_iter()
        .map(|view| (view.account.id, view))
        .collect();
    let posts: Vec<StatusId> = rows.iter().filter_map(|row| row.target_status_id).collect();
    let viewer = reader.viewer.unwrap_or(visible::NOBODY);
    let seen: Vec<StatusId> = visible::load(conn, viewer, &posts)?
        .into_iter()
        .map(|status| status.id)
        .collect();
    Ok(rows
        .into_iter()
        .map(|row| {
            let mine = reader.viewer.is_some() && row.target_account_id == reader.viewer;
            LogEntry {
                hash: row.hash.iter().map(|byte| format!("{byte:02x}")).collect(),
                is_forgotten: row.commitment.is_some(),
                by_administrators: ledger::is_of_administrators(&row.kind),
                by: people.get(&row.human_id).filter(|_| reader.names).cloned(),
                whom: row
                    .target_account_id
                    .filter(|_| reader.names || mine)
                    .and_then(|who| people.get(&who))
                    .cloned(),
                // A link to a post names its author.
                status: row
                    .target_status_id
                    .filter(|id| (reader.names || mine) && seen.contains(id)),
                words: words(&row).filter(|_| reader.moderates || mine),
                change: change(&row),
                id: row.id,
                kind: row.kind,
                state: row.state,
                rule: row.rule,
                reason: row.reason,
                ends_at: row.ends_at,
                refers_to: row.refers_to,
                created_at: row.created_at,
            }
        })
        .collect())
}

/// What the person concerned said in an appeal; which servers were blocked, or taken people of again.
fn words(row: &ModerationAction) -> Option<String> {
    let is_about_servers = matches!(row.kind.as_str(), "servers_blocked" | "servers_unblocked");
    if row.state != ActionState::Appealed && !is_about_servers {
        return None;
    }
    let detail: serde_json::Value = serde_json::from_str(&row.detail).ok()?;
    detail.get("words")?.as_str().map(str::to_owned)
}

/// The options that were changed, or are to be; they name nobody.
fn change(row: &ModerationAction) -> Option<GroupChange> {
    if row.kind != "settings_changed" {
        return None;
    }
    match serde_json::from_str(&row.detail).ok()? {
        Deed::Change { change } => Some(change),
        _ => None,
    }
}

/// What a check of the log found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// So many entries there are.
    pub entries: usize,
    /// The first one that does not follow from those before it.
    pub broken_at: Option<ActionId>,
}

/// Does each entry of a group's log follow from the one before?
///
/// # Errors
/// `NotFound` where it is no group of ours.
pub async fn verify(ctx: &Ctx, group: AccountId) -> Result<Verdict> {
    ctx.db
        .read(move |conn| {
            if groups::find(conn, group)?.is_none() {
                return Err(Error::NotFound);
            }
            let mut check = ledger::Check::default();
            let mut verdict = Verdict {
                entries: 0,
                broken_at: None,
            };
            let mut above = ActionId(0);
            loop {
                let rows = moderation_actions::after(conn, group, above, CUT)?;
                let Some(last) = rows.last() else {
                    return Ok(verdict);
                };
                above = last.id;
                for row in &rows {
                    verdict.entries += 1;
                    if !check.follows(row) && verdict.broken_at.is_none() {
                        verdict.broken_at = Some(row.id);
                    }
                }
            }
        })
        .await
}

/// Takes people out of entries that are older than their group keeps them; answers how many. What waits for a
/// decision keeps them.
///
/// # Errors
/// The database.
pub async fn forget(ctx: &Ctx) -> Result<usize> {
    let now = ctx.now();
    let due = ctx
        .db
        .read(move |conn| moderation_actions::to_forget(conn, now, CUT))
        .await?;
    let count = due.len();
    if count > 0 {
        let context = Arc::clone(ctx);
        context
            .write_aside(move |conn| {
                for entry in &due {
                    moderation_actions::put_forgotten(conn, &ledger::forgotten(entry))?;
                }
                Ok::<_, Error>(())
            })
            .await?;
    }
    Ok(count)
}
