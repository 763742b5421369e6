//! From an event to the home timelines and notifications of the people here. The first of the two
//! consumers of events; it may run twice for one event and then changes nothing the second time.

mod letters;
mod polls;
mod posts;
mod quotes;
mod staff;

pub(crate) use letters::to_member;
pub(crate) use staff::tell_staff_of_report;

use std::sync::Arc;

use database::notifications::{self, NO_STATUS};
use database::{
    Conn, Lane, accounts, follows, home_entries, notification_policies, notification_requests,
    statuses,
};
use model::{AccountId, Event, FollowId, NotificationKind, StatusId, TagId};

use crate::context::{Context, Ctx};
use crate::error::Result;
use crate::live::Change;
use crate::notifications::tell::{News, tell};

/// So many followers are served in one transaction.
const CUT: i64 = 1000;
/// So many posts of someone newly followed come home at once.
const FIRST_POSTS: i64 = 20;

/// Writes what follows from an event for the people here: home entries, notifications, conversations.
///
/// # Errors
/// The database; the event is tried again later.
pub async fn consume(ctx: &Ctx, event: &Event) -> Result<()> {
    match event.clone() {
        Event::StatusPublished { status } | Event::StatusReceived { status } => {
            in_one(ctx, move |ctx, conn| {
                posts::tell_of_status(ctx, conn, status)
            })
            .await?;
            ctx.live.publish(Change::Posted(status));
            ctx.live.publish(Change::Letter(status));
            bring_home(ctx, status).await
        }
        Event::Boosted { boost } => {
            in_one(ctx, move |ctx, conn| posts::tell_of_boost(ctx, conn, boost)).await?;
            ctx.live.publish(Change::Posted(boost));
            bring_home(ctx, boost).await
        }
        Event::StatusEdited { status } => {
            in_one(ctx, move |ctx, conn| posts::tell_of_edit(ctx, conn, status)).await?;
            ctx.live.publish(Change::Edited(status));
            Ok(())
        }
        // The tombstone was written with all that hung on it.
        Event::StatusDeleted { status } => {
            ctx.live.publish(Change::Gone(status));
            Ok(())
        }
        Event::Unboosted { boost } => forget_boost(ctx, boost).await,
        Event::RemovedFromGroup {
            group,
            status,
            boost,
        } => {
            ctx.live.publish(Change::TakenOut(group, status));
            match boost {
                Some(boost) => forget_boost(ctx, boost).await,
                None => Ok(()),
            }
        }
        Event::Favourited { .. }
        | Event::Unfavourited { .. }
        | Event::QuoteAccepted { .. }
        | Event::PollEnded { .. } => {
            let event = event.clone();
            in_one(ctx, move |ctx, conn| about_posts(ctx, conn, &event)).await
        }
        Event::JoinRequested { .. }
        | Event::Wave { .. }
        | Event::Appealed { .. }
        | Event::GroupLimited { .. } => {
            let event = event.clone();
            in_one(ctx, move |ctx, conn| to_stewards(ctx, conn, &event)).await
        }
        Event::FollowRequested { .. }
        | Event::FollowAccepted { .. }
        | Event::FollowRejected { .. }
        | Event::Unfollowed { .. }
        | Event::Blocked { .. }
        | Event::Joined { .. } => {
            let event = event.clone();
            in_one(ctx, move |ctx, conn| between_accounts(ctx, conn, &event)).await
        }
        Event::SignedUp { .. } | Event::Warned { .. } | Event::Reported { .. } => {
            let event = event.clone();
            in_one(ctx, move |ctx, conn| staff::tell_of(ctx, conn, &event)).await
        }
        // What is left has no effect at home: only other servers hear of it.
        Event::Unblocked { .. }
        | Event::ProfileUpdated { .. }
        | Event::Relayed { .. }
        | Event::RestoredToGroup { .. }
        | Event::StatusLocked { .. }
        | Event::StatusUnlocked { .. }
        | Event::Featured { .. }
        | Event::Unfeatured { .. }
        | Event::ModeratorAdded { .. }
        | Event::ModeratorRemoved { .. }
        | Event::Banned { .. }
        | Event::Unbanned { .. }
        // Who lives here is written to in the transaction of the invitation.
        | Event::Invited { .. }
        | Event::InvitationWithdrawn { .. }
        | Event::QuoteRevoked { .. }
        | Event::QuoteRefused { .. }
        | Event::QuotePolicyChanged { .. }
        | Event::Voted { .. }
        | Event::PollCounted { .. }
        | Event::Approved { .. }
        | Event::AccountDeleted { .. } => Ok(()),
    }
}

