//! Favourite, boost, bookmark, pin, mute a thread, and the undo of each; for people here and elsewhere.
//!
//! All are idempotent: doing twice is doing once. Everything goes through the gate first.

use std::sync::Arc;

use database::bookmarks::{self, Bookmark};
use database::favourites::{self, Favourite};
use database::status_pins::{self, StatusPin};
use database::statuses::{self, Status};
use database::{Conn, accounts, group_bans, home_entries, mentions, thread_mutes, visible};
use model::{AccountId, Event, Page, Paged, RowId, StatusId, Visibility};

use crate::context::{Context, Ctx};
use crate::error::{Error, Result};
use crate::groups::bridge;
use crate::policy::passing;
use crate::policy::status::{boost_audience, take_back, touchable};
use crate::stewardship::Deed;
use crate::views::account::Viewer;
use crate::views::status::{self, StatusView};
use crate::{console, policy};

/// At most so many pins.
pub(crate) const MAX_PINS: usize = 5;

/// Runs `change` on what the viewer may see (of a boost: its original), in one transaction, and answers
/// what became of it.
async fn mark(
    ctx: &Ctx,
    viewer: &Viewer,
    id: StatusId,
    change: impl FnOnce(&Ctx, &mut Conn, AccountId, &Status) -> Result<()> + Send + 'static,
) -> Result<StatusView> {
    let (home, who) = (Arc::clone(ctx), viewer.clone());
    let id = ctx
        .write(move |conn| {
            policy::may_act(conn, &who)?;
            let status = touchable(conn, who.id(), id)?;
            change(&home, conn, who.id(), &status)?;
            Ok::<_, Error>(status.id)
        })
        .await?;
    status::one(ctx, Some(viewer), id).await
}

/// Likes a status.
///
/// # Errors
/// `NotFound` through the gate; `Forbidden` for a group.
pub async fn favourite(ctx: &Ctx, viewer: &Viewer, id: StatusId) -> Result<StatusView> {
    policy::person(viewer)?;
    mark(ctx, viewer, id, |ctx, conn, me, status| {
        like(ctx, conn, me, status, None)
    })
    .await
}

fn like(
    ctx: &Ctx,
    conn: &mut Conn,
    account: AccountId,
    status: &Status,
    uri: Option<String>,
) -> Result<()> {
    let row = Favourite {
        id: ctx.id(),
        account_id: account,
        status_id: status.id,
        uri,
        created_at: ctx.now(),
    };
    if favourites::insert(conn, &row)? {
        statuses::count(conn, status.id, 0, 0, 1)?;
        let event = Event::Favourited {
            account,
            status: status.id,
            favourite: row.id,
        };
        ctx.record(conn, &event)?;
    }
    Ok(())
}

/// Takes a like back.
///
/// # Errors
/// `NotFound` through the gate.
pub async fn unfavourite(ctx: &Ctx, viewer: &Viewer, id: StatusId) -> Result<StatusView> {
    mark(ctx, viewer, id, |ctx, conn, me, status| {
        unlike(ctx, conn, me, status)
    })
    .await
}

fn unlike(ctx: &Ctx, conn: &mut Conn, account: AccountId, status: &Status) -> Result<()> {
    if let Some(favourite) = favourites::delete(conn, account, status.id)? {
        statuses::count(conn, status.id, 0, 0, -1)?;
        let event = Event::Unfavourited {
            account,
            status: status.id,
            favourite,
        };
        ctx.record(conn, &event)?;
    }
    Ok(())
}

/// Keeps a status for later.
///
/// # Errors
/// `NotFound` through the gate.
pub async fn bookmark(ctx: &Ctx, viewer: &Viewer, id: StatusId) -> Result<StatusView> {
    mark(ctx, viewer, id, |ctx, conn, me, status| {
        let row = Bookmark {
            id: ctx.id(),
            account_id: me,
            status_id: status.id,
            created_at: ctx.now(),
        };
        bookmarks::insert(conn, &row)?;
        Ok(())
    })
    .await
}

/// Forgets a bookmark.
///
/// # Errors
/// `NotFound` through the gate.
pub async fn unbookmark(ctx: &Ctx, viewer: &Viewer, id: StatusId) -> Result<StatusView> {
    mark(ctx, viewer, id, |_ctx, conn, me, status| {
        bookmarks::delete(conn, me, status.id)?;
        Ok(())
    })
    .await
}

