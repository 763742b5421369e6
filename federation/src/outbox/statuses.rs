//! Statuses and boosts of this server: what is said when they are published, edited, deleted, taken back.
//! Of those of others only their own servers speak; our groups pass that on (`groups`).

use std::sync::Arc;

use database::announces::{self, Form};
use database::statuses::Status;
use model::{AccountKind, EventId, StatusId, Visibility};
use serde_json::json;
use services::views;

use super::groups::To;
use super::recipients::{self, Kind};
use super::{Parcel, groups};
use crate::build::{self, notes};
use crate::engine::Federation;
use crate::error::Result;
use crate::vocabulary::write::Addressing;
use crate::vocabulary::write::activities::{self, Envelope};
use crate::vocabulary::write::notes::tombstone;
use crate::vocabulary::{AS_PUBLIC, NoteKind};

/// A new status: `Create`, and in a group of ours the `Announce` of it for group servers. (The other
/// form of the announce is the group's boost, which is an event of its own.)
pub(super) async fn published(
    fed: &Arc<Federation>,
    event: EventId,
    status: StatusId,
) -> Result<Vec<Parcel>> {
    let Some(view) = views::status::for_delivery(&fed.ctx, status).await? else {
        return Ok(Vec::new());
    };
    if !view.author.account.is_local() || view.status.reblog_of_id.is_some() {
        return Ok(Vec::new());
    }
    let doc = notes::document(fed, &view).await?;
    let uri = fed.ctx.place.activity_uri(&view.status.uri);
    let create = activities::create(&uri, &doc);
    let body = build::sealed(fed, view.status.account_id, create).await?;
    let named = view.mentions.iter().map(|mention| mention.id).collect();
    let targets = recipients::of_status(fed, &view.status, named).await?;
    let mut parcels = vec![Parcel {
        signer: view.status.account_id,
        uri,
        body: body.clone(),
        key: view.status.uri.clone(),
        targets,
        announces: None,
        members_of: None,
    }];
    parcels.extend(super::quotes::request(fed, &view, &doc).await?);
    if let Some((group, options)) = group_of(fed, &view.status).await? {
        let to = To::of(&options, Some(&view.status));
        let kind = if view.status.in_reply_to_id.is_none() {
            Kind::Thread
        } else {
            Kind::Other
        };
        let mut parcel =
            groups::wrap(fed, event, (&group, to), &body, &view.status.uri, kind).await?;
        if kind == Kind::Thread {
            parcel.announces = Some((view.status.id, Form::Activity));
        }
        parcels.push(parcel);
    }
    Ok(parcels)
}

/// An edited status: `Update` to whoever could have got it.
pub(super) async fn edited(
    fed: &Arc<Federation>,
    event: EventId,
    status: StatusId,
) -> Result<Vec<Parcel>> {
    let Some(view) = views::status::for_delivery(&fed.ctx, status).await? else {
        return Ok(Vec::new());
    };
    if !view.author.account.is_local() {
        return Ok(Vec::new());
    }
    let doc = notes::document(fed, &view).await?;
    let uri = format!("{}#updates/{event}", view.status.uri);
    let update = activities::update_note(&uri, &doc);
    let body = build::sealed(fed, view.status.account_id, update).await?;
    let named = view.mentions.iter().map(|mention| mention.id).collect();
    changed(fed, event, &view.status, named, uri, body).await
}

/// A deleted status: `Delete` to whoever could have got it. Where a thread of someone elsewhere is gone,
/// the group takes its boost back.
pub(super) async fn deleted(
    fed: &Arc<Federation>,
    event: EventId,
    status: StatusId,
) -> Result<Vec<Parcel>> {
    let row = recipients::status(fed, status).await?;
    if row.reblog_of_id.is_some() {
        return unboosted(fed, status).await;
    }
    let author = recipients::account(fed, row.account_id).await?;
    if !author.is_local() {
        return match group_of(fed, &row).await? {
            Some((group, options)) => {
                let to = To::of(&options, Some(&row));
                groups::undo_posts(fed, (&group, to), &row).await
            }
            None => Ok(Vec::new()),
        };
    }
    let (ids, uris) = recipients::named(fed, status).await?;
    let group = match row.group() {
        Some(id) => Some(recipients::account(fed, id).await?.uri),
        None => None,
    };
    let envelope = Envelope {
        id: format!("{}#delete", row.uri),
        actor: author.uri.clone(),
        addressing: build::addressing(&author.uri, row.visibility, group.as_deref(), &uris),
        published: row.deleted_at,
    };
    let gone = tombstone(&row.uri, Some(NoteKind::Note), row.deleted_at);
    let delete = activities::delete(&envelope, gone, None);
    let body = build::sealed(fed, row.account_id, delete).await?;
    changed(fed, event, &row, ids, envelope.id, body).await
}

/// An `Update` or `Delete` by its author. The group's followers on microblogs have the thread by the
/// group's boost, and nobody but us tells their servers; group servers hear it from the group. So it is with all
/// who have it by a group that passes it on.
pub(super) async fn changed(
    fed: &Arc<Federation>,
    event: EventId,
    status: &Status,
    named: Vec<model::AccountId>,
    uri: String,
    body: String,
) -> Result<Vec<Parcel>> {
    let mut targets = recipients::of_status(fed, status, named).await?;
    targets.extend(recipients::of_passing(fed, status).await?);
    let mut parcels = Vec::new();
    if let Some((group, options)) = group_of(fed, status).await? {
        let to = To::of(&options, Some(status));
        if status.in_reply_to_id.is_none() {
            let boosted = recipients::followers(fed, group.id).await?;
            targets.extend(recipients::pointed(boosted));
        }
        let about = &status.uri;
        parcels.push(groups::wrap(fed, event, (&group, to), &body, about, Kind::Other).await?);
    }
    parcels.insert(
        0,
        Parcel {
            signer: status.account_id,
            uri,
            body,
            key: status.uri.clone(),
            targets: recipients::once(targets),
            announces: None,
            members_of: None,
        },
    );
    Ok(parcels)
}

