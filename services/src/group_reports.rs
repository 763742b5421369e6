//! Reports in the hands of a group's moderators: which of them it is told, what they see with it, who takes it
//! up, how it is answered.
//!
//! A report of posts in a group of ours is its moderators' business. The server's staff hears of it at once
//! where a rule of the place or a law is named, where what is reported stands outside of the group too, or where
//! the reported moderates the group: then it is the staff's alone, for nobody is judged by those with whom he
//! works, and nobody who reports him is known to them. Where nobody of the group answers within three days, the
//! staff hears of it too.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use database::group_reports::{self, Eyes, GroupReport, Side};
use database::reports::{self, Report};
use database::{Conn, groups, memberships, statuses, users};
use model::{AccountId, GroupReportState, Job, Millis, Page, Paged, ReportId, StatusId};

use crate::canned_answers::answer_of;
use crate::context::{Context, Ctx};
use crate::error::{Error, Result};
use crate::jobs;
use crate::ledger::{self, Act};
use crate::policy::{self, Moderator};
use crate::views::account::{self, AccountView, Viewer};
use crate::views::status::{self, StatusView};

mod route;

use route::{PATIENCE, give_to_staff, job_key};

pub(crate) use route::{entrust, overdue, route};

/// Whoever took a report up and does not answer it keeps the others from it for so long.
const CLAIM_LASTS: i64 = 2 * Millis::DAY;
/// Posts above a reported one that are shown with it.
const ABOVE: i64 = 3;
/// Entries of the log that are shown of each side.
const ACTS: i64 = 10;

/// A report as the moderators of a group see it.
#[derive(Clone, Debug)]
pub struct GroupReportView {
    /// What the group makes of it.
    pub row: GroupReport,
    /// The report.
    pub report: Report,
    /// Who reports.
    pub reporter: AccountView,
    /// Whom.
    pub target: AccountView,
    /// Who works on it.
    pub claimed: Option<AccountView>,
    /// Who answered it.
    pub answered: Option<AccountView>,
    /// The reported posts that stand in this group, as far as they are still there.
    pub statuses: Vec<StatusView>,
    /// Did the moderator who looks report it himself? Then another one answers.
    pub is_own: bool,
    /// Does the moderator who looks work on it?
    pub is_mine: bool,
}

/// What one side did in the group before.
#[derive(Clone, Debug, Default)]
pub struct Past {
    /// Other reports in this group about this account.
    pub about: Vec<GroupReportState>,
    /// Other reports in this group that this account made.
    pub made: Vec<GroupReportState>,
    /// What stands in the group's log about this account, newest first: what was done, when, why.
    pub acts: Vec<(String, Millis, String)>,
}

/// A report with what belongs to it.
#[derive(Clone, Debug)]
pub struct Dossier {
    /// The report.
    pub view: GroupReportView,
    /// What stands above the reported posts in their threads.
    pub above: Vec<StatusView>,
    /// What was with the reported before.
    pub reported: Past,
    /// What was with the reporter before.
    pub reporter: Past,
    /// The language that the reporter reads, where that is known.
    pub locale: Option<String>,
}

