//! Keys in all their spellings, and those that are refused.

use std::iter::repeat_n;

use proptest::prelude::{any, proptest};

use super::{KeyError, KeyKind, PrivateKey, PublicKey, base58, der};

/// One key in the two spellings that actors publish; made for this test with openssl.
const SPKI: &str = "-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAyFKyB1LoyBPlOH26pyvn
LNipl7Iz3ikc9holfx2LNKlNrOfbdRClqkpdEfqJDbhrRV7SpDvvxB9mPEePx25B
g3W1PuWsFbxbEobw+AKJp6SRlw1Vw2Ozvkml+18zxT4nV866G555cqrprSKLrpJh
Bh4paNjGJZ5oStW1i/3j+mZee4I/lwlkYvnahn4ZCmlBRIozDhkyEMr/J5yhF0v8
WAMsDOTJbdPh9nMONED+5VuyO5cDh3j7KPYrpwrGD3t3AlHljyiKxTRXSHML4Max
BIewIxX5WF649BQ30ZiT36oIpyakKcOUZ050rVMAsKF6atjwKfL0IKJ8jp/gI9YU
zwIDAQAB
-----END PUBLIC KEY-----
";
const PKCS1: &str = "-----BEGIN RSA PUBLIC KEY-----
MIIBCgKCAQEAyFKyB1LoyBPlOH26pyvnLNipl7Iz3ikc9holfx2LNKlNrOfbdRCl
qkpdEfqJDbhrRV7SpDvvxB9mPEePx25Bg3W1PuWsFbxbEobw+AKJp6SRlw1Vw2Oz
vkml+18zxT4nV866G555cqrprSKLrpJhBh4paNjGJZ5oStW1i/3j+mZee4I/lwlk
Yvnahn4ZCmlBRIozDhkyEMr/J5yhF0v8WAMsDOTJbdPh9nMONED+5VuyO5cDh3j7
KPYrpwrGD3t3AlHljyiKxTRXSHML4MaxBIewIxX5WF649BQ30ZiT36oIpyakKcOU
Z050rVMAsKF6atjwKfL0IKJ8jp/gI9YUzwIDAQAB
-----END RSA PUBLIC KEY-----
";
/// A key on the curve P-256.
const ELLIPTIC: &str = "-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEOIgVtH8jFb6oNqWyevWrAn2MZgO3
jElfGQpFpISGoRPgP4s3nepUwJiF3olbSh2CSRfft0Z3kpVrqjjSA9HEJQ==
-----END PUBLIC KEY-----
";

/// A PKCS#1 key with a modulus of so many bits, all ones, and this exponent.
fn rsa(bits: usize, exponent: &[u8]) -> Vec<u8> {
    let modulus: Vec<u8> = std::iter::once(0).chain(repeat_n(0xff, bits / 8)).collect();
    let numbers = [
        der::put(der::INTEGER, &modulus),
        der::put(der::INTEGER, exponent),
    ];
    der::put(der::SEQUENCE, &numbers.concat())
}

#[test]
fn both_spellings_of_an_rsa_key_are_the_same_key() {
    let key = PublicKey::from_pem(SPKI).unwrap();
    assert_eq!(key.kind(), KeyKind::Rsa);
    assert_eq!(PublicKey::from_pem(PKCS1).unwrap(), key);
    assert_eq!(key.to_pem(), SPKI);
    assert_eq!(PublicKey::from_der(&key.to_der()).unwrap(), key);
    let multikey = key.to_multikey();
    assert!(multikey.starts_with("z4MX"), "{multikey}");
    assert_eq!(PublicKey::from_multikey(&multikey).unwrap(), key);
}

#[test]
fn sloppy_but_clear_pem_is_read() {
    let one_line = SPKI.replace('\n', " ");
    let windows = SPKI.replace('\n', "\r\n");
    let wrong_label = SPKI.replace("PUBLIC KEY", "RSA PUBLIC KEY");
    let surrounded = format!("  {SPKI}\n\n");
    for pem in [one_line, windows, wrong_label, surrounded] {
        assert!(PublicKey::from_pem(&pem).is_ok(), "{pem}");
    }
}

#[test]
fn an_ed25519_key_has_a_multikey_and_a_pem() {
    let key = PrivateKey::ed25519_from_seed(&[1; 32]).unwrap();
    let public = key.public_key().unwrap();
    let multikey = public.to_multikey();
    assert!(multikey.starts_with("z6Mk"), "{multikey}");
    assert_eq!(PublicKey::from_multikey(&multikey).unwrap(), public);
    assert_eq!(PublicKey::from_pem(&public.to_pem()).unwrap(), public);
    assert_eq!(public.kind(), KeyKind::Ed25519);
}

