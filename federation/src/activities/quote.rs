//! Quotes (FEP-044f): requests to quote a post of ours, answers to our requests, stamps that are taken
//! back.

use model::StatusId;
use services::quotes::{self, Answered, Asked};

use crate::error::{Error, Result};
use crate::notes;
use crate::receive::{Job, Outcome};
use crate::urls::{Ours, ours};
use crate::vocabulary::{Act, Activity, Note, ObjectUri, Reference, Request, same_origin};

/// A `QuoteRequest` that its actor signed: answered at once, by what the author of the post chose.
pub(super) async fn receive(job: &Job<'_>, activity: &Activity, request: &Request) -> Outcome {
    let id = activity.id.as_ref();
    let id = id.ok_or_else(|| Error::rejected("QuoteRequest: without an id"))?;
    let instrument = request
        .instrument
        .as_ref()
        .filter(|uri| same_origin(uri, &job.actor) && same_origin(id, &job.actor))
        .ok_or_else(|| Error::rejected("QuoteRequest: for nothing of the one who asks"))?;
    let asked = Asked {
        from: job.signer.id,
        quoted: request.object.to_string(),
        quoting: instrument.to_string(),
        request: id.to_string(),
    };
    if answered(job, asked.clone()).await? == Answered::Fetch {
        bring_in(job, instrument, request.note.as_deref()).await?;
        answered(job, asked).await?;
    }
    Ok("a request to quote, answered")
}

async fn answered(job: &Job<'_>, asked: Asked) -> Result<Answered> {
    match quotes::receive_request(&job.fed.ctx, asked).await {
        Ok(answer) => Ok(answer),
        Err(services::Error::NotFound) => Err(Error::rejected(
            "QuoteRequest: of nothing that the asker may see",
        )),
        Err(error) => Err(error.into()),
    }
}

/// The post that quotes: the copy in the request, where its author signed it, else from its server.
async fn bring_in(job: &Job<'_>, uri: &ObjectUri, copy: Option<&Note>) -> Result<()> {
    let own = copy.filter(|note| {
        note.id == *uri && note.author == job.actor && notes::authored(note).is_ok()
    });
    match own {
        Some(note) => {
            notes::take_in(job.fed, note, None, true, &job.trip).await?;
        }
        None => {
            notes::find(job.fed, uri, None, &job.trip).await?;
        }
    }
    Ok(())
}

/// The post of ours for which an answered request asked; `None` where it was no request to quote.
pub(super) fn asked(job: &Job<'_>, reference: &Reference) -> Option<StatusId> {
    let place = &job.fed.ctx.place;
    let by_address = |uri: &ObjectUri| {
        place.owns(uri.as_str()).then_some(())?;
        let id = uri.url().fragment()?.strip_prefix("quote_requests/")?;
        id.parse().ok()
    };
    match reference {
        Reference::Uri(uri) => by_address(uri),
        Reference::Activity(activity) => match &activity.act {
            Act::Request(request) => match ours(place, request.instrument.as_ref()?.as_str())? {
                Ours::Status { id, .. } => Some(id),
                _ => None,
            },
            _ => activity.id.as_ref().and_then(by_address),
        },
    }
}

/// The quoted author answers a request of ours; a yes without a stamp of their own server proves nothing.
pub(super) async fn receive_answer(
    job: &Job<'_>,
    status: StatusId,
    stamp: Option<&ObjectUri>,
) -> Outcome {
    if stamp.is_some_and(|stamp| !same_origin(stamp, &job.actor)) {
        return Err(Error::rejected("Accept: with a stamp of another server"));
    }
    let stamp = stamp.map(ToString::to_string);
    match quotes::receive_answer(&job.fed.ctx, job.signer.id, status, stamp).await {
        Ok(()) => Ok("a request to quote was answered"),
        Err(services::Error::NotFound) => Err(Error::rejected("an answer to what was not asked")),
        Err(error) => Err(error.into()),
    }
}
