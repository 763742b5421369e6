//! What a group elsewhere passes on. The group signed the envelope, not what is in it: that is
//! believed where the group's own server is the origin of all of it, and asked for at its origin
//! otherwise.

mod moderation;
mod proved;

use database::accounts::{Account, RemoteActor};
use database::statuses::Status;
use services::groups::elsewhere::Told;

use super::{announce, dropped, update};
use crate::actors::{self, Fresh};
use crate::collections;
use crate::error::{Error, Result};
use crate::fetch::identified;
use crate::notes;
use crate::receive::{Job, Outcome};
use crate::vocabulary::{
    Act, Activity, Delete, Note, ObjectUri, Reference, Subject, Understanding, Updated, same_origin,
};

/// An activity inside the Announce of a group.
pub(super) async fn receive(job: &Job<'_>, envelope: &Activity, inner: &Activity) -> Outcome {
    if !job.signer.is_group() {
        return Err(Error::rejected("Announce: only groups pass activities on"));
    }
    let is_ours = about(&inner.act).is_some_and(|uri| job.fed.ctx.place.owns(uri.as_str()));
    if !is_ours && !notes::is_followed(job.fed, job.signer.id).await? {
        return Err(Error::rejected(
            "Announce: of a group that nobody here is in",
        ));
    }
    match &inner.act {
        Act::Create(subject) => create(job, envelope, inner, subject).await,
        Act::Update(updated) => updated_in_group(job, inner, updated).await,
        Act::Delete(delete) => deleted(job, inner, delete).await,
        Act::Like(_) => vote(job, inner).await,
        Act::Undo(Reference::Activity(undone)) => undo(job, envelope, inner, undone).await,
        Act::Lock { object, .. } => moderation::moderated(job, inner, object, Told::Locked).await,
        Act::Add(object, target) => moderation::listed(job, inner, object, target, true).await,
        Act::Remove(object, target) => moderation::listed(job, inner, object, target, false).await,
        Act::Block(block) => moderation::banned(job, inner, block, false).await,
        // Mbin's groups announce the boosts of their members.
        Act::Announce(_) => Err(Error::rejected("Announce: of an Announce")),
        other => Err(dropped(other)),
    }
}

/// What an activity is about, where that has an address.
fn about(act: &Act) -> Option<&ObjectUri> {
    match act {
        Act::Create(Subject::Uri(uri)) | Act::Update(Updated::Uri(uri)) => Some(uri),
        Act::Create(Subject::Embedded(note)) => Some(note.in_reply_to.as_ref().unwrap_or(&note.id)),
        Act::Update(Updated::Note(note)) => Some(&note.id),
        Act::Delete(delete) => Some(&delete.object),
        Act::Like(like) => Some(&like.object),
        Act::Block(block) => Some(&block.object),
        Act::Undo(Reference::Activity(inner)) => match &inner.act {
            Act::Like(like) => Some(&like.object),
            Act::Block(block) => Some(&block.object),
            _ => None,
        },
        _ => None,
    }
}

/// Is the group's server the origin of the activity and its actor? Then its signature is theirs.
fn is_own(job: &Job<'_>, inner: &Activity) -> bool {
    same_origin(&inner.actor, &job.actor)
        && inner
            .id
            .as_ref()
            .is_none_or(|id| same_origin(id, &job.actor))
}

/// May the copy of this note that came with the group's word be believed?
fn is_own_note(job: &Job<'_>, inner: &Activity, note: &Note) -> bool {
    is_own(job, inner)
        && same_origin(&note.id, &job.actor)
        && note.author == inner.actor
        && notes::authored(note).is_ok()
}

/// As [`is_own_note`], or by the proof in what is for members.
async fn believed(job: &Job<'_>, inner: &Activity, note: &Note) -> Result<bool> {
    Ok(is_own_note(job, inner, note) || proved::is_proved(job, inner, note).await?)
}

