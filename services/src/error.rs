//! What a use case answers when it does not do what was asked.

/// Shorthand for what every use case returns.
pub type Result<T> = std::result::Result<T, Error>;

/// One thing that is wrong with what someone typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The field, in the API's words.
    pub field: &'static str,
    /// Mastodon's code: `ERR_TAKEN`, `ERR_BLANK`, `ERR_INVALID`, `ERR_TOO_LONG`, `ERR_RESERVED`...
    pub code: &'static str,
    /// A plain sentence in English; pages translate by `code`.
    pub text: String,
}

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It does not exist, or this viewer may not know that it does: the two are not told apart.
    #[error("not found")]
    NotFound,
    /// The person may see it, and may not do this.
    #[error("{0}")]
    Forbidden(&'static str),
    /// The person is known, and may do nothing at all now; the text says why.
    #[error("{0}")]
    Barred(&'static str),
    /// No, or no valid, proof of who is asking.
    #[error("{0}")]
    Unauthorized(&'static str),
    /// What was typed is wrong.
    #[error("{}", .0.iter().map(|p| p.text.as_str()).collect::<Vec<_>>().join(", "))]
    Invalid(Vec<Problem>),
    /// It is there already.
    #[error("{0}")]
    Conflict(&'static str),
    /// Too much of it: a quota.
    #[error("{0}")]
    LimitExceeded(&'static str),
    /// Another server did not answer as it should.
    #[error("another server did not answer: {0}")]
    Upstream(String),
    /// The picture is none, or too large.
    #[error("{0}")]
    Media(String),
    /// The database.
    #[error(transparent)]
    Database(database::Error),
}

impl Error {
    /// One wrong field.
    #[must_use]
    pub fn invalid(field: &'static str, code: &'static str, text: impl Into<String>) -> Self {
        Self::Invalid(vec![Problem {
            field,
            code,
            text: text.into(),
        }])
    }
}

impl From<database::Error> for Error {
    fn from(error: database::Error) -> Self {
        match error {
            database::Error::NotFound => Self::NotFound,
            other => Self::Database(other),
        }
    }
}
