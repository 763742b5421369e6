//! One connection to either engine, the macro that runs one text on both, and transactions.

use std::panic::{AssertUnwindSafe, catch_unwind};

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::{Connection, PgConnection, RunQueryDsl as _, SqliteConnection};

use crate::error::{self, Error, Result};
use crate::url::Address;

/// Which database engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file of our own.
    Sqlite,
    /// A server.
    Postgres,
}

/// A connection to one of the two engines.
#[expect(
    missing_debug_implementations,
    reason = "diesel's connections have none"
)]
pub enum Conn {
    /// To a file.
    Sqlite(SqliteConnection),
    /// To a server.
    Postgres(PgConnection),
}

/// Runs one text on whichever engine the connection is of: `both!(conn => query.load(conn))`.
///
/// The text is compiled once for each engine. What mentions the engine (`.select(X::as_select())`,
/// `.into_boxed::<Db>()`) stands inside; `Db` names the engine there.
macro_rules! both {
    ($c:ident => $body:expr) => {
        match $c {
            $crate::conn::Conn::Sqlite($c) => {
                #[allow(
                    dead_code,
                    clippy::allow_attributes,
                    reason = "not every query names its engine"
                )]
                type Db = diesel::sqlite::Sqlite;
                $body
            }
            $crate::conn::Conn::Postgres($c) => {
                #[allow(
                    dead_code,
                    clippy::allow_attributes,
                    reason = "not every query names its engine"
                )]
                type Db = diesel::pg::Pg;
                $body
            }
        }
    };
}
pub(crate) use both;

/// How a SQLite connection is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// The one writer.
    Write,
    /// One of several readers.
    Read,
}

// busy_timeout stands first: setting the journal mode may have to wait already.
const PRAGMAS: &str = "
    PRAGMA busy_timeout = 5000;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA cache_size = -16384;
    PRAGMA mmap_size = 268435456;
    PRAGMA temp_store = MEMORY;
    PRAGMA journal_size_limit = 67108864;
    PRAGMA wal_autocheckpoint = 1000;
    PRAGMA trusted_schema = OFF;
";

impl Conn {
    /// Holds every other transaction off that asks for the same id, until this one ends. SQLite has one
    /// writer anyway.
    ///
    /// # Errors
    /// The database.
    pub(crate) fn hold(&mut self, id: i64) -> Result<()> {
        match self {
            Self::Sqlite(_) => {}
            Self::Postgres(conn) => {
                diesel::sql_query("SELECT pg_advisory_xact_lock($1)")
                    .bind::<diesel::sql_types::BigInt, _>(id)
                    .execute(conn)?;
            }
        }
        Ok(())
    }

    /// Has PostgreSQL give up each statement of this transaction that takes longer than so many
    /// milliseconds: `Busy`. SQLite has no such clock: what a statement looks through there has to be bounded.
    ///
    /// # Errors
    /// The database.
    pub(crate) fn give_up_after(&mut self, most: i64) -> Result<()> {
        if let Self::Postgres(conn) = self {
            conn.batch_execute(&format!("SET LOCAL statement_timeout = {most}"))?;
        }
        Ok(())
    }

    /// Opens a connection; a SQLite file that is not there is created by the writer only.
    pub(crate) fn open(address: &Address, access: Access) -> Result<Self> {
        let conn = match address {
            Address::Sqlite(path) => {
                let path = path.to_str().ok_or_else(|| {
                    Error::Other("the path of the database is not valid text".to_owned())
                })?;
                let mut conn = SqliteConnection::establish(path)?;
                conn.batch_execute(PRAGMAS)?;
                if access == Access::Read {
                    conn.batch_execute("PRAGMA query_only = ON;")?;
                }
                Self::Sqlite(conn)
            }
            Address::Postgres(url) => {
                let mut conn = PgConnection::establish(url)?;
                conn.batch_execute("SET client_min_messages = warning; SET timezone = 'UTC';")?;
                Self::Postgres(conn)
            }
        };
        #[cfg(any(test, feature = "testing"))]
        let conn = crate::testing::counted(conn, address);
        Ok(conn)
    }

    /// Which engine this connection is of.
    #[must_use]
    pub const fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    /// Runs `f` in a transaction; inside another one it is a savepoint, and its failure undoes only
    /// what `f` did. A panic in `f` undoes it too and comes back as an error.
    ///
    /// # Errors
    /// What `f` returns, or what the engine says to the commit.
    pub fn tx<T, E: From<Error>>(
        &mut self,
        f: impl FnOnce(&mut Self) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        self.begin()?;
        let failed = match catch_unwind(AssertUnwindSafe(|| f(self))) {
            Ok(Ok(value)) => {
                self.commit()?;
                return Ok(value);
            }
            Ok(Err(error)) => error,
            Err(_panic) => Error::Other("a query function panicked".to_owned()).into(),
        };
        // SQLite takes a whole transaction back by itself when the disk is full: then there is no
        // savepoint to go back to, and what happened first is what has to be told.
        if self.roll_back().is_err() {
            error::transaction_is_lost();
        }
        Err(failed)
    }

    /// How many transactions are open inside each other; `None` where that cannot be told any more.
    pub(crate) fn depth(&mut self) -> Option<u32> {
        match self {
            Self::Sqlite(c) => AnsiTransactionManager::transaction_manager_status_mut(c)
                .transaction_depth()
                .ok()
                .map(|depth| depth.map_or(0, u32::from)),
            Self::Postgres(c) => AnsiTransactionManager::transaction_manager_status_mut(c)
                .transaction_depth()
                .ok()
                .map(|depth| depth.map_or(0, u32::from)),
        }
    }

    fn begin(&mut self) -> Result<()> {
        let outermost = self.depth() == Some(0);
        match self {
            // IMMEDIATE: a writer that starts by reading must not be told later that it may not write.
            Self::Sqlite(c) if outermost => {
                AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE")?;
            }
            Self::Sqlite(c) => AnsiTransactionManager::begin_transaction(c)?,
            Self::Postgres(c) => AnsiTransactionManager::begin_transaction(c)?,
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<()> {
        let conn = self;
        both!(conn => AnsiTransactionManager::commit_transaction(conn))?;
        Ok(())
    }

    fn roll_back(&mut self) -> Result<()> {
        let conn = self;
        both!(conn => AnsiTransactionManager::rollback_transaction(conn))?;
        Ok(())
    }

    /// Runs several statements as they stand.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<()> {
        let conn = self;
        both!(conn => conn.batch_execute(sql))?;
        Ok(())
    }
}
