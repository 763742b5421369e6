//! Answers to what moderators did: the person concerned answers once, someone who did not decide it decides,
//! and what nobody decides in the group's term is taken back. Each step stands in the group's log and refers
//! to the act.

use std::sync::Arc;

use database::groups::Group;
use database::moderation_actions::{self, ModerationAction};
use database::{Conn, groups, memberships, users};
use model::{AccountId, ActionId, ActionState, Event, Job, Millis, Power, ServerRole};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::jobs;
use crate::ledger::{self, Act};
use crate::policy::{self, Moderator};
use crate::stewardship::{self, Deed, Why};
use crate::views::account::Viewer;

#[cfg(test)]
mod tests;

/// So long after an act it can be appealed.
const ANSWERABLE: i64 = 30 * Millis::DAY;
/// Letters of an appeal.
const MOST_WORDS: usize = 1000;

/// How an act stands with the person whom it concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing was said yet, and it can be.
    Answerable,
    /// An appeal waits for a decision until then.
    Appealed(Millis),
    /// Someone decided that it stands.
    Upheld,
    /// It was taken back.
    Overturned,
    /// It is no longer, or never was, something to appeal.
    Closed,
}

/// How an act stands, by what came of it.
pub(crate) fn standing(
    conn: &mut Conn,
    group: &Group,
    entry: &ModerationAction,
    now: Millis,
) -> Result<Standing> {
    if entry.state != ActionState::Executed
        || entry.commitment.is_some()
        || !stewardship::is_appealable(&entry.kind)
    {
        return Ok(Standing::Closed);
    }
    let answers = moderation_actions::answers(conn, group.account_id, entry.id)?;
    let last = |state| answers.iter().rev().find(|answer| answer.state == state);
    if last(ActionState::Overturned).is_some() {
        return Ok(Standing::Overturned);
    }
    if last(ActionState::Upheld).is_some() {
        return Ok(Standing::Upheld);
    }
    Ok(match last(ActionState::Appealed) {
        Some(appeal) => Standing::Appealed(term(group, appeal.created_at)),
        None if entry.created_at.plus(ANSWERABLE) < now => Standing::Closed,
        None => Standing::Answerable,
    })
}

fn term(group: &Group, since: Millis) -> Millis {
    since.plus(group.appeal_days.saturating_mul(Millis::DAY))
}

fn act_of(conn: &mut Conn, group: AccountId, id: ActionId) -> Result<(Group, ModerationAction)> {
    let group = groups::living(conn, group)?.ok_or(Error::NotFound)?;
    let entry = moderation_actions::find(conn, group.account_id, id)?.ok_or(Error::NotFound)?;
    Ok((group, entry))
}

/// The person concerned answers an act, once.
///
/// # Errors
/// `NotFound` for an act that does not concern them; `Forbidden` for one that cannot be appealed (any more);
/// `Invalid` for too long an answer, or none.
pub async fn appeal(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    act: ActionId,
    words: &str,
) -> Result<()> {
    let words = text::multiline(words, MOST_WORDS);
    if words.is_empty() || text::characters(&words) > MOST_WORDS {
        let text = format!("Validation failed: an answer has 1 to {MOST_WORDS} characters");
        return Err(Error::invalid("text", "ERR_INVALID", text));
    }
    let (context, who) = (Arc::clone(ctx), viewer.clone());
    ctx.write(move |conn| {
        groups::lock(conn, group)?;
        let (row, entry) = act_of(conn, group, act)?;
        if who.id() != who.human.id || entry.target_account_id != Some(who.id()) {
            return Err(Error::NotFound);
        }
        if standing(conn, &row, &entry, context.now())? != Standing::Answerable {
            return Err(Error::Forbidden("this cannot be appealed any more"));
        }
        let said = Act {
            kind: kind_of(&entry),
            state: Some(ActionState::Appealed),
            account: entry.target_account_id,
            status: entry.target_status_id,
            refers_to: Some(act),
            // For those who decide: the public log says only that there was one.
            detail: serde_json::json!({ "words": words }).to_string(),
            ..Act::default()
        };
        let appeal = ledger::append_for(&context, conn, group, who.id(), &said)?;
        let job = Job::EndAppeal { group, act };
        let key = format!("appeal-{act}");
        jobs::enqueue(&context, conn, &job, Some(&key), term(&row, context.now()))?;
        context.record(conn, &Event::Appealed { group, appeal })?;
        Ok(())
    })
    .await
}

