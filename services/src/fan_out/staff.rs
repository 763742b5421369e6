//! What the staff does, and what it has to know: warnings to those whom they concern, reports to those who
//! answer them.

use database::reports::{self, Report};
use database::{Conn, account_warnings, group_reports, memberships, users};
use model::{AccountId, Event, NotificationKind, Power, ReportId, ServerRole, WarningId};

use super::letters;
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

/// The moderators of the groups in which the reported posts stand hear of a report, and so does the group itself,
/// for an app that is signed in as it; the staff, where it is its business too.
fn tell_of_report(ctx: &Context, conn: &mut Conn, report: ReportId) -> Result<()> {
    let Some(row) = reports::by_ids(conn, &[report])?.pop() else {
        return Ok(());
    };
    if row.staff_at.is_some() {
        tell_staff_of_report(ctx, conn, &row)?;
    }
    for entrusted in group_reports::of(conn, &[report])? {
        let group = entrusted.group_id;
        let mut to = memberships::moderators(conn, group)?;
        to.push(group);
        tell_those(ctx, conn, &row, to)?;
        letters::tell_of_report(ctx, conn, group)?;
    }
    Ok(())
}

/// The staff hears of a report.
pub(crate) fn tell_staff_of_report(ctx: &Context, conn: &mut Conn, report: &Report) -> Result<()> {
    let staff = [ServerRole::Moderator, ServerRole::Admin, ServerRole::Owner];
    let to = users::with_roles(conn, &staff)?;
    tell_those(ctx, conn, report, to)
}

fn tell_those(
    ctx: &Context,
    conn: &mut Conn,
    report: &Report,
    mut to: Vec<AccountId>,
) -> Result<()> {
    // Nobody answers a report about themselves, or their own.
    to.retain(|who| *who != report.target_account_id && *who != report.account_id);
    let news = News::new(NotificationKind::AdminReport, report.account_id).object(report.id.0);
    tell(ctx, conn, &news, &to)?;
    Ok(())
}
