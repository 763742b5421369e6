//! A moderator of a group of ours who lives on another server acts in it. The same use case decides as for
//! moderators here; what had an effect goes on to the group's servers byte for byte.

use database::accounts::Account;
use database::groups::{self, Group};
use database::statuses::Status;
use model::{AccountId, Role};
use services::groups::{Deed, Done, Why};

use super::relay;
use crate::actors::{self, Fresh};
use crate::error::{Error, Result};
use crate::notes;
use crate::receive::{Job, Outcome};
use crate::urls::{Ours, ours};
use crate::vocabulary::{Added, Block, ObjectUri};

/// Letters of a reason.
const MOST_REASON: usize = 500;

/// A collection of a group of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum List {
    Moderators,
    Featured,
}

/// What a moderator may do with one status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Touch {
    Remove,
    Restore,
    Lock,
    Unlock,
}

/// The status at this address, and the group of ours in which it stands, or stood until a moderator came.
pub(super) async fn ours_with(job: &Job<'_>, uri: &ObjectUri) -> Result<Option<(Status, Group)>> {
    let Some(status) = notes::row(job.fed, uri).await? else {
        return Ok(None);
    };
    let Some(id) = status.group_id else {
        return Ok(None);
    };
    let found = job.fed.ctx.db.read(move |conn| groups::find(conn, id));
    Ok(found.await?.map(|group| (status, group)))
}

/// A moderator takes something out, locks it, or takes that back.
pub(super) async fn touch(
    job: &Job<'_>,
    uri: &ObjectUri,
    touch: Touch,
    reason: Option<&str>,
) -> Outcome {
    let Some((status, group)) = ours_with(job, uri).await? else {
        return Err(Error::rejected("it stands in no group of this server"));
    };
    let status = status.id;
    let deed = match touch {
        Touch::Remove => Deed::RemoveStatus { status },
        Touch::Restore => Deed::RestoreStatus { status },
        Touch::Lock => Deed::Lock { status },
        Touch::Unlock => Deed::Unlock { status },
    };
    carry_out(job, group.account_id, deed, why(reason)).await
}

/// Someone or something is put into a list of a group of ours, or taken out.
pub(super) async fn list(job: &Job<'_>, object: &Added, target: &ObjectUri, adds: bool) -> Outcome {
    let Some((group, list)) = list_of(job, target).await? else {
        return Err(Error::rejected(
            "collections of other servers are read where they lie",
        ));
    };
    let uri = match object {
        Added::Uri(uri) => uri,
        Added::Note(note) => &note.id,
        Added::Activity(_) | Added::Hashtag(_) => {
            return Err(Error::rejected("nothing that this list could hold"));
        }
    };
    let deed = match list {
        List::Featured => {
            let row = notes::row(job.fed, uri).await?;
            let row = row.ok_or_else(|| Error::rejected("of what is not known here"))?;
            let status = row.id;
            if adds {
                Deed::Pin { status }
            } else {
                Deed::Unpin { status }
            }
        }
        List::Moderators => Deed::SetRole {
            who: someone(job, uri).await?,
            role: if adds { Role::Moderator } else { Role::Member },
        },
    };
    carry_out(job, group, deed, Why::default()).await
}

/// A ban from a group of ours, or its end.
pub(super) async fn ban(job: &Job<'_>, group: AccountId, block: &Block, lifted: bool) -> Outcome {
    let who = someone(job, &block.object).await?;
    if lifted {
        return carry_out(job, group, Deed::Unban { who }, Why::default()).await;
    }
    let why = Why {
        ends_at: block.end_time,
        ..why(block.reason.as_deref())
    };
    carry_out(job, group, Deed::Ban { who }, why).await
}

/// A reason from elsewhere, cut where ours are refused.
fn why(reason: Option<&str>) -> Why {
    let reason: String = reason
        .unwrap_or_default()
        .chars()
        .take(MOST_REASON)
        .collect();
    Why::because(&reason)
}

/// What had an effect goes on; what is so already, or waits for others to agree, does not.
async fn carry_out(job: &Job<'_>, group: AccountId, deed: Deed, why: Why) -> Outcome {
    let ctx = &job.fed.ctx;
    let done = services::groups::act_from_elsewhere(ctx, job.signer.id, group, deed, why).await?;
    match done {
        Done::Executed(_) => {
            services::groups::relay(ctx, group, job.row).await?;
            Ok("done by a moderator elsewhere")
        }
        Done::Proposed(_) => Ok("it waits for others to agree"),
        Done::Already => Ok("it was so already"),
    }
}

/// Someone of this server, or known here from another.
async fn someone(job: &Job<'_>, uri: &ObjectUri) -> Result<AccountId> {
    if job.fed.ctx.place.owns(uri.as_str()) {
        let local = actors::local(job.fed, uri).await?;
        return local
            .map(|account| account.id)
            .ok_or_else(|| Error::rejected("of nobody here"));
    }
    let found = actors::find(job.fed, uri, Fresh::OfToday, &job.trip).await?;
    Ok(found.id)
}

/// The group of this server at this address.
pub(super) async fn group_at(job: &Job<'_>, uri: &ObjectUri) -> Result<Option<AccountId>> {
    match ours(&job.fed.ctx.place, uri.as_str()) {
        Some(Ours::Group(_)) => {}
        _ => return Ok(None),
    }
    let account = actors::local(job.fed, uri).await?;
    Ok(account.filter(Account::is_group).map(|found| found.id))
}

async fn list_of(job: &Job<'_>, target: &ObjectUri) -> Result<Option<(AccountId, List)>> {
    let (at, list) = match target.as_str().rsplit_once('/') {
        Some((at, "moderators")) => (at, List::Moderators),
        Some((at, "featured")) => (at, List::Featured),
        _ => return Ok(None),
    };
    let group = group_at(job, &ObjectUri::parse(at)?).await?;
    Ok(group.map(|group| (group, list)))
}

/// The vote of a member that is counted nowhere here: other servers of the group may count it.
pub(super) async fn dislike(job: &Job<'_>, uri: &ObjectUri) -> Outcome {
    let group = relay::group_of(job, uri).await?;
    if group.is_none() {
        return Err(Error::rejected("there are no dislikes here"));
    }
    relay::pass_vote_on(job, group).await?;
    Ok("a dislike, which is counted nowhere here")
}