/// Puts a status of one's own (as a group: a thread of the group) at the top of the profile, at most five.
///
/// # Errors
/// `NotFound` through the gate; `Invalid`, with Mastodon's sentences.
pub async fn pin(ctx: &Ctx, viewer: &Viewer, id: StatusId) -> Result<StatusView> {
    let who = viewer.clone();
    mark(ctx, viewer, id, move |ctx, conn, me, status| {
        if status.account_id != me && !is_thread_of(status, me) {
            return Err(refused("Someone else's post cannot be pinned"));
        }
        if who.is_group() {
            let deed = Deed::Pin { status: status.id };
            return console::act(ctx, conn, &who, &deed, None);
        }
        if matches!(status.visibility, Visibility::Direct | Visibility::Members) {
            return Err(refused(
                "Posts that are only visible to mentioned users cannot be pinned",
            ));
        }
        let pinned = status_pins::of(conn, me)?;
        if !pinned.contains(&status.id) && pinned.len() >= MAX_PINS {
            return Err(refused(
                "You have already pinned the maximum number of posts",
            ));
        }
        let row = StatusPin {
            id: ctx.id(),
            account_id: me,
            status_id: status.id,
            created_at: ctx.now(),
        };
        status_pins::insert(conn, &row)?;
        Ok(())
    })
    .await
}

fn refused(text: &str) -> Error {
    Error::invalid("base", "ERR_INVALID", format!("Validation failed: {text}"))
}

/// Does it start a thread in this group?
fn is_thread_of(status: &Status, group: AccountId) -> bool {
    status.group() == Some(group) && status.in_reply_to_id.is_none()
}

/// Takes it from there.
///
/// # Errors
/// `NotFound` through the gate.
pub async fn unpin(ctx: &Ctx, viewer: &Viewer, id: StatusId) -> Result<StatusView> {
    let who = viewer.clone();
    mark(ctx, viewer, id, move |ctx, conn, me, status| {
        if who.is_group() {
            let deed = Deed::Unpin { status: status.id };
            return console::act(ctx, conn, &who, &deed, None);
        }
        status_pins::delete(conn, me, status.id)?;
        Ok(())
    })
    .await
}

/// No more notifications from this thread.
///
/// # Errors
/// `NotFound` through the gate.
pub async fn mute_thread(ctx: &Ctx, viewer: &Viewer, id: StatusId) -> Result<StatusView> {
    mark(ctx, viewer, id, |ctx, conn, me, status| {
        Ok(thread_mutes::insert(conn, me, status.root_id, ctx.now())?)
    })
    .await
}

/// Notifications again.
///
/// # Errors
/// `NotFound` through the gate.
pub async fn unmute_thread(ctx: &Ctx, viewer: &Viewer, id: StatusId) -> Result<StatusView> {
    mark(ctx, viewer, id, |_ctx, conn, me, status| {
        Ok(thread_mutes::delete(conn, me, status.root_id)?)
    })
    .await
}

/// Boosts a public or unlisted status (one's own followers-only status too); answers the boost. A group
/// passes on its own threads, and those of other groups that everyone may read: what stands in no group is not the
/// group's to bring in. What it took out it lets back in.
///
/// # Errors
/// `NotFound` through the gate; `Invalid` for a status that may not be boosted.
pub async fn boost(
    ctx: &Ctx,
    viewer: &Viewer,
    id: StatusId,
    visibility: Option<Visibility>,
) -> Result<StatusView> {
    let (home, who) = (Arc::clone(ctx), viewer.clone());
    let id = ctx
        .write(move |conn| {
            policy::may_act(conn, &who)?;
            let status = touchable(conn, who.id(), id)?;
            let is_own = status.group_id == Some(who.id());
            if who.is_group() && (!is_own || status.removed_at.is_some()) {
                let deed = if is_own {
                    Deed::RestoreStatus { status: status.id }
                } else {
                    Deed::PassOn { status: status.id }
                };
                console::act(&home, conn, &who, &deed, None)?;
                let boost = statuses::boost_by(conn, who.id(), status.id)?;
                return Ok(boost.map_or(status.id, |boost| boost.id));
            }
            let audience = boost_audience(&status, who.id(), visibility)
                .filter(|_| !who.is_group() || is_thread_of(&status, who.id()))
                .ok_or_else(|| refused("This post cannot be boosted"))?;
            if let Some(known) = statuses::boost_by(conn, who.id(), status.id)? {
                return Ok(known.id);
            }
            let id: StatusId = home.id();
            let address = home.place.status_uri(&who.account.uri, id);
            let boost = Status {
                url: home.place.status_url(&who.account.username, id),
                local: true,
                visibility: audience,
                reblog_of_id: Some(status.id),
                ..Status::blank(id, who.id(), home.place.activity_uri(&address), home.now())
            };
            store_boost(&home, conn, &boost)?;
            home_entries::put(conn, who.id(), id, status.id)?;
            Ok::<_, Error>(id)
        })
        .await?;
    status::one(ctx, Some(viewer), id).await
}

