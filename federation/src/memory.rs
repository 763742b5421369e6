//! What is remembered of other servers for a short while and lost at a restart without harm: keys
//! that were read, addresses that lead nowhere, who is being asked just now, and how often a sender
//! made us fetch in vain. Everything is bounded.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use model::Millis;
use moka::ops::compute::{CompResult, Op};
use moka::sync::Cache;
use tokio::sync::Semaphore;

use crate::error::Error;
use crate::keys::Known;
use crate::signature::Form;

/// A blocked or suspended actor is noticed after this at the latest.
const KEYS_FOR: Duration = Duration::from_secs(60);
/// Keys of one actor are read anew at most so often on the word of a failed signature.
pub(crate) const REFRESH_PAUSE: i64 = 5 * Millis::MINUTE;
/// How long an address that answers with a refusal is left alone: first, second, later times.
const DEAD: [i64; 3] = [10 * Millis::MINUTE, Millis::HOUR, Millis::DAY];
/// The same for one that did not answer, whose sender will try again.
const AWAY: [i64; 3] = [Millis::MINUTE, 10 * Millis::MINUTE, Millis::HOUR];
/// So many key fetches in vain are made for one sender in a minute.
const FAILURES: usize = 5;

/// An address that led nowhere.
#[derive(Clone, Debug)]
struct Miss {
    until: Millis,
    times: usize,
    passing: bool,
}

/// The memory; one per [`crate::Federation`].
pub(crate) struct Memory {
    /// Keys by their address.
    pub(crate) keys: Cache<String, Arc<Known>>,
    refreshed: Cache<String, Millis>,
    misses: Cache<String, Miss>,
    forms: Cache<String, Form>,
    flights: Cache<String, Arc<tokio::sync::Mutex<()>>>,
    senders: Cache<IpAddr, Arc<Sender>>,
}

impl std::fmt::Debug for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Memory({} keys)", self.keys.entry_count())
    }
}

impl Default for Memory {
    fn default() -> Self {
        let day = Duration::from_secs(2 * 24 * 3600);
        Self {
            keys: Cache::builder()
                .max_capacity(20_000)
                .time_to_live(KEYS_FOR)
                .build(),
            refreshed: Cache::builder()
                .max_capacity(20_000)
                .time_to_live(Duration::from_secs(3600))
                .build(),
            misses: Cache::builder()
                .max_capacity(50_000)
                .time_to_live(day)
                .build(),
            forms: Cache::builder()
                .max_capacity(20_000)
                .time_to_live(day)
                .build(),
            flights: Cache::builder()
                .max_capacity(10_000)
                .time_to_idle(Duration::from_secs(120))
                .build(),
            senders: Cache::builder()
                .max_capacity(50_000)
                .time_to_idle(Duration::from_secs(300))
                .build(),
        }
    }
}

impl Memory {
    /// Why this address is not asked now, if it led nowhere lately.
    pub(crate) fn miss(&self, address: &str, now: Millis) -> Option<Error> {
        let miss = self.misses.get(address)?;
        if now >= miss.until {
            return None;
        }
        Some(if miss.passing {
            Error::Retry("this address did not answer lately".to_owned())
        } else {
            Error::rejected("this address led nowhere lately")
        })
    }

    /// An address led nowhere; each further time it is left alone for longer.
    pub(crate) fn missed(&self, address: &str, passing: bool, now: Millis) {
        let times = self.misses.get(address).map_or(0, |miss| miss.times);
        let pauses = if passing { AWAY } else { DEAD };
        let pause = pauses.get(times).or(pauses.last()).copied().unwrap_or(0);
        self.misses.insert(
            address.to_owned(),
            Miss {
                until: now.plus(pause),
                times: times.saturating_add(1),
                passing,
            },
        );
    }

    /// An address answered.
    pub(crate) fn found(&self, address: &str) {
        if self.misses.contains_key(address) {
            self.misses.invalidate(address);
        }
    }

    /// May the keys of this actor be read anew now? Asking uses the permission up.
    pub(crate) fn may_refresh(&self, actor: &str, now: Millis) -> bool {
        let due = |at: Millis| now.0.saturating_sub(at.0) >= REFRESH_PAUSE;
        let outcome = self
            .refreshed
            .entry(actor.to_owned())
            .and_compute_with(|old| match old {
                Some(old) if !due(*old.value()) => Op::Nop,
                _ => Op::Put(now),
            });
        matches!(
            outcome,
            CompResult::Inserted(_) | CompResult::ReplacedWith(_)
        )
    }

