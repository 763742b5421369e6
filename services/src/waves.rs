//! A wave of strangers at a group: counted as they come, in a small table, so that nobody counts when it is read.
//! What counts: who joins or asks to, what waits for a moderator or is refused, what newcomers write.

use database::memberships::{self, Membership};
use database::{Conn, group_knocks, groups};
use model::{AccountId, Event, Millis};

use crate::context::{Context, Ctx};
use crate::error::{Error, Result};

/// The length of a slot.
const SLOT: i64 = 10 * Millis::MINUTE;
/// Slots of an hour, and of a week.
const HOUR: i64 = 6;
const WEEK: i64 = 7 * 24 * HOUR;
/// So many in an hour are no wave yet in any group.
const LEAST: i64 = 20;
/// A wave is so many times what the group is used to.
const TIMES: i64 = 5;
/// The moderators get a letter at most so often.
const LETTER: i64 = 12 * Millis::HOUR;
/// Who came later than this is new in a group; under a shield they do not write.
pub(crate) const NEW: i64 = Millis::DAY;

/// Someone knocked: counts it, and tells the moderators where it is one too many.
///
/// # Errors
/// The database.
pub(crate) fn knock(ctx: &Context, conn: &mut Conn, group: AccountId) -> Result<()> {
    let Some(row) = groups::find(conn, group)? else {
        return Ok(());
    };
    let now = ctx.now();
    let slot = now.0.div_euclid(SLOT);
    group_knocks::count(conn, group, slot)?;
    group_knocks::forget(conn, group, slot - WEEK - HOUR)?;
    let is_shielded = row.shield_until.is_some_and(|until| until > now);
    if is_shielded || of(conn, group, now)?.is_none() {
        return Ok(());
    }
    let told = group_knocks::told_at(conn, group)?;
    if told.is_some_and(|at| at.plus(LETTER) > now) {
        return Ok(());
    }
    group_knocks::tell(conn, group, now)?;
    Ok(ctx.record(conn, &Event::Wave { group })?)
}

/// How many knocked in the last hour, where that is a wave: at least twenty, and five times what an hour of the
/// last week brought.
///
/// # Errors
/// The database.
pub(crate) fn of(conn: &mut Conn, group: AccountId, now: Millis) -> Result<Option<i64>> {
    let end = now.0.div_euclid(SLOT) + 1;
    let start = end - HOUR;
    let recent = group_knocks::between(conn, group, start, end)?;
    if recent < LEAST {
        return Ok(None);
    }
    let before = group_knocks::between(conn, group, start - WEEK, start)?;
    let is_wave = recent.saturating_mul(WEEK / HOUR) >= before.saturating_mul(TIMES);
    Ok(is_wave.then_some(recent))
}

/// A post appeared in a group: counts it where its author is new there.
///
/// # Errors
/// The database.
pub(crate) fn posted(
    ctx: &Context,
    conn: &mut Conn,
    group: AccountId,
    author: AccountId,
) -> Result<()> {
    if author == group || groups::find(conn, group)?.is_none() {
        return Ok(());
    }
    let membership = memberships::find(conn, group, author)?.filter(Membership::is_member);
    if membership.is_some_and(|row| row.moderates() || row.updated_at.plus(NEW) <= ctx.now()) {
        return Ok(());
    }
    knock(ctx, conn, group)
}

/// A post of someone here was refused, and all that it wrote with it: the knock is counted afterwards.
pub(crate) async fn refused(ctx: &Ctx, group: AccountId) {
    let home = Ctx::clone(ctx);
    let counted = ctx.write_later(move |conn| knock(&home, conn, group)).await;
    if let Err(error) = counted {
        let error: Error = error;
        tracing::warn!(%error, "a refused post could not be counted");
    }
}

#[cfg(test)]
mod tests;
