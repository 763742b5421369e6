//! What a group of ours distributes: the activities of its members, embedded unchanged, and what takes
//! them back.

use std::sync::Arc;

use database::accounts::Account;
use database::announces::Form;
use database::deliveries::Target;
use database::groups::Group;
use database::statuses::Status;
use database::{inbox, instances, moderation_actions};
use model::{AccountId, EventId, InboxId, StatusId, Visibility};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::Parcel;
use super::recipients::{self, Kind};
use super::statuses::{announced, undo_announce};
use super::stewards::{self, Deed};
use crate::build;
use crate::engine::Federation;
use crate::error::{Error, Result};
use crate::vocabulary::uri::is_public;
use crate::vocabulary::write::Addressing;
use crate::vocabulary::write::activities::BlockDoc;

/// An Announce around bytes that are not touched, so that the proofs in them still hold.
#[derive(Serialize)]
struct Wrapped<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    id: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    actor: &'a str,
    to: &'a [String],
    cc: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    audience: Option<&'a str>,
    object: &'a RawValue,
}

/// Whom a group speaks to of something: its members alone, where it is private or the thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum To {
    /// Everyone.
    All,
    /// Its members.
    Members,
}

impl To {
    /// Of this status, in a group with these options.
    pub(super) fn of(group: &Group, status: Option<&Status>) -> Self {
        let is_for_members = status.is_some_and(|row| row.visibility == Visibility::Members);
        if is_for_members || !group.kind.is_readable() {
            Self::Members
        } else {
            Self::All
        }
    }

    /// In `to` and `cc`, with the copies that go to others where everyone may read it.
    fn addressing(self, group: &str) -> Addressing {
        match self {
            Self::All => build::to_everyone(group, Vec::new()),
            Self::Members => build::to_members(group),
        }
    }

    /// The group whose members alone hear it.
    fn members_of(self, group: AccountId) -> Option<AccountId> {
        (self == Self::Members).then_some(group)
    }
}

/// Distributes an activity to the group's followers, in the form that group servers read.
pub(super) async fn wrap(
    fed: &Arc<Federation>,
    event: EventId,
    (group, to): (&Account, To),
    activity: &str,
    key: &str,
    kind: Kind,
) -> Result<Parcel> {
    let targets = recipients::followers(fed, group.id).await?;
    let uri = format!("{}#announces/{event}", group.uri);
    Ok(Parcel {
        signer: group.id,
        body: wrapping(group, to, &uri, activity)?,
        uri,
        key: key.to_owned(),
        targets: recipients::once(recipients::wrapped(targets, kind)),
        announces: None,
        members_of: to.members_of(group.id),
    })
}

/// The document of an Announce around an activity.
pub(super) fn wrapping(group: &Account, to: To, uri: &str, activity: &str) -> Result<String> {
    let unreadable = |error: serde_json::Error| Error::Rejected(error.to_string());
    let addressing = to.addressing(&group.uri);
    let wrapped = Wrapped {
        context: "https://www.w3.org/ns/activitystreams",
        id: uri,
        kind: "Announce",
        actor: &group.uri,
        to: &addressing.to,
        cc: &addressing.cc,
        audience: addressing.audience.as_deref(),
        object: serde_json::from_str(activity).map_err(unreadable)?,
    };
    serde_json::to_string(&wrapped).map_err(unreadable)
}

