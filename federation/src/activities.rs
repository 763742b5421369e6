//! What other servers tell us was done, one file for each story. Here stands only which story an
//! activity belongs to, and by what name those are dropped that mean nothing here.

mod announce;
mod block;
mod create;
mod delete;
mod flag;
mod follow;
mod like;
mod quote;
mod relay;
mod steward;
mod undo;
mod update;
mod via;

use crate::error::Error;
use crate::receive::{Job, Outcome};
use crate::vocabulary::{Act, Activity, RequestKind};

use self::steward::Touch;

/// Works through an activity that its actor signed.
pub(crate) async fn receive(job: &Job<'_>, activity: &Activity) -> Outcome {
    match &activity.act {
        Act::Create(subject) => create::receive(job, subject).await,
        Act::Update(updated) => update::receive(job, updated).await,
        Act::Delete(delete) => delete::receive(job, delete).await,
        Act::Announce(announced) => announce::receive(job, activity, announced).await,
        Act::Like(reaction) => like::receive(job, activity, reaction).await,
        Act::Follow(target) | Act::Join(target, _) => follow::receive(job, activity, target).await,
        Act::Leave(target) => follow::receive_leave(job, target).await,
        Act::Accept(reference, result) => match quote::asked(job, reference) {
            Some(_) if result.is_none() => Err(Error::rejected("Accept: without a stamp")),
            Some(status) => quote::receive_answer(job, status, result.as_ref()).await,
            None => follow::receive_answer(job, reference, true).await,
        },
        Act::Reject(reference) => match quote::asked(job, reference) {
            Some(status) => quote::receive_answer(job, status, None).await,
            None => follow::receive_answer(job, reference, false).await,
        },
        Act::Request(request) if request.kind == RequestKind::Quote => {
            quote::receive(job, activity, request).await
        }
        Act::Undo(reference) => undo::receive(job, reference).await,
        Act::Block(block) => block::receive(job, activity, block, false).await,
        Act::Flag(flag) => flag::receive(job, activity, flag).await,
        Act::Dislike(object) => steward::dislike(job, object).await,
        Act::Lock { object, reason } => {
            steward::touch(job, object, Touch::Lock, reason.as_deref()).await
        }
        Act::Add(object, target) => steward::list(job, object, target, true).await,
        Act::Remove(object, target) => steward::list(job, object, target, false).await,
        other => Err(dropped(other)),
    }
}

/// What is understood and has no effect here.
fn dropped(act: &Act) -> Error {
    let why = match act {
        Act::Dislike(_) => "there are no dislikes here",
        Act::Flag(_) => "a report is taken from who makes it, not from a group that passes it on",
        Act::Resolve(_) => "what became of reports elsewhere stays there",
        Act::Move(_) => "moves are not followed yet",
        Act::Warn { .. } => "warnings of other servers stay there",
        Act::Invite(..) => "the letter that comes with it says how to join",
        Act::Request(_) => "nobody needs to ask before that here",
        _ => "it has no effect here",
    };
    Error::rejected(format!("{}: {why}", act.name()))
}