/// The word of an act, as the log knows it.
fn kind_of(entry: &ModerationAction) -> &'static str {
    reverse(entry).map_or("member_warned", |(_deed, word)| word)
}

/// What takes an act back, where something does, and its word.
fn reverse(entry: &ModerationAction) -> Option<(Option<Deed>, &'static str)> {
    let who = entry.target_account_id?;
    let status = entry.target_status_id;
    Some(match entry.kind.as_str() {
        "member_banned" => (Some(Deed::Unban { who }), "member_banned"),
        "member_muted" => (Some(Deed::Unmute { who }), "member_muted"),
        "status_removed" => {
            let status = status?;
            (Some(Deed::RestoreStatus { status }), "status_removed")
        }
        "thread_locked" => {
            let status = status?;
            (Some(Deed::Unlock { status }), "thread_locked")
        }
        // They ask, or post, again: nothing is left that could be undone.
        "member_refused" => (None, "member_refused"),
        "member_removed" => (None, "member_removed"),
        "status_withheld" => (None, "status_withheld"),
        _ => (None, "member_warned"),
    })
}

/// Can a moderator take this act back without being asked to? Not what waits for a decision of somebody else, and not
/// twice.
pub(crate) fn is_reversible(
    conn: &mut Conn,
    group: &Group,
    entry: &ModerationAction,
    now: Millis,
) -> Result<bool> {
    if entry.state != ActionState::Executed || !matches!(reverse(entry), Some((Some(_deed), _))) {
        return Ok(false);
    }
    let answers = moderation_actions::answers(conn, group.account_id, entry.id)?;
    let was_reversed = |answer: &ModerationAction| answer.state == ActionState::Executed;
    Ok(!answers.iter().any(was_reversed)
        && !matches!(standing(conn, group, entry, now)?, Standing::Appealed(_)))
}

/// A moderator takes an act back of his own accord: the entry about it refers to the act. So what was taken out of a
/// private group comes back, which nobody but its author sees meanwhile.
///
/// # Errors
/// `Forbidden` for who is no moderator; `NotFound` for what cannot be taken back.
pub async fn take_back(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    act: ActionId,
    reason: &str,
) -> Result<()> {
    let why = Why::because(reason);
    let (context, viewer) = (Arc::clone(ctx), viewer.clone());
    ctx.write(move |conn| {
        let by = policy::moderator(conn, &viewer, group)?;
        groups::lock(conn, group)?;
        policy::not_frozen(conn, group)?;
        let (row, entry) = act_of(conn, group, act)?;
        if !is_reversible(conn, &row, &entry, context.now())? {
            return Err(Error::NotFound);
        }
        let Some((Some(deed), _word)) = reverse(&entry) else {
            return Err(Error::NotFound);
        };
        stewardship::take_back(&context, conn, &by, &deed, &why, act).map(|_done| ())
    })
    .await
}

/// Who looks at an appeal.
enum Judge {
    Moderator(Moderator),
    Staff(policy::staff::Staff),
}

/// Someone who did not decide the act. Where the group has nobody else, the server's staff is asked, who can only
/// say that it stands.
fn judge(
    conn: &mut Conn,
    viewer: &Viewer,
    entry: &ModerationAction,
    decided: &[AccountId],
    upholds: bool,
) -> Result<Judge> {
    const NOT_YOURS: Error = Error::Forbidden("someone who did not decide it decides");
    let group = entry.group_id;
    match policy::moderator(conn, viewer, group) {
        Ok(by) if !decided.contains(&by.human()) => return Ok(Judge::Moderator(by)),
        Ok(_) => return Err(NOT_YOURS),
        Err(Error::Forbidden(_)) => {}
        Err(error) => return Err(error),
    }
    let others = memberships::moderators(conn, group)?
        .into_iter()
        .any(|moderator| !decided.contains(&moderator));
    let staff = policy::staff::staff(conn, viewer, Power::ManageReports)?;
    if others || !upholds || decided.contains(&staff.human()) {
        return Err(NOT_YOURS);
    }
    Ok(Judge::Staff(staff))
}

/// Those who may decide about an act: the group's other moderators; where there are none, the server's staff.
pub(crate) fn judges(conn: &mut Conn, group: AccountId, act: ActionId) -> Result<Vec<AccountId>> {
    let (_row, entry) = act_of(conn, group, act)?;
    let decided = deciders(conn, &entry)?;
    let mut others = memberships::moderators(conn, group)?;
    others.retain(|moderator| !decided.contains(moderator));
    if others.is_empty() {
        let roles: Vec<ServerRole> = ServerRole::ALL
            .iter()
            .copied()
            .filter(|role| role.may(Power::ManageReports))
            .collect();
        others = users::with_roles(conn, &roles)?;
        others.retain(|staff| !decided.contains(staff));
    }
    Ok(others)
}

