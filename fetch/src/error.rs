//! Why nothing came back, in words that a queue can act upon. The body of a refused answer never
//! enters an error, so that it cannot reach a log.

use std::error::Error as StdError;
use std::time::Duration;

use http::StatusCode;

/// A rule of this house that a request or an answer broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Neither https nor (where allowed) http.
    #[error("this scheme is not fetched")]
    Scheme,
    /// The address carries a user name or a password.
    #[error("an address with a user name or password is not fetched")]
    UserInfo,
    /// The host name is missing or malformed.
    #[error("this is not the name of a host")]
    Name,
    /// The host is a literal address outside the allowed private ranges.
    #[error("literal addresses are not fetched")]
    Literal,
    /// The port is not the usual one.
    #[error("this port is not used outside the allowed private ranges")]
    Port,
    /// The name leads to an address that does not belong to the open network.
    #[error("the name leads to an address outside the open network")]
    Address,
    /// The name leads to public and to private addresses at once.
    #[error("the name leads to public and private addresses at once")]
    MixedAddresses,
    /// More redirects than a sound server needs.
    #[error("too many redirects")]
    TooManyRedirects,
    /// A redirect without a place to go, or one that leaves https.
    #[error("a redirect that is not followed")]
    Redirect,
    /// A redirect to another host where that is not allowed.
    #[error("a redirect to another host")]
    OtherHost,
    /// The answer is of a type that was not asked for.
    #[error("the answer has a type that was not asked for")]
    MediaType,
}

/// What can go wrong on the way out and back.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A rule forbids it; asking again changes nothing.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// The answer is larger than the caller allows.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// How many bytes were allowed, after decompression.
        limit: usize,
    },
    /// The other server took too long.
    #[error("no answer in time")]
    Timeout,
    /// No connection: unknown name, refused, unreachable.
    #[error("no connection: {0}")]
    Connect(String),
    /// The TLS handshake failed.
    #[error("no trusted connection: {0}")]
    Tls(String),
    /// The answer broke off or was no HTTP.
    #[error("the answer broke off: {0}")]
    Broken(String),
    /// The server answered, but not with success.
    #[error("the server answered {status}")]
    Status {
        /// The status of the answer.
        status: StatusCode,
        /// For how long the server asks to be left alone.
        retry_after: Option<Duration>,
    },
    /// The signer that was handed in could not sign.
    #[error("the request could not be signed: {0}")]
    Sign(String),
    /// The client itself could not be built.
    #[error("the client could not be set up: {0}")]
    Setup(String),
}

impl Error {
    /// Whether trying again later is pointless: a broken rule, a size, a final answer such as 404
    /// or 410. Times, connections, certificates and server faults pass.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        match self {
            Self::Refused(_) | Self::TooLarge { .. } => true,
            Self::Status { status, .. } => {
                status.is_client_error()
                    && !matches!(
                        *status,
                        StatusCode::REQUEST_TIMEOUT
                            | StatusCode::TOO_EARLY
                            | StatusCode::TOO_MANY_REQUESTS
                    )
            }
            Self::Timeout
            | Self::Connect(_)
            | Self::Tls(_)
            | Self::Broken(_)
            | Self::Sign(_)
            | Self::Setup(_) => false,
        }
    }

    /// Whether the other server says that what was asked for existed and is no more.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        matches!(self, Self::Status { status, .. } if *status == StatusCode::GONE)
    }
}

impl From<reqwest::Error> for Error {
    fn from(error: reqwest::Error) -> Self {
        if let Some(refusal) = find::<Refusal>(&error) {
            return Self::Refused(*refusal);
        }
        if error.is_timeout() {
            return Self::Timeout;
        }
        if let Some(tls) = find::<rustls::Error>(&error) {
            return Self::Tls(tls.to_string());
        }
        if error.is_connect() {
            return Self::Connect(innermost(&error));
        }
        if error.is_builder() {
            return Self::Setup(innermost(&error));
        }
        Self::Broken(innermost(&error))
    }
}

/// Looks for a cause of one type. An `io::Error` hides what it wraps from `source`, therefore it is
/// opened by hand.
fn find<'e, T: StdError + 'static>(error: &'e (dyn StdError + 'static)) -> Option<&'e T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        next = match error
            .downcast_ref::<std::io::Error>()
            .and_then(|io| io.get_ref())
        {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

fn innermost(error: &(dyn StdError + 'static)) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

#[cfg(test)]
mod tests {
    use super::{Error, Refusal};
    use http::StatusCode;

    #[test]
    fn only_what_cannot_change_is_permanent() {
        let status = |code: u16| Error::Status {
            status: StatusCode::from_u16(code).unwrap(),
            retry_after: None,
        };
        for code in [400, 401, 403, 404, 410, 415, 422] {
            assert!(status(code).is_permanent(), "{code}");
        }
        for code in [301, 408, 425, 429, 500, 502, 503] {
            assert!(!status(code).is_permanent(), "{code}");
        }
        assert!(Error::Refused(Refusal::Scheme).is_permanent());
        assert!(Error::TooLarge { limit: 1 }.is_permanent());
        assert!(!Error::Timeout.is_permanent());
        assert!(status(410).is_gone() && !status(404).is_gone());
    }
}
