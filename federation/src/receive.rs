//! The workers of the inbox: what was stored at the door is worked through, in order for each thing
//! that it is about and side by side otherwise. Woken by the door, never by polling alone.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use database::accounts::Account;
use database::inbox::{self, Received, State};
use futures::{FutureExt as _, StreamExt as _};
use model::{InboxId, Millis};

use crate::activities;
use crate::actors;
use crate::engine::Federation;
use crate::error::{Error, Result};
use crate::fetch::Trip;
use crate::vocabulary::{Activity, Document, ObjectUri};

/// So many are taken up at a time, and so many different things are worked on side by side.
const BATCH: i64 = 200;
const SIDE_BY_SIDE: usize = 16;
/// The pauses after each attempt that failed for a passing reason; after the last one it is given up.
const PAUSES: [i64; 7] = [
    10 * Millis::SECOND,
    Millis::MINUTE,
    5 * Millis::MINUTE,
    30 * Millis::MINUTE,
    2 * Millis::HOUR,
    6 * Millis::HOUR,
    6 * Millis::HOUR,
];

/// A received activity while it is worked through.
pub(crate) struct Job<'a> {
    /// The machinery.
    pub(crate) fed: &'a Federation,
    /// The stored activity, to pass on byte for byte.
    pub(crate) row: InboxId,
    /// Who signed it, which is its actor.
    pub(crate) signer: Account,
    /// The signer's id.
    pub(crate) actor: ObjectUri,
    /// How much may be fetched for it.
    pub(crate) trip: Trip,
}

/// What came of an activity, in a few words.
pub(crate) type Outcome = Result<&'static str>;

/// Works through all that is due and answers when the next one will be; `None` where none waits.
///
/// # Errors
/// The database.
pub async fn work(fed: &Arc<Federation>) -> Result<Option<Millis>> {
    loop {
        let now = fed.ctx.now();
        let due = fed
            .ctx
            .db
            .read(move |conn| inbox::due(conn, now, BATCH))
            .await?;
        if due.is_empty() {
            return Ok(fed.ctx.db.read(inbox::next_due).await?);
        }
        let mut lines: BTreeMap<String, Vec<Received>> = BTreeMap::new();
        for row in due {
            lines.entry(row.object_key.clone()).or_default().push(row);
        }
        futures::stream::iter(lines.into_values())
            .map(|line| async move {
                for row in line {
                    // What comes after it about the same thing waits for what has to be tried again.
                    if !one(fed, row).await? {
                        break;
                    }
                }
                Ok::<_, Error>(())
            })
            .buffer_unordered(SIDE_BY_SIDE)
            .fold(Ok(()), |all, one| async move { all.and(one) })
            .await?;
    }
}

/// Works until it is dropped.
pub async fn run(fed: &Arc<Federation>) {
    loop {
        let woken = fed.ctx.inbox_ready.notified();
        let pause = match work(fed).await {
            Ok(None) => Duration::from_secs(60),
            Ok(Some(next)) => until(fed, next),
            Err(error) => {
                tracing::error!(%error, "the inbox cannot be worked through");
                Duration::from_secs(1)
            }
        };
        tokio::select! {
            () = woken => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

fn until(fed: &Federation, next: Millis) -> Duration {
    let wait = next.0.saturating_sub(fed.ctx.now().0).clamp(10, 60_000);
    Duration::from_millis(wait.unsigned_abs())
}

/// Works through one and writes down what came of it; `false` where it has to be tried again. Fails
/// only where that cannot be written.
async fn one(fed: &Federation, row: Received) -> Result<bool> {
    let processed = AssertUnwindSafe(process(fed, &row)).catch_unwind().await;
    let outcome = processed.unwrap_or_else(|_panic| {
        tracing::error!(
            activity = row.activity_id,
            "working through an activity failed badly"
        );
        Err(Error::Retry("it failed badly here".to_owned()))
    });
    let (id, now) = (row.id, fed.ctx.now());
    let attempt = usize::try_from(row.attempts).unwrap_or(usize::MAX);
    let (state, words) = match outcome {
        Ok(words) => (State::Done, words.to_owned()),
        Err(error) if should_wait(&error) => match PAUSES.get(attempt) {
            Some(pause) => {
                let (next, words) = (now.plus(*pause), error.to_string());
                tracing::info!(%error, activity = row.activity_id, attempt, "an activity has to wait");
                fed.ctx
                    .db
                    .write_in(database::Lane::Background, move |conn| {
                        inbox::put_off(conn, id, next, &words)
                    })
                    .await?;
                return Ok(false);
            }
            None => (State::GivenUp, error.to_string()),
        },
        Err(error) => (State::Refused, error.to_string()),
    };
    tracing::debug!(
        ?state,
        outcome = words,
        activity = row.activity_id,
        "received"
    );
    fed.ctx
        .db
        .write_in(database::Lane::Background, move |conn| {
            inbox::finish(conn, id, state, &words)
        })
        .await?;
    Ok(true)
}

/// Whatever the database says may be different next time, a mistake of ours too.
fn should_wait(error: &Error) -> bool {
    error.is_passing() || matches!(error, Error::Service(services::Error::Database(_)))
}

async fn process(fed: &Federation, row: &Received) -> Outcome {
    let document = Document::parse(row.body.as_bytes())?;
    let activity = Activity::read(document.value())?;
    if document
        .value()
        .get("type")
        .and_then(serde_json::Value::as_str)
        == Some("EmojiReact")
    {
        return Err(Error::rejected("EmojiReact: reactions are not kept here"));
    }
    drop(document);
    let actor = ObjectUri::parse(&row.actor)?;
    if activity.actor != actor {
        return Err(Error::rejected("its actor did not sign it"));
    }
    let signer = actors::known(fed, &actor).await?;
    let (signer, _) = signer.ok_or_else(|| Error::rejected("its actor is gone"))?;
    if signer.suspended_at.is_some() {
        return Err(Error::rejected("its actor was sent away"));
    }
    let job = Job {
        fed,
        row: row.id,
        signer,
        actor,
        trip: Trip::for_a_job(),
    };
    activities::receive(&job, &activity).await
}
