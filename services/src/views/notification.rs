//! A notification with its account, its status, and what else it is about.

use std::collections::{HashMap, HashSet};

use database::account_warnings::{self, AccountWarning};
use database::notifications::{NO_STATUS, Notification};
use database::severance_events::{self, SeveranceEvent};
use database::{Conn, group_reports, memberships, reports, users};
use model::{
    AccountId, GroupKey, MembershipState, Millis, NotificationId, NotificationKind, ReportId, Role,
    ServerRole, SeveranceId, StatusId, WarningId,
};

use super::account::AccountView;
use super::status::StatusView;
use crate::error::Result;
use crate::reports::ReportView;

/// What a notification is about, where that is no status.
#[derive(Clone, Debug, Default)]
pub enum Subject {
    /// Nothing else.
    #[default]
    Nothing,
    /// Follows that ended.
    Severance(Box<SeveranceEvent>),
    /// What the staff did, and to whom.
    Warning(Box<AccountWarning>, Box<AccountView>),
    /// What someone reported.
    Report(Box<ReportView>),
}

/// A notification ready to print.
#[derive(Clone, Debug)]
pub struct NotificationView {
    /// Its id.
    pub id: NotificationId,
    /// Why.
    pub kind: NotificationKind,
    /// When.
    pub created_at: Millis,
    /// What its group is called.
    pub group_key: GroupKey,
    /// Held back by the policy of who is told.
    pub filtered: bool,
    /// Because of whom.
    pub account: AccountView,
    /// About what.
    pub status: Option<StatusView>,
    /// About what else.
    pub subject: Subject,
}

/// Everything that a page of notifications shows, each kind by one statement.
pub(crate) struct Shelf {
    accounts: HashMap<AccountId, AccountView>,
    statuses: HashMap<StatusId, StatusView>,
    subjects: HashMap<NotificationId, Subject>,
}

impl Shelf {
    /// Loads what these notifications are about, and these accounts too.
    pub(crate) fn load(
        conn: &mut Conn,
        viewer: AccountId,
        rows: &[Notification],
        others: &[AccountId],
    ) -> Result<Self> {
        let people: HashSet<AccountId> = rows
            .iter()
            .map(|row| row.from_id)
            .chain(others.iter().copied())
            .collect();
        let people: Vec<AccountId> = people.into_iter().collect();
        let about: HashSet<StatusId> = rows
            .iter()
            .map(|row| row.status_id)
            .filter(|id| *id != NO_STATUS)
            .collect();
        let about: Vec<StatusId> = about.into_iter().collect();
        Ok(Self {
            accounts: super::account::load_in(conn, &people)?
                .into_iter()
                .map(|view| (view.account.id, view))
                .collect(),
            statuses: super::status::load_in(conn, viewer, &about)?
                .into_iter()
                .map(|view| (view.status.id, view))
                .collect(),
            subjects: subjects(conn, viewer, rows)?,
        })
    }

    /// An account.
    pub(crate) fn account(&self, id: AccountId) -> Option<&AccountView> {
        self.accounts.get(&id)
    }

    /// A notification with what it is about; nothing where its reader may not see that any more.
    pub(crate) fn view(&self, row: &Notification) -> Option<NotificationView> {
        let status = match row.status_id {
            NO_STATUS => None,
            id => Some(self.statuses.get(&id)?.clone()),
        };
        let subject = self.subjects.get(&row.id).cloned().unwrap_or_default();
        if is_about_something_else(row.kind) && matches!(subject, Subject::Nothing) {
            return None;
        }
        Some(NotificationView {
            id: row.id,
            kind: row.kind,
            created_at: row.created_at,
            group_key: GroupKey::of(row.id, row.kind, row.status_id, row.bucket),
            filtered: row.filtered,
            account: self.accounts.get(&row.from_id)?.clone(),
            status,
            subject,
        })
    }
}

/// Does a notification of this kind say nothing without its subject?
const fn is_about_something_else(kind: NotificationKind) -> bool {
    matches!(
        kind,
        NotificationKind::SeveredRelationships
            | NotificationKind::ModerationWarning
            | NotificationKind::AdminReport
    )
}

/// The numbers of what the notifications of one kind are about.
fn objects(rows: &[Notification], kind: NotificationKind) -> Vec<i64> {
    rows.iter()
        .filter(|row| row.kind == kind)
        .map(|row| row.object_id)
        .collect()
}

