//! From a change to the queues of those who may hear it. One change after the other, so that nobody hears
//! of an edit before the post; each costs the same number of statements however many listen, but for
//! those whose sight of it is their own (who marked it before).

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use database::live::{self as rows, Timeline};
use database::statuses::{self, Status};
use database::{Conn, notifications};
use model::{AccountId, ListId, Millis, NotificationId, StatusId, Visibility};

use super::{Change, Channel, Live, Message, Part, What};
use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::media::{MediaView, Reader};
use crate::views::status::{self, StatusView};
use crate::{conversations, views};

/// What is older than this when it comes is read, not heard (Mastodon's window).
const REAL_TIME: i64 = 6 * Millis::HOUR;

/// Hands on what is published, until it is dropped. The first that runs is the only one.
pub async fn run(ctx: &Ctx) {
    let taken = ctx
        .live
        .waiting
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
        .take();
    let Some(mut waiting) = taken else {
        return std::future::pending().await;
    };
    while let Some(change) = waiting.recv().await {
        if let Err(error) = work(ctx, &change).await {
            tracing::warn!(?change, %error, "a change could not be streamed");
        }
    }
}

/// Tells those who listen of one change.
pub(super) async fn work(ctx: &Ctx, change: &Change) -> Result<()> {
    match change.clone() {
        Change::Posted(id) => spread(ctx, id, Door::Timelines, false).await,
        Change::CameHome(id) => spread(ctx, id, Door::Homes, false).await,
        Change::PassedOn(group, id) => spread(ctx, id, Door::Group(group), false).await,
        Change::Edited(id) => {
            spread(ctx, id, Door::Timelines, true).await?;
            spread(ctx, id, Door::Homes, true).await?;
            for group in passing(ctx, id).await? {
                spread(ctx, id, Door::Group(group), true).await?;
            }
            Ok(())
        }
        Change::Letter(id) => letter(ctx, id).await,
        Change::Gone(id) => gone(ctx, id).await,
        Change::TakenOut(group, id) => taken_out(ctx, group, id).await,
        Change::Told(account, id) => told(ctx, account, id).await,
        Change::Filters(account) => {
            let message = Message::new(What::FiltersChanged);
            ctx.live
                .say(&Channel::Home(account), |_| Some(Arc::clone(&message)));
            Ok(())
        }
        Change::Announced(_) | Change::AnnouncementAnswered(..) | Change::AnnouncementGone(_) => {
            super::board::tell(ctx, change).await
        }
        Change::Merged(account) => {
            let message = Message::new(What::NotificationsMerged);
            ctx.live.say(&Channel::Notifications(account), |_| {
                Some(Arc::clone(&message))
            });
            Ok(())
        }
    }
}

/// The groups of this server that pass it on.
async fn passing(ctx: &Ctx, id: StatusId) -> Result<Vec<AccountId>> {
    ctx.db
        .read(move |conn| match statuses::find(conn, id)? {
            Some(row) => Ok(statuses::passing_groups(conn, &row)?),
            None => Ok(Vec::new()),
        })
        .await
}

/// Through which of the timelines a status goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Door {
    /// Public, hashtags, lists, the group.
    Timelines,
    /// Home.
    Homes,
    /// The lists and the timeline of a group that passed it on.
    Group(AccountId),
}

/// Who listens where a status might be heard.
#[derive(Debug, Default)]
struct Listeners {
    home: Vec<AccountId>,
    public: Vec<AccountId>,
    tags: Vec<AccountId>,
    group: Vec<AccountId>,
    lists: Vec<ListId>,
}

impl Listeners {
    fn of(live: &Live, door: Door) -> Self {
        if door == Door::Homes {
            return Self {
                home: live.listeners(|channel| matches!(channel, Channel::Home(_))),
                ..Self::default()
            };
        }
        let everywhere = door == Door::Timelines;
        Self {
            home: Vec::new(),
            public: live.listeners(|one| everywhere && matches!(one, Channel::Public(..))),
            tags: live.listeners(|one| everywhere && matches!(one, Channel::Tag(..))),
            group: live.listeners(|one| matches!(one, Channel::Group(_))),
            lists: live.lists().into_iter().map(ListId).collect(),
        }
    }