/// A member elsewhere sent something: it goes on to all; what is no thread not to his own server, which
/// has it.
pub(super) async fn relayed(
    fed: &Arc<Federation>,
    event: EventId,
    group: AccountId,
    received: InboxId,
) -> Result<Vec<Parcel>> {
    let Some((account, group)) = recipients::own_group(fed, Some(group)).await? else {
        return Ok(Vec::new());
    };
    let (received, home) = fed
        .ctx
        .db
        .read(move |conn| {
            let received = inbox::get(conn, received)?;
            let home = instances::by_domain(conn, &received.domain)?;
            Ok::<_, database::Error>((received, home))
        })
        .await?;
    let Some(inner) = Inner::read(&received.body) else {
        return Ok(Vec::new());
    };
    if inner.is_vote && !group.shares_votes {
        return Ok(Vec::new());
    }
    let about = match &inner.subject {
        Some(uri) => by_uri(fed, uri.clone()).await?,
        None => None,
    };
    let to = To::of(&group, about.as_ref());
    if to == To::Members && inner.is_for_everyone {
        // Passed on it would tell other servers that they may show it.
        return Ok(Vec::new());
    }
    let thread = match inner.created {
        Some(uri) => thread(fed, uri).await?,
        None => None,
    };
    let kind = match (inner.is_vote, thread) {
        (true, _) => Kind::Like,
        (false, Some(_)) => Kind::Thread,
        (false, None) => Kind::Other,
    };
    let mut parcel = wrap(
        fed,
        event,
        (&account, to),
        &received.body,
        &received.object_key,
        kind,
    )
    .await?;
    // A thread goes home as well: without the group's word its author's server could not show it in the
    // group to other members there.
    if let Some(home) = home.filter(|_| thread.is_none()) {
        parcel.targets.retain(|target| target.instance != home.id);
    }
    parcel.announces = thread.map(|id| (id, Form::Activity));
    match about.filter(|row| row.visibility == Visibility::Members) {
        Some(_) => recipients::confine(fed, account.id, vec![parcel]).await,
        None => Ok(vec![parcel]),
    }
}

/// What has to be known of an activity to pass it on.
struct Inner {
    is_vote: bool,
    /// The address of what a `Create` made.
    created: Option<String>,
    /// The address of what it is about, below whatever it takes back.
    subject: Option<String>,
    /// Does it, or what is in it, name everyone among those whom it is for?
    is_for_everyone: bool,
}

impl Inner {
    fn read(body: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(body).ok()?;
        let kind = |value: &Value| value.get("type").and_then(Value::as_str).map(str::to_owned);
        let vote = |kind: Option<&str>| matches!(kind, Some("Like" | "Dislike"));
        let outer = kind(&value)?;
        let object = value.get("object");
        let inner = object.and_then(kind);
        Some(Self {
            is_vote: vote(Some(&outer)) || (outer == "Undo" && vote(inner.as_deref())),
            created: (outer == "Create")
                .then(|| object?.get("id")?.as_str().map(str::to_owned))
                .flatten(),
            subject: subject(&value),
            is_for_everyone: names_everyone(&value),
        })
    }
}

/// What an activity is about: the object of the innermost activity.
fn subject(activity: &Value) -> Option<String> {
    let mut at = activity.get("object")?;
    while let Some(inner) = at.get("object") {
        at = inner;
    }
    let uri = at.as_str().or_else(|| at.get("id")?.as_str());
    uri.map(str::to_owned)
}

fn names_everyone(value: &Value) -> bool {
    let everyone = |one: &Value| one.as_str().is_some_and(is_public);
    let named = ["to", "cc", "audience"]
        .iter()
        .any(|field| match value.get(field) {
            Some(Value::Array(many)) => many.iter().any(everyone),
            Some(one) => everyone(one),
            None => false,
        });
    named || value.get("object").is_some_and(names_everyone)
}

async fn by_uri(fed: &Federation, uri: String) -> Result<Option<Status>> {
    let found = fed
        .ctx
        .db
        .read(move |conn| database::statuses::by_uri(conn, &uri));
    Ok(found.await?)
}

/// The status of this address, where it opens a thread.
async fn thread(fed: &Federation, uri: String) -> Result<Option<StatusId>> {
    Ok(by_uri(fed, uri)
        .await?
        .filter(|status| status.in_reply_to_id.is_none())
        .map(|status| status.id))
}