fn subjects(
    conn: &mut Conn,
    viewer: AccountId,
    rows: &[Notification],
) -> Result<HashMap<NotificationId, Subject>> {
    let severed: Vec<SeveranceId> = objects(rows, NotificationKind::SeveredRelationships)
        .into_iter()
        .map(SeveranceId)
        .collect();
    let severed: HashMap<i64, SeveranceEvent> = severance_events::of(conn, viewer, &severed)?
        .into_iter()
        .map(|event| (event.id.0, event))
        .collect();
    let warnings = warnings(conn, viewer, rows)?;
    let reported = reported(conn, viewer, rows)?;
    let subject = |row: &Notification| match row.kind {
        NotificationKind::SeveredRelationships => {
            let event = severed.get(&row.object_id)?.clone();
            Some(Subject::Severance(Box::new(event)))
        }
        NotificationKind::ModerationWarning => warnings.get(&row.object_id).cloned(),
        NotificationKind::AdminReport => {
            let view = reported.get(&row.object_id)?.clone();
            Some(Subject::Report(Box::new(view)))
        }
        _ => None,
    };
    Ok(rows
        .iter()
        .filter_map(|row| Some((row.id, subject(row)?)))
        .collect())
}

/// What the staff did to the viewer.
fn warnings(
    conn: &mut Conn,
    viewer: AccountId,
    rows: &[Notification],
) -> Result<HashMap<i64, Subject>> {
    let ids: Vec<WarningId> = objects(rows, NotificationKind::ModerationWarning)
        .into_iter()
        .map(WarningId)
        .collect();
    let mut found = account_warnings::by_ids(conn, &ids)?;
    found.retain(|warning| warning.target_account_id == viewer);
    if found.is_empty() {
        return Ok(HashMap::new());
    }
    let Some(target) = super::account::load_in(conn, &[viewer])?.pop() else {
        return Ok(HashMap::new());
    };
    Ok(found
        .into_iter()
        .map(|warning| {
            let id = warning.id.0;
            (
                id,
                Subject::Warning(Box::new(warning), Box::new(target.clone())),
            )
        })
        .collect())
}

/// The reports that the viewer may still answer: as one of the staff, as a moderator of the group, or as the
/// group itself. Nobody sees here what was reported about himself, and the group, for which several people
/// look, nothing about someone who moderates it by now.
fn reported(
    conn: &mut Conn,
    viewer: AccountId,
    rows: &[Notification],
) -> Result<HashMap<i64, ReportView>> {
    let ids: Vec<ReportId> = objects(rows, NotificationKind::AdminReport)
        .into_iter()
        .map(ReportId)
        .collect();
    let mut found = reports::by_ids(conn, &ids)?;
    found.retain(|report| report.target_account_id != viewer);
    if found.is_empty() {
        return Ok(HashMap::new());
    }
    let staff = users::find(conn, viewer)?.is_some_and(|user| user.role != ServerRole::Member);
    let entrusted = group_reports::of(conn, &ids)?;
    let groups: Vec<AccountId> = entrusted.iter().map(|row| row.group_id).collect();
    let mut own: HashSet<AccountId> = memberships::of(conn, viewer, &groups)?
        .into_iter()
        .filter(|row| row.state == MembershipState::Member && row.role != Role::Member)
        .map(|row| row.group_id)
        .collect();
    let mut colleagues = HashSet::new();
    if groups.contains(&viewer) {
        own.insert(viewer);
        colleagues.extend(memberships::moderators(conn, viewer)?);
    }
    found.retain(|report| {
        let ours = entrusted
            .iter()
            .any(|row| row.report_id == report.id && own.contains(&row.group_id));
        let about_us = colleagues.contains(&report.target_account_id);
        (ours && !about_us) || (staff && report.staff_at.is_some())
    });
    let mut named: HashMap<ReportId, Vec<StatusId>> = HashMap::new();
    for (report, status) in reports::statuses(conn, &ids)? {
        named.entry(report).or_default().push(status);
    }
    let targets: Vec<AccountId> = found.iter().map(|row| row.target_account_id).collect();
    let targets: HashMap<AccountId, AccountView> = super::account::load_in(conn, &targets)?
        .into_iter()
        .map(|view| (view.account.id, view))
        .collect();
    Ok(found
        .into_iter()
        .filter_map(|report| {
            let view = ReportView {
                target: targets.get(&report.target_account_id)?.clone(),
                statuses: named.remove(&report.id).unwrap_or_default(),
                report,
            };
            Some((view.report.id.0, view))
        })
        .collect())
}

/// Loads what notifications are about; one about a status that its reader may no longer see is left out.
///
/// # Errors
/// The database.
pub fn load_in(
    conn: &mut Conn,
    viewer: AccountId,
    rows: &[Notification],
) -> Result<Vec<NotificationView>> {
    let shelf = Shelf::load(conn, viewer, rows, &[])?;
    Ok(rows.iter().filter_map(|row| shelf.view(row)).collect())
}
