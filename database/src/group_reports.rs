//! Reports in the hands of the moderators of the groups in which the reported posts stand.

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use model::{AccountId, GroupReportState, Millis, Page, ReportId, StatusId};

use crate::conn::{Conn, both};
use crate::error::{Error, Result};
use crate::schema::{group_reports, moderation_actions, report_statuses, reports, statuses};

/// A row of `group_reports`.
#[derive(
    Clone, Debug, PartialEq, Eq, Queryable, Selectable, Identifiable, Insertable, AsChangeset,
)]
#[diesel(table_name = group_reports, primary_key(report_id, group_id), treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct GroupReport {
    /// The report.
    pub report_id: ReportId,
    /// Whose moderators answer it.
    pub group_id: AccountId,
    /// How far it has come.
    pub state: GroupReportState,
    /// The rule of the group that the reporter names, in free words.
    pub rule: String,
    /// Who works on it.
    pub claimed_by: Option<AccountId>,
    /// Since when.
    pub claimed_at: Option<Millis>,
    /// Who answered it.
    pub answered_by: Option<AccountId>,
    /// What the reporter is told.
    pub answer: String,
    /// When.
    pub answered_at: Option<Millis>,
    /// When it came.
    pub created_at: Millis,
}

/// Adds one.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, row: &GroupReport) -> Result<()> {
    both!(conn => diesel::insert_into(group_reports::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(())
}

/// Writes a changed one.
///
/// # Errors
/// The database.
pub fn set(conn: &mut Conn, row: &GroupReport) -> Result<()> {
    both!(conn => diesel::update(group_reports::table.find((row.report_id, row.group_id)))
        .set(row)
        .execute(conn))?;
    Ok(())
}

/// The rows of these reports, in no order.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, ids: &[ReportId]) -> Result<Vec<GroupReport>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => group_reports::table
        .filter(group_reports::report_id.eq_any(ids))
        .order(group_reports::group_id)
        .select(GroupReport::as_select())
        .load(conn))?)
}

/// Whose eyes: a moderator never sees what was reported about himself.
#[derive(Clone, Copy, Debug)]
pub struct Eyes {
    /// Which group.
    pub group: AccountId,
    /// The human who looks.
    pub human: AccountId,
}

/// One, where this moderator may see it.
///
/// # Errors
/// `NotFound`.
pub fn get(conn: &mut Conn, eyes: Eyes, id: ReportId) -> Result<GroupReport> {
    let found: Option<GroupReport> = both!(conn => group_reports::table
        .inner_join(reports::table.on(reports::id.eq(group_reports::report_id)))
        .filter(group_reports::report_id.eq(id))
        .filter(group_reports::group_id.eq(eyes.group))
        .filter(reports::target_account_id.ne(eyes.human))
        .select(GroupReport::as_select())
        .get_result(conn)
        .optional())?;
    found.ok_or(Error::NotFound)
}

/// Open ones, or answered ones, newest first.
///
/// # Errors
/// The database.
pub fn page(conn: &mut Conn, eyes: Eyes, open: bool, page: &Page) -> Result<Vec<GroupReport>> {
    let mut rows: Vec<GroupReport> = both!(conn => {
        let query = group_reports::table
            .inner_join(reports::table.on(reports::id.eq(group_reports::report_id)))
            .filter(group_reports::group_id.eq(eyes.group))
            .filter(reports::target_account_id.ne(eyes.human))
            .filter(group_reports::report_id.lt(ReportId(page.below())))
            .filter(group_reports::report_id.gt(ReportId(page.above())))
            .select(GroupReport::as_select())
            .limit(page.limit)
            .into_boxed::<Db>();
        let query = if open {
            query.filter(group_reports::state.eq(GroupReportState::Open))
        } else {
            query.filter(group_reports::state.ne(GroupReportState::Open))
        };
        if page.ascending() {
            query.order(group_reports::report_id.asc()).load(conn)
        } else {
            query.order(group_reports::report_id.desc()).load(conn)
        }
    })?;
    if page.ascending() {
        rows.reverse();
    }
    Ok(rows)
}

