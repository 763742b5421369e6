//! The hashtags that someone features on the own profile, with how often they used them.

use std::collections::HashMap;
use std::sync::Arc;

use database::featured_tags::{self, Featured};
use database::{Conn, tags};
use model::{AccountId, Id as _, Millis, RowId, StatusId, TagId};

use crate::context::{Context, Ctx};
use crate::error::{Error, Result};
use crate::policy::{self, featured};
use crate::views::account::Viewer;
use crate::views::tag::{self, TagView};

/// Hashtags that one account may feature (as on Mastodon).
pub const MOST_FEATURED: usize = 10;
/// So many are suggested.
const MOST_SUGGESTED: i64 = 10;

/// A featured hashtag ready to print.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeaturedTagView {
    /// Its row.
    pub id: RowId,
    /// The name of the hashtag.
    pub name: String,
    /// In how many open posts of theirs the person used it.
    pub uses: i64,
    /// When they last did.
    pub last: Option<Millis>,
}

fn views(conn: &mut Conn, account: AccountId, rows: Vec<Featured>) -> Result<Vec<FeaturedTagView>> {
    let ids: Vec<TagId> = rows.iter().map(|row| row.tag_id).collect();
    let used: HashMap<TagId, (i64, StatusId)> = featured_tags::uses(conn, account, &ids)?
        .into_iter()
        .map(|(tag, uses, last)| (tag, (uses, last)))
        .collect();
    let mut views: Vec<FeaturedTagView> = rows
        .into_iter()
        .map(|row| {
            let used = used.get(&row.tag_id);
            FeaturedTagView {
                id: row.id,
                name: row.name,
                uses: used.map_or(0, |used| used.0),
                last: used.map(|used| used.1.made_at()),
            }
        })
        .collect();
    views.sort_by_key(|view| std::cmp::Reverse(view.uses));
    Ok(views)
}

/// What an account features, the most used first; nothing where it does not show that to this viewer.
///
/// # Errors
/// `NotFound` where there is no such account.
pub async fn of(
    ctx: &Ctx,
    viewer: Option<&Viewer>,
    account: AccountId,
) -> Result<Vec<FeaturedTagView>> {
    let viewer = viewer.map(Viewer::id);
    ctx.db
        .read(move |conn| {
            if !featured::is_shown(conn, viewer, account)? {
                return Ok(Vec::new());
            }
            let rows = featured_tags::all(conn, account)?;
            views(conn, account, rows)
        })
        .await
}

/// Writes the row, unless it is there.
fn insert(ctx: &Context, conn: &mut Conn, account: AccountId, name: &str) -> Result<()> {
    let rows = featured_tags::all(conn, account)?;
    if rows.iter().any(|row| row.name == name) {
        return Ok(());
    }
    if rows.len() >= MOST_FEATURED {
        return Err(Error::LimitExceeded(
            "Validation failed: You have already featured the maximum number of hashtags",
        ));
    }
    let now = ctx.now();
    for (tag, _name) in tags::ensure(conn, &[name.to_owned()], now, || ctx.id())? {
        featured_tags::insert(conn, ctx.id(), account, tag, now)?;
    }
    Ok(())
}

/// Features a hashtag.
///
/// # Errors
/// `Invalid` for what is no hashtag, `LimitExceeded`.
pub async fn add(ctx: &Ctx, viewer: &Viewer, typed: &str) -> Result<FeaturedTagView> {
    let name = policy::tags::name(typed).map_err(|_no_tag| {
        let text = "Validation failed: Tag is invalid";
        Error::invalid("name", "ERR_INVALID", text)
    })?;
    let (home, viewer) = (Arc::clone(ctx), viewer.clone());
    ctx.write(move |conn| {
        policy::may_act(conn, &viewer)?;
        insert(&home, conn, viewer.id(), &name)?;
        let mut rows = featured_tags::all(conn, viewer.id())?;
        rows.retain(|row| row.name == name);
        views(conn, viewer.id(), rows)?.pop().ok_or(Error::NotFound)
    })
    .await
}

/// Features one no more, by its row.
///
/// # Errors
/// `NotFound` where it is not one's own.
pub async fn remove(ctx: &Ctx, viewer: &Viewer, id: RowId) -> Result<()> {
    let viewer = viewer.clone();
    ctx.write(move |conn| {
        policy::may_act(conn, &viewer)?;
        if featured_tags::delete(conn, viewer.id(), id)? {
            Ok(())
        } else {
            Err(Error::NotFound)
        }
    })
    .await
}

/// Features a hashtag by its name, or does so no more; answers the hashtag.
///
/// # Errors
/// `NotFound` for what is no hashtag, `LimitExceeded`.
pub async fn set(ctx: &Ctx, viewer: &Viewer, typed: &str, featured: bool) -> Result<TagView> {
    let name = policy::tags::name(typed)?;
    let (home, viewer) = (Arc::clone(ctx), viewer.clone());
    ctx.write(move |conn| {
        policy::may_act(conn, &viewer)?;
        let (me, now) = (viewer.id(), home.now());
        if featured {
            insert(&home, conn, me, &name)?;
        }
        let found = tags::named(conn, std::slice::from_ref(&name))?;
        for (tag, _name) in found.iter().filter(|_| !featured) {
            featured_tags::delete_tag(conn, me, *tag)?;
        }
        let view = tag::of(conn, Some(me), found, now)?.pop();
        Ok(view.unwrap_or_else(|| tag::fresh(Some(me), name, now)))
    })
    .await
}

/// The hashtags that one uses most and does not feature.
///
/// # Errors
/// The database.
pub async fn suggestions(ctx: &Ctx, viewer: &Viewer) -> Result<Vec<TagView>> {
    let (me, now) = (viewer.id(), ctx.now());
    ctx.db
        .read(move |conn| {
            let found = featured_tags::most_used(conn, me, MOST_SUGGESTED)?;
            tag::of(conn, Some(me), found, now)
        })
        .await
}

#[cfg(test)]
mod tests;
