//! Groups of this server: join, leave, and what moderators do. Each moderating act is recorded as a
//! `ModerationAction` with the human behind it.

use std::collections::HashMap;
use std::sync::Arc;

use database::{Conn, accounts, group_bans, group_rules, groups, held_statuses, memberships};
use model::{
    AccountId, ActionId, Event, GroupRuleId, InboxId, MembershipId, MembershipState, Page, Paged,
    Role, StatusId,
};

use crate::accounts::ProfileChange;
use crate::bonds::{self, By, Tie};
use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::policy::Moderator;
use crate::relationships::FollowWish;
use crate::views::account::{self, AccountView, Viewer};
use crate::views::group::{self, GroupView, MembershipView};
use crate::{policy, queue, stewardship};

pub use crate::policy::status::Wait;
pub use crate::stewardship::{Deed, Done, GroupChange, RuleText, ServerText, Why, WordText};
pub use founding::{NewGroup, create};
pub use waiting::{Waiting, waiting};

pub mod bridge;
pub mod elsewhere;
mod founding;
pub mod servers;
#[cfg(test)]
mod tests;
pub(crate) mod turned_away;
mod waiting;

/// Groups here and elsewhere of which the viewer is a member.
///
/// # Errors
/// The database.
pub async fn joined(ctx: &Ctx, viewer: &Viewer) -> Result<Vec<GroupView>> {
    let (viewer, now) = (viewer.id(), ctx.now());
    ctx.db
        .read(move |conn| {
            let ids: Vec<AccountId> = memberships::all_of(conn, viewer, MembershipState::Member)?
                .into_iter()
                .map(|row| row.group_id)
                .collect();
            group::load_in(conn, Some(viewer), &ids, now)
        })
        .await
}

/// One group.
///
/// # Errors
/// `NotFound` where the account is none.
pub async fn show(ctx: &Ctx, viewer: Option<&Viewer>, group: AccountId) -> Result<GroupView> {
    let (viewer, now) = (viewer.map(Viewer::id), ctx.now());
    ctx.db
        .read(move |conn| group::one_in(conn, viewer, group, now))
        .await
}

/// Joins (and follows), or asks to.
///
/// # Errors
/// As `relationships::follow`.
pub async fn join(ctx: &Ctx, viewer: &Viewer, group: AccountId) -> Result<GroupView> {
    let (context, viewer) = (Arc::clone(ctx), viewer.clone());
    ctx.write(move |conn| {
        let to = group_account(conn, group)?;
        let how = Tie {
            wish: FollowWish::default(),
            uri: None,
            join: true,
            invited: None,
        };
        bonds::tie(&context, conn, &viewer.account, &to, &how)?;
        group::one_in(conn, Some(viewer.id()), group, context.now())
    })
    .await
}

/// Leaves (and unfollows), or takes the request back.
///
/// # Errors
/// `Forbidden` for the last owner.
pub async fn leave(ctx: &Ctx, viewer: &Viewer, group: AccountId) -> Result<GroupView> {
    let (context, viewer) = (Arc::clone(ctx), viewer.id());
    ctx.write(move |conn| {
        let to = group_account(conn, group)?;
        bonds::untie(&context, conn, viewer, &to, By::Follower)?;
        group::one_in(conn, Some(viewer), group, context.now())
    })
    .await
}

fn group_account(conn: &mut Conn, group: AccountId) -> Result<accounts::Account> {
    Some(accounts::get(conn, group)?)
        .filter(accounts::Account::is_group)
        // One of ours that is closed.
        .filter(|account| !account.is_local() || account.suspended_at.is_none())
        .ok_or(Error::NotFound)
}

/// Members; entries for moderators or where the group shows them, else the moderators alone.
///
/// # Errors
/// `NotFound`.
pub async fn memberships(
    ctx: &Ctx,
    viewer: Option<&Viewer>,
    group: AccountId,
    role: Option<Role>,
    page: Page,
) -> Result<Paged<MembershipView>> {
    let viewer = viewer.cloned();
    ctx.db
        .read(move |conn| {
            let settings = groups::living(conn, group)?.ok_or(Error::NotFound)?;
            let moderates = match &viewer {
                Some(viewer) => policy::moderator(conn, viewer, group).is_ok(),
                None => false,
            };
            let roles: Vec<Role> = Role::ALL
                .iter()
                .copied()
                .filter(|one| role.is_none_or(|wanted| wanted == *one))
                .filter(|one| moderates || settings.members_shown || one.moderates())
                .collect();
            let rows = memberships::page(conn, group, MembershipState::Member, &roles, &page)?;
            member_views(conn, rows, &page)
        })
        .await
}

