//! Timelines: home, public, tag, list, group, account. Ids first, then hydrated through the gate.

use std::collections::HashSet;

use database::timelines::{self, OfAccount, OfTags, Public, Reader};
use database::{
    Conn, account_domain_blocks, accounts, home_entries, lists, memberships, mutes, status_pins,
    tags,
};
use model::{AccountId, ListId, MembershipId, MembershipState, Page, Paged, StatusId, TagId};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::views::account::Viewer;
use crate::views::status::{self, StatusView, viewer_id};

/// Which part of the public timeline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PublicFilter {
    /// Written here.
    pub local: bool,
    /// Written elsewhere.
    pub remote: bool,
    /// With pictures.
    pub only_media: bool,
}

/// Which statuses of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountFilter {
    /// With pictures.
    pub only_media: bool,
    /// No answers to others (one's own threads stay; a group's boosts stay).
    pub exclude_replies: bool,
    /// No boosts.
    pub exclude_reblogs: bool,
    /// The pinned ones alone.
    pub pinned: bool,
    /// With this hashtag.
    pub tagged: Option<String>,
}

/// Which statuses of a hashtag.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagFilter {
    /// The tag and its alternatives, without `#`.
    pub any: Vec<String>,
    /// Must all be there too.
    pub all: Vec<String>,
    /// None of these.
    pub none: Vec<String>,
    /// As for the public timeline.
    pub public: PublicFilter,
}

/// What the people and groups that one follows posted.
///
/// # Errors
/// The database.
pub async fn home(ctx: &Ctx, viewer: &Viewer, page: Page) -> Result<Paged<StatusView>> {
    let (me, now) = (viewer.id(), ctx.now());
    ctx.db
        .read(move |conn| {
            let ids = home_entries::page(conn, me, &page)?;
            let mut shown = hydrate(conn, me, ids, &page)?;
            // A mute that was set after the entry was written holds too; blocks are the gate's business.
            let authors: Vec<AccountId> = shown.items.iter().flat_map(authors_of).collect();
            let muted: HashSet<AccountId> = mutes::of(conn, me, &authors, now)?
                .into_iter()
                .map(|mute| mute.target_id)
                .chain(account_domain_blocks::hidden(conn, me, &authors)?)
                .collect();
            shown
                .items
                .retain(|view| !authors_of(view).any(|author| muted.contains(&author)));
            Ok(shown)
        })
        .await
}

fn authors_of(view: &StatusView) -> impl Iterator<Item = AccountId> + use<> {
    let original = view.reblog.as_ref().map(|view| view.status.account_id);
    std::iter::once(view.status.account_id).chain(original)
}

/// The statuses of a page of ids; the cursors are those of the ids, so that what the gate leaves out
/// does not end the paging.
pub(crate) fn hydrate(
    conn: &mut Conn,
    viewer: AccountId,
    ids: Vec<StatusId>,
    page: &Page,
) -> Result<Paged<StatusView>> {
    let views = status::load_in(conn, viewer, &ids)?;
    let cursors = ids.into_iter().map(|id| (id.0, ())).collect();
    Ok(Paged::of(cursors, page).with(views))
}

/// Public statuses, no boosts, without those whom the viewer muted or blocked.
///
/// # Errors
/// The database.
pub async fn public(
    ctx: &Ctx,
    viewer: Option<&Viewer>,
    filter: PublicFilter,
    page: Page,
) -> Result<Paged<StatusView>> {
    let reader = reader(ctx, viewer);
    ctx.db
        .read(move |conn| {
            let ids = timelines::public(conn, reader, part(filter), &page)?;
            hydrate(conn, reader.viewer, ids, &page)
        })
        .await
}

pub(crate) fn reader(ctx: &Ctx, viewer: Option<&Viewer>) -> Reader {
    Reader {
        viewer: viewer_id(viewer),
        now: ctx.now(),
    }
}

fn part(filter: PublicFilter) -> Public {
    Public {
        local: filter.local,
        remote: filter.remote,
        only_media: filter.only_media,
    }
}

