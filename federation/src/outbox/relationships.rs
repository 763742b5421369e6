//! Follows and blocks between someone here and someone elsewhere. What one follow or block says goes out
//! in order, so all of one pair have one key.

use std::sync::Arc;

use database::accounts::Account;
use database::follows::{self, Follow};
use model::{AccountId, Event, EventId, FollowId};
use serde_json::Value;

use super::{Parcel, recipients};
use crate::build;
use crate::engine::Federation;
use crate::error::{Error, Result};
use crate::vocabulary::write::Addressing;
use crate::vocabulary::write::activities::{self, BlockDoc, Envelope};

/// Someone here asks to follow someone elsewhere.
pub(super) async fn follow_requested(
    fed: &Arc<Federation>,
    follow: FollowId,
) -> Result<Vec<Parcel>> {
    let (follow, from, to) = load(fed, follow).await?;
    if !from.is_local() || to.is_local() {
        return Ok(Vec::new());
    }
    let uri = address(fed, &from, follow.id, follow.uri.as_deref());
    let (envelope, value) = ask(&from, &to, uri);
    Ok(vec![parcel(fed, &from, &to, envelope.id, value).await?])
}

/// Someone here agrees to a follow of someone elsewhere.
pub(super) async fn follow_accepted(
    fed: &Arc<Federation>,
    follow: FollowId,
) -> Result<Vec<Parcel>> {
    let (follow, from, to) = load(fed, follow).await?;
    answer(fed, &from, &to, follow.id, follow.uri.as_deref(), true).await
}

/// Someone here refuses a follow of someone elsewhere, or ends it.
pub(super) async fn follow_rejected(
    fed: &Arc<Federation>,
    from: AccountId,
    to: AccountId,
    follow: FollowId,
    uri: Option<&str>,
) -> Result<Vec<Parcel>> {
    let from = recipients::account(fed, from).await?;
    let to = recipients::account(fed, to).await?;
    answer(fed, &from, &to, follow, uri, false).await
}

/// Someone here follows someone elsewhere no more.
pub(super) async fn unfollowed(
    fed: &Arc<Federation>,
    from: AccountId,
    to: AccountId,
    follow: FollowId,
    uri: Option<&str>,
) -> Result<Vec<Parcel>> {
    let from = recipients::account(fed, from).await?;
    let to = recipients::account(fed, to).await?;
    if !from.is_local() || to.is_local() {
        return Ok(Vec::new());
    }
    let uri = address(fed, &from, follow, uri);
    let (asked, value) = ask(&from, &to, uri);
    let undo = Envelope {
        id: build::undo_uri(&asked.id),
        ..asked
    };
    let value = activities::undo(&undo, value);
    Ok(vec![parcel(fed, &from, &to, undo.id, value).await?])
}

/// A block between people, or its end.
pub(super) async fn blocked(
    fed: &Arc<Federation>,
    event: EventId,
    account: AccountId,
    target: AccountId,
    stands: bool,
) -> Result<Vec<Parcel>> {
    let account = recipients::account(fed, account).await?;
    let target = recipients::account(fed, target).await?;
    if !account.is_local() || target.is_local() {
        return Ok(Vec::new());
    }
    let doc = BlockDoc {
        object: target.uri.clone(),
        ..BlockDoc::default()
    };
    block(fed, event, &account, &target, &doc, stands).await
}

/// `Block` or `Undo{Block}`. A second block of the same person has an address of its own, or it would be
/// taken for a replay of the first; the `Undo` is found by who and whom.
pub(super) async fn block(
    fed: &Arc<Federation>,
    event: EventId,
    account: &Account,
    target: &Account,
    doc: &BlockDoc,
    stands: bool,
) -> Result<Vec<Parcel>> {
    let base = fed.ctx.place.block_uri(&account.uri, target.id);
    let envelope = Envelope {
        id: format!("{base}/{event}"),
        actor: account.uri.clone(),
        addressing: Addressing::only_to(&target.uri),
        published: None,
    };
    let value = if stands {
        activities::block(&envelope, doc)
    } else {
        let inner = Envelope {
            id: base,
            ..envelope.clone()
        };
        activities::undo(&envelope, activities::block(&inner, doc))
    };
    Ok(vec![
        parcel(fed, account, target, envelope.id, value).await?,
    ])
}

