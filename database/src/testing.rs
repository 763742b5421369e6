//! A fresh, migrated database for each test, on either engine, and the macro that makes two tests of
//! one story. Only built for tests.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use diesel::connection::{Connection as _, InstrumentationEvent};
use tempfile::TempDir;

use crate::conn::{Access, Conn};
use crate::migrate;
use crate::pool::Db;
use crate::url::Address;

/// A database that lives as long as this value.
#[derive(Debug)]
pub struct Fresh {
    /// Where it is.
    pub address: Address,
    _folder: Option<TempDir>,
}

impl Fresh {
    /// A SQLite file: a copy of one that was migrated once.
    #[must_use]
    pub fn sqlite() -> Self {
        static TEMPLATE: OnceLock<Vec<u8>> = OnceLock::new();
        let template = TEMPLATE.get_or_init(|| {
            let folder = TempDir::new().expect("a temporary folder");
            let path = folder.path().join("template.db");
            migrate_at(&Address::Sqlite(path.clone()));
            std::fs::read(path).expect("the template is readable")
        });
        let folder = TempDir::new().expect("a temporary folder");
        let path: PathBuf = folder.path().join("balai.db");
        std::fs::write(&path, template).expect("a copy of the template");
        Self {
            address: Address::Sqlite(path),
            _folder: Some(folder),
        }
    }

    /// A PostgreSQL database: a clone of one that was migrated once. `None`, with a printed line,
    /// where no server is at hand.
    #[must_use]
    pub fn postgres() -> Option<Self> {
        static TEMPLATE: OnceLock<String> = OnceLock::new();
        let cluster = testbench::postgres()?;
        let template = TEMPLATE.get_or_init(|| {
            let url = cluster.fresh_database();
            migrate_at(&Address::Postgres(url.clone()));
            url
        });
        let url = cluster.fresh_database_from(template);
        Some(Self {
            address: Address::Postgres(url),
            _folder: None,
        })
    }

    /// One connection.
    #[must_use]
    pub fn conn(&self) -> Conn {
        Conn::open(&self.address, Access::Write).expect("the fresh database opens")
    }

    /// How many statements ran so far on all connections together.
    #[must_use]
    pub fn statements(&self) -> usize {
        counter(&self.address).load(Ordering::Relaxed)
    }

    /// The threads that own the connections.
    #[must_use]
    pub fn db(&self) -> Db {
        Db::open_migrated(&self.address, self.conn()).expect("the fresh database opens")
    }
}

/// Opens, migrates and closes.
fn migrate_at(address: &Address) {
    let mut conn = Conn::open(address, Access::Write).expect("the template opens");
    migrate::run(&mut conn).expect("the template is migrated");
    if let Conn::Sqlite(_) = conn {
        conn.batch("PRAGMA wal_checkpoint(TRUNCATE)")
            .expect("one file holds all");
    }
}

#[derive(diesel::QueryableByName)]
struct Named {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
}

#[derive(diesel::QueryableByName)]
struct Counted {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    rows: i64,
}

/// How many rows each table has: what a story compares to show that nothing was stored.
#[must_use]
pub fn row_counts(address: &Address) -> BTreeMap<String, i64> {
    use diesel::{RunQueryDsl, sql_query};
    let conn = &mut Conn::open(address, Access::Read).expect("the database opens");
    tables(conn)
        .into_iter()
        .map(|name| {
            let count = format!("SELECT count(*) AS rows FROM \"{name}\"");
            let counted: Counted =
                crate::conn::both!(conn => sql_query(&count).get_result(conn)).expect("a count");
            (name, counted.rows)
        })
        .collect()
}

/// Every row of every table as a text: what a story compares to show that nothing was changed, and
/// searches for what must not be stored.
#[must_use]
pub fn contents(address: &Address) -> BTreeMap<String, Vec<String>> {
    use diesel::{RunQueryDsl, sql_query};
    let conn = &mut Conn::open(address, Access::Read).expect("the database opens");
    tables(conn)
        .into_iter()
        .map(|table| {
            let query = match conn {
                Conn::Postgres(_) => format!("SELECT t::text AS name FROM \"{table}\" t"),
                Conn::Sqlite(_) => format!(
                    "SELECT {} AS name FROM \"{table}\"",
                    columns(conn, &table).join(" || '|' || ")
                ),
            };
            let rows: Vec<Named> =
                crate::conn::both!(conn => sql_query(&query).load(conn)).expect("the rows");
            let mut rows: Vec<String> = rows.into_iter().map(|row| row.name).collect();
            rows.sort_unstable();
            (table, rows)
        })
        .collect()
}

/// The names of the tables.
fn tables(conn: &mut Conn) -> Vec<String> {
    use diesel::{RunQueryDsl, sql_query};
    let query = match conn {
        Conn::Sqlite(_) => "SELECT name FROM sqlite_master WHERE type = 'table'",
        Conn::Postgres(_) => {
            "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public'"
        }
    };
    let found: Vec<Named> =
        crate::conn::both!(conn => sql_query(query).load(conn)).expect("the names of the tables");
    found.into_iter().map(|table| table.name).collect()
}

/// The columns of a table of SQLite, each as a text that can be read.
fn columns(conn: &mut Conn, table: &str) -> Vec<String> {
    use diesel::{RunQueryDsl, sql_query};
    let query = format!("SELECT name FROM pragma_table_info('{table}')");
    let found: Vec<Named> =
        crate::conn::both!(conn => sql_query(&query).load(conn)).expect("the names of the columns");
    found
        .into_iter()
        .map(|column| format!("quote(\"{}\")", column.name))
        .collect()
}

/// A path that no test shares.
#[must_use]
pub fn address_in(folder: &Path) -> Address {
    Address::Sqlite(folder.join("balai.db"))
}

/// Makes two tests of one story: `both_engines! { fn name(fresh: &Fresh) { .. } }`.
#[macro_export]
macro_rules! both_engines {
    ($( $(#[$meta:meta])* fn $name:ident($fresh:ident: &Fresh) $body:block )+) => { $(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports, clippy::allow_attributes, reason = "a story may need none of them")]
            use super::*;

            fn story($fresh: &$crate::testing::Fresh) $body

            #[test]
            fn sqlite() {
                story(&$crate::testing::Fresh::sqlite());
            }

            #[test]
            fn postgres() {
                if let Some(fresh) = $crate::testing::Fresh::postgres() {
                    story(&fresh);
                }
            }
        }
    )+ };
}

/// The statements so far on each database that this process opened, by its address.
static STATEMENTS: Mutex<BTreeMap<String, Arc<AtomicUsize>>> = Mutex::new(BTreeMap::new());

fn counter(address: &Address) -> Arc<AtomicUsize> {
    let mut all = STATEMENTS.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(all.entry(format!("{address:?}")).or_default())
}

/// The same connection, whose statements count from now on.
pub(crate) fn counted(mut conn: Conn, address: &Address) -> Conn {
    watch(&mut conn, counter(address));
    conn
}

fn watch(conn: &mut Conn, counter: Arc<AtomicUsize>) {
    let count = move |event: InstrumentationEvent<'_>| {
        if matches!(event, InstrumentationEvent::StartQuery { .. }) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    };
    crate::conn::both!(conn => conn.set_instrumentation(count));
}

/// Counts the statements that `work` runs on this connection, which counts for nothing else afterwards.
pub fn count_statements<T>(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> T) -> (T, usize) {
    let counter = Arc::new(AtomicUsize::new(0));
    watch(conn, Arc::clone(&counter));
    let done = work(conn);
    (done, counter.load(Ordering::Relaxed))
}
