//! Statuses of other servers: fetched from their origin, with what they answer and whom they name,
//! and handed to the use cases. Walks up a thread step by step, never deeper than a limit.

use database::accounts::Account;
use database::{follows, statuses};
use model::{AccountId, FollowState, Page, StatusId};
use services::statuses::Received;

use crate::actors::{self, Fresh};
use crate::engine::Federation;
use crate::error::{Error, Result};
use crate::fetch::{Trip, admit, identified};
use crate::objects::note::incoming;
use crate::vocabulary::{Emoji, Note, ObjectUri, Understanding, same_origin};

/// The most ancestors that are fetched.
const MAX_ANCESTORS: usize = 64;
/// The most people named in one status that are looked up.
const MAX_NEW_MENTIONS: usize = 10;

/// The status with this address, fetched where it is not known. `via` is the group elsewhere that
/// passed it on.
///
/// # Errors
/// `Rejected` where there is none, `Retry` where its server does not answer.
pub(crate) async fn find(
    fed: &Federation,
    uri: &ObjectUri,
    via: Option<&Account>,
    trip: &Trip,
) -> Result<StatusId> {
    let missing = || Error::rejected("there is no such status");
    if let Some(id) = stored(fed, uri).await? {
        return Ok(id);
    }
    if fed.ctx.place.owns(uri.as_str()) {
        return Err(missing());
    }
    let flight = fed.memory.flight(uri.as_str());
    let _turn = flight.lock().await;
    if let Some(id) = stored(fed, uri).await? {
        return Ok(id);
    }
    let note = fetch(fed, uri, trip).await?;
    if let Some(id) = stored(fed, &note.id).await? {
        return Ok(id);
    }
    match take_in(fed, &note, via, true, trip).await? {
        Received::New(id) | Received::Known(id) => Ok(id),
        Received::Dropped(why) => Err(Error::rejected(why)),
    }
}

/// What the database has at this address.
pub(crate) async fn stored(fed: &Federation, uri: &ObjectUri) -> Result<Option<StatusId>> {
    Ok(services::statuses::find(&fed.ctx, uri.as_str()).await?)
}

/// The row of what is stored at this ActivityPub id, tombstones too.
pub(crate) async fn row(fed: &Federation, uri: &ObjectUri) -> Result<Option<statuses::Status>> {
    let uri = uri.to_string();
    let found = fed.ctx.db.read(move |conn| statuses::by_uri(conn, &uri));
    Ok(found.await?)
}

/// A note as its own server serves it.
pub(crate) async fn fetch(fed: &Federation, uri: &ObjectUri, trip: &Trip) -> Result<Note> {
    match identified(fed, uri, trip).await? {
        Understanding::Note(note) => {
            authored(&note)?;
            Ok(*note)
        }
        _ => Err(Error::rejected("this is no status")),
    }
}

/// What is known already, read anew at its own server.
///
/// # Errors
/// `Rejected` where it is not what it was, `Retry` where its server does not answer.
pub(crate) async fn refresh(fed: &Federation, uri: &ObjectUri, trip: &Trip) -> Result<StatusId> {
    let note = fetch(fed, uri, trip).await?;
    let author = actors::find(fed, &note.author, Fresh::OfToday, trip).await?;
    let incoming = understood(fed, &note, &author, None).await?;
    Ok(services::statuses::receive_edit(&fed.ctx, author.id, incoming).await?)
}

/// Every author of a note is of the server where the note is, and there is one (with the group
/// beside, as `PeerTube` and Mobilizon have it).
pub(crate) fn authored(note: &Note) -> Result<()> {
    if !same_origin(&note.author, &note.id) {
        return Err(Error::rejected("its author is of another server"));
    }
    let is_other = |uri: &&ObjectUri| **uri != note.author && Some(*uri) != note.group.as_ref();
    if note.attributed_to.iter().any(|uri| is_other(&uri)) {
        return Err(Error::rejected("it has several authors"));
    }
    if note
        .group
        .as_ref()
        .is_some_and(|group| !same_origin(group, &note.id))
    {
        return Err(Error::rejected("its group is of another server"));
    }
    Ok(())
}

/// Stores a note that was read at its origin or came from its author, with what it hangs on. The
/// note's author and origin were checked.
pub(crate) async fn take_in(
    fed: &Federation,
    note: &Note,
    via: Option<&Account>,
    wanted: bool,
    trip: &Trip,
) -> Result<Received> {
    if note.is_ballot() {
        return Ok(Received::Dropped("a ballot is no status"));
    }
    let author = actors::find(fed, &note.author, Fresh::OfToday, trip).await?;
    if wanted || concerns(fed, note, &author, via).await? {
        for ancestor in ancestors(fed, note, trip).await.iter().rev() {
            if let Err(error) = hand_over(fed, ancestor, via, true, trip).await {
                tracing::debug!(%error, status = ancestor.id.as_str(), "an ancestor was not stored");
                if error.is_passing() {
                    return Err(error);
                }
            }
        }
        meet_the_named(fed, note, trip).await;
    }
    hand_over(fed, note, via, wanted, trip).await
}

async fn hand_over(
    fed: &Federation,
    note: &Note,
    via: Option<&Account>,
    wanted: bool,
    trip: &Trip,
) -> Result<Received> {
    let author = actors::find(fed, &note.author, Fresh::OfToday, trip).await?;
    if author.suspended_at.is_some() {
        return Ok(Received::Dropped("its author was sent away"));
    }
    let incoming = understood(fed, note, &author, via).await?;
    Ok(services::statuses::receive(&fed.ctx, author.id, incoming, wanted).await?)
}

