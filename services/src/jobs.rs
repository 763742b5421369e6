//! The queue of jobs: what use cases leave for later. Quick and slow ones run in loops of their own, so
//! that a film that is being converted keeps no notification waiting.

use std::sync::atomic::Ordering;
use std::time::Duration;

use database::Conn;
use database::jobs::Waiting;
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use model::{Job, JobId, Millis};

use crate::context::{Context, Ctx};
use crate::error::{Error, Result};

/// So many quick ones, and so many slow ones, run side by side.
const QUICK: usize = 8;
const SLOW: usize = 2;
/// Another process (the command line) may leave jobs too, and cannot wake this one.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// Leaves a job, in the transaction of its cause. Where one with the same `key` waits, this one takes
/// its place.
///
/// # Errors
/// The database.
pub fn enqueue(
    ctx: &Context,
    conn: &mut Conn,
    job: &Job,
    key: Option<&str>,
    due: Millis,
) -> Result<()> {
    database::jobs::enqueue(conn, ctx.id(), job, key, due, ctx.now())?;
    ctx.jobs_left.store(true, Ordering::Release);
    Ok(())
}

/// Takes a job back.
///
/// # Errors
/// The database.
pub fn cancel(conn: &mut Conn, key: &str) -> Result<()> {
    database::jobs::cancel(conn, key)?;
    Ok(())
}

/// Does one job. It may have been done before.
async fn perform(ctx: &Ctx, job: &Job) -> Result<()> {
    match job {
        Job::FilterEnds { filter } => crate::filters::end(ctx, *filter).await,
        Job::Announce { announcement } => crate::announcements::announce(ctx, *announcement).await,
        Job::RemoveAccount { account } => crate::admin::removal::perform(ctx, *account).await,
        Job::RefreshAccount { account } => crate::accounts::refresh(ctx, *account).await,
        Job::EndPoll { poll } => crate::polls::end(ctx, *poll).await,
        Job::TellPoll { poll } => crate::polls::tell(ctx, *poll).await,
        Job::AskPoll { poll } => crate::polls::ask(ctx, *poll).await,
        Job::FetchCard { status } => crate::cards::fetch(ctx, *status).await,
        Job::SettleQuote { status } => ctx.fediverse().settle_quote(*status).await,
        Job::Push {
            subscription,
            notification,
        } => crate::push::send(ctx, *subscription, *notification).await,
        Job::ConvertMedia { media } => crate::media::convert::convert(ctx, *media).await,
        Job::SendLetter { account, letter } => crate::mail::send(ctx, *account, letter).await,
        Job::FindForgotten { login } => crate::mail::find_forgotten(ctx, login).await,
        Job::EndAppeal { group, act } => crate::appeals::end(ctx, *group, *act).await,
        Job::AskSuccession { succession, after } => {
            crate::succession::ask(ctx, *succession, *after).await
        }
        Job::PublishScheduled { scheduled } => crate::scheduled::publish(ctx, *scheduled).await,
        Job::CloseGroup { group } => crate::admin::limits::due(ctx, *group).await,
        Job::ReportOverdue { report } => crate::group_reports::overdue(ctx, *report).await,
        Job::VerifyLinks { account } => crate::verification::verify(ctx, *account).await,
    }
}

/// Works until it is dropped: the quick ones, or the slow ones.
pub async fn run(ctx: &Ctx, slow: bool) {
    let side_by_side = if slow { SLOW } else { QUICK };
    let woken = if slow {
        &ctx.slow_jobs_ready
    } else {
        &ctx.jobs_ready
    };
    let mut running = FuturesUnordered::new();
    let mut busy: Vec<JobId> = Vec::new();
    loop {
        let wake = woken.notified();
        let pause = match take(ctx, slow, &busy, side_by_side - busy.len()).await {
            Ok((due, next)) => {
                for waiting in due {
                    busy.push(waiting.id);
                    running.push(one(ctx, waiting));
                }
                until(ctx, next)
            }
            Err(error) => {
                tracing::error!(%error, "the jobs cannot be read");
                Duration::from_secs(1)
            }
        };
        tokio::select! {
            Some(id) = running.next() => busy.retain(|it| *it != id),
            () = wake, if busy.len() < side_by_side => {}
            () = tokio::time::sleep(pause), if busy.len() < side_by_side => {}
        }
    }
}

/// Does what is due now, quick and slow, one after the other, until nothing is; for tests and for the
/// command line.
///
/// # Errors
/// The database.
pub async fn work(ctx: &Ctx) -> Result<()> {
    loop {
        let mut due = take(ctx, false, &[], QUICK).await?.0;
        due.extend(take(ctx, true, &[], SLOW).await?.0);
        if due.is_empty() {
            return Ok(());
        }
        for waiting in due {
            one(ctx, waiting).await;
        }
    }
}

