//! Servers that a member hides: nothing of theirs in timelines and notifications, and no follow in either
//! direction. What the staff blocks for everyone is `moderation`.

use std::sync::Arc;

use database::account_domain_blocks as blocks;
use database::{Conn, accounts, follows::Follow};
use model::{Domain, FollowState, Page, Paged, SeveranceKind};

use crate::admin::severance;
use crate::bonds::{self, By};
use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::policy;
use crate::views::account::Viewer;

/// Servers that one member may hide.
pub const MOST: i64 = 1000;

/// What hiding a server would end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Preview {
    /// Follows of people there.
    pub following: usize,
    /// Followers from there.
    pub followers: usize,
}

fn domain(text: &str) -> Result<Domain> {
    text.trim()
        .parse()
        .map_err(|_e| Error::invalid("domain", "ERR_INVALID", "Domain is not a valid domain name"))
}

/// The domains that one hides, newest first; cursors are rows.
///
/// # Errors
/// The database.
pub async fn page(ctx: &Ctx, viewer: &Viewer, page: Page) -> Result<Paged<String>> {
    let viewer = viewer.id();
    ctx.db
        .read(move |conn| {
            let rows = blocks::page(conn, viewer, &page)?;
            let rows = rows
                .into_iter()
                .map(|(id, domain)| (id.0, domain))
                .collect();
            Ok(Paged::of(rows, &page))
        })
        .await
}

/// What hiding this server would end.
///
/// # Errors
/// `Invalid` for what is no domain.
pub async fn preview(ctx: &Ctx, viewer: &Viewer, name: &str) -> Result<Preview> {
    let (viewer, domain) = (viewer.id(), domain(name)?);
    ctx.db
        .read(move |conn| {
            let (made, received) = blocks::follows_with(conn, viewer, domain.as_str())?;
            let in_force = |rows: &[Follow]| {
                rows.iter()
                    .filter(|follow| follow.state == FollowState::Accepted)
                    .count()
            };
            Ok(Preview {
                following: in_force(&made),
                followers: in_force(&received),
            })
        })
        .await
}

/// Hides a server: its posts and notifications go, follows end on both sides.
///
/// # Errors
/// `Invalid` for what is no domain, or is our own; `LimitExceeded`.
pub async fn block(ctx: &Ctx, viewer: &Viewer, name: &str) -> Result<()> {
    policy::person(viewer)?;
    let domain = domain(name)?;
    if domain == *ctx.place.domain() {
        return Err(Error::invalid(
            "domain",
            "ERR_INVALID",
            "Domain is that of this server",
        ));
    }
    let (context, viewer) = (Arc::clone(ctx), viewer.clone());
    ctx.write(move |conn| {
        let account = viewer.id();
        if blocks::count(conn, account)? >= MOST {
            return Err(Error::LimitExceeded(
                "Validation failed: You hide as many servers as you may",
            ));
        }
        let row = context.id();
        if !blocks::insert(conn, row, account, domain.as_str(), context.now())? {
            return Ok(());
        }
        sever(&context, conn, &viewer, domain.as_str())?;
        Ok(blocks::forget(conn, account, row)?)
    })
    .await
}

/// Ends what ties a member to the people of a server.
fn sever(ctx: &Ctx, conn: &mut Conn, viewer: &Viewer, domain: &str) -> Result<()> {
    let (made, received) = blocks::follows_with(conn, viewer.id(), domain)?;
    let ties: Vec<Follow> = made
        .iter()
        .chain(&received)
        .filter(|follow| follow.state == FollowState::Accepted)
        .cloned()
        .collect();
    severance::tell(ctx, conn, SeveranceKind::UserDomainBlock, domain, &ties)?;
    for follow in made {
        let to = accounts::get(conn, follow.target_id)?;
        bonds::untie(ctx, conn, viewer.id(), &to, By::Follower)?;
    }
    for follow in received {
        bonds::end_follow(ctx, conn, follow, By::Followed)?;
    }
    Ok(())
}

/// Shows a server again. What was ended stays ended.
///
/// # Errors
/// `Invalid` for what is no domain.
pub async fn unblock(ctx: &Ctx, viewer: &Viewer, name: &str) -> Result<()> {
    let (viewer, domain) = (viewer.clone(), domain(name)?);
    ctx.write(move |conn| {
        policy::may_act(conn, &viewer)?;
        Ok(blocks::delete(conn, viewer.id(), domain.as_str())?)
    })
    .await
}
