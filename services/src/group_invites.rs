//! Invitations to a group, from the side of those who make them and of those who come: links that let in who has
//! them, and people who are asked by name. The acts of moderators in it are deeds (`stewardship::invites`).

use std::sync::Arc;

use database::group_invitations;
use database::groups::{self, Group};
use database::invites::{self as rows, Invite};
use database::{Conn, accounts, group_bans, memberships, users};
use model::{AccountId, Circle, Handle, InvitationState, InviteId, Millis};

use crate::bonds::{self, Tie};
use crate::context::{Context, Ctx};
use crate::error::{Error, Result};
use crate::invites::{self, View};
use crate::ledger::{self, Act};
use crate::policy;
use crate::relationships::FollowWish;
use crate::stewardship::{self, Bounds, Deed, Why};
use crate::views::account::{self, AccountView, Viewer};

#[cfg(test)]
mod tests;

/// So many links, and so many people who were asked, are shown.
const SHOWN: i64 = 100;

/// Someone who was asked and has not answered.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Who.
    pub account: AccountView,
    /// Until when they can answer.
    pub expires_at: Millis,
}

/// The invitations of a group, as someone may see them who makes some.
#[derive(Clone, Debug, Default)]
pub struct Invitations {
    /// All links for moderators, their own for members.
    pub links: Vec<View>,
    /// For moderators.
    pub asked: Vec<Asked>,
    /// Does the viewer moderate the group?
    pub moderates: bool,
}

/// May this person make links into the group: who moderates it, or any member, as the group decided?
fn may_make(conn: &mut Conn, group: &Group, who: AccountId, now: Millis) -> Result<bool> {
    let Some(row) = memberships::find(conn, group.account_id, who)? else {
        return Ok(false);
    };
    Ok(row.is_member()
        && (row.role.moderates() || group.invites_by == Circle::Members)
        && !group_bans::is_banned(conn, group.account_id, who, now)?)
}

/// As what someone makes links.
enum Maker {
    Moderator(policy::Moderator),
    Member(AccountId),
}

fn maker(conn: &mut Conn, viewer: &Viewer, group: AccountId, now: Millis) -> Result<Maker> {
    match policy::moderator(conn, viewer, group) {
        Ok(by) => Ok(Maker::Moderator(by)),
        Err(Error::Forbidden(why)) => {
            let row = groups::find(conn, group)?.ok_or(Error::NotFound)?;
            if viewer.is_group() || !may_make(conn, &row, viewer.id(), now)? {
                return Err(Error::Forbidden(why));
            }
            Ok(Maker::Member(viewer.id()))
        }
        Err(other) => Err(other),
    }
}

/// The invitations of a group, for who makes some.
///
/// # Errors
/// `NotFound` where it is no group of ours, `Forbidden` for others.
pub async fn all(ctx: &Ctx, viewer: &Viewer, group: AccountId) -> Result<Invitations> {
    let (context, viewer) = (Arc::clone(ctx), viewer.clone());
    ctx.db
        .read(move |conn| {
            let now = context.now();
            let by = maker(conn, &viewer, group, now)?;
            let own = match &by {
                Maker::Moderator(_) => None,
                Maker::Member(who) => Some(*who),
            };
            let moderates = own.is_none();
            let name = accounts::get(conn, group)?.username;
            let mut links = Vec::new();
            for (row, by) in rows::of_group(conn, group, own, SHOWN)? {
                let works = open_in(&context, conn, &row)?;
                let view = invites::seen(&context, row, by, Some(&name));
                links.push(View {
                    is_open: works,
                    ..view
                });
            }
            let asked = if moderates {
                asked(conn, group, now)?
            } else {
                Vec::new()
            };
            Ok(Invitations {
                links,
                asked,
                moderates,
            })
        })
        .await
}

fn asked(conn: &mut Conn, group: AccountId, now: Millis) -> Result<Vec<Asked>> {
    let rows = group_invitations::open(conn, group, now, SHOWN)?;
    let ids: Vec<AccountId> = rows.iter().map(|row| row.account_id).collect();
    let views = account::load_in(conn, &ids)?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let account = views
                .iter()
                .find(|view| view.account.id == row.account_id)?;
            Some(Asked {
                account: account.clone(),
                expires_at: row.expires_at,
            })
        })
        .collect())
}

