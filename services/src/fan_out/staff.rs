//! What the staff does, and what it has to know: warnings to those whom they concern, reports to those who
//! answer them.

use database::{Conn, account_warnings, memberships, reports, users};
use model::{AccountId, NotificationKind, ReportId, ServerRole, WarningId};

use crate::context::Context;
use crate::error::Result;
use crate::notifications::tell::{News, tell};

/// Someone is told what was done about their account. It comes from themselves: who of the staff did it
/// is not their concern.
pub(super) fn tell_of_warning(ctx: &Context, conn: &mut Conn, warning: WarningId) -> Result<()> {
    for row in account_warnings::by_ids(conn, &[warning])? {
        let who = row.target_account_id;
        let news = News::new(NotificationKind::ModerationWarning, who).object(warning.0);
        tell(ctx, conn, &news, &[who])?;
    }
    Ok(())
}

/// The staff hears of a report, and so do the moderators of the groups in which the reported posts stand.
pub(super) fn tell_of_report(ctx: &Context, conn: &mut Conn, report: ReportId) -> Result<()> {
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
