//! The record of moderating acts: each entry names what was done, in whose name and by which human, and
//! carries a hash over the entry before, so that none can be changed or taken out unnoticed.
//!
//! What is hashed is a salted commitment of the entry: who learns the hashes alone can guess nothing from
//! them, and a name can be redacted later by publishing the commitment in the place of the entry.

use aws_lc_rs::digest::{SHA256, digest};
use database::moderation_actions::{self, ModerationAction};
use database::{Conn, groups};
use model::{AccountId, ActionId, StatusId};

use crate::context::Ctx;
use crate::error::Result;
use crate::policy::Moderator;

/// Done, not only proposed.
const EXECUTED: i16 = 2;

/// What a moderator did.
pub(crate) struct Act<'a> {
    /// In one word.
    pub(crate) kind: &'static str,
    /// Against, or for, whom.
    pub(crate) account: Option<AccountId>,
    /// Which status.
    pub(crate) status: Option<StatusId>,
    /// In the moderator's words.
    pub(crate) reason: &'a str,
}

/// Writes an entry behind the newest one of the group's log, in the transaction of the act.
pub(crate) fn append(ctx: &Ctx, conn: &mut Conn, by: &Moderator, act: &Act<'_>) -> Result<()> {
    // Two entries at the same moment would both stand behind the same one.
    groups::lock(conn, by.group())?;
    let previous = moderation_actions::last_hash(conn, by.group())?.unwrap_or_default();
    let newest = moderation_actions::last_id(conn, by.group())?;
    let id: ActionId = ctx.id();
    let mut entry = ModerationAction {
        id: newest.map_or(id, |newest| id.max(ActionId(newest.0.saturating_add(1)))),
        group_id: by.group(),
        kind: act.kind.to_owned(),
        state: EXECUTED,
        account_id: by.acting(),
        human_id: by.human(),
        target_account_id: act.account,
        target_status_id: act.status,
        rule: None,
        reason: text::multiline(act.reason, 1000),
        ends_at: None,
        refers_to: None,
        created_at: ctx.now(),
        salt: ctx.random::<16>()?.to_vec(),
        previous_hash: previous,
        hash: Vec::new(),
    };
    entry.hash = hash_of(&entry);
    moderation_actions::insert(conn, &entry)?;
    Ok(())
}

/// Do these entries of one log, oldest first and from the first one on, follow from each other?
#[must_use]
pub fn is_whole(entries: &[ModerationAction]) -> bool {
    let mut previous: &[u8] = &[];
    for entry in entries {
        if entry.previous_hash != previous || entry.hash != hash_of(entry) {
            return false;
        }
        previous = &entry.hash;
    }
    true
}

fn hash_of(entry: &ModerationAction) -> Vec<u8> {
    let mut salted = entry.salt.clone();
    salted.extend_from_slice(canonical(entry).as_bytes());
    let commitment = digest(&SHA256, &salted);
    let mut chained = entry.previous_hash.clone();
    chained.extend_from_slice(commitment.as_ref());
    digest(&SHA256, &chained).as_ref().to_vec()
}

/// The entry as a JSON array, so that no two different entries read the same.
fn canonical(entry: &ModerationAction) -> String {
    serde_json::json!([
        "balai-log-1",
        entry.id,
        entry.group_id,
        entry.kind,
        entry.state,
        entry.account_id,
        entry.human_id,
        entry.target_account_id,
        entry.target_status_id,
        entry.rule,
        entry.reason,
        entry.ends_at,
        entry.refers_to,
        entry.created_at,
    ])
    .to_string()
}
