//! Someone likes a status, or (Misskey) puts an emoji to it, which is kept as a like.

use super::relay;
use crate::error::Error;
use crate::receive::{Job, Outcome};
use crate::vocabulary::{Activity, Reaction};

/// A `Like` that its actor signed.
pub(super) async fn receive(job: &Job<'_>, activity: &Activity, like: &Reaction) -> Outcome {
    let id = activity.id.as_ref();
    let id = id.ok_or_else(|| Error::rejected("Like: without an id"))?;
    let (account, status) = (job.signer.id, like.object.as_str());
    services::interactions::receive_like(&job.fed.ctx, account, status, id.as_str()).await?;
    let group = relay::group_of(job, &like.object).await?;
    relay::pass_vote_on(job, group).await?;
    Ok("liked, if it is known and may be seen")
}
