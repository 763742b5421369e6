//! How groups of this server are found: the directory, what they are about, those that the staff shows
//! first, and the newest threads of one as a feed. What is unlisted or private is in none of it.

use std::collections::{BTreeSet, HashMap, HashSet};

use database::accounts::Account;
use database::directory::{self, WantedGroups};
use database::group_topics::{self, Topic};
use database::timelines::Reader;
use database::visible::NOBODY;
use database::{Conn, Lane, accounts, featured_groups, groups};
use model::{
    AccountId, AccountKind, GroupActivity, GroupSize, Millis, Page, TopicKind, Username, Visibility,
};

use super::reader;
use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::timelines;
use crate::views::account::{self, AccountView, Viewer};
use crate::views::group::{self, GroupView};
use crate::views::status::StatusView;

/// Groups on one page of the directory.
pub const A_PAGE: i64 = 30;
/// Pages of it.
const MOST_PAGES: i64 = 1000;
/// Words of each kind that are offered.
const MOST_WORDS: i64 = 24;
/// Hashtags that are kept of one group.
const MOST_TOPICS: usize = 12;
/// So many of the threads of a group are in a language that counts as spoken there: one in five.
const ENOUGH: i64 = 5;
/// Groups that the staff may show first.
const MOST_FEATURED: i64 = 50;
/// Threads in a feed.
const A_FEED: i64 = 20;

/// A group of the directory.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The group.
    pub group: GroupView,
    /// Does the staff show it first?
    pub featured: bool,
    /// How many belong to it, roughly.
    pub size: GroupSize,
    /// When something was last said in it, roughly.
    pub activity: GroupActivity,
}

/// A page of the directory.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    /// Those that the staff shows first, then those with the newest thread.
    pub groups: Vec<Listed>,
    /// Is there another page?
    pub has_more: bool,
    /// The languages that are spoken in groups of this place.
    pub languages: Vec<String>,
    /// The hashtags that they are about.
    pub topics: Vec<String>,
}

/// Which groups are looked for.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// In this language.
    pub language: Option<String>,
    /// About this hashtag, with or without `#`.
    pub topic: Option<String>,
    /// Which page, from 0.
    pub page: i64,
}

/// How a group stands in lists.
fn listed(view: GroupView, featured: bool, now: Millis) -> Listed {
    Listed {
        featured,
        size: GroupSize::of(view.members_count),
        activity: GroupActivity::of(view.account.account.last_status_at, now),
        group: view,
    }
}

fn load(
    conn: &mut Conn,
    viewer: Option<AccountId>,
    found: &[(AccountId, bool)],
    now: Millis,
) -> Result<Vec<Listed>> {
    let ids: Vec<AccountId> = found.iter().map(|(id, _first)| *id).collect();
    let first: HashMap<AccountId, bool> = found.iter().copied().collect();
    Ok(group::load_in(conn, viewer, &ids, now)?
        .into_iter()
        .map(|view| {
            let featured = first.get(&view.account.account.id) == Some(&true);
            listed(view, featured, now)
        })
        .collect())
}

/// The groups of this server that may be found.
///
/// # Errors
/// The database.
pub async fn directory(ctx: &Ctx, viewer: Option<&Viewer>, wish: Wish) -> Result<Directory> {
    let (reader, me) = (reader(ctx, viewer), viewer.map(Viewer::id));
    let word = |word: Option<String>| {
        // PostgreSQL takes no NUL in a text; no language and no hashtag has a space in it.
        word.map(|word| word.trim().trim_start_matches('#').to_lowercase())
            .map(|word| word.replace('\0', " "))
            .filter(|word| !word.is_empty())
    };
    let wanted = WantedGroups {
        language: word(wish.language),
        topic: word(wish.topic),
        limit: A_PAGE + 1,
        offset: wish.page.clamp(0, MOST_PAGES) * A_PAGE,
    };
    ctx.db
        .read(move |conn| {
            let mut found = directory::groups(conn, reader, &wanted)?;
            let has_more = found.len() > usize::try_from(A_PAGE).unwrap_or_default();
            found.truncate(usize::try_from(A_PAGE).unwrap_or_default());
            Ok::<_, Error>(Directory {
                groups: load(conn, me, &found, reader.now)?,
                has_more,
                languages: group_topics::words(conn, TopicKind::Language, MOST_WORDS)?,
                topics: group_topics::words(conn, TopicKind::Hashtag, MOST_WORDS)?,
            })
        })
        .await
}

