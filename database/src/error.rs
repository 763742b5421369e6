//! What can go wrong with a database, in the words that callers act on.

use std::cell::Cell;

use diesel::result::{DatabaseErrorKind, Error as Diesel};

/// Shorthand for what every table function returns.
pub type Result<T> = std::result::Result<T, Error>;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The row that was asked for does not exist.
    #[error("not found")]
    NotFound,
    /// A unique key is taken.
    #[error("already there: {0}")]
    Conflict(String),
    /// The database cannot take this now; the same call may succeed later.
    #[error("the database is busy: {0}")]
    Busy(String),
    /// There is no room left on the disk.
    #[error("the disk is full")]
    Full,
    /// Anything else.
    #[error("database: {0}")]
    Other(String),
}

impl Error {
    /// Is it worth trying the same again?
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Busy(_) | Self::Full)
    }
}

thread_local! {
    /// Did a call on this thread meet a connection that is gone? Each connection has a thread of its
    /// own, and diesel tells of a lost server only in the error of the call that met it.
    static LOST: Cell<bool> = const { Cell::new(false) };
}

/// Was the connection of this thread, or its transaction, lost since the last question?
pub(crate) fn connection_was_lost() -> bool {
    LOST.replace(false)
}

/// Is it lost now? Asking changes nothing.
pub(crate) fn connection_is_lost() -> bool {
    LOST.get()
}

/// The engine has taken back more than it was told to: nothing more may run in this transaction.
pub(crate) fn transaction_is_lost() {
    LOST.set(true);
}

impl From<Diesel> for Error {
    fn from(error: Diesel) -> Self {
        match error {
            Diesel::NotFound => Self::NotFound,
            Diesel::DatabaseError(kind, info) => {
                let text = info.message();
                match kind {
                    DatabaseErrorKind::UniqueViolation => {
                        Self::Conflict(info.constraint_name().unwrap_or(text).to_owned())
                    }
                    DatabaseErrorKind::SerializationFailure => Self::Busy(text.to_owned()),
                    DatabaseErrorKind::ClosedConnection
                    | DatabaseErrorKind::UnableToSendCommand => Self::lost(text),
                    _ => Self::from_text(text),
                }
            }
            Diesel::BrokenTransactionManager => Self::lost("the connection broke"),
            other => Self::Other(other.to_string()),
        }
    }
}

impl Error {
    fn lost(text: &str) -> Self {
        LOST.set(true);
        Self::Busy(text.to_owned())
    }

    /// SQLite and PostgreSQL tell of a full disk, a lock and a lost server only in words.
    fn from_text(text: &str) -> Self {
        let has = |part: &str| text.contains(part);
        if has("disk is full") || has("No space left") || has("could not extend file") {
            Self::Full
        } else if has("database is locked")
            || has("deadlock detected")
            || has("canceling statement")
        {
            Self::Busy(text.to_owned())
        } else if has("server closed the connection")
            || has("terminating connection")
            || has("shutting down")
            || has("no connection to the server")
        {
            Self::lost(text)
        } else {
            Self::Other(text.to_owned())
        }
    }
}

impl From<diesel::ConnectionError> for Error {
    fn from(error: diesel::ConnectionError) -> Self {
        Self::Busy(error.to_string())
    }
}
