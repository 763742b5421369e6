//! Stories at the door and behind it, with real peers on the loopback that serve what a story wants
//! and count who asks them. The world is `home.example`; nobody can reach it by the network.

mod door;
mod groups;
mod ownership;
mod relay;
mod stewards;
mod threads;

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::IntoResponse;
use database::accounts::Account;
use database::inbox::{self, State as Stage};
use database::testing::{Fresh, row_counts};
use database::{Conn, users};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Uri};
use model::{InboxId, Millis, Secret, ServerRole};
use serde_json::{Value, json};
use services::views::account::Viewer;
use services::{Context, Ctx, Place};
use tower::ServiceExt as _;
use url::Url;

use crate::engine::Federation;
use crate::signature::{PrivateKey, date, digest};

/// The clock of every story starts here.
pub(crate) const START: Millis = Millis(1_795_392_000_000);
/// Where everything is sent to.
const HOME: &str = "http://home.example";

/// Runs a story's asynchronous part to its end.
pub(crate) fn run<T>(story: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(story)
}

/// The server of the stories.
pub(crate) struct World {
    pub(crate) fed: Arc<Federation>,
    pub(crate) ctx: Ctx,
    clock: Arc<AtomicI64>,
    address: database::Address,
    _files: tempfile::TempDir,
}

impl World {
    pub(crate) fn new(fresh: &Fresh) -> Self {
        let files = tempfile::TempDir::new().unwrap();
        let clock = Arc::new(AtomicI64::new(START.0));
        let time = Arc::clone(&clock);
        let ctx = Arc::new(Context::new(
            fresh.db(),
            Place::new(HOME).unwrap(),
            services::storage::Storage::folder(files.path()).expect("a folder"),
            true,
            Arc::new(move || Millis(time.load(Ordering::SeqCst))),
        ));
        let policy = ::fetch::Policy {
            allow_http: true,
            allow_private: vec!["127.0.0.0/8".parse().unwrap()],
            extra_ca: None,
        };
        let fed = Federation::new(Arc::clone(&ctx), policy).unwrap();
        ctx.connect(Arc::clone(&fed) as Arc<dyn services::fediverse::Fediverse>);
        Self {
            fed,
            ctx,
            clock,
            address: fresh.address.clone(),
            _files: files,
        }
    }

    pub(crate) fn pass(&self, millis: i64) {
        self.clock.fetch_add(millis, Ordering::SeqCst);
    }

    /// A person of this server.
    pub(crate) async fn person(&self, name: &str) -> Viewer {
        let new = services::accounts::NewUser {
            username: name.to_owned(),
            email: format!("{name}@mail.example"),
            password: Secret("a long password".to_owned()),
            role: ServerRole::Member,
            locale: "en".to_owned(),
            confirmed: true,
            approved: true,
        };
        let made = services::accounts::create_user(&self.ctx, new)
            .await
            .unwrap();
        let account = Arc::new(made.account);
        let id = account.id;
        let user = self.db(move |conn| users::find(conn, id)).await.unwrap();
        Viewer {
            human: Arc::clone(&account),
            account,
            user: Arc::new(user),
        }
    }

