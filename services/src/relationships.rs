//! Follow, unfollow, accept, reject, block, mute; callers here and elsewhere go through the same rules.
//!
//! Through these functions `follow` on a group joins it and `unfollow` leaves it.

use std::collections::HashMap;
use std::sync::Arc;

use database::blocks::{self, Block};
use database::mutes::{self, Mute};
use database::{
    Conn, accounts, featured_collections, follows, group_bans, group_mutes, memberships,
};
use model::{AccountId, AccountKind, Event, FollowState, MembershipState, Millis, Page, Paged};

use crate::bonds::{self, By, Tie};
use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::stewardship::Deed;
use crate::views::account::{self, AccountView, RelationshipView, Viewer};
use crate::{console, groups::turned_away, policy, queue};

#[cfg(test)]
mod tests;

/// Wishes that go with a follow; `None` leaves what was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FollowWish {
    /// Boosts too?
    pub reblogs: Option<bool>,
    /// A notification for each post?
    pub notify: Option<bool>,
    /// Only posts in these languages come home (BCP 47 tags); empty for all.
    pub languages: Option<Vec<String>>,
}

/// Languages of one follow.
const MOST_LANGUAGES: usize = 50;

/// Checks the languages that a follower wants.
fn languages(wanted: &[String]) -> Result<()> {
    let is_tag = |tag: &String| {
        (2..=35).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    if wanted.len() > MOST_LANGUAGES || !wanted.iter().all(is_tag) {
        return Err(Error::invalid(
            "languages",
            "ERR_INVALID",
            "Languages is invalid",
        ));
    }
    Ok(())
}

/// Runs a change of how the viewer stands to someone, and answers how it is afterwards.
pub(crate) async fn change(
    ctx: &Ctx,
    viewer: &Viewer,
    target: AccountId,
    f: impl FnOnce(&Ctx, &mut Conn, &Viewer) -> Result<()> + Send + 'static,
) -> Result<RelationshipView> {
    let (context, viewer) = (Arc::clone(ctx), viewer.clone());
    ctx.write(move |conn| {
        policy::may_act(conn, &viewer)?;
        f(&context, conn, &viewer)?;
        account::relationships_in(conn, viewer.id(), &[target], context.now())?
            .pop()
            .ok_or(Error::NotFound)
    })
    .await
}

/// Follows, or asks to; a group is joined.
///
/// # Errors
/// `NotFound`; `Forbidden` for oneself, for who blocks, for a group from which one is banned.
pub async fn follow(
    ctx: &Ctx,
    viewer: &Viewer,
    target: AccountId,
    wish: FollowWish,
) -> Result<RelationshipView> {
    languages(wish.languages.as_deref().unwrap_or_default())?;
    change(ctx, viewer, target, move |ctx, conn, viewer| {
        let to = accounts::get(conn, target)?;
        let how = Tie {
            wish,
            uri: None,
            join: true,
            invited: None,
        };
        bonds::tie(ctx, conn, &viewer.account, &to, &how)
    })
    .await
}

/// Follows a group without joining it (pages only).
///
/// # Errors
/// As [`follow`].
pub async fn follow_only(
    ctx: &Ctx,
    viewer: &Viewer,
    target: AccountId,
) -> Result<RelationshipView> {
    change(ctx, viewer, target, move |ctx, conn, viewer| {
        let to = accounts::get(conn, target)?;
        let how = Tie {
            wish: FollowWish::default(),
            uri: None,
            join: false,
            invited: None,
        };
        bonds::tie(ctx, conn, &viewer.account, &to, &how)
    })
    .await
}

/// Stops following, or takes the request back; a group is left.
///
/// # Errors
/// `NotFound`; `Forbidden` for the last owner of a group.
pub async fn unfollow(ctx: &Ctx, viewer: &Viewer, target: AccountId) -> Result<RelationshipView> {
    change(ctx, viewer, target, move |ctx, conn, viewer| {
        let to = accounts::get(conn, target)?;
        bonds::untie(ctx, conn, viewer.id(), &to, By::Follower)
    })
    .await
}

/// Blocks: both follows end, notifications go. As a group: a ban.
///
/// # Errors
/// `NotFound`, `Forbidden` for oneself.
pub async fn block(ctx: &Ctx, viewer: &Viewer, target: AccountId) -> Result<RelationshipView> {
    change(ctx, viewer, target, move |ctx, conn, viewer| {
        if viewer.account.is_group() {
            return console::act(ctx, conn, viewer, &Deed::Ban { who: target }, None);
        }
        if target == viewer.id() {
            return Err(Error::Forbidden("nobody blocks themselves"));
        }
        let to = accounts::get(conn, target)?;
        bonds::untie(ctx, conn, viewer.id(), &to, By::Follower)?;
        bonds::untie(ctx, conn, target, &viewer.account, By::Followed)?;
        let block = Block {
            id: ctx.id(),
            account_id: viewer.id(),
            target_id: target,
            uri: None,
            created_at: ctx.now(),
        };
        if blocks::insert(conn, &block)? {
            let account = viewer.id();
            featured_collections::part(conn, account, target)?;
            featured_collections::part(conn, target, account)?;
            ctx.record(conn, &Event::Blocked { account, target })?;
        }
        Ok(())
    })
    .await
}

/// Lifts a block.
///
/// # Errors
/// `NotFound`.
pub async fn unblock(ctx: &Ctx, viewer: &Viewer, target: AccountId) -> Result<RelationshipView> {
    change(ctx, viewer, target, move |ctx, conn, viewer| {
        if viewer.account.is_group() {
            return console::act(ctx, conn, viewer, &Deed::Unban { who: target }, None);
        }
        let account = viewer.id();
        if blocks::delete(conn, account, target)? {
            ctx.record(conn, &Event::Unblocked { account, target })?;
        }
        Ok(())
    })
    .await
}

/// Mutes, until `ends_at` where given. As a group: they write nothing in it meanwhile.
///
/// # Errors
/// `NotFound`, `Forbidden` for oneself.
pub async fn mute(
    ctx: &Ctx,
    viewer: &Viewer,
    target: AccountId,
    notifications: bool,
    ends_at: Option<Millis>,
) -> Result<RelationshipView> {
    change(ctx, viewer, target, move |ctx, conn, viewer| {
        if viewer.is_group() {
            return console::act(ctx, conn, viewer, &Deed::Mute { who: target }, ends_at);
        }
        if target == viewer.id() {
            return Err(Error::Forbidden("nobody mutes themselves"));
        }
        accounts::get(conn, target)?;
        let mute = Mute {
            id: ctx.id(),
            account_id: viewer.id(),
            target_id: target,
            hide_notifications: notifications,
            ends_at,
            created_at: ctx.now(),
        };
        Ok(mutes::put(conn, &mute)?)
    })
    .await
}

/// Lifts a mute.
///
/// # Errors
/// `NotFound`.
pub async fn unmute(ctx: &Ctx, viewer: &Viewer, target: AccountId) -> Result<RelationshipView> {
    change(ctx, viewer, target, move |ctx, conn, viewer| {
        if viewer.is_group() {
            return console::act(ctx, conn, viewer, &Deed::Unmute { who: target }, None);
        }
        Ok(mutes::delete(conn, viewer.id(), target)?)
    })
    .await
}

/// Ends someone's follow of oneself. As a group: ends the membership.
///
/// # Errors
/// `NotFound`.
pub async fn remove_follower(
    ctx: &Ctx,
    viewer: &Viewer,
    follower: AccountId,
) -> Result<RelationshipView> {
    change(ctx, viewer, follower, move |ctx, conn, viewer| {
        if viewer.account.is_group() {
            return console::act(ctx, conn, viewer, &Deed::Kick { who: follower }, None);
        }
        match follows::find(conn, follower, viewer.id())? {
            Some(follow) => bonds::end_follow(ctx, conn, follow, By::Followed),
            None => Ok(()),
        }
    })
    .await
}

/// Who asks to follow; cursors are rows of follows. As a group: who asks to join; cursors are rows of
/// memberships.
///
/// # Errors
/// The database; `Forbidden` for a group that one does not moderate any more.
pub async fn follow_requests(ctx: &Ctx, viewer: &Viewer, page: Page) -> Result<Paged<AccountView>> {
    if viewer.account.is_group() {
        return queue::page(ctx, viewer, viewer.id(), page).await;
    }
    let me = viewer.id();
    ctx.db
        .read(move |conn| {
            let rows = follows::followers(conn, me, FollowState::Requested, &page)?;
            account::page_in(conn, rows, &page)
        })
        .await
}

/// How many ask to follow (as a group: to join), as far as `most`. To be told the number is not to look.
///
/// # Errors
/// As [`follow_requests`].
pub async fn follow_requests_count(ctx: &Ctx, viewer: &Viewer, most: i64) -> Result<usize> {
    let viewer = viewer.clone();
    ctx.db
        .read(move |conn| {
            policy::may_act(conn, &viewer)?;
            let page = Page::first(most);
            if viewer.account.is_group() {
                return Ok(queue::page_in(conn, viewer.id(), &page)?.items.len());
            }
            let rows = follows::followers(conn, viewer.id(), FollowState::Requested, &page)?;
            Ok(rows.len())
        })
        .await
}

/// Agrees to a request.
///
/// # Errors
/// `NotFound` where nobody of that id asks.
pub async fn authorize(ctx: &Ctx, viewer: &Viewer, from: AccountId) -> Result<RelationshipView> {
    change(ctx, viewer, from, move |ctx, conn, viewer| {
        if viewer.account.is_group() {
            return console::act(ctx, conn, viewer, &Deed::Approve { who: from }, None);
        }
        let request = request(conn, viewer, from)?;
        bonds::accept_follow(ctx, conn, &request)
    })
    .await
}

/// Refuses a request.
///
/// # Errors
/// `NotFound` where nobody of that id asks.
pub async fn reject(ctx: &Ctx, viewer: &Viewer, from: AccountId) -> Result<RelationshipView> {
    change(ctx, viewer, from, move |ctx, conn, viewer| {
        if viewer.account.is_group() {
            return console::act(ctx, conn, viewer, &Deed::Refuse { who: from }, None);
        }
        let request = request(conn, viewer, from)?;
        bonds::end_follow(ctx, conn, request, By::Followed)
    })
    .await
}

fn request(conn: &mut Conn, viewer: &Viewer, from: AccountId) -> Result<follows::Follow> {
    follows::find(conn, from, viewer.id())?
        .filter(|follow| follow.state == FollowState::Requested)
        .ok_or(Error::NotFound)
}

/// Whom one blocks; cursors are rows of blocks. As a group: who is banned.
///
/// # Errors
/// The database; `Forbidden` for a group that one does not moderate any more.
pub async fn blocks(ctx: &Ctx, viewer: &Viewer, page: Page) -> Result<Paged<AccountView>> {
    let (viewer, now) = (viewer.clone(), ctx.now());
    ctx.db
        .read(move |conn| {
            policy::may_act(conn, &viewer)?;
            if viewer.account.is_group() {
                let rows = group_bans::page(conn, viewer.id(), now, &page)?;
                return account::page_in(conn, rows, &page);
            }
            let rows = blocks::page(conn, viewer.id(), &page)?;
            account::page_in(conn, rows, &page)
        })
        .await
}

/// Whom one mutes (as a group: who writes nothing in it), and until when; cursors are rows of mutes.
///
/// # Errors
/// The database.
pub async fn mutes(
    ctx: &Ctx,
    viewer: &Viewer,
    page: Page,
) -> Result<Paged<(AccountView, Option<Millis>)>> {
    let (viewer, is_group, now) = (viewer.id(), viewer.is_group(), ctx.now());
    ctx.db
        .read(move |conn| {
            let found = if is_group {
                let rows = group_mutes::page(conn, viewer, now, &page)?;
                account::page_in(conn, rows, &page)?
            } else {
                let rows = mutes::page(conn, viewer, now, &page)?;
                account::page_in(conn, rows, &page)?
            };
            let ids: Vec<AccountId> = found.items.iter().map(|view| view.account.id).collect();
            let own = mutes::of(conn, viewer, &ids, now)?.into_iter();
            let of_group = group_mutes::by(conn, viewer, &ids, now)?.into_iter();
            let ends: HashMap<AccountId, Option<Millis>> = own
                .map(|mute| (mute.target_id, mute.ends_at))
                .chain(of_group.map(|mute| (mute.account_id, mute.ends_at)))
                .collect();
            Ok(found.map(|view| {
                let end = ends.get(&view.account.id).copied().flatten();
                (view, end)
            }))
        })
        .await
}

/// Someone elsewhere follows someone (or joins a group) here. The answer (Accept or Reject) is an event.
///
/// # Errors
/// The database.
pub async fn receive_follow(
    ctx: &Ctx,
    from: AccountId,
    target: AccountId,
    follow_uri: &str,
) -> Result<()> {
    let (context, uri) = (Arc::clone(ctx), follow_uri.to_owned());
    ctx.write_later(move |conn| {
        let ctx = &context;
        let follower = accounts::get(conn, from)?;
        let to = accounts::get(conn, target)?;
        if follower.is_local() || !to.is_local() {
            return Ok(());
        }
        let how = Tie {
            wish: FollowWish::default(),
            uri: Some(&uri),
            join: true,
            invited: None,
        };
        match bonds::tie(ctx, conn, &follower, &to, &how) {
            // Not allowed: the sender is told, or it would wait for ever.
            Err(Error::Forbidden(why)) => {
                let event = Event::FollowRejected {
                    account: from,
                    target,
                    follow: ctx.id(),
                    uri: Some(uri),
                };
                ctx.record(conn, &event)?;
                if why == policy::servers::NOT_KEPT {
                    turned_away::tell(ctx, conn, &to, &follower, turned_away::Reason::Asked)?;
                }
                Ok(())
            }
            done => done,
        }
    })
    .await
}

/// Someone elsewhere stops following, or takes a request back.
///
/// # Errors
/// The database.
pub async fn receive_unfollow(ctx: &Ctx, from: AccountId, target: AccountId) -> Result<()> {
    let context = Arc::clone(ctx);
    ctx.write_later(move |conn| {
        let to = accounts::get(conn, target)?;
        match bonds::untie(&context, conn, from, &to, By::Follower) {
            // The last owner stays one; there is nobody to tell.
            Err(Error::Forbidden(_why)) => Ok(()),
            done => done,
        }
    })
    .await
}

/// Someone elsewhere (`by`) answers a follow that `follower` here has asked for. An answer to what was
/// never asked changes nothing; a later Reject ends a follow in force. For a group elsewhere the
/// membership goes along.
///
/// # Errors
/// The database.
pub async fn receive_answer(
    ctx: &Ctx,
    by: AccountId,
    follower: AccountId,
    accepted: bool,
) -> Result<()> {
    let context = Arc::clone(ctx);
    ctx.write_later(move |conn| {
        let ctx = &context;
        if accounts::get(conn, by)?.is_local() {
            return Ok(());
        }
        let Some(follow) = follows::find(conn, follower, by)? else {
            return Ok(());
        };
        let membership = memberships::find(conn, by, follower)?;
        if !accepted {
            bonds::end_membership(ctx, conn, by, follower)?;
            return bonds::end_follow(ctx, conn, follow, By::Followed);
        }
        bonds::accept_follow(ctx, conn, &follow)?;
        match membership.filter(|row| row.state == MembershipState::Requested) {
            Some(waiting) => bonds::admit(ctx, conn, &waiting),
            None => Ok(()),
        }
    })
    .await
}

/// Someone elsewhere blocks someone here, or lifts it.
///
/// # Errors
/// The database.
pub async fn receive_block(
    ctx: &Ctx,
    by: AccountId,
    target: AccountId,
    block_uri: &str,
    lifted: bool,
) -> Result<()> {
    let (context, uri) = (Arc::clone(ctx), block_uri.to_owned());
    ctx.write_later(move |conn| {
        let ctx = &context;
        let blocker = accounts::get(conn, by)?;
        let to = accounts::get(conn, target)?;
        if blocker.is_local() || !to.is_local() || to.kind == AccountKind::Server {
            return Ok(());
        }
        let account = by;
        if lifted {
            if blocks::delete(conn, by, target)? {
                ctx.record(conn, &Event::Unblocked { account, target })?;
            }
            return Ok(());
        }
        let block = Block {
            id: ctx.id(),
            account_id: by,
            target_id: target,
            uri: Some(uri),
            created_at: ctx.now(),
        };
        if !blocks::insert(conn, &block)? {
            return Ok(());
        }
        // Each side's own follow ends as if that side had ended it.
        bonds::untie(ctx, conn, target, &blocker, By::Follower)?;
        match bonds::untie(ctx, conn, by, &to, By::Follower) {
            Ok(()) | Err(Error::Forbidden(_)) => {}
            Err(error) => return Err(error),
        }
        Ok(ctx.record(conn, &Event::Blocked { account, target })?)
    })
    .await
}
