//! Something is taken back: only one's own, and only what can be taken back here.

use super::{block, follow, relay};
use crate::error::Error;
use crate::receive::{Job, Outcome};
use crate::vocabulary::{Act, Announced, ObjectUri, Reference};

/// An `Undo` that its actor signed.
pub(super) async fn receive(job: &Job<'_>, reference: &Reference) -> Outcome {
    let activity = match reference {
        Reference::Uri(uri) => return by_address(job, uri).await,
        Reference::Activity(activity) => activity,
    };
    if activity.actor != job.actor {
        return Err(Error::rejected("Undo: of what someone else did"));
    }
    let (ctx, account) = (&job.fed.ctx, job.signer.id);
    match &activity.act {
        Act::Follow(target) | Act::Join(target, _) => follow::receive_leave(job, target).await,
        Act::Like(reaction) => {
            let status = reaction.object.as_str();
            services::interactions::receive_unlike(ctx, account, status).await?;
            let group = relay::group_of(job, &reaction.object).await?;
            relay::pass_vote_on(job, group).await?;
            Ok("liked no more")
        }
        Act::Announce(announced) => {
            // By the address of the Announce, or of what it was about where it has none.
            let of = match announced {
                Announced::Uri(uri) => Some(uri),
                Announced::Note(note) => Some(&note.id),
                Announced::Activity(_) | Announced::Activities(_) => None,
            };
            let uri = activity.id.as_ref().or(of);
            let uri = uri.ok_or_else(|| Error::rejected("Undo: of an Announce without an id"))?;
            services::interactions::receive_unboost(ctx, account, uri.as_str()).await?;
            Ok("boosted no more")
        }
        Act::Block(blocked) => block::receive(job, activity, blocked, true).await,
        other => Err(Error::Rejected(format!(
            "Undo: of {}, which has no effect here",
            other.name()
        ))),
    }
}

/// Only its address is known: it may be a boost.
async fn by_address(job: &Job<'_>, uri: &ObjectUri) -> Outcome {
    let (ctx, account) = (&job.fed.ctx, job.signer.id);
    services::interactions::receive_unboost(ctx, account, uri.as_str()).await?;
    Ok("boosted no more, if it was a boost")
}
