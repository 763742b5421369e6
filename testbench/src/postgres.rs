//! A PostgreSQL for tests: one private cluster for each test process, started from the server
//! programs that are installed, or the server named by `BALAI_TEST_POSTGRES_URL`. Databases are made
//! and dropped with `psql`, because no SQL client stands below the crate `database`.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::process::{Child, Command};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::skip::fail;
use crate::tools::run;
use crate::{skip_or_require, watchdog};

mod private;

use private::Programs;

/// A PostgreSQL server in which tests make databases of their own.
#[derive(Debug)]
pub struct Cluster {
    programs: Programs,
    /// The address of the database that always exists, from which others are made.
    maintenance: String,
    /// What each of our databases' names starts with; nobody else's does.
    prefix: String,
    made: AtomicU64,
    /// Cleans up after us; lives as long as this process.
    _watchdog: Child,
}

/// The cluster of this test process, started at the first call. Nothing under the rule of
/// [`skip_or_require`] where PostgreSQL is not installed.
///
/// # Panics
/// Where PostgreSQL is installed (or named) and does not start, or is missing and `CI=true`.
#[must_use]
pub fn postgres() -> Option<&'static Cluster> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    let cluster = CLUSTER.get_or_init(|| {
        let programs = Programs::find()?;
        let started = match std::env::var("BALAI_TEST_POSTGRES_URL") {
            Ok(url) if !url.is_empty() => Cluster::named(programs, &url),
            _ if programs.can_serve() => Cluster::private(programs),
            _ => return None,
        };
        match started {
            Ok(cluster) => Some(cluster),
            Err(error) => fail(&format!("PostgreSQL does not start: {error}")),
        }
    });
    if cluster.is_none() {
        skip_or_require("PostgreSQL (postgres, initdb, pg_ctl, psql)");
    }
    cluster.as_ref()
}

impl Cluster {
    /// An empty database, as a `postgres://` address. It is dropped when this process ends.
    ///
    /// # Panics
    /// Where the server refuses.
    #[must_use]
    pub fn fresh_database(&self) -> String {
        self.create(None)
    }

    /// A copy of a database made here, by its address: all that it holds, in tens of milliseconds.
    /// PostgreSQL refuses while anyone is connected to the one that is copied.
    ///
    /// # Panics
    /// Where the server refuses.
    #[must_use]
    pub fn fresh_database_from(&self, template: &str) -> String {
        self.create(Some(self.name_of(template)))
    }

    /// Drops a database made here, also from under those who are connected to it.
    ///
    /// # Panics
    /// Where the address is not one of ours, or the server refuses.
    pub fn drop_database(&self, address: &str) {
        let name = self.name_of(address);
        self.execute(&format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)"));
    }

    /// Runs one statement in a database made here and hands back what it printed, columns parted
    /// by `|`: for tests of the bench itself and for looking into a failed story.
    ///
    /// # Panics
    /// Where the statement fails.
    #[must_use]
    pub fn query(&self, address: &str, statement: &str) -> String {
        match self.programs.psql(address, statement) {
            Ok(said) => said.trim_end().to_owned(),
            Err(error) => fail(&error),
        }
    }

    fn create(&self, template: Option<&str>) -> String {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}{number}", self.prefix);
        let template = template.unwrap_or("template0");
        self.execute(&format!(
            "CREATE DATABASE \"{name}\" TEMPLATE \"{template}\""
        ));
        with_database(&self.maintenance, &name)
    }

    fn execute(&self, statement: &str) {
        if let Err(error) = self.programs.psql(&self.maintenance, statement) {
            fail(&error);
        }
    }

    /// The database's name in an address that we handed out. A name of ours holds only letters,
    /// digits and underscores, so it is safe between double quotes.
    fn name_of<'a>(&self, address: &'a str) -> &'a str {
        let name = split(address).map_or("", |(_, name, _)| name);
        if name.starts_with(&self.prefix) {
            name
        } else {
            fail(&format!("{address} is not a database of this process"))
        }
    }

    /// A server that somebody else runs, by its address.
    fn named(programs: Programs, url: &str) -> Result<Self, String> {
        if split(url).is_none() {
            return Err("BALAI_TEST_POSTGRES_URL must be postgres://HOST/DATABASE".to_owned());
        }
        programs.psql(url, "SELECT 1")?;
        let prefix = prefix();
        let leftovers = format!(
            "SELECT format('DROP DATABASE IF EXISTS %I WITH (FORCE);', datname) \
             FROM pg_database WHERE starts_with(datname, '{prefix}')"
        );
        let psql = programs.psql_path();
        let watchdog = watchdog::when_we_are_gone(
            "\"$1\" -XAtqc \"$3\" \"$2\" | \"$1\" -Xq \"$2\"",
            &[&psql, url, &leftovers],
        )?;
        Ok(Self {
            programs,
            maintenance: url.to_owned(),
            prefix,
            made: AtomicU64::new(0),
            _watchdog: watchdog,
        })
    }

    /// A server of our own, for as long as this process lives.
    fn private(programs: Programs) -> Result<Self, String> {
        let (maintenance, watchdog) = programs.start()?;
        Ok(Self {
            programs,
            maintenance,
            prefix: prefix(),
            made: AtomicU64::new(0),
            _watchdog: watchdog,
        })
    }
}

/// Names that no other process uses, also on a server that others share: process ids come round
/// again, so the standard library's random hash keys are added.
fn prefix() -> String {
    let random = RandomState::new().build_hasher().finish();
    format!("balai_test_{}_{random:x}_", std::process::id())
}

/// Cuts `postgres://authority/name?options` into what stands before, in and after the name.
fn split(address: &str) -> Option<(&str, &str, &str)> {
    let (scheme, rest) = address.split_once("://")?;
    if !matches!(scheme, "postgres" | "postgresql") {
        return None;
    }
    let (path, options) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, name) = path.split_once('/').unwrap_or((path, ""));
    Some((authority, name, options))
}

fn with_database(address: &str, name: &str) -> String {
    let (authority, _, options) = split(address).unwrap_or_default();
    let mark = if options.is_empty() { "" } else { "?" };
    format!("postgres://{authority}/{name}{mark}{options}")
}

impl Programs {
    fn psql(&self, address: &str, statement: &str) -> Result<String, String> {
        run(Command::new(self.psql_path())
            .args(["-XAtq", "-v", "ON_ERROR_STOP=1", "-c", statement, address])
            .env("PGCONNECT_TIMEOUT", "30"))
    }
}

#[cfg(test)]
mod tests {
    use super::{split, with_database};

    #[test]
    fn an_address_keeps_everything_but_the_name() {
        let socket = "postgres:///postgres?host=/tmp/x&user=balai";
        assert_eq!(
            split(socket),
            Some(("", "postgres", "host=/tmp/x&user=balai"))
        );
        assert_eq!(
            with_database(socket, "b"),
            "postgres:///b?host=/tmp/x&user=balai"
        );
        assert_eq!(
            with_database("postgresql://me:pw@db:5433", "b"),
            "postgres://me:pw@db:5433/b"
        );
        assert_eq!(split("mysql://host/name"), None);
    }
}
