//! What came of the deliveries, written down for many hosts in one transaction.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use database::{Conn, Lane, deliveries, instances};
use model::{DeliveryId, InstanceId, Millis};
use tokio::sync::{mpsc, oneshot};

use crate::engine::Federation;
use crate::error::{Error, Result};

/// So many are written at a time, and may wait to be.
const BATCH: usize = 512;
/// How often a batch is tried to be written.
const ATTEMPTS: u32 = 5;

/// What is to be written down.
#[derive(Clone, Debug)]
pub(super) enum Note {
    /// Taken, or dropped.
    Finished(DeliveryId),
    /// Again at this time, because of this.
    PutOff(DeliveryId, Millis, String),
    /// The host took something, in this form.
    Took(InstanceId, i16),
    /// The host is left alone until then.
    Failed(InstanceId, Millis),
}

enum Message {
    Note(Note),
    /// Answered when all before it is written.
    Flush(oneshot::Sender<()>),
}

/// The way to the writer; it ends with the last clone.
#[derive(Clone)]
pub(super) struct Notes(mpsc::Sender<Message>);

impl Notes {
    /// Starts the writer.
    pub(super) fn start(fed: &Arc<Federation>) -> Self {
        let (sender, receiver) = mpsc::channel(BATCH);
        tokio::spawn(write(Arc::clone(fed), receiver));
        Self(sender)
    }

    /// Hands a note over.
    pub(super) async fn put(&self, note: Note) -> Result<()> {
        self.0.send(Message::Note(note)).await.map_err(lost)
    }

    /// Waits until everything that was put before is in the database.
    pub(super) async fn flush(&self) -> Result<()> {
        let (answer, written) = oneshot::channel();
        self.0.send(Message::Flush(answer)).await.map_err(lost)?;
        written.await.map_err(lost)
    }
}

fn lost(_gone: impl std::error::Error) -> Error {
    Error::Retry("what was sent could not be written down".to_owned())
}

async fn write(fed: Arc<Federation>, mut messages: mpsc::Receiver<Message>) {
    let mut batch = Vec::with_capacity(BATCH);
    while messages.recv_many(&mut batch, BATCH).await > 0 {
        let mut notes = Vec::new();
        let mut waiting = Vec::new();
        for message in batch.drain(..) {
            match message {
                Message::Note(note) => notes.push(note),
                Message::Flush(answer) => waiting.push(answer),
            }
        }
        if !notes.is_empty() && !written(&fed, Arc::new(notes)).await {
            // Dropping the answers tells the senders, who will load the same rows again.
            continue;
        }
        for answer in waiting {
            let _nobody_waits_any_more = answer.send(());
        }
    }
}

async fn written(fed: &Arc<Federation>, notes: Arc<Vec<Note>>) -> bool {
    for attempt in 0..ATTEMPTS {
        let batch = Arc::clone(&notes);
        let now = fed.ctx.now();
        let outcome = fed
            .ctx
            .db
            .write_in(Lane::Background, move |conn| apply(conn, &batch, now))
            .await;
        match outcome {
            Ok(()) => return true,
            Err(error) => {
                tracing::warn!(%error, "what was sent cannot be written down yet");
                tokio::time::sleep(Duration::from_millis(100 << attempt)).await;
            }
        }
    }
    false
}

fn apply(conn: &mut Conn, notes: &[Note], now: Millis) -> database::Result<()> {
    let mut finished = Vec::new();
    let mut took: BTreeMap<InstanceId, i16> = BTreeMap::new();
    let mut failed: BTreeMap<InstanceId, Millis> = BTreeMap::new();
    for note in notes {
        match note {
            Note::Finished(id) => finished.push(*id),
            Note::PutOff(id, next, error) => deliveries::put_off(conn, *id, *next, error)?,
            Note::Took(host, form) => {
                took.insert(*host, *form);
            }
            Note::Failed(host, next) => {
                failed.insert(*host, *next);
            }
        }
    }
    if !finished.is_empty() {
        deliveries::finish(conn, &finished)?;
    }
    // A host's failure is noted after its successes: it is how the host is now.
    for (host, form) in took {
        instances::succeeded(conn, host, form, now)?;
    }
    for (host, next) in failed {
        instances::failed(conn, host, next)?;
    }
    Ok(())
}
