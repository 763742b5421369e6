//! Notifications in groups, as the second version of the API lists them.

use std::collections::{HashMap, HashSet};

use database::Conn;
use database::notification_groups::{self, Heads, Member};
use database::notifications::{self, Notification};
use model::{AccountId, GroupKey, Millis, NotificationId, NotificationKind, Page, Paged};

use super::Filter;
use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::views::account::{self, AccountView, Viewer};
use crate::views::notification::{NotificationView, Shelf};

/// A group ready to print.
#[derive(Clone, Debug)]
pub struct GroupView {
    /// What it is called.
    pub key: GroupKey,
    /// How many are in it.
    pub count: i64,
    /// The newest of all.
    pub newest: NotificationId,
    /// What of it is on this page; nothing where it was asked for by its key.
    pub span: Option<Span>,
    /// Who was last, at most eight.
    pub sample: Vec<AccountId>,
    /// One that stands for all: kind, status, subject.
    pub head: NotificationView,
}

/// The part of a group that is on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The oldest.
    pub min: NotificationId,
    /// The newest.
    pub max: NotificationId,
    /// When the newest came.
    pub at: Millis,
}

/// Groups with the accounts in their samples.
#[derive(Clone, Debug, Default)]
pub struct GroupedView {
    /// Everyone who is named.
    pub accounts: Vec<AccountView>,
    /// Newest first.
    pub groups: Vec<GroupView>,
}

/// The kinds that are grouped, of those that an app asked for; all that can be where it named none.
fn grouped(asked: Option<Vec<NotificationKind>>) -> Vec<NotificationKind> {
    let asked = asked.unwrap_or_else(|| NotificationKind::ALL.to_vec());
    asked.into_iter().filter(|kind| kind.is_grouped()).collect()
}

/// The part of the table that a page covers: what Mastodon counts the groups on it in.
fn range(rows: &[Notification], heads: &Heads, page: &Page) -> (i64, i64) {
    let first = rows.first().map_or(i64::MAX, |row| row.id.0);
    let last = rows.last().map_or(0, |row| row.id.0);
    let full = i64::try_from(rows.len()).is_ok_and(|len| len >= page.limit);
    if full {
        (last, first)
    } else if page.ascending() {
        let upper = heads
            .stopped_at
            .unwrap_or_else(|| page.below().saturating_sub(1));
        (last, upper)
    } else {
        let lower = heads
            .stopped_at
            .unwrap_or_else(|| page.above().saturating_add(1));
        (lower, first)
    }
}

/// A page of groups.
///
/// # Errors
/// The database.
pub async fn page(
    ctx: &Ctx,
    viewer: &Viewer,
    filter: Filter,
    kinds: Option<Vec<NotificationKind>>,
    page: Page,
) -> Result<Paged<GroupedView>> {
    let me = viewer.id();
    let kinds = grouped(kinds);
    ctx.db
        .read(move |conn| {
            let heads = notification_groups::heads(conn, me, &filter.wanted(), &kinds, &page)?;
            let (lower, upper) = range(&heads.rows, &heads, &page);
            let view = load(conn, me, &heads.rows, &kinds, Some((lower, upper)))?;
            let cursors = heads.rows.iter().map(|row| (row.id.0, ())).collect();
            let mut paged = Paged::<()>::of(cursors, &page).with(vec![view]);
            match heads.stopped_at {
                Some(at) if page.ascending() => paged.newest = Some(at),
                Some(at) => paged.oldest = Some(at),
                None => {}
            }
            Ok(paged)
        })
        .await
}

/// The groups that these notifications stand for. Without a range it is all of each group.
fn load(
    conn: &mut Conn,
    me: AccountId,
    rows: &[Notification],
    kinds: &[NotificationKind],
    range: Option<(i64, i64)>,
) -> Result<GroupedView> {
    let several: Vec<NotificationId> = rows
        .iter()
        .filter(|row| row.bucket > 0 && kinds.contains(&row.kind))
        .map(|row| row.id)
        .collect();
    let (lower, upper) = range.unwrap_or((0, i64::MAX));
    let mut members: HashMap<NotificationId, Vec<Member>> = HashMap::new();
    for member in notification_groups::members(conn, me, &several, lower, upper)? {
        members.entry(member.head).or_default().push(member);
    }
    let named: Vec<AccountId> = members.values().flatten().map(|one| one.from_id).collect();
    let shelf = Shelf::load(conn, me, rows, &named)?;
    let mut view = GroupedView::default();
    let mut seen = HashSet::new();
    for row in rows {
        let Some(head) = shelf.view(row) else {
            continue;
        };
        let group = group(row, head, members.get(&row.id), range.is_some());
        for who in &group.sample {
            if seen.insert(*who) {
                view.accounts.extend(shelf.account(*who).cloned());
            }
        }
        view.groups.push(group);
    }
    Ok(view)
}

