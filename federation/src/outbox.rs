//! The second consumer of events: what happened here becomes activities, recipients and rows to send.
//!
//! `parcels` decides what and to whom, this file writes it down, `sender` sends it. In one transaction
//! stand the activities, one delivery for each server that wants it, the addresses of announces, and
//! that the event is done: a crash before it changes nothing, a crash after it loses nothing.

mod bridge;
mod groups;
mod people;
mod polls;
mod quotes;
pub mod recipients;
mod relationships;
mod reports;
pub mod sender;
mod statuses;
mod stewards;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use statuses::boost_addressing;

use std::sync::Arc;

use database::announces::{self, Form};
use database::deliveries::{self, Delivery, Outgoing, Target};
use database::events::{self, Consumer};
use database::{Conn, Lane};
use futures::future::BoxFuture;
use model::{AccountId, Event, EventId, StatusId};
use services::events::Deliverer;

use crate::engine::Federation;
use crate::error::{Error, Result};
use recipients::Reach;

/// The consumer of events that writes deliveries.
#[derive(Clone, Debug)]
pub struct Outbox(pub Arc<Federation>);

impl Deliverer for Outbox {
    fn deliver<'a>(&'a self, id: EventId, event: &'a Event) -> BoxFuture<'a, services::Result<()>> {
        Box::pin(async move {
            match deliver(&self.0, id, event).await {
                Ok(()) => Ok(()),
                Err(Error::Service(error)) => Err(error),
                Err(other) => Err(services::Error::Upstream(other.to_string())),
            }
        })
    }
}

/// One activity on its way: who signs, what it says, who is to get it.
#[derive(Clone, Debug)]
pub(crate) struct Parcel {
    /// Who signs the request.
    pub(crate) signer: AccountId,
    /// The address of the activity.
    pub(crate) uri: String,
    /// The document.
    pub(crate) body: String,
    /// What goes out one after the other.
    pub(crate) key: String,
    /// The inboxes.
    pub(crate) targets: Vec<Target>,
    /// Kept for the `Undo`, where a group announces a thread.
    pub(crate) announces: Option<(StatusId, Form)>,
    /// The private group to whose members alone it speaks: asked again before each attempt to deliver it.
    pub(crate) members_of: Option<AccountId>,
}

/// Writes the deliveries that follow from an event, and that it is done.
///
/// # Errors
/// The database, or a key that is missing.
pub async fn deliver(fed: &Arc<Federation>, id: EventId, event: &Event) -> Result<()> {
    let parcels = unless_gone(parcels(fed, id, event).await)?;
    let letters = unless_gone(bridge::letters(fed, id, event).await)?;
    if parcels
        .iter()
        .flat_map(|parcel| &parcel.targets)
        .any(|target| target.software.is_empty())
    {
        fed.strangers.notify_one();
    }
    let ctx = Arc::clone(&fed.ctx);
    fed.ctx
        .db
        .write_in(Lane::Background, move |conn| {
            for parcel in &parcels {
                store(conn, &ctx, parcel, None)?;
            }
            for letter in &letters {
                if letter.keep(conn)? {
                    store(conn, &ctx, &letter.parcel, letter.reader())?;
                }
            }
            events::done(conn, id, Consumer::Deliver)
        })
        .await?;
    fed.ctx.deliveries_ready.notify_one();
    Ok(())
}

/// What an event is about may be gone by now: then there is nothing to tell any more.
fn unless_gone<T>(found: Result<Vec<T>>) -> Result<Vec<T>> {
    match found {
        Err(Error::Gone | Error::Service(services::Error::NotFound)) => Ok(Vec::new()),
        other => other,
    }
}

/// Writes a parcel down; `reader` is the one member of a private group to whom it speaks.
fn store(
    conn: &mut Conn,
    ctx: &services::Context,
    parcel: &Parcel,
    reader: Option<AccountId>,
) -> database::Result<()> {
    let now = ctx.now();
    // The address stays what an `Undo` names, even where nobody is to hear of it now.
    if let Some((status, form)) = parcel.announces {
        announces::keep(conn, &parcel.uri, parcel.signer, status, form, now)?;
    }
    if parcel.targets.is_empty() {
        return Ok(());
    }
    let outgoing = Outgoing {
        id: ctx.id(),
        account_id: parcel.signer,
        uri: parcel.uri.clone(),
        body: parcel.body.clone(),
        created_at: now,
        members_of: parcel.members_of,
        member_id: reader,
    };
    let activity = deliveries::store(conn, &outgoing)?;
    let rows: Vec<Delivery> = parcel
        .targets
        .iter()
        .map(|target| Delivery {
            id: ctx.id(),
            activity_id: activity,
            instance_id: target.instance,
            inbox: target.inbox.clone(),
            object_key: parcel.key.clone(),
            attempts: 0,
            next_attempt_at: now,
            error: String::new(),
            created_at: now,
        })
        .collect();
    deliveries::add(conn, &rows)
}