/// Decides an appeal: the act stands, or is taken back.
///
/// # Errors
/// `NotFound` where nothing waits for a decision; `Forbidden` for who decided the act himself, and for others
/// than moderators.
pub async fn decide(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    act: ActionId,
    upholds: bool,
    reason: &str,
) -> Result<()> {
    let reason = text::multiline(reason, 500);
    let (context, viewer) = (Arc::clone(ctx), viewer.clone());
    ctx.write(move |conn| {
        let ctx = &context;
        groups::lock(conn, group)?;
        let (row, entry) = act_of(conn, group, act)?;
        if !matches!(
            standing(conn, &row, &entry, ctx.now())?,
            Standing::Appealed(_)
        ) {
            return Err(Error::NotFound);
        }
        let decided = deciders(conn, &entry)?;
        let outcome = Outcome {
            entry: &entry,
            upholds,
            reason: &reason,
        };
        match judge(conn, &viewer, &entry, &decided, upholds)? {
            Judge::Moderator(by) => {
                policy::not_frozen(conn, group)?;
                settle(ctx, conn, &by, &outcome)?;
            }
            Judge::Staff(by) => {
                let said = outcome.said();
                ledger::append_for(ctx, conn, group, by.human(), &said)?;
            }
        }
        jobs::cancel(conn, &format!("appeal-{act}"))
    })
    .await
}

/// Whoever decided an act: the one who did it, the one who proposed it, and all who agreed.
fn deciders(conn: &mut Conn, entry: &ModerationAction) -> Result<Vec<AccountId>> {
    let mut humans = vec![entry.human_id];
    if let Some(proposal) = entry.refers_to {
        humans.extend(
            moderation_actions::find(conn, entry.group_id, proposal)?.map(|first| first.human_id),
        );
        humans.extend(
            moderation_actions::answers(conn, entry.group_id, proposal)?
                .into_iter()
                .filter(|answer| answer.state == ActionState::Approved)
                .map(|answer| answer.human_id),
        );
    }
    Ok(humans)
}

struct Outcome<'a> {
    entry: &'a ModerationAction,
    upholds: bool,
    reason: &'a str,
}

impl Outcome<'_> {
    fn said(&self) -> Act<'_> {
        Act {
            kind: kind_of(self.entry),
            state: Some(if self.upholds {
                ActionState::Upheld
            } else {
                ActionState::Overturned
            }),
            account: self.entry.target_account_id,
            status: self.entry.target_status_id,
            reason: self.reason,
            refers_to: Some(self.entry.id),
            ..Act::default()
        }
    }
}

fn settle(ctx: &Ctx, conn: &mut Conn, by: &Moderator, outcome: &Outcome<'_>) -> Result<()> {
    ledger::append(ctx, conn, by, &outcome.said())?;
    if !outcome.upholds
        && let Some((Some(deed), _word)) = reverse(outcome.entry)
    {
        let why = Why::because(outcome.reason);
        match stewardship::take_back(ctx, conn, by, &deed, &why, outcome.entry.id) {
            // Its object is gone meanwhile: there is nothing to give back.
            Ok(_) | Err(Error::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// The term of an appeal is over: what nobody decided is taken back, in the group's own name.
///
/// # Errors
/// The database.
pub(crate) async fn end(ctx: &Ctx, group: AccountId, act: ActionId) -> Result<()> {
    let context = Arc::clone(ctx);
    ctx.write_aside(move |conn| {
        let ctx = &context;
        groups::lock(conn, group)?;
        let (row, entry) = match act_of(conn, group, act) {
            Err(Error::NotFound) => return Ok(()),
            other => other?,
        };
        match standing(conn, &row, &entry, ctx.now())? {
            // Nobody can decide while the group is frozen: that shall be no way to get it taken back.
            Standing::Appealed(_) if row.frozen_at.is_some() => {
                let (job, key) = (Job::EndAppeal { group, act }, format!("appeal-{act}"));
                jobs::enqueue(ctx, conn, &job, Some(&key), ctx.now().plus(Millis::DAY))
            }
            Standing::Appealed(until) if until <= ctx.now() => {
                let outcome = Outcome {
                    entry: &entry,
                    upholds: false,
                    reason: "",
                };
                settle(ctx, conn, &Moderator::itself(group), &outcome)
            }
            _ => Ok(()),
        }
    })
    .await
}
