//! Likes and profiles.

use std::sync::Arc;

use model::{AccountId, EventId, RowId, StatusId, Visibility};
use services::views;

use super::groups::To;
use super::recipients::{self, Kind};
use super::{Parcel, groups};
use crate::build::{self, actors};
use crate::engine::Federation;
use crate::error::Result;
use crate::vocabulary::AS_PUBLIC;
use crate::vocabulary::write::Addressing;
use crate::vocabulary::write::activities::{self, Envelope};

/// A favourite, or its end: `Like` to the author's server, and where a group of ours shares votes, to
/// the group servers among its followers.
pub(super) async fn liked(
    fed: &Arc<Federation>,
    event: EventId,
    account: AccountId,
    status: StatusId,
    favourite: RowId,
    stands: bool,
) -> Result<Vec<Parcel>> {
    let account = recipients::account(fed, account).await?;
    if !account.is_local() {
        return Ok(Vec::new());
    }
    let status = recipients::status(fed, status).await?;
    let author = recipients::account(fed, status.account_id).await?;
    let like = Envelope {
        id: fed.ctx.place.like_uri(&account.uri, favourite),
        actor: account.uri.clone(),
        addressing: Addressing::only_to(&author.uri),
        published: None,
    };
    let mut value = activities::like(&like, &status.uri);
    let mut uri = like.id.clone();
    if !stands {
        uri = build::undo_uri(&uri);
        let undo = Envelope {
            id: uri.clone(),
            ..like
        };
        value = activities::undo(&undo, value);
    }
    let body = build::plain(value)?;
    let key = format!("{} {}", account.uri, status.uri);
    let targets = recipients::of(fed, vec![author.id]).await?;
    let mut parcels = Vec::new();
    let shared = recipients::own_group(fed, status.group()).await?;
    if let Some((group, settings)) = shared
        && settings.shares_votes
        && (status.visibility.is_open() || status.visibility == Visibility::Members)
    {
        let to = To::of(&settings, Some(&status));
        parcels.push(groups::wrap(fed, event, (&group, to), &body, &key, Kind::Like).await?);
    }
    parcels.push(Parcel {
        signer: account.id,
        uri,
        body,
        key,
        targets,
        announces: None,
        members_of: None,
    });
    Ok(parcels)
}

/// A profile of a person or group of ours has changed.
pub(super) async fn profile_updated(
    fed: &Arc<Federation>,
    event: EventId,
    account: AccountId,
) -> Result<Vec<Parcel>> {
    let view = views::account::one(&fed.ctx, account).await?;
    if !view.account.is_local() {
        return Ok(Vec::new());
    }
    let doc = actors::document(fed, &view).await?;
    let uri = &view.account.uri;
    let envelope = Envelope {
        id: format!("{uri}#updates/{event}"),
        actor: uri.clone(),
        addressing: Addressing {
            to: vec![AS_PUBLIC.to_owned()],
            cc: vec![build::followers_of(uri)],
            audience: None,
        },
        published: None,
    };
    let update = activities::update_actor(&envelope, &doc);
    Ok(vec![Parcel {
        signer: account,
        uri: envelope.id,
        body: build::sealed(fed, account, update).await?,
        key: uri.clone(),
        targets: recipients::once(recipients::followers(fed, account).await?),
        announces: None,
        members_of: None,
    }])
}

/// An account of ours is gone for good. Asked while those who follow it are still known.
pub(super) async fn deleted(
    fed: &Arc<Federation>,
    event: EventId,
    account: AccountId,
) -> Result<Vec<Parcel>> {
    let account = recipients::account(fed, account).await?;
    if !account.is_local() {
        return Ok(Vec::new());
    }
    let uri = &account.uri;
    let envelope = Envelope {
        id: format!("{uri}#deletes/{event}"),
        actor: uri.clone(),
        addressing: Addressing {
            to: vec![AS_PUBLIC.to_owned()],
            cc: Vec::new(),
            audience: None,
        },
        published: None,
    };
    let delete = activities::delete(&envelope, serde_json::json!(uri), None);
    Ok(vec![Parcel {
        signer: account.id,
        uri: envelope.id,
        body: build::sealed(fed, account.id, delete).await?,
        key: uri.clone(),
        targets: recipients::once(recipients::followers(fed, account.id).await?),
        announces: None,
        members_of: None,
    }])
}