fn member_views(
    conn: &mut Conn,
    rows: Vec<(MembershipId, AccountId, Role)>,
    page: &Page,
) -> Result<Paged<MembershipView>> {
    let ids: Vec<AccountId> = rows.iter().map(|row| row.1).collect();
    let mut views: HashMap<AccountId, AccountView> = account::load_in(conn, &ids)?
        .into_iter()
        .map(|view| (view.account.id, view))
        .collect();
    let rows = rows
        .into_iter()
        .filter_map(|(id, who, role)| {
            let account = views.remove(&who)?;
            Some((id.0, MembershipView { id, account, role }))
        })
        .collect();
    Ok(Paged::of(rows, page))
}

/// Runs `f` as a moderator of the group, in one transaction.
async fn as_moderator<T: Send + 'static>(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    f: impl FnOnce(&Ctx, &mut Conn, &Moderator) -> Result<T> + Send + 'static,
) -> Result<T> {
    let (context, viewer) = (Arc::clone(ctx), viewer.clone());
    ctx.write(move |conn| {
        let by = policy::moderator(conn, &viewer, group)?;
        f(&context, conn, &by)
    })
    .await
}

/// Who waits for approval; for moderators.
///
/// # Errors
/// `Forbidden` for others.
pub async fn membership_requests(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    page: Page,
) -> Result<Paged<AccountView>> {
    queue::page(ctx, viewer, group, page).await
}

/// Does something as a moderator of the group: now, or as soon as enough of them agree.
///
/// # Errors
/// As the act: `Forbidden` for who is no moderator, and for what only owners do; `NotFound` for a person or
/// post that is not there; `Invalid`.
pub async fn act(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    deed: Deed,
    why: Why,
) -> Result<Done> {
    as_moderator(ctx, viewer, group, move |ctx, conn, by| {
        stewardship::act(ctx, conn, by, &deed, &why)
    })
    .await
}

/// The same to several people, all or none of them.
///
/// # Errors
/// As [`act`].
pub async fn act_on_all(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    deeds: Vec<Deed>,
    why: Why,
) -> Result<()> {
    as_moderator(ctx, viewer, group, move |ctx, conn, by| {
        for deed in &deeds {
            stewardship::act(ctx, conn, by, deed, &why)?;
        }
        Ok(())
    })
    .await
}

/// As [`act`], by a moderator who lives elsewhere and whose server vouches for it.
///
/// # Errors
/// As [`act`].
pub async fn act_from_elsewhere(
    ctx: &Ctx,
    moderator: AccountId,
    group: AccountId,
    deed: Deed,
    why: Why,
) -> Result<Done> {
    let context = Arc::clone(ctx);
    ctx.write_later(move |conn| {
        let by = policy::moderator_elsewhere(conn, group, moderator)?;
        stewardship::act(&context, conn, &by, &deed, &why)
    })
    .await
}

/// Agrees to what another moderator proposed; with the last one that is needed it is done.
///
/// # Errors
/// `NotFound` for what waits for nobody; else as [`act`].
pub async fn agree(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    proposal: ActionId,
) -> Result<Done> {
    as_moderator(ctx, viewer, group, move |ctx, conn, by| {
        stewardship::agree(ctx, conn, by, proposal)
    })
    .await
}

/// Takes a proposal from the table.
///
/// # Errors
/// As [`agree`].
pub async fn withdraw(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    proposal: ActionId,
    why: Why,
) -> Result<Done> {
    as_moderator(ctx, viewer, group, move |ctx, conn, by| {
        stewardship::withdraw(ctx, conn, by, proposal, &why)
    })
    .await
}