async fn take(
    ctx: &Ctx,
    slow: bool,
    busy: &[JobId],
    room: usize,
) -> Result<(Vec<Waiting>, Option<Millis>)> {
    let (now, busy) = (ctx.now(), busy.to_vec());
    let room = i64::try_from(room).unwrap_or(0);
    Ok(ctx
        .db
        .read(move |conn| {
            let due = if room > 0 {
                database::jobs::due(conn, slow, &busy, now, room)?
            } else {
                Vec::new()
            };
            Ok::<_, database::Error>((due, database::jobs::next_due(conn, slow, now)?))
        })
        .await?)
}

fn until(ctx: &Ctx, next: Option<Millis>) -> Duration {
    let Some(next) = next else { return LOOK_AGAIN };
    let wait = next.0.saturating_sub(ctx.now().0).clamp(1, 60_000);
    Duration::from_millis(wait.unsigned_abs()).min(LOOK_AGAIN)
}

async fn one(ctx: &Ctx, waiting: Waiting) -> JobId {
    let outcome = perform(ctx, &waiting.job).await;
    if let Err(error) = finish(ctx, &waiting, outcome).await {
        tracing::error!(%error, "what became of a job cannot be written");
        // Not at once again: the database is in trouble.
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    waiting.id
}

async fn finish(ctx: &Ctx, waiting: &Waiting, outcome: Result<()>) -> database::Result<()> {
    let id = waiting.id;
    let error = match outcome {
        Ok(()) => {
            return ctx
                .db
                .write(move |conn| database::jobs::done(conn, id))
                .await;
        }
        // What it was about is gone: nothing is left to do.
        Err(Error::NotFound) => {
            return ctx
                .db
                .write(move |conn| database::jobs::done(conn, id))
                .await;
        }
        Err(error) => error.to_string(),
    };
    if waiting.attempts + 1 >= waiting.job.attempts() {
        tracing::info!(job = ?waiting.job, error, "a job is given up");
        return ctx
            .db
            .write(move |conn| database::jobs::done(conn, id))
            .await;
    }
    tracing::debug!(job = ?waiting.job, attempts = waiting.attempts, error, "a job has to wait");
    // Five seconds, then three times as long each time, a day at the most.
    let pause = (0..waiting.attempts.clamp(0, 12))
        .fold(5 * Millis::SECOND, |pause, _| (pause * 3).min(Millis::DAY));
    let next = ctx.now().plus(pause);
    ctx.db
        .write(move |conn| database::jobs::put_off(conn, id, next, &error))
        .await
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use futures::future::BoxFuture;
    use model::{AccountId, Handle, StatusId};

    use super::*;
    use crate::fediverse::Fediverse;
    use crate::testing::{World, run};

    /// Every other server is down.
    #[derive(Debug)]
    struct Down;

    impl Fediverse for Down {
        fn resolve_handle<'a>(
            &'a self,
            _handle: &'a Handle,
        ) -> BoxFuture<'a, Result<Option<AccountId>>> {
            Box::pin(async { Err(Error::Upstream("down".to_owned())) })
        }
        fn fetch_account<'a>(&'a self, _uri: &'a str) -> BoxFuture<'a, Result<Option<AccountId>>> {
            Box::pin(async { Err(Error::Upstream("down".to_owned())) })
        }
        fn fetch_status<'a>(&'a self, _uri: &'a str) -> BoxFuture<'a, Result<Option<StatusId>>> {
            Box::pin(async { Err(Error::Upstream("down".to_owned())) })
        }
    }

    async fn left(world: &World) -> usize {
        let far = Millis(i64::MAX);
        world
            .db(move |conn| Ok(database::jobs::due(conn, false, &[], far, 100)?))
            .await
            .len()
    }

    async fn leave(world: &World, account: AccountId) {
        let ctx = Arc::clone(&world.ctx);
        let job = Job::RefreshAccount { account };
        world
            .ctx
            .write(move |conn| enqueue(&ctx, conn, &job, Some("it"), ctx.now()))
            .await
            .unwrap();
    }

    database::both_engines! {
        fn what_fails_is_tried_again_later_and_given_up_at_last(fresh: &Fresh) {
            let world = World::new(fresh);
            run(async {
                world.ctx.connect(Arc::new(Down));
                leave(&world, world.dan.id).await;
                leave(&world, world.dan.id).await;
                assert_eq!(left(&world).await, 1, "the second took the place of the first");
                for tried in 1..3 {
                    work(&world.ctx).await.unwrap();
                    assert_eq!(left(&world).await, 1, "tried {tried} times");
                    work(&world.ctx).await.unwrap();
                    world.pass(Millis::MINUTE);
                }
                work(&world.ctx).await.unwrap();
                assert_eq!(left(&world).await, 0);
            });
        }

        fn a_job_about_what_is_gone_is_done(fresh: &Fresh) {
            let world = World::new(fresh);
            run(async {
                leave(&world, AccountId(404)).await;
                work(&world.ctx).await.unwrap();
                assert_eq!(left(&world).await, 0);
            });
        }
    }
}
