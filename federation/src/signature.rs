//! HTTP signatures, both forms that the fediverse speaks: draft-cavage-http-signatures-12 and
//! RFC 9421, with the digests, dates and keys they need, and FEP-8b32 proofs inside documents.
//! Everything here is a pure function of its arguments: no I/O, no clock, no cache. Fetching keys,
//! deciding whether a signer may speak for an actor, and remembering what a host understands is done
//! by the callers. Cryptography comes from aws-lc-rs only.

mod base;
mod cavage;
pub mod date;
pub mod digest;
mod error;
pub mod keys;
pub mod proof;
mod rfc9421;
pub mod sign;
#[cfg(test)]
mod tests;

use http::header::{AUTHORIZATION, CONTENT_LENGTH, DATE, HOST};
use http::{HeaderMap, HeaderName, Method};
use model::Millis;

pub use error::{Reason, SignatureError};
pub use keys::{KeyError, KeyKind, PrivateKey, PublicKey};

/// How long ago a request may have been signed. Senders with long queues sign anew at each attempt.
pub const MAX_AGE: i64 = 2 * Millis::HOUR;
/// How far ahead of ours the sender's clock may run.
pub const MAX_AHEAD: i64 = 30 * Millis::MINUTE;

const SIGNATURE: HeaderName = HeaderName::from_static("signature");
const SIGNATURE_INPUT: HeaderName = HeaderName::from_static("signature-input");
const DIGEST: HeaderName = HeaderName::from_static("digest");
const CONTENT_DIGEST: HeaderName = HeaderName::from_static("content-digest");

/// Fields that must not occur twice: two readers could believe different ones.
const SINGLE: [HeaderName; 5] = [DIGEST, CONTENT_DIGEST, HOST, DATE, CONTENT_LENGTH];

/// The two ways of signing a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// draft-cavage-http-signatures-12, which nearly everyone speaks.
    Cavage,
    /// RFC 9421, HTTP Message Signatures.
    Rfc9421,
}

/// Which key an algorithm name asks for. Only RSA PKCS#1 v1.5 with SHA-256 and Ed25519 are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Algorithm {
    Rsa,
    Ed25519,
    /// None named, or `hs2019`: the key decides.
    ByKey,
}

/// What a request says of its own signature: read, but not yet believed.
#[derive(Clone, Debug)]
pub struct Claim {
    /// In which way it is signed.
    pub form: Form,
    /// The identifier of the key, as the sender wrote it.
    pub key_id: String,
    algorithm: Algorithm,
    /// Names of what the signature covers, in order, in lower case.
    components: Vec<String>,
    /// Seconds; a signature parameter.
    created: Option<i64>,
    /// Seconds; a signature parameter.
    expires: Option<i64>,
    /// The last line of an RFC 9421 signature base.
    params: String,
    signature: Vec<u8>,
}

/// The parts of a request that signatures speak about.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    /// The method.
    pub method: &'a Method,
    /// Path and query exactly as they arrived.
    pub path_and_query: &'a str,
    /// `https` or `http`: how others reach us, from the configuration.
    pub scheme: &'a str,
    /// Our host, with its port where it is not the usual one, from the configuration.
    pub authority: &'a str,
    /// All header fields as they arrived.
    pub headers: &'a HeaderMap,
    /// The whole body; `None` for requests without one.
    pub body: Option<&'a [u8]>,
}

impl Parts<'_> {
    /// A request that carries, or could carry, a body must cover its digest.
    fn needs_digest(&self) -> bool {
        self.body.is_some() || !(self.method == Method::GET || self.method == Method::HEAD)
    }

    fn split_target(&self) -> (&str, Option<&str>) {
        match self.path_and_query.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (self.path_and_query, None),
        }
    }
}

