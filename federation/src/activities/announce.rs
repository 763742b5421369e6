//! A boost, or the envelope in which a group passes on what its members did (FEP-1b12).

use super::via;
use crate::audience;
use crate::error::Error;
use crate::notes;
use crate::receive::{Job, Outcome};
use crate::vocabulary::{Activity, Announced, ObjectUri};

/// An `Announce` that its actor signed.
pub(super) async fn receive(job: &Job<'_>, activity: &Activity, announced: &Announced) -> Outcome {
    match announced {
        Announced::Uri(uri) => boost(job, activity, uri).await,
        // The copy is not read: whoever boosts could have put any words into it.
        Announced::Note(note) => boost(job, activity, &note.id).await,
        Announced::Activity(inner) => via::receive(job, activity, inner).await,
        Announced::Activities(many) => {
            let mut first_error = None;
            let mut done = false;
            for inner in many {
                match via::receive(job, activity, inner).await {
                    Ok(_) => done = true,
                    Err(error) if error.is_passing() => return Err(error),
                    Err(error) => {
                        first_error.get_or_insert(error);
                    }
                }
            }
            match first_error {
                Some(error) if !done => Err(error),
                _ => Ok("a pack of activities"),
            }
        }
    }
}

/// Someone, or a group, boosts a status: fetched from its origin where it is not known.
pub(super) async fn boost(job: &Job<'_>, activity: &Activity, uri: &ObjectUri) -> Outcome {
    let fed = job.fed;
    let id = activity.id.as_ref();
    let id = id.ok_or_else(|| Error::rejected("Announce: without an id"))?;
    let status = match notes::stored(fed, uri).await? {
        Some(status) => status,
        None if !notes::is_followed(fed, job.signer.id).await? => {
            return Err(Error::rejected("Announce: of no concern to anyone here"));
        }
        None => {
            let group = job.signer.is_group().then_some(&job.signer);
            notes::find(fed, uri, group, &job.trip).await?
        }
    };
    services::interactions::receive_boost(
        &fed.ctx,
        job.signer.id,
        status,
        id.as_str(),
        audience::of_boost(&activity.addresses),
        activity.published.map(|at| at.min(fed.ctx.now())),
    )
    .await?;
    Ok("boosted")
}
