//! Who listens right now, and to what. A connection holds a [`Link`]; what happens is handed to
//! [`Live::publish`], which never waits; the worker `dispatch` asks who may hear it and puts it into the
//! links' queues. Nothing here is stored: whoever was away reads the timelines.

mod board;
mod dispatch;
mod gather;
mod link;
mod watch;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use model::{AccountId, AnnouncementId, NotificationId, StatusId, TokenId};
use tokio::sync::{mpsc, watch as flag};

use crate::announcements::AnnouncementView;
use crate::conversations::ConversationView;
use crate::views::notification::NotificationView;
use crate::views::status::StatusView;

pub use dispatch::run;
pub(crate) use gather::{gathering, note};
pub use link::Link;
pub use watch::run as watch_tokens;

/// Connections of all together.
const MOST_LINKS: usize = 20_000;
/// Connections of one person.
const MOST_OF_PERSON: usize = 100;
/// Connections from one address, where requests are counted at all.
const MOST_FROM_ADDRESS: usize = 1_000;
/// Streams of one connection.
const MOST_STREAMS: usize = 100;
/// What waits for one connection; who reads more slowly than this is sent away.
const QUEUE: usize = 256;
/// Changes that wait for the worker; beyond it they are lost to those who listen.
const CHANGES: usize = 4096;

/// Part of the public timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// All of it.
    All,
    /// Written here.
    Local,
    /// Written elsewhere.
    Remote,
}

/// What one can listen to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stream {
    /// Home and notifications.
    User,
    /// Notifications alone.
    Notifications,
    /// Conversations.
    Direct,
    /// The public timeline: which part, and with pictures only?
    Public(Part, bool),
    /// A hashtag, lower case; only what was written here?
    Tag(String, bool),
    /// A list, or the list that a joined group is.
    List(i64),
    /// The threads of a group.
    Group(AccountId),
}

/// Where something is heard: streams are made of these.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Channel {
    Home(AccountId),
    Notifications(AccountId),
    Direct(AccountId),
    Public(Part, bool),
    Tag(String, bool),
    List(i64),
    Group(AccountId),
}

/// Something happened that those who listen may want to hear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A status: for the public timeline, hashtags, lists and groups.
    Posted(StatusId),
    /// A status or boost came home.
    CameHome(StatusId),
    /// A direct status moved conversations.
    Letter(StatusId),
    /// A group passed on a thread that stands in another, or that comes from elsewhere.
    PassedOn(AccountId, StatusId),
    /// A status was edited.
    Edited(StatusId),
    /// A status or boost is gone; its tombstone is there.
    Gone(StatusId),
    /// A status was taken out of a group.
    TakenOut(AccountId, StatusId),
    /// Someone is told something.
    Told(AccountId, NotificationId),
    /// Someone's filters changed.
    Filters(AccountId),
    /// Someone's filtered notifications were let in.
    Merged(AccountId),
    /// Everyone is told something by those who run the place.
    Announced(AnnouncementId),
    /// An announcement was answered with this emoji, or not any more.
    AnnouncementAnswered(AnnouncementId, String),
    /// An announcement was taken away.
    AnnouncementGone(AnnouncementId),
}

/// What is said.
#[derive(Clone, Debug)]
pub enum What {
    /// A new status.
    Update(Box<StatusView>),
    /// An edited status.
    StatusUpdate(Box<StatusView>),
    /// A status is gone.
    Delete(StatusId),
    /// A notification.
    Notification(Box<NotificationView>),
    /// A conversation moved.
    Conversation(Box<ConversationView>),
    /// One's own filters changed.
    FiltersChanged,
    /// Filtered notifications were let in.
    NotificationsMerged,
    /// An announcement.
    Announcement(Box<AnnouncementView>),
    /// So many gave this emoji to an announcement.
    AnnouncementReaction(AnnouncementId, String, i64),
    /// An announcement is gone.
    AnnouncementDelete(AnnouncementId),
}

/// What is said to one or to many; it is printed once.
#[derive(Debug)]
pub struct Message {
    /// What.
    pub what: What,
    printed: OnceLock<Printed>,
}

/// A printed message.
#[derive(Clone, Debug)]
pub struct Printed {
    /// The payload.
    pub payload: String,
    /// The payload as a JSON string.
    pub quoted: String,
}

impl Message {
    fn new(what: What) -> Arc<Self> {
        Arc::new(Self {
            what,
            printed: OnceLock::new(),
        })
    }

    /// The payload: by `print`, the first time.
    pub fn printed(&self, print: impl FnOnce(&What) -> String) -> &Printed {
        self.printed.get_or_init(|| {
            let payload = print(&self.what);
            let quoted = serde_json::Value::from(payload.as_str()).to_string();
            Printed { payload, quoted }
        })
    }
}

/// What one connection hears: a message, on one of its streams.
#[derive(Clone, Debug)]
pub struct Said {
    /// On which.
    pub stream: Arc<Stream>,
    /// What.
    pub message: Arc<Message>,
}

/// Why a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The token works no more.
    Revoked,
    /// It reads too slowly.
    Slow,
    /// The server stops.
    Stopping,
}

