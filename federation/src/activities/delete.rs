//! Something is gone: a status of its author, or an actor by its own word.

use super::relay;
use super::steward::{self, Touch};
use crate::error::Error;
use crate::keys;
use crate::receive::{Job, Outcome};
use crate::vocabulary::{Delete, same_origin};

/// A `Delete` that its actor signed.
pub(super) async fn receive(job: &Job<'_>, delete: &Delete) -> Outcome {
    let fed = job.fed;
    if delete.object == job.actor {
        keys::forget(fed, &job.signer).await?;
        services::accounts::receive_delete(&fed.ctx, job.signer.id).await?;
        return Ok("an actor is gone");
    }
    // In a group of ours a moderator takes out what others wrote.
    if let Some((status, _)) = steward::ours_with(job, &delete.object).await?
        && status.account_id != job.signer.id
    {
        let reason = delete.reason.as_deref();
        return steward::touch(job, &delete.object, Touch::Remove, reason).await;
    }
    if !same_origin(&delete.object, &job.actor) {
        return Err(Error::rejected("Delete: it is of another server"));
    }
    let stamp = delete.object.as_str();
    if services::quotes::receive_revocation(&fed.ctx, job.signer.id, stamp).await? {
        return Ok("consent to a quote is taken back");
    }
    let group = relay::group_of_own(job, &delete.object).await?;
    let uri = delete.object.as_str();
    services::statuses::receive_delete(&fed.ctx, job.signer.id, uri).await?;
    relay::pass_on(job, group).await?;
    Ok("deleted")
}