fn store_boost(ctx: &Context, conn: &mut Conn, boost: &Status) -> Result<()> {
    statuses::insert(conn, boost)?;
    if let Some(original) = boost.reblog_of_id {
        statuses::count(conn, original, 0, 1, 0)?;
    }
    statuses::count_posted(conn, boost.account_id, boost.created_at)?;
    Ok(ctx.record(conn, &Event::Boosted { boost: boost.id })?)
}

/// Takes a boost back; answers the original. A group that takes back its boost of a thread takes the
/// thread out of the group, also where it stands in another and was passed on.
///
/// # Errors
/// `NotFound` through the gate.
pub async fn unboost(ctx: &Ctx, viewer: &Viewer, id: StatusId) -> Result<StatusView> {
    if viewer.account.is_group() {
        let group = viewer.id();
        let (status, is_shown) = ctx
            .db
            .read(move |conn| {
                let status = touchable(conn, group, id)?;
                let is_shown = passing::is_shown_in(conn, group, &status)?;
                Ok::<_, Error>((status, is_shown))
            })
            .await?;
        if is_shown && status.account_id != group {
            let (context, who, thread) = (Arc::clone(ctx), viewer.clone(), status.id);
            ctx.write(move |conn| {
                let deed = Deed::RemoveStatus { status: thread };
                console::act(&context, conn, &who, &deed, None)
            })
            .await?;
            return status::one(ctx, Some(viewer), status.id).await;
        }
    }
    mark(ctx, viewer, id, |ctx, conn, me, status| {
        if let Some(boost) = statuses::boost_by(conn, me, status.id)? {
            take_back(ctx, conn, &boost)?;
        }
        Ok(())
    })
    .await
}

/// One's favourites, newest first; cursors are rows of the favourites.
///
/// # Errors
/// The database.
pub async fn favourites(ctx: &Ctx, viewer: &Viewer, page: Page) -> Result<Paged<StatusView>> {
    let me = viewer.id();
    ctx.db
        .read(move |conn| {
            let rows = favourites::page(conn, me, &page)?;
            kept(conn, me, &rows, &page)
        })
        .await
}

/// One's bookmarks, newest first; cursors are rows of the bookmarks.
///
/// # Errors
/// The database.
pub async fn bookmarks(ctx: &Ctx, viewer: &Viewer, page: Page) -> Result<Paged<StatusView>> {
    let me = viewer.id();
    ctx.db
        .read(move |conn| {
            let rows = bookmarks::page(conn, me, &page)?;
            kept(conn, me, &rows, &page)
        })
        .await
}

fn kept(
    conn: &mut Conn,
    viewer: AccountId,
    rows: &[(RowId, StatusId)],
    page: &Page,
) -> Result<Paged<StatusView>> {
    let ids: Vec<StatusId> = rows.iter().map(|row| row.1).collect();
    let cursors = rows.iter().map(|row| (row.0.0, ())).collect();
    Ok(Paged::of(cursors, page).with(status::load_in(conn, viewer, &ids)?))
}

/// Someone elsewhere likes a status that is known here and that they may see. Dropped silently otherwise.
///
/// # Errors
/// The database.
pub async fn receive_like(
    ctx: &Ctx,
    account: AccountId,
    status_uri: &str,
    like_uri: &str,
) -> Result<()> {
    let (home, status_uri, like_uri) = (
        Arc::clone(ctx),
        status_uri.to_owned(),
        like_uri.chars().take(2048).collect::<String>(),
    );
    ctx.write_later(move |conn| {
        if let Some(status) = seen_by(&home, conn, account, &status_uri)? {
            // Whom a group of ours sent away has no voice in its threads.
            if let Some(group) = status.group()
                && group_bans::is_banned(conn, group, account, home.now())?
            {
                return Ok(());
            }
            let uri = Some(like_uri).filter(|uri| !uri.is_empty());
            like(&home, conn, account, &status, uri)?;
        }
        Ok(())
    })
    .await
}

