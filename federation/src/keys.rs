//! The keys of others: who signs under which address. A key counts only where the actor itself lists
//! it, in the document at its own id; what a key says of its owner is at most a hint where to look.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use database::accounts::{self, Account};
use database::actor_keys;

use crate::actors::{self, Fresh};
use crate::engine::Federation;
use crate::error::{Error, Result};
use crate::fetch::{Trip, document};
use crate::objects::actor::parse_key;
use crate::signature::PublicKey;
use crate::vocabulary::{Key, Understanding};
use crate::vocabulary::{ObjectUri, same_origin};

/// A sender waits no longer than this for us to find its key.
const PATIENCE: Duration = Duration::from_secs(12);

/// A key of another server's actor.
#[derive(Debug)]
pub(crate) struct Known {
    /// Whose it is.
    pub(crate) account: Account,
    /// The actor's id.
    pub(crate) actor: ObjectUri,
    /// The key.
    pub(crate) key: PublicKey,
}

/// Why there is no key.
#[derive(Debug)]
pub(crate) enum Missing {
    /// Nobody can say whose it is; asking again changes nothing.
    ForGood(String),
    /// Its server did not answer, or our database did not.
    ForNow(String),
    /// This sender made us look in vain too often.
    TooMany,
}

impl From<Error> for Missing {
    fn from(error: Error) -> Self {
        if error.is_passing() {
            Self::ForNow(error.to_string())
        } else {
            Self::ForGood(error.to_string())
        }
    }
}

impl From<database::Error> for Missing {
    fn from(error: database::Error) -> Self {
        Self::ForNow(error.to_string())
    }
}

/// A key that is stored.
pub(crate) async fn known(
    fed: &Federation,
    key_id: &ObjectUri,
) -> std::result::Result<Option<Arc<Known>>, Missing> {
    if let Some(known) = fed.memory.keys.get(key_id.as_str()) {
        return Ok(Some(known));
    }
    let uri = key_id.to_string();
    let found = fed.ctx.db.read(move |conn| {
        let Some(key) = actor_keys::by_uri(conn, &uri)? else {
            return Ok(None);
        };
        let account = accounts::get(conn, key.account_id)?;
        Ok::<_, database::Error>(Some((account, key)))
    });
    let Some((account, key)) = found.await? else {
        return Ok(None);
    };
    let (Ok(actor), Some(parsed)) = (
        ObjectUri::parse(&account.uri),
        parse_key(key.kind, &key.public_der),
    ) else {
        return Ok(None);
    };
    let known = Arc::new(Known {
        account,
        actor,
        key: parsed,
    });
    fed.memory
        .keys
        .insert(key_id.to_string(), Arc::clone(&known));
    Ok(Some(known))
}

/// A key that is not stored: reads its actor, who must list it. `actor` is who it should belong to,
/// where the request says so.
pub(crate) async fn fetch(
    fed: &Federation,
    key_id: &ObjectUri,
    actor: Option<&ObjectUri>,
    source: Option<IpAddr>,
) -> std::result::Result<Arc<Known>, Missing> {
    // Whoever asks for the same key waits here, and finds what the first one brought.
    let flight = fed.memory.flight(&format!("key {key_id}"));
    let _turn = flight.lock().await;
    if let Some(known) = known(fed, key_id).await? {
        return Ok(known);
    }
    // One who is known and signs with an unknown key may have changed it, but not every minute.
    let stored = match actor {
        Some(actor) => actors::known(fed, actor).await?,
        None => None,
    };
    if let (Some(_), Some(actor)) = (&stored, actor)
        && !fed.memory.may_refresh(actor.as_str(), fed.ctx.now())
    {
        return Err(Missing::ForGood(
            "its actor does not list this key".to_owned(),
        ));
    }
    for address in [actor, Some(key_id)].into_iter().flatten() {
        let address = address.without_fragment();
        if let Some(error) = fed.memory.miss(address.as_str(), fed.ctx.now()) {
            return Err(error.into());
        }
    }
    let sender = source.map(|source| fed.memory.sender(source));
    let turn = match &sender {
        None => None,
        Some(sender) => match sender.turn(fed.ctx.now()).await {
            Some(turn) => Some(turn),
            None => return Err(Missing::TooMany),
        },
    };
    let found = tokio::time::timeout(PATIENCE, look_up(fed, key_id, actor))
        .await
        .unwrap_or_else(|_late| Err(Missing::ForNow("its server is slow".to_owned())));
    if let (Err(missing), Some(turn)) = (&found, turn) {
        turn.in_vain(fed.ctx.now());
        tracing::debug!(?missing, key = key_id.as_str(), "a key was not found");
    }
    found
}