/// The first groups of the directory; for the front page.
///
/// # Errors
/// The database.
pub async fn first(ctx: &Ctx, limit: i64) -> Result<Vec<Listed>> {
    let reader = reader(ctx, None);
    ctx.db
        .read(move |conn| {
            let wanted = WantedGroups {
                limit,
                ..WantedGroups::default()
            };
            let found = directory::groups(conn, reader, &wanted)?;
            load(conn, None, &found, reader.now)
        })
        .await
}

/// Groups as they stand in lists, for who knows them already: those that one joined.
#[must_use]
pub fn known(ctx: &Ctx, groups: Vec<GroupView>) -> Vec<Listed> {
    let now = ctx.now();
    groups
        .into_iter()
        .map(|view| listed(view, false, now))
        .collect()
}

/// May everyone find this account? Of people: did they agree; of groups here: is it listed and not private.
/// What may not be found is in no preview either.
#[must_use]
pub fn is_open(view: &AccountView) -> bool {
    let shut = view
        .group
        .as_ref()
        .is_some_and(|group| !group.kind.is_readable());
    view.account.discoverable && view.account.suspended_at.is_none() && !view.silenced && !shut
}

/// Has this account a feed: a group of this server that everyone may find and read, and whose posts may leave it?
#[must_use]
pub fn has_feed(view: &AccountView) -> bool {
    is_open(view) && view.group.as_ref().is_some_and(|group| !group.local_only)
}

/// The newest public threads of a group of this server, as everyone sees them.
#[derive(Clone, Debug)]
pub struct Feed {
    /// The group.
    pub group: AccountView,
    /// Its threads, newest first.
    pub threads: Vec<StatusView>,
}

/// The feed of a group, by its name.
///
/// # Errors
/// `NotFound` where there is no such group here, or none with a feed.
pub async fn feed(ctx: &Ctx, name: &str) -> Result<Feed> {
    let name: Username = name.parse().map_err(|_e| Error::NotFound)?;
    let group = ctx
        .db
        .read(move |conn| {
            let id = by_name(conn, &name)?;
            if !directory::is_listed(conn, id)? {
                return Err(Error::NotFound);
            }
            account::one_in(conn, id)
        })
        .await?;
    if !has_feed(&group) {
        return Err(Error::NotFound);
    }
    let page = Page::first(A_FEED);
    let mut threads = timelines::group(ctx, None, group.account.id, page)
        .await?
        .items;
    threads.retain(|view| view.status.visibility == Visibility::Public && !view.status.local_only);
    let hidden = hidden_homes(ctx, group.account.id, &threads).await?;
    threads.retain(|view| {
        let home = view.status.group_id;
        home.is_none_or(|home| !hidden.contains(&home))
    });
    Ok(Feed { group, threads })
}

/// The groups in which these stand and that are not to be found: what another group passes on from them is read on
/// its page, and in no feed.
async fn hidden_homes(
    ctx: &Ctx,
    group: AccountId,
    threads: &[StatusView],
) -> Result<HashSet<AccountId>> {
    let homes: Vec<Account> = threads
        .iter()
        .filter_map(|view| Some(view.group.as_ref()?.account.clone()))
        .filter(|home| home.id != group)
        .collect();
    ctx.db
        .read(move |conn| {
            let mut hidden = HashSet::new();
            for home in homes {
                let is_found = if home.is_local() {
                    directory::is_listed(conn, home.id)?
                } else {
                    home.discoverable
                };
                if !is_found {
                    hidden.insert(home.id);
                }
            }
            Ok(hidden)
        })
        .await
}

/// The group of this server that has this name.
///
/// # Errors
/// `NotFound`.
pub(crate) fn by_name(conn: &mut Conn, name: &Username) -> Result<AccountId> {
    accounts::by_name(conn, &name.key(), "")?
        .filter(|account| account.kind == AccountKind::Group)
        .map(|account| account.id)
        .ok_or(Error::NotFound)
}

