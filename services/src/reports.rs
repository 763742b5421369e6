//! Reports: made here, come from elsewhere, sent on. Who reported stays between them and the staff.

use std::sync::Arc;

use database::reports::{self, Report};
use database::{Conn, accounts, groups, statuses, visible};
use model::{AccountId, Domain, Event, Millis, ReportCategory, ReportId, StatusId};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::moderation::with_parents;
use crate::views::account::{self, AccountView, Viewer};

/// The longest comment.
const MOST_TEXT: usize = 1000;
/// So many statuses in one report.
const MOST_STATUSES: usize = 50;
/// So many reports of one person in an hour; of one server in an hour.
const MOST_BY_PERSON: i64 = 30;
const MOST_BY_SERVER: i64 = 100;

/// A report that someone makes.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// About whom.
    pub target: AccountId,
    /// Which statuses.
    pub statuses: Vec<StatusId>,
    /// Why.
    pub comment: String,
    /// Tell the server of the reported account too.
    pub forward: bool,
    /// What it is about; found out from the rest where it is not said.
    pub category: Option<ReportCategory>,
    /// Which rules.
    pub rules: Vec<String>,
}

/// A report as who made it sees it.
#[derive(Clone, Debug)]
pub struct ReportView {
    /// The row.
    pub report: Report,
    /// About whom.
    pub target: AccountView,
    /// Which statuses.
    pub statuses: Vec<StatusId>,
}

/// Reports an account, with statuses of it that the reporter may see.
///
/// # Errors
/// `NotFound` for an account or status that does not exist for the reporter; `Invalid` for a status of
/// someone else, too long a comment, too many statuses; `LimitExceeded`.
pub async fn create(ctx: &Ctx, viewer: &Viewer, draft: Draft) -> Result<ReportView> {
    check(&draft)?;
    let (context, me) = (Arc::clone(ctx), viewer.id());
    ctx.write(move |conn| {
        let since = context.now().plus(-Millis::HOUR);
        if reports::made_since(conn, me, since)? >= MOST_BY_PERSON {
            return Err(Error::LimitExceeded(
                "that are many reports; try again later",
            ));
        }
        let target = account::one_in(conn, draft.target)?;
        if target.account.id == me || target.account.kind == model::AccountKind::Server {
            let text = "nobody reports themselves or the server";
            return Err(Error::invalid("account_id", "ERR_INVALID", text));
        }
        let mut about = draft.statuses.clone();
        about.sort();
        about.dedup();
        if visible::load(conn, me, &about)?.len() != about.len() {
            return Err(Error::NotFound);
        }
        let group_id = group_of(conn, &about, draft.target)?;
        let now = context.now();
        let report = Report {
            id: context.id(),
            account_id: me,
            target_account_id: draft.target,
            group_id,
            category: category(&draft),
            comment: text::multiline(&draft.comment, MOST_TEXT),
            rule_ids: draft.rules.clone().into(),
            forwarded: draft.forward && !target.account.is_local(),
            uri: None,
            assigned_account_id: None,
            action_taken_at: None,
            action_taken_by_account_id: None,
            created_at: now,
            updated_at: now,
        };
        reports::insert(conn, &report, &about)?;
        context.record(conn, &Event::Reported { report: report.id })?;
        Ok(ReportView {
            report,
            target,
            statuses: about,
        })
    })
    .await
}

fn check(draft: &Draft) -> Result<()> {
    if text::characters(&draft.comment) > MOST_TEXT {
        let text = format!("Comment is too long (maximum is {MOST_TEXT} characters)");
        return Err(Error::invalid("comment", "ERR_TOO_LONG", text));
    }
    if draft.statuses.len() > MOST_STATUSES {
        let text = format!("a report names at most {MOST_STATUSES} posts");
        return Err(Error::invalid("status_ids", "ERR_TOO_LONG", text));
    }
    check_rules(&draft.rules)
}

/// Can these be ids of rules?
///
/// # Errors
/// `Invalid`.
pub(crate) fn check_rules(rules: &[String]) -> Result<()> {
    if rules.len() > MOST_STATUSES {
        let text = format!("a report names at most {MOST_STATUSES} rules");
        return Err(Error::invalid("rule_ids", "ERR_TOO_LONG", text));
    }
    if rules.iter().any(|rule| rule.len() > 20) {
        let text = "there is no such rule";
        return Err(Error::invalid("rule_ids", "ERR_INVALID", text));
    }
    Ok(())
}

fn category(draft: &Draft) -> ReportCategory {
    match draft.category {
        _ if !draft.rules.is_empty() => ReportCategory::Violation,
        Some(category) => category,
        None => ReportCategory::Other,
    }
}

