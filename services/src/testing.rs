//! The standing cast of the stories that the use cases are tested with: *ana*, *ben* and *chi* live here,
//! *dan* elsewhere, and ana owns the open group *garden*. Only built for tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use database::accounts::{self, Account, RemoteActor};
use database::follows::{self, Follow};
use database::groups::{self, Group};
use database::memberships::{self, Membership};
use database::testing::Fresh;
use database::users::{self, User};
use database::{Conn, events};
use model::{
    AccountId, AccountKind, Event, GroupKind, InstanceId, Millis, Role, ServerRole, Visibility,
};

use crate::context::{Context, Ctx};
use crate::error::Result;
use crate::place::Place;
use crate::views::account::Viewer;

/// 2026-11-23T00:00:00Z: where the clock of every story starts.
pub(crate) const START: Millis = Millis(1_795_392_000_000);

/// Runs a story's asynchronous part to its end.
pub(crate) fn run<T>(story: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(story)
}

/// A small world on a fresh database.
pub(crate) struct World {
    /// What the use cases take.
    pub(crate) ctx: Ctx,
    /// A local person who owns the garden.
    pub(crate) ana: Viewer,
    /// A local person.
    pub(crate) ben: Viewer,
    /// A local person.
    pub(crate) chi: Viewer,
    /// A person on far.example.
    pub(crate) dan: Account,
    /// The open group of this server.
    pub(crate) garden: Account,
    clock: Arc<AtomicI64>,
    _files: tempfile::TempDir,
    _own: Option<Fresh>,
}

impl World {
    /// The cast on this database.
    pub(crate) fn new(fresh: &Fresh) -> Self {
        let files = tempfile::TempDir::new().expect("a temporary folder");
        let clock = Arc::new(AtomicI64::new(START.0));
        let time = Arc::clone(&clock);
        let ctx = Arc::new(Context::new(
            fresh.db(),
            Place::new("https://balai.example").expect("an address"),
            crate::storage::Storage::folder(files.path()).expect("a folder"),
            true,
            Arc::new(move || Millis(time.load(Ordering::SeqCst))),
        ));
        let mut conn = fresh.conn();
        let ana = person(&ctx, &mut conn, "ana");
        let ben = person(&ctx, &mut conn, "ben");
        let chi = person(&ctx, &mut conn, "chi");
        let dan = remote(&ctx, &mut conn, AccountKind::Person, "dan", "far.example");
        let garden = group(&ctx, &mut conn, &ana, "garden", GroupKind::Open);
        let ana = Viewer {
            account: Arc::new(accounts::get(&mut conn, ana.id()).expect("ana")),
            human: Arc::new(accounts::get(&mut conn, ana.id()).expect("ana")),
            user: ana.user,
        };
        Self {
            ctx,
            ana,
            ben,
            chi,
            dan,
            garden,
            clock,
            _files: files,
            _own: None,
        }
    }

    /// The cast on a SQLite database of its own, for what does not depend on the engine.
    pub(crate) fn sqlite() -> Self {
        let fresh = Fresh::sqlite();
        let mut world = Self::new(&fresh);
        world._own = Some(fresh);
        world
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, millis: i64) {
        self.clock.fetch_add(millis, Ordering::SeqCst);
    }

    /// Someone (or a group) elsewhere.
    pub(crate) async fn remote(
        &self,
        kind: AccountKind,
        name: &'static str,
        domain: &'static str,
    ) -> Account {
        let ctx = Arc::clone(&self.ctx);
        self.db(move |conn| Ok(remote(&ctx, conn, kind, name, domain)))
            .await
    }

    /// Another group here.
    pub(crate) async fn group(&self, owner: &Viewer, name: &str, kind: GroupKind) -> Account {
        let ctx = Arc::clone(&self.ctx);
        let (owner, name) = (owner.clone(), name.to_owned());
        self.db(move |conn| Ok(group(&ctx, conn, &owner, &name, kind)))
            .await
    }

    /// Another person here.
    pub(crate) async fn person(&self, name: &str) -> Viewer {
        let (ctx, name) = (Arc::clone(&self.ctx), name.to_owned());
        self.db(move |conn| Ok(person(&ctx, conn, &name))).await
    }

    /// A moderator of a group here who is signed in as the group.
    pub(crate) fn acting(human: &Viewer, group: &Account) -> Viewer {
        human.clone().acting_for(Arc::new(group.clone()))
    }