/// Changes what a group looks like and what it decides about itself, as a moderator.
///
/// # Errors
/// `Forbidden` for who is no moderator, and for what only owners do; `Invalid`, `Media`.
pub async fn change(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    profile: ProfileChange,
    options: GroupChange,
) -> Result<GroupView> {
    let (asking, now) = (viewer.clone(), ctx.now());
    let account = ctx
        .db
        .read(move |conn| {
            policy::moderator(conn, &asking, group)?;
            Ok::<_, Error>(accounts::get(conn, group)?)
        })
        .await?;
    // The human changes it in the group's name.
    let as_group = viewer.clone().acting_for(Arc::new(account));
    crate::accounts::update_with(ctx, &as_group, profile, options).await?;
    let asking = viewer.id();
    ctx.db
        .read(move |conn| group::one_in(conn, Some(asking), group, now))
        .await
}

/// These members, for who just changed them.
///
/// # Errors
/// `Forbidden` for who is no moderator.
pub async fn memberships_of(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    who: Vec<AccountId>,
) -> Result<Vec<MembershipView>> {
    let viewer = viewer.clone();
    ctx.db
        .read(move |conn| {
            policy::moderator(conn, &viewer, group)?;
            let mut rows = Vec::with_capacity(who.len());
            for account in who {
                if let Some(row) = memberships::find(conn, group, account)? {
                    rows.push((row.id, row.account_id, row.role));
                }
            }
            let most = i64::try_from(rows.len()).unwrap_or(i64::MAX);
            Ok(member_views(conn, rows, &Page::first(most))?.items)
        })
        .await
}

/// Who is banned; for moderators.
///
/// # Errors
/// `Forbidden` for others.
pub async fn bans(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    page: Page,
) -> Result<Paged<AccountView>> {
    let (viewer, now) = (viewer.clone(), ctx.now());
    ctx.db
        .read(move |conn| {
            policy::moderator(conn, &viewer, group)?;
            let rows = group_bans::page(conn, group, now, &page)?;
            account::page_in(conn, rows, &page)
        })
        .await
}

/// Is this account a member in force of this group, and not banned? For the inbox.
///
/// # Errors
/// The database.
pub async fn is_member(ctx: &Ctx, group: AccountId, who: AccountId) -> Result<bool> {
    let now = ctx.now();
    ctx.db
        .read(move |conn| match policy::member(conn, group, who, now) {
            Ok(_proof) => Ok(true),
            Err(Error::Forbidden(_why)) => Ok(false),
            Err(error) => Err(error),
        })
        .await
}

/// A group of ours passes on an activity that a member sent: recorded as an event, sent byte for byte.
///
/// # Errors
/// The database.
pub async fn relay(ctx: &Ctx, group: AccountId, inbox: InboxId) -> Result<()> {
    let context = Arc::clone(ctx);
    ctx.write_later(move |conn| {
        let row = groups::living(conn, group)?.ok_or(Error::NotFound)?;
        // What is frozen passes nothing on.
        if row.frozen_at.is_none() {
            context.record(conn, &Event::Relayed { group, inbox })?;
        }
        Ok(())
    })
    .await
}

/// A rule in the words of a language, where the group wrote it in that, else in its own.
#[derive(Clone, Debug)]
pub struct RuleView {
    /// Its id.
    pub id: GroupRuleId,
    /// Its place in the list, from 1.
    pub position: i64,
    /// In one sentence.
    pub text: String,
    /// More about it; empty for none.
    pub hint: String,
}

/// The rules of a group, as everyone may read them before joining.
///
/// # Errors
/// The database.
pub async fn rules(ctx: &Ctx, group: AccountId, language: &str) -> Result<Vec<RuleView>> {
    let language = language.to_owned();
    let rows = ctx
        .db
        .read(move |conn| group_rules::of(conn, group))
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let said = |part: &str| {
                let told = row.translations.get(&language)?.get(part)?.as_str()?;
                (!told.is_empty()).then(|| told.to_owned())
            };
            RuleView {
                text: said("text").unwrap_or_else(|| row.text.clone()),
                hint: said("hint").unwrap_or_else(|| row.hint.clone()),
                id: row.id,
                position: row.position,
            }
        })
        .collect())
}

/// A post that came with this activity, or was changed by it: does it wait for a moderator? Then it is passed on
/// when it is let through.
///
/// # Errors
/// The database.
pub async fn came_with(ctx: &Ctx, status: StatusId, inbox: InboxId) -> Result<bool> {
    ctx.write_later(move |conn| Ok(held_statuses::came_with(conn, status, inbox)?))
        .await
}