fn load_in(
    conn: &mut Conn,
    by: &Moderator,
    rows: Vec<GroupReport>,
    now: Millis,
) -> Result<Vec<GroupReportView>> {
    let ids: Vec<ReportId> = rows.iter().map(|row| row.report_id).collect();
    let mut found: HashMap<ReportId, Report> = reports::by_ids(conn, &ids)?
        .into_iter()
        .map(|report| (report.id, report))
        .collect();
    let people: HashSet<AccountId> = found
        .values()
        .flat_map(|report| [report.account_id, report.target_account_id])
        .chain(
            rows.iter()
                .flat_map(|row| row.claimed_by.into_iter().chain(row.answered_by)),
        )
        .collect();
    let people: Vec<AccountId> = people.into_iter().collect();
    let people: HashMap<AccountId, AccountView> = account::load_in(conn, &people)?
        .into_iter()
        .map(|view| (view.account.id, view))
        .collect();
    let named = group_reports::statuses(conn, by.group(), &ids)?;
    let about: Vec<StatusId> = named.iter().map(|(_report, status)| *status).collect();
    let posts: HashMap<StatusId, StatusView> = status::reported_in(conn, by.acting(), &about)?
        .into_iter()
        .map(|view| (view.status.id, view))
        .collect();
    let mut views = Vec::with_capacity(rows.len());
    for mut row in rows {
        row.claimed_by = holder(conn, &row, now)?;
        let Some(report) = found.remove(&row.report_id) else {
            continue;
        };
        let person = |id: Option<AccountId>| id.and_then(|id| people.get(&id).cloned());
        let (Some(reporter), Some(target)) = (
            person(Some(report.account_id)),
            person(Some(report.target_account_id)),
        ) else {
            continue;
        };
        views.push(GroupReportView {
            reporter,
            target,
            claimed: person(row.claimed_by),
            answered: person(row.answered_by),
            statuses: named
                .iter()
                .filter(|(report, _status)| *report == row.report_id)
                .filter_map(|(_report, status)| posts.get(status).cloned())
                .collect(),
            is_own: report.account_id == by.human(),
            is_mine: row.claimed_by == Some(by.human()),
            report,
            row,
        });
    }
    Ok(views)
}

/// Who works on it: a claim ends with the role of its holder, and by itself.
fn holder(conn: &mut Conn, row: &GroupReport, now: Millis) -> Result<Option<AccountId>> {
    let (Some(who), Some(at)) = (row.claimed_by, row.claimed_at) else {
        return Ok(None);
    };
    let moderates = memberships::find(conn, row.group_id, who)?.is_some_and(|it| it.moderates());
    Ok(Some(who).filter(|_| moderates && at.plus(CLAIM_LASTS) > now))
}

fn eyes(by: &Moderator) -> Eyes {
    Eyes {
        group: by.group(),
        human: by.human(),
    }
}

fn one_in(conn: &mut Conn, by: &Moderator, id: ReportId, now: Millis) -> Result<GroupReportView> {
    let row = group_reports::get(conn, eyes(by), id)?;
    load_in(conn, by, vec![row], now)?
        .pop()
        .ok_or(Error::NotFound)
}

/// Reports in a group, newest first: those that wait, or those that were answered; for its moderators, and
/// never to a moderator what is about himself.
///
/// # Errors
/// `NotFound` where it is no group of ours, `Forbidden`.
pub async fn page(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    open: bool,
    page: Page,
) -> Result<Paged<GroupReportView>> {
    let (viewer, now) = (viewer.clone(), ctx.now());
    ctx.db
        .read(move |conn| {
            let by = policy::moderator(conn, &viewer, group)?;
            let rows = group_reports::page(conn, eyes(&by), open, &page)?;
            let cursors = rows.iter().map(|row| (row.report_id.0, ())).collect();
            Ok(Paged::of(cursors, &page).with(load_in(conn, &by, rows, now)?))
        })
        .await
}

/// How many reports in a group wait for an answer.
///
/// # Errors
/// As [`page`].
pub async fn waiting(ctx: &Ctx, viewer: &Viewer, group: AccountId) -> Result<i64> {
    let viewer = viewer.clone();
    ctx.db
        .read(move |conn| {
            let by = policy::moderator(conn, &viewer, group)?;
            Ok(group_reports::waiting(conn, eyes(&by))?)
        })
        .await
}

/// One report.
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub async fn show(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    id: ReportId,
) -> Result<GroupReportView> {
    let (viewer, now) = (viewer.clone(), ctx.now());
    ctx.db
        .read(move |conn| {
            let by = policy::moderator(conn, &viewer, group)?;
            one_in(conn, &by, id, now)
        })
        .await
}