/// Public statuses with hashtags.
///
/// # Errors
/// The database.
pub async fn tag(
    ctx: &Ctx,
    viewer: Option<&Viewer>,
    filter: TagFilter,
    page: Page,
) -> Result<Paged<StatusView>> {
    let reader = reader(ctx, viewer);
    ctx.db
        .read(move |conn| {
            let lower = |names: &[String]| -> Vec<String> {
                names
                    .iter()
                    .take(MAX_TAGS)
                    .map(|name| name.trim_start_matches('#').to_lowercase())
                    .collect()
            };
            let (any, all, none) = (lower(&filter.any), lower(&filter.all), lower(&filter.none));
            let wanted = [any.as_slice(), all.as_slice(), none.as_slice()].concat();
            let known = tags::named(conn, &wanted)?;
            let ids = |names: &[String]| -> Vec<TagId> {
                known
                    .iter()
                    .filter(|(_id, name)| names.contains(name))
                    .map(|(id, _name)| *id)
                    .collect()
            };
            let filter = OfTags {
                any: ids(&any),
                all: ids(&all),
                none: ids(&none),
                public: part(filter.public),
            };
            let distinct: HashSet<&String> = all.iter().collect();
            if filter.all.len() < distinct.len() {
                // A hashtag that nobody ever used is on no post.
                return Ok(Paged::empty());
            }
            let ids = timelines::tag(conn, reader, &filter, &page)?;
            hydrate(conn, reader.viewer, ids, &page)
        })
        .await
}

/// Hashtags of one request; the rest is not looked at.
const MAX_TAGS: usize = 4;

/// A list of one's own by its id: a list of accounts, or the list that a joined group is (threads of
/// the group unwrapped, no comments; with them what it passes on).
///
/// # Errors
/// `NotFound` for a list of someone else.
pub async fn list(ctx: &Ctx, viewer: &Viewer, list: i64, page: Page) -> Result<Paged<StatusView>> {
    let reader = reader(ctx, Some(viewer));
    let me = viewer.id();
    ctx.db
        .read(move |conn| {
            if let Some(list) = lists::find(conn, me, ListId(list))? {
                let ids = timelines::list(conn, reader, list.id, list.replies_policy, &page)?;
                return hydrate(conn, me, ids, &page);
            }
            // A list that its owner hid still answers by its id.
            let membership = memberships::get(conn, MembershipId(list))?
                .filter(|row| row.account_id == me && row.state == MembershipState::Member)
                .ok_or(Error::NotFound)?;
            threads(conn, reader, membership.group_id, &page)
        })
        .await
}

/// The threads of a group, newest first, unwrapped: for its page and `/api/v1/timelines/group/:id`.
///
/// # Errors
/// `NotFound` where there is no such group.
pub async fn group(
    ctx: &Ctx,
    viewer: Option<&Viewer>,
    group: AccountId,
    page: Page,
) -> Result<Paged<StatusView>> {
    let reader = reader(ctx, viewer);
    ctx.db
        .read(move |conn| threads(conn, reader, group, &page))
        .await
}

/// The threads of a group on which this flair stands.
///
/// # Errors
/// `NotFound` where the account is no group.
pub async fn with_flair(
    ctx: &Ctx,
    viewer: Option<&Viewer>,
    group: AccountId,
    flair: &str,
    page: Page,
) -> Result<Paged<StatusView>> {
    let (reader, flair) = (reader(ctx, viewer), flair.to_owned());
    ctx.db
        .read(move |conn| {
            if !accounts::get(conn, group)?.is_group() {
                return Err(Error::NotFound);
            }
            let ids = timelines::with_flair(conn, reader, group, &flair, &page)?;
            hydrate(conn, reader.viewer, ids, &page)
        })
        .await
}

fn threads(
    conn: &mut Conn,
    reader: Reader,
    group: AccountId,
    page: &Page,
) -> Result<Paged<StatusView>> {
    if !accounts::get(conn, group)?.is_group() {
        return Err(Error::NotFound);
    }
    let ids = timelines::group(conn, reader, group, page)?;
    hydrate(conn, reader.viewer, ids, page)
}

/// What one account posted and boosted.
///
/// # Errors
/// `NotFound` where there is no such account.
pub async fn account(
    ctx: &Ctx,
    viewer: Option<&Viewer>,
    account: AccountId,
    filter: AccountFilter,
    page: Page,
) -> Result<Paged<StatusView>> {
    let reader = reader(ctx, viewer);
    ctx.db
        .read(move |conn| {
            accounts::get(conn, account)?;
            if filter.pinned {
                let ids = status_pins::of(conn, account)?;
                let views = status::load_in(conn, reader.viewer, &ids)?;
                return Ok(Paged::<()>::empty().with(views));
            }
            let tagged = match &filter.tagged {
                None => None,
                Some(name) => {
                    let name = name.trim_start_matches('#').to_lowercase();
                    match tags::named(conn, &[name])?.first() {
                        Some((tag, _name)) => Some(*tag),
                        None => return Ok(Paged::empty()),
                    }
                }
            };
            let filter = OfAccount {
                only_media: filter.only_media,
                exclude_replies: filter.exclude_replies,
                exclude_reblogs: filter.exclude_reblogs,
                tagged,
            };
            let ids = timelines::account(conn, reader, account, filter, &page)?;
            hydrate(conn, reader.viewer, ids, &page)
        })
        .await
}
