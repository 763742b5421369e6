//! A server with members, as it is measured: made with its own verbs, with a hand of ours in its database
//! for what would take too long over HTTP (accounts elsewhere, follows, many silent members).

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use database::accounts::Account;
use database::follows::Follow;
use database::users::User;
use database::{Address, Conn, Db};
use model::{AccountId, AccountKind, Id, Ids, Millis, ServerRole, Visibility};
use serde_json::Value;
use services::Context;
use services::context::Clock;

use crate::Result;
use crate::engine::Engine;
use crate::http::App;
use crate::server::{Place, Server};

/// Longer than any work that is waited for.
const DRAINED: Duration = Duration::from_secs(180);

/// A member with an app.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) id: AccountId,
    pub(super) uri: String,
    pub(super) token: String,
}

/// A server and what we know of it.
pub(super) struct Town {
    pub(super) place: Place,
    pub(super) members: Vec<Member>,
    /// The group, which the first member owns.
    pub(super) garden: AccountId,
    /// Our own hand in the database.
    pub(super) db: Db,
    /// PostgreSQL's first process.
    pub(super) postmaster: Option<u32>,
    ids: Arc<Ids>,
    clock: Clock,
    server: Option<Server>,
}

impl Town {
    /// A fresh place with this many members, not started.
    pub(super) async fn found(engine: Engine, program: &Path, members: usize) -> Result<Self> {
        let (database, postmaster) = match engine {
            Engine::Sqlite => (None, None),
            Engine::Postgres => {
                let (url, postmaster) = postgres()?;
                (Some(url), Some(postmaster))
            }
        };
        let place = Place::new(program, database)?;
        place.verb(&["settings", "set", "rate_limits=off"]).await?;
        let address = Address::parse(place.database.as_deref(), &place.data())
            .map_err(|error| error.to_string())?;
        let db = Db::open(&address).map_err(|error| error.to_string())?;
        let clock = Context::system_clock();
        let start = clock().0.unsigned_abs();
        let mut town = Self {
            place,
            members: Vec::new(),
            garden: AccountId(0),
            db,
            postmaster,
            ids: Arc::new(Ids::new(start)),
            clock,
            server: None,
        };
        for number in 0..members {
            town.member(number).await?;
        }
        town.place
            .verb(&[
                "group", "create", "garden", "--owner", "member0", "--title", "Garden",
            ])
            .await?;
        let garden = town
            .read(|conn| database::accounts::by_name(conn, "garden", ""))
            .await?;
        town.garden = garden.ok_or("the new group has no account")?.id;
        Ok(town)
    }

    async fn member(&mut self, number: usize) -> Result<()> {
        let name = format!("member{number}");
        let role = if number == 0 { "owner" } else { "member" };
        let token = self.place.member(&name, role).await?;
        let account = self
            .read(move |conn| database::accounts::by_name(conn, &name, ""))
            .await?;
        let account = account.ok_or("the new member has no account")?;
        self.members.push(Member {
            id: account.id,
            uri: account.uri,
            token,
        });
        Ok(())
    }

    /// The member of this number.
    pub(super) fn who(&self, number: usize) -> Result<&Member> {
        let at = number % self.members.len().max(1);
        self.members
            .get(at)
            .ok_or_else(|| "the town has no members".to_owned())
    }

    /// An app of a member.
    pub(super) fn app(&self, number: usize) -> Result<App> {
        Ok(App::new(
            self.place.address,
            self.who(number)?.token.clone(),
        ))
    }

    pub(super) async fn start(&mut self) -> Result<()> {
        if self.server.is_none() {
            self.server = Some(self.place.start().await?);
        }
        Ok(())
    }

    pub(super) async fn stop(&mut self) -> Result<()> {
        match self.server.take() {
            Some(server) => server.stop().await.map(|_status| ()),
            None => Ok(()),
        }
    }

    /// The server's process.
    pub(super) fn process(&self) -> u32 {
        self.server.as_ref().map_or(0, |server| server.id)
    }

    /// What the server said last, for when something went wrong.
    pub(super) fn last_words(&self) -> String {
        self.server
            .as_ref()
            .map(Server::last_words)
            .unwrap_or_default()
    }

    pub(super) fn now(&self) -> Millis {
        (self.clock)()
    }

    pub(super) fn id<I: Id>(&self) -> I {
        self.ids.next(self.now())
    }

