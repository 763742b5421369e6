//! People elsewhere who are known here already, with their keys, so that nothing has to be fetched; and
//! what they send, signed.

use database::accounts::{Account, RemoteActor};
use database::actor_keys::{ActorKey, RSA};
use database::{actor_keys, instances};
use federation::signature::sign::sign_cavage;
use federation::signature::{PrivateKey, PublicKey};
use http::Method;
use model::{AccountId, InstanceId};
use serde_json::{Value, json};
use url::Url;

use super::stubs::Stubs;
use super::town::{Town, blank};
use crate::Result;
use crate::http::Request;

/// So many different RSA keys are made (75 ms each) and shared by all: each actor still has a key id and
/// a row of its own, and verifying costs the same.
const KEYS: usize = 16;

/// Keys for people elsewhere.
#[derive(Debug)]
pub(super) struct Keys(Vec<(PrivateKey, Vec<u8>)>);

impl Keys {
    pub(super) fn make() -> Result<Self> {
        let pairs = (0..KEYS).map(|_| {
            let private = PrivateKey::generate_rsa().map_err(|error| error.to_string())?;
            let public = private.public_key().map_err(|error| error.to_string())?;
            Ok((private, public.to_der()))
        });
        pairs.collect::<Result<_>>().map(Self)
    }

    /// The first pair.
    pub(super) fn first(&self) -> Result<(PrivateKey, PublicKey)> {
        let (private, _) = self.get(0)?;
        let public = private.public_key().map_err(|error| error.to_string())?;
        Ok((private.clone(), public))
    }

    fn get(&self, number: usize) -> Result<&(PrivateKey, Vec<u8>)> {
        self.0
            .get(number % KEYS)
            .ok_or_else(|| "there are no keys".to_owned())
    }
}

/// Someone elsewhere.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) id: AccountId,
    pub(super) uri: String,
    key: PrivateKey,
}

/// Whether these people's servers take everything in one inbox, or each person has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Inboxes {
    Shared,
    Separate,
}

/// Writes down this many people, spread over the stub servers, and their keys.
pub(super) async fn settle(
    town: &Town,
    stubs: &Stubs,
    keys: &Keys,
    name: &str,
    count: usize,
    inboxes: Inboxes,
) -> Result<Vec<Person>> {
    let now = town.now();
    let mut servers = Vec::new();
    for host in &stubs.hosts {
        let (host, id) = (host.clone(), town.id::<InstanceId>());
        servers.push(
            town.write(move |conn| {
                let met = instances::meet(conn, id, &host, now)?;
                instances::describe(conn, met.id, "mastodon", "4.5.0", now)?;
                Ok(met.id)
            })
            .await?,
        );
    }
    let mut people = Vec::with_capacity(count);
    let mut rows = Vec::with_capacity(count);
    for number in 0..count {
        let host = stubs.host(number);
        let Some(instance_id) = servers.get(number % servers.len().max(1)).copied() else {
            return Err("there are no stub servers".to_owned());
        };
        let (private, public) = keys.get(number)?;
        let id: AccountId = town.id();
        let username = format!("{name}{number}");
        let uri = format!("http://{host}/users/{username}");
        let account = Account {
            uri: uri.clone(),
            url: format!("http://{host}/@{username}"),
            ..blank(id, host, &username, now)
        };
        let inbox = format!("{uri}/inbox");
        let delivery_inbox = match inboxes {
            Inboxes::Shared => format!("http://{host}/inbox"),
            Inboxes::Separate => inbox.clone(),
        };
        let remote = RemoteActor {
            account_id: id,
            inbox,
            delivery_inbox,
            outbox: format!("{uri}/outbox"),
            followers: format!("{uri}/followers"),
            featured: String::new(),
            moderators: String::new(),
            instance_id,
            fetched_at: now,
            members_only: false,
        };
        let key = ActorKey {
            id: town.id(),
            account_id: id,
            uri: format!("{uri}#main-key"),
            kind: RSA,
            public_der: public.clone(),
            private_der: None,
            fetched_at: now,
        };
        people.push(Person {
            id,
            uri,
            key: private.clone(),
        });
        rows.push((account, remote, key));
    }
    town.write(move |conn| {
        for (account, remote, key) in &rows {
            database::accounts::insert(conn, account)?;
            database::accounts::put_remote(conn, remote)?;
            actor_keys::replace(conn, account.id, std::slice::from_ref(key))?;
        }
        Ok(())
    })
    .await?;
    Ok(people)
}

