//! When nobody looks after a group any more. After 30 days without one of its moderators its members are asked who
//! should: whoever has been in it for a month may stand, all who were in it then vote for two weeks, in secret,
//! and who has most votes is an owner. The first moderator who comes back stops it. Each step but the votes stands
//! in the group's log.

use std::collections::HashMap;
use std::sync::Arc;

use database::memberships::Membership;
use database::successions::{self as rows, Succession};
use database::{Conn, accounts, groups, memberships, users};
use model::{AccountId, Job, MembershipId, Millis, Role, SuccessionId, SuccessionState};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::fan_out::to_member;
use crate::ledger::{self, Act};
use crate::views::account::{self, AccountView, Viewer};
use crate::{jobs, policy, stewardship};

#[cfg(test)]
mod tests;

/// So long no moderator was there.
const AWAY: i64 = 30 * Millis::DAY;
/// So long the members vote.
const TERM: i64 = 14 * Millis::DAY;
/// After a question that found nobody, or was stopped, the next one waits so long.
const AGAIN: i64 = 30 * Millis::DAY;
/// So long someone was in the group who may stand.
const KNOWN: i64 = 30 * Millis::DAY;
/// Members are written to who were here within this time.
const LIVELY: i64 = 90 * Millis::DAY;
/// So many members are written to in one transaction.
const CUT: i64 = 200;
/// So many groups are asked in one sweep.
const STARTS: i64 = 50;
/// So many may stand.
const MOST_CANDIDATES: usize = 50;

const OVER: Error = Error::Forbidden("this vote is over");

/// The question as a member sees it.
#[derive(Clone, Debug)]
pub struct Ballot {
    /// Until when they vote.
    pub ends_at: Millis,
    /// Who stands, the first one first.
    pub candidates: Vec<AccountView>,
    /// Whom the viewer chose.
    pub choice: Option<AccountId>,
    /// Does the viewer stand?
    pub stands: bool,
    /// May the viewer stand?
    pub may_stand: bool,
    /// May the viewer vote?
    pub may_vote: bool,
}

/// Stops, counts and begins what is due.
///
/// # Errors
/// The database.
pub async fn sweep(ctx: &Ctx) -> Result<()> {
    let now = ctx.now();
    let (open, unattended) = ctx
        .db
        .read(move |conn| {
            let (since, again) = (now.plus(-AWAY), now.plus(-AGAIN));
            let open = rows::all_open(conn)?;
            let found = rows::unattended(conn, since, again, now.plus(-LIVELY), STARTS)?;
            Ok::<_, Error>((open, found))
        })
        .await?;
    for id in open {
        let context = Arc::clone(ctx);
        ctx.write_later(move |conn| settle(&context, conn, id).map(|_open| ()))
            .await?;
    }
    for group in unattended {
        let context = Arc::clone(ctx);
        ctx.write_later(move |conn| begin(&context, conn, group))
            .await?;
    }
    Ok(())
}

/// The members are asked, unless someone came back since it was found out that nobody is there.
fn begin(ctx: &Ctx, conn: &mut Conn, group: AccountId) -> Result<()> {
    groups::lock(conn, group)?;
    let now = ctx.now();
    if rows::open_in(conn, group)?.is_some() || rows::is_attended(conn, group, now.plus(-AWAY))? {
        return Ok(());
    }
    let ends_at = now.plus(TERM);
    let said = Act {
        kind: "succession_asked",
        ends_at: Some(ends_at),
        ..Act::default()
    };
    let action_id = ledger::append_for(ctx, conn, group, group, &said)?;
    let row = Succession {
        id: ctx.id(),
        group_id: group,
        state: SuccessionState::Open,
        started_at: now,
        ends_at,
        ended_at: None,
        action_id,
    };
    rows::insert(conn, &row)?;
    let job = Job::AskSuccession {
        succession: row.id,
        after: MembershipId(0),
    };
    jobs::enqueue(ctx, conn, &job, None, now)
}

/// Writes to the next part of the members, each by themselves.
///
/// # Errors
/// The database.
pub(crate) async fn ask(ctx: &Ctx, succession: SuccessionId, after: MembershipId) -> Result<()> {
    let context = Arc::clone(ctx);
    ctx.write_later(move |conn| {
        let ctx = &context;
        let Some(row) =
            rows::find(conn, succession)?.filter(|row| row.state == SuccessionState::Open)
        else {
            return Ok(());
        };
        let group = accounts::get(conn, row.group_id)?;
        let link = ctx.place.succession_url(&group.username);
        let since = row.started_at.plus(-LIVELY);
        let members = rows::to_ask(conn, group.id, since, after, CUT)?;
        let what = format!("successions/{succession}");
        let words = |language: &str| match language {
            "id" => format!(
                "Sudah sebulan tidak ada yang mengurus kelompok ini. Siapa sebaiknya mengurusnya? Calonkan diri atau \
                 pilih seseorang dalam dua minggu: {link}"
            ),
            _ => format!(
                "Nobody has looked after this group for a month. Who should? Stand yourself, or choose someone, within \
                 two weeks: {link}"
            ),
        };
        for (_membership, who, locale) in &members {
            to_member(ctx, conn, &group, *who, &what, (locale, words))?;
        }
        match members.last() {
            Some((last, ..)) => {
                let job = Job::AskSuccession {
                    succession,
                    after: *last,
                };
                jobs::enqueue(ctx, conn, &job, None, ctx.now())
            }
            None => Ok(()),
        }
    })
    .await
}

