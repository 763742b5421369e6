//! A real server in this process: on a port of its own, with a database of its own, which can be
//! stopped, cut off and started again. What is done through `services` here is what the command
//! line does.

use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use database::testing::Fresh;
use database::{Conn, deliveries, events, inbox};
use model::{AccountId, GroupKind, Millis, Scopes, Secret, ServerRole};
use server::client::Front;
use server::config::{Config, LogFormat};
use server::mail::Way;
use server::serve::Server;
use services::accounts::NewUser;
use services::context::Clock;
use services::groups::NewGroup;
use services::{Context, Ctx, Place, accounts, groups, oauth, settings, sign_in};
use testbench::Sandbox;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use super::client::Client;
use super::world::Group;
use super::{eventually, runtime};

/// The password of everyone.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// On which engine a story is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// A file.
    Sqlite,
    /// A server.
    Postgres,
}

impl Stage {
    /// On SQLite.
    pub(crate) fn sqlite() -> Self {
        Self::Sqlite
    }

    /// On PostgreSQL; nothing, with a printed line, where there is none.
    pub(crate) fn postgres() -> Option<Self> {
        testbench::postgres().map(|_| Self::Postgres)
    }

    /// A database of one's own.
    pub(crate) fn fresh(self) -> Fresh {
        match self {
            Self::Sqlite => Fresh::sqlite(),
            Self::Postgres => Fresh::postgres().expect("PostgreSQL was there a moment ago"),
        }
    }

    /// A server of one's own.
    pub(crate) fn instance(self) -> Instance {
        self.instance_with(|_| ())
    }

    /// A server of one's own with other settings of media.
    pub(crate) fn instance_with(
        self,
        change: impl FnOnce(&mut services::media::Setup),
    ) -> Instance {
        self.instance_told(|config| change(&mut config.media))
    }

    /// A server of one's own that is told something else at its start.
    pub(crate) fn instance_told(self, change: impl FnOnce(&mut Config)) -> Instance {
        Instance::start(self.fresh(), change, Context::system_clock())
    }

    /// A server of one's own with a clock of one's own.
    pub(crate) fn instance_at(self, clock: Clock, change: impl FnOnce(&mut Config)) -> Instance {
        Instance::start(self.fresh(), change, clock)
    }
}

/// A server that runs, or ran and can be started again.
pub(crate) struct Instance {
    /// `http://127.0.0.1:PORT`
    pub(crate) base: String,
    config: Config,
    clock: Clock,
    address: SocketAddr,
    running: Mutex<Option<Running>>,
    fresh: Fresh,
    _home: Sandbox,
}

struct Running {
    server: Server,
    /// The server has threads of its own, so that they can be cut off.
    runtime: Runtime,
}

/// Someone with an account and an app.
#[derive(Clone)]
pub(crate) struct Person {
    /// The name in the handle.
    pub(crate) name: String,
    /// The id of the account.
    pub(crate) id: String,
    /// The app.
    pub(crate) app: Client,
}

impl Deref for Person {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.app
    }
}

impl Person {
    /// The e-mail address.
    pub(crate) fn email(&self) -> String {
        format!("{}@mail.example", self.name)
    }
}

impl Instance {
    fn start(fresh: Fresh, change: impl FnOnce(&mut Config), clock: Clock) -> Self {
        let listener = runtime()
            .block_on(TcpListener::bind("127.0.0.1:0"))
            .expect("a port");
        let address = listener.local_addr().expect("an address");
        let base = format!("http://{address}");
        let home = Sandbox::new("story");
        let database_url = match &fresh.address {
            database::Address::Sqlite(path) => format!("sqlite:{}", path.display()),
            database::Address::Postgres(url) => url.clone(),
        };
        let federation = fetch::Policy {
            allow_http: true,
            allow_private: vec!["127.0.0.0/8".parse().expect("a range")],
            extra_ca: None,
        };
        let mut config = Config {
            bind: address,
            place: Place::new(&base).expect("an address"),
            data_dir: home.path().to_owned(),
            database_url: Some(database_url),
            federation,
            front: Front::default(),
            mail: Way {
                folder: Some(home.path().join("mail")),
                ..Way::default()
            },
            test_mode: true,
            log_format: LogFormat::Text,
            media: services::media::Setup {
                ffmpeg: String::new(),
                ..services::media::Setup::default()
            },
            origins: Vec::new(),
        };
        change(&mut config);
        let instance = Self {
            base,
            config,
            clock,
            address,
            running: Mutex::new(None),
            fresh,
            _home: home,
        };
        let listener = listener.into_std().expect("the same port");
        instance.run(listener);
        instance.set("rate_limits", "off");
        instance
    }