/// What an event makes us say: nothing of what is for this server alone; of what is for the members of a group,
/// whatever it is, only what their servers are to hear.
async fn parcels(fed: &Arc<Federation>, id: EventId, event: &Event) -> Result<Vec<Parcel>> {
    let Some(status) = event.status() else {
        return said(fed, id, event).await;
    };
    match recipients::reach(fed, status).await? {
        Reach::Nobody => Ok(Vec::new()),
        Reach::Anyone => said(fed, id, event).await,
        // Members have it by the activity: a boost would name it to those who follow.
        Reach::Members(_) if matches!(event, Event::Boosted { .. } | Event::Unboosted { .. }) => {
            Ok(Vec::new())
        }
        Reach::Members(group) => {
            let parcels = said(fed, id, event).await?;
            recipients::confine(fed, group, parcels).await
        }
    }
}

/// What is said of an event. Without a catch-all: a new event has to be answered here.
async fn said(fed: &Arc<Federation>, id: EventId, event: &Event) -> Result<Vec<Parcel>> {
    match event {
        Event::StatusPublished { status } => statuses::published(fed, id, *status).await,
        Event::StatusEdited { status } => statuses::edited(fed, id, *status).await,
        Event::StatusDeleted { status } => statuses::deleted(fed, id, *status).await,
        Event::Boosted { boost } => statuses::boosted(fed, *boost).await,
        Event::Unboosted { boost } => statuses::unboosted(fed, *boost).await,
        Event::Favourited {
            account,
            status,
            favourite,
        } => people::liked(fed, id, *account, *status, *favourite, true).await,
        Event::Unfavourited {
            account,
            status,
            favourite,
        } => people::liked(fed, id, *account, *status, *favourite, false).await,
        Event::Voted {
            account,
            status,
            votes,
        } => polls::voted(fed, *account, *status, votes).await,
        Event::PollCounted { status } | Event::PollEnded { status } => {
            polls::counted(fed, id, *status).await
        }
        Event::FollowRequested { follow } => relationships::follow_requested(fed, *follow).await,
        Event::FollowAccepted { follow } => relationships::follow_accepted(fed, *follow).await,
        Event::FollowRejected {
            account,
            target,
            follow,
            uri,
        } => relationships::follow_rejected(fed, *account, *target, *follow, uri.as_deref()).await,
        Event::Unfollowed {
            account,
            target,
            follow,
            uri,
        } => relationships::unfollowed(fed, *account, *target, *follow, uri.as_deref()).await,
        Event::Blocked { account, target } => {
            relationships::blocked(fed, id, *account, *target, true).await
        }
        Event::Unblocked { account, target } => {
            relationships::blocked(fed, id, *account, *target, false).await
        }
        Event::ProfileUpdated { account } => people::profile_updated(fed, id, *account).await,
        Event::Relayed { group, inbox } => groups::relayed(fed, id, *group, *inbox).await,
        Event::RemovedFromGroup {
            group,
            status,
            boost,
        } => groups::removed(fed, id, *group, *status, *boost).await,
        Event::Banned { group, account } => groups::banned(fed, id, *group, *account, true).await,
        Event::Unbanned { group, account } => {
            groups::banned(fed, id, *group, *account, false).await
        }
        Event::Invited { .. } | Event::InvitationWithdrawn { .. } => {
            relationships::invited(fed, event).await
        }
        Event::RestoredToGroup { .. }
        | Event::StatusLocked { .. }
        | Event::StatusUnlocked { .. }
        | Event::Featured { .. }
        | Event::Unfeatured { .. }
        | Event::ModeratorAdded { .. }
        | Event::ModeratorRemoved { .. } => stewards::told(fed, id, event).await,
        Event::QuoteAccepted { status } => quotes::accepted(fed, id, *status).await,
        Event::QuoteRevoked { status } => quotes::revoked(fed, id, *status).await,
        Event::QuoteRefused {
            quoted,
            account,
            quoting,
            request,
        } => quotes::refused(fed, *quoted, *account, quoting, request).await,
        Event::QuotePolicyChanged { status } => statuses::edited(fed, id, *status).await,
        Event::Reported { report } => reports::forwarded(fed, id, *report).await,
        Event::AccountDeleted { account } => people::deleted(fed, id, *account).await,
        // What others wrote is told by their own servers; of memberships the follows speak.
        Event::StatusReceived { status: _ }
        | Event::Warned { warning: _ }
        | Event::Appealed {
            group: _,
            appeal: _,
        }
        | Event::GroupLimited {
            group: _,
            action: _,
        }
        | Event::Approved { account: _ }
        | Event::SignedUp { account: _ }
        | Event::Wave { group: _ }
        | Event::JoinRequested {
            group: _,
            account: _,
        }
        | Event::Joined {
            group: _,
            account: _,
        } => Ok(Vec::new()),
    }
}