fn group(
    row: &Notification,
    head: NotificationView,
    members: Option<&Vec<Member>>,
    on_a_page: bool,
) -> GroupView {
    let alone = Member {
        head: row.id,
        id: row.id,
        from_id: row.from_id,
        created_at: row.created_at,
        count: 1,
        lowest: Some(row.id.0),
    };
    let alone_here = members.is_none();
    let members = members.map_or(std::slice::from_ref(&alone), Vec::as_slice);
    let newest = members.first().unwrap_or(&alone);
    // What the app did not ask to see in groups stands alone, whatever else there is of it.
    let key = if alone_here {
        GroupKey::One(row.id)
    } else {
        head.group_key
    };
    GroupView {
        key,
        count: newest.count,
        newest: newest.id,
        span: on_a_page.then(|| Span {
            min: newest.lowest.map_or(row.id, NotificationId),
            max: newest.id,
            at: newest.created_at,
        }),
        sample: members.iter().map(|member| member.from_id).collect(),
        head,
    }
}

/// One group.
///
/// # Errors
/// `NotFound` where there is none of this name.
pub async fn one(ctx: &Ctx, viewer: &Viewer, key: GroupKey) -> Result<GroupedView> {
    let me = viewer.id();
    ctx.db
        .read(move |conn| {
            let rows = notification_groups::of(conn, me, key, &Page::first(1))?;
            let view = load(conn, me, &rows, &kinds_of(key), None)?;
            if view.groups.is_empty() {
                return Err(Error::NotFound);
            }
            Ok(view)
        })
        .await
}

/// What stands alone by its key is shown alone.
fn kinds_of(key: GroupKey) -> Vec<NotificationKind> {
    match key {
        GroupKey::One(_) => Vec::new(),
        GroupKey::Several { kind, .. } => vec![kind],
    }
}

/// Who is in a group, newest first; the cursors are notifications.
///
/// # Errors
/// `NotFound` where there is no such group.
pub async fn accounts(
    ctx: &Ctx,
    viewer: &Viewer,
    key: GroupKey,
    page: Page,
) -> Result<Paged<AccountView>> {
    let me = viewer.id();
    ctx.db
        .read(move |conn| {
            if notification_groups::of(conn, me, key, &Page::first(1))?.is_empty() {
                return Err(Error::NotFound);
            }
            let rows = notification_groups::of(conn, me, key, &page)?
                .into_iter()
                .map(|row| (row.id, row.from_id))
                .collect();
            account::page_in(conn, rows, &page)
        })
        .await
}

/// Removes a group; one that is not there is gone already.
///
/// # Errors
/// The database.
pub async fn dismiss(ctx: &Ctx, viewer: &Viewer, key: GroupKey) -> Result<()> {
    let me = viewer.id();
    ctx.write(move |conn| Ok(notification_groups::delete(conn, me, key)?))
        .await
}

/// How many groups are newer than the viewer's marker, at most `limit`.
///
/// # Errors
/// The database.
pub async fn unread_count(
    ctx: &Ctx,
    viewer: &Viewer,
    filter: Filter,
    kinds: Option<Vec<NotificationKind>>,
    limit: i64,
) -> Result<i64> {
    let me = viewer.id();
    let kinds = grouped(kinds);
    ctx.db
        .read(move |conn| {
            let read = notifications::last_read(conn, me)?;
            let page = Page {
                since_id: read,
                ..Page::first(limit.clamp(1, 1000))
            };
            let heads = notification_groups::heads(conn, me, &filter.wanted(), &kinds, &page)?;
            Ok(i64::try_from(heads.rows.len()).unwrap_or(limit))
        })
        .await
}
