//! Reading around a status: its source, thread, and who marked it.

use std::collections::{BTreeSet, HashMap};

use database::visible;
use database::{favourites, statuses};
use model::{Page, Paged, StatusId};

use super::Source;
use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::views::account::{self, AccountView, Viewer};
use crate::views::status::{self, ThreadView, viewer_id};

/// So much of a thread is shown to nobody in particular, and to a member.
const THREAD_OPEN: i64 = 60;
const THREAD_MEMBER: i64 = 4096;

/// What the author typed.
///
/// # Errors
/// `NotFound` where it is not the author's.
pub async fn source(ctx: &Ctx, author: &Viewer, id: StatusId) -> Result<Source> {
    let me = author.id();
    ctx.db
        .read(move |conn| {
            let status = visible::own(conn, me, id)?;
            Ok(Source {
                id,
                text: status.source.clone(),
                spoiler_text: status.spoiler_text.clone(),
                language: status.language.clone(),
                sensitive: status.sensitive,
            })
        })
        .await
}

/// What stands before and after a status; at most 60 (nobody) or 4,096 (a member) on each side.
///
/// # Errors
/// `NotFound` through the gate.
pub async fn thread(ctx: &Ctx, viewer: Option<&Viewer>, id: StatusId) -> Result<ThreadView> {
    let most = if viewer.is_some() {
        THREAD_MEMBER
    } else {
        THREAD_OPEN
    };
    let viewer = viewer_id(viewer);
    ctx.db
        .read(move |conn| {
            visible::find(conn, viewer, id)?.ok_or(Error::NotFound)?;
            let above = statuses::ancestors(conn, id, most)?;
            let below = statuses::descendants(conn, id, most)?;
            Ok(ThreadView {
                ancestors: status::load_in(conn, viewer, &above)?,
                descendants: status::load_in(conn, viewer, &depth_first(id, &below))?,
            })
        })
        .await
}

/// The tree below `root` with each answer right behind what it answers, oldest first.
fn depth_first(root: StatusId, edges: &[(StatusId, Option<StatusId>)]) -> Vec<StatusId> {
    let mut children: HashMap<StatusId, BTreeSet<StatusId>> = HashMap::new();
    for (id, parent) in edges {
        if let Some(parent) = parent {
            children.entry(*parent).or_default().insert(*id);
        }
    }
    let mut order = Vec::with_capacity(edges.len());
    let mut open = vec![root];
    while let Some(next) = open.pop() {
        if next != root {
            order.push(next);
        }
        // Each is taken out when it is met: a circle, which nobody can write, would end here.
        if let Some(answers) = children.remove(&next) {
            open.extend(answers.into_iter().rev());
        }
    }
    order
}

/// Who boosted it: public, as boosts are.
///
/// # Errors
/// `NotFound` through the gate.
pub async fn boosted_by(
    ctx: &Ctx,
    viewer: Option<&Viewer>,
    id: StatusId,
    page: Page,
) -> Result<Paged<AccountView>> {
    let viewer = viewer_id(viewer);
    ctx.db
        .read(move |conn| {
            visible::find(conn, viewer, id)?.ok_or(Error::NotFound)?;
            let rows = statuses::boosters(conn, viewer, id, &page)?;
            let who: Vec<_> = rows.iter().map(|row| row.1).collect();
            let cursors = rows.iter().map(|row| (row.0.0, ())).collect();
            Ok(Paged::of(cursors, &page).with(account::load_in(conn, &who)?))
        })
        .await
}

/// Who favourited it: entries for the author alone, an empty page for everyone else.
///
/// # Errors
/// `NotFound` through the gate.
pub async fn favourited_by(
    ctx: &Ctx,
    viewer: Option<&Viewer>,
    id: StatusId,
    page: Page,
) -> Result<Paged<AccountView>> {
    let viewer = viewer_id(viewer);
    ctx.db
        .read(move |conn| {
            let status = visible::find(conn, viewer, id)?.ok_or(Error::NotFound)?;
            if status.account_id != viewer {
                return Ok(Paged::empty());
            }
            let rows = favourites::givers(conn, id, &page)?;
            let who: Vec<_> = rows.iter().map(|row| row.1).collect();
            let cursors = rows.iter().map(|row| (row.0.0, ())).collect();
            Ok(Paged::of(cursors, &page).with(account::load_in(conn, &who)?))
        })
        .await
}

/// The id of the status with this ActivityPub id or page, in the database as it is (no fetch, no gate).
///
/// # Errors
/// The database.
pub async fn find(ctx: &Ctx, uri: &str) -> Result<Option<StatusId>> {
    let address = uri.to_owned();
    ctx.db
        .read(move |conn| Ok(statuses::id_by_address(conn, &address)?))
        .await
}
