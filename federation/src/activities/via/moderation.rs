//! What moderators of a group elsewhere did in it, as the group passes it on. Their word counts for the group's
//! own posts and lists alone.

use model::StatusId;
use services::groups::elsewhere::{self, Told};

use super::{author_of, is_moderator, is_true, lists};
use crate::activities::announce;
use crate::actors;
use crate::collections;
use crate::error::Error;
use crate::notes;
use crate::receive::{Job, Outcome};
use crate::vocabulary::{Activity, Added, Block, Delete, ObjectUri};

/// What the group's own server says of a thread or comment of the group.
pub(super) async fn told(job: &Job<'_>, status: StatusId, what: Told) -> Outcome {
    elsewhere::receive(&job.fed.ctx, job.signer.id, status, what).await?;
    Ok(match what {
        Told::Removed => "taken out of its group",
        Told::Restored => "back in its group",
        Told::Locked => "locked",
        Told::Unlocked => "open again",
        Told::Featured => "at the top of its group",
        Told::Unfeatured => "at the top no more",
    })
}

/// A lock, or its end: by a moderator, or (Mbin) by the author.
pub(super) async fn moderated(
    job: &Job<'_>,
    inner: &Activity,
    object: &ObjectUri,
    what: Told,
) -> Outcome {
    let Some(status) = notes::row(job.fed, object).await? else {
        return Err(Error::rejected("of what is not known here"));
    };
    let may = is_moderator(job, inner).await?
        || (author_of(job, &status).await?.uri == inner.actor.as_str()
            && is_true(job, inner).await?);
    if !may {
        return Err(Error::rejected("by neither its author nor a moderator"));
    }
    told(job, status.id, what).await
}

/// Something is put into a list of the group's, or taken out. Who moderates is read where the list lies, so
/// that it does not matter who says that it changed; a thread is featured by a moderator's word.
pub(super) async fn listed(
    job: &Job<'_>,
    inner: &Activity,
    object: &Added,
    target: &ObjectUri,
    adds: bool,
) -> Outcome {
    let lists = lists(job).await?;
    let is = |list: &str| !list.is_empty() && list == target.as_str();
    if lists.as_ref().is_some_and(|lists| is(&lists.moderators)) {
        let people = collections::items(job.fed, target, &job.trip).await?;
        let people = people.iter().map(ToString::to_string).collect();
        elsewhere::receive_moderators(&job.fed.ctx, job.signer.id, people).await?;
        return Ok("its moderators were read anew");
    }
    if !lists.is_some_and(|lists| is(&lists.featured)) {
        return Err(Error::rejected(
            "of no list of this group that is kept here",
        ));
    }
    let uri = match object {
        Added::Uri(uri) => uri,
        Added::Note(note) => &note.id,
        Added::Activity(_) | Added::Hashtag(_) => {
            return Err(Error::rejected("nothing that can be at the top of a group"));
        }
    };
    if !is_moderator(job, inner).await? {
        return Err(Error::rejected("by no moderator of the group"));
    }
    if !adds {
        return match notes::stored(job.fed, uri).await? {
            Some(status) => told(job, status, Told::Unfeatured).await,
            None => Err(Error::rejected("of what is not known here")),
        };
    }
    let status = notes::find(job.fed, uri, Some(&job.signer), &job.trip).await?;
    told(job, status, Told::Featured).await
}

/// Someone here is sent away from the group, or let in again. Of others it is no matter here, and a ban from
/// a whole server is that server's.
pub(super) async fn banned(
    job: &Job<'_>,
    inner: &Activity,
    block: &Block,
    lifted: bool,
) -> Outcome {
    if block.target.as_ref() != Some(&job.actor) {
        return Err(Error::rejected("Block: bans of other servers stay there"));
    }
    let Some(who) = actors::local(job.fed, &block.object).await? else {
        return Err(Error::rejected("Block: of someone elsewhere"));
    };
    if !is_moderator(job, inner).await? {
        return Err(Error::rejected("Block: by no moderator of the group"));
    }
    let (ctx, group) = (&job.fed.ctx, job.signer.id);
    elsewhere::receive_ban(ctx, group, who.id, block.end_time, lifted).await?;
    Ok(if lifted {
        "let in again"
    } else {
        "sent away from the group"
    })
}

/// A moderator let something back in: a thread has the group's boost again, under the address of this
/// envelope. What an author deleted stays deleted here.
pub(super) async fn restored(
    job: &Job<'_>,
    envelope: &Activity,
    inner: &Activity,
    delete: &Delete,
) -> Outcome {
    let Some(status) = notes::row(job.fed, &delete.object).await? else {
        return Err(Error::rejected(
            "Undo: of a Delete of what is not known here",
        ));
    };
    if status.is_deleted() {
        return Err(Error::rejected(
            "Undo: what its author deleted stays so here",
        ));
    }
    if !is_moderator(job, inner).await? {
        return Err(Error::rejected("Undo: of a Delete, by no moderator"));
    }
    let outcome = told(job, status.id, Told::Restored).await?;
    if status.in_reply_to_id.is_none() {
        announce::boost(job, envelope, &delete.object).await?;
    }
    Ok(outcome)
}