#[test]
fn private_keys_survive_storage_and_show_nothing() {
    for key in [
        PrivateKey::generate_rsa().unwrap(),
        PrivateKey::generate_ed25519().unwrap(),
    ] {
        let stored = key.to_pkcs8().unwrap();
        let read = PrivateKey::from_pkcs8(&stored).unwrap();
        assert_eq!(read.kind(), key.kind());
        let public = key.public_key().unwrap();
        assert_eq!(read.public_key().unwrap(), public);
        let signature = read.sign(b"message").unwrap();
        assert!(public.verify(b"message", &signature));
        assert!(!public.verify(b"massage", &signature));
        assert_eq!(format!("{key:?}"), format!("PrivateKey({:?})", key.kind()));
    }
    assert_eq!(
        PrivateKey::from_pkcs8(b"nonsense").unwrap_err(),
        KeyError::Malformed
    );
}

#[test]
fn rsa_keys_of_the_wrong_size_or_shape_are_refused() {
    let e = [1, 0, 1];
    let table = [
        (rsa(512, &e), KeyError::Size),
        (rsa(1024, &e), KeyError::Size),
        (rsa(2040, &e), KeyError::Size),
        (rsa(8200, &e), KeyError::Size),
        (rsa(16_384, &e), KeyError::Size),
        (rsa(2048, &[1]), KeyError::Weak),
        (rsa(2048, &[2]), KeyError::Weak),
        (rsa(2048, &[1, 0, 0]), KeyError::Weak),
        (rsa(2048, &[0]), KeyError::Malformed),
        (rsa(2048, &[0, 1]), KeyError::Malformed),
        (rsa(2048, &[0xff]), KeyError::Malformed),
        (rsa(2048, &[]), KeyError::Malformed),
    ];
    for (key, why) in table {
        assert_eq!(PublicKey::from_der(&key), Err(why));
        assert_eq!(PublicKey::from_der(&der::rsa_to_spki(&key)), Err(why));
    }
    for bits in [2048, 4096, 8192] {
        assert!(PublicKey::from_der(&rsa(bits, &e)).is_ok(), "{bits}");
    }
}

#[test]
fn points_of_small_order_are_refused_in_every_spelling() {
    let minus = |low: u8| {
        let mut point = [0xff; 32];
        point[0] = low;
        point[31] = 0x7f;
        point
    };
    let mut weak = super::SMALL_ORDER.to_vec();
    weak.extend([minus(0xed), minus(0xee), minus(0xff)]);
    for mut point in weak {
        for sign in [0, 0x80] {
            point[31] |= sign;
            assert_eq!(PublicKey::from_ed25519(&point), Err(KeyError::Weak));
            let multikey = format!("z{}", base58::encode(&[&[0xed, 1], &point[..]].concat()));
            assert_eq!(PublicKey::from_multikey(&multikey), Err(KeyError::Weak));
        }
    }
}

#[test]
fn what_is_no_key_is_refused() {
    assert_eq!(PublicKey::from_pem(ELLIPTIC), Err(KeyError::Kind));
    let key = PrivateKey::generate_ed25519().unwrap();
    let secret = der::to_pem("PRIVATE KEY", &key.to_pkcs8().unwrap());
    let long = format!("{}{SPKI}", " ".repeat(10_000));
    for pem in [
        "",
        "key",
        &secret,
        &long,
        SPKI.split_at(200).0,
        &SPKI.replace("MIIB", "MIIC"),
    ] {
        assert_eq!(PublicKey::from_pem(pem), Err(KeyError::Malformed), "{pem}");
    }
    let multikey = key.public_key().unwrap().to_multikey();
    for text in [
        "",
        "z",
        "zz",
        "u6Mk",
        multikey.split_at(1).1,
        "z6Mk0",
        &"z".repeat(9000),
    ] {
        assert!(PublicKey::from_multikey(text).is_err(), "{text}");
    }
    assert!(PublicKey::from_multikey(multikey.split_at(20).0).is_err());
}

proptest! {
    #[test]
    fn no_bytes_break_the_readers(bytes in proptest::collection::vec(any::<u8>(), 0..400), text in any::<String>()) {
        let _ = PublicKey::from_der(&bytes);
        let _ = PublicKey::from_ed25519(&bytes);
        let _ = PublicKey::from_multikey(&format!("z{}", base58::encode(&bytes)));
        let _ = PublicKey::from_pem(&text);
        let _ = PublicKey::from_pem(&der::to_pem("PUBLIC KEY", &bytes));
    }

    #[test]
    fn no_broken_key_breaks_the_reader(at in 0usize..294, byte in any::<u8>()) {
        let mut bytes = PublicKey::from_pem(SPKI).unwrap().to_der();
        bytes[at] = byte;
        let _ = PublicKey::from_der(&bytes);
    }
}
