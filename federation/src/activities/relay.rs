//! The server side of FEP-1b12: what a member did in a group of this server, and what was accepted,
//! goes on to the other members byte for byte.

use database::accounts::Account;
use database::groups;
use database::statuses::Status;
use model::{Millis, Visibility};

use crate::error::Result;
use crate::notes;
use crate::receive::Job;
use crate::vocabulary::ObjectUri;

/// What came longer ago is not looked through.
const LATELY: i64 = Millis::HOUR;

/// The group of this server in which a status stands.
pub(super) async fn group_here(job: &Job<'_>, status: &Status) -> Result<Option<groups::Group>> {
    // What waits for a moderator, or is neither for everyone nor for the members, is passed on to nobody.
    let goes_on = status.visibility.is_open() || status.visibility == Visibility::Members;
    let Some(group) = status.group().filter(|_| goes_on) else {
        return Ok(None);
    };
    let found = job.fed.ctx.db.read(move |conn| groups::find(conn, group));
    Ok(found.await?)
}

/// As [`group_here`], by the status's address.
pub(super) async fn group_of(job: &Job<'_>, uri: &ObjectUri) -> Result<Option<groups::Group>> {
    match notes::row(job.fed, uri).await? {
        Some(status) => group_here(job, &status).await,
        None => Ok(None),
    }
}

/// As [`group_of`], where the status is the signer's own: what is done to those of others has no effect,
/// and what has none is not passed on.
pub(super) async fn group_of_own(job: &Job<'_>, uri: &ObjectUri) -> Result<Option<groups::Group>> {
    match notes::row(job.fed, uri).await? {
        Some(status) if status.account_id == job.signer.id => group_here(job, &status).await,
        _ => Ok(None),
    }
}

/// Did the signer tell of this lately? Then it was passed on at that time.
pub(super) async fn is_told(job: &Job<'_>, uri: &ObjectUri) -> Result<bool> {
    let (actor, uri) = (job.actor.to_string(), uri.to_string());
    let since = job.fed.ctx.now().plus(-LATELY);
    let found = job
        .fed
        .ctx
        .db
        .read(move |conn| database::inbox::is_done(conn, &actor, &uri, since));
    Ok(found.await?)
}

/// Passes the activity on, where its actor is a member.
pub(super) async fn pass_on(job: &Job<'_>, group: Option<groups::Group>) -> Result<()> {
    let Some(group) = group else { return Ok(()) };
    if is_member(job, &group, &job.signer).await? {
        services::groups::relay(&job.fed.ctx, group.account_id, job.row).await?;
    }
    Ok(())
}

/// Passes a vote on, where the group shares votes.
pub(super) async fn pass_vote_on(job: &Job<'_>, group: Option<groups::Group>) -> Result<()> {
    pass_on(job, group.filter(|group| group.shares_votes)).await
}

async fn is_member(job: &Job<'_>, group: &groups::Group, who: &Account) -> Result<bool> {
    Ok(services::groups::is_member(&job.fed.ctx, group.account_id, who.id).await?)
}