    pub(crate) async fn db<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Conn) -> database::Result<T> + Send + 'static,
    ) -> T {
        self.ctx.db.read(f).await.unwrap()
    }

    pub(crate) async fn counts(&self) -> BTreeMap<String, i64> {
        let address = self.address.clone();
        let counted = tokio::task::spawn_blocking(move || row_counts(&address));
        counted.await.unwrap()
    }

    /// Hands a request to the door.
    pub(crate) async fn knock(&self, wire: Wire) -> StatusCode {
        self.answer(wire).await.0
    }

    /// As [`World::knock`], with the headers of the answer.
    async fn answer(&self, wire: Wire) -> (StatusCode, HeaderMap) {
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(wire.path)
            .body(Body::from(wire.body))
            .unwrap();
        *request.headers_mut() = wire.headers;
        let source = crate::authenticate::Source("192.0.2.7".parse().unwrap());
        request.extensions_mut().insert(source);
        let router = super::routes().with_state(Arc::clone(&self.fed));
        let response = router.oneshot(request).await.unwrap();
        (response.status(), response.headers().clone())
    }

    /// Sends an activity in the name of its actor and works it through; what came of it.
    pub(crate) async fn deliver(&self, actor: &Actor, activity: &Value) -> (Stage, String) {
        let before: Vec<InboxId> = self.waiting().await;
        let status = self.knock(actor.wire(self, activity)).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{activity}");
        let after = self.waiting().await;
        let new = after.into_iter().find(|id| !before.contains(id));
        let Some(id) = new else {
            return (Stage::Refused, "dropped at the door".to_owned());
        };
        crate::receive::work(&self.fed).await.unwrap();
        let row = self.db(move |conn| inbox::get(conn, id)).await;
        let stage = [Stage::Waits, Stage::Done, Stage::Refused, Stage::GivenUp]
            .into_iter()
            .find(|stage| *stage as i16 == row.state)
            .unwrap();
        (stage, row.outcome)
    }

    /// As [`World::deliver`], for what has to work.
    pub(crate) async fn takes(&self, actor: &Actor, activity: &Value) {
        let (stage, outcome) = self.deliver(actor, activity).await;
        assert_eq!(stage, Stage::Done, "{outcome}: {activity}");
    }

    /// As [`World::deliver`], for what must have no effect.
    pub(crate) async fn refuses(&self, actor: &Actor, activity: &Value) -> String {
        let (stage, outcome) = self.deliver(actor, activity).await;
        assert_eq!(stage, Stage::Refused, "{outcome}: {activity}");
        outcome
    }

    async fn waiting(&self) -> Vec<InboxId> {
        let due = self.db(|conn| inbox::due(conn, Millis(i64::MAX), 1000));
        due.await.into_iter().map(|row| row.id).collect()
    }

    pub(crate) async fn account(&self, uri: &str) -> Option<Account> {
        let uri = uri.to_owned();
        self.db(move |conn| database::accounts::by_uri(conn, &uri))
            .await
    }

    pub(crate) async fn status(&self, uri: &str) -> Option<database::statuses::Status> {
        let uri = uri.to_owned();
        self.db(move |conn| database::statuses::by_uri(conn, &uri))
            .await
    }
}

/// What a peer serves at one address.
#[derive(Clone)]
struct Page {
    status: StatusCode,
    kind: &'static str,
    location: Option<String>,
    body: String,
}

type Pages = Arc<Mutex<HashMap<String, Page>>>;
type Hits = Arc<Mutex<Vec<String>>>;

/// Another server.
pub(crate) struct Peer {
    /// `http://127.0.0.1:PORT`
    pub(crate) base: String,
    pages: Pages,
    hits: Hits,
}

impl Peer {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let pages = Pages::default();
        let hits = Hits::default();
        let state = (Arc::clone(&pages), Arc::clone(&hits));
        let router = Router::new().fallback(serve).with_state(state);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base, pages, hits }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    fn put(&self, path: &str, page: Page) {
        self.pages.lock().unwrap().insert(path.to_owned(), page);
    }

    /// Serves a document at its own id, or under another path.
    pub(crate) fn serve_at(&self, path: &str, document: &Value) {
        self.put(
            path,
            Page {
                status: StatusCode::OK,
                kind: "application/activity+json",
                location: None,
                body: document.to_string(),
            },
        );
    }

    pub(crate) fn serve(&self, document: &Value) {
        let id = document["id"].as_str().unwrap();
        self.serve_at(id.strip_prefix(&self.base).unwrap(), document);
    }

    pub(crate) fn serve_kind(&self, path: &str, kind: &'static str, body: &str) {
        self.put(
            path,
            Page {
                status: StatusCode::OK,
                kind,
                location: None,
                body: body.to_owned(),
            },
        );
    }

    pub(crate) fn redirect(&self, path: &str, to: &str) {
        self.put(
            path,
            Page {
                status: StatusCode::FOUND,
                kind: "text/plain",
                location: Some(to.to_owned()),
                body: String::new(),
            },
        );
    }

    pub(crate) fn fail(&self, path: &str, status: StatusCode) {
        self.put(
            path,
            Page {
                status,
                kind: "text/plain",
                location: None,
                body: String::new(),
            },
        );
    }

    /// Who was asked for, WebFinger aside, since the last question.
    pub(crate) fn hits(&self) -> Vec<String> {
        let mut hits = std::mem::take(&mut *self.hits.lock().unwrap());
        hits.retain(|path| !path.starts_with("/.well-known/"));
        hits
    }

    /// A person with a key, who can be read at this peer.
    pub(crate) fn person(&self, name: &str) -> Actor {
        self.actor("Person", name)
    }

    /// A group with a key, which can be read at this peer.
    pub(crate) fn group(&self, name: &str) -> Actor {
        self.actor("Group", name)
    }

    fn actor(&self, kind: &'static str, name: &str) -> Actor {
        let mut seed = [0; 32];
        for (to, from) in seed
            .iter_mut()
            .zip(format!("{}{name}", self.base).bytes().rev())
        {
            *to = from;
        }
        let actor = Actor {
            uri: self.url(&format!("/users/{name}")),
            kind,
            name: name.to_owned(),
            key: PrivateKey::ed25519_from_seed(&seed).unwrap(),
        };
        self.serve(&actor.document());
        actor
    }
}

