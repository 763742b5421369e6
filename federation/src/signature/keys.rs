//! Keys: RSA with PKCS#1 v1.5 and SHA-256, and Ed25519, in the spellings in which actors publish them
//! (PEM in `publicKey`, Multikey in `assertionMethod` after FEP-521a) and in which we store ours
//! (PKCS#8). A key that is too small, too large or of a weak shape does not become a [`PublicKey`].

pub mod base58;
mod der;

use std::sync::Arc;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ED25519, Ed25519KeyPair, KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_SHA256, RsaKeyPair,
};

/// Multicodec of an Ed25519 public key, as a varint.
const ED25519_CODEC: [u8; 2] = [0xed, 0x01];
/// Multicodec of an RSA public key in PKCS#1, as a varint.
const RSA_CODEC: [u8; 2] = [0x85, 0x24];
/// The largest RSA key in PEM is below 2 kB.
const MAX_TEXT: usize = 8 * 1024;

/// Why a key is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not a key in any spelling that we know.
    #[error("the key cannot be read")]
    Malformed,
    /// A key of a kind that is not used here.
    #[error("keys of this kind are not used")]
    Kind,
    /// An RSA key below 2048 or above 8192 bits.
    #[error("the RSA key is too small or too large")]
    Size,
    /// An RSA exponent or an Ed25519 point with which anybody could sign.
    #[error("the key is weak")]
    Weak,
    /// The cryptographic library failed to make or use a key.
    #[error("the key could not be used")]
    Unusable,
}

/// The two kinds of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// RSA, 2048 to 8192 bits.
    Rsa,
    /// Ed25519.
    Ed25519,
}

/// A public key, parsed once. Clones share it.
#[derive(Clone)]
pub struct PublicKey(Arc<Public>);

struct Public {
    kind: KeyKind,
    /// PKCS#1 for RSA, the 32 bytes of the point for Ed25519.
    bytes: Vec<u8>,
    parsed: ParsedPublicKey,
}

impl PublicKey {
    /// From PEM, as `publicKey.publicKeyPem` carries it: SPKI or PKCS#1, whichever label it has.
    ///
    /// # Errors
    /// The reason for which the key is not accepted.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        Self::from_der(&der::from_pem(pem, MAX_TEXT).ok_or(KeyError::Malformed)?)
    }

    /// From DER: SPKI or PKCS#1.
    ///
    /// # Errors
    /// The reason for which the key is not accepted.
    pub fn from_der(bytes: &[u8]) -> Result<Self, KeyError> {
        match der::subject_public_key(bytes) {
            Some((der::RSA_OID, key)) => Self::rsa(key),
            Some((der::ED25519_OID, key)) => Self::from_ed25519(key),
            Some(_) => Err(KeyError::Kind),
            None => Self::rsa(bytes),
        }
    }

    /// From a Multikey's `publicKeyMultibase`: `z6Mk...` for Ed25519, `z4MX...` for RSA.
    ///
    /// # Errors
    /// The reason for which the key is not accepted.
    pub fn from_multikey(text: &str) -> Result<Self, KeyError> {
        if text.len() > MAX_TEXT {
            return Err(KeyError::Malformed);
        }
        let encoded = text.strip_prefix('z').ok_or(KeyError::Malformed)?;
        let bytes = base58::decode(encoded).ok_or(KeyError::Malformed)?;
        match bytes.split_first_chunk::<2>() {
            Some((&ED25519_CODEC, key)) => Self::from_ed25519(key),
            Some((&RSA_CODEC, key)) => Self::rsa(key),
            Some(_) => Err(KeyError::Kind),
            None => Err(KeyError::Malformed),
        }
    }

    /// From the 32 bytes of an Ed25519 public key.
    ///
    /// # Errors
    /// The reason for which the key is not accepted.
    pub fn from_ed25519(bytes: &[u8]) -> Result<Self, KeyError> {
        let point: &[u8; 32] = bytes.try_into().or(Err(KeyError::Malformed))?;
        if is_weak_point(point) {
            return Err(KeyError::Weak);
        }
        let parsed = ParsedPublicKey::new(&ED25519, point).or(Err(KeyError::Malformed))?;
        Ok(Self::of(KeyKind::Ed25519, bytes, parsed))
    }

    fn rsa(pkcs1: &[u8]) -> Result<Self, KeyError> {
        let (modulus, exponent) = der::rsa_numbers(pkcs1).ok_or(KeyError::Malformed)?;
        if !(2048..=8192).contains(&der::bits(modulus)) {
            return Err(KeyError::Size);
        }
        let odd = |number: &[u8]| number.last().is_some_and(|byte| byte % 2 == 1);
        if !odd(exponent) || exponent == [1] || !odd(modulus) {
            return Err(KeyError::Weak);
        }
        let parsed = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pkcs1)
            .or(Err(KeyError::Malformed))?;
        Ok(Self::of(KeyKind::Rsa, pkcs1, parsed))
    }

    fn of(kind: KeyKind, bytes: &[u8], parsed: ParsedPublicKey) -> Self {
        let bytes = bytes.to_vec();
        Self(Arc::new(Public {
            kind,
            bytes,
            parsed,
        }))
    }

    /// Of which kind it is.
    #[must_use]
    pub fn kind(&self) -> KeyKind {
        self.0.kind
    }

    /// As DER (SPKI), the form to store.
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        match self.0.kind {
            KeyKind::Rsa => der::rsa_to_spki(&self.0.bytes),
            KeyKind::Ed25519 => der::ed25519_to_spki(&self.0.bytes),
        }
    }

    /// As PEM (SPKI), for `publicKey.publicKeyPem`.
    #[must_use]
    pub fn to_pem(&self) -> String {
        der::to_pem("PUBLIC KEY", &self.to_der())
    }

    /// As a Multikey's `publicKeyMultibase` (FEP-521a).
    #[must_use]
    pub fn to_multikey(&self) -> String {
        let codec = match self.0.kind {
            KeyKind::Rsa => RSA_CODEC,
            KeyKind::Ed25519 => ED25519_CODEC,
        };
        let bytes = [&codec[..], &self.0.bytes].concat();
        format!("z{}", base58::encode(&bytes))
    }

    /// Whether `signature` is this key's for `message`.
    #[must_use]
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.parsed.verify_sig(message, signature).is_ok()
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.kind == other.0.kind && self.0.bytes == other.0.bytes
    }
}

