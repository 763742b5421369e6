//! People and accounts of other servers in the hands of the staff: look, let in, limit, send away, undo.

use std::sync::Arc;

use database::account_restrictions::{set_sensitized, set_silenced};
use database::account_warnings::{self, AccountWarning};
use database::accounts::Account;
use database::follows::Follow;
use database::{
    Conn, access_grants, accounts, admin_accounts, follows, groups, mail_proofs, push, users,
    web_sessions,
};
use model::{
    AccountId, Event, GroupLimit, Letter, Page, Paged, Power, ReportId, SeveranceKind,
    WarningAction,
};

pub use database::admin_accounts::{State, Wanted};

use super::{limits, removal, reports, severance};
use crate::bonds::{self, By};
use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::ledger::{self, Act};
use crate::mail;
use crate::policy::staff::{self, Staff};
use crate::views::account::Viewer;
use crate::views::admin_account::{self, AdminAccountView};

/// The longest text of a warning.
const MOST_TEXT: usize = 2000;

/// What is to be done about an account.
#[derive(Clone, Debug)]
pub struct Action {
    /// Nothing, cover pictures, disable, limit, send away.
    pub kind: WarningAction,
    /// What the person is told.
    pub text: String,
    /// Because of which report; it is resolved by it.
    pub report: Option<ReportId>,
    /// Tell them by mail too.
    pub mail: bool,
}

/// Accounts, newest first.
///
/// # Errors
/// `Forbidden`.
pub async fn page(
    ctx: &Ctx,
    viewer: &Viewer,
    wanted: Wanted,
    page: Page,
) -> Result<Paged<AdminAccountView>> {
    let viewer = viewer.clone();
    ctx.db
        .read(move |conn| {
            staff::staff(conn, &viewer, Power::ManageUsers)?;
            let ids = admin_accounts::page(conn, &wanted, &page)?;
            let views = admin_account::load_in(conn, &ids)?;
            let cursors = ids.iter().map(|id| (id.0, ())).collect();
            Ok(Paged::of(cursors, &page).with(views))
        })
        .await
}

/// One account.
///
/// # Errors
/// `Forbidden`, `NotFound`.
pub async fn show(ctx: &Ctx, viewer: &Viewer, id: AccountId) -> Result<AdminAccountView> {
    let viewer = viewer.clone();
    ctx.db
        .read(move |conn| {
            staff::staff(conn, &viewer, Power::ManageUsers)?;
            admin_account::one_in(conn, id)
        })
        .await
}

/// Does something about an account, tells its owner, and answers the reports about it.
///
/// # Errors
/// `Forbidden`; `NotFound` for an account or report that does not exist; `Invalid` for what cannot be
/// done to it.
pub async fn act(ctx: &Ctx, viewer: &Viewer, id: AccountId, action: Action) -> Result<()> {
    if text::characters(&action.text) > MOST_TEXT {
        let text = format!("the text has at most {MOST_TEXT} characters");
        return Err(Error::invalid("text", "ERR_TOO_LONG", text));
    }
    let (context, viewer) = (Arc::clone(ctx), viewer.clone());
    ctx.write(move |conn| {
        if groups::find(conn, id)?.is_some() {
            return act_on_group(&context, conn, &viewer, id, &action);
        }
        let staff = staff::above(conn, &viewer, Power::ManageUsers, id)?;
        let target = accounts::get(conn, id)?;
        apply(&context, conn, &target, action.kind)?;
        let done_all = action.kind != WarningAction::None;
        let about = reports::answer(&context, conn, &staff, id, action.report, done_all)?;
        let warning = AccountWarning {
            id: context.id(),
            account_id: staff.human(),
            target_account_id: id,
            report_id: action.report,
            action: action.kind,
            text: text::multiline(&action.text, MOST_TEXT),
            status_ids: about,
            created_at: context.now(),
        };
        warn(&context, conn, &target, &warning)?;
        log(&context, conn, &staff, done(action.kind), id, &action.text)
    })
    .await
}

/// A group is limited (`silence`), frozen (`disable`) or evicted (`suspend`), by administrators, and nothing else
/// is done to it.
fn act_on_group(
    ctx: &Ctx,
    conn: &mut Conn,
    viewer: &Viewer,
    group: AccountId,
    action: &Action,
) -> Result<()> {
    let staff = staff::staff(conn, viewer, limits::POWER)?;
    let limit = match action.kind {
        WarningAction::Silence => GroupLimit::Limit,
        WarningAction::Disable => GroupLimit::Freeze,
        WarningAction::Suspend => GroupLimit::Evict,
        WarningAction::None
        | WarningAction::Sensitive
        | WarningAction::MarkStatusesAsSensitive
        | WarningAction::DeleteStatuses => {
            let text = "a group is limited (silence), frozen (disable) or evicted (suspend)";
            return Err(Error::invalid("type", "ERR_INCLUSION", text));
        }
    };
    let reason = limits::checked(&action.text, true)?;
    limits::set_in(ctx, conn, &staff, group, limit, true, &reason)?;
    reports::answer(ctx, conn, &staff, group, action.report, true)?;
    Ok(())
}

