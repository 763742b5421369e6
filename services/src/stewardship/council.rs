//! Acts to which several moderators have to agree: proposed by one, done when the last one needed agrees.

use database::groups::Group;
use database::memberships;
use database::moderation_actions::{self, ModerationAction};
use database::{Conn, groups};
use model::{AccountId, ActionId, ActionState, Millis};

use super::{Deed, Done, Hand, Why, carry_out, own, rule_text};
use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::ledger::{self, Act};
use crate::policy::{self, Moderator};

/// What nobody agreed to for so long is off the table.
pub(crate) const STANDS: i64 = 14 * Millis::DAY;

/// A proposal as its entry keeps it.
#[derive(serde::Serialize, serde::Deserialize)]
struct Proposal {
    #[serde(flatten)]
    deed: Deed,
    why: Why,
}

/// So many have to agree: as the group decided, but no more than it has moderators.
pub(super) fn needed(conn: &mut Conn, group: &Group) -> Result<usize> {
    let wanted = usize::try_from(group.approvals).unwrap_or(1).max(1);
    if wanted == 1 {
        return Ok(1);
    }
    let there = memberships::moderators(conn, group.account_id)?.len();
    Ok(wanted.min(there).max(1))
}

/// Writes down what one moderator wants. The same thing again is no second proposal.
pub(super) fn propose(conn: &mut Conn, hand: &Hand<'_>, deed: &Deed) -> Result<Done> {
    groups::lock(conn, hand.group())?;
    let proposal = Proposal {
        deed: deed.clone(),
        why: hand.why.clone(),
    };
    for known in open(hand.ctx, conn, hand.by)? {
        if read(&known)?.deed == *deed {
            return Ok(Done::Already);
        }
    }
    let detail = serde_json::to_string(&proposal).map_err(|error| unreadable(&error))?;
    let act = Act {
        kind: deed.word(),
        state: Some(ActionState::Proposed),
        account: deed.person(),
        rule: hand.rule.as_deref(),
        reason: &hand.why.reason,
        ends_at: hand.why.ends_at,
        detail,
        ..Act::default()
    };
    ledger::append(hand.ctx, conn, hand.by, &act).map(Done::Proposed)
}

/// What waits for agreement in the moderator's group.
pub(crate) fn open(ctx: &Ctx, conn: &mut Conn, by: &Moderator) -> Result<Vec<ModerationAction>> {
    let since = ctx.now().plus(-STANDS);
    Ok(moderation_actions::open_proposals(conn, by.group(), since)?)
}

fn read(entry: &ModerationAction) -> Result<Proposal> {
    serde_json::from_str(&entry.detail).map_err(|error| unreadable(&error))
}

fn unreadable(error: &serde_json::Error) -> Error {
    database::Error::Other(error.to_string()).into()
}

/// The proposal, if it still waits.
fn waiting(ctx: &Ctx, conn: &mut Conn, by: &Moderator, id: ActionId) -> Result<ModerationAction> {
    open(ctx, conn, by)?
        .into_iter()
        .find(|entry| entry.id == id)
        .ok_or(Error::NotFound)
}

/// Another moderator agrees; with the last one that is needed it is done.
///
/// # Errors
/// `NotFound` for what does not wait; `Forbidden` for what only owners want, where none of them wants it any more;
/// else as the act itself.
pub(crate) fn agree(ctx: &Ctx, conn: &mut Conn, by: &Moderator, id: ActionId) -> Result<Done> {
    groups::lock(conn, by.group())?;
    policy::not_frozen(conn, by.group())?;
    let entry = waiting(ctx, conn, by, id)?;
    let Proposal { deed, why } = read(&entry)?;
    let mut agreed: Vec<_> = moderation_actions::answers(conn, by.group(), id)?
        .into_iter()
        .filter(|answer| answer.state == ActionState::Approved)
        .map(|answer| answer.human_id)
        .collect();
    agreed.push(entry.human_id);
    if agreed.contains(&by.human()) {
        return Ok(Done::Already);
    }
    let act = Act {
        kind: deed.word(),
        state: Some(ActionState::Approved),
        account: deed.person(),
        refers_to: Some(id),
        ..Act::default()
    };
    agreed.push(by.human());
    // An owner wanted it: whether it comes, all who moderate decide. Who gave the group away in the meantime
    // decides nothing in it any more.
    if deed.needs_owner() && !holds_owner(conn, by.group(), &agreed)? {
        return Err(Error::Forbidden("only owners of the group may do this"));
    }
    let said = ledger::append(ctx, conn, by, &act)?;
    let group = own(conn, by.group())?;
    if agreed.len() < needed(conn, &group)? {
        return Ok(Done::Proposed(said));
    }
    let rule = rule_text(conn, by.group(), &why)?;
    let hand = Hand {
        ctx,
        by,
        why: &why,
        rule,
        refers_to: Some(id),
        wanted_by: entry.human_id,
    };
    Ok(Done::of(carry_out(conn, &hand, &deed)?))
}

/// Is an owner of the group among these?
fn holds_owner(conn: &mut Conn, group: AccountId, people: &[AccountId]) -> Result<bool> {
    let owners = memberships::owners(conn, &[group])?;
    Ok(owners.iter().any(|(_group, owner)| people.contains(owner)))
}

/// A moderator takes a proposal from the table: who made it, or another who does not agree.
///
/// # Errors
/// `NotFound` for what does not wait.
pub(crate) fn withdraw(
    ctx: &Ctx,
    conn: &mut Conn,
    by: &Moderator,
    id: ActionId,
    why: &Why,
) -> Result<Done> {
    groups::lock(conn, by.group())?;
    policy::not_frozen(conn, by.group())?;
    let entry = waiting(ctx, conn, by, id)?;
    let deed = read(&entry)?.deed;
    let why = why.checked(ctx)?;
    let act = Act {
        kind: deed.word(),
        state: Some(ActionState::Overturned),
        account: deed.person(),
        reason: &why.reason,
        refers_to: Some(id),
        ..Act::default()
    };
    ledger::append(ctx, conn, by, &act).map(Done::Executed)
}
