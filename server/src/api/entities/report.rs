//! `Report` as its maker sees it, `Admin::Report` as the staff sees it.

use model::{GroupReportState, Millis};
use serde::Serialize;
use services::Place;
use services::admin::reports::AdminReportView;
use services::group_reports::GroupReportView;
use services::reports::ReportView;

use super::admin::AdminAccount;
use super::{Account, Nothing, Status};
use crate::api::about::Rule;

/// <https://docs.joinmastodon.org/entities/Report/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Report {
    id: String,
    action_taken: bool,
    action_taken_at: Option<String>,
    category: &'static str,
    comment: String,
    forwarded: bool,
    created_at: String,
    status_ids: Vec<String>,
    rule_ids: Vec<String>,
    collection_ids: Nothing,
    target_account: Account,
}

fn texts(list: &serde_json::Value) -> Vec<String> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(|one| one.as_str().map(str::to_owned))
        .collect()
}

impl Report {
    /// Prints a report for its maker.
    pub(crate) fn of(place: &Place, view: &ReportView) -> Self {
        let report = &view.report;
        Self {
            id: report.id.to_string(),
            action_taken: report.action_taken_at.is_some(),
            action_taken_at: report.action_taken_at.map(Millis::iso),
            category: report.category.as_str(),
            comment: report.comment.clone(),
            forwarded: report.forwarded,
            created_at: report.created_at.iso(),
            status_ids: view.statuses.iter().map(ToString::to_string).collect(),
            rule_ids: texts(&report.rule_ids),
            collection_ids: [],
            target_account: Account::of(place, &view.target),
        }
    }
}

/// <https://docs.joinmastodon.org/entities/Admin_Report/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct AdminReport {
    id: String,
    action_taken: bool,
    action_taken_at: Option<String>,
    category: &'static str,
    comment: String,
    forwarded: bool,
    created_at: String,
    updated_at: String,
    account: AdminAccount,
    target_account: AdminAccount,
    assigned_account: Option<AdminAccount>,
    action_taken_by_account: Option<AdminAccount>,
    statuses: Vec<Status>,
    rules: Vec<Rule>,
    collections: Nothing,
}

impl AdminReport {
    /// Prints a report for the staff.
    pub(crate) fn of(place: &Place, view: &AdminReportView) -> Self {
        let report = &view.report;
        let account = |one| AdminAccount::of(place, one);
        Self {
            id: report.id.to_string(),
            action_taken: report.action_taken_at.is_some(),
            action_taken_at: report.action_taken_at.map(Millis::iso),
            category: report.category.as_str(),
            comment: report.comment.clone(),
            forwarded: report.forwarded,
            created_at: report.created_at.iso(),
            updated_at: report.updated_at.iso(),
            account: account(&view.account),
            target_account: account(&view.target),
            assigned_account: view.assigned.as_ref().map(account),
            action_taken_by_account: view.acted.as_ref().map(account),
            statuses: view
                .statuses
                .iter()
                .map(|status| Status::of(place, status))
                .collect(),
            rules: Vec::new(),
            collections: [],
        }
    }

    /// Prints a report for the moderators of a group: what all see of those whom it concerns, and no more.
    pub(crate) fn of_group(place: &Place, view: &GroupReportView) -> Self {
        let report = &view.report;
        let account = |one| AdminAccount::public(place, one);
        let is_answered = view.row.state != GroupReportState::Open;
        Self {
            id: report.id.to_string(),
            action_taken: is_answered,
            action_taken_at: view
                .row
                .answered_at
                .filter(|_| is_answered)
                .map(Millis::iso),
            category: report.category.as_str(),
            comment: match view.row.rule.as_str() {
                "" => report.comment.clone(),
                rule => format!("{rule}\n\n{}", report.comment),
            },
            forwarded: report.forwarded,
            created_at: report.created_at.iso(),
            updated_at: report.updated_at.iso(),
            account: account(&view.reporter),
            target_account: account(&view.target),
            assigned_account: view.claimed.as_ref().map(account),
            action_taken_by_account: view.answered.as_ref().map(account),
            statuses: view
                .statuses
                .iter()
                .map(|status| Status::of(place, status))
                .collect(),
            rules: Vec::new(),
            collections: [],
        }
    }

    /// With those of the place's rules that it names.
    pub(crate) fn with_rules(mut self, all: Vec<Rule>, view: &AdminReportView) -> Self {
        let named = texts(&view.report.rule_ids);
        self.rules = all
            .into_iter()
            .filter(|rule| named.contains(&rule.id))
            .collect();
        self
    }
}