/// Reads what a request claims, so that the key can be looked for. Cheap, and free of anything that
/// depends on the key.
///
/// # Errors
/// 401 where there is no readable signature, 400 where fields that must be single are not.
pub fn parse(headers: &HeaderMap) -> Result<Claim, SignatureError> {
    for name in &SINGLE {
        if headers.get_all(name).iter().count() > 1 {
            return Err(Reason::Duplicate.into());
        }
    }
    digest::reject_doubles(headers)?;
    reject_other_authorization(headers)?;
    if headers.contains_key(SIGNATURE_INPUT) {
        return rfc9421::parse(headers);
    }
    if headers.get_all(SIGNATURE).iter().count() > 1 {
        return Err(Reason::Duplicate.into());
    }
    let header = headers.get(SIGNATURE).ok_or(Reason::Missing)?;
    cavage::parse(header.to_str().or(Err(Reason::Malformed))?)
}

/// The old spelling `Authorization: Signature ...` is not read, but where it stands beside a
/// `Signature` it must say the same, or some other reader would believe the other one.
fn reject_other_authorization(headers: &HeaderMap) -> Result<(), SignatureError> {
    let Some(signature) = headers.get(SIGNATURE) else {
        return Ok(());
    };
    for value in headers.get_all(AUTHORIZATION) {
        let bytes = value.as_bytes();
        let scheme = bytes.get(..10).unwrap_or_default();
        if scheme.eq_ignore_ascii_case(b"Signature ")
            && bytes.get(10..).unwrap_or_default().trim_ascii() != signature.as_bytes().trim_ascii()
        {
            return Err(Reason::Contradiction.into());
        }
    }
    Ok(())
}

/// Everything that can be judged without the key: what is covered, when it was signed, for which
/// host, and whether the digest is that of the body. Call it before fetching a key, so that a
/// request that cannot be right costs no connection.
///
/// # Errors
/// 401 with the rule that is broken.
pub fn check(claim: &Claim, parts: &Parts<'_>, now: Millis) -> Result<(), SignatureError> {
    match claim.form {
        Form::Cavage => cavage::check(claim, parts, now)?,
        Form::Rfc9421 => rfc9421::check(claim, parts, now)?,
    }
    base::right_host(parts)
}

/// Whether the holder of this key signed this request: [`check`], and then the signature itself.
///
/// # Errors
/// 401 with the rule that is broken.
pub fn verify(
    claim: &Claim,
    parts: &Parts<'_>,
    key: &PublicKey,
    now: Millis,
) -> Result<(), SignatureError> {
    check(claim, parts, now)?;
    let fits = match claim.algorithm {
        Algorithm::Rsa => key.kind() == KeyKind::Rsa,
        Algorithm::Ed25519 => key.kind() == KeyKind::Ed25519,
        Algorithm::ByKey => true,
    };
    if !fits {
        return Err(Reason::Algorithm.into());
    }
    let good = match claim.form {
        Form::Cavage => cavage::bases(claim, parts)?
            .iter()
            .any(|base| key.verify(base.as_bytes(), &claim.signature)),
        Form::Rfc9421 => key.verify(rfc9421::base(claim, parts)?.as_bytes(), &claim.signature),
    };
    if good {
        Ok(())
    } else {
        Err(Reason::Invalid.into())
    }
}

impl Claim {
    fn covers(&self, component: &str) -> bool {
        self.components.iter().any(|known| known == component)
    }

    fn must_cover(&self, component: &'static str) -> Result<(), SignatureError> {
        if self.covers(component) {
            Ok(())
        } else {
            Err(Reason::NotCovered(component).into())
        }
    }

    /// `expires` is a promise of the sender and is held to the second.
    fn reject_expired(&self, now: Millis) -> Result<(), SignatureError> {
        match self.expires {
            Some(at) if at.saturating_mul(Millis::SECOND) <= now.0 => Err(Reason::Expired.into()),
            _ => Ok(()),
        }
    }
}

/// Whether a time of signing lies in the window around now.
fn in_window(seconds: i64, now: Millis) -> Result<(), SignatureError> {
    let at = seconds.saturating_mul(Millis::SECOND);
    if at < now.0.saturating_sub(MAX_AGE) {
        Err(Reason::TooOld.into())
    } else if at > now.0.saturating_add(MAX_AHEAD) {
        Err(Reason::TooNew.into())
    } else {
        Ok(())
    }
}
