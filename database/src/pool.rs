//! The threads that own the connections. `Db` is what everyone else holds.
//!
//! SQLite: several readers and exactly one writer, which gathers the jobs that arrived while it was
//! busy into one transaction (each in its own savepoint) and answers only after the commit. So one
//! `fsync` serves many writers and no answer is given that a power cut could take back.
//! PostgreSQL: several equal workers; each write is a transaction of its own.
//! A dedicated thread costs 3 to 7 microseconds a call, `spawn_blocking` 27 to 45.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::conn::{Access, Conn, Engine};
use crate::error::{Error, Result, connection_is_lost, connection_was_lost};
use crate::migrate;
use crate::url::Address;

/// Who goes first at the writer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// A person waits.
    Interactive,
    /// Federation and jobs.
    Background,
}

/// At most so many jobs and so much time go into one commit.
const BATCH_JOBS: usize = 100;
const BATCH_TIME: Duration = Duration::from_millis(20);
/// More than this waiting in one lane: the caller is told to come back.
const LANE_LENGTH: usize = 4096;

type Answer = Box<dyn FnOnce(Result<()>) + Send>;
type ReadJob = Box<dyn FnOnce(&mut Conn) + Send>;
type WriteJob = Box<dyn FnOnce(&mut Conn) -> Answer + Send>;

/// A handle on the database; cloning it is cheap.
#[derive(Clone, Debug)]
pub struct Db {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    engine: Engine,
    reads: Arc<Lanes<ReadJob>>,
    writes: Arc<Lanes<WriteJob>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Db {
    /// Opens the database, brings its schema up to date and starts the threads.
    ///
    /// # Errors
    /// When it cannot be reached, is of a newer version, or a thread cannot be started.
    pub fn open(address: &Address) -> Result<Self> {
        let mut first = Conn::open(address, Access::Write)?;
        migrate::run(&mut first)?;
        Self::open_migrated(address, first)
    }

    pub(crate) fn open_migrated(address: &Address, first: Conn) -> Result<Self> {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let reads = Arc::new(Lanes::default());
        let writes = Arc::new(Lanes::default());
        let mut threads = Vec::new();
        let spawn = |name: String, run: Box<dyn FnOnce() + Send>| {
            std::thread::Builder::new()
                .name(name)
                .spawn(run)
                .map_err(|error| Error::Other(format!("cannot start a thread: {error}")))
        };
        let (readers, writers) = match address.engine() {
            Engine::Sqlite => (cores.clamp(2, 8), 1),
            Engine::Postgres => (cores.clamp(2, 8), cores.clamp(4, 8)),
        };
        for at in 0..readers {
            let (address, lanes) = (address.clone(), Arc::clone(&reads));
            threads.push(spawn(
                format!("db-read-{at}"),
                Box::new(move || read_loop(&address, &lanes)),
            )?);
        }
        let mut first = Some(first);
        for at in 0..writers {
            let (address, lanes) = (address.clone(), Arc::clone(&writes));
            let conn = first.take();
            threads.push(spawn(
                format!("db-write-{at}"),
                Box::new(move || write_loop(&address, conn, &lanes)),
            )?);
        }
        Ok(Self {
            inner: Arc::new(Inner {
                engine: address.engine(),
                reads,
                writes,
                threads: Mutex::new(threads),
            }),
        })
    }

    /// Which engine is behind it.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.inner.engine
    }

    /// Runs `f` on a connection that only reads.
    ///
    /// # Errors
    /// What `f` returns; `Busy` when too many wait or the database is being closed.
    pub async fn read<T, E>(
        &self,
        f: impl FnOnce(&mut Conn) -> std::result::Result<T, E> + Send + 'static,
    ) -> std::result::Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (answer, result) = oneshot::channel();
        let job: ReadJob = Box::new(move |conn| {
            let _nobody_waits_any_more = answer.send(f(conn));
        });
        self.inner.reads.push(Lane::Interactive, job)?;
        match result.await {
            Ok(result) => result,
            Err(_dropped) => Err(lost().into()),
        }
    }

    /// Runs `f` in one transaction, for someone who waits.
    ///
    /// # Errors
    /// What `f` returns (then nothing was changed), or what the commit says.
    pub async fn write<T, E>(
        &self,
        f: impl FnOnce(&mut Conn) -> std::result::Result<T, E> + Send + 'static,
    ) -> std::result::Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.write_in(Lane::Interactive, f).await
    }

    /// Runs `f` in one transaction, in the given lane.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub async fn write_in<T, E>(
        &self,
        lane: Lane,
        f: impl FnOnce(&mut Conn) -> std::result::Result<T, E> + Send + 'static,
    ) -> std::result::Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (answer, result) = oneshot::channel();
        let job: WriteJob = Box::new(move |conn| {
            let outcome = conn.tx(f);
            Box::new(move |committed| {
                let outcome = match (outcome, committed) {
                    (Ok(value), Ok(())) => Ok(value),
                    (Ok(_), Err(error)) => Err(error.into()),
                    (Err(error), _) => Err(error),
                };
                let _nobody_waits_any_more = answer.send(outcome);
            })
        });
        self.inner.writes.push(lane, job)?;
        match result.await {
            Ok(result) => result,
            Err(_dropped) => Err(lost().into()),
        }
    }

    /// How many jobs wait at the writer: interactive, background.
    #[must_use]
    pub fn waiting(&self) -> (usize, usize) {
        let state = self.inner.writes.lock();
        (state.interactive.len(), state.background.len())
    }

    /// Finishes what waits, then closes every connection. Later calls answer `Busy`.
    pub async fn close(&self) {
        self.inner.reads.close();
        self.inner.writes.close();
        let threads = std::mem::take(
            &mut *self
                .inner
                .threads
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        );
        let _joined = tokio::task::spawn_blocking(move || {
            for thread in threads {
                let _ended = thread.join();
            }
        })
        .await;
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.reads.close();
        self.writes.close();
    }
}

