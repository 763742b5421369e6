//! Groups of this server: create, join, leave, the queue, removal of posts, bans. Each moderating act is
//! recorded as a `ModerationAction` with the human behind it.

use std::collections::HashMap;
use std::sync::Arc;

use database::follows::{self, Follow};
use database::groups::{self, Group};
use database::memberships::{self, Membership};
use database::{Conn, accounts, actor_keys, group_bans};
use model::{
    AccountId, AccountKind, Event, FollowState, GroupKind, InboxId, MembershipId, MembershipState,
    Page, Paged, Role, StatusId, Username,
};

use crate::bonds::{self, By, Tie};
use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::policy::Moderator;
use crate::relationships::FollowWish;
use crate::views::account::{self, AccountView, Viewer};
use crate::views::group::{self, GroupView, MembershipView};
use crate::{enrol, keys, names, policy, profile, queue, stewardship};

#[cfg(test)]
mod tests;

/// Letters of a reason that stands in the log of a group.
const MOST_REASON: usize = 500;

/// A new group.
#[derive(Clone, Debug, Default)]
pub struct NewGroup {
    /// The name in its handle; empty: made from the title.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// What it is for, as typed.
    pub note: String,
    /// Open unless said otherwise.
    pub kind: Option<GroupKind>,
    /// Bytes of a picture.
    pub avatar: Option<Vec<u8>>,
    /// Bytes of a picture.
    pub header: Option<Vec<u8>>,
}

/// Founds a group: account, keys, settings, the founder as owner and follower, in one transaction.
///
/// # Errors
/// `Invalid` with a problem per field (name taken by a person or group, reserved..).
pub async fn create(ctx: &Ctx, founder: &Viewer, new: NewGroup) -> Result<GroupView> {
    if founder.account.is_group() {
        return Err(Error::Forbidden("people found groups"));
    }
    if text::graphemes(&new.title) > profile::MOST_NAME {
        return Err(profile::name_too_long());
    }
    let title = text::display_name(&new.title, profile::MOST_NAME);
    let name = wanted_name(ctx, &new, &title).await?;
    let note = profile::note(ctx, new.note.clone()).await?;
    let (keys, avatar, header) = tokio::try_join!(
        keys::generate(),
        profile::picture(ctx, new.avatar, media::avatar),
        profile::picture(ctx, new.header, media::header),
    )?;
    let kind = new.kind.unwrap_or(GroupKind::Open);
    let mut row = enrol::blank(ctx, AccountKind::Group, name.as_str());
    row.display_name = title;
    row.note_source = note.source;
    row.note = note.html;
    row.locked = kind == GroupKind::Approved;
    row.avatar = avatar.unwrap_or_default();
    row.header = header.unwrap_or_default();
    row.indexable = true;
    let (context, founder) = (Arc::clone(ctx), founder.id());
    let pictures = [row.avatar.clone(), row.header.clone()];
    let founded = ctx
        .write(move |conn| {
            let ctx = &context;
            let id = row.id;
            accounts::insert(conn, &row).map_err(|error| names::collision(error, "name"))?;
            actor_keys::replace(conn, id, &keys.into_rows(ctx, &row))?;
            groups::insert(
                conn,
                &Group {
                    account_id: id,
                    kind,
                    members_shown: false,
                    shares_votes: false,
                    created_by: Some(founder),
                    created_at: row.created_at,
                },
            )?;
            first_owner(ctx, conn, id, founder)?;
            group::one_in(conn, Some(founder), id, ctx.now())
        })
        .await;
    if founded.is_err() {
        profile::drop_pictures(ctx, &pictures).await;
    }
    founded
}

/// The name that is asked for, or one made of the title that is free.
async fn wanted_name(ctx: &Ctx, new: &NewGroup, title: &str) -> Result<Username> {
    let chosen = new.name.trim().to_owned();
    let base = names::from_title(title);
    let is_chosen = !chosen.is_empty();
    if !is_chosen && base.is_empty() {
        return Err(Error::invalid(
            "name",
            "ERR_BLANK",
            "a group needs a name of letters a to z, digits and underscores",
        ));
    }
    ctx.db
        .read(move |conn| {
            if is_chosen {
                let name = names::wanted("name", &chosen).map_err(|p| Error::Invalid(vec![p]))?;
                return if names::is_taken(conn, &name)? {
                    Err(Error::Invalid(vec![names::taken("name")]))
                } else {
                    Ok(name)
                };
            }
            let numbered = (2..100).map(|number| format!("{base}_{number}"));
            for candidate in std::iter::once(base.clone()).chain(numbered) {
                if let Ok(name) = names::wanted("name", &candidate)
                    && !names::is_taken(conn, &name)?
                {
                    return Ok(name);
                }
            }
            Err(Error::Invalid(vec![names::taken("name")]))
        })
        .await
}

