//! Digests of bodies: `Digest` (RFC 3230) beside draft-cavage and `Content-Digest` (RFC 9530) beside
//! RFC 9421. SHA-256 is required; SHA-512 is checked too where it is given.

use aws_lc_rs::digest::{self, SHA256, SHA512};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use sfv::{BareItem, Dictionary, Item, ListEntry, Parser};

use super::{CONTENT_DIGEST, DIGEST, Reason, SignatureError};

/// `SHA-256=...`, the value of a `Digest` header.
#[must_use]
pub fn digest(body: &[u8]) -> String {
    format!("SHA-256={}", sha256_base64(body))
}

/// `sha-256=:...:`, the value of a `Content-Digest` header.
#[must_use]
pub fn content_digest(body: &[u8]) -> String {
    format!("sha-256=:{}:", sha256_base64(body))
}

fn sha256_base64(body: &[u8]) -> String {
    STANDARD.encode(digest::digest(&SHA256, body))
}

/// Refuses digest headers that name one algorithm twice.
pub(super) fn reject_doubles(headers: &HeaderMap) -> Result<(), SignatureError> {
    for name in [DIGEST, CONTENT_DIGEST] {
        let Some(text) = headers.get(&name).and_then(|value| value.to_str().ok()) else {
            continue;
        };
        let mut seen = Vec::new();
        for member in text.split(',') {
            let (algorithm, _) = member.split_once('=').unwrap_or((member, ""));
            let algorithm = algorithm.trim().to_ascii_lowercase();
            if seen.contains(&algorithm) {
                return Err(Reason::Duplicate.into());
            }
            seen.push(algorithm);
        }
    }
    Ok(())
}

/// Whether the `Digest` header is that of the body.
pub(super) fn check_digest(headers: &HeaderMap, body: &[u8]) -> Result<(), SignatureError> {
    let text = headers.get(DIGEST).ok_or(Reason::NoDigest)?;
    let text = text.to_str().or(Err(Reason::NoDigest))?;
    let mut found = false;
    for member in text.split(',') {
        let (algorithm, value) = member.trim().split_once('=').ok_or(Reason::NoDigest)?;
        // The hash is compared as bytes: some senders leave the padding away.
        let given = STANDARD_LENIENT.decode(value).unwrap_or_default();
        found |= compare(algorithm, &given, body)?;
    }
    if found {
        Ok(())
    } else {
        Err(Reason::NoDigest.into())
    }
}

/// Whether the `Content-Digest` header is that of the body.
pub(super) fn check_content_digest(headers: &HeaderMap, body: &[u8]) -> Result<(), SignatureError> {
    let text = headers.get(CONTENT_DIGEST).ok_or(Reason::NoDigest)?;
    let members = Parser::new(text)
        .parse::<Dictionary>()
        .or(Err(Reason::NoDigest))?;
    let mut found = false;
    for (algorithm, member) in &members {
        let ListEntry::Item(Item {
            bare_item: BareItem::ByteSequence(given),
            ..
        }) = member
        else {
            return Err(Reason::NoDigest.into());
        };
        found |= compare(algorithm.as_str(), given, body)?;
    }
    if found {
        Ok(())
    } else {
        Err(Reason::NoDigest.into())
    }
}

/// Compares one hash. `Ok(true)` for a right SHA-256, `Ok(false)` for what does not count.
fn compare(algorithm: &str, given: &[u8], body: &[u8]) -> Result<bool, SignatureError> {
    let (function, counts) = if algorithm.eq_ignore_ascii_case("sha-256") {
        (&SHA256, true)
    } else if algorithm.eq_ignore_ascii_case("sha-512") {
        (&SHA512, false)
    } else {
        return Ok(false);
    };
    if digest::digest(function, body).as_ref() == given {
        Ok(counts)
    } else {
        Err(Reason::WrongDigest.into())
    }
}

const STANDARD_LENIENT: base64::engine::GeneralPurpose = base64::engine::GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    base64::engine::GeneralPurposeConfig::new()
        .with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent),
);

#[cfg(test)]
mod tests {
    use super::{check_content_digest, check_digest, content_digest, digest, reject_doubles};
    use crate::signature::{Reason, SignatureError};
    use http::HeaderMap;

    const BODY: &[u8] = b"{\"hello\": \"world\"}";
    // The body and hashes that RFC 9530 uses in its examples.
    const SHA256: &str = "X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=";
    const SHA512: &str =
        "WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==";

    fn with(name: &'static str, value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        headers
    }

    fn old(value: &str) -> Result<(), SignatureError> {
        check_digest(&with("digest", value), BODY)
    }

    fn new(value: &str) -> Result<(), SignatureError> {
        check_content_digest(&with("content-digest", value), BODY)
    }

    #[test]
    fn the_hashes_of_the_specification_are_ours() {
        assert_eq!(digest(BODY), format!("SHA-256={SHA256}"));
        assert_eq!(content_digest(BODY), format!("sha-256=:{SHA256}:"));
        for good in [
            format!("SHA-256={SHA256}"),
            format!("sha-256={}", SHA256.trim_end_matches('=')),
            format!("SHA-256={SHA256}, SHA-512={SHA512}"),
            format!("unixsum=30637,SHA-256={SHA256}"),
        ] {
            assert_eq!(old(&good), Ok(()), "{good}");
        }
        for good in [
            format!("sha-256=:{SHA256}:"),
            format!("sha-512=:{SHA512}:, sha-256=:{SHA256}:"),
            format!("sha-256=:{SHA256}:, unknown=:AAAA:"),
        ] {
            assert_eq!(new(&good), Ok(()), "{good}");
        }
    }

    #[test]
    fn a_wrong_or_missing_hash_is_refused() {
        let other = SHA256.replace('X', "Y");
        let wrong = Err(Reason::WrongDigest.into());
        let none = Err(Reason::NoDigest.into());
        assert_eq!(old(&format!("SHA-256={other}")), wrong);
        assert_eq!(old("SHA-256="), wrong);
        assert_eq!(old("SHA-256=%%%"), wrong);
        assert_eq!(old(&format!("SHA-256={SHA256},SHA-512={SHA256}")), wrong);
        assert_eq!(old(&format!("SHA-512={SHA512}")), none);
        assert_eq!(old("MD5=AAAA"), none);
        assert_eq!(old(""), none);
        assert_eq!(new(&format!("sha-256=:{other}:")), wrong);
        assert_eq!(new(&format!("sha-512=:{SHA512}:")), none);
        assert_eq!(new(&format!("sha-256=\"{SHA256}\"")), none);
        assert_eq!(new("sha-256"), none);
        assert_eq!(new("garbage ="), none);
        assert_eq!(check_digest(&HeaderMap::new(), BODY), none);
        assert_eq!(check_content_digest(&HeaderMap::new(), BODY), none);
    }

    #[test]
    fn an_algorithm_named_twice_is_refused() {
        let double = Err(Reason::Duplicate.into());
        for value in [
            "SHA-256=x,SHA-256=y",
            "SHA-256=x,sha-256=x",
            "a=1, b=2 ,A=3",
        ] {
            assert_eq!(reject_doubles(&with("digest", value)), double, "{value}");
        }
        let value = "sha-256=:AAAA:, sha-256=:AAAA:";
        assert_eq!(reject_doubles(&with("content-digest", value)), double);
        assert_eq!(
            reject_doubles(&with("digest", "SHA-256=x,SHA-512=y")),
            Ok(())
        );
    }
}