async fn look_up(
    fed: &Federation,
    key_id: &ObjectUri,
    actor: Option<&ObjectUri>,
) -> std::result::Result<Arc<Known>, Missing> {
    let trip = Trip::for_a_key();
    let owner = match actor {
        Some(actor) => actor.clone(),
        None => owner_of(fed, key_id, &trip).await?,
    };
    if !same_origin(&owner, key_id) {
        return Err(Missing::ForGood(
            "its owner is on another server".to_owned(),
        ));
    }
    let account = actors::find(fed, &owner, Fresh::Now, &trip).await?;
    if let Some(known) = known(fed, key_id).await?
        && known.account.id == account.id
    {
        return Ok(known);
    }
    // Asking for this key again is as useless as asking for an address that leads nowhere.
    let address = key_id.without_fragment();
    if address != owner {
        fed.memory.missed(address.as_str(), false, fed.ctx.now());
    }
    Err(Missing::ForGood(
        "its actor does not list this key".to_owned(),
    ))
}

/// Who stands behind a key, by the word of the document at its address: the actor itself, or
/// (`GoToSocial`) a key that names it.
async fn owner_of(fed: &Federation, key_id: &ObjectUri, trip: &Trip) -> Result<ObjectUri> {
    let (_at, value) = document(fed, key_id, trip).await?;
    let owner = match Understanding::read(&value)? {
        Understanding::Actor(actor) => Some(actor.id),
        Understanding::Key(Key::Pem(key)) => key.owner,
        Understanding::Key(Key::Multikey(key)) => key.controller,
        _ => None,
    };
    owner.ok_or_else(|| Error::rejected("there is no key at this address"))
}

/// Reads the keys of an actor anew because a signature did not fit; at most once in five minutes, and
/// within the budget of who sent it: forged signatures in many names must not send us out for each.
pub(crate) async fn refresh(
    fed: &Federation,
    key_id: &ObjectUri,
    old: &Known,
    source: Option<IpAddr>,
) -> std::result::Result<Option<Arc<Known>>, Missing> {
    if !fed.memory.may_refresh(old.actor.as_str(), fed.ctx.now()) {
        return Ok(None);
    }
    let sender = source.map(|source| fed.memory.sender(source));
    let turn = match &sender {
        None => None,
        Some(sender) => match sender.turn(fed.ctx.now()).await {
            Some(turn) => Some(turn),
            None => return Err(Missing::TooMany),
        },
    };
    let found = read_anew(fed, key_id, old).await;
    let is_new = matches!(&found, Ok(Some(new)) if new.key != old.key);
    if let (false, Some(turn)) = (is_new, turn) {
        turn.in_vain(fed.ctx.now());
    }
    found
}

async fn read_anew(
    fed: &Federation,
    key_id: &ObjectUri,
    old: &Known,
) -> std::result::Result<Option<Arc<Known>>, Missing> {
    let read = tokio::time::timeout(PATIENCE, async {
        let trip = Trip::for_a_key();
        actors::find(fed, &old.actor, Fresh::Now, &trip).await
    });
    match read.await {
        Ok(read) => read?,
        Err(_late) => return Err(Missing::ForNow("its server is slow".to_owned())),
    };
    fed.memory.keys.invalidate(key_id.as_str());
    known(fed, key_id).await
}

/// An actor is gone: nobody signs for it any more.
pub(crate) async fn forget(fed: &Federation, account: &Account) -> Result<()> {
    let id = account.id;
    let gone: Vec<String> = fed
        .ctx
        .write_later(move |conn| {
            let keys = actor_keys::of(conn, id)?;
            actor_keys::replace(conn, id, &[])?;
            Ok::<_, database::Error>(keys.into_iter().map(|key| key.uri).collect())
        })
        .await?;
    for uri in gone {
        fed.memory.keys.invalidate(&uri);
    }
    Ok(())
}