/// May this person make links into the group?
///
/// # Errors
/// The database.
pub async fn may_invite(ctx: &Ctx, viewer: &Viewer, group: AccountId) -> Result<bool> {
    let (context, viewer) = (Arc::clone(ctx), viewer.clone());
    ctx.db
        .read(
            move |conn| match maker(conn, &viewer, group, context.now()) {
                Ok(_maker) => Ok(true),
                Err(Error::Forbidden(_) | Error::NotFound) => Ok(false),
                Err(other) => Err(other),
            },
        )
        .await
}

/// Makes a link for so many people (`None`: any number) that works so long (`None`: for ever).
///
/// # Errors
/// `Forbidden` for who may not; `Invalid` for impossible numbers, and for too many.
pub async fn make(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    uses: Option<i64>,
    lasts: Option<i64>,
) -> Result<()> {
    let (context, viewer) = (Arc::clone(ctx), viewer.clone());
    ctx.write(move |conn| {
        let ctx = &context;
        match maker(conn, &viewer, group, ctx.now())? {
            Maker::Moderator(by) => {
                let deed = Deed::OpenLink { uses, lasts };
                stewardship::act(ctx, conn, &by, &deed, &Why::default())?;
            }
            Maker::Member(who) => {
                let bounds = Bounds { uses, lasts };
                stewardship::make_link(ctx, conn, (group, who), bounds, false, |conn, detail| {
                    let said = Act {
                        kind: "invite_made",
                        detail,
                        ..Act::default()
                    };
                    ledger::append_for(ctx, conn, group, who, &said)
                })?;
            }
        }
        Ok(())
    })
    .await
}

/// Ends a link: a moderator any, a member their own. Whoever came by it stays.
///
/// # Errors
/// `NotFound`, also for a link of someone else; `Forbidden` for who makes none.
pub async fn close(ctx: &Ctx, viewer: &Viewer, group: AccountId, link: InviteId) -> Result<()> {
    let (context, viewer) = (Arc::clone(ctx), viewer.clone());
    ctx.write(move |conn| {
        let ctx = &context;
        match maker(conn, &viewer, group, ctx.now())? {
            Maker::Moderator(by) => {
                let deed = Deed::CloseLink { link };
                stewardship::act(ctx, conn, &by, &deed, &Why::default())?;
            }
            Maker::Member(who) => {
                if stewardship::end_link(conn, group, link, Some(who), ctx.now())? {
                    let said = Act {
                        kind: "invite_closed",
                        ..Act::default()
                    };
                    ledger::append_for(ctx, conn, group, who, &said)?;
                }
            }
        }
        Ok(())
    })
    .await
}

/// Asks someone by name, here (`@ana`) or elsewhere (`@ana@other.example`).
///
/// # Errors
/// `Forbidden` for who is no moderator; `Invalid` for a name that nobody has, or someone who cannot be asked.
pub async fn invite(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    name: &str,
    why: Why,
) -> Result<()> {
    let unknown = || {
        Error::invalid(
            "who",
            "ERR_NOBODY",
            "Validation failed: nobody of this name was found",
        )
    };
    let asking = viewer.clone();
    ctx.db
        .read(move |conn| policy::moderator(conn, &asking, group).map(|_proof| ()))
        .await?;
    let handle: Handle = name.trim().parse().map_err(|_e| unknown())?;
    let who = crate::accounts::find_anywhere(ctx, &handle)
        .await?
        .ok_or_else(unknown)?;
    crate::groups::act(ctx, viewer, group, Deed::Invite { who }, why).await?;
    Ok(())
}

/// Does this link work now: open, made by someone who still may, into a group that nobody has stopped?
fn open_in(ctx: &Context, conn: &mut Conn, row: &Invite) -> Result<bool> {
    let (Some(group), now) = (row.group_id, ctx.now()) else {
        return Ok(false);
    };
    if !row.is_open(now) || !users::find(conn, row.account_id)?.is_none_or(|user| user.may_act()) {
        return Ok(false);
    }
    if accounts::get(conn, row.account_id)?.suspended_at.is_some() {
        return Ok(false);
    }
    match policy::standing(conn, group) {
        Ok(group) => may_make(conn, &group, row.account_id, now),
        Err(Error::Forbidden(_) | Error::NotFound) => Ok(false),
        Err(other) => Err(other),
    }
}

