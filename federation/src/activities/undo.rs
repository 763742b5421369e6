//! Something is taken back: only one's own, and only what can be taken back here.

use super::steward::{self, Touch};
use super::{block, follow, relay};
use crate::error::Error;
use crate::receive::{Job, Outcome};
use crate::vocabulary::{Act, Announced, ObjectUri, Reference, Subject};

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
            let addresses: Vec<&ObjectUri> = activity
                .id
                .iter()
                .chain(announced_object(announced))
                .collect();
            if addresses.is_empty() {
                return Err(Error::rejected("Undo: of an Announce of nothing"));
            }
            for uri in addresses {
                services::interactions::receive_unboost(ctx, account, uri.as_str()).await?;
            }
            Ok("boosted no more")
        }
        Act::Dislike(object) => steward::dislike(job, object).await,
        // Smithereen's groups send members away so.
        Act::Accept(accepted, None) => follow::receive_answer(job, accepted, false).await,
        Act::Delete(delete) => {
            let reason = delete.reason.as_deref();
            steward::touch(job, &delete.object, Touch::Restore, reason).await
        }
        Act::Lock { object, reason } => {
            steward::touch(job, object, Touch::Unlock, reason.as_deref()).await
        }
        Act::Block(blocked) => block::receive(job, activity, blocked, true).await,
        other => Err(Error::Rejected(format!(
            "Undo: of {}, which has no effect here",
            other.name()
        ))),
    }
}

/// What was announced. A group that announces in two forms takes back each by its own address, and only
/// one of them is the address of the boost here.
fn announced_object(announced: &Announced) -> Option<&ObjectUri> {
    match announced {
        Announced::Uri(uri) => Some(uri),
        Announced::Note(note) => Some(&note.id),
        Announced::Activity(inner) => match &inner.act {
            Act::Create(Subject::Uri(uri)) => Some(uri),
            Act::Create(Subject::Embedded(note)) => Some(&note.id),
            _ => None,
        },
        Announced::Activities(_) => None,
    }
}

/// Only its address is known: it may be a boost.
async fn by_address(job: &Job<'_>, uri: &ObjectUri) -> Outcome {
    let (ctx, account) = (&job.fed.ctx, job.signer.id);
    services::interactions::receive_unboost(ctx, account, uri.as_str()).await?;
    Ok("boosted no more, if it was a boost")
}