/// Stops a question where a moderator is back or the group was stopped, and counts where its time is over; `true` as
/// long as it is open.
fn settle(ctx: &Ctx, conn: &mut Conn, id: SuccessionId) -> Result<bool> {
    let Some(found) = rows::find(conn, id)? else {
        return Ok(false);
    };
    groups::lock(conn, found.group_id)?;
    // Another may have settled it while this one waited for the lock.
    let Some(row) = rows::find(conn, id)?.filter(|row| row.state == SuccessionState::Open) else {
        return Ok(false);
    };
    let (group, now) = (row.group_id, ctx.now());
    let stands = match policy::standing(conn, group) {
        Ok(_group) => accounts::get(conn, group)?.suspended_at.is_none(),
        Err(Error::Forbidden(_)) => false,
        Err(other) => return Err(other),
    };
    if !stands || rows::is_attended(conn, group, row.started_at)? {
        rows::end(conn, id, SuccessionState::Stopped, now)?;
        log(ctx, conn, &row, "succession_stopped")?;
        return Ok(false);
    }
    if now < row.ends_at {
        return Ok(true);
    }
    match winner(conn, &row, now)? {
        Some(who) => {
            rows::end(conn, id, SuccessionState::Elected, now)?;
            log(ctx, conn, &row, "succession_decided")?;
            stewardship::elect(ctx, conn, group, who, row.action_id)?;
            tell_winner(ctx, conn, &row, who)?;
        }
        None => {
            rows::end(conn, id, SuccessionState::Nobody, now)?;
            log(ctx, conn, &row, "succession_without_result")?;
        }
    }
    Ok(false)
}

fn log(ctx: &Ctx, conn: &mut Conn, row: &Succession, kind: &'static str) -> Result<()> {
    let said = Act {
        kind,
        refers_to: Some(row.action_id),
        ..Act::default()
    };
    ledger::append_for(ctx, conn, row.group_id, row.group_id, &said)?;
    Ok(())
}

/// Who has most votes of those who are still members; of several the one who has been one for longest.
fn winner(conn: &mut Conn, row: &Succession, now: Millis) -> Result<Option<AccountId>> {
    let mut counts: HashMap<AccountId, i64> = HashMap::new();
    for (voter, candidate) in rows::votes(conn, row.id)? {
        if voter_in(conn, row, voter, now)?.is_some() {
            *counts.entry(candidate).or_default() += 1;
        }
    }
    let mut best: Option<(i64, Membership)> = None;
    for (candidate, count) in counts {
        let Some(membership) = candidate_in(conn, row, candidate, now)? else {
            continue;
        };
        let is_better = best.as_ref().is_none_or(|(most, known)| {
            let since = |one: &Membership| (one.updated_at, one.id);
            count > *most || count == *most && since(&membership) < since(known)
        });
        if is_better {
            best = Some((count, membership));
        }
    }
    Ok(best.map(|(_count, membership)| membership.account_id))
}

/// The membership of someone who votes: one who lives here, and was a member when the question was asked.
fn voter_in(
    conn: &mut Conn,
    row: &Succession,
    who: AccountId,
    now: Millis,
) -> Result<Option<Membership>> {
    match policy::member(conn, row.group_id, who, now) {
        Ok(_proof) => {}
        Err(Error::Forbidden(_)) => return Ok(None),
        Err(other) => return Err(other),
    }
    if !users::find(conn, who)?.is_some_and(|user| user.may_act()) {
        return Ok(None);
    }
    Ok(memberships::find(conn, row.group_id, who)?
        .filter(|membership| membership.updated_at <= row.started_at))
}

/// The membership of someone who may stand: they vote, and had been a member for a month. Whoever moderates is there
/// already.
fn candidate_in(
    conn: &mut Conn,
    row: &Succession,
    who: AccountId,
    now: Millis,
) -> Result<Option<Membership>> {
    Ok(voter_in(conn, row, who, now)?
        .filter(|membership| membership.role == Role::Member)
        .filter(|membership| membership.updated_at <= row.started_at.plus(-KNOWN)))
}

