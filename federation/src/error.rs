//! What can go wrong with another server, in the two words that a queue reads: never again, or later.

/// Shorthand.
pub type Result<T> = std::result::Result<T, Error>;

/// Why an activity or a look-up came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not understood, not allowed, not theirs: never again.
    #[error("refused: {0}")]
    Rejected(String),
    /// It may work later: their server is away, ours is busy.
    #[error("not now: {0}")]
    Retry(String),
    /// It is gone at its origin.
    #[error("gone")]
    Gone,
    /// A use case said no.
    #[error(transparent)]
    Service(services::Error),
}

impl Error {
    /// Never again, for this reason.
    #[must_use]
    pub fn rejected(why: impl Into<String>) -> Self {
        Self::Rejected(why.into())
    }

    /// Is it worth trying again?
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Retry(_) => true,
            Self::Rejected(_) | Self::Gone => false,
            Self::Service(error) => match error {
                services::Error::Database(error) => error.is_passing(),
                services::Error::Upstream(_) => true,
                _ => false,
            },
        }
    }
}

impl From<services::Error> for Error {
    fn from(error: services::Error) -> Self {
        Self::Service(error)
    }
}

impl From<database::Error> for Error {
    fn from(error: database::Error) -> Self {
        Self::Service(error.into())
    }
}

impl From<crate::vocabulary::Refusal> for Error {
    fn from(refusal: crate::vocabulary::Refusal) -> Self {
        Self::Rejected(refusal.to_string())
    }
}

impl From<fetch::Error> for Error {
    fn from(error: fetch::Error) -> Self {
        if error.is_gone() {
            Self::Gone
        } else if error.is_permanent() {
            Self::Rejected(error.to_string())
        } else {
            Self::Retry(error.to_string())
        }
    }
}
