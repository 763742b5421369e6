//! Reports and the statuses that they name.

use diesel::prelude::*;
use model::{AccountId, Millis, Page, ReportCategory, ReportId, StatusId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::{accounts, report_statuses, reports};
use crate::sql::one_of;

/// A row of `reports`.
#[derive(
    Clone, Debug, PartialEq, Eq, Queryable, Selectable, Identifiable, Insertable, AsChangeset,
)]
#[diesel(table_name = reports, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Report {
    /// Its id.
    pub id: ReportId,
    /// Who reports.
    pub account_id: AccountId,
    /// Whom.
    pub target_account_id: AccountId,
    /// The group of ours in which the reported posts stand.
    pub group_id: Option<AccountId>,
    /// What it is about.
    pub category: ReportCategory,
    /// In the reporter's words.
    pub comment: String,
    /// The rules that were broken, as a list of strings.
    pub rule_ids: serde_json::Value,
    /// The server of the reported account was told.
    pub forwarded: bool,
    /// The address of the Flag that came from elsewhere.
    pub uri: Option<String>,
    /// Who works on it.
    pub assigned_account_id: Option<AccountId>,
    /// When it was resolved.
    pub action_taken_at: Option<Millis>,
    /// By whom.
    pub action_taken_by_account_id: Option<AccountId>,
    /// When it came.
    pub created_at: Millis,
    /// When something about it changed.
    pub updated_at: Millis,
    /// Since when the server's staff answers it too; `None` while it is a group's business alone.
    pub staff_at: Option<Millis>,
}

/// Adds a report with its statuses; `false` where this Flag came before.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, report: &Report, about: &[StatusId]) -> Result<bool> {
    if let Some(uri) = &report.uri {
        let there: bool = both!(conn => diesel::select(diesel::dsl::exists(
            reports::table.filter(reports::uri.eq(uri))
        ))
        .get_result(conn))?;
        if there {
            return Ok(false);
        }
    }
    both!(conn => diesel::insert_into(reports::table).values(report).execute(conn))?;
    let rows: Vec<_> = about
        .iter()
        .map(|status| {
            (
                report_statuses::report_id.eq(report.id),
                report_statuses::status_id.eq(*status),
            )
        })
        .collect();
    if !rows.is_empty() {
        both!(conn => diesel::insert_into(report_statuses::table)
            .values(&rows)
            .on_conflict_do_nothing()
            .execute(conn))?;
    }
    Ok(true)
}

/// One.
///
/// # Errors
/// `NotFound`.
pub fn get(conn: &mut Conn, id: ReportId) -> Result<Report> {
    Ok(both!(conn => reports::table.find(id).select(Report::as_select()).get_result(conn))?)
}

/// Those with these ids, in no order.
///
/// # Errors
/// The database.
pub fn by_ids(conn: &mut Conn, ids: &[ReportId]) -> Result<Vec<Report>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => reports::table
        .filter(one_of("reports.id", ids))
        .select(Report::as_select())
        .load(conn))?)
}

/// Writes a changed report.
///
/// # Errors
/// The database.
pub fn set(conn: &mut Conn, report: &Report) -> Result<()> {
    both!(conn => diesel::update(reports::table.find(report.id)).set(report).execute(conn))?;
    Ok(())
}

/// The statuses that these reports name.
///
/// # Errors
/// The database.
pub fn statuses(conn: &mut Conn, ids: &[ReportId]) -> Result<Vec<(ReportId, StatusId)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => report_statuses::table
        .filter(one_of("report_statuses.report_id", ids))
        .order(report_statuses::status_id.desc())
        .select((report_statuses::report_id, report_statuses::status_id))
        .load(conn))?)
}

/// Which reports.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Resolved ones, or open ones.
    pub resolved: bool,
    /// By whom.
    pub account: Option<AccountId>,
    /// About whom.
    pub target: Option<AccountId>,
    /// About someone of this domain.
    pub target_domain: Option<String>,
}

/// A page of those that have come to the server's staff, newest first.
///
/// # Errors
/// The database.
pub fn page(conn: &mut Conn, wanted: &Wanted, page: &Page) -> Result<Vec<Report>> {
    let mut rows: Vec<Report> = both!(conn => {
        let mut query = reports::table
            .inner_join(accounts::table.on(accounts::id.eq(reports::target_account_id)))
            .filter(reports::staff_at.is_not_null())
            .filter(reports::id.lt(page.below()))
            .filter(reports::id.gt(page.above()))
            .select(Report::as_select())
            .limit(page.limit)
            .into_boxed::<Db>();
        query = if wanted.resolved {
            query.filter(reports::action_taken_at.is_not_null())
        } else {
            query.filter(reports::action_taken_at.is_null())
        };
        if let Some(account) = wanted.account {
            query = query.filter(reports::account_id.eq(account));
        }
        if let Some(target) = wanted.target {
            query = query.filter(reports::target_account_id.eq(target));
        }
        if let Some(domain) = &wanted.target_domain {
            query = query.filter(accounts::domain.eq(domain));
        }
        if page.ascending() {
            query.order(reports::id.asc()).load(conn)
        } else {
            query.order(reports::id.desc()).load(conn)
        }
    })?;
    if page.ascending() {
        rows.reverse();
    }
    Ok(rows)
}

/// The open reports about an account that have come to the server's staff.
///
/// # Errors
/// The database.
pub fn open_about(conn: &mut Conn, target: AccountId) -> Result<Vec<Report>> {
    Ok(both!(conn => reports::table
        .filter(reports::target_account_id.eq(target))
        .filter(reports::action_taken_at.is_null())
        .filter(reports::staff_at.is_not_null())
        .select(Report::as_select())
        .load(conn))?)
}

/// Those that someone made, newest first.
///
/// # Errors
/// The database.
pub fn made_by(conn: &mut Conn, account: AccountId, limit: i64) -> Result<Vec<Report>> {
    Ok(both!(conn => reports::table
        .filter(reports::account_id.eq(account))
        .order(reports::id.desc())
        .limit(limit)
        .select(Report::as_select())
        .load(conn))?)
}

/// How many reports someone made since then.
///
/// # Errors
/// The database.
pub fn made_since(conn: &mut Conn, account: AccountId, since: Millis) -> Result<i64> {
    Ok(both!(conn => reports::table
        .filter(reports::account_id.eq(account))
        .filter(reports::created_at.ge(since))
        .count()
        .get_result(conn))?)
}