    /// Writes to the database as it is; for what no use case does.
    pub(crate) async fn db<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    ) -> T {
        self.ctx.db.write(f).await.expect("the database")
    }

    /// The account as it stands now.
    pub(crate) async fn account(&self, id: AccountId) -> Account {
        self.db(move |conn| Ok(accounts::get(conn, id)?)).await
    }

    /// Every event that was recorded and not consumed, oldest first; they are gone afterwards.
    pub(crate) async fn events(&self) -> Vec<Event> {
        self.db(|conn| {
            let waiting = events::due(conn, Millis(i64::MAX), 10_000)?;
            for one in &waiting {
                events::done(conn, one.id, events::Consumer::FanOut)?;
                events::done(conn, one.id, events::Consumer::Deliver)?;
            }
            Ok(waiting.into_iter().map(|one| one.event).collect())
        })
        .await
    }
}

fn account(ctx: &Ctx, kind: AccountKind, name: &str, domain: &str) -> Account {
    let now = ctx.now();
    let (uri, url) = if domain.is_empty() {
        (
            ctx.place.account_uri(kind, name),
            ctx.place.account_url(name),
        )
    } else {
        (
            format!("https://{domain}/users/{name}"),
            format!("https://{domain}/@{name}"),
        )
    };
    Account {
        id: ctx.id(),
        domain: domain.to_owned(),
        username: name.to_owned(),
        username_key: name.to_lowercase(),
        kind,
        uri,
        url,
        display_name: String::new(),
        note: String::new(),
        note_source: String::new(),
        fields: serde_json::Value::Array(Vec::new()),
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
        created_at: now,
        updated_at: now,
        suspended_at: None,
    }
}

fn person(ctx: &Ctx, conn: &mut Conn, name: &str) -> Viewer {
    let account = account(ctx, AccountKind::Person, name, "");
    let now = ctx.now();
    let user = User {
        account_id: account.id,
        email: format!("{name}@mail.example"),
        email_key: format!("{name}@mail.example"),
        password_hash: String::new(),
        role: ServerRole::Member,
        locale: "en".to_owned(),
        default_visibility: Visibility::Public,
        default_sensitive: false,
        default_language: None,
        confirmed_at: Some(now),
        approved_at: Some(now),
        disabled_at: None,
        created_at: now,
    };
    accounts::insert(conn, &account).expect("a new account");
    users::insert(conn, &user).expect("a new user");
    let account = Arc::new(account);
    Viewer {
        human: Arc::clone(&account),
        account,
        user: Arc::new(user),
    }
}

fn remote(ctx: &Ctx, conn: &mut Conn, kind: AccountKind, name: &str, domain: &str) -> Account {
    let account = account(ctx, kind, name, domain);
    accounts::insert(conn, &account).expect("a new account");
    let actor = RemoteActor {
        account_id: account.id,
        inbox: format!("{}/inbox", account.uri),
        delivery_inbox: format!("https://{domain}/inbox"),
        outbox: format!("{}/outbox", account.uri),
        followers: format!("{}/followers", account.uri),
        featured: String::new(),
        moderators: String::new(),
        instance_id: InstanceId(1),
        fetched_at: ctx.now(),
        members_only: false,
    };
    accounts::put_remote(conn, &actor).expect("a new remote actor");
    account
}

/// Does each entry of the group's log follow from the one before?
pub(crate) async fn log_is_whole(ctx: &Ctx, group: AccountId) -> crate::Result<bool> {
    Ok(crate::group_log::verify(ctx, group)
        .await?
        .broken_at
        .is_none())
}

fn group(ctx: &Ctx, conn: &mut Conn, owner: &Viewer, name: &str, kind: GroupKind) -> Account {
    let mut account = account(ctx, AccountKind::Group, name, "");
    account.locked = kind.has_door();
    let now = ctx.now();
    accounts::insert(conn, &account).expect("a new account");
    groups::insert(conn, &Group::new(account.id, kind, Some(owner.id()), now))
        .expect("a new group");
    memberships::insert(
        conn,
        &Membership {
            role: Role::Owner,
            ..Membership::new(ctx.id(), account.id, owner.id(), now)
        },
    )
    .expect("a new membership");
    follows::insert(conn, &Follow::new(ctx.id(), owner.id(), account.id, now))
        .expect("a new follow");
    accounts::count_follow(conn, owner.id(), account.id, 1).expect("counts");
    accounts::get(conn, account.id).expect("the group")
}