fn lost() -> Error {
    Error::Busy("the database is being closed".to_owned())
}

/// Two queues behind one lock; the interactive one goes first.
struct Lanes<J> {
    state: Mutex<State<J>>,
    wake: Condvar,
}

struct State<J> {
    interactive: VecDeque<J>,
    background: VecDeque<J>,
    closed: bool,
}

impl<J> Default for Lanes<J> {
    fn default() -> Self {
        Self {
            state: Mutex::new(State {
                interactive: VecDeque::new(),
                background: VecDeque::new(),
                closed: false,
            }),
            wake: Condvar::new(),
        }
    }
}

impl<J> std::fmt::Debug for Lanes<J> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Lanes")
    }
}

impl<J> Lanes<J> {
    fn lock(&self) -> MutexGuard<'_, State<J>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, lane: Lane, job: J) -> Result<()> {
        let mut state = self.lock();
        if state.closed {
            return Err(lost());
        }
        let queue = match lane {
            Lane::Interactive => &mut state.interactive,
            Lane::Background => &mut state.background,
        };
        if queue.len() >= LANE_LENGTH {
            return Err(Error::Busy("too many wait for the database".to_owned()));
        }
        queue.push_back(job);
        drop(state);
        self.wake.notify_one();
        Ok(())
    }

    /// Waits for a job; `None` once closed and empty.
    fn next(&self) -> Option<J> {
        let mut state = self.lock();
        loop {
            if let Some(job) = state.take() {
                return Some(job);
            }
            if state.closed {
                return None;
            }
            state = self
                .wake
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn try_next(&self) -> Option<J> {
        self.lock().take()
    }

    fn close(&self) {
        self.lock().closed = true;
        self.wake.notify_all();
    }
}

impl<J> State<J> {
    fn take(&mut self) -> Option<J> {
        self.interactive
            .pop_front()
            .or_else(|| self.background.pop_front())
    }
}

/// A connection that opens itself again after it broke.
struct Link<'a> {
    address: &'a Address,
    access: Access,
    conn: Option<Conn>,
}

impl Link<'_> {
    /// The connection; a server that does not answer is asked once a job.
    fn conn(&mut self) -> Result<&mut Conn> {
        let conn = match self.conn.take() {
            Some(conn) => conn,
            None => Conn::open(self.address, self.access)?,
        };
        Ok(self.conn.insert(conn))
    }

    /// Drops a connection that is not in order: lost, or inside a transaction that nobody owns.
    fn check(&mut self) {
        let healthy = self
            .conn
            .as_mut()
            .is_some_and(|conn| conn.depth() == Some(0));
        if connection_was_lost() || !healthy {
            self.conn = None;
        }
    }
}

fn read_loop(address: &Address, lanes: &Lanes<ReadJob>) {
    let mut link = Link {
        address,
        access: Access::Read,
        conn: None,
    };
    while let Some(job) = lanes.next() {
        let Ok(conn) = link.conn() else {
            // Dropping the job tells its caller that the database is away.
            drop(job);
            continue;
        };
        // The job drops its answer when it panics, and its caller hears of a lost connection.
        let _calm = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| job(conn)));
        link.check();
    }
}

fn write_loop(address: &Address, conn: Option<Conn>, lanes: &Lanes<WriteJob>) {
    let mut link = Link {
        address,
        access: Access::Write,
        conn,
    };
    while let Some(job) = lanes.next() {
        let Ok(conn) = link.conn() else {
            drop(job);
            continue;
        };
        match address.engine() {
            // Alone in its transaction: `tx` inside the job has committed already.
            Engine::Postgres => job(conn)(Ok(())),
            Engine::Sqlite => commit_together(conn, job, lanes),
        }
        link.check();
    }
}

/// One transaction for `first` and whatever else has arrived in the meantime.
fn commit_together(conn: &mut Conn, first: WriteJob, lanes: &Lanes<WriteJob>) {
    let started = Instant::now();
    let mut answers = Vec::new();
    let committed = conn.tx(|conn| {
        answers.push(first(conn));
        while answers.len() < BATCH_JOBS && started.elapsed() < BATCH_TIME && !connection_is_lost()
        {
            let Some(job) = lanes.try_next() else { break };
            answers.push(job(conn));
        }
        if connection_is_lost() {
            return Err(Error::Busy("the transaction was taken back".to_owned()));
        }
        Ok::<(), Error>(())
    });
    let failed = committed.err().map(|error| match error {
        Error::Full => None,
        other => Some(other.to_string()),
    });
    for answer in answers {
        answer(match &failed {
            None => Ok(()),
            Some(None) => Err(Error::Full),
            Some(Some(text)) => Err(Error::Busy(text.clone())),
        });
    }
}

#[cfg(test)]
mod tests;
