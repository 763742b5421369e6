//! What the staff does, and what it has to know: warnings to those whom they concern, reports to those who
//! answer them.

use database::{Conn, account_warnings, memberships, reports, users};
use model::{AccountId, Event, NotificationKind, Power, ReportId, ServerRole, WarningId};

use crate::context::Context;
use crate::error::Result;
use crate::notifications::tell::{News, tell};

/// What the staff does and has to know.
pub(super) fn tell_of(ctx: &Context, conn: &mut Conn, event: &Event) -> Result<()> {
    match event {
        Event::SignedUp { account } => tell_of_newcomer(ctx, conn, *account),
        Event::Warned { warning } => tell_of_warning(ctx, conn, *warning),
        Event::Reported { report } => tell_of_report(ctx, conn, *report),
        _ => Ok(()),
    }
}

/// Those who let people in and out hear of whoever came.
fn tell_of_newcomer(ctx: &Context, conn: &mut Conn, newcomer: AccountId) -> Result<()> {
    let roles: Vec<ServerRole> = ServerRole::ALL
        .iter()
        .copied()
        .filter(|role| role.may(Power::ManageUsers))
        .collect();
    let mut staff = users::with_roles(conn, &roles)?;
    staff.retain(|account| *account != newcomer);
    let news = News::new(NotificationKind::AdminSignUp, newcomer);
    tell(ctx, conn, &news, &staff)?;
    Ok(())
}

/// Someone is told what was done about their account. It comes from themselves: who of the staff did it
/// is not their concern.
fn tell_of_warning(ctx: &Context, conn: &mut Conn, warning: WarningId) -> Result<()> {
    for row in account_warnings::by_ids(conn, &[warning])? {
        let who = row.target_account_id;
        let news = News::new(NotificationKind::ModerationWarning, who).object(warning.0);
        tell(ctx, conn, &news, &[who])?;
    }
    Ok(())
}

/// The staff hears of a report, and so do the moderators of the groups in which the reported posts stand.
fn tell_of_report(ctx: &Context, conn: &mut Conn, report: ReportId) -> Result<()> {
    let Some(row) = reports::by_ids(conn, &[report])?.pop() else {
        return Ok(());
    };
    let staff = [ServerRole::Moderator, ServerRole::Admin, ServerRole::Owner];
    let mut to: Vec<AccountId> = users::with_roles(conn, &staff)?;
    for group in reports::groups_of(conn, report)?
        .into_iter()
        .chain(row.group_id)
    {
        to.extend(memberships::moderators(conn, group)?);
    }
    to.sort();
    to.dedup();
    // Nobody answers a report about themselves, or their own.
    to.retain(|who| *who != row.target_account_id && *who != row.account_id);
    let news = News::new(NotificationKind::AdminReport, row.account_id).object(report.0);
    tell(ctx, conn, &news, &to)?;
    Ok(())
}
