//! The record of moderating acts: each entry names what was done, in whose name and by which human, and
//! carries a hash over the entry before, so that none can be changed or taken out unnoticed.
//!
//! Of people and words a salted commitment is hashed: who learns the hashes alone can guess nothing from
//! them, and a name can be taken out later: then the commitment stands in its place.

use aws_lc_rs::digest::{SHA256, digest};
use database::moderation_actions::{self, ModerationAction};
use database::{Conn, groups};
use model::{AccountId, ActionId, ActionState, Millis, StatusId};

use crate::context::Ctx;
use crate::error::Result;
use crate::policy::Moderator;
use crate::policy::staff::Staff;

/// What an entry says.
#[derive(Debug, Default)]
pub(crate) struct Act<'a> {
    /// In one word.
    pub(crate) kind: &'static str,
    /// How far it has come; done at once where nothing is said.
    pub(crate) state: Option<ActionState>,
    /// Against, or for, whom.
    pub(crate) account: Option<AccountId>,
    /// Which status.
    pub(crate) status: Option<StatusId>,
    /// The rule that it names.
    pub(crate) rule: Option<&'a str>,
    /// In the moderator's words.
    pub(crate) reason: &'a str,
    /// Until when.
    pub(crate) ends_at: Option<Millis>,
    /// The entry that this one answers.
    pub(crate) refers_to: Option<ActionId>,
    /// What else, as JSON; empty for nothing.
    pub(crate) detail: String,
}

/// The log of the server's own staff.
pub(crate) const OF_THE_SERVER: AccountId = AccountId(0);

/// In which log, in whose name, by which human.
struct Hand {
    log: AccountId,
    acting: AccountId,
    human: AccountId,
}

/// Writes an entry behind the newest one of the group's log, in the transaction of the act.
pub(crate) fn append(
    ctx: &Ctx,
    conn: &mut Conn,
    by: &Moderator,
    act: &Act<'_>,
) -> Result<ActionId> {
    let hand = Hand {
        log: by.group(),
        acting: by.acting(),
        human: by.human(),
    };
    write(ctx, conn, &hand, act)
}

/// Writes what a person said who is no moderator of the group (an appeal), or what nobody did (a term that
/// ran out: the group itself is named).
pub(crate) fn append_for(
    ctx: &Ctx,
    conn: &mut Conn,
    group: AccountId,
    person: AccountId,
    act: &Act<'_>,
) -> Result<ActionId> {
    let hand = Hand {
        log: group,
        acting: person,
        human: person,
    };
    write(ctx, conn, &hand, act)
}

/// Is it the administrators of the server who do this, in the log of a group?
#[must_use]
pub(crate) fn is_of_administrators(kind: &str) -> bool {
    matches!(
        kind,
        "group_limited"
            | "group_unlimited"
            | "group_frozen"
            | "group_unfrozen"
            | "group_evicted"
            | "group_kept"
            | "group_featured"
            | "group_unfeatured"
            | "account_warned"
    )
}

/// Writes what the server's staff did into the server's log; and into the group's, where it was done to
/// a group of ours: its people shall see what was done to them. Answers that entry.
pub(crate) fn append_staff(
    ctx: &Ctx,
    conn: &mut Conn,
    by: &Staff,
    act: &Act<'_>,
) -> Result<Option<ActionId>> {
    let mut entry = None;
    let mut logs = vec![OF_THE_SERVER];
    if let Some(target) = act.account
        && groups::find(conn, target)?.is_some()
    {
        logs.push(target);
    }
    for log in logs {
        let hand = Hand {
            log,
            acting: by.human(),
            human: by.human(),
        };
        let written = write(ctx, conn, &hand, act)?;
        if log != OF_THE_SERVER {
            entry = Some(written);
        }
    }
    Ok(entry)
}

fn write(ctx: &Ctx, conn: &mut Conn, by: &Hand, act: &Act<'_>) -> Result<ActionId> {
    // Two entries at the same moment would both stand behind the same one.
    groups::lock(conn, by.log)?;
    let previous = moderation_actions::last_hash(conn, by.log)?.unwrap_or_default();
    let newest = moderation_actions::last_id(conn, by.log)?;
    let id: ActionId = ctx.id();
    let mut entry = ModerationAction {
        id: newest.map_or(id, |newest| id.max(ActionId(newest.0.saturating_add(1)))),
        group_id: by.log,
        kind: act.kind.to_owned(),
        state: act.state.unwrap_or(ActionState::Executed),
        account_id: by.acting,
        human_id: by.human,
        target_account_id: act.account,
        target_status_id: act.status,
        rule: act.rule.map(str::to_owned),
        reason: text::multiline(act.reason, 1000),
        ends_at: act.ends_at,
        refers_to: act.refers_to,
        created_at: ctx.now(),
        salt: ctx.random::<16>()?.to_vec(),
        previous_hash: previous,
        hash: Vec::new(),
        detail: act.detail.clone(),
        commitment: None,
    };
    entry.hash = hash_of(&entry);
    moderation_actions::insert(conn, &entry)?;
    Ok(entry.id)
}

/// Reads a log from its first entry on, and says of each whether it follows from the one before.
#[derive(Debug, Default)]
pub(crate) struct Check {
    previous: Vec<u8>,
}

impl Check {
    /// Does this entry follow?
    pub(crate) fn follows(&mut self, entry: &ModerationAction) -> bool {
        let follows = entry.previous_hash == self.previous && entry.hash == hash_of(entry);
        self.previous.clone_from(&entry.hash);
        follows
    }
}

/// An entry without people and words: the commitment to them takes their place, so that the chain holds over
/// all that is left.
#[must_use]
pub(crate) fn forgotten(entry: &ModerationAction) -> ModerationAction {
    ModerationAction {
        commitment: Some(commitment_of(entry)),
        account_id: AccountId(0),
        human_id: AccountId(0),
        target_account_id: None,
        target_status_id: None,
        reason: String::new(),
        detail: String::new(),
        // With it one could try out who it was.
        salt: Vec::new(),
        ..entry.clone()
    }
}

/// What stands for people and words of an entry in the chain.
fn commitment_of(entry: &ModerationAction) -> Vec<u8> {
    if let Some(commitment) = &entry.commitment {
        return commitment.clone();
    }
    let people = serde_json::json!([
        entry.account_id,
        entry.human_id,
        entry.target_account_id,
        entry.target_status_id,
        entry.reason,
        entry.detail,
    ]);
    let mut salted = entry.salt.clone();
    salted.extend_from_slice(people.to_string().as_bytes());
    digest(&SHA256, &salted).as_ref().to_vec()
}

/// Over the entry before, what everyone may know of this one for good, and the commitment to the rest. Arrays,
/// so that no two different entries read the same.
fn hash_of(entry: &ModerationAction) -> Vec<u8> {
    let known = serde_json::json!([
        "balai-log-2",
        entry.id,
        entry.group_id,
        entry.kind,
        entry.state.number(),
        entry.rule,
        entry.ends_at,
        entry.refers_to,
        entry.created_at,
    ]);
    let mut chained = entry.previous_hash.clone();
    chained.extend_from_slice(&commitment_of(entry));
    chained.extend_from_slice(known.to_string().as_bytes());
    digest(&SHA256, &chained).as_ref().to_vec()
}
