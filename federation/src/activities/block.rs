//! Someone elsewhere blocks someone here, or lifts it; a moderator elsewhere bans from a group of ours. Bans
//! from servers elsewhere stay there.

use super::steward;
use crate::actors;
use crate::error::Error;
use crate::receive::{Job, Outcome};
use crate::vocabulary::{Activity, Block};

/// A `Block` that its actor signed, or the `Undo` of one.
pub(super) async fn receive(
    job: &Job<'_>,
    activity: &Activity,
    block: &Block,
    lifted: bool,
) -> Outcome {
    if let Some(from) = &block.target
        && let Some(group) = steward::group_at(job, from).await?
    {
        return steward::ban(job, group, block, lifted).await;
    }
    // Lemmy names what one is banned from; a group that bans may name itself.
    if block.target.as_ref().is_some_and(|from| *from != job.actor) {
        return Err(Error::rejected("Block: bans of other servers stay there"));
    }
    let Some(target) = actors::local(job.fed, &block.object).await? else {
        return Err(Error::rejected("Block: of someone elsewhere"));
    };
    let uri = activity.id.as_ref().map(ToString::to_string);
    let uri = uri.unwrap_or_else(|| format!("{}#blocks/{}", job.actor, target.id));
    services::relationships::receive_block(&job.fed.ctx, job.signer.id, target.id, &uri, lifted)
        .await?;
    Ok(if lifted { "unblocked" } else { "blocked" })
}
