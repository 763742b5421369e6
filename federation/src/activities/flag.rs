//! Another server reports someone here.

use crate::error::Error;
use crate::receive::{Job, Outcome};
use crate::vocabulary::{Activity, Flag};

/// A `Flag` that its actor signed. Mastodon names the person and the posts, Lemmy one post.
pub(super) async fn receive(job: &Job<'_>, activity: &Activity, flag: &Flag) -> Outcome {
    let id = activity.id.as_ref();
    let id = id.ok_or_else(|| Error::rejected("Flag: without an id"))?;
    let objects: Vec<String> = flag.objects.iter().map(ToString::to_string).collect();
    let comment = flag.reason.as_deref().unwrap_or_default();
    services::reports::receive(&job.fed.ctx, job.signer.id, id.as_str(), objects, comment).await?;
    Ok("reported")
}
