//! Hashtags one by one, and following them: public posts with one come home as those of a person do.

use std::sync::Arc;

use database::{Conn, followed_tags, home_entries, tags};
use model::{Millis, Page, Paged};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::policy::{self, tags::name};
use crate::views::account::Viewer;
use crate::views::tag::{self, TagView};

/// Hashtags that one account may follow.
pub const MOST_FOLLOWED: i64 = 1000;
/// So many posts with a hashtag that is newly followed come home at once.
const FIRST_POSTS: i64 = 20;

/// A hashtag by its name, also one that nobody ever used.
///
/// # Errors
/// `NotFound` for what is no hashtag.
pub async fn show(ctx: &Ctx, viewer: Option<&Viewer>, typed: &str) -> Result<TagView> {
    let (name, now, viewer) = (name(typed)?, ctx.now(), viewer.cloned());
    ctx.db
        .read(move |conn| one(conn, viewer.as_ref(), name, now))
        .await
}

fn one(conn: &mut Conn, viewer: Option<&Viewer>, name: String, now: Millis) -> Result<TagView> {
    let viewer = viewer.map(Viewer::id);
    let found = tags::named(conn, std::slice::from_ref(&name))?;
    let view = tag::of(conn, viewer, found, now)?.pop();
    Ok(view.unwrap_or_else(|| tag::fresh(viewer, name, now)))
}

/// Follows a hashtag; the newest posts with it come home at once.
///
/// # Errors
/// `NotFound` for what is no hashtag, `LimitExceeded`.
pub async fn follow(ctx: &Ctx, viewer: &Viewer, typed: &str) -> Result<TagView> {
    policy::person(viewer)?;
    let (name, home, viewer) = (name(typed)?, Arc::clone(ctx), viewer.clone());
    ctx.write(move |conn| {
        let (me, now) = (viewer.id(), home.now());
        let known = tags::ensure(conn, std::slice::from_ref(&name), now, || home.id())?;
        for (id, _name) in known {
            if !followed_tags::of(conn, me, &[id])?.is_empty() {
                continue;
            }
            if followed_tags::count(conn, me)? >= MOST_FOLLOWED {
                return Err(Error::LimitExceeded(
                    "Validation failed: You follow as many hashtags as you may",
                ));
            }
            followed_tags::insert(conn, home.id(), me, id, now)?;
            home_entries::gather_tagged(conn, me, id, FIRST_POSTS, now)?;
        }
        one(conn, Some(&viewer), name, now)
    })
    .await
}

/// Follows a hashtag no more; what it alone brought home goes.
///
/// # Errors
/// `NotFound` for what is no hashtag.
pub async fn unfollow(ctx: &Ctx, viewer: &Viewer, typed: &str) -> Result<TagView> {
    let (name, now, viewer) = (name(typed)?, ctx.now(), viewer.clone());
    ctx.write(move |conn| {
        policy::may_act(conn, &viewer)?;
        for (id, _name) in tags::named(conn, std::slice::from_ref(&name))? {
            if followed_tags::delete(conn, viewer.id(), id)? {
                home_entries::withdraw_tag(conn, viewer.id(), id)?;
            }
        }
        one(conn, Some(&viewer), name, now)
    })
    .await
}

/// The hashtags that one follows, the newest follow first. Cursors are rows of follows.
///
/// # Errors
/// The database.
pub async fn followed(ctx: &Ctx, viewer: &Viewer, page: Page) -> Result<Paged<TagView>> {
    let (me, now) = (viewer.id(), ctx.now());
    ctx.db
        .read(move |conn| {
            let rows = followed_tags::page(conn, me, &page)?;
            let cursors = rows.iter().map(|row| (row.0.0, ())).collect();
            let found = rows.into_iter().map(|row| (row.1, row.2)).collect();
            Ok(Paged::of(cursors, &page).with(tag::of(conn, Some(me), found, now)?))
        })
        .await
}

#[cfg(test)]
mod tests;