fn tell_winner(ctx: &Ctx, conn: &mut Conn, row: &Succession, who: AccountId) -> Result<()> {
    let group = accounts::get(conn, row.group_id)?;
    let locale = users::locales(conn, &[who])?
        .pop()
        .map(|(_who, locale)| locale)
        .unwrap_or_default();
    let link = ctx.place.queue_url(&group.username);
    let what = format!("successions/{}/result", row.id);
    let words = |language: &str| match language {
        "id" => format!(
            "Para anggota memilih Anda untuk mengurus kelompok ini. Anda sekarang pemiliknya: {link}"
        ),
        _ => {
            format!("The members chose you to look after this group. You are its owner now: {link}")
        }
    };
    to_member(ctx, conn, &group, who, &what, (locale.as_str(), words))
}

/// Is there a question, and may this person see it?
fn asked(conn: &mut Conn, viewer: &Viewer, group: AccountId, now: Millis) -> Result<Succession> {
    if viewer.is_group() || policy::member(conn, group, viewer.id(), now).is_err() {
        return Err(Error::NotFound);
    }
    rows::open_in(conn, group)?.ok_or(Error::NotFound)
}

/// Are the members of this group asked now, and is the viewer one?
///
/// # Errors
/// The database.
pub async fn is_asked(ctx: &Ctx, viewer: &Viewer, group: AccountId) -> Result<bool> {
    let (viewer, now) = (viewer.clone(), ctx.now());
    ctx.db
        .read(move |conn| match asked(conn, &viewer, group, now) {
            Ok(_row) => Ok(true),
            Err(Error::NotFound) => Ok(false),
            Err(other) => Err(other),
        })
        .await
}

/// The question as a member sees it.
///
/// # Errors
/// `NotFound` where nothing is asked, and for who is no member.
pub async fn ballot(ctx: &Ctx, viewer: &Viewer, group: AccountId) -> Result<Ballot> {
    let (viewer, now) = (viewer.clone(), ctx.now());
    ctx.db
        .read(move |conn| {
            let row = asked(conn, &viewer, group, now)?;
            let me = viewer.id();
            let candidates = rows::candidates(conn, row.id)?;
            Ok(Ballot {
                ends_at: row.ends_at,
                choice: rows::vote_of(conn, row.id, me)?,
                stands: candidates.contains(&me),
                may_stand: candidate_in(conn, &row, me, now)?.is_some(),
                may_vote: voter_in(conn, &row, me, now)?.is_some(),
                candidates: account::load_in(conn, &candidates)?,
            })
        })
        .await
}

/// Runs `f` while the question is open; `Forbidden` where it is over by now, which is then written down.
async fn while_open(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    f: impl FnOnce(&Ctx, &mut Conn, &Succession) -> Result<()> + Send + 'static,
) -> Result<()> {
    let (context, viewer) = (Arc::clone(ctx), viewer.clone());
    let is_open = ctx
        .write(move |conn| {
            let row = asked(conn, &viewer, group, context.now())?;
            let is_open = settle(&context, conn, row.id)?;
            if is_open {
                f(&context, conn, &row)?;
            }
            Ok::<_, Error>(is_open)
        })
        .await?;
    if is_open { Ok(()) } else { Err(OVER) }
}

/// The viewer stands, or does no more: then who chose them has a vote again.
///
/// # Errors
/// `NotFound` where nothing is asked; `Forbidden` for who has not been a member for long enough, where enough stand
/// already, and where it is over.
pub async fn stand(ctx: &Ctx, viewer: &Viewer, group: AccountId, stands: bool) -> Result<()> {
    let me = viewer.id();
    while_open(ctx, viewer, group, move |ctx, conn, row| {
        if !stands {
            return Ok(rows::stand_down(conn, row.id, me)?);
        }
        if candidate_in(conn, row, me, ctx.now())?.is_none() {
            return Err(Error::Forbidden("who stands has been a member for a month"));
        }
        if rows::candidates(conn, row.id)?.len() >= MOST_CANDIDATES {
            return Err(Error::Forbidden("enough people stand already"));
        }
        rows::stand(conn, ctx.id(), row.id, me, ctx.now())?;
        Ok(())
    })
    .await
}

/// The viewer chooses a candidate, in the place of whom they chose before.
///
/// # Errors
/// `NotFound` where nothing is asked, or nobody of this id stands; `Forbidden` for who became a member after the
/// question was asked, and where it is over.
pub async fn vote(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    candidate: AccountId,
) -> Result<()> {
    let me = viewer.id();
    while_open(ctx, viewer, group, move |ctx, conn, row| {
        if voter_in(conn, row, me, ctx.now())?.is_none() {
            return Err(Error::Forbidden(
                "who votes was a member when the question was asked",
            ));
        }
        if !rows::candidates(conn, row.id)?.contains(&candidate) {
            return Err(Error::NotFound);
        }
        let pair = (me, candidate);
        Ok(rows::vote(conn, ctx.id(), row.id, pair, ctx.now())?)
    })
    .await
}
