//! What the moderators of a group of ours did, as the group tells it (FEP-1b12): an `Announce` around an
//! activity of the moderator. What a moderator elsewhere did is passed on as it came; here nothing is added.

use std::sync::Arc;

use database::accounts::Account;
use database::announces::Form;
use database::groups::Group;
use database::moderation_actions::{self, ModerationAction};
use model::{AccountId, AccountKind, ActionId, Event, EventId, StatusId};
use serde_json::{Value, json};

use super::groups::To;
use super::recipients::{self, Kind};
use super::{Parcel, groups};
use crate::build::{self, pins};
use crate::engine::Federation;
use crate::error::{Error, Result};
use crate::vocabulary::AS_PUBLIC;
use crate::vocabulary::write::Addressing;
use crate::vocabulary::write::activities::{self, BlockDoc, Envelope};

/// What was done.
#[derive(Clone, Copy, Debug)]
pub(super) enum Deed {
    /// Taken out of the group.
    Removed(StatusId),
    /// Let back in.
    Restored(StatusId),
    /// Not to be answered any more, or again.
    Locked(StatusId, bool),
    /// At the top of the group's page, or no more.
    Featured(StatusId, bool),
    /// Among the moderators, or no more.
    Moderator(AccountId, bool),
    /// Sent away, or let in again.
    Banned(AccountId, bool),
}

impl Deed {
    /// The status that it was done to.
    const fn status(self) -> Option<StatusId> {
        match self {
            Self::Removed(id)
            | Self::Restored(id)
            | Self::Locked(id, _)
            | Self::Featured(id, _) => Some(id),
            Self::Moderator(..) | Self::Banned(..) => None,
        }
    }

    /// In the address of its activity.
    const fn word(self) -> &'static str {
        match self {
            Self::Removed(_) => "deletes",
            Self::Restored(_) => "restores",
            Self::Locked(_, true) => "locks",
            Self::Locked(_, false) => "unlocks",
            Self::Featured(_, true) | Self::Moderator(_, true) => "adds",
            Self::Featured(_, false) | Self::Moderator(_, false) => "removes",
            Self::Banned(_, true) => "bans",
            Self::Banned(_, false) => "unbans",
        }
    }
}

/// What an event says of a moderator's act, and the entry in which group's log says more.
const fn deed(event: &Event) -> Option<(AccountId, ActionId, Deed)> {
    let (group, action, deed) = match *event {
        Event::RestoredToGroup {
            group,
            status,
            action,
        } => (group, action, Deed::Restored(status)),
        Event::StatusLocked {
            group,
            status,
            action,
        } => (group, action, Deed::Locked(status, true)),
        Event::StatusUnlocked {
            group,
            status,
            action,
        } => (group, action, Deed::Locked(status, false)),
        Event::Featured {
            group,
            status,
            action,
        } => (group, action, Deed::Featured(status, true)),
        Event::Unfeatured {
            group,
            status,
            action,
        } => (group, action, Deed::Featured(status, false)),
        Event::ModeratorAdded {
            group,
            account,
            action,
        } => (group, action, Deed::Moderator(account, true)),
        Event::ModeratorRemoved {
            group,
            account,
            action,
        } => (group, action, Deed::Moderator(account, false)),
        _ => return None,
    };
    Some((group, action, deed))
}

/// The group tells what a moderator did. Nothing where a server elsewhere tells it.
pub(super) async fn told(
    fed: &Arc<Federation>,
    event: EventId,
    what: &Event,
) -> Result<Vec<Parcel>> {
    let Some((group, action, deed)) = deed(what) else {
        return Ok(Vec::new());
    };
    let Some((group, settings)) = recipients::own_group(fed, Some(group)).await? else {
        return Ok(Vec::new());
    };
    let log = group.id;
    let entry = fed
        .ctx
        .db
        .read(move |conn| moderation_actions::find(conn, log, action));
    let entry = entry.await?.ok_or(Error::Gone)?;
    let announced = announced(fed, event, (&group, &settings), &entry, deed).await?;
    let mut parcels: Vec<Parcel> = announced.into_iter().collect();
    if let Deed::Featured(_, stands) = deed {
        parcels.extend(repinned(fed, event, &group, &entry, stands).await?);
    }
    Ok(parcels)
}

/// Servers to which an Announce is a boost hear of pins by the group's own note about them ([`pins`]). It is never
/// deleted: Mastodon would take nothing more from its address.
async fn repinned(
    fed: &Arc<Federation>,
    event: EventId,
    group: &Account,
    entry: &ModerationAction,
    stands: bool,
) -> Result<Vec<Parcel>> {
    let targets = recipients::followers(fed, group.id).await?;
    let targets = recipients::once(recipients::microblogs(targets));
    let note = pins::changed(fed, group, entry.created_at).await?;
    let key = note.id.clone();
    let envelope = |word: &str| Envelope {
        id: format!("{}#{word}/{event}", group.uri),
        actor: group.uri.clone(),
        addressing: build::to_everyone(&group.uri, Vec::new()),
        published: Some(entry.created_at),
    };
    let featured = format!("{}/featured", group.uri);
    let is_empty = pins::note(fed, group).await?.is_none();
    let mut told = Vec::new();
    if stands {
        let added = envelope("pins");
        told.push((added.id.clone(), activities::add(&added, &key, &featured)));
    } else if is_empty {
        let removed = envelope("unpins");
        told.push((
            removed.id.clone(),
            activities::remove(&removed, &key, &featured),
        ));
    }
    let update = format!("{key}#updates/{event}");
    told.push((update.clone(), activities::update_note(&update, &note)));
    let mut parcels = Vec::with_capacity(told.len());
    for (uri, activity) in told {
        parcels.push(Parcel {
            signer: group.id,
            uri,
            body: build::sealed(fed, group.id, activity).await?,
            key: key.clone(),
            targets: targets.clone(),
            announces: None,
            members_of: None,
        });
    }
    Ok(parcels)
}