/// A moderator took something out of the group. Microblogs are told that the boost is undone; group
/// servers, that the moderator deleted it there (FEP-1b12).
pub(super) async fn removed(
    fed: &Arc<Federation>,
    event: EventId,
    group: AccountId,
    status: StatusId,
    boost: Option<StatusId>,
) -> Result<Vec<Parcel>> {
    let Some((account, settings)) = recipients::own_group(fed, Some(group)).await? else {
        return Ok(Vec::new());
    };
    let row = recipients::status(fed, status).await?;
    let to = To::of(&settings, Some(&row));
    let mut parcels = undo_posts(fed, (&account, to), &row).await?;
    if parcels.is_empty()
        && let Some(boost) = boost
    {
        let uri = recipients::status(fed, boost).await?.uri;
        parcels.push(undo(fed, (&account, to), &uri, &row, Form::Post).await?);
    }
    for uri in announced(fed, group, status, Form::Activity).await? {
        parcels.push(undo(fed, (&account, to), &uri, &row, Form::Activity).await?);
    }
    let entry = fed
        .ctx
        .db
        .read(move |conn| moderation_actions::last_about(conn, group, status));
    // None where its author took it out: the group forgets what he narrows, without a word about him.
    let by_hand = |entry: &moderation_actions::ModerationAction| {
        row.removed_at.is_some_and(|at| entry.created_at >= at)
    };
    if let Some(entry) = entry.await?.filter(by_hand) {
        let removed = Deed::Removed(status);
        parcels
            .extend(stewards::announced(fed, event, (&account, &settings), &entry, removed).await?);
    }
    Ok(parcels)
}

/// Takes back every `Announce{id}` of a status by a group.
pub(super) async fn undo_posts(
    fed: &Arc<Federation>,
    (group, to): (&Account, To),
    status: &Status,
) -> Result<Vec<Parcel>> {
    let mut parcels = Vec::new();
    for uri in announced(fed, group.id, status.id, Form::Post).await? {
        parcels.push(undo(fed, (group, to), &uri, status, Form::Post).await?);
    }
    Ok(parcels)
}

/// `Undo{Announce}` to those who got this form.
async fn undo(
    fed: &Arc<Federation>,
    (group, to): (&Account, To),
    announce: &str,
    status: &Status,
    form: Form,
) -> Result<Parcel> {
    let followers = recipients::followers(fed, group.id).await?;
    let targets: Vec<Target> = match form {
        Form::Post => recipients::boosted(followers, group.id, status),
        Form::Activity => recipients::wrapped(followers, Kind::Thread),
    };
    let mut parcel = undo_announce(
        fed,
        group,
        announce,
        &status.uri,
        to.addressing(&group.uri),
        status.uri.clone(),
        recipients::once(targets),
    )
    .await?;
    parcel.members_of = to.members_of(group.id);
    Ok(parcel)
}

/// A ban, or its end: `Block` from the group to the person's server, where Mastodon ends the follow, with the
/// reason; and for group servers the moderator's `Block`.
pub(super) async fn banned(
    fed: &Arc<Federation>,
    event: EventId,
    group: AccountId,
    person: AccountId,
    stands: bool,
) -> Result<Vec<Parcel>> {
    let Some((group, settings)) = recipients::own_group(fed, Some(group)).await? else {
        return Ok(Vec::new());
    };
    let person = recipients::account(fed, person).await?;
    let (log, who) = (group.id, person.id);
    let entry = fed
        .ctx
        .db
        .read(move |conn| moderation_actions::last_against(conn, log, who));
    let entry = entry.await?;
    let mut parcels = Vec::new();
    if !person.is_local() {
        let doc = BlockDoc {
            object: person.uri.clone(),
            target: Some(group.uri.clone()),
            reason: entry
                .as_ref()
                .map(|entry| entry.reason.clone())
                .filter(|reason| stands && !reason.is_empty()),
            end_time: entry.as_ref().and_then(|entry| entry.ends_at),
            remove_data: false,
        };
        parcels = super::relationships::block(fed, event, &group, &person, &doc, stands).await?;
    }
    if let Some(entry) = entry {
        let deed = Deed::Banned(who, stands);
        parcels.extend(stewards::announced(fed, event, (&group, &settings), &entry, deed).await?);
    }
    Ok(parcels)
}