impl Person {
    /// A public post, as Mastodon sends one.
    pub(super) fn create(&self, town: &Town, number: usize, marker: &str) -> Value {
        let published = town.now().iso_seconds();
        let note = format!("{}/statuses/{number}", self.uri);
        let public = "https://www.w3.org/ns/activitystreams#Public";
        let followers = format!("{}/followers", self.uri);
        let content = format!(
            "<p>{marker} number {number}. The beans are up, the rain came on Tuesday, and whoever wants seedlings of the \
             long purple kind can fetch them on Saturday morning behind the hall: bring a pot and a little time, there \
             is tea, and the children of the street have painted new signs for the beds.</p>"
        );
        json!({
            "@context": ["https://www.w3.org/ns/activitystreams", {"sensitive": "as:sensitive", "Hashtag": "as:Hashtag"}],
            "id": format!("{note}/activity"),
            "type": "Create",
            "actor": self.uri,
            "published": published,
            "to": [public],
            "cc": [followers],
            "object": {
                "id": note,
                "type": "Note",
                "summary": null,
                "inReplyTo": null,
                "published": published,
                "url": note,
                "attributedTo": self.uri,
                "to": [public],
                "cc": [followers],
                "sensitive": false,
                "content": content,
                "contentMap": {"en": content},
                "attachment": [],
                "tag": []
            }
        })
    }

    /// A wish to follow.
    pub(super) fn follow(&self, target: &str) -> Value {
        json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": format!("{}#follows/1", self.uri),
            "type": "Follow",
            "actor": self.uri,
            "object": target
        })
    }

    /// The request that brings an activity to the town's shared inbox, signed after draft-cavage.
    pub(super) fn signed(&self, town: &Town, activity: &Value) -> Result<Vec<u8>> {
        self.signed_by(self, town, activity)
    }

    /// The request for a document of the town, signed.
    pub(super) fn reads(&self, town: &Town, path: &str) -> Result<Vec<u8>> {
        let url = format!("{}{path}", town.place.base());
        let url = Url::parse(&url).map_err(|error| error.to_string())?;
        let key_id = format!("{}#main-key", self.uri);
        let fields = sign_cavage(&Method::GET, &url, None, &key_id, &self.key, town.now())
            .map_err(|error| error.to_string())?;
        let mut request = Request::new("GET", path).field("accept", "application/activity+json");
        for (name, value) in &fields {
            request = request.field(name.as_str(), value.to_str().unwrap_or_default());
        }
        Ok(request.bytes(&town.place.address.to_string()))
    }

    /// The same with the key of another one, who claims to be this one.
    pub(super) fn signed_by(&self, other: &Self, town: &Town, activity: &Value) -> Result<Vec<u8>> {
        let body = activity.to_string().into_bytes();
        let url = Url::parse(&format!("{}/inbox", town.place.base()))
            .map_err(|error| error.to_string())?;
        let key_id = format!("{}#main-key", self.uri);
        let fields = sign_cavage(
            &Method::POST,
            &url,
            Some(&body),
            &key_id,
            &other.key,
            town.now(),
        )
        .map_err(|error| error.to_string())?;
        let mut request = Request::new("POST", "/inbox");
        for (name, value) in &fields {
            request = request.field(name.as_str(), value.to_str().unwrap_or_default());
        }
        Ok(request.body(body).bytes(&town.place.address.to_string()))
    }
}
