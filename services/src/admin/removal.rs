//! What a suspended account of this server left is deleted: after a grace of thirty days, or at once. First
//! its followers are told, then, a little later, what it wrote goes, piece by piece.

use std::sync::Arc;

use database::accounts::{self, Account, Profile};
use database::{Conn, follows, statuses};
use model::{AccountId, Event, Job, Millis, StatusId};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::jobs;
use crate::policy::passing;

/// So long a suspension can be taken back with everything.
const GRACE: i64 = 30 * Millis::DAY;
/// So long the followers stay known, for whom the news is written.
const FAREWELL: i64 = Millis::MINUTE;
/// So much is deleted in one transaction.
const AT_ONCE: i64 = 100;

fn key(account: AccountId) -> String {
    format!("remove-account:{account}")
}

/// The end of the grace.
pub(crate) fn schedule(ctx: &Ctx, conn: &mut Conn, account: AccountId) -> Result<()> {
    let due = ctx.now().plus(GRACE);
    jobs::enqueue(
        ctx,
        conn,
        &Job::RemoveAccount { account },
        Some(&key(account)),
        due,
    )
}

/// The suspension was taken back.
pub(crate) fn call_off(conn: &mut Conn, account: AccountId) -> Result<()> {
    jobs::cancel(conn, &key(account))
}

/// Empties the profile, tells the followers, and leaves the rest for later.
pub(crate) fn begin(ctx: &Ctx, conn: &mut Conn, gone: &Account) -> Result<()> {
    let account = gone.id;
    let empty = Profile {
        display_name: String::new(),
        note: String::new(),
        note_source: String::new(),
        fields: serde_json::Value::Array(Vec::new()),
        avatar: String::new(),
        header: String::new(),
        discoverable: false,
        indexable: false,
        updated_at: ctx.now(),
        ..Profile::of(gone)
    };
    accounts::set_profile(conn, account, &empty)?;
    if gone.is_local() {
        ctx.record(conn, &Event::AccountDeleted { account })?;
    }
    let due = ctx.now().plus(FAREWELL);
    jobs::enqueue(
        ctx,
        conn,
        &Job::RemoveAccount { account },
        Some(&key(account)),
        due,
    )
}

/// The job. One that was called off, or whose account is back, does nothing; the first run of one whose
/// grace has ended begins the removal, the next one ends it.
///
/// # Errors
/// The database.
pub(crate) async fn perform(ctx: &Ctx, account: AccountId) -> Result<()> {
    let context = Arc::clone(ctx);
    let goes_on = ctx
        .write_later(move |conn| {
            let Some(gone) = accounts::by_ids(conn, &[account])?.pop() else {
                return Ok(false);
            };
            if gone.suspended_at.is_none() {
                return Ok(false);
            }
            let emptied = gone.updated_at.plus(FAREWELL) <= context.now()
                && gone.note.is_empty()
                && gone.display_name.is_empty()
                && gone.avatar.is_empty();
            let begun = emptied && gone.suspended_at.is_some_and(|at| gone.updated_at > at);
            if !begun {
                begin(&context, conn, &gone)?;
            }
            Ok::<_, Error>(begun)
        })
        .await?;
    if !goes_on {
        return Ok(());
    }
    loop {
        let context = Arc::clone(ctx);
        let left = ctx
            .write_later(move |conn| bury_some(&context, conn, account))
            .await?;
        if !left {
            return Ok(());
        }
    }
}

/// Some of what it wrote, then its follows; `false` when nothing was left. Others were told by the one
/// `Delete` of the account.
fn bury_some(ctx: &Ctx, conn: &mut Conn, account: AccountId) -> Result<bool> {
    let written = accounts::written(conn, account, AT_ONCE)?;
    for row in &written {
        if row.reblog_of_id.is_some() {
            statuses::bury_boost(conn, row, ctx.now())?;
        } else {
            statuses::bury(conn, row, ctx.now())?;
        }
    }
    if !written.is_empty() {
        return Ok(true);
    }
    // What others wrote in a group that closed is theirs, and stands on their own pages from now on.
    let freed = statuses::in_group(conn, account, StatusId(0), AT_ONCE)?;
    for status in &freed {
        let row = statuses::get(conn, *status)?;
        passing::end(ctx, conn, &row)?;
        statuses::remove_from_group(conn, *status, ctx.now())?;
    }
    if !freed.is_empty() {
        return Ok(true);
    }
    for follow in follows::all_around(conn, account)? {
        if follows::delete(conn, follow.id)? && follow.state == model::FollowState::Accepted {
            accounts::count_follow(conn, follow.account_id, follow.target_id, -1)?;
        }
    }
    Ok(false)
}
