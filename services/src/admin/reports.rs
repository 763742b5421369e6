//! Reports in the hands of the staff: read, taken up, answered.

use std::collections::HashMap;
use std::sync::Arc;

use database::Conn;
use database::reports::{self, Report};
use model::{AccountId, Page, Paged, Power, ReportCategory, ReportId, StatusId};

pub use database::reports::Wanted;

use super::accounts::log;
use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::policy::staff::{self, Staff};
use crate::views::account::Viewer;
use crate::views::admin_account::{self, AdminAccountView};
use crate::views::status::{self, StatusView};

/// A report with all whom it concerns.
#[derive(Clone, Debug)]
pub struct AdminReportView {
    /// The row.
    pub report: Report,
    /// Who reports.
    pub account: AdminAccountView,
    /// Whom.
    pub target: AdminAccountView,
    /// Who works on it.
    pub assigned: Option<AdminAccountView>,
    /// Who answered it.
    pub acted: Option<AdminAccountView>,
    /// What was reported, as far as it is still there.
    pub statuses: Vec<StatusView>,
}

fn load_in(conn: &mut Conn, reader: AccountId, rows: Vec<Report>) -> Result<Vec<AdminReportView>> {
    let ids: Vec<ReportId> = rows.iter().map(|row| row.id).collect();
    let mut who: Vec<AccountId> = rows
        .iter()
        .flat_map(|row| {
            [
                Some(row.account_id),
                Some(row.target_account_id),
                row.assigned_account_id,
                row.action_taken_by_account_id,
            ]
        })
        .flatten()
        .collect();
    who.sort();
    who.dedup();
    let people: HashMap<AccountId, AdminAccountView> = admin_account::load_in(conn, &who)?
        .into_iter()
        .map(|view| (view.account.account.id, view))
        .collect();
    let named = reports::statuses(conn, &ids)?;
    let about: Vec<StatusId> = named.iter().map(|(_report, status)| *status).collect();
    let statuses: HashMap<StatusId, StatusView> = status::reported_in(conn, reader, &about)?
        .into_iter()
        .map(|view| (view.status.id, view))
        .collect();
    let person = |id: Option<AccountId>| id.and_then(|id| people.get(&id).cloned());
    Ok(rows
        .into_iter()
        .filter_map(|report| {
            Some(AdminReportView {
                account: person(Some(report.account_id))?,
                target: person(Some(report.target_account_id))?,
                assigned: person(report.assigned_account_id),
                acted: person(report.action_taken_by_account_id),
                statuses: named
                    .iter()
                    .filter(|(id, _status)| *id == report.id)
                    .filter_map(|(_id, status)| statuses.get(status).cloned())
                    .collect(),
                report,
            })
        })
        .collect())
}

/// A report that has come to the staff: what the moderators of a group answer is theirs.
fn come(conn: &mut Conn, id: ReportId) -> Result<Report> {
    Some(reports::get(conn, id)?)
        .filter(|report| report.staff_at.is_some())
        .ok_or(Error::NotFound)
}

fn one_in(conn: &mut Conn, reader: AccountId, id: ReportId) -> Result<AdminReportView> {
    let row = come(conn, id)?;
    load_in(conn, reader, vec![row])?
        .pop()
        .ok_or(Error::NotFound)
}

/// Reports, newest first.
///
/// # Errors
/// `Forbidden`.
pub async fn page(
    ctx: &Ctx,
    viewer: &Viewer,
    wanted: Wanted,
    page: Page,
) -> Result<Paged<AdminReportView>> {
    let viewer = viewer.clone();
    ctx.db
        .read(move |conn| {
            let staff = staff::staff(conn, &viewer, Power::ManageReports)?;
            let rows = reports::page(conn, &wanted, &page)?;
            let cursors = rows.iter().map(|row| (row.id.0, ())).collect();
            Ok(Paged::of(cursors, &page).with(load_in(conn, staff.human(), rows)?))
        })
        .await
}

/// One report.
///
/// # Errors
/// `Forbidden`, `NotFound`.
pub async fn show(ctx: &Ctx, viewer: &Viewer, id: ReportId) -> Result<AdminReportView> {
    let viewer = viewer.clone();
    ctx.db
        .read(move |conn| {
            let staff = staff::staff(conn, &viewer, Power::ManageReports)?;
            one_in(conn, staff.human(), id)
        })
        .await
}

