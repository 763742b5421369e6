//! What a group passes on that is for its members: its origin shows it to servers of members alone, which it may not
//! know. The proof in it (FEP-8b32) says who made it, whoever brings it.

use serde_json::Value;

use crate::actors::{self, Fresh};
use crate::error::Result;
use crate::keys;
use crate::notes;
use crate::receive::Job;
use crate::signature::proof;
use crate::vocabulary::{Activity, Note, ObjectUri, same_origin};

/// Is this note for no one but whom it names, and its author's own word, as the proof around it shows?
pub(super) async fn is_proved(job: &Job<'_>, inner: &Activity, note: &Note) -> Result<bool> {
    let is_open = note.addresses.is_public() || note.addresses.is_unlisted();
    if is_open
        || note.author != inner.actor
        || !same_origin(&note.id, &inner.actor)
        || notes::authored(note).is_err()
    {
        return Ok(false);
    }
    let row = job.row;
    let received = job
        .fed
        .ctx
        .db
        .read(move |conn| database::inbox::get(conn, row))
        .await?;
    let body: Value = serde_json::from_str(&received.body).unwrap_or(Value::Null);
    let Some(document) = body.get("object") else {
        return Ok(false);
    };
    let id = |value: &Value| value.get("id").and_then(Value::as_str).map(str::to_owned);
    if id(document) != inner.id.as_ref().map(ToString::to_string) {
        return Ok(false);
    }
    let method = document
        .pointer("/proof/verificationMethod")
        .and_then(Value::as_str);
    let Some(Ok(key)) = method.map(ObjectUri::parse) else {
        return Ok(false);
    };
    if !same_origin(&key, &inner.actor) {
        return Ok(false);
    }
    // With the actor its keys are read.
    actors::find(job.fed, &inner.actor, Fresh::OfToday, &job.trip).await?;
    let known = match keys::known(job.fed, &key).await {
        Ok(known) => known.filter(|known| known.actor == inner.actor),
        Err(_unknown) => None,
    };
    Ok(known.is_some_and(|known| proof::verify(document, &known.key, job.fed.ctx.now()).is_ok()))
}
