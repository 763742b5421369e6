//! Stories of what goes out: the world is `home.example` with *ana*, *ben* and the group *garden*; servers
//! elsewhere are stubs on the loopback that write down what they get.

mod activities;
mod sending;
mod stewards;
mod table;

pub(crate) use activities::steady;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::IntoResponse;
use database::accounts::{self, Account, RemoteActor};
use database::follows::{self, Follow};
use database::testing::Fresh;
use database::{Conn, deliveries, instances, users};
use http::{HeaderMap, StatusCode};
use model::{AccountId, AccountKind, FollowState, GroupKind, Millis, Secret, ServerRole, StatusId};
use serde_json::Value;
use services::accounts::NewUser;
use services::groups::NewGroup;
use services::statuses::Draft;
use services::views::StatusView;
use services::views::account::Viewer;
use services::{Context, Ctx, Place};

use super::{Outbox, sender};
use crate::engine::Federation;

/// The clock of every story starts here.
const START: Millis = Millis(1_795_392_000_000);

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
    _files: tempfile::TempDir,
}

impl World {
    pub(crate) fn new(fresh: &Fresh) -> Self {
        let clock = Arc::new(AtomicI64::new(START.0));
        Self::at(fresh, clock)
    }

    fn at(fresh: &Fresh, clock: Arc<AtomicI64>) -> Self {
        let files = tempfile::TempDir::new().unwrap();
        let time = Arc::clone(&clock);
        let ctx = Arc::new(Context::new(
            fresh.db(),
            Place::new("http://home.example").unwrap(),
            services::storage::Storage::folder(files.path()).expect("a folder"),
            true,
            Arc::new(move || Millis(time.load(Ordering::SeqCst))),
        ));
        let policy = fetch::Policy {
            allow_http: true,
            allow_private: vec!["127.0.0.0/8".parse().unwrap()],
            extra_ca: None,
        };
        let fed = Federation::new(Arc::clone(&ctx), policy).unwrap();
        Self {
            fed,
            ctx,
            clock,
            _files: files,
        }
    }

    /// The same place after a crash: nothing is left but the database.
    async fn restarted(self, fresh: &Fresh) -> Self {
        self.ctx.db.close().await;
        Self::at(fresh, Arc::clone(&self.clock))
    }

    fn pass(&self, millis: i64) {
        self.clock.fetch_add(millis, Ordering::SeqCst);
    }

    pub(crate) async fn person(&self, name: &str) -> Viewer {
        let new = NewUser {
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
        let user = self
            .db(move |conn| Ok(users::find(conn, id)?.unwrap()))
            .await;
        Viewer {
            human: Arc::clone(&account),
            account,
            user: Arc::new(user),
        }
    }

    pub(crate) async fn group(&self, owner: &Viewer, name: &str, kind: GroupKind) -> Account {
        let new = NewGroup {
            name: name.to_owned(),
            title: name.to_owned(),
            kind: Some(kind),
            ..NewGroup::default()
        };
        let made = services::groups::create(&self.ctx, owner, new)
            .await
            .unwrap();
        made.account.account
    }

    /// Someone on another server, which runs this software.
    async fn remote(&self, server: &Stub, name: &str, software: &str) -> Account {
        let (base, host) = (server.base.clone(), server.host.clone());
        let (name, software) = (name.to_owned(), software.to_owned());
        let ctx = Arc::clone(&self.ctx);
        self.db(move |conn| {
            let host = instances::meet(conn, ctx.id(), &host, ctx.now())?;
            instances::describe(conn, host.id, &software, "1.0", ctx.now())?;
            let account = elsewhere(&ctx, &name, &base, &host.domain);
            accounts::insert(conn, &account)?;
            let actor = RemoteActor {
                account_id: account.id,
                inbox: format!("{}/inbox", account.uri),
                delivery_inbox: format!("{base}/inbox"),
                outbox: String::new(),
                followers: format!("{}/followers", account.uri),
                featured: String::new(),
                moderators: String::new(),
                instance_id: host.id,
                fetched_at: ctx.now(),
                members_only: false,
            };
            accounts::put_remote(conn, &actor)?;
            Ok(account)
        })
        .await
    }

    /// A follow in force.
    async fn follows(&self, who: AccountId, whom: AccountId) {
        let ctx = Arc::clone(&self.ctx);
        self.db(move |conn| {
            let follow = Follow {
                id: ctx.id(),
                account_id: who,
                target_id: whom,
                state: FollowState::Accepted,
                reblogs: true,
                notify: false,
                uri: None,
                created_at: ctx.now(),
            };
            follows::insert(conn, &follow)
        })
        .await;
    }

    pub(crate) async fn post(&self, author: &Viewer, draft: Draft) -> StatusView {
        services::statuses::publish(&self.ctx, author, draft, None)
            .await
            .unwrap()
    }

    pub(crate) async fn says(&self, author: &Viewer, text: &str) -> StatusView {
        let draft = Draft {
            text: text.to_owned(),
            ..Draft::default()
        };
        self.post(author, draft).await
    }

    async fn answers(&self, author: &Viewer, to: StatusId, text: &str) -> StatusView {
        let draft = Draft {
            text: text.to_owned(),
            in_reply_to: Some(to),
            ..Draft::default()
        };
        self.post(author, draft).await
    }

    /// Works through the events; what is to be sent is written down then.
    pub(crate) async fn settle(&self) {
        let outbox = Outbox(Arc::clone(&self.fed));
        let left = services::events::work(&self.ctx, &outbox).await.unwrap();
        assert_eq!(left, None, "an event could not be worked through");
    }

    /// Works through the events, and sends.
    async fn send(&self) -> Option<Millis> {
        self.settle().await;
        sender::work(&self.fed).await.unwrap()
    }

    async fn waiting(&self) -> i64 {
        self.db(deliveries::waiting).await
    }

    pub(crate) async fn db<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Conn) -> database::Result<T> + Send + 'static,
    ) -> T {
        self.ctx.db.write(f).await.unwrap()
    }
}