/// One report with what belongs to it.
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub async fn dossier(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    id: ReportId,
) -> Result<Dossier> {
    let (viewer, now) = (viewer.clone(), ctx.now());
    ctx.db
        .read(move |conn| {
            let by = policy::moderator(conn, &viewer, group)?;
            let view = one_in(conn, &by, id, now)?;
            let mut above: Vec<StatusId> = Vec::new();
            for post in &view.statuses {
                for id in statuses::ancestors(conn, post.status.id, ABOVE)? {
                    let is_shown = view.statuses.iter().any(|it| it.status.id == id);
                    if !is_shown && !above.contains(&id) {
                        above.push(id);
                    }
                }
            }
            Ok(Dossier {
                // What stands around it each moderator sees as himself: only what is reported was shown to him.
                above: status::load_in(conn, by.human(), &above)?,
                reported: past(conn, &by, view.target.account.id, id)?,
                reporter: past(conn, &by, view.reporter.account.id, id)?,
                locale: users::find(conn, view.reporter.account.id)?.map(|user| user.locale),
                view,
            })
        })
        .await
}

fn past(conn: &mut Conn, by: &Moderator, who: AccountId, but: ReportId) -> Result<Past> {
    let eyes = eyes(by);
    Ok(Past {
        about: group_reports::earlier(conn, eyes, Side::Reported, who, but)?,
        made: group_reports::earlier(conn, eyes, Side::Reporter, who, but)?,
        acts: group_reports::acts_about(conn, by.group(), who, ACTS)?,
    })
}

/// What a moderator does about a report, in one transaction with its entry in the log. The entry names the
/// report alone: neither who reported nor, while nothing was done to them, who was reported.
async fn edit(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    id: ReportId,
    kind: &'static str,
    work: impl FnOnce(&Ctx, &mut Conn, &Moderator, &mut GroupReport, &mut Report) -> Result<()>
    + Send
    + 'static,
) -> Result<GroupReportView> {
    let (context, viewer) = (Arc::clone(ctx), viewer.clone());
    ctx.write(move |conn| {
        let by = policy::moderator(conn, &viewer, group)?;
        policy::not_frozen(conn, group)?;
        // Two who take it up at once: one of them is the first.
        groups::lock(conn, group)?;
        let mut row = group_reports::get(conn, eyes(&by), id)?;
        let mut report = reports::get(conn, id)?;
        if report.account_id == by.human() {
            return Err(Error::Forbidden("someone else answers what you reported"));
        }
        row.claimed_by = holder(conn, &row, context.now())?;
        if row.claimed_by.is_some_and(|holder| holder != by.human()) {
            return Err(Error::Conflict("another moderator works on this report"));
        }
        let before = row.clone();
        work(&context, conn, &by, &mut row, &mut report)?;
        if row != before {
            group_reports::set(conn, &row)?;
            let reason = format!("report {id}");
            let act = Act {
                kind,
                reason: &reason,
                ..Act::default()
            };
            ledger::append(&context, conn, &by, &act)?;
        }
        one_in(conn, &by, id, context.now())
    })
    .await
}

fn is_open(row: &GroupReport) -> Result<()> {
    if row.state == GroupReportState::Open {
        Ok(())
    } else {
        Err(Error::Conflict("this report is answered already"))
    }
}

/// Takes a report up: nobody else answers it then.
///
/// # Errors
/// `NotFound`, `Forbidden`; `Conflict` where another moderator works on it, or it is answered.
pub async fn claim(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    id: ReportId,
) -> Result<GroupReportView> {
    edit(
        ctx,
        viewer,
        group,
        id,
        "report_claimed",
        |ctx, _conn, by, row, _report| {
            is_open(row)?;
            if row.claimed_by.is_none() {
                row.claimed_by = Some(by.human());
                row.claimed_at = Some(ctx.now());
            }
            Ok(())
        },
    )
    .await
}