/// A thread or a comment. The group's boost belongs to threads alone.
async fn create(
    job: &Job<'_>,
    envelope: &Activity,
    inner: &Activity,
    subject: &Subject<Note>,
) -> Outcome {
    let fed = job.fed;
    let (id, answers) = match subject {
        Subject::Uri(uri) => (uri, false),
        Subject::Embedded(note) => (&note.id, note.in_reply_to.is_some()),
    };
    let is_local = fed.ctx.place.owns(id.as_str());
    if !is_local && notes::stored(fed, id).await?.is_none() {
        let copy = match subject.embedded() {
            Some(note) if believed(job, inner, note).await? => Some(note),
            _ => None,
        };
        match copy {
            Some(note) => {
                notes::take_in(fed, note, Some(&job.signer), false, &job.trip).await?;
            }
            None => {
                notes::find(fed, id, Some(&job.signer), &job.trip).await?;
            }
        }
    }
    if answers {
        return Ok("a comment in a group");
    }
    // What is stored may answer something although its copy here says nothing of it.
    match notes::row(fed, id).await? {
        Some(status) if status.in_reply_to_id.is_some() => Ok("a comment in a group"),
        Some(_) => announce::boost(job, envelope, id).await,
        None => Err(Error::rejected("Announce: of a status that was not stored")),
    }
}

async fn updated_in_group(job: &Job<'_>, inner: &Activity, updated: &Updated) -> Outcome {
    let fed = job.fed;
    let (id, copy) = match updated {
        Updated::Actor(actor) => return update::actor_changed(job, &actor.id).await,
        Updated::Uri(uri) if *uri == job.actor => return update::actor_changed(job, uri).await,
        Updated::Uri(uri) => (uri, None),
        Updated::Note(note) => (&note.id, Some(note.as_ref())),
    };
    if fed.ctx.place.owns(id.as_str()) {
        return Ok("an edit that was made here");
    }
    let own = match copy {
        Some(note) if believed(job, inner, note).await? => Some(note),
        _ => None,
    };
    let note = match own {
        Some(note) => note.clone(),
        None => notes::fetch(fed, id, &job.trip).await?,
    };
    let author = actors::find(fed, &note.author, Fresh::OfToday, &job.trip).await?;
    update::take_over(job, &note, &author, Some(&job.signer)).await
}

/// By its author: believed from the group's own server, else its origin is asked. By a moderator: it
/// leaves the group.
async fn deleted(job: &Job<'_>, inner: &Activity, delete: &Delete) -> Outcome {
    let fed = job.fed;
    let Some(status) = notes::row(fed, &delete.object).await? else {
        return Err(Error::rejected("Delete: of what is not known here"));
    };
    let author = author_of(job, &status).await?;
    if author.uri == inner.actor.as_str() && !status.local {
        let is_proved = (is_own(job, inner) && same_origin(&delete.object, &job.actor))
            || is_gone(job, &delete.object).await?;
        if !is_proved {
            return Err(Error::rejected("Delete: its origin still has it"));
        }
        services::statuses::receive_delete(&fed.ctx, author.id, delete.object.as_str()).await?;
        return Ok("deleted");
    }
    if is_moderator(job, inner).await? {
        let uri = delete.object.as_str();
        services::interactions::receive_unboost(&fed.ctx, job.signer.id, uri).await?;
        return match status.group_id == Some(job.signer.id) {
            true => moderation::told(job, status.id, Told::Removed).await,
            false => Ok("boosted no more"),
        };
    }
    Err(Error::rejected(
        "Delete: by neither its author nor a moderator",
    ))
}

async fn author_of(job: &Job<'_>, status: &Status) -> Result<Account> {
    let id = status.account_id;
    let author = job
        .fed
        .ctx
        .db
        .read(move |conn| database::accounts::get(conn, id));
    Ok(author.await?)
}

/// What the group's actor document says of its own lists.
async fn lists(job: &Job<'_>) -> Result<Option<RemoteActor>> {
    let id = job.signer.id;
    let remote = job
        .fed
        .ctx
        .db
        .read(move |conn| database::accounts::remote(conn, id));
    Ok(remote.await?)
}

