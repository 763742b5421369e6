//! Another server whose every byte a story chooses: an actor with keys that signs what it is told to,
//! writes down what arrives, and answers what it likes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap as Headers, Method as Verb, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use federation::signature::sign::{self, Options};
use federation::signature::{Form, PrivateKey};
use http::{HeaderMap, Method};
use model::Millis;
use serde_json::{Value, json};
use url::Url;

use super::client::{Answer, Body, Client};
use super::{eventually, runtime};

/// What arrived in the inbox.
#[derive(Clone, Debug)]
pub(crate) struct Arrived {
    /// The activity.
    pub(crate) activity: Value,
}

struct Inner {
    base: String,
    key: PrivateKey,
    software: &'static str,
    /// What the inbox answers.
    status: u16,
    /// Is only one form of signature taken?
    only_rfc9421: bool,
    /// How many knocks were refused for their form.
    refused: usize,
    /// How often documents were asked for, by path.
    fetched: Vec<String>,
    arrived: Vec<Arrived>,
    documents: Vec<(String, Value)>,
    /// Files with the type that is named for them, by path.
    files: Vec<(String, &'static str, Vec<u8>)>,
}

/// A server with one actor, `eve`.
#[derive(Clone)]
pub(crate) struct Peer {
    /// `http://127.0.0.1:PORT`
    pub(crate) base: String,
    inner: Arc<Mutex<Inner>>,
}

impl Peer {
    /// Starts it; `software` is what its NodeInfo says.
    pub(crate) fn new(software: &'static str) -> Self {
        let (listener, base) = runtime().block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
                .await
                .expect("a port");
            let base = format!("http://{}", listener.local_addr().expect("an address"));
            (listener, base)
        });
        let inner = Inner {
            base: base.clone(),
            key: PrivateKey::generate_rsa().expect("a key"),
            software,
            status: 202,
            only_rfc9421: false,
            refused: 0,
            fetched: Vec::new(),
            arrived: Vec::new(),
            documents: Vec::new(),
            files: Vec::new(),
        };
        let inner = Arc::new(Mutex::new(inner));
        let app = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&inner));
        runtime().spawn(async move { axum::serve(listener, app).await });
        Self { base, inner }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The actor's id.
    pub(crate) fn actor(&self) -> String {
        format!("{}/users/eve", self.base)
    }

    /// A group on this server: its id. It has lists of moderators (eve) and of threads at its top (none).
    pub(crate) fn group(&self, name: &str) -> String {
        let id = format!("{}/g/{name}", self.base);
        let document = self.inner().group(&id, name);
        self.publish(&format!("/g/{name}"), document);
        self.list(&id, "moderators", &[&self.actor()]);
        self.list(&id, "featured", &[]);
        id
    }

    /// Publishes a list of a group.
    pub(crate) fn list(&self, group: &str, list: &str, items: &[&str]) {
        let id = format!("{group}/{list}");
        let path = id.trim_start_matches(&self.base).to_owned();
        let list = json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": id,
            "type": "OrderedCollection",
            "totalItems": items.len(),
            "orderedItems": items,
        });
        self.publish(&path, list);
    }

    /// An activity of somebody on this server, to everybody.
    pub(crate) fn does(
        &self,
        actor: &str,
        word: &str,
        kind: &str,
        object: impl Into<Value>,
    ) -> Value {
        let object: Value = object.into();
        json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": self.id(word),
            "type": kind,
            "actor": actor,
            "to": ["https://www.w3.org/ns/activitystreams#Public"],
            "object": object,
        })
    }

    /// From now on the inbox answers this.
    pub(crate) fn answers(&self, status: u16) {
        self.inner().status = status;
    }

    /// From now on the inbox takes RFC 9421 alone.
    pub(crate) fn takes_only_rfc9421(&self) {
        self.inner().only_rfc9421 = true;
    }

    /// How many knocks were refused for their form.
    pub(crate) fn refused(&self) -> usize {
        self.inner().refused
    }

    /// From now on the actor has another key.
    pub(crate) fn change_key(&self) {
        self.inner().key = PrivateKey::generate_rsa().expect("a key");
    }

    /// Publishes a document at a path.
    pub(crate) fn publish(&self, path: &str, document: Value) {
        self.inner().documents.push((path.to_owned(), document));
    }

    /// What is published at a path.
    pub(crate) fn document(&self, path: &str) -> Value {
        let found = self.inner().document(path, "");
        found.expect("it was published").1
    }

    /// Serves a file at a path, under this type.
    pub(crate) fn serve(&self, path: &str, kind: &'static str, bytes: Vec<u8>) {
        self.inner().files.push((path.to_owned(), kind, bytes));
    }

    /// The paths that were asked for.
    pub(crate) fn fetched(&self) -> Vec<String> {
        self.inner().fetched.clone()
    }

    /// All that arrived.
    pub(crate) fn arrived(&self) -> Vec<Arrived> {
        self.inner().arrived.clone()
    }

    /// All that arrived of a type.
    pub(crate) fn arrived_of(&self, kind: &str) -> Vec<Value> {
        let arrived = self.arrived().into_iter().map(|one| one.activity);
        arrived
            .filter(|activity| activity["type"] == kind)
            .collect()
    }

    /// Waits for an activity.
    pub(crate) fn receives(&self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        eventually(what, || {
            self.arrived()
                .into_iter()
                .map(|one| one.activity)
                .find(|activity| wanted(activity))
        })
    }

    /// A new address for an activity.
    pub(crate) fn id(&self, word: &str) -> String {
        format!("{}/activities/{word}", self.base)
    }

    /// `Follow` of somebody.
    pub(crate) fn follow(&self, whom: &str) -> Value {
        json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": self.id("follow"),
            "type": "Follow",
            "actor": self.actor(),
            "object": whom,
        })
    }

    /// `Create` of a public note that mentions somebody.
    pub(crate) fn create(&self, word: &str, text: &str, to: &str) -> Value {
        let note = self.note(word, text, to);
        json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": self.id(word),
            "type": "Create",
            "actor": self.actor(),
            "to": note["to"],
            "cc": note["cc"],
            "object": note,
        })
    }

    /// A public note that mentions somebody; it is published at its address as well.
    pub(crate) fn note(&self, word: &str, text: &str, to: &str) -> Value {
        let path = format!("/notes/{word}");
        let note = json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": format!("{}{path}", self.base),
            "type": "Note",
            "attributedTo": self.actor(),
            "to": ["https://www.w3.org/ns/activitystreams#Public"],
            "cc": [to],
            "content": format!("<p>{text}</p>"),
            "published": now().iso(),
            "tag": [{ "type": "Mention", "href": to, "name": "@somebody" }],
        });
        self.publish(&path, note.clone());
        note
    }

    /// The headers that sign this for this address.
    pub(crate) fn sign(&self, form: Form, to: &str, body: &[u8], now: Millis) -> HeaderMap {
        self.sign_as(&format!("{}#main-key", self.actor()), form, to, body, now)
    }

    /// The same with another name of the key.
    pub(crate) fn sign_as(
        &self,
        key_id: &str,
        form: Form,
        to: &str,
        body: &[u8],
        now: Millis,
    ) -> HeaderMap {
        let inner = self.inner();
        let url = Url::parse(to).expect("an address");
        let (post, key, body) = (Method::POST, &inner.key, Some(body));
        let headers = match form {
            Form::Cavage => sign::sign_cavage(&post, &url, body, key_id, key, now),
            Form::Rfc9421 => {
                sign::sign_rfc9421(&post, &url, body, key_id, key, now, Options::default())
            }
        };
        headers.expect("a signature")
    }

    /// Somebody else on this server, of this type: their id.
    pub(crate) fn somebody(&self, kind: &str, name: &str) -> String {
        let id = format!("{}/g/{name}", self.base);
        let mut document = self.inner().group(&id, name);
        document["type"] = json!(kind);
        self.publish(&format!("/g/{name}"), document);
        id
    }

    /// Asks for a document, signed in the usual way.
    pub(crate) fn signed_get(&self, url: &str) -> Answer {
        self.signed_get_as(&self.actor(), url)
    }

    /// The same, signed by this actor of this server.
    pub(crate) fn signed_get_as(&self, actor: &str, url: &str) -> Answer {
        let key_id = format!("{actor}#main-key");
        let parsed = Url::parse(url).expect("an address");
        let headers = {
            let inner = self.inner();
            sign::sign_cavage(&Method::GET, &parsed, None, &key_id, &inner.key, now())
        };
        let headers = headers.expect("a signature");
        let mut pairs: Vec<(&str, &str)> = headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.to_str().expect("a header")))
            .collect();
        pairs.push(("accept", "application/activity+json"));
        Client::new("", None).ask(Method::GET, url, &pairs, None)
    }

    /// Sends an activity, signed in the usual way.
    pub(crate) fn send(&self, inbox: &str, activity: &Value) -> Answer {
        let body = activity.to_string().into_bytes();
        let headers = self.sign(Form::Cavage, inbox, &body, now());
        deliver(inbox, &headers, body)
    }
}