/// Sorts a report anew.
///
/// # Errors
/// `Forbidden`, `NotFound`, `Invalid` for what cannot be rules.
pub async fn change(
    ctx: &Ctx,
    viewer: &Viewer,
    id: ReportId,
    category: Option<ReportCategory>,
    rules: Option<Vec<String>>,
) -> Result<AdminReportView> {
    crate::reports::check_rules(rules.as_deref().unwrap_or_default())?;
    edit(ctx, viewer, id, "report_changed", move |_staff, report| {
        report.category = category.unwrap_or(report.category);
        if let Some(rules) = rules.filter(|_| report.category == ReportCategory::Violation) {
            report.rule_ids = rules.into();
        }
    })
    .await
}

/// Takes a report up.
///
/// # Errors
/// `Forbidden`, `NotFound`.
pub async fn assign_to_self(ctx: &Ctx, viewer: &Viewer, id: ReportId) -> Result<AdminReportView> {
    edit(ctx, viewer, id, "report_assigned", |staff, report| {
        report.assigned_account_id = Some(staff.human());
    })
    .await
}

/// Lays a report down again.
///
/// # Errors
/// `Forbidden`, `NotFound`.
pub async fn unassign(ctx: &Ctx, viewer: &Viewer, id: ReportId) -> Result<AdminReportView> {
    edit(ctx, viewer, id, "report_unassigned", |_staff, report| {
        report.assigned_account_id = None;
    })
    .await
}

/// Answers a report: what was to be done was done.
///
/// # Errors
/// `Forbidden`, `NotFound`.
pub async fn resolve(ctx: &Ctx, viewer: &Viewer, id: ReportId) -> Result<AdminReportView> {
    let now = ctx.now();
    edit(ctx, viewer, id, "report_resolved", move |staff, report| {
        report.action_taken_at = report.action_taken_at.or(Some(now));
        report.action_taken_by_account_id = Some(staff.human());
    })
    .await
}

/// Opens a report again.
///
/// # Errors
/// `Forbidden`, `NotFound`.
pub async fn reopen(ctx: &Ctx, viewer: &Viewer, id: ReportId) -> Result<AdminReportView> {
    edit(ctx, viewer, id, "report_reopened", |_staff, report| {
        report.action_taken_at = None;
        report.action_taken_by_account_id = None;
    })
    .await
}

async fn edit(
    ctx: &Ctx,
    viewer: &Viewer,
    id: ReportId,
    kind: &'static str,
    work: impl FnOnce(&Staff, &mut Report) + Send + 'static,
) -> Result<AdminReportView> {
    let (context, viewer) = (Arc::clone(ctx), viewer.clone());
    ctx.write(move |conn| {
        let staff = staff::staff(conn, &viewer, Power::ManageReports)?;
        let mut report = come(conn, id)?;
        work(&staff, &mut report);
        report.updated_at = context.now();
        reports::set(conn, &report)?;
        let reason = format!("report {id}");
        log(
            &context,
            conn,
            &staff,
            kind,
            report.target_account_id,
            &reason,
        )?;
        one_in(conn, staff.human(), id)
    })
    .await
}

/// Answers the statuses that the named report is about. An act about an account answers the reports about it: the one that it names, and, where something was
/// done, every open one.
pub(crate) fn answer(
    ctx: &Ctx,
    conn: &mut Conn,
    by: &Staff,
    target: AccountId,
    named: Option<ReportId>,
    all: bool,
) -> Result<serde_json::Value> {
    let mut rows = Vec::new();
    let mut about: Vec<String> = Vec::new();
    if let Some(id) = named {
        let report = come(conn, id)?;
        if report.target_account_id != target {
            return Err(Error::NotFound);
        }
        about = reports::statuses(conn, &[id])?
            .into_iter()
            .map(|(_report, status)| status.to_string())
            .collect();
        rows.push(report);
    }
    if all {
        rows.extend(reports::open_about(conn, target)?);
    }
    let now = ctx.now();
    for mut report in rows {
        report.action_taken_at = report.action_taken_at.or(Some(now));
        report.action_taken_by_account_id = Some(by.human());
        report.updated_at = now;
        reports::set(conn, &report)?;
    }
    Ok(about.into())
}