/// Takes back what was done to a group; `None` where it is no group of ours.
async fn undo_on_group(
    ctx: &Ctx,
    viewer: &Viewer,
    id: AccountId,
    limit: GroupLimit,
) -> Result<Option<AdminAccountView>> {
    let is_group = ctx
        .db
        .read(move |conn| Ok::<_, Error>(groups::find(conn, id)?.is_some()))
        .await?;
    if !is_group {
        return Ok(None);
    }
    limits::set(ctx, viewer, id, limit, false, "")
        .await
        .map(Some)
}

/// Writes down what someone is told, and tells them.
pub(crate) fn warn(
    ctx: &Ctx,
    conn: &mut Conn,
    target: &Account,
    warning: &AccountWarning,
) -> Result<()> {
    account_warnings::insert(conn, warning)?;
    if target.is_local() {
        let warning = warning.id;
        ctx.record(conn, &Event::Warned { warning })?;
    }
    Ok(())
}

/// An entry of the server's log about an account.
pub(crate) fn log(
    ctx: &Ctx,
    conn: &mut Conn,
    by: &Staff,
    kind: &'static str,
    who: AccountId,
    reason: &str,
) -> Result<()> {
    let act = Act {
        kind,
        account: Some(who),
        status: None,
        reason,
        ..Act::default()
    };
    ledger::append_staff(ctx, conn, by, &act)?;
    Ok(())
}

/// The word of an act in the log.
const fn done(kind: WarningAction) -> &'static str {
    match kind {
        WarningAction::None => "account_warned",
        WarningAction::Disable => "account_disabled",
        WarningAction::MarkStatusesAsSensitive => "statuses_covered",
        WarningAction::DeleteStatuses => "statuses_deleted",
        WarningAction::Sensitive => "account_covered",
        WarningAction::Silence => "account_limited",
        WarningAction::Suspend => "account_suspended",
    }
}

fn apply(ctx: &Ctx, conn: &mut Conn, target: &Account, kind: WarningAction) -> Result<()> {
    let now = ctx.now();
    match kind {
        WarningAction::None => Ok(()),
        WarningAction::Disable => {
            if users::find(conn, target.id)?.is_none() {
                let text = "nobody signs in with this account here";
                return Err(Error::invalid("type", "ERR_INCLUSION", text));
            }
            users::set_disabled(conn, target.id, Some(now))?;
            shut_out(conn, target.id)
        }
        WarningAction::Sensitive => Ok(set_sensitized(conn, target.id, Some(now))?),
        WarningAction::Silence => Ok(set_silenced(conn, target.id, Some(now))?),
        WarningAction::Suspend => {
            let ties = suspend(ctx, conn, target)?;
            let (kind, name) = (SeveranceKind::AccountSuspension, target.acct());
            severance::tell(ctx, conn, kind, &name, &ties)
        }
        WarningAction::MarkStatusesAsSensitive | WarningAction::DeleteStatuses => {
            let text = "this is done to statuses, not to an account";
            Err(Error::invalid("type", "ERR_INCLUSION", text))
        }
    }
}

/// Sends an account away: it is as if it were gone, and can be brought back for a while. Of one elsewhere
/// the follows end: those are answered, so that the people here can be told.
pub(crate) fn suspend(ctx: &Ctx, conn: &mut Conn, target: &Account) -> Result<Vec<Follow>> {
    if target.suspended_at.is_some() {
        return Ok(Vec::new());
    }
    accounts::set_suspended(conn, target.id, Some(ctx.now()))?;
    if target.is_local() {
        shut_out(conn, target.id)?;
        removal::schedule(ctx, conn, target.id)?;
        let account = target.id;
        ctx.record(conn, &Event::ProfileUpdated { account })?;
        return Ok(Vec::new());
    }
    let ties = follows::all_around(conn, target.id)?;
    for follow in ties.clone() {
        let by = if follow.account_id == target.id {
            By::Followed
        } else {
            By::Follower
        };
        bonds::end_follow(ctx, conn, follow, by)?;
    }
    Ok(ties)
}

/// Ends what someone was signed in with, but for the tokens of their apps: those are worth nothing for as long
/// as this lasts, and are good again afterwards, as at Mastodon.
fn shut_out(conn: &mut Conn, account: AccountId) -> Result<()> {
    web_sessions::delete_all_of(conn, account)?;
    access_grants::delete_all_of(conn, account, None)?;
    push::remove_all_of(conn, account)?;
    Ok(mail_proofs::delete_all_of(conn, account)?)
}

/// Lets someone in who waits for approval.
///
/// # Errors
/// `Forbidden`; `NotFound` where there is nobody; also where they are in already.
pub async fn approve(ctx: &Ctx, viewer: &Viewer, id: AccountId) -> Result<AdminAccountView> {
    undo(ctx, viewer, id, "account_approved", |ctx, conn, target| {
        pending(conn, target.id)?;
        users::set_approved(conn, target.id, Some(ctx.now()))?;
        mail::post(ctx, conn, target.id, Letter::Approved)?;
        Ok(ctx.record(conn, &Event::Approved { account: target.id })?)
    })
    .await
}

