//! An actor's document as a profile to store: which of its addresses belong to its own server, which
//! of its keys are keys. Who may speak for it is decided elsewhere.

use database::actor_keys::{ED25519, RSA};
use model::{AccountKind, Domain, InstanceId, Millis};
use services::accounts::RemoteProfile;

use crate::error::{Error, Result};
use crate::signature::{KeyKind, PublicKey};
use crate::vocabulary::{Actor, ActorKind, ObjectUri, same_origin};

/// A key as it is stored: its address, its kind, its bytes.
type StoredKey = (String, i16, Vec<u8>);

/// The DER of an Ed25519 key ends with the point, which is what is stored of it.
const POINT: usize = 32;

/// The profile of an actor whose document was read at its own id, under the handle that was confirmed.
///
/// # Errors
/// Where it has no usable key, or receives on another server.
pub(crate) fn profile(
    actor: &Actor,
    (username, domain): (String, &Domain),
    instance: InstanceId,
    now: Millis,
) -> Result<RemoteProfile> {
    let keys = keys(actor);
    if keys.is_empty() {
        // Misskey answers a request that it cannot verify with an actor of which this is missing.
        return Err(Error::rejected("an actor without a usable key"));
    }
    if !same_origin(&actor.inbox, &actor.id) {
        return Err(Error::rejected("an inbox on another server"));
    }
    let own = |uri: &Option<ObjectUri>| {
        let uri = uri.as_ref().filter(|uri| same_origin(uri, &actor.id));
        uri.map(|uri| uri.as_str().to_owned()).unwrap_or_default()
    };
    let address = |uri: Option<&ObjectUri>| uri.map_or_else(String::new, ToString::to_string);
    let page = own(&actor.url);
    Ok(RemoteProfile {
        uri: actor.id.to_string(),
        url: if page.is_empty() {
            actor.id.to_string()
        } else {
            page
        },
        domain: domain.to_string(),
        username,
        kind: kind(actor.kind),
        display_name: actor.name.clone().unwrap_or_default(),
        note: actor.summary.clone().unwrap_or_default(),
        fields: actor
            .fields
            .iter()
            .map(|field| (field.name.clone(), field.value.clone()))
            .collect(),
        avatar: address(actor.icon.as_ref().map(|icon| &icon.url)),
        header: address(actor.image.as_ref().map(|image| &image.url)),
        locked: actor.manually_approves_followers,
        members_only: actor.members_only,
        discoverable: actor.discoverable.unwrap_or(false),
        indexable: actor.indexable.unwrap_or(false),
        published: actor.published.map(|at| at.min(now)),
        inbox: actor.inbox.to_string(),
        shared_inbox: own(&actor.shared_inbox),
        outbox: own(&actor.outbox),
        followers: own(&actor.followers),
        featured: own(&actor.featured),
        moderators: own(&actor.moderators),
        instance,
        keys,
    })
}

const fn kind(kind: ActorKind) -> AccountKind {
    match kind {
        ActorKind::Person => AccountKind::Person,
        ActorKind::Group => AccountKind::Group,
        ActorKind::Service => AccountKind::Bot,
        ActorKind::Application => AccountKind::Server,
        ActorKind::Organization => AccountKind::Organization,
    }
}

/// The keys that an actor names as its own, on its own server, and that are strong enough.
fn keys(actor: &Actor) -> Vec<StoredKey> {
    let is_own = |id: &ObjectUri, owner: Option<&ObjectUri>| {
        same_origin(id, &actor.id) && owner.is_none_or(|owner| *owner == actor.id)
    };
    let pem = actor
        .public_keys
        .iter()
        .filter(|key| is_own(&key.id, key.owner.as_ref()))
        .filter_map(|key| Some((&key.id, PublicKey::from_pem(&key.pem).ok()?)));
    let multi = actor
        .assertion_methods
        .iter()
        .filter(|key| is_own(&key.id, key.controller.as_ref()))
        .filter_map(|key| Some((&key.id, PublicKey::from_multikey(&key.multibase).ok()?)));
    let mut keys: Vec<StoredKey> = Vec::new();
    for (id, key) in pem.chain(multi) {
        if keys.iter().any(|(known, ..)| known == id.as_str()) {
            continue;
        }
        keys.extend(stored(&key).map(|(kind, bytes)| (id.to_string(), kind, bytes)));
    }
    keys
}