    fn run(&self, listener: std::net::TcpListener) {
        let threads = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("threads");
        let server = threads.block_on(async {
            let listener = TcpListener::from_std(listener).expect("the same port");
            Server::start_at(&self.config, listener, Arc::clone(&self.clock)).await
        });
        let server = server.expect("the server starts");
        let running = Running {
            server,
            runtime: threads,
        };
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) = Some(running);
    }

    fn take(&self) -> Option<Running> {
        self.running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    /// Stops as at SIGTERM.
    pub(crate) fn stop(&self) {
        let Running {
            server,
            runtime: threads,
        } = self.take().expect("it runs");
        threads.block_on(server.stop());
        threads.shutdown_timeout(super::PATIENCE);
    }

    /// Cuts it off in the middle of whatever it does.
    pub(crate) fn cut_off(&self) {
        let Running {
            server,
            runtime: threads,
        } = self.take().expect("it runs");
        threads.shutdown_timeout(super::PATIENCE);
        runtime().block_on(server.ctx.db.close());
    }

    /// Starts it again at the same address with the same database.
    pub(crate) fn start_again(&self) {
        let listener = eventually("the port is free again", || {
            let listener = std::net::TcpListener::bind(self.address).ok()?;
            listener.set_nonblocking(true).ok()?;
            Some(listener)
        });
        self.run(listener);
    }

    /// The use cases' context.
    pub(crate) fn ctx(&self) -> Ctx {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&running.as_ref().expect("it runs").server.ctx)
    }

    /// The domain in handles.
    pub(crate) fn domain(&self) -> String {
        self.address.to_string()
    }

    /// An address of this server.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The mails that were written since this was last asked, oldest first, as they would be sent.
    pub(crate) fn mails(&self) -> Vec<String> {
        let Some(folder) = &self.config.mail.folder else {
            return Vec::new();
        };
        let mut paths: Vec<_> = std::fs::read_dir(folder)
            .expect("a folder")
            .map(|entry| entry.expect("a mail").path())
            .filter(|path| path.extension().is_some_and(|end| end == "eml"))
            .collect();
        paths.sort();
        paths
            .into_iter()
            .map(|path| {
                let mail = std::fs::read_to_string(&path).expect("a mail");
                std::fs::remove_file(&path).expect("a mail that was read");
                mail
            })
            .collect()
    }

    /// The next mails, once there are any.
    pub(crate) fn next_mails(&self) -> Vec<String> {
        eventually("a mail is written", || {
            let mails = self.mails();
            (!mails.is_empty()).then_some(mails)
        })
    }

    /// An app without a token.
    pub(crate) fn visitor(&self) -> Client {
        Client::new(&self.base, None)
    }

    /// An app with this token.
    pub(crate) fn with_token(&self, token: &str) -> Client {
        Client::new(&self.base, Some(token))
    }

    /// Changes a setting of the place.
    pub(crate) fn set(&self, name: &str, value: &str) {
        let ctx = self.ctx();
        let change = [(name.to_owned(), value.to_owned())];
        let done = runtime().block_on(async {
            settings::set(&ctx, &change).await?;
            settings::refresh(&ctx).await
        });
        done.expect("the setting is set");
    }

    /// A confirmed and approved member with an app that may do everything.
    pub(crate) fn person(&self, name: &str) -> Person {
        self.person_as(name, ServerRole::Member)
    }

    /// The same with a role on the server.
    pub(crate) fn person_as(&self, name: &str, role: ServerRole) -> Person {
        let ctx = self.ctx();
        let new = NewUser {
            username: name.to_owned(),
            email: format!("{name}@mail.example"),
            password: Secret(PASSWORD.to_owned()),
            role,
            locale: "en".to_owned(),
            confirmed: true,
            approved: true,
        };
        let made = runtime()
            .block_on(accounts::create_user(&ctx, new))
            .expect("a new member");
        let token = self.token(name, "read write follow push profile");
        Person {
            name: name.to_owned(),
            id: made.account.id.to_string(),
            app: self.with_token(&token),
        }
    }

    /// A token of a member with these scopes.
    pub(crate) fn token(&self, name: &str, scopes: &str) -> String {
        let ctx = self.ctx();
        let scopes = Scopes::parse(scopes).expect("scopes that exist");
        let issued = runtime().block_on(async {
            let viewer = sign_in::viewer_named(&ctx, name).await?;
            oauth::mint(&ctx, &viewer, None, scopes, None).await
        });
        issued.expect("a token").token.0
    }

    /// A group, as the command line founds it.
    pub(crate) fn group(&self, name: &str, title: &str, owner: &Person, kind: GroupKind) -> Group {
        let ctx = self.ctx();
        let new = NewGroup {
            name: name.to_owned(),
            title: title.to_owned(),
            kind: Some(kind),
            ..NewGroup::default()
        };
        let made = runtime().block_on(async {
            let founder = sign_in::viewer_named(&ctx, &owner.name).await?;
            groups::create(&ctx, &founder, new).await
        });
        let account = made.expect("a new group").account.account;
        Group {
            name: account.username.clone(),
            id: account.id.to_string(),
            uri: account.uri.clone(),
            handle: format!("{}@{}", account.username, self.domain()),
        }
    }

    /// A connection to the database, for setting a scene and for looking behind it.
    pub(crate) fn conn(&self) -> Conn {
        self.fresh.conn()
    }

    /// Makes a member of a group its moderator, to set a scene.
    pub(crate) fn promote(&self, group: &Group, who: &Person) {
        self.promote_to(group, who, model::Role::Moderator);
    }

    /// Gives a member of a group this role.
    pub(crate) fn promote_to(&self, group: &Group, who: &Person, role: model::Role) {
        let mut conn = self.conn();
        let ids = (account_id(&group.id), account_id(&who.id));
        let row = database::memberships::find(&mut conn, ids.0, ids.1).expect("the database");
        let row = row.expect("a member");
        database::memberships::set_state(&mut conn, row.id, row.state, role, row.created_at)
            .expect("a moderator");
    }

    /// How many rows each table has: what "nothing was stored" is measured with.
    /// How often strangers were turned away is counted, and nothing of what they wrote: that is left out.
    pub(crate) fn row_counts(&self) -> std::collections::BTreeMap<String, i64> {
        self.settle_inside();
        let mut counts = database::testing::row_counts(&self.fresh.address);
        counts.remove("group_knocks");
        counts
    }

    /// Every row of every table but those that change by themselves (when somebody was last here, what is due,
    /// what is announced by now, how often strangers were turned away): what "nothing was changed" is measured with.
    pub(crate) fn contents(&self) -> std::collections::BTreeMap<String, Vec<String>> {
        self.settle_inside();
        let mut contents = database::testing::contents(&self.fresh.address);
        for table in [
            "access_tokens",
            "announcements",
            "group_knocks",
            "instances",
            "jobs",
            "web_sessions",
        ] {
            contents.remove(table);
        }
        contents
    }

    /// Nothing was changed since; the first rows that differ are told.
    #[track_caller]
    pub(crate) fn is_unchanged(
        &self,
        before: &std::collections::BTreeMap<String, Vec<String>>,
        what: &str,
    ) {
        let after = self.contents();
        for (table, rows) in before {
            let now = after.get(table).map(Vec::as_slice).unwrap_or_default();
            let gone = rows.iter().find(|row| !now.contains(row));
            let new = now.iter().find(|row| !rows.contains(row));
            assert!(
                gone.is_none() && new.is_none(),
                "{what} changed {table}: {gone:?} became {new:?}"
            );
        }
    }

    /// Waits until nothing is left to do: no event, nothing received that is not worked through, no
    /// delivery that has not been tried.
    pub(crate) fn settle(&self) {
        let mut conn = self.conn();
        eventually("everything was worked through", || {
            let later = Millis(i64::MAX);
            let quiet = events::due(&mut conn, later, 1).ok()?.is_empty()
                && inbox::due(&mut conn, later, 1).ok()?.is_empty()
                && deliveries::waiting(&mut conn).ok()? == 0;
            quiet.then_some(())
        });
    }

    /// Waits until all that came in was worked through and every event told; deliveries may wait.
    pub(crate) fn settle_inside(&self) {
        let mut conn = self.conn();
        eventually("everything inside was worked through", || {
            let later = Millis(i64::MAX);
            let quiet = events::due(&mut conn, later, 1).ok()?.is_empty()
                && inbox::due(&mut conn, later, 1).ok()?.is_empty();
            quiet.then_some(())
        });
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        if let Some(Running {
            server,
            runtime: threads,
        }) = self.take()
        {
            threads.shutdown_timeout(super::PATIENCE);
            runtime().block_on(server.ctx.db.close());
        }
    }
}

/// An id of the API as the use cases know it.
pub(crate) fn account_id(text: &str) -> AccountId {
    text.parse().expect("an id")
}
