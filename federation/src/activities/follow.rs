//! Follow, Join, Leave, and the answers Accept and Reject. Each is about the actor who signed it: one
//! follows for oneself, and only the followed answers.

use model::{AccountId, FollowId, InvitationId};

use crate::actors;
use crate::error::{Error, Result};
use crate::notes;
use crate::receive::{Job, Outcome};
use crate::vocabulary::{Act, Activity, ObjectUri, Reference};

/// Someone follows a person here, or joins a group.
pub(super) async fn receive(job: &Job<'_>, activity: &Activity, target: &ObjectUri) -> Outcome {
    let Some(followed) = actors::local(job.fed, target).await? else {
        // Friendica follows a thread to be told of its answers; authors hear of these anyway.
        if notes::row(job.fed, target).await?.is_some() {
            return Ok("a thread is not followed, its answers are sent anyway");
        }
        return Err(Error::rejected("Follow: of nobody here"));
    };
    let id = activity.id.as_ref();
    let id = id.ok_or_else(|| Error::rejected("Follow: without an id"))?;
    let (from, target) = (job.signer.id, followed.id);
    if followed.is_group() && services::groups::servers::is_choosy(&job.fed.ctx, target).await? {
        // Whether it may come in depends on what its server runs.
        crate::nodeinfo::learn(job.fed, from).await?;
    }
    services::relationships::receive_follow(&job.fed.ctx, from, target, id.as_str()).await?;
    Ok("follows, or asks to")
}

/// Someone stops following, or leaves a group.
pub(super) async fn receive_leave(job: &Job<'_>, target: &ObjectUri) -> Outcome {
    let Some(followed) = actors::local(job.fed, target).await? else {
        return Err(Error::rejected("of nobody here"));
    };
    services::relationships::receive_unfollow(&job.fed.ctx, job.signer.id, followed.id).await?;
    Ok("follows no more")
}

/// The followed answers.
pub(super) async fn receive_answer(
    job: &Job<'_>,
    reference: &Reference,
    accepted: bool,
) -> Outcome {
    if let Some(invitation) = invite_of(job, reference) {
        return answered_invite(job, invitation, accepted).await;
    }
    let follower = match reference {
        Reference::Uri(uri) => follower_of(job, uri).await?,
        Reference::Activity(activity) => asked_by(job, activity).await?,
    };
    let (by, ctx) = (job.signer.id, &job.fed.ctx);
    services::relationships::receive_answer(ctx, by, follower, accepted).await?;
    Ok(if accepted { "accepted" } else { "rejected" })
}

/// The invitation that is answered: `{group}#invites/{id}`, or the `Invite` itself.
fn invite_of(job: &Job<'_>, reference: &Reference) -> Option<InvitationId> {
    let uri = match reference {
        Reference::Uri(uri) => uri,
        Reference::Activity(activity) if matches!(activity.act, Act::Invite(..)) => {
            activity.id.as_ref()?
        }
        Reference::Activity(_) => return None,
    };
    if !job.fed.ctx.place.owns(uri.as_str()) {
        return None;
    }
    let id = uri.url().fragment()?.strip_prefix("invites/")?;
    id.parse().ok()
}

/// Whoever was asked by a group of ours answers. Coming is a `Follow`; a yes without one changes nothing.
async fn answered_invite(job: &Job<'_>, invitation: InvitationId, accepted: bool) -> Outcome {
    if accepted {
        return Ok("comes, and will follow");
    }
    let ctx = &job.fed.ctx;
    match services::group_invites::declined_elsewhere(ctx, invitation, job.signer.id).await {
        Ok(()) => Ok("does not come"),
        Err(services::Error::NotFound) => Err(Error::rejected("an answer to no invitation")),
        Err(other) => Err(other.into()),
    }
}

/// The follower in a follow that came back embedded.
async fn asked_by(job: &Job<'_>, follow: &Activity) -> Result<AccountId> {
    let (Act::Follow(object) | Act::Join(object, _)) = &follow.act else {
        let why = format!("an answer to {}, which was not asked", follow.act.name());
        return Err(Error::Rejected(why));
    };
    if *object != job.actor {
        return Err(Error::rejected("an answer in the name of someone else"));
    }
    match actors::local(job.fed, &follow.actor).await? {
        Some(account) => Ok(account.id),
        None => Err(Error::rejected("an answer to someone elsewhere")),
    }
}

/// The follower in the address of a follow of ours: `{actor}#follows/{id}` (guppe and Mitra answer so).
async fn follower_of(job: &Job<'_>, uri: &ObjectUri) -> Result<AccountId> {
    let unknown = || Error::rejected("an answer to a follow that was not sent from here");
    let place = &job.fed.ctx.place;
    if !place.owns(uri.as_str()) {
        return Err(unknown());
    }
    let id = uri
        .url()
        .fragment()
        .and_then(|part| part.strip_prefix("follows/"));
    let id: FollowId = id.and_then(|id| id.parse().ok()).ok_or_else(unknown)?;
    let account = actors::local(job.fed, &uri.without_fragment()).await?;
    let account = account.ok_or_else(unknown)?.id;
    let found = job
        .fed
        .ctx
        .db
        .read(move |conn| database::follows::get(conn, id));
    let by = job.signer.id;
    match found.await? {
        Some(follow) if follow.account_id == account && follow.target_id == by => Ok(account),
        _ => Err(unknown()),
    }
}