/// Refuses someone who waits: the account is taken out whole, so that the name and the address are free.
///
/// # Errors
/// As [`approve`].
pub async fn reject(ctx: &Ctx, viewer: &Viewer, id: AccountId) -> Result<AdminAccountView> {
    let (context, viewer) = (Arc::clone(ctx), viewer.clone());
    ctx.write(move |conn| {
        let staff = staff::above(conn, &viewer, Power::ManageUsers, id)?;
        pending(conn, id)?;
        let view = admin_account::one_in(conn, id)?;
        log(&context, conn, &staff, "account_rejected", id, "")?;
        accounts::erase(conn, id)?;
        Ok(view)
    })
    .await
}

fn pending(conn: &mut Conn, id: AccountId) -> Result<()> {
    let user = users::find(conn, id)?.ok_or(Error::NotFound)?;
    if user.approved_at.is_some() {
        return Err(Error::Forbidden("this account does not wait for approval"));
    }
    Ok(())
}

/// Lets someone sign in again.
///
/// # Errors
/// `Forbidden`, `NotFound`.
pub async fn enable(ctx: &Ctx, viewer: &Viewer, id: AccountId) -> Result<AdminAccountView> {
    if let Some(view) = undo_on_group(ctx, viewer, id, GroupLimit::Freeze).await? {
        return Ok(view);
    }
    undo(ctx, viewer, id, "account_enabled", |_ctx, conn, target| {
        Ok(users::set_disabled(conn, target.id, None)?)
    })
    .await
}

/// Covers the pictures of an account no more.
///
/// # Errors
/// `Forbidden`, `NotFound`.
pub async fn unsensitive(ctx: &Ctx, viewer: &Viewer, id: AccountId) -> Result<AdminAccountView> {
    undo(
        ctx,
        viewer,
        id,
        "account_uncovered",
        |_ctx, conn, target| Ok(set_sensitized(conn, target.id, None)?),
    )
    .await
}

/// Lets an account be found by all again.
///
/// # Errors
/// `Forbidden`, `NotFound`.
pub async fn unsilence(ctx: &Ctx, viewer: &Viewer, id: AccountId) -> Result<AdminAccountView> {
    if let Some(view) = undo_on_group(ctx, viewer, id, GroupLimit::Limit).await? {
        return Ok(view);
    }
    undo(
        ctx,
        viewer,
        id,
        "account_unlimited",
        |_ctx, conn, target| Ok(set_silenced(conn, target.id, None)?),
    )
    .await
}

/// Brings a suspended account back.
///
/// # Errors
/// `Forbidden`, `NotFound`.
pub async fn unsuspend(ctx: &Ctx, viewer: &Viewer, id: AccountId) -> Result<AdminAccountView> {
    if let Some(view) = undo_on_group(ctx, viewer, id, GroupLimit::Evict).await? {
        return Ok(view);
    }
    undo(
        ctx,
        viewer,
        id,
        "account_unsuspended",
        |ctx, conn, target| {
            if target.suspended_at.is_none() {
                return Ok(());
            }
            accounts::set_suspended(conn, target.id, None)?;
            removal::call_off(conn, target.id)?;
            let account = target.id;
            Ok(ctx.record(conn, &Event::ProfileUpdated { account })?)
        },
    )
    .await
}

async fn undo(
    ctx: &Ctx,
    viewer: &Viewer,
    id: AccountId,
    kind: &'static str,
    work: impl FnOnce(&Ctx, &mut Conn, &Account) -> Result<()> + Send + 'static,
) -> Result<AdminAccountView> {
    let (context, viewer) = (Arc::clone(ctx), viewer.clone());
    ctx.write(move |conn| {
        let staff = staff::above(conn, &viewer, Power::ManageUsers, id)?;
        if groups::find(conn, id)?.is_some() {
            return Err(Error::Forbidden("this is not done to a group"));
        }
        let target = accounts::get(conn, id)?;
        work(&context, conn, &target)?;
        log(&context, conn, &staff, kind, id, "")?;
        admin_account::one_in(conn, id)
    })
    .await
}

/// Deletes for good what a suspended account of this server left, without waiting for the end of the
/// grace.
///
/// # Errors
/// `Forbidden`, also where it is not suspended; `NotFound`.
pub async fn remove(ctx: &Ctx, viewer: &Viewer, id: AccountId) -> Result<AdminAccountView> {
    let (context, viewer) = (Arc::clone(ctx), viewer.clone());
    ctx.write(move |conn| {
        let staff = staff::above(conn, &viewer, Power::DeleteUserData, id)?;
        if groups::find(conn, id)?.is_some() {
            return Err(Error::Forbidden(
                "a group is evicted, and closes on its day",
            ));
        }
        let target = accounts::get(conn, id)?;
        if target.suspended_at.is_none() {
            return Err(Error::Forbidden("it is suspended first, then deleted"));
        }
        let view = admin_account::one_in(conn, id)?;
        removal::begin(&context, conn, &target)?;
        log(&context, conn, &staff, "account_deleted", id, "")?;
        Ok(view)
    })
    .await
}
