//! Someone changed something. Actors are read anew at their origin, so that nobody brings in a key by
//! signing with the old one; notes count where their author sent them.

use database::accounts::Account;
use services::statuses::Received;

use super::{create, relay};
use crate::actors::{self, Fresh};
use crate::error::{Error, Result};
use crate::notes;
use crate::receive::{Job, Outcome};
use crate::vocabulary::{Note, ObjectUri, Updated, same_origin};

/// An `Update` that its actor signed.
pub(super) async fn receive(job: &Job<'_>, updated: &Updated) -> Outcome {
    match updated {
        Updated::Actor(actor) => actor_changed(job, &actor.id).await,
        Updated::Note(note) => {
            if note.author != job.actor {
                return Err(Error::rejected("Update: it was written by someone else"));
            }
            create::check(job, note)?;
            note_changed(job, note).await
        }
        Updated::Uri(uri) if *uri == job.actor => actor_changed(job, uri).await,
        Updated::Uri(uri) => {
            if !same_origin(uri, &job.actor) {
                return Err(Error::rejected("Update: it is of another server"));
            }
            let note = notes::fetch(job.fed, uri, &job.trip).await?;
            if note.author != job.actor {
                return Err(Error::rejected("Update: it was written by someone else"));
            }
            note_changed(job, &note).await
        }
    }
}

/// An actor of the sender's server: itself, or a group whose moderator it is (Lemmy). Read at its
/// origin, so it does not matter who says that it changed.
pub(super) async fn actor_changed(job: &Job<'_>, uri: &ObjectUri) -> Outcome {
    if !same_origin(uri, &job.actor) {
        return Err(Error::rejected("Update: an actor of another server"));
    }
    if actors::known(job.fed, uri).await?.is_none() {
        return Err(Error::rejected("Update: an actor that is not known here"));
    }
    actors::find(job.fed, uri, Fresh::Now, &job.trip).await?;
    Ok("read anew")
}

async fn note_changed(job: &Job<'_>, note: &Note) -> Outcome {
    let outcome = take_over(job, note, &job.signer, None).await?;
    if waits(job, note).await? {
        return Ok("it waits for a moderator");
    }
    // Asked after the edit: it may have left the group by it.
    let group = relay::group_of_own(job, &note.id).await?;
    relay::pass_on(job, group).await?;
    Ok(outcome)
}

/// Does a moderator of a group look at what was made of it? Then it is passed on with this activity.
async fn waits(job: &Job<'_>, note: &Note) -> Result<bool> {
    match notes::row(job.fed, &note.id).await? {
        Some(row) => Ok(services::groups::came_with(&job.fed.ctx, row.id, job.row).await?),
        None => Ok(false),
    }
}

/// Takes an edit over; what was never heard of is new.
pub(super) async fn take_over(
    job: &Job<'_>,
    note: &Note,
    author: &Account,
    via: Option<&Account>,
) -> Outcome {
    let incoming = notes::understood(job.fed, note, author, via).await?;
    match edited(services::statuses::receive_edit(&job.fed.ctx, author.id, incoming).await)? {
        true => Ok("edited"),
        false => match notes::take_in(job.fed, note, via, false, &job.trip).await? {
            Received::New(_) => Ok("stored late"),
            Received::Known(_) => Ok("known already"),
            Received::Dropped(why) => Err(Error::rejected(why)),
        },
    }
}

/// Was there something to edit?
fn edited<T>(result: services::Result<T>) -> Result<bool> {
    match result {
        Ok(_) => Ok(true),
        Err(services::Error::NotFound) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