/// Lays a report down again.
///
/// # Errors
/// As [`claim`].
pub async fn release(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    id: ReportId,
) -> Result<GroupReportView> {
    edit(
        ctx,
        viewer,
        group,
        id,
        "report_released",
        |_ctx, _conn, _by, row, _report| {
            row.claimed_by = None;
            row.claimed_at = None;
            Ok(())
        },
    )
    .await
}

/// Answers a report as resolved, without words; for apps.
///
/// # Errors
/// As [`claim`].
pub async fn resolve(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    id: ReportId,
) -> Result<GroupReportView> {
    answer(ctx, viewer, group, id, true, "").await
}

/// Answers a report: what was to be done is done, or there was nothing to do. The reporter reads the answer.
///
/// # Errors
/// As [`claim`]; `Invalid` for too long an answer.
pub async fn answer(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    id: ReportId,
    acted: bool,
    answer: &str,
) -> Result<GroupReportView> {
    let answer = answer_of(answer)?;
    let (kind, state) = if acted {
        ("report_resolved", GroupReportState::Resolved)
    } else {
        ("report_dismissed", GroupReportState::Dismissed)
    };
    edit(
        ctx,
        viewer,
        group,
        id,
        kind,
        move |ctx, conn, by, row, report| {
            is_open(row)?;
            close(ctx, by, row, state, answer);
            // Where the server's staff has it too, that is its own to answer.
            let others = group_reports::of(conn, &[id])?;
            let all = others.iter().all(|other| {
                other.group_id == row.group_id || other.state != GroupReportState::Open
            });
            if report.staff_at.is_none() && all {
                report.action_taken_at = Some(ctx.now());
                report.action_taken_by_account_id = Some(by.human());
                report.updated_at = ctx.now();
                reports::set(conn, report)?;
                jobs::cancel(conn, &job_key(id))?;
            }
            Ok(())
        },
    )
    .await
}

fn close(
    ctx: &Context,
    by: &Moderator,
    row: &mut GroupReport,
    state: GroupReportState,
    answer: String,
) {
    row.state = state;
    row.answer = answer;
    row.answered_by = Some(by.human());
    row.answered_at = Some(ctx.now());
    row.claimed_by = None;
    row.claimed_at = None;
}

/// Gives a report to the server's staff.
///
/// # Errors
/// As [`claim`]; `Invalid` for too long an answer.
pub async fn hand_over(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    id: ReportId,
    answer: &str,
) -> Result<GroupReportView> {
    let answer = answer_of(answer)?;
    edit(
        ctx,
        viewer,
        group,
        id,
        "report_handed_over",
        move |ctx, conn, by, row, report| {
            is_open(row)?;
            close(ctx, by, row, GroupReportState::HandedOver, answer);
            if report.staff_at.is_none() {
                jobs::cancel(conn, &job_key(id))?;
                give_to_staff(ctx, conn, report)?;
            }
            Ok(())
        },
    )
    .await
}

/// Opens an answered report again.
///
/// # Errors
/// As [`claim`].
pub async fn reopen(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    id: ReportId,
) -> Result<GroupReportView> {
    edit(
        ctx,
        viewer,
        group,
        id,
        "report_reopened",
        move |ctx, conn, _by, row, report| {
            if row.state == GroupReportState::Open {
                return Ok(());
            }
            row.state = GroupReportState::Open;
            row.answer = String::new();
            row.answered_by = None;
            row.answered_at = None;
            if report.staff_at.is_none() {
                report.action_taken_at = None;
                report.action_taken_by_account_id = None;
                report.updated_at = ctx.now();
                reports::set(conn, report)?;
                let job = Job::ReportOverdue { report: id };
                let due = ctx.now().plus(PATIENCE);
                jobs::enqueue(ctx, conn, &job, Some(&job_key(id)), due)?;
            }
            Ok(())
        },
    )
    .await
}