fn first_owner(ctx: &Ctx, conn: &mut Conn, group: AccountId, founder: AccountId) -> Result<()> {
    let now = ctx.now();
    memberships::insert(
        conn,
        &Membership {
            id: ctx.id(),
            group_id: group,
            account_id: founder,
            role: Role::Owner,
            state: MembershipState::Member,
            list_title: String::new(),
            list_exclusive: false,
            list_hidden: false,
            created_at: now,
            updated_at: now,
        },
    )?;
    let follow = Follow {
        id: ctx.id(),
        account_id: founder,
        target_id: group,
        state: FollowState::Accepted,
        reblogs: true,
        notify: false,
        uri: None,
        created_at: now,
    };
    follows::insert(conn, &follow)?;
    accounts::count_follow(conn, founder, group, 1)?;
    Ok(())
}

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

/// The groups of this server that may be listed, those with the newest post first; for the front page.
///
/// # Errors
/// The database.
pub async fn listed(ctx: &Ctx, viewer: Option<&Viewer>, limit: i64) -> Result<Vec<GroupView>> {
    let (viewer, now) = (viewer.map(Viewer::id), ctx.now());
    ctx.db
        .read(move |conn| {
            let ids = groups::listed(conn, limit.clamp(1, 200))?;
            group::load_in(conn, viewer, &ids, now)
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
            let settings = groups::find(conn, group)?.ok_or(Error::NotFound)?;
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

/// Lets someone in who waits.
///
/// # Errors
/// `Forbidden` for who is no moderator, `NotFound` where nobody of that id waits.
pub async fn authorize(ctx: &Ctx, viewer: &Viewer, group: AccountId, who: AccountId) -> Result<()> {
    as_moderator(ctx, viewer, group, move |ctx, conn, by| {
        stewardship::approve(ctx, conn, by, who)
    })
    .await
}

/// Refuses someone who waits.
///
/// # Errors
/// As [`authorize`].
pub async fn reject(ctx: &Ctx, viewer: &Viewer, group: AccountId, who: AccountId) -> Result<()> {
    as_moderator(ctx, viewer, group, move |ctx, conn, by| {
        stewardship::refuse(ctx, conn, by, who)
    })
    .await
}

/// A reason as it is stored.
///
/// # Errors
/// `Invalid` for one that is too long.
fn reason_of(typed: &str) -> Result<String> {
    if text::characters(typed) > MOST_REASON {
        let words = format!("Reason is too long (maximum is {MOST_REASON} characters)");
        return Err(Error::invalid("reason", "ERR_TOO_LONG", words));
    }
    Ok(text::multiline(typed, MOST_REASON))
}

/// Takes a thread or comment out of the group: the boost is undone, it leaves lists and pages of the
/// group. The status itself stays its author's.
///
/// # Errors
/// `Forbidden` for who is no moderator, `NotFound` for a status that is not in the group.
pub async fn remove_status(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    status: StatusId,
    reason: &str,
) -> Result<()> {
    let reason = reason_of(reason)?;
    as_moderator(ctx, viewer, group, move |ctx, conn, by| {
        stewardship::take_out(ctx, conn, by, status, &reason)
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

/// Bans: membership and follow end, nothing of theirs gets in any more. Owners and moderators cannot be banned
/// (they are demoted first).
///
/// # Errors
/// `Forbidden` for who is no moderator or against a moderator, `NotFound`.
pub async fn ban(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    who: AccountId,
    reason: &str,
) -> Result<()> {
    let reason = reason_of(reason)?;
    as_moderator(ctx, viewer, group, move |ctx, conn, by| {
        stewardship::ban(ctx, conn, by, who, &reason)
    })
    .await
}

/// Lifts a ban.
///
/// # Errors
/// As [`ban`].
pub async fn unban(ctx: &Ctx, viewer: &Viewer, group: AccountId, who: AccountId) -> Result<()> {
    as_moderator(ctx, viewer, group, move |ctx, conn, by| {
        stewardship::unban(ctx, conn, by, who)
    })
    .await
}

/// Ends a membership without a ban.
///
/// # Errors
/// As [`ban`].
pub async fn kick(ctx: &Ctx, viewer: &Viewer, group: AccountId, who: AccountId) -> Result<()> {
    as_moderator(ctx, viewer, group, move |ctx, conn, by| {
        stewardship::kick(ctx, conn, by, who)
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
        if groups::find(conn, group)?.is_none() {
            return Err(Error::NotFound);
        }
        Ok(context.record(conn, &Event::Relayed { group, inbox })?)
    })
    .await
}