async fn serve(State((pages, hits)): State<(Pages, Hits)>, uri: Uri) -> impl IntoResponse {
    let path = uri.path_and_query().unwrap().as_str().to_owned();
    let page = pages.lock().unwrap().get(&path).cloned();
    hits.lock().unwrap().push(path);
    let Some(page) = page else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut response = (page.status, [("content-type", page.kind)], page.body).into_response();
    if let Some(location) = page.location {
        let location = HeaderValue::from_str(&location).unwrap();
        response.headers_mut().insert("location", location);
    }
    response
}

/// Someone elsewhere.
#[derive(Clone)]
pub(crate) struct Actor {
    pub(crate) uri: String,
    kind: &'static str,
    name: String,
    key: PrivateKey,
}

impl Actor {
    fn key_id(&self) -> String {
        format!("{}#main-key", self.uri)
    }

    pub(crate) fn document(&self) -> Value {
        let uri = &self.uri;
        json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": uri, "type": self.kind, "preferredUsername": self.name, "name": self.name,
            "inbox": format!("{uri}/inbox"), "followers": format!("{uri}/followers"),
            "publicKey": {"id": self.key_id(), "owner": uri,
                "publicKeyPem": self.key.public_key().unwrap().to_pem()},
        })
    }

    /// An activity of this actor.
    pub(crate) fn does(&self, kind: &str, id: &str, object: impl Into<Value>) -> Value {
        let object: Value = object.into();
        json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": format!("{}/{id}", self.uri), "type": kind, "actor": self.uri, "object": object,
            "to": "https://www.w3.org/ns/activitystreams#Public",
        })
    }

    /// A public note of this actor.
    pub(crate) fn note(&self, id: &str, more: Value) -> Value {
        let mut note = json!({
            "id": format!("{}/{id}", self.uri), "type": "Note", "attributedTo": self.uri,
            "content": format!("<p>{id}</p>"), "published": START.iso(),
            "to": ["https://www.w3.org/ns/activitystreams#Public"],
            "cc": [format!("{}/followers", self.uri)],
        });
        let Value::Object(more) = more else { panic!() };
        note.as_object_mut().unwrap().extend(more);
        note
    }

    /// The `Create` of a note.
    pub(crate) fn creates(&self, note: &Value) -> Value {
        let id = note["id"].as_str().unwrap().rsplit('/').next().unwrap();
        self.does("Create", &format!("create-{id}"), note.clone())
    }

    /// A sound request to the shared inbox.
    pub(crate) fn wire(&self, world: &World, activity: &Value) -> Wire {
        let mut wire = Wire {
            path: "/inbox".to_owned(),
            headers: HeaderMap::new(),
            body: activity.to_string().into_bytes(),
        };
        wire.set("host", "home.example");
        wire.set("content-type", "application/activity+json");
        wire.set("date", &date::format(world.ctx.now()));
        wire.set("digest", &digest::digest(&wire.body));
        wire.sign(self, ALL);
        wire
    }
}

/// What a sound request covers.
pub(crate) const ALL: &[&str] = &["(request-target)", "host", "date", "digest"];

/// A request as it comes over the wire.
#[derive(Clone)]
pub(crate) struct Wire {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Wire {
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        self.headers.insert(name, value.parse().unwrap());
    }

    pub(crate) fn add(&mut self, name: &str, value: &str) {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        self.headers.append(name, value.parse().unwrap());
    }

    pub(crate) fn signature(&self) -> String {
        self.headers["signature"].to_str().unwrap().to_owned()
    }

    /// Signs anew in the draft's form, covering just these; what is not there is left out.
    pub(crate) fn sign(&mut self, actor: &Actor, covered: &[&str]) {
        let mut lines = Vec::new();
        let mut names = Vec::new();
        for name in covered {
            let line = match *name {
                "(request-target)" => format!("(request-target): post {}", self.path),
                name => match self.headers.get(name) {
                    Some(value) => format!("{name}: {}", value.to_str().unwrap()),
                    None => continue,
                },
            };
            names.push(*name);
            lines.push(line);
        }
        let signature = actor.key.sign(lines.join("\n").as_bytes()).unwrap();
        let signature =
            base64::Engine::encode(&base64::engine::general_purpose::STANDARD, signature);
        let value = format!(
            "keyId=\"{}\",algorithm=\"hs2019\",headers=\"{}\",signature=\"{signature}\"",
            actor.key_id(),
            names.join(" ")
        );
        self.set("signature", &value);
    }
}

/// The address of the inbox as our own signing takes it.
fn inbox_url() -> Url {
    Url::parse(&format!("{HOME}/inbox")).unwrap()
}
