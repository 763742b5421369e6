//! The queue of events: takes up what is due, in order for each thing that it is about, and hands it to
//! both consumers. Woken by the writes that record events, never by polling alone.

use std::collections::BTreeMap;
use std::time::Duration;

use database::events::{Consumer, Waiting};
use futures::StreamExt as _;
use futures::future::BoxFuture;
use model::{Event, EventId, Millis};

use crate::context::Ctx;
use crate::error::Result;
use crate::fan_out;

/// The second consumer: activities for other servers. It marks the event as done itself, in the
/// transaction that writes the deliveries.
pub trait Deliverer: Send + Sync + std::fmt::Debug {
    /// Writes the deliveries that follow from an event.
    fn deliver<'a>(&'a self, id: EventId, event: &'a Event) -> BoxFuture<'a, Result<()>>;
}

/// So many are taken up at a time, and so many different things are worked on side by side.
const BATCH: i64 = 200;
const SIDE_BY_SIDE: usize = 16;

/// Works through all that is due and answers when the next one will be; `None` where none waits.
///
/// # Errors
/// The database.
pub async fn work(ctx: &Ctx, deliverer: &dyn Deliverer) -> Result<Option<Millis>> {
    loop {
        let now = ctx.now();
        let due = ctx
            .db
            .read(move |conn| database::events::due(conn, now, BATCH))
            .await?;
        if due.is_empty() {
            return Ok(ctx.db.read(database::events::next_due).await?);
        }
        let mut lines: BTreeMap<i64, Vec<Waiting>> = BTreeMap::new();
        for waiting in due {
            lines
                .entry(subject(&waiting.event))
                .or_default()
                .push(waiting);
        }
        futures::stream::iter(lines.into_values())
            .for_each_concurrent(SIDE_BY_SIDE, |line| async move {
                for waiting in line {
                    // What failed is tried again later; what comes after it about the same thing waits too.
                    if let Err(error) = one(ctx, deliverer, &waiting).await {
                        put_off(ctx, &waiting, &error.to_string()).await;
                        break;
                    }
                }
            })
            .await;
    }
}

/// Works until it is dropped.
pub async fn run(ctx: &Ctx, deliverer: &dyn Deliverer) {
    loop {
        let woken = ctx.events_ready.notified();
        let pause = match work(ctx, deliverer).await {
            Ok(None) => Duration::from_secs(60),
            Ok(Some(next)) => until(ctx, next),
            Err(error) => {
                tracing::error!(%error, "the events cannot be read");
                Duration::from_secs(1)
            }
        };
        tokio::select! {
            () = woken => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

fn until(ctx: &Ctx, next: Millis) -> Duration {
    let wait = next.0.saturating_sub(ctx.now().0).clamp(10, 60_000);
    Duration::from_millis(wait.unsigned_abs())
}

async fn one(ctx: &Ctx, deliverer: &dyn Deliverer, waiting: &Waiting) -> Result<()> {
    let id = waiting.id;
    if waiting.is_for(Consumer::FanOut) {
        fan_out::consume(ctx, &waiting.event).await?;
        ctx.db
            .write(move |conn| database::events::done(conn, id, Consumer::FanOut))
            .await?;
    }
    if waiting.is_for(Consumer::Deliver) {
        deliverer.deliver(id, &waiting.event).await?;
    }
    Ok(())
}

/// One second, then twice as long each time, an hour at the most.
async fn put_off(ctx: &Ctx, waiting: &Waiting, error: &str) {
    tracing::warn!(event = ?waiting.event, attempts = waiting.attempts, error, "an event has to wait");
    let pause = Millis::SECOND << waiting.attempts.clamp(0, 12);
    let next = ctx.now().plus(pause.min(Millis::HOUR));
    let (id, error) = (waiting.id, error.to_owned());
    let written = ctx
        .db
        .write(move |conn| database::events::put_off(conn, id, next, &error))
        .await;
    if let Err(error) = written {
        tracing::error!(%error, "an event cannot be put off");
    }
}

/// What an event is about: events about one thing are worked through in their order.
fn subject(event: &Event) -> i64 {
    if let Some(status) = event.status() {
        return status.0;
    }
    match event {
        Event::FollowRequested { follow }
        | Event::FollowAccepted { follow }
        | Event::FollowRejected { follow, .. }
        | Event::Unfollowed { follow, .. } => follow.0,
        Event::Blocked { account, .. }
        | Event::Unblocked { account, .. }
        | Event::ProfileUpdated { account }
        | Event::Approved { account }
        | Event::AccountDeleted { account }
        | Event::SignedUp { account }
        | Event::JoinRequested { account, .. }
        | Event::Joined { account, .. }
        | Event::ModeratorAdded { account, .. }
        | Event::ModeratorRemoved { account, .. }
        | Event::Banned { account, .. }
        | Event::Unbanned { account, .. } => account.0,
        Event::Wave { group } => group.0,
        Event::Relayed { inbox, .. } => inbox.0,
        Event::Invited { invitation, .. } | Event::InvitationWithdrawn { invitation, .. } => {
            invitation.0
        }
        Event::Warned { warning } => warning.0,
        Event::Appealed { appeal, .. } => appeal.0,
        Event::GroupLimited { action, .. } => action.0,
        Event::Reported { report } => report.0,
        // Those about a status are answered above.
        _ => 0,
    }
}