/// The statuses belong to the reported account (of a group: stand in it); in which group of ours they are.
fn group_of(conn: &mut Conn, about: &[StatusId], target: AccountId) -> Result<Option<AccountId>> {
    let mut group = groups::find(conn, target)?.map(|group| group.account_id);
    for id in about {
        let status = statuses::get(conn, *id)?;
        if status.account_id != target && status.group_id != Some(target) {
            let text = "one of these posts is not by this account";
            return Err(Error::invalid("status_ids", "ERR_INVALID", text));
        }
        if let Some(home) = status.group_id
            && groups::find(conn, home)?.is_some()
        {
            group = group.or(Some(home));
        }
    }
    Ok(group)
}

/// A Flag of another server that its actor signed: addresses of one account of ours and of its statuses.
/// A Flag that came before changes nothing.
///
/// # Errors
/// `NotFound` where nothing of it is here; `Forbidden` where its reports are not taken; `LimitExceeded`.
pub async fn receive(
    ctx: &Ctx,
    signer: AccountId,
    uri: &str,
    objects: Vec<String>,
    comment: &str,
) -> Result<ReportId> {
    let (context, uri) = (Arc::clone(ctx), uri.to_owned());
    let comment = text::multiline(comment, MOST_TEXT);
    ctx.write_later(move |conn| {
        let from = accounts::get(conn, signer)?;
        takes_from(conn, &from.domain)?;
        let since = context.now().plus(-Millis::HOUR);
        if reports::made_since(conn, signer, since)? >= MOST_BY_SERVER {
            return Err(Error::LimitExceeded("that are many reports"));
        }
        let (target, about) = named(conn, &objects)?;
        let now = context.now();
        let report = Report {
            id: context.id(),
            account_id: signer,
            target_account_id: target,
            group_id: group_of(conn, &about, target)?,
            category: ReportCategory::Other,
            comment,
            rule_ids: serde_json::Value::Array(Vec::new()),
            forwarded: false,
            uri: Some(uri),
            assigned_account_id: None,
            action_taken_at: None,
            action_taken_by_account_id: None,
            created_at: now,
            updated_at: now,
        };
        if reports::insert(conn, &report, &about)? {
            context.record(conn, &Event::Reported { report: report.id })?;
        }
        Ok(report.id)
    })
    .await
}

fn is_in_group_here(conn: &mut Conn, status: &statuses::Status) -> Result<bool> {
    match status.group() {
        Some(group) => Ok(groups::find(conn, group)?.is_some()),
        None => Ok(false),
    }
}

fn takes_from(conn: &mut Conn, domain: &str) -> Result<()> {
    let Ok(domain) = domain.parse::<Domain>() else {
        return Ok(());
    };
    let refuses = database::domain_blocks::of(conn, &with_parents(&domain))?
        .iter()
        .any(|block| block.reject_reports);
    if refuses {
        return Err(Error::Forbidden("reports of this server are not taken"));
    }
    Ok(())
}

/// Whom and what these addresses name: the account that is named, else the author of the first status;
/// and its statuses among them. Only what lives here or stands in a group of ours, whoever wrote it: of the
/// rest its own server decides.
fn named(conn: &mut Conn, objects: &[String]) -> Result<(AccountId, Vec<StatusId>)> {
    let mut target = None;
    let mut about = Vec::new();
    for uri in objects.iter().take(MOST_STATUSES) {
        if let Some(account) = accounts::by_uri(conn, uri)?.filter(accounts::Account::is_local) {
            target = target.or(Some(account.id));
        } else if let Some(status) = statuses::by_uri(conn, uri)?
            && !status.is_deleted()
            && (status.local || is_in_group_here(conn, &status)?)
        {
            about.push(status);
        }
    }
    let target = target
        .or_else(|| about.first().map(|status| status.account_id))
        .ok_or(Error::NotFound)?;
    let about = about
        .into_iter()
        .filter(|status| status.account_id == target || status.group_id == Some(target))
        .map(|status| status.id)
        .collect();
    Ok((target, about))
}

/// A report that is to be told to the server of the reported account: its comment, the address of the
/// account and those of the statuses. Never who reported. `None` where it is not.
///
/// # Errors
/// The database.
pub async fn to_forward(
    ctx: &Ctx,
    id: ReportId,
) -> Result<Option<(Report, AccountId, Vec<String>)>> {
    ctx.db
        .read(move |conn| {
            let report = reports::get(conn, id)?;
            if !report.forwarded || report.uri.is_some() {
                return Ok(None);
            }
            let target = accounts::get(conn, report.target_account_id)?;
            let mut objects = vec![target.uri];
            let about: Vec<StatusId> = reports::statuses(conn, &[id])?
                .into_iter()
                .map(|(_report, status)| status)
                .collect();
            objects.extend(
                statuses::addresses(conn, &about)?
                    .into_iter()
                    .map(|(_id, uri)| uri),
            );
            Ok(Some((report, target.id, objects)))
        })
        .await
}