/// How many wait for an answer.
///
/// # Errors
/// The database.
pub fn waiting(conn: &mut Conn, eyes: Eyes) -> Result<i64> {
    Ok(both!(conn => group_reports::table
        .inner_join(reports::table.on(reports::id.eq(group_reports::report_id)))
        .filter(group_reports::group_id.eq(eyes.group))
        .filter(group_reports::state.eq(GroupReportState::Open))
        .filter(reports::target_account_id.ne(eyes.human))
        .count()
        .get_result(conn))?)
}

/// Is there one of this report that nobody answered?
///
/// # Errors
/// The database.
pub fn is_waiting(conn: &mut Conn, id: ReportId) -> Result<bool> {
    Ok(both!(conn => diesel::select(exists(
        group_reports::table
            .filter(group_reports::report_id.eq(id))
            .filter(group_reports::state.eq(GroupReportState::Open)),
    ))
    .get_result(conn))?)
}

/// The statuses of a report that stand in this group, also those that were taken out of it.
///
/// # Errors
/// The database.
pub fn statuses(
    conn: &mut Conn,
    group: AccountId,
    ids: &[ReportId],
) -> Result<Vec<(ReportId, StatusId)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => report_statuses::table
        .inner_join(statuses::table.on(statuses::id.eq(report_statuses::status_id)))
        .filter(report_statuses::report_id.eq_any(ids))
        .filter(statuses::group_id.eq(group))
        .order(report_statuses::status_id)
        .select((report_statuses::report_id, report_statuses::status_id))
        .load(conn))?)
}

/// Which side of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Who was reported.
    Reported,
    /// Who reported.
    Reporter,
}

/// The states of the other reports in this group against, or by, an account, the newest hundred, without those
/// about the moderator who looks.
///
/// # Errors
/// The database.
pub fn earlier(
    conn: &mut Conn,
    eyes: Eyes,
    side: Side,
    who: AccountId,
    but: ReportId,
) -> Result<Vec<GroupReportState>> {
    Ok(both!(conn => {
        let query = group_reports::table
            .inner_join(reports::table.on(reports::id.eq(group_reports::report_id)))
            .filter(group_reports::group_id.eq(eyes.group))
            .filter(not(reports::id.eq(but)))
            .filter(reports::target_account_id.ne(eyes.human))
            .order(group_reports::report_id.desc())
            .limit(100)
            .select(group_reports::state)
            .into_boxed::<Db>();
        match side {
            Side::Reported => query.filter(reports::target_account_id.eq(who)).load(conn),
            Side::Reporter => query.filter(reports::account_id.eq(who)).load(conn),
        }
    })?)
}

/// What became of the reports that someone made, newest first.
///
/// # Errors
/// The database.
pub fn made_by(conn: &mut Conn, account: AccountId, limit: i64) -> Result<Vec<GroupReport>> {
    Ok(both!(conn => group_reports::table
        .inner_join(reports::table.on(reports::id.eq(group_reports::report_id)))
        .filter(reports::account_id.eq(account))
        .order((group_reports::report_id.desc(), group_reports::group_id))
        .limit(limit)
        .select(GroupReport::as_select())
        .load(conn))?)
}

/// What stands in the log of a group about an account, newest first: what was done, when, why.
///
/// # Errors
/// The database.
pub fn acts_about(
    conn: &mut Conn,
    group: AccountId,
    who: AccountId,
    limit: i64,
) -> Result<Vec<(String, Millis, String)>> {
    Ok(both!(conn => moderation_actions::table
        .filter(moderation_actions::group_id.eq(group))
        .filter(moderation_actions::target_account_id.eq(who))
        .order(moderation_actions::id.desc())
        .limit(limit)
        .select((
            moderation_actions::kind,
            moderation_actions::created_at,
            moderation_actions::reason,
        ))
        .load(conn))?)
}