/// A note in the words of the use cases.
pub(crate) async fn understood(
    fed: &Federation,
    note: &Note,
    author: &Account,
    via: Option<&Account>,
) -> Result<services::statuses::Incoming> {
    let emojis = note.tags.emojis.iter().map(told).collect();
    services::emojis::receive(&fed.ctx, &author.domain, emojis).await?;
    let group = group_of(fed, note, via).await?;
    let followers = actors::followers(fed, author).await?;
    Ok(services::statuses::Incoming {
        via: via.map(|group| group.id),
        ..incoming(note, &followers, group)
    })
}

/// A custom emoji in the words of the use cases.
pub(crate) fn told(emoji: &Emoji) -> services::emojis::Told {
    services::emojis::Told {
        shortcode: emoji.shortcode.clone(),
        url: emoji.url.to_string(),
        mime: emoji.media_type.clone().unwrap_or_default(),
    }
}

/// The group in which it was written: the one that passed it on, if the note names it, else the first
/// group among those that it names. Where several are named the first one counts, as for Lemmy. A thread that says
/// by its `audience` in which group it stands, stands there, whoever else passes it on.
async fn group_of(
    fed: &Federation,
    note: &Note,
    via: Option<&Account>,
) -> Result<Option<AccountId>> {
    let named: Vec<String> = candidates(note).map(ToString::to_string).collect();
    let wanted = named.clone();
    let found = fed
        .ctx
        .db
        .read(move |conn| database::accounts::by_uris(conn, &wanted))
        .await?;
    let group_at = |uri: &str| {
        let account = found.iter().find(|account| account.uri == uri)?;
        account.is_group().then_some(account.id)
    };
    if let Some(group) = via
        && (named.contains(&group.uri) || note.in_reply_to.is_some())
    {
        let audience = || note.addresses.audience.iter().map(ObjectUri::as_str);
        let home = match note.in_reply_to {
            None if audience().all(|uri| uri != group.uri) => audience().find_map(group_at),
            _ => None,
        };
        return Ok(Some(home.unwrap_or(group.id)));
    }
    Ok(named.iter().find_map(|uri| group_at(uri)))
}

/// Everyone in a note who may be a group, the surest first.
fn candidates(note: &Note) -> impl Iterator<Item = &ObjectUri> {
    let wall = note
        .target
        .as_ref()
        .and_then(|target| target.attributed_to.as_ref());
    let audience = note.addresses.audience.iter();
    let mentions = note.tags.mentions.iter().map(|mention| &mention.href);
    audience
        .chain(&note.group)
        .chain(wall)
        .chain(note.addresses.uris())
        .chain(mentions)
        .take(200)
}

/// Does it concern anyone here? Decides only whether more is fetched for it; whether it is stored is
/// decided by the use case.
async fn concerns(
    fed: &Federation,
    note: &Note,
    author: &Account,
    via: Option<&Account>,
) -> Result<bool> {
    let is_ours = |uri: &ObjectUri| fed.ctx.place.owns(uri.as_str());
    let names_one_of_us = candidates(note).any(is_ours);
    if names_one_of_us {
        return Ok(true);
    }
    if let Some(parent) = &note.in_reply_to
        && (fed.ctx.place.owns(parent.as_str()) || stored(fed, parent).await?.is_some())
    {
        return Ok(true);
    }
    if let Some(group) = via
        && is_followed(fed, group.id).await?
    {
        return Ok(true);
    }
    is_followed(fed, author.id).await
}

/// Does anyone here follow this account elsewhere?
pub(crate) async fn is_followed(fed: &Federation, account: AccountId) -> Result<bool> {
    let found = fed.ctx.db.read(move |conn| {
        follows::followers(conn, account, FollowState::Accepted, &Page::first(1))
    });
    Ok(!found.await?.is_empty())
}

/// What a note answers and is not stored here, nearest first.
async fn ancestors(fed: &Federation, note: &Note, trip: &Trip) -> Vec<Note> {
    let mut chain: Vec<Note> = Vec::new();
    let mut next = note.in_reply_to.clone();
    while let Some(uri) = next.take() {
        let in_a_circle = uri == note.id || chain.iter().any(|known| known.id == uri);
        if chain.len() >= MAX_ANCESTORS || in_a_circle {
            break;
        }
        if fed.ctx.place.owns(uri.as_str()) || !matches!(stored(fed, &uri).await, Ok(None)) {
            break;
        }
        match fetch(fed, &uri, trip).await {
            Ok(parent) => {
                next.clone_from(&parent.in_reply_to);
                chain.push(parent);
            }
            Err(error) => {
                tracing::debug!(%error, status = uri.as_str(), "an ancestor could not be read");
            }
        }
    }
    chain
}

/// Looks up who is mentioned, and the groups it is for, a few of them; who cannot be found is not
/// mentioned.
async fn meet_the_named(fed: &Federation, note: &Note, trip: &Trip) {
    let audience = note.addresses.audience.iter().take(3);
    let mentions = note.tags.mentions.iter().map(|mention| &mention.href);
    let named: Vec<&ObjectUri> = audience
        .chain(&note.group)
        .chain(mentions.take(50))
        .collect();
    let mut new = 0;
    for uri in named {
        if new >= MAX_NEW_MENTIONS {
            break;
        }
        if fed.ctx.place.owns(uri.as_str()) || !matches!(actors::known(fed, uri).await, Ok(None)) {
            continue;
        }
        if admit(fed, uri).await.is_err() {
            continue;
        }
        new += 1;
        if let Err(error) = actors::find(fed, uri, Fresh::OfToday, trip).await {
            tracing::debug!(%error, actor = uri.as_str(), "someone named could not be found");
        }
    }
}