    const fn is_empty(&self) -> bool {
        self.home.is_empty()
            && self.public.is_empty()
            && self.tags.is_empty()
            && self.group.is_empty()
            && self.lists.is_empty()
    }
}

/// Who may hear a status, and where.
#[derive(Debug, Default)]
struct Reach {
    home: HashSet<AccountId>,
    public: HashSet<AccountId>,
    tags: HashSet<AccountId>,
    group: HashSet<AccountId>,
    /// With their owners.
    lists: Vec<(i64, AccountId)>,
}

impl Reach {
    fn of(
        conn: &mut Conn,
        status: &Status,
        door: Door,
        edited: bool,
        who: &Listeners,
        now: Millis,
    ) -> Result<Self> {
        let id = status.id;
        let mut readers = |timeline, among: &[AccountId]| {
            let found = rows::readers(conn, timeline, id, among, now)?;
            Ok::<_, Error>(found.into_iter().collect::<HashSet<_>>())
        };
        let mut reach = Self {
            home: readers(Timeline::Home, &who.home)?,
            public: readers(Timeline::Public, &who.public)?,
            tags: readers(Timeline::Tags, &who.tags)?,
            group: readers(Timeline::Group, &who.group)?,
            lists: Vec::new(),
        };
        if edited {
            reach
                .home
                .extend(readers(Timeline::HomeAsBoosted, &who.home)?);
        }
        let group = match door {
            Door::Group(group) => Some(group),
            Door::Timelines => {
                reach.lists = rows::lists(conn, id, &who.lists, now)?;
                status.group_id
            }
            Door::Homes => None,
        };
        if let Some(group) = group {
            let joined = rows::group_lists(conn, group, id, &who.lists, now)?;
            reach.lists.extend(joined);
        }
        Ok(reach)
    }

    fn everyone(&self) -> Vec<AccountId> {
        let owners = self.lists.iter().map(|(_id, owner)| *owner);
        let mut all: Vec<AccountId> = [&self.home, &self.public, &self.tags, &self.group]
            .into_iter()
            .flatten()
            .copied()
            .chain(owners)
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// The status as each of those who may hear it sees it: the same message for all who see the same.
#[derive(Debug)]
struct Sights {
    messages: HashMap<AccountId, Arc<Message>>,
    /// What does not depend on who looks.
    facts: StatusView,
}

/// Who sees the same as this one: nobody else, or all who stand like this to its author and, of a boost,
/// to the original's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Eyes {
    Own(AccountId),
    Like(i32, i32),
}

impl Sights {
    fn load(
        conn: &mut Conn,
        id: StatusId,
        everyone: &[AccountId],
        what: fn(Box<StatusView>) -> What,
    ) -> Result<Option<Self>> {
        let Some(first) = everyone.first() else {
            return Ok(None);
        };
        let Some(facts) = status::load_in(conn, *first, &[id])?.pop() else {
            return Ok(None);
        };
        let mut seen: HashMap<Eyes, Arc<Message>> = HashMap::new();
        let mut messages = HashMap::new();
        for (account, eyes) in eyes(conn, &facts, everyone)? {
            let message = match seen.entry(eyes) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => {
                    let Some(view) = status::load_in(conn, account, &[id])?.pop() else {
                        continue;
                    };
                    place.insert(Message::new(what(Box::new(view))))
                }
            };
            messages.insert(account, Arc::clone(message));
        }
        Ok(Some(Self { messages, facts }))
    }

    fn of(&self, account: AccountId) -> Option<Arc<Message>> {
        self.messages.get(&account).cloned()
    }
}