/// What has this address, where this account may see it: no boost, nothing of someone suspended; of a letter of a
/// private group the post of which it told.
fn seen_by(
    ctx: &Context,
    conn: &mut Conn,
    account: AccountId,
    uri: &str,
) -> Result<Option<Status>> {
    let Some(status) = bridge::meant_by(ctx, conn, uri, account)? else {
        return Ok(None);
    };
    if status.reblog_of_id.is_some() || accounts::get(conn, account)?.suspended_at.is_some() {
        return Ok(None);
    }
    Ok(visible::find(conn, account, status.id)?.map(visible::Visible::into_inner))
}

/// Someone elsewhere takes a like back.
///
/// # Errors
/// The database.
pub async fn receive_unlike(ctx: &Ctx, account: AccountId, status_uri: &str) -> Result<()> {
    let (home, uri) = (Arc::clone(ctx), status_uri.to_owned());
    ctx.write_later(
        move |conn| match bridge::meant_by(&home, conn, &uri, account)? {
            Some(status) => unlike(&home, conn, account, &status),
            None => Ok(()),
        },
    )
    .await
}

/// Someone elsewhere (a person, or a group) boosts a status that is stored here. Kept where someone here
/// wrote it or waits for what the booster posts.
///
/// # Errors
/// The database.
pub async fn receive_boost(
    ctx: &Ctx,
    account: AccountId,
    status: StatusId,
    announce_uri: &str,
    visibility: Visibility,
    published: Option<model::Millis>,
) -> Result<()> {
    if announce_uri.is_empty() || announce_uri.len() > 2048 || ctx.place.owns(announce_uri) {
        return Ok(());
    }
    let (home, uri) = (Arc::clone(ctx), announce_uri.to_owned());
    ctx.write_later(move |conn| {
        let booster = accounts::get(conn, account)?;
        let Some(original) = visible::find(conn, account, status)? else {
            return Ok(());
        };
        // What is for the members of a group elsewhere that group alone passes on, to them.
        let by_its_group = booster.is_group()
            && original.visibility == Visibility::Members
            && original.group() == Some(account);
        let audience = if by_its_group {
            Some(Visibility::Private)
        } else {
            boost_audience(&original, account, Some(visibility))
        };
        let Some(audience) = audience else {
            return Ok(());
        };
        let unknown = original.reblog_of_id.is_none()
            && booster.suspended_at.is_none()
            && statuses::by_uri(conn, &uri)?.is_none()
            && statuses::boost_by(conn, account, status)?.is_none();
        if !unknown || !(original.local || statuses::has_readers_here(conn, account)?) {
            return Ok(());
        }
        let now = home.now();
        let at = published.filter(|at| *at <= now).unwrap_or(now);
        let id = crate::statuses::free_id(&home, conn, at)?;
        let boost = Status {
            visibility: audience,
            reblog_of_id: Some(status),
            ..Status::blank(id, account, uri, at)
        };
        store_boost(&home, conn, &boost)?;
        // A group elsewhere passes on what was addressed to it: so it stands in its thread.
        if booster.is_group() && mentions::names(conn, status, account)? {
            statuses::put_in_group(conn, status, account)?;
        }
        Ok::<_, Error>(())
    })
    .await
}

/// Someone elsewhere takes a boost back: by the address of the Announce, or of what was boosted.
///
/// # Errors
/// The database.
pub async fn receive_unboost(ctx: &Ctx, account: AccountId, uri: &str) -> Result<()> {
    let (home, uri) = (Arc::clone(ctx), uri.to_owned());
    ctx.write_later(move |conn| {
        let Some(named) = statuses::by_uri(conn, &uri)? else {
            return Ok(());
        };
        let boost = if named.reblog_of_id.is_some() {
            Some(named).filter(|boost| boost.account_id == account && !boost.is_deleted())
        } else {
            statuses::boost_by(conn, account, named.id)?
        };
        let Some(boost) = boost else {
            return Ok(());
        };
        take_back(&home, conn, &boost)?;
        // A group that takes its boost back took the thread out.
        let original = boost
            .reblog_of_id
            .map(|id| statuses::find(conn, id))
            .transpose()?
            .flatten();
        match original {
            Some(thread) if thread.group_id == Some(account) => {
                passing::end(&home, conn, &thread)?;
                Ok(statuses::remove_from_group(conn, thread.id, home.now())?)
            }
            _ => Ok::<_, Error>(()),
        }
    })
    .await
}

#[cfg(test)]
mod tests;