async fn is_gone(job: &Job<'_>, uri: &ObjectUri) -> Result<bool> {
    match identified(job.fed, uri, &job.trip).await {
        Ok(_) => Ok(false),
        Err(Error::Gone) => Ok(true),
        Err(error) if error.is_passing() => Err(error),
        Err(_refused) => Ok(false),
    }
}

/// The group itself, or a moderator by the list that the group's own server keeps.
async fn is_moderator(job: &Job<'_>, inner: &Activity) -> Result<bool> {
    if !is_true(job, inner).await? {
        return Ok(false);
    }
    if inner.actor == job.actor {
        return Ok(true);
    }
    let lists = lists(job).await?;
    let Some(remote) = lists.filter(|lists| !lists.moderators.is_empty()) else {
        return Ok(false);
    };
    let list = ObjectUri::parse(&remote.moderators)?;
    collections::contains(job.fed, &list, &inner.actor, &job.trip).await
}

/// Did the actor do this? By the word of its own server: the group's, or the document at its id.
async fn is_true(job: &Job<'_>, inner: &Activity) -> Result<bool> {
    if is_own(job, inner) {
        return Ok(true);
    }
    let Some(id) = inner.id.as_ref().filter(|id| same_origin(id, &inner.actor)) else {
        return Ok(false);
    };
    match identified(job.fed, id, &job.trip).await {
        Ok(Understanding::Activity(read)) => Ok(read.actor == inner.actor && read.act == inner.act),
        Ok(_) => Ok(false),
        Err(error) if error.is_passing() => Err(error),
        Err(_refused) => Ok(false),
    }
}

/// A like. For what was written here its author wants to know, so its origin may be asked.
async fn vote(job: &Job<'_>, inner: &Activity) -> Outcome {
    let Act::Like(like) = &inner.act else {
        return Err(dropped(&inner.act));
    };
    let voter = voter(job, inner, &like.object).await?;
    let id = inner.id.as_ref().map(ToString::to_string);
    let id = id.unwrap_or_else(|| format!("{}#likes/{}", inner.actor, like.object));
    let status = like.object.as_str();
    services::interactions::receive_like(&job.fed.ctx, voter.id, status, &id).await?;
    Ok("liked")
}

async fn undo(job: &Job<'_>, envelope: &Activity, inner: &Activity, undone: &Activity) -> Outcome {
    if undone.actor != inner.actor {
        return Err(Error::rejected("Undo: of what someone else did"));
    }
    let like = match &undone.act {
        Act::Like(like) => like,
        Act::Lock { object, .. } => {
            return moderation::moderated(job, inner, object, Told::Unlocked).await;
        }
        Act::Block(block) => return moderation::banned(job, inner, block, true).await,
        Act::Delete(delete) => return moderation::restored(job, envelope, inner, delete).await,
        other => {
            return Err(Error::Rejected(format!(
                "Undo: of {} in a group, which has no effect here",
                other.name()
            )));
        }
    };
    let voter = voter(job, inner, &like.object).await?;
    let status = like.object.as_str();
    services::interactions::receive_unlike(&job.fed.ctx, voter.id, status).await?;
    Ok("liked no more")
}

/// Who voted, if that can be believed.
async fn voter(job: &Job<'_>, inner: &Activity, status: &ObjectUri) -> Result<Account> {
    let fed = job.fed;
    if fed.ctx.place.owns(inner.actor.as_str()) {
        return Err(Error::rejected("an echo of what was done here"));
    }
    if notes::stored(fed, status).await?.is_none() {
        return Err(Error::rejected("a vote on what is not known here"));
    }
    let is_worth_asking = fed.ctx.place.owns(status.as_str());
    let is_true = is_own(job, inner) || (is_worth_asking && is_true(job, inner).await?);
    if !is_true {
        return Err(Error::rejected("a vote that its group cannot prove"));
    }
    actors::find(fed, &inner.actor, Fresh::OfToday, &job.trip).await
}