/// One connection as the registry knows it.
#[derive(Debug)]
struct Entry {
    token: TokenId,
    account: AccountId,
    human: AccountId,
    address: Option<IpAddr>,
    queue: mpsc::Sender<Said>,
    end: flag::Sender<Option<End>>,
    streams: HashMap<Stream, Vec<Channel>>,
}

#[derive(Debug, Default)]
struct Inner {
    next: u64,
    stopping: bool,
    links: HashMap<u64, Entry>,
    channels: HashMap<Channel, HashMap<u64, Vec<Arc<Stream>>>>,
}

/// Everyone who listens to this server.
#[derive(Debug)]
pub struct Live {
    inner: Mutex<Inner>,
    /// How many are connected: whether anything has to be published at all.
    count: AtomicUsize,
    changes: mpsc::Sender<Change>,
    /// Taken by the one worker.
    waiting: Mutex<Option<mpsc::Receiver<Change>>>,
}

impl Default for Live {
    fn default() -> Self {
        let (changes, waiting) = mpsc::channel(CHANGES);
        Self {
            inner: Mutex::default(),
            count: AtomicUsize::new(0),
            changes,
            waiting: Mutex::new(Some(waiting)),
        }
    }
}

impl Live {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells those who listen, soon. Never waits, and costs nothing where nobody listens.
    pub fn publish(&self, change: Change) {
        if self.count.load(Ordering::Relaxed) == 0 {
            return;
        }
        if self.changes.try_send(change).is_err() {
            tracing::warn!("more happens than can be streamed; something was left out");
        }
    }

    /// How many are connected.
    #[must_use]
    pub fn connected(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    /// Ends every connection and takes no new ones.
    pub fn stop(&self) {
        let mut inner = self.inner();
        inner.stopping = true;
        for entry in inner.links.values() {
            entry.end.send_replace(Some(End::Stopping));
        }
    }

    /// Who listens on one of the channels that `wanted` picks.
    fn listeners(&self, wanted: impl Fn(&Channel) -> bool) -> Vec<AccountId> {
        let inner = self.inner();
        let mut found = HashSet::new();
        for (channel, links) in inner.channels.iter().filter(|(channel, _)| wanted(channel)) {
            match channel {
                Channel::Home(one) | Channel::Notifications(one) | Channel::Direct(one) => {
                    found.insert(*one);
                }
                _ => found.extend(
                    links
                        .keys()
                        .filter_map(|id| inner.links.get(id))
                        .map(|entry| entry.account),
                ),
            }
        }
        found.into_iter().collect()
    }

    /// The lists to which someone listens.
    fn lists(&self) -> Vec<i64> {
        let inner = self.inner();
        inner
            .channels
            .keys()
            .filter_map(|channel| match channel {
                Channel::List(id) => Some(*id),
                _ => None,
            })
            .collect()
    }

    /// Puts a message into the queues of those on `channel` whose account `message` has one for.
    fn say(&self, channel: &Channel, message: impl Fn(AccountId) -> Option<Arc<Message>>) {
        let mut slow = BTreeSet::new();
        let mut inner = self.inner();
        let Some(links) = inner.channels.get(channel) else {
            return;
        };
        for (id, streams) in links {
            let Some(entry) = inner.links.get(id) else {
                continue;
            };
            let Some(message) = message(entry.account) else {
                continue;
            };
            for stream in streams {
                let said = Said {
                    stream: Arc::clone(stream),
                    message: Arc::clone(&message),
                };
                if entry.queue.try_send(said).is_err() {
                    slow.insert(*id);
                }
            }
        }
        for id in slow {
            end(&mut inner, id, End::Slow);
        }
    }

    /// Ends the connections whose token `wanted` picks.
    fn end_where(&self, why: End, wanted: impl Fn(TokenId) -> bool) {
        let mut inner = self.inner();
        let ids: Vec<u64> = inner
            .links
            .iter()
            .filter(|(_id, entry)| wanted(entry.token))
            .map(|(id, _entry)| *id)
            .collect();
        for id in ids {
            end(&mut inner, id, why);
        }
    }

    /// The tokens of all who are connected.
    fn tokens(&self) -> Vec<TokenId> {
        let inner = self.inner();
        let found: BTreeSet<TokenId> = inner.links.values().map(|entry| entry.token).collect();
        found.into_iter().collect()
    }
}

/// Ends one: it hears nothing more from now on, and its holder is told.
fn end(inner: &mut Inner, id: u64, why: End) {
    let Some(entry) = inner.links.get_mut(&id) else {
        return;
    };
    entry.end.send_replace(Some(why));
    let streams = std::mem::take(&mut entry.streams);
    forget(inner, id, streams.into_values().flatten());
}

/// Takes a connection off these channels.
fn forget(inner: &mut Inner, id: u64, channels: impl Iterator<Item = Channel>) {
    for channel in channels {
        if let Some(links) = inner.channels.get_mut(&channel) {
            links.remove(&id);
            if links.is_empty() {
                inner.channels.remove(&channel);
            }
        }
    }
}

#[cfg(test)]
mod tests;