/// With whose eyes each of them looks.
fn eyes(
    conn: &mut Conn,
    facts: &StatusView,
    everyone: &[AccountId],
) -> Result<Vec<(AccountId, Eyes)>> {
    if is_personal(facts) {
        return Ok(everyone.iter().map(|who| (*who, Eyes::Own(*who))).collect());
    }
    let (ids, roots) = marked(facts);
    let own: HashSet<AccountId> = rows::with_marks(conn, &ids, &roots, everyone)?
        .into_iter()
        .collect();
    let author = facts.author.account.id;
    let to_author = rows::kinship(conn, author, everyone)?;
    let to_original: HashMap<AccountId, i32> = match &facts.reblog {
        Some(original) => rows::kinship(conn, original.author.account.id, everyone)?
            .into_iter()
            .collect(),
        None => HashMap::new(),
    };
    Ok(to_author
        .into_iter()
        .map(|(who, kin)| {
            let also = to_original.get(&who).copied().unwrap_or_default();
            let eyes = if own.contains(&who) {
                Eyes::Own(who)
            } else {
                Eyes::Like(kin, also)
            };
            (who, eyes)
        })
        .collect())
}

/// Is something in it open to one and closed to another? What it quotes goes through the gate for each, and
/// pictures that are not for everyone have an address for each.
fn is_personal(view: &StatusView) -> bool {
    let parts = std::iter::once(view).chain(view.reblog.as_deref());
    parts.into_iter().any(|view| {
        let sealed = |it: &MediaView| it.reader() != Reader::Everyone;
        view.quoting.quote.is_some() || view.media.iter().any(sealed)
    })
}

/// The statuses in a view, and the roots of their threads.
fn marked(view: &StatusView) -> (Vec<StatusId>, Vec<StatusId>) {
    let parts = std::iter::once(view).chain(view.reblog.as_deref());
    parts
        .map(|view| (view.status.id, view.status.root_id))
        .unzip()
}

async fn spread(ctx: &Ctx, id: StatusId, door: Door, edited: bool) -> Result<()> {
    let who = Listeners::of(&ctx.live, door);
    if who.is_empty() {
        return Ok(());
    }
    let now = ctx.now();
    let found = ctx
        .db
        .read(move |conn| {
            let Some(row) = statuses::find(conn, id)?.filter(|row| !row.is_deleted()) else {
                return Ok(None);
            };
            let stale = !edited && row.created_at.plus(REAL_TIME) < now;
            if stale || row.visibility == Visibility::Direct {
                return Ok(None);
            }
            let reach = Reach::of(conn, &row, door, edited, &who, now)?;
            let what = if edited {
                What::StatusUpdate
            } else {
                What::Update
            };
            let sights = Sights::load(conn, id, &reach.everyone(), what)?;
            Ok::<_, Error>(sights.map(|sights| (reach, sights)))
        })
        .await?;
    if let Some((reach, sights)) = found {
        let group = match door {
            Door::Group(group) => Some(group),
            _ => sights.facts.status.group(),
        };
        say(&ctx.live, &reach, &sights, group);
    }
    Ok(())
}

fn say(live: &Live, reach: &Reach, sights: &Sights, group: Option<AccountId>) {
    for account in &reach.home {
        live.say(&Channel::Home(*account), |me| sights.of(me));
    }
    let to = |channel: &Channel, readers: &HashSet<AccountId>| {
        live.say(channel, |me| {
            readers.contains(&me).then(|| sights.of(me)).flatten()
        });
    };
    let row = &sights.facts.status;
    let part = if row.local { Part::Local } else { Part::Remote };
    let with_media = !sights.facts.media.is_empty();
    if !reach.public.is_empty() {
        for part in [Part::All, part] {
            to(&Channel::Public(part, false), &reach.public);
            if with_media {
                to(&Channel::Public(part, true), &reach.public);
            }
        }
    }
    for tag in sights.facts.tags.iter().filter(|_| !reach.tags.is_empty()) {
        to(&Channel::Tag(tag.clone(), false), &reach.tags);
        if row.local {
            to(&Channel::Tag(tag.clone(), true), &reach.tags);
        }
    }
    if let Some(group) = group {
        to(&Channel::Group(group), &reach.group);
    }
    for (list, owner) in &reach.lists {
        live.say(&Channel::List(*list), |me| {
            (me == *owner).then(|| sights.of(me)).flatten()
        });
    }
}