    pub(super) async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Conn) -> database::Result<T> + Send + 'static,
    ) -> Result<T> {
        self.db.read(f).await.map_err(|error| error.to_string())
    }

    pub(super) async fn write<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Conn) -> database::Result<T> + Send + 'static,
    ) -> Result<T> {
        self.db.write(f).await.map_err(|error| error.to_string())
    }

    /// Lets these accounts follow each other: who, whom.
    pub(super) async fn follow(&self, pairs: Vec<(AccountId, AccountId)>) -> Result<()> {
        let now = self.now();
        let rows: Vec<Follow> = pairs
            .into_iter()
            .map(|(who, whom)| Follow::new(self.id(), who, whom, now))
            .collect();
        self.write(move |conn| {
            for row in &rows {
                if database::follows::insert(conn, row)? {
                    database::accounts::count_follow(conn, row.account_id, row.target_id, 1)?;
                }
            }
            Ok(())
        })
        .await
    }

    /// PostgreSQL counts its rows, as it does by itself a minute after many came.
    pub(super) fn look_through(&self) -> Result<()> {
        if let Some(url) = &self.place.database {
            let cluster = testbench::postgres().ok_or("PostgreSQL is gone")?;
            let _nothing = cluster.query(url, "VACUUM ANALYZE");
        }
        Ok(())
    }

    /// Members without an app: only there to be many.
    pub(super) async fn silent_members(&self, count: usize) -> Result<Vec<AccountId>> {
        let now = self.now();
        let base = self.place.base();
        let rows: Vec<(Account, User)> = (0..count)
            .map(|number| silent(self.id(), &base, number, now))
            .collect();
        let ids = rows.iter().map(|(account, _user)| account.id).collect();
        self.write(move |conn| {
            for (account, user) in &rows {
                database::accounts::insert(conn, account)?;
                database::users::insert(conn, user)?;
            }
            Ok(())
        })
        .await?;
        Ok(ids)
    }

    /// Waits until nothing waits any more: no activity received, no event; with `outbox`, no delivery.
    pub(super) async fn drained(&self, outbox: bool) -> Result<()> {
        let begun = Instant::now();
        while begun.elapsed() < DRAINED {
            let waits = self
                .read(move |conn| {
                    Ok(database::inbox::next_due(conn)?.is_some()
                        || database::events::next_due(conn)?.is_some()
                        || (outbox && database::deliveries::waiting(conn)? > 0))
                })
                .await?;
            if !waits {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Err(format!(
            "the work was not done after {} s\n{}",
            DRAINED.as_secs(),
            self.last_words()
        ))
    }

    /// How many of a member's newest home entries say `marker`.
    pub(super) async fn shown(&self, number: usize, marker: &str, at_most: usize) -> Result<usize> {
        let mut app = self.app(number)?;
        let mut found = 0;
        let mut below = String::new();
        for _page in 0..at_most.div_ceil(40) {
            let page = app
                .get(&format!("/api/v1/timelines/home?limit=40{below}"))
                .await?;
            let page = crate::json::list(&page, "")?;
            found += page.iter().filter(|status| says(status, marker)).count();
            let Some(last) = page.last() else { break };
            below = format!("&max_id={}", crate::json::text(last, "/id")?);
        }
        Ok(found)
    }
}

pub(super) fn says(status: &Value, marker: &str) -> bool {
    status
        .get("content")
        .and_then(Value::as_str)
        .is_some_and(|content| content.contains(marker))
}

/// A fresh database with the settings of a server that keeps what it has answered: the cluster for tests
/// does not wait for its disk, and a figure from that would promise too much.
fn postgres() -> Result<(String, u32)> {
    let cluster =
        testbench::postgres().ok_or("PostgreSQL is not installed here: --engine sqlite")?;
    let url = cluster.fresh_database();
    for setting in [
        "fsync = on",
        "synchronous_commit = on",
        "full_page_writes = on",
        "autovacuum = on",
    ] {
        let _nothing = cluster.query(&url, &format!("ALTER SYSTEM SET {setting}"));
    }
    let _nothing = cluster.query(&url, "SELECT pg_reload_conf()");
    let first = cluster.query(
        &url,
        "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)",
    );
    let id = first
        .trim()
        .parse()
        .map_err(|_e| "PostgreSQL does not say which process it is".to_owned())?;
    Ok((url, id))
}

fn silent(id: AccountId, base: &str, number: usize, now: Millis) -> (Account, User) {
    let name = format!("silent{number}");
    let account = Account {
        uri: format!("{base}/users/{name}"),
        url: format!("{base}/@{name}"),
        ..blank(id, "", &name, now)
    };
    let user = User {
        account_id: id,
        email: format!("{name}@example.org"),
        email_key: format!("{name}@example.org"),
        password_hash: "none".to_owned(),
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
    (account, user)
}

/// An account with nothing but a name.
pub(super) fn blank(id: AccountId, domain: &str, name: &str, now: Millis) -> Account {
    Account {
        id,
        domain: domain.to_owned(),
        username: name.to_owned(),
        username_key: name.to_owned(),
        kind: AccountKind::Person,
        uri: String::new(),
        url: String::new(),
        display_name: name.to_owned(),
        note: "<p>Someone who grows beans.</p>".to_owned(),
        note_source: String::new(),
        fields: serde_json::json!([]),
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