/// As [`told`], for what is known by its newest entry.
pub(super) async fn announced(
    fed: &Arc<Federation>,
    event: EventId,
    (group, settings): (&Account, &Group),
    entry: &ModerationAction,
    deed: Deed,
) -> Result<Option<Parcel>> {
    let Some(by) = spokesman(fed, group, settings, entry).await? else {
        return Ok(None);
    };
    let key = object(fed, deed).await?;
    let about = match deed.status() {
        Some(id) => Some(recipients::status(fed, id).await?),
        None => None,
    };
    let to = To::of(settings, about.as_ref());
    let act = activity((group, to), &by, entry, deed, &key, event);
    let body = build::sealed(fed, by.id, act).await?;
    let mut parcel = groups::wrap(fed, event, (group, to), &body, &key, Kind::Other).await?;
    // A thread that is back has been announced again: the next removal takes that back too.
    if let Deed::Restored(id) = deed
        && recipients::status(fed, id).await?.in_reply_to_id.is_none()
    {
        parcel.announces = Some((id, Form::Activity));
    }
    Ok(Some(parcel))
}

/// In whose name the group tells it: the moderator's, or its own where it names nobody or nobody did it by
/// hand. None where the moderator lives elsewhere: what he sent is passed on.
async fn spokesman(
    fed: &Federation,
    group: &Account,
    settings: &Group,
    entry: &ModerationAction,
) -> Result<Option<Account>> {
    let human = entry.human_id;
    let person = fed
        .ctx
        .db
        .read(move |conn| database::accounts::by_ids(conn, &[human]));
    Ok(match person.await?.into_iter().next() {
        Some(person) if !person.is_local() => None,
        Some(person) if settings.log_names && person.kind == AccountKind::Person => Some(person),
        _ => Some(group.clone()),
    })
}

/// The address of what it was done to.
async fn object(fed: &Federation, deed: Deed) -> Result<String> {
    Ok(match deed {
        Deed::Removed(id) | Deed::Restored(id) | Deed::Locked(id, _) | Deed::Featured(id, _) => {
            recipients::status(fed, id).await?.uri
        }
        Deed::Moderator(id, _) | Deed::Banned(id, _) => recipients::account(fed, id).await?.uri,
    })
}

/// To everyone, or to its members, by way of the group.
fn addressing(group: &Account, to: To) -> Addressing {
    if to == To::Members {
        return Addressing {
            cc: vec![group.uri.clone()],
            ..build::to_members(&group.uri)
        };
    }
    Addressing {
        to: vec![AS_PUBLIC.to_owned()],
        cc: vec![group.uri.clone()],
        audience: Some(group.uri.clone()),
    }
}

/// The activity. What takes something back embeds it, under an address of its own: peers find it by who did
/// what to whom.
fn activity(
    (group, to): (&Account, To),
    by: &Account,
    entry: &ModerationAction,
    deed: Deed,
    object: &str,
    event: EventId,
) -> Value {
    let envelope = Envelope {
        id: format!("{}#{}/{event}", by.uri, deed.word()),
        actor: by.uri.clone(),
        addressing: addressing(group, to),
        published: Some(entry.created_at),
    };
    let undone = Envelope {
        id: format!("{}/undone", envelope.id),
        ..envelope.clone()
    };
    let reason = Some(entry.reason.as_str()).filter(|reason| !reason.is_empty());
    // Lemmy tells a removal from a deletion by its reason.
    let removal = Some(reason.unwrap_or("removed"));
    let featured = format!("{}/featured", group.uri);
    let moderators = format!("{}/moderators", group.uri);
    match deed {
        Deed::Removed(_) => activities::delete(&envelope, json!(object), removal),
        Deed::Restored(_) => {
            let delete = activities::delete(&undone, json!(object), Some("removed"));
            activities::undo_with(&envelope, delete, reason)
        }
        Deed::Locked(_, true) => activities::lock(&envelope, object, reason),
        Deed::Locked(_, false) => {
            activities::undo_with(&envelope, activities::lock(&undone, object, None), reason)
        }
        Deed::Featured(_, true) => activities::add(&envelope, object, &featured),
        Deed::Featured(_, false) => activities::remove(&envelope, object, &featured),
        Deed::Moderator(_, true) => activities::add(&envelope, object, &moderators),
        Deed::Moderator(_, false) => activities::remove(&envelope, object, &moderators),
        Deed::Banned(_, stands) => {
            // Why someone was sent away is for them and the group: third servers hear that it was done, and
            // until when (`threats.md` 127).
            let doc = BlockDoc {
                object: object.to_owned(),
                target: Some(group.uri.clone()),
                end_time: entry.ends_at.filter(|_| stands),
                ..BlockDoc::default()
            };
            if stands {
                activities::block(&envelope, &doc)
            } else {
                activities::undo(&envelope, activities::block(&undone, &doc))
            }
        }
    }
}