/// A direct status: its participants hear of the conversation.
async fn letter(ctx: &Ctx, id: StatusId) -> Result<()> {
    let who = ctx
        .live
        .listeners(|channel| matches!(channel, Channel::Direct(_)));
    if who.is_empty() {
        return Ok(());
    }
    let said = ctx
        .db
        .read(move |conn| {
            let mut said = Vec::new();
            for row in rows::conversations_with(conn, id, &who)? {
                let views = conversations::load_in(conn, row.account_id, &[row])?;
                said.extend(views.into_iter().map(|view| (row.account_id, view)));
            }
            Ok::<_, Error>(said)
        })
        .await?;
    for (account, view) in said {
        // Whom a block parts from its author sees no status in it, and hears nothing.
        if view.last_status.is_none() {
            continue;
        }
        let message = Message::new(What::Conversation(Box::new(view)));
        ctx.live
            .say(&Channel::Direct(account), |_| Some(Arc::clone(&message)));
    }
    Ok(())
}

/// A status or boost is gone: its bare id goes wherever it may have stood.
async fn gone(ctx: &Ctx, id: StatusId) -> Result<()> {
    let live = &ctx.live;
    let who = live
        .listeners(|channel| !matches!(channel, Channel::Notifications(_) | Channel::Direct(_)));
    if who.is_empty() {
        return Ok(());
    }
    let found = ctx
        .db
        .read(move |conn| {
            let Some(row) = statuses::find(conn, id)? else {
                return Ok(None);
            };
            let readers: HashSet<AccountId> = rows::mourners(conn, id, &who)?.into_iter().collect();
            Ok::<_, Error>(Some((row, readers)))
        })
        .await?;
    let Some((row, readers)) = found else {
        return Ok(());
    };
    let message = Message::new(What::Delete(id));
    let public = row.visibility == Visibility::Public && row.reblog_of_id.is_none();
    let part = if row.local { Part::Local } else { Part::Remote };
    for channel in live.channels() {
        let stood = match &channel {
            Channel::Home(_) | Channel::List(_) => true,
            Channel::Public(of, _media) => public && (*of == Part::All || *of == part),
            Channel::Tag(_tag, local) => public && (!*local || row.local),
            Channel::Group(group) => row.group_id == Some(*group),
            Channel::Notifications(_) | Channel::Direct(_) => false,
        };
        if stood {
            live.say(&channel, |me| {
                readers.contains(&me).then(|| Arc::clone(&message))
            });
        }
    }
    Ok(())
}

/// A status left a group: it is gone from the group's lists and timeline.
async fn taken_out(ctx: &Ctx, group: AccountId, id: StatusId) -> Result<()> {
    let lists: Vec<ListId> = ctx.live.lists().into_iter().map(ListId).collect();
    let lists = ctx
        .db
        .read(move |conn| rows::lists_of_group(conn, group, &lists))
        .await?;
    let message = Message::new(What::Delete(id));
    ctx.live
        .say(&Channel::Group(group), |_| Some(Arc::clone(&message)));
    for (list, owner) in lists {
        ctx.live.say(&Channel::List(list), |me| {
            (me == owner).then(|| Arc::clone(&message))
        });
    }
    Ok(())
}

async fn told(ctx: &Ctx, account: AccountId, id: NotificationId) -> Result<()> {
    let channel = Channel::Notifications(account);
    if ctx.live.listeners(|one| *one == channel).is_empty() {
        return Ok(());
    }
    let view = ctx
        .db
        .read(move |conn| {
            // Taken back in the meantime: then there is nothing to hear.
            let row = match notifications::get(conn, account, id) {
                Err(database::Error::NotFound) => return Ok(None),
                row => row?,
            };
            Ok::<_, Error>(views::notification::load_in(conn, account, &[row])?.pop())
        })
        .await?;
    if let Some(view) = view {
        let message = Message::new(What::Notification(Box::new(view)));
        ctx.live.say(&channel, |_| Some(Arc::clone(&message)));
    }
    Ok(())
}

impl Live {
    /// Everything that someone listens to.
    fn channels(&self) -> Vec<Channel> {
        self.inner().channels.keys().cloned().collect()
    }
}
