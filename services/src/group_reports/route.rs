//! To whom a report goes: the moderators of the groups in which the reported posts stand, the server's staff, or both;
//! and when the staff hears of what nobody answered.

use std::collections::BTreeSet;
use std::sync::Arc;

use database::group_reports::{self, GroupReport};
use database::reports::{self, Report};
use database::{Conn, groups, memberships, statuses, users};
use model::{AccountId, GroupReportState, Job, Millis, ReportCategory, ReportId, StatusId};

use crate::context::{Context, Ctx};
use crate::error::Result;
use crate::fan_out::tell_staff_of_report;
use crate::jobs;

/// The moderators of a group have so long before the server's staff hears of a report too.
pub(super) const PATIENCE: i64 = 3 * Millis::DAY;
/// Who answers a report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Route {
    /// The moderators of these groups of ours.
    pub(crate) groups: Vec<AccountId>,
    /// The server's staff, at once.
    pub(crate) staff: bool,
}

/// Finds out who answers a report of these posts.
pub(crate) fn route(conn: &mut Conn, report: &Report, about: &[StatusId]) -> Result<Route> {
    let mut homes: BTreeSet<AccountId> = BTreeSet::new();
    let mut staff = about.is_empty()
        || matches!(
            report.category,
            ReportCategory::Violation | ReportCategory::Legal
        );
    for id in about {
        let home = statuses::get(conn, *id)?.group_id;
        // A report of the group itself is nothing that the group decides.
        match home.filter(|group| *group != report.target_account_id) {
            Some(group) => {
                homes.insert(group);
            }
            None => staff = true,
        }
    }
    let mut answering = Vec::new();
    for group in homes {
        if groups::find(conn, group)?.is_some() && can_answer(conn, group, report)? {
            answering.push(group);
        } else {
            staff = true;
        }
    }
    Ok(Route {
        groups: answering,
        staff,
    })
}

/// Does the reported not moderate the group, and is there a moderator who did not report it himself?
fn can_answer(conn: &mut Conn, group: AccountId, report: &Report) -> Result<bool> {
    let moderators = memberships::moderators(conn, group)?;
    if moderators.contains(&report.target_account_id) {
        return Ok(false);
    }
    Ok(users::of(conn, &moderators)?
        .iter()
        .any(|user| user.account_id != report.account_id && user.may_act()))
}

/// Puts a report that was just written into the hands of these groups.
pub(crate) fn entrust(
    ctx: &Context,
    conn: &mut Conn,
    report: &Report,
    route: &Route,
    rule: &str,
) -> Result<()> {
    for group_id in &route.groups {
        let row = GroupReport {
            report_id: report.id,
            group_id: *group_id,
            state: GroupReportState::Open,
            rule: rule.to_owned(),
            claimed_by: None,
            claimed_at: None,
            answered_by: None,
            answer: String::new(),
            answered_at: None,
            created_at: report.created_at,
        };
        group_reports::insert(conn, &row)?;
    }
    if !route.staff {
        let job = Job::ReportOverdue { report: report.id };
        let due = report.created_at.plus(PATIENCE);
        jobs::enqueue(ctx, conn, &job, Some(&job_key(report.id)), due)?;
    }
    Ok(())
}

pub(super) fn job_key(report: ReportId) -> String {
    format!("report:{report}")
}

/// Nobody of the group answered in time: the server's staff hears of it too.
///
/// # Errors
/// `NotFound` where it is gone.
pub(crate) async fn overdue(ctx: &Ctx, id: ReportId) -> Result<()> {
    let context = Arc::clone(ctx);
    ctx.write(move |conn| {
        let mut report = reports::get(conn, id)?;
        if report.staff_at.is_some() || !group_reports::is_waiting(conn, id)? {
            return Ok(());
        }
        give_to_staff(&context, conn, &mut report)
    })
    .await
}

pub(super) fn give_to_staff(ctx: &Context, conn: &mut Conn, report: &mut Report) -> Result<()> {
    report.staff_at = Some(ctx.now());
    report.action_taken_at = None;
    report.action_taken_by_account_id = None;
    report.updated_at = ctx.now();
    reports::set(conn, report)?;
    tell_staff_of_report(ctx, conn, report)
}
