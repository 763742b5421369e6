//! Why a signature was not accepted: the status to answer and the reason for the log. The sender is
//! told the reason too, which helps other developers and no attacker: all of it can be read here.

use http::StatusCode;

/// The rule that a request broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// There is no signature.
    #[error("the request is not signed")]
    Missing,
    /// The signature header cannot be read.
    #[error("the signature header cannot be read")]
    Malformed,
    /// A header that must be single occurs twice.
    #[error("a header that must be single occurs twice")]
    Duplicate,
    /// `Authorization` and `Signature` say different things.
    #[error("Authorization and Signature differ")]
    Contradiction,
    /// An algorithm that is not accepted, or one that does not fit the key.
    #[error("this algorithm is not accepted for this key")]
    Algorithm,
    /// Something is covered in a way that is not understood.
    #[error("the signature covers something that is not understood")]
    UnknownComponent,
    /// Something is covered that the request does not have.
    #[error("the signature covers a header that is not there")]
    MissingHeader,
    /// Something that must be covered is not.
    #[error("the signature does not cover {0}")]
    NotCovered(&'static str),
    /// No readable time of signing.
    #[error("the signature has no readable date")]
    NoDate,
    /// Signed too long ago.
    #[error("the signature is too old")]
    TooOld,
    /// Signed in the future.
    #[error("the signature is from the future")]
    TooNew,
    /// The sender's own limit has passed.
    #[error("the signature has expired")]
    Expired,
    /// Signed for another host.
    #[error("the request is for another host")]
    OtherHost,
    /// A body without a digest that is understood.
    #[error("the body has no SHA-256 digest")]
    NoDigest,
    /// The digest is not that of the body.
    #[error("the digest is not that of the body")]
    WrongDigest,
    /// The mathematics do not agree.
    #[error("the signature does not fit the request and the key")]
    Invalid,
}

/// A request whose signature is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct SignatureError {
    /// The rule that was broken.
    pub reason: Reason,
}

impl SignatureError {
    /// The status to answer: 400 for requests that two readers could understand differently, 401 for
    /// all others, which tells senders to try their other form of signature.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self.reason {
            Reason::Duplicate | Reason::Contradiction => StatusCode::BAD_REQUEST,
            _ => StatusCode::UNAUTHORIZED,
        }
    }
}

impl From<Reason> for SignatureError {
    fn from(reason: Reason) -> Self {
        Self { reason }
    }
}