fn elsewhere(ctx: &Ctx, name: &str, base: &str, domain: &str) -> Account {
    Account {
        id: ctx.id(),
        domain: domain.to_owned(),
        username: name.to_owned(),
        username_key: name.to_owned(),
        kind: AccountKind::Person,
        uri: format!("{base}/users/{name}"),
        url: format!("{base}/@{name}"),
        display_name: String::new(),
        note: String::new(),
        note_source: String::new(),
        fields: Value::Array(Vec::new()),
        avatar: String::new(),
        header: String::new(),
        locked: false,
        discoverable: true,
        indexable: true,
        show_collections: false,
        statuses_count: 0,
        followers_count: 0,
        following_count: 0,
        last_status_at: None,
        created_at: ctx.now(),
        updated_at: ctx.now(),
        suspended_at: None,
    }
}

/// How a stub answers a delivery.
#[derive(Clone, Debug)]
struct Reply {
    status: u16,
    retry_after: Option<&'static str>,
    pause: Duration,
}

impl Reply {
    fn status(status: u16) -> Self {
        Self {
            status,
            retry_after: None,
            pause: Duration::ZERO,
        }
    }
}

#[derive(Default)]
struct Mind {
    /// Answers in order; when they are used up, 202.
    replies: VecDeque<Reply>,
    /// Refuses what is signed in the old form.
    only_rfc9421: bool,
    /// What was taken, in order.
    taken: Vec<Value>,
    bodies: Vec<String>,
    knocks: usize,
}

/// Another server, which writes down what it gets.
struct Stub {
    base: String,
    host: String,
    mind: Arc<Mutex<Mind>>,
}

impl Stub {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let mind = Arc::new(Mutex::new(Mind::default()));
        let router = Router::new().fallback(take).with_state(Arc::clone(&mind));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self {
            base: format!("http://{host}"),
            host,
            mind,
        }
    }

    fn will(&self, reply: Reply) {
        self.mind.lock().unwrap().replies.push_back(reply);
    }

    fn knocks(&self) -> usize {
        self.mind.lock().unwrap().knocks
    }

    /// `Create`, `Announce Create`, `Announce` (of an id), `Undo Announce`...
    fn taken(&self) -> Vec<String> {
        let mind = self.mind.lock().unwrap();
        mind.taken.iter().map(title).collect()
    }

    fn documents(&self) -> Vec<Value> {
        self.mind.lock().unwrap().taken.clone()
    }

    fn bodies(&self) -> Vec<String> {
        self.mind.lock().unwrap().bodies.clone()
    }

    fn forget(&self) {
        let mut mind = self.mind.lock().unwrap();
        mind.taken.clear();
        mind.bodies.clear();
    }
}

/// The types of an activity and of the activity in it.
fn title(activity: &Value) -> String {
    let outer = activity["type"].as_str().unwrap_or_default();
    match activity["object"]["type"].as_str() {
        Some(inner) if outer == "Announce" || outer == "Undo" => format!("{outer} {inner}"),
        _ => outer.to_owned(),
    }
}

async fn take(
    State(mind): State<Arc<Mutex<Mind>>>,
    headers: HeaderMap,
    body: Bytes,
) -> axum::response::Response {
    let reply = {
        let mut mind = mind.lock().unwrap();
        mind.knocks += 1;
        if mind.only_rfc9421 && !headers.contains_key("signature-input") {
            Reply::status(401)
        } else {
            mind.replies.pop_front().unwrap_or(Reply::status(202))
        }
    };
    tokio::time::sleep(reply.pause).await;
    let status = StatusCode::from_u16(reply.status).unwrap();
    if status.is_success() {
        let mut mind = mind.lock().unwrap();
        mind.taken.push(serde_json::from_slice(&body).unwrap());
        mind.bodies.push(String::from_utf8(body.to_vec()).unwrap());
    }
    match reply.retry_after {
        Some(wait) => (status, [("retry-after", wait)]).into_response(),
        None => status.into_response(),
    }
}