    /// The signature form that a host took last.
    pub(crate) fn form(&self, domain: &str) -> Option<Form> {
        self.forms.get(domain)
    }

    /// A host took this form.
    pub(crate) fn remember_form(&self, domain: &str, form: Form) {
        self.forms.insert(domain.to_owned(), form);
    }

    /// Whoever asks for the same thing at the same time waits here for the first one.
    pub(crate) fn flight(&self, what: &str) -> Arc<tokio::sync::Mutex<()>> {
        self.flights.get_with_by_ref(what, Arc::default)
    }

    /// What is known of the address that a request came from.
    pub(crate) fn sender(&self, address: IpAddr) -> Arc<Sender> {
        self.senders.get_with(address, Arc::default)
    }
}

/// Someone whose requests make us fetch keys: a few at a time, and fewer for each one in vain.
#[derive(Debug)]
pub(crate) struct Sender {
    turns: Semaphore,
    failures: Mutex<Vec<Millis>>,
}

impl Default for Sender {
    fn default() -> Self {
        Self {
            turns: Semaphore::new(FAILURES),
            failures: Mutex::default(),
        }
    }
}

/// The leave to make one fetch for a sender.
pub(crate) struct Turn<'a> {
    permit: tokio::sync::SemaphorePermit<'a>,
    sender: &'a Sender,
}

impl Sender {
    /// Waits for a turn; `None` for who made us fetch in vain too often.
    pub(crate) async fn turn(&self, now: Millis) -> Option<Turn<'_>> {
        {
            let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
            let before = failures.len();
            failures.retain(|at| now.0.saturating_sub(at.0) < Millis::MINUTE);
            self.turns.add_permits(before - failures.len());
            if failures.len() >= FAILURES {
                return None;
            }
        }
        let wait = tokio::time::timeout(Duration::from_secs(10), self.turns.acquire());
        let permit = wait.await.ok()?.ok()?;
        Some(Turn {
            permit,
            sender: self,
        })
    }
}

impl Turn<'_> {
    /// The fetch was in vain: this turn comes back only after a minute.
    pub(crate) fn in_vain(self, now: Millis) {
        let mut failures = self
            .sender
            .failures
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        failures.push(now);
        self.permit.forget();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dead_address_is_left_alone_for_longer_each_time() {
        let memory = Memory::default();
        let address = "https://far.example/users/nobody";
        let mut now = Millis(0);
        for pause in [DEAD[0], DEAD[1], DEAD[2], DEAD[2]] {
            assert!(memory.miss(address, now).is_none());
            memory.missed(address, false, now);
            assert!(memory.miss(address, now.plus(pause - 1)).is_some());
            now = now.plus(pause);
        }
        memory.found(address);
        memory.missed(address, true, now);
        assert!(memory.miss(address, now).unwrap().is_passing());
        assert!(memory.miss(address, now.plus(AWAY[0])).is_none());
    }

    #[test]
    fn the_keys_of_an_actor_are_read_anew_once_in_five_minutes() {
        let memory = Memory::default();
        let actor = "https://far.example/users/dan";
        assert!(memory.may_refresh(actor, Millis(1_000)));
        assert!(!memory.may_refresh(actor, Millis(1_000)));
        assert!(!memory.may_refresh(actor, Millis(1_000 + REFRESH_PAUSE - 1)));
        assert!(memory.may_refresh(actor, Millis(1_000 + REFRESH_PAUSE)));
        assert!(memory.may_refresh("https://far.example/users/eve", Millis(1_000)));
    }

    #[tokio::test]
    async fn a_sender_has_five_failures_a_minute() {
        let sender = Sender::default();
        for _ in 0..20 {
            let turn = sender.turn(Millis(0)).await;
            assert!(turn.is_some(), "what succeeds costs nothing");
        }
        for _ in 0..FAILURES {
            sender.turn(Millis(0)).await.unwrap().in_vain(Millis(0));
        }
        assert!(sender.turn(Millis(59_999)).await.is_none());
        assert!(sender.turn(Millis(60_000)).await.is_some());
    }
}