fn open_link(
    ctx: &Context,
    conn: &mut Conn,
    group: AccountId,
    code: &str,
) -> Result<Option<Invite>> {
    if !invites::is_code(code) {
        return Ok(None);
    }
    match rows::into_group(conn, group, code)? {
        Some(row) if open_in(ctx, conn, &row)? => Ok(Some(row)),
        _ => Ok(None),
    }
}

/// Would this code let someone into the group?
///
/// # Errors
/// The database.
pub async fn is_open(ctx: &Ctx, group: AccountId, code: &str) -> Result<bool> {
    let (context, code) = (Arc::clone(ctx), code.to_owned());
    ctx.db
        .read(move |conn| Ok(open_link(&context, conn, group, &code)?.is_some()))
        .await
}

/// Joins by a link, at once. A member stays one, and the link is not used for it.
///
/// # Errors
/// `NotFound` for a code that never was, or works no more; `Forbidden` for who is banned, and for a group.
pub async fn join(ctx: &Ctx, viewer: &Viewer, group: AccountId, code: &str) -> Result<()> {
    let (context, viewer, code) = (Arc::clone(ctx), viewer.clone(), code.to_owned());
    ctx.write(move |conn| {
        let ctx = &context;
        policy::person(&viewer)?;
        let link = open_link(ctx, conn, group, &code)?.ok_or(Error::NotFound)?;
        if memberships::find(conn, group, viewer.id())?.is_some_and(|row| row.is_member()) {
            return Ok(());
        }
        let to = accounts::get(conn, group)?;
        let how = Tie {
            wish: FollowWish::default(),
            uri: None,
            join: true,
            invited: link.action_id,
        };
        bonds::tie(ctx, conn, &viewer.account, &to, &how)?;
        // The last place of a link is given away once.
        if rows::spend(conn, link.id, ctx.now())? {
            Ok(())
        } else {
            Err(Error::NotFound)
        }
    })
    .await
}

/// Until when the viewer can answer the invitation of this group.
///
/// # Errors
/// `NotFound` where there is none.
pub async fn mine(ctx: &Ctx, viewer: &Viewer, group: AccountId) -> Result<Millis> {
    let (context, who) = (Arc::clone(ctx), viewer.id());
    ctx.db
        .read(move |conn| {
            stewardship::invitation(&context, conn, group, who)?
                .map(|row| row.expires_at)
                .ok_or(Error::NotFound)
        })
        .await
}

/// Answers an invitation: comes, at once, or does not. Nobody is told of the second, and this group asks no more
/// for a month.
///
/// # Errors
/// `NotFound` where there is none; `Forbidden` for who may not join.
pub async fn answer(ctx: &Ctx, viewer: &Viewer, group: AccountId, comes: bool) -> Result<()> {
    let (context, viewer) = (Arc::clone(ctx), viewer.clone());
    ctx.write(move |conn| {
        let ctx = &context;
        policy::person(&viewer)?;
        let row = stewardship::invitation(ctx, conn, group, viewer.id())?.ok_or(Error::NotFound)?;
        if !comes {
            let state = InvitationState::Declined;
            return Ok(group_invitations::set_state(
                conn,
                row.id,
                state,
                ctx.now(),
            )?);
        }
        let to = accounts::get(conn, group)?;
        let how = Tie {
            wish: FollowWish::default(),
            uri: None,
            join: true,
            invited: None,
        };
        bonds::tie(ctx, conn, &viewer.account, &to, &how)
    })
    .await
}

/// Someone elsewhere does not want to come: their server said so.
///
/// # Errors
/// `NotFound` where this group did not ask them.
pub async fn declined_elsewhere(
    ctx: &Ctx,
    invitation: model::InvitationId,
    who: AccountId,
) -> Result<()> {
    let now = ctx.now();
    ctx.write_later(move |conn| {
        let row = group_invitations::get(conn, invitation)?
            .filter(|row| row.account_id == who && row.is_open(now))
            .ok_or(Error::NotFound)?;
        let state = InvitationState::Declined;
        Ok(group_invitations::set_state(conn, row.id, state, now)?)
    })
    .await
}