fn stored(key: &PublicKey) -> Option<(i16, Vec<u8>)> {
    let der = key.to_der();
    match key.kind() {
        KeyKind::Rsa => Some((RSA, der)),
        KeyKind::Ed25519 => {
            let point = der.get(der.len().checked_sub(POINT)?..)?;
            Some((ED25519, point.to_vec()))
        }
    }
}

/// Takes back what [`profile`] stored.
pub(crate) fn parse_key(kind: i16, bytes: &[u8]) -> Option<PublicKey> {
    match kind {
        RSA => PublicKey::from_der(bytes).ok(),
        ED25519 => PublicKey::from_ed25519(bytes).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signature::PrivateKey;
    use serde_json::{Value, json};

    fn read(more: Value) -> Result<RemoteProfile> {
        let key = PrivateKey::ed25519_from_seed(&[7; 32])
            .unwrap()
            .public_key()
            .unwrap();
        let mut value = json!({
            "id": "https://far.example/users/dan", "type": "Person", "preferredUsername": "dan",
            "inbox": "https://far.example/users/dan/inbox",
            "assertionMethod": [{"id": "https://far.example/users/dan#key", "type": "Multikey",
                "controller": "https://far.example/users/dan",
                "publicKeyMultibase": key.to_multikey()}],
        });
        let Value::Object(more) = more else { panic!() };
        value.as_object_mut().unwrap().extend(more);
        let actor = Actor::read(&value).unwrap();
        let domain: Domain = "far.example".parse().unwrap();
        profile(
            &actor,
            ("dan".to_owned(), &domain),
            InstanceId(1),
            Millis(5),
        )
    }

    #[test]
    fn a_key_survives_the_store() {
        let profile = read(json!({})).unwrap();
        let (id, kind, bytes) = profile.keys.first().unwrap();
        assert_eq!(id, "https://far.example/users/dan#key");
        let key = parse_key(*kind, bytes).unwrap();
        let signed = PrivateKey::ed25519_from_seed(&[7; 32])
            .unwrap()
            .sign(b"words")
            .unwrap();
        assert!(key.verify(b"words", &signed));
        assert!(parse_key(7, bytes).is_none());
    }

    #[test]
    fn a_key_of_another_actor_or_server_is_none() {
        let other = |id: &str, controller: &str| {
            let key = PrivateKey::ed25519_from_seed(&[7; 32]).unwrap();
            let key = key.public_key().unwrap().to_multikey();
            read(json!({"assertionMethod": [{"id": id, "type": "Multikey",
                "controller": controller, "publicKeyMultibase": key}]}))
        };
        let dan = "https://far.example/users/dan";
        assert!(other("https://far.example/users/dan#k", dan).is_ok());
        assert!(other("https://victim.example/users/dan#k", dan).is_err());
        assert!(
            other(
                "https://far.example/users/eve#k",
                "https://far.example/users/eve"
            )
            .is_err()
        );
    }

    #[test]
    fn only_addresses_of_its_own_server_are_kept() {
        assert!(read(json!({"inbox": "https://victim.example/inbox"})).is_err());
        let profile = read(json!({
            "followers": "https://far.example/users/dan/followers",
            "featured": "https://victim.example/featured",
            "endpoints": {"sharedInbox": "https://victim.example/inbox"},
            "url": "https://victim.example/@dan",
            "published": "2099-01-01T00:00:00Z",
        }))
        .unwrap();
        assert_eq!(profile.followers, "https://far.example/users/dan/followers");
        assert_eq!(profile.featured, "");
        assert_eq!(profile.shared_inbox, "");
        assert_eq!(profile.url, profile.uri);
        assert_eq!(profile.published, Some(Millis(5)));
    }
}
