//! The little of DER and PEM that public keys need: finding the key inside SPKI (RFC 5280) and the
//! two numbers inside PKCS#1 (RFC 8017), and writing SPKI. Private keys are read by aws-lc-rs.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// 1.2.840.113549.1.1.1, rsaEncryption.
pub(super) const RSA_OID: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
/// 1.3.101.112, Ed25519 (RFC 8410).
pub(super) const ED25519_OID: &[u8] = &[0x2b, 0x65, 0x70];

pub(super) const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const NULL: u8 = 0x05;
const OID: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;

/// The bytes of the first PEM block whose label ends in `PUBLIC KEY`. Tolerant of spaces, missing
/// line ends and `\r`, which other software produces.
pub(super) fn from_pem(text: &str, max: usize) -> Option<Vec<u8>> {
    if text.len() > max {
        return None;
    }
    let (_, after) = text.split_once("-----BEGIN ")?;
    let (label, after) = after.split_once("-----")?;
    if label != "PUBLIC KEY" && label != "RSA PUBLIC KEY" {
        return None;
    }
    let (body, after) = after.split_once("-----END ")?;
    let after = after.strip_prefix(label)?;
    if !after.starts_with("-----") {
        return None;
    }
    let body: String = body.split_ascii_whitespace().collect();
    STANDARD.decode(body).ok()
}

/// PEM with lines of 64 characters.
pub(super) fn to_pem(label: &str, der: &[u8]) -> String {
    let mut pem = format!("-----BEGIN {label}-----\n");
    for (index, character) in STANDARD.encode(der).chars().enumerate() {
        if index > 0 && index % 64 == 0 {
            pem.push('\n');
        }
        pem.push(character);
    }
    pem.push_str(&format!("\n-----END {label}-----\n"));
    pem
}

/// One value of a tag, and what follows it.
fn take(tag: u8, input: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&found, rest) = input.split_first()?;
    if found != tag {
        return None;
    }
    let (&first, rest) = rest.split_first()?;
    if first < 0x80 {
        return rest.split_at_checked(usize::from(first));
    }
    let (length, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
    // Two bytes of length suffice for any key; a leading zero or a needless long form is not DER.
    let length = match *length {
        [one] if one >= 0x80 => usize::from(one),
        [high, low] if high > 0 => usize::from(u16::from_be_bytes([high, low])),
        _ => return None,
    };
    rest.split_at_checked(length)
}

/// One value that fills its input.
fn only(tag: u8, input: &[u8]) -> Option<&[u8]> {
    take(tag, input).and_then(|(value, rest)| rest.is_empty().then_some(value))
}

/// The algorithm and the key of a `SubjectPublicKeyInfo`.
pub(super) fn subject_public_key(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (algorithm, rest) = take(SEQUENCE, only(SEQUENCE, der)?)?;
    let (oid, _) = take(OID, algorithm)?;
    match only(BIT_STRING, rest)?.split_first() {
        Some((0, key)) => Some((oid, key)),
        _ => None,
    }
}

/// Modulus and exponent of an `RSAPublicKey`, without leading zeros.
pub(super) fn rsa_numbers(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (modulus, rest) = take(INTEGER, only(SEQUENCE, der)?)?;
    let exponent = only(INTEGER, rest)?;
    Some((positive(modulus)?, positive(exponent)?))
}

fn positive(integer: &[u8]) -> Option<&[u8]> {
    match integer {
        [0, rest @ ..] if rest.first().is_some_and(|byte| *byte >= 0x80) => Some(rest),
        [first, ..] if (1..0x80).contains(first) => Some(integer),
        _ => None,
    }
}

/// How many bits a number without leading zeros has.
pub(super) fn bits(number: &[u8]) -> usize {
    let leading = number.first().map_or(0, |byte| byte.leading_zeros());
    number.len() * 8 - usize::try_from(leading).unwrap_or(0)
}

/// SPKI around a PKCS#1 key.
pub(super) fn rsa_to_spki(pkcs1: &[u8]) -> Vec<u8> {
    let algorithm = [put(OID, RSA_OID), put(NULL, &[])].concat();
    spki(&algorithm, pkcs1)
}

/// SPKI around the 32 bytes of an Ed25519 key.
pub(super) fn ed25519_to_spki(key: &[u8]) -> Vec<u8> {
    spki(&put(OID, ED25519_OID), key)
}

fn spki(algorithm: &[u8], key: &[u8]) -> Vec<u8> {
    let key = [&[0], key].concat();
    let inner = [put(SEQUENCE, algorithm), put(BIT_STRING, &key)].concat();
    put(SEQUENCE, &inner)
}

/// Keys are shorter than 64 kB, so three forms of length are enough.
pub(super) fn put(tag: u8, value: &[u8]) -> Vec<u8> {
    let [.., high, low] = value.len().to_be_bytes();
    let mut out = match (high, low) {
        (0, 0..0x80) => vec![tag, low],
        (0, _) => vec![tag, 0x81, low],
        _ => vec![tag, 0x82, high, low],
    };
    out.extend_from_slice(value);
    out
}
