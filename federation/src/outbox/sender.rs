//! The sender: takes up every host that has work and may be asked, each in a task of its own, so that a
//! slow or dead one delays nobody. Woken by whoever writes deliveries.
//!
//! A row is deleted after its host has taken it and not before: whatever happens in between, it is sent
//! again, and the receiver knows the activity by its id.

mod host;
mod line;
mod notes;
mod verdict;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use database::deliveries::{self, BusyHost};
use futures::StreamExt as _;
use model::{AccountId, ActivityId, InstanceId, Millis};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::engine::Federation;
use crate::error::Result;
use notes::Notes;

/// Requests on their way at a time, to all hosts together.
const IN_FLIGHT: usize = 256;
/// Hosts that are worked on at a time.
const HOSTS: usize = 512;
/// Documents that are kept for the next host, in bytes.
const KEPT_BYTES: u64 = 32 * 1024 * 1024;
/// After a week of attempts a delivery is given up.
const GIVEN_UP_AFTER: i64 = 7 * Millis::DAY;
/// How often what is to be given up is looked for.
const TIDY_EVERY: i64 = Millis::HOUR;
/// A host whose rows could not be read is tried again after this.
const TROUBLE: i64 = 5 * Millis::SECOND;

/// What all hosts' tasks share.
struct Sender {
    fed: Arc<Federation>,
    slots: Semaphore,
    letters: moka::sync::Cache<ActivityId, Arc<Letter>>,
    notes: Notes,
}

/// An activity as it goes out: one copy for all hosts.
struct Letter {
    account: AccountId,
    uri: String,
    body: Bytes,
    /// The private group to whose members alone it speaks.
    members_of: Option<AccountId>,
    /// Of these, the one to whom it is a letter.
    member: Option<AccountId>,
}

impl Sender {
    fn new(fed: &Arc<Federation>) -> Arc<Self> {
        let weight = |_id: &ActivityId, letter: &Arc<Letter>| {
            u32::try_from(letter.body.len()).unwrap_or(u32::MAX)
        };
        Arc::new(Self {
            fed: Arc::clone(fed),
            slots: Semaphore::new(IN_FLIGHT),
            letters: moka::sync::Cache::builder()
                .weigher(weight)
                .max_capacity(KEPT_BYTES)
                .build(),
            notes: Notes::start(fed),
        })
    }

    async fn busy(&self) -> Result<Vec<BusyHost>> {
        Ok(self.fed.ctx.db.read(deliveries::busy_hosts).await?)
    }
}

/// Sends all that is due and answers when the next will be; `None` where none waits. For tests and for
/// commands; a server calls [`run`].
///
/// # Errors
/// The database.
pub async fn work(fed: &Arc<Federation>) -> Result<Option<Millis>> {
    give_up(fed).await?;
    let sender = Sender::new(fed);
    let mut later: HashMap<InstanceId, Millis> = HashMap::new();
    loop {
        let now = fed.ctx.now();
        let busy = sender.busy().await?;
        let is_due =
            |host: &BusyHost| host.next_attempt_at <= now && !later.contains_key(&host.instance);
        let due: Vec<InstanceId> = busy
            .iter()
            .filter(|host| is_due(host))
            .map(|host| host.instance)
            .collect();
        if due.is_empty() {
            let next = |host: &BusyHost| {
                let later = later.get(&host.instance).copied();
                later.unwrap_or(host.next_attempt_at)
            };
            return Ok(busy.iter().map(next).min());
        }
        let mut drained = futures::stream::iter(due)
            .map(|instance| {
                let sender = Arc::clone(&sender);
                async move { (instance, host::drain(&sender, instance).await) }
            })
            .buffer_unordered(HOSTS);
        while let Some((instance, outcome)) = drained.next().await {
            if let Some(next) = outcome? {
                later.insert(instance, next);
            }
        }
    }
}

/// Sends until it is dropped. What was on its way then is sent again at the next start.
pub async fn run(fed: Arc<Federation>) {
    let sender = Sender::new(&fed);
    let mut manager = Manager {
        sender,
        active: HashMap::new(),
        tasks: JoinSet::new(),
        later: HashMap::new(),
        tidied: Millis(0),
    };
    loop {
        let woken = fed.ctx.deliveries_ready.notified();
        let pause = match manager.round().await {
            Ok(pause) => pause,
            Err(error) => {
                tracing::error!(%error, "the deliveries cannot be read");
                Duration::from_secs(1)
            }
        };
        tokio::select! {
            // New rows may be for a host that had none due.
            () = woken => manager.later.clear(),
            () = tokio::time::sleep(pause) => {}
            Some(ended) = manager.tasks.join_next_with_id(), if !manager.tasks.is_empty() => {
                manager.ended(ended);
            }
        }
    }
}

type Ended = std::result::Result<(tokio::task::Id, Result<Option<Millis>>), tokio::task::JoinError>;

struct Manager {
    sender: Arc<Sender>,
    active: HashMap<tokio::task::Id, InstanceId>,
    tasks: JoinSet<Result<Option<Millis>>>,
    /// Hosts that may be asked, but whose rows wait for a time of their own.
    later: HashMap<InstanceId, Millis>,
    tidied: Millis,
}

impl Manager {
    /// Starts a task for each host that is due, and answers how long there is nothing to do.
    async fn round(&mut self) -> Result<Duration> {
        let fed = Arc::clone(&self.sender.fed);
        let now = fed.ctx.now();
        if self.tidied.plus(TIDY_EVERY) <= now {
            self.tidied = now;
            give_up(&fed).await?;
        }
        let active: HashSet<InstanceId> = self.active.values().copied().collect();
        self.later.retain(|_host, at| *at > now);
        let mut next = now.plus(Millis::MINUTE);
        for host in self.sender.busy().await? {
            if active.contains(&host.instance) {
                continue;
            }
            let at = self.later.get(&host.instance).copied();
            let at = at.unwrap_or(host.next_attempt_at);
            if at > now {
                next = next.min(at);
            } else if self.active.len() < HOSTS {
                let sender = Arc::clone(&self.sender);
                let instance = host.instance;
                let task = self
                    .tasks
                    .spawn(async move { host::drain(&sender, instance).await });
                self.active.insert(task.id(), instance);
            }
        }
        let wait = next.0.saturating_sub(now.0).clamp(10, Millis::MINUTE);
        Ok(Duration::from_millis(wait.unsigned_abs()))
    }

    fn ended(&mut self, ended: Ended) {
        let (task, outcome) = match ended {
            Ok((task, outcome)) => (task, outcome),
            Err(error) => {
                tracing::error!(%error, "a sender broke off");
                (error.id(), Ok(Some(self.after_trouble())))
            }
        };
        let Some(instance) = self.active.remove(&task) else {
            return;
        };
        let next = outcome.unwrap_or_else(|error| {
            tracing::warn!(%error, "deliveries of a host have to wait");
            Some(self.after_trouble())
        });
        if let Some(next) = next {
            self.later.insert(instance, next);
        }
    }

    fn after_trouble(&self) -> Millis {
        self.sender.fed.ctx.now().plus(TROUBLE)
    }
}

/// Forgets what was tried for a week.
async fn give_up(fed: &Arc<Federation>) -> Result<()> {
    let before = fed.ctx.now().plus(-GIVEN_UP_AFTER);
    loop {
        let gone = fed
            .ctx
            .db
            .write_in(database::Lane::Background, move |conn| {
                deliveries::give_up(conn, before)
            })
            .await?;
        if gone == 0 {
            return Ok(());
        }
        tracing::info!(gone, "deliveries were given up after a week");
    }
}