impl Eq for PublicKey {}

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PublicKey({:?})", self.0.kind)
    }
}

/// A private key, parsed once: parsing an RSA key costs as much as signing with it. Clones share it,
/// and its debug form shows nothing.
#[derive(Clone)]
pub struct PrivateKey(Arc<Private>);

enum Private {
    Rsa(RsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl PrivateKey {
    /// A new RSA key of 2048 bits. Takes some 75 ms of processor time: not for the async threads.
    ///
    /// # Errors
    /// [`KeyError::Unusable`] where the library fails.
    pub fn generate_rsa() -> Result<Self, KeyError> {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).or(Err(KeyError::Unusable))?;
        Ok(Self(Arc::new(Private::Rsa(pair))))
    }

    /// A new Ed25519 key.
    ///
    /// # Errors
    /// [`KeyError::Unusable`] where the library fails.
    pub fn generate_ed25519() -> Result<Self, KeyError> {
        let pair = Ed25519KeyPair::generate().or(Err(KeyError::Unusable))?;
        Ok(Self(Arc::new(Private::Ed25519(pair))))
    }

    /// The Ed25519 key of a seed.
    ///
    /// # Errors
    /// [`KeyError::Unusable`] where the library fails.
    pub fn ed25519_from_seed(seed: &[u8; 32]) -> Result<Self, KeyError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).or(Err(KeyError::Unusable))?;
        Ok(Self(Arc::new(Private::Ed25519(pair))))
    }

    /// From PKCS#8 in DER, the form in which keys are stored.
    ///
    /// # Errors
    /// [`KeyError::Malformed`] for anything else.
    pub fn from_pkcs8(bytes: &[u8]) -> Result<Self, KeyError> {
        if let Ok(pair) = Ed25519KeyPair::from_pkcs8_maybe_unchecked(bytes) {
            return Ok(Self(Arc::new(Private::Ed25519(pair))));
        }
        let pair = RsaKeyPair::from_pkcs8(bytes).or(Err(KeyError::Malformed))?;
        Ok(Self(Arc::new(Private::Rsa(pair))))
    }

    /// As PKCS#8 in DER.
    ///
    /// # Errors
    /// [`KeyError::Unusable`] where the library fails.
    pub fn to_pkcs8(&self) -> Result<Vec<u8>, KeyError> {
        let der: Pkcs8V1Der<'_> = match &*self.0 {
            Private::Rsa(pair) => pair.as_der(),
            Private::Ed25519(pair) => pair.as_der(),
        }
        .or(Err(KeyError::Unusable))?;
        Ok(der.as_ref().to_vec())
    }

    /// Of which kind it is.
    #[must_use]
    pub fn kind(&self) -> KeyKind {
        match &*self.0 {
            Private::Rsa(_) => KeyKind::Rsa,
            Private::Ed25519(_) => KeyKind::Ed25519,
        }
    }

    /// Its public half.
    ///
    /// # Errors
    /// The reason for which such a key is not accepted.
    pub fn public_key(&self) -> Result<PublicKey, KeyError> {
        match &*self.0 {
            Private::Rsa(pair) => PublicKey::rsa(pair.public_key().as_ref()),
            Private::Ed25519(pair) => PublicKey::from_ed25519(pair.public_key().as_ref()),
        }
    }

    /// Signs a message: RSA PKCS#1 v1.5 with SHA-256, or Ed25519.
    ///
    /// # Errors
    /// [`KeyError::Unusable`] where the library fails.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        match &*self.0 {
            Private::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(
                    &RSA_PKCS1_SHA256,
                    &SystemRandom::new(),
                    message,
                    &mut signature,
                )
                .or(Err(KeyError::Unusable))?;
                Ok(signature)
            }
            Private::Ed25519(pair) => Ok(pair.sign(message).as_ref().to_vec()),
        }
    }
}

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PrivateKey({:?})", self.kind())
    }
}

/// The y coordinates, with the sign bit cleared, of the points whose order divides 8 and that are
/// below the field's prime. For such a key a signature can be made without any secret.
const SMALL_ORDER: [[u8; 32]; 5] = [
    [0; 32],
    {
        let mut one = [0; 32];
        one[0] = 1;
        one
    },
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98,
        0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53,
        0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67,
        0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac,
        0x03, 0x7a,
    ],
    {
        let mut minus_one = [0xff; 32];
        minus_one[0] = 0xec;
        minus_one[31] = 0x7f;
        minus_one
    },
];

/// Small order, or a coordinate that is not below the prime 2^255 - 19 (which no honest software
/// writes, and which covers the second spellings of the small points).
fn is_weak_point(point: &[u8; 32]) -> bool {
    let mut y = *point;
    let [low, middle @ .., high] = &mut y;
    *high &= 0x7f;
    let not_reduced = *low >= 0xed && middle.iter().all(|byte| *byte == 0xff) && *high == 0x7f;
    not_reduced || SMALL_ORDER.contains(&y)
}

#[cfg(test)]
mod tests;