impl Peer {
    /// Sends an activity that its actor, whoever it is on this server, has signed.
    pub(crate) fn sends(&self, inbox: &str, activity: &Value) {
        let actor = activity["actor"].as_str().expect("an actor");
        let body = activity.to_string().into_bytes();
        let key = format!("{actor}#main-key");
        let headers = self.sign_as(&key, Form::Cavage, inbox, &body, now());
        deliver(inbox, &headers, body).is(202);
    }
}

/// Posts a body with these headers.
pub(crate) fn deliver(inbox: &str, headers: &HeaderMap, body: Vec<u8>) -> Answer {
    let pairs: Vec<(&str, &str)> = headers
        .iter()
        .filter(|(name, _)| *name != http::header::CONTENT_TYPE)
        .map(|(name, value)| (name.as_str(), value.to_str().expect("a header")))
        .collect();
    let kind = "application/activity+json".to_owned();
    Client::new("", None).ask(
        Method::POST,
        inbox,
        &pairs,
        Some(Body { kind, bytes: body }),
    )
}

/// The time.
pub(crate) fn now() -> Millis {
    services::Context::system_clock()()
}

async fn answer(
    State(inner): State<Arc<Mutex<Inner>>>,
    method: Verb,
    uri: Uri,
    headers: Headers,
    body: Bytes,
) -> Response {
    let mut inner = inner.lock().unwrap_or_else(PoisonError::into_inner);
    if method == Verb::POST {
        if inner.only_rfc9421 && !headers.contains_key("signature-input") {
            inner.refused += 1;
            return StatusCode::UNAUTHORIZED.into_response();
        }
        let status = StatusCode::from_u16(inner.status).expect("a status");
        if status.is_success() {
            let activity = serde_json::from_slice(&body).unwrap_or(Value::Null);
            inner.arrived.push(Arrived { activity });
        }
        return status.into_response();
    }
    inner.fetched.push(uri.path().to_owned());
    let file = inner.files.iter().find(|(path, ..)| path == uri.path());
    if let Some((_path, kind, bytes)) = file {
        return ([("content-type", *kind)], bytes.clone()).into_response();
    }
    match inner.document(uri.path(), uri.query().unwrap_or_default()) {
        Some((kind, document)) => ([("content-type", kind)], document.to_string()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

impl Inner {
    fn document(&self, path: &str, query: &str) -> Option<(&'static str, Value)> {
        let base = &self.base;
        let actor = format!("{base}/users/eve");
        let json = "application/json";
        let found = match path {
            "/users/eve" => ("application/activity+json", self.actor(&actor)),
            "/.well-known/webfinger" => ("application/jrd+json", self.webfinger(query)?),
            "/.well-known/nodeinfo" => (
                json,
                json!({
                    "links": [{
                        "rel": "http://nodeinfo.diaspora.software/ns/schema/2.0",
                        "href": format!("{base}/nodeinfo/2.0"),
                    }],
                }),
            ),
            "/nodeinfo/2.0" => (
                json,
                json!({
                    "version": "2.0",
                    "software": { "name": self.software, "version": "1.0" },
                    "protocols": ["activitypub"],
                    "services": { "inbound": [], "outbound": [] },
                    "openRegistrations": false,
                    "usage": { "users": {} },
                    "metadata": {},
                }),
            ),
            other => {
                let found = self
                    .documents
                    .iter()
                    .rev()
                    .find(|(path, _)| path == other)?;
                ("application/activity+json", found.1.clone())
            }
        };
        Some(found)
    }

    /// Eve, or a group that was published.
    fn webfinger(&self, query: &str) -> Option<Value> {
        let asked = url::form_urlencoded::parse(query.as_bytes());
        let (_, resource) = asked.into_iter().find(|(name, _)| name == "resource")?;
        let name = resource.trim_start_matches("acct:").split('@').next()?;
        let path = match name {
            "eve" => "/users/eve".to_owned(),
            group => format!("/g/{group}"),
        };
        let is_there = name == "eve" || self.documents.iter().any(|(known, _)| *known == path);
        is_there.then(|| {
            let host = self.base.trim_start_matches("http://");
            let href = format!("{}{path}", self.base);
            json!({
                "subject": format!("acct:{name}@{host}"),
                "links": [
                    { "rel": "self", "type": "application/activity+json", "href": href },
                ],
            })
        })
    }

    fn group(&self, id: &str, name: &str) -> Value {
        let mut group = self.actor(id);
        group["type"] = json!("Group");
        group["preferredUsername"] = json!(name);
        group["name"] = json!(name);
        group["attributedTo"] = json!(format!("{id}/moderators"));
        group["featured"] = json!(format!("{id}/featured"));
        group
    }

    fn actor(&self, actor: &str) -> Value {
        let pem = self.key.public_key().expect("a public key").to_pem();
        json!({
            "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
            "id": actor,
            "type": "Person",
            "preferredUsername": "eve",
            "name": "Eve",
            "inbox": format!("{}/inbox", self.base),
            "outbox": format!("{actor}/outbox"),
            "followers": format!("{actor}/followers"),
            "endpoints": { "sharedInbox": format!("{}/inbox", self.base) },
            "publicKey": {
                "id": format!("{actor}#main-key"),
                "owner": actor,
                "publicKeyPem": pem,
            },
        })
    }
}
