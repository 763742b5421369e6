//! Someone wrote something. The copy in the activity counts only where its author sent it.

use services::statuses::Received;

use super::relay;
use crate::error::{Error, Result};
use crate::notes;
use crate::receive::{Job, Outcome};
use crate::vocabulary::{Note, Subject, same_origin};

/// A `Create` that its actor signed.
pub(super) async fn receive(job: &Job<'_>, subject: &Subject<Note>) -> Outcome {
    let fed = job.fed;
    let note = match subject {
        Subject::Embedded(note) => {
            if note.author != job.actor {
                return Err(Error::rejected("Create: it was written by someone else"));
            }
            check(job, note)?;
            note.as_ref().clone()
        }
        Subject::Uri(uri) => {
            if !same_origin(uri, &job.actor) {
                return Err(Error::rejected("Create: it is of another server"));
            }
            let note = notes::fetch(fed, uri, &job.trip).await?;
            if note.author != job.actor {
                return Err(Error::rejected("Create: it was written by someone else"));
            }
            note
        }
    };
    if note.is_ballot() {
        return vote(job, &note).await;
    }
    match notes::take_in(fed, &note, None, false, &job.trip).await? {
        Received::New(id) => {
            if services::groups::came_with(&fed.ctx, id, job.row).await? {
                return Ok("stored, and waits for a moderator");
            }
            let group = relay::group_of(job, &note.id).await?;
            relay::pass_on(job, group).await?;
            Ok("stored")
        }
        Received::Known(_) => {
            // Read by its address before its author's server told of it, or stored just before a crash:
            // the members have not heard of it yet.
            if let Some(group) = relay::group_of_own(job, &note.id).await?
                && !relay::is_told(job, &note.id).await?
            {
                relay::pass_on(job, Some(group)).await?;
            }
            Ok("known already")
        }
        Received::Dropped(why) => Err(Error::rejected(why)),
    }
}

/// The ballot of a poll: its name is the option that is chosen. It never becomes a status.
async fn vote(job: &Job<'_>, ballot: &Note) -> Outcome {
    let (Some(option), Some(asked)) = (&ballot.name, &ballot.in_reply_to) else {
        return Err(Error::rejected("a ballot without a vote"));
    };
    let (voter, ctx) = (job.signer.id, &job.fed.ctx);
    let counted =
        services::polls::receive_vote(ctx, voter, asked.as_str(), option, ballot.id.as_str());
    match counted.await? {
        Ok(()) => Ok("a vote"),
        Err(why) => Err(Error::rejected(why)),
    }
}

/// A note that its author sent: of his server, and nobody else's.
pub(super) fn check(job: &Job<'_>, note: &Note) -> Result<()> {
    if job.fed.ctx.place.owns(note.id.as_str()) {
        return Err(Error::rejected("an id of this server"));
    }
    if !same_origin(&note.id, &job.actor) {
        return Err(Error::rejected("it is of another server"));
    }
    notes::authored(note)
}