/// What those who look after a group hear of.
fn to_stewards(ctx: &Context, conn: &mut Conn, event: &Event) -> Result<()> {
    match *event {
        Event::JoinRequested { group, account } => {
            let news = News::new(NotificationKind::FollowRequest, account);
            tell(ctx, conn, &news, &[group])?;
            letters::tell_moderators(ctx, conn, group, account)
        }
        Event::Wave { group } => letters::tell_of_wave(ctx, conn, group),
        Event::Appealed { group, appeal } => letters::tell_of_appeal(ctx, conn, group, appeal),
        Event::GroupLimited { group, action } => letters::tell_of_limit(ctx, conn, group, action),
        _ => Ok(()),
    }
}

/// One transaction, behind those for whom a person waits. No event comes of it.
async fn in_one(
    ctx: &Ctx,
    work: impl FnOnce(&Context, &mut Conn) -> Result<()> + Send + 'static,
) -> Result<()> {
    let home = Arc::clone(ctx);
    ctx.write_aside(move |conn| work(&home, conn)).await
}

/// What people did with a post.
fn about_posts(ctx: &Context, conn: &mut Conn, event: &Event) -> Result<()> {
    match *event {
        Event::Favourited {
            account, status, ..
        } => posts::tell_of_favourite(ctx, conn, account, status),
        Event::Unfavourited {
            account, status, ..
        } => posts::forget_favourite(conn, account, status),
        Event::QuoteAccepted { status } => quotes::tell_of_quote(ctx, conn, status),
        Event::PollEnded { status } => polls::tell_of_end(ctx, conn, status),
        _ => Ok(()),
    }
}

async fn forget_boost(ctx: &Ctx, boost: StatusId) -> Result<()> {
    in_one(ctx, move |_ctx, conn| posts::forget_boost(conn, boost)).await?;
    ctx.live.publish(Change::Gone(boost));
    Ok(())
}

fn between_accounts(ctx: &Context, conn: &mut Conn, event: &Event) -> Result<()> {
    match event {
        Event::FollowRequested { follow } => {
            if let Some(follow) = follows::get(conn, *follow)? {
                let (from, to) = (follow.account_id, follow.target_id);
                tell(
                    ctx,
                    conn,
                    &News::new(NotificationKind::FollowRequest, from),
                    &[to],
                )?;
            }
            Ok(())
        }
        Event::FollowAccepted { follow } => {
            let Some(follow) = follows::get(conn, *follow)? else {
                return Ok(());
            };
            let (from, to) = (follow.account_id, follow.target_id);
            forget(conn, to, from, &[NotificationKind::FollowRequest])?;
            tell(ctx, conn, &News::new(NotificationKind::Follow, from), &[to])?;
            if accounts::get(conn, from)?.is_local() {
                home_entries::gather(conn, from, to, FIRST_POSTS, ctx.now())?;
            }
            Ok(())
        }
        Event::FollowRejected {
            account, target, ..
        }
        | Event::Unfollowed {
            account, target, ..
        } => {
            let kinds = [NotificationKind::FollowRequest, NotificationKind::Follow];
            forget(conn, *target, *account, &kinds)?;
            Ok(home_entries::withdraw_source(
                conn, *account, *target, false,
            )?)
        }
        Event::Blocked { account, target } => {
            for (one, other) in [(*account, *target), (*target, *account)] {
                home_entries::withdraw_source(conn, one, other, true)?;
            }
            notification_policies::revoke(conn, *account, *target)?;
            notification_requests::delete(conn, *account, &[*target])?;
            Ok(notifications::forget(conn, *account, *target)?)
        }
        // Who was let in does not wait any more; who joined by a post follows perhaps not.
        Event::Joined { group, account } => {
            forget(conn, *group, *account, &[NotificationKind::FollowRequest])?;
            let news = News::new(NotificationKind::Follow, *account);
            tell(ctx, conn, &news, &[*group])?;
            Ok(())
        }
        _ => Ok(()),
    }
}