/// `Invite` of a group of ours to someone elsewhere, or `Undo{Invite}`: the group itself asks, and is what they
/// are asked to join.
pub(super) async fn invited(fed: &Arc<Federation>, event: &Event) -> Result<Vec<Parcel>> {
    let (group, person, invitation) = match event {
        Event::Invited {
            group,
            account,
            invitation,
        }
        | Event::InvitationWithdrawn {
            group,
            account,
            invitation,
        } => (*group, *account, *invitation),
        _ => return Ok(Vec::new()),
    };
    let stands = matches!(event, Event::Invited { .. });
    let group = recipients::account(fed, group).await?;
    let person = recipients::account(fed, person).await?;
    if person.is_local() {
        return Ok(Vec::new());
    }
    let envelope = Envelope {
        id: fed.ctx.place.invite_uri(&group.uri, invitation),
        actor: group.uri.clone(),
        addressing: Addressing::only_to(&person.uri),
        published: None,
    };
    let invite = activities::invite(&envelope, &group.uri, &person.uri);
    if stands {
        return Ok(vec![
            parcel(fed, &group, &person, envelope.id, invite).await?,
        ]);
    }
    let undo = Envelope {
        id: build::undo_uri(&envelope.id),
        ..envelope
    };
    let value = activities::undo(&undo, invite);
    Ok(vec![parcel(fed, &group, &person, undo.id, value).await?])
}

async fn load(fed: &Federation, follow: FollowId) -> Result<(Follow, Account, Account)> {
    let follow = fed
        .ctx
        .db
        .read(move |conn| follows::get(conn, follow))
        .await?
        .ok_or(Error::Gone)?;
    let from = recipients::account(fed, follow.account_id).await?;
    let to = recipients::account(fed, follow.target_id).await?;
    Ok((follow, from, to))
}

fn address(fed: &Federation, from: &Account, id: FollowId, uri: Option<&str>) -> String {
    uri.map_or_else(|| fed.ctx.place.follow_uri(&from.uri, id), str::to_owned)
}

fn ask(from: &Account, to: &Account, uri: String) -> (Envelope, Value) {
    let envelope = Envelope {
        id: uri,
        actor: from.uri.clone(),
        addressing: Addressing::only_to(&to.uri),
        published: None,
    };
    let value = activities::follow(&envelope, &to.uri);
    (envelope, value)
}

/// `Accept` or `Reject`, with the `Follow` in it that they sent.
async fn answer(
    fed: &Arc<Federation>,
    from: &Account,
    to: &Account,
    follow: FollowId,
    uri: Option<&str>,
    accepted: bool,
) -> Result<Vec<Parcel>> {
    if from.is_local() || !to.is_local() {
        return Ok(Vec::new());
    }
    let (_, asked) = ask(from, to, address(fed, from, follow, uri));
    let word = if accepted { "accepts" } else { "rejects" };
    let envelope = Envelope {
        id: format!("{}#{word}/{follow}", to.uri),
        actor: to.uri.clone(),
        addressing: Addressing::only_to(&from.uri),
        published: None,
    };
    let value = if accepted {
        activities::accept(&envelope, asked)
    } else {
        activities::reject(&envelope, asked)
    };
    Ok(vec![parcel(fed, to, from, envelope.id, value).await?])
}

/// From one here to one elsewhere.
async fn parcel(
    fed: &Arc<Federation>,
    from: &Account,
    to: &Account,
    uri: String,
    value: Value,
) -> Result<Parcel> {
    let (here, there) = (&from.uri, &to.uri);
    Ok(Parcel {
        signer: from.id,
        uri,
        body: build::plain(value)?,
        key: format!("{here} {there}"),
        targets: recipients::of(fed, vec![to.id]).await?,
        announces: None,
        members_of: None,
    })
}