/// Shows a group first, or no more, in a transaction; `false` where nothing changed.
pub(crate) fn set_featured(
    conn: &mut Conn,
    group: AccountId,
    first: bool,
    now: Millis,
) -> Result<bool> {
    if !first {
        return Ok(featured_groups::delete(conn, group)?);
    }
    if !directory::is_listed(conn, group)? {
        return Err(Error::invalid(
            "group",
            "ERR_INVALID",
            "only a group that is listed can be shown first",
        ));
    }
    if !featured_groups::has(conn, group)? && featured_groups::count(conn)? >= MOST_FEATURED {
        return Err(Error::LimitExceeded("so many groups cannot all be first"));
    }
    Ok(featured_groups::insert(conn, group, now)?)
}

/// Does the staff show this group first?
///
/// # Errors
/// The database.
pub async fn is_featured(ctx: &Ctx, group: AccountId) -> Result<bool> {
    ctx.db
        .read(move |conn| Ok(featured_groups::has(conn, group)?))
        .await
}

/// Counts anew what the groups are about, and keeps it.
///
/// # Errors
/// The database.
pub async fn refresh(ctx: &Ctx) -> Result<()> {
    let now = ctx.now();
    let (kept, found) = ctx
        .db
        .read(move |conn| Ok::<_, Error>((group_topics::kept(conn)?, count(conn, now)?)))
        .await?;
    if kept != found {
        ctx.db
            .write_in(Lane::Background, move |conn| {
                group_topics::replace(conn, &found)
            })
            .await?;
    }
    Ok(())
}

/// The languages that groups say themselves: what is heard in them does not count then.
fn declared(conn: &mut Conn, now: Millis) -> Result<Vec<Topic>> {
    let everyone = Reader {
        viewer: NOBODY,
        now,
    };
    let all = WantedGroups {
        limit: i64::MAX,
        ..WantedGroups::default()
    };
    let ids: Vec<AccountId> = directory::groups(conn, everyone, &all)?
        .into_iter()
        .map(|(id, _first)| id)
        .collect();
    let topics = groups::by_ids(conn, &ids)?.into_iter().flat_map(|group| {
        let words = group.languages.split_whitespace().map(|word| Topic {
            group_id: group.account_id,
            kind: TopicKind::Language,
            word: word.to_owned(),
        });
        words.collect::<Vec<_>>()
    });
    Ok(topics.collect())
}

fn count(conn: &mut Conn, now: Millis) -> Result<Vec<Topic>> {
    let mut topics = BTreeSet::new();
    let mut spoken: HashMap<AccountId, i64> = HashMap::new();
    let languages = group_topics::used(conn, TopicKind::Language, now)?;
    for (group, _language, threads) in &languages {
        let sum = spoken.entry(*group).or_default();
        *sum = sum.saturating_add(*threads);
    }
    let declared = declared(conn, now)?;
    let has_said: HashSet<AccountId> = declared.iter().map(|topic| topic.group_id).collect();
    topics.extend(declared);
    for (group_id, word, threads) in languages {
        let all = spoken.get(&group_id).copied().unwrap_or_default();
        if !has_said.contains(&group_id) && threads.saturating_mul(ENOUGH) >= all {
            topics.insert(Topic {
                group_id,
                kind: TopicKind::Language,
                word,
            });
        }
    }
    let mut own: HashMap<AccountId, usize> = HashMap::new();
    let described = group_topics::descriptions(conn)?
        .into_iter()
        .flat_map(|(group, text)| {
            let tags = text::scan(&text).hashtags;
            tags.into_iter().map(move |tag| (group, tag.to_lowercase()))
        });
    let used = group_topics::used(conn, TopicKind::Hashtag, now)?
        .into_iter()
        .map(|(group, tag, _threads)| (group, tag));
    for (group_id, word) in described.chain(used) {
        let count = own.entry(group_id).or_default();
        let topic = Topic {
            group_id,
            kind: TopicKind::Hashtag,
            word,
        };
        if *count < MOST_TOPICS && topics.insert(topic) {
            *count += 1;
        }
    }
    Ok(topics.into_iter().collect())
}