/// A boost by someone here, or by a group of ours, of its own thread or of one that it passes on: `Announce{id}`.
pub(super) async fn boosted(fed: &Arc<Federation>, boost: StatusId) -> Result<Vec<Parcel>> {
    let Some(view) = views::status::for_delivery(&fed.ctx, boost).await? else {
        return Ok(Vec::new());
    };
    let Some(original) = &view.reblog else {
        return Ok(Vec::new());
    };
    let booster = &view.author.account;
    if !booster.is_local() {
        return Ok(Vec::new());
    }
    let envelope = Envelope {
        id: view.status.uri.clone(),
        actor: booster.uri.clone(),
        addressing: boost_addressing(
            &booster.uri,
            view.status.visibility,
            &original.author.account.uri,
        ),
        published: Some(view.status.created_at),
    };
    let announce = activities::announce(&envelope, json!(original.status.uri));
    let body = build::sealed(fed, booster.id, announce).await?;
    let followers = recipients::followers(fed, booster.id).await?;
    let by_group = booster.kind == AccountKind::Group;
    let (key, targets) = if by_group {
        let targets = recipients::boosted(followers, booster.id, &original.status);
        (original.status.uri.clone(), targets)
    } else {
        let mut targets = followers;
        targets.extend(recipients::of(fed, vec![original.status.account_id]).await?);
        (view.status.uri.clone(), targets)
    };
    Ok(vec![Parcel {
        signer: booster.id,
        uri: envelope.id,
        body,
        key,
        targets: recipients::once(targets),
        announces: by_group.then_some((original.status.id, Form::Post)),
        members_of: None,
    }])
}

/// A boost that was taken back: `Undo{Announce}` with the address that was sent.
pub(super) async fn unboosted(fed: &Arc<Federation>, boost: StatusId) -> Result<Vec<Parcel>> {
    let row = recipients::status(fed, boost).await?;
    let booster = recipients::account(fed, row.account_id).await?;
    let Some(original) = row.reblog_of_id else {
        return Ok(Vec::new());
    };
    if !booster.is_local() {
        return Ok(Vec::new());
    }
    let original = recipients::status(fed, original).await?;
    if booster.is_group() {
        return groups::undo_posts(fed, (&booster, To::All), &original).await;
    }
    let author = recipients::account(fed, original.account_id).await?;
    let addressing = boost_addressing(&booster.uri, row.visibility, &author.uri);
    let mut targets = recipients::followers(fed, booster.id).await?;
    targets.extend(recipients::of(fed, vec![author.id]).await?);
    let targets = recipients::once(targets);
    let parcel = undo_announce(
        fed,
        &booster,
        &row.uri,
        &original.uri,
        addressing,
        row.uri.clone(),
        targets,
    )
    .await?;
    Ok(vec![parcel])
}

/// `Undo{Announce}`; the Announce inside carries the address under which it was sent.
pub(super) async fn undo_announce(
    fed: &Arc<Federation>,
    booster: &database::accounts::Account,
    announce_uri: &str,
    object: &str,
    addressing: Addressing,
    key: String,
    targets: Vec<database::deliveries::Target>,
) -> Result<Parcel> {
    let announce = Envelope {
        id: announce_uri.to_owned(),
        actor: booster.uri.clone(),
        addressing: addressing.clone(),
        published: None,
    };
    let undo = Envelope {
        id: build::undo_uri(announce_uri),
        addressing,
        ..announce.clone()
    };
    let value = activities::undo(&undo, activities::announce(&announce, json!(object)));
    Ok(Parcel {
        signer: booster.id,
        uri: undo.id,
        body: build::sealed(fed, booster.id, value).await?,
        key,
        targets,
        announces: None,
        members_of: None,
    })
}

/// The addresses under which a group of ours announced a status in this form.
pub(super) async fn announced(
    fed: &Federation,
    group: model::AccountId,
    status: StatusId,
    form: Form,
) -> Result<Vec<String>> {
    Ok(fed
        .ctx
        .db
        .read(move |conn| announces::of(conn, group, status, form))
        .await?)
}

pub(crate) fn boost_addressing(booster: &str, visibility: Visibility, author: &str) -> Addressing {
    let followers = build::followers_of(booster);
    let (to, first) = match visibility {
        Visibility::Public => (AS_PUBLIC.to_owned(), followers),
        Visibility::Unlisted => (followers, AS_PUBLIC.to_owned()),
        Visibility::Private | Visibility::Direct | Visibility::Members | Visibility::Held => {
            (followers, String::new())
        }
    };
    let mut cc = vec![first, author.to_owned()];
    cc.retain(|uri| !uri.is_empty());
    Addressing {
        to: vec![to],
        cc,
        audience: None,
    }
}

/// The group of ours in whose thread a status stands that is for everyone, or for its members.
async fn group_of(
    fed: &Federation,
    status: &Status,
) -> Result<Option<(database::accounts::Account, database::groups::Group)>> {
    if !status.visibility.is_open() && status.visibility != Visibility::Members {
        return Ok(None);
    }
    recipients::own_group(fed, status.group()).await
}