fn forget(
    conn: &mut Conn,
    account: AccountId,
    from: AccountId,
    kinds: &[NotificationKind],
) -> Result<()> {
    Ok(notifications::withdraw(
        conn, account, from, kinds, NO_STATUS,
    )?)
}

/// Puts a status or boost into the homes of those who follow its author or one of its hashtags, a thousand
/// in a transaction.
async fn bring_home(ctx: &Ctx, id: StatusId) -> Result<()> {
    let (found, is_tagged) = ctx
        .db
        .read(move |conn| {
            let first = home_entries::next_tagged_cut(conn, id, AccountId(0), 1)?;
            Ok::<_, database::Error>((statuses::find(conn, id)?, first.is_some()))
        })
        .await?;
    let Some(status) = found.filter(|status| posts::is_for_homes(ctx, status)) else {
        return Ok(());
    };
    to_followers(ctx, id, status.account_id).await?;
    if is_tagged {
        to_followers_of_tags(ctx, id).await?;
    }
    ctx.live.publish(Change::CameHome(id));
    Ok(())
}

async fn to_followers(ctx: &Ctx, id: StatusId, author: AccountId) -> Result<()> {
    let mut after = FollowId(0);
    loop {
        let now = ctx.now();
        let next = ctx
            .db
            .write_in(Lane::Background, move |conn| {
                let next = home_entries::next_cut(conn, author, after, CUT)?;
                let until = next.unwrap_or(FollowId(i64::MAX));
                home_entries::deliver(conn, id, author, after, until, now)?;
                // Old entries are dropped now and then: each time would cost more than the entries.
                if id.0 & 15 == 0 {
                    home_entries::prune(conn, id)?;
                }
                Ok::<_, database::Error>(next)
            })
            .await?;
        match next {
            Some(cut) => after = cut,
            None => return Ok(()),
        }
    }
}

/// The same for those who follow one of its hashtags. An entry that is there already stays as it is.
async fn to_followers_of_tags(ctx: &Ctx, id: StatusId) -> Result<()> {
    let mut after = AccountId(0);
    loop {
        let now = ctx.now();
        let next = ctx
            .db
            .write_in(Lane::Background, move |conn| {
                let next = home_entries::next_tagged_cut(conn, id, after, CUT)?;
                let until = next.unwrap_or(AccountId(i64::MAX));
                home_entries::deliver_tagged(conn, id, after, until, now)?;
                if id.0 & 15 == 0 {
                    home_entries::prune(conn, id)?;
                }
                Ok::<_, database::Error>(next)
            })
            .await?;
        match next {
            Some(cut) => after = cut,
            None => return Ok(()),
        }
    }
}

/// Fills the home timeline of someone anew from what they follow (400 entries at most).
///
/// # Errors
/// The database.
pub async fn rebuild_home(ctx: &Ctx, owner: AccountId) -> Result<()> {
    in_one(ctx, move |ctx, conn| fill_home(ctx, conn, owner)).await
}

/// As [`rebuild_home`], as part of a change that decides what comes home.
pub(crate) fn fill_home(ctx: &Context, conn: &mut Conn, owner: AccountId) -> Result<()> {
    home_entries::clear(conn, owner)?;
    home_entries::gather_own(conn, owner, home_entries::KEPT)?;
    home_entries::gather(conn, owner, AccountId(0), 2 * FIRST_POSTS, ctx.now())?;
    home_entries::gather_tagged(conn, owner, TagId(0), FIRST_POSTS, ctx.now())?;
    Ok(home_entries::prune_owner(conn, owner)?)
}

#[cfg(test)]
mod tests;
