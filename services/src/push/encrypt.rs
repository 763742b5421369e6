//! A message for one app, encrypted as RFC 8291 says (`aes128gcm`) or as its fourth draft said (`aesgcm`,
//! with draft 3 of the content encoding): which mastodon-ios and older apps still read. ECDH on P-256,
//! HKDF with SHA-256, AES-128-GCM in one record. No I/O, no randomness of its own.

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};

use crate::error::{Error, Result};

/// What push services take at least (RFC 8030, section 7.2), and most take no more.
const LARGEST: usize = 4096;
/// The bytes of `aes128gcm`'s header with a key of P-256: salt, record size, length and key.
const HEADER: usize = 16 + 4 + 1 + 65;
/// What encryption adds: the mark of padding and the tag.
const ADDED: usize = 2 + 16;
/// The largest message in either encoding.
pub(super) const MOST: usize = LARGEST - HEADER - ADDED;

/// The two things by which an app reads what nobody else can.
#[derive(Clone, Copy)]
pub(super) struct App<'a> {
    pub(super) p256dh: &'a [u8],
    pub(super) auth: &'a [u8],
}

/// What is chosen anew for each message.
pub(super) struct Fresh {
    private: PrivateKey,
    public: Vec<u8>,
    salt: [u8; 16],
}

/// A body of the draft, with what its headers tell.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) body: Vec<u8>,
    pub(super) salt: [u8; 16],
    pub(super) public: Vec<u8>,
}

/// A length for HKDF.
struct Bytes(usize);

impl KeyType for Bytes {
    fn len(&self) -> usize {
        self.0
    }
}

fn failed(_why: Unspecified) -> Error {
    Error::Database(database::Error::Other(
        "a push message could not be encrypted".to_owned(),
    ))
}

impl Fresh {
    /// A new key, and the salt that was drawn for it.
    pub(super) fn new(salt: [u8; 16]) -> Result<Self> {
        let private = PrivateKey::generate(&ECDH_P256).map_err(failed)?;
        Self::with(private, salt)
    }

    /// A known key.
    fn with(private: PrivateKey, salt: [u8; 16]) -> Result<Self> {
        let public = private.compute_public_key().map_err(failed)?;
        Ok(Self {
            private,
            public: public.as_ref().to_vec(),
            salt,
        })
    }

    fn shared(&self, app: App<'_>) -> Result<Vec<u8>> {
        let theirs = UnparsedPublicKey::new(&ECDH_P256, app.p256dh);
        agree(&self.private, theirs, Unspecified, |secret| {
            Ok(secret.to_vec())
        })
        .map_err(failed)
    }
}

/// Is this a point on the curve? What is none could never be written to.
pub(super) fn check(p256dh: &[u8]) -> Result<()> {
    let trial = Fresh::new([0; 16])?;
    let auth = [0; 16];
    let app = App {
        p256dh,
        auth: &auth,
    };
    trial.shared(app).map(drop).map_err(|_not_on_the_curve| {
        Error::invalid("p256dh", "ERR_INVALID", "this is no key of a push app")
    })
}

fn expand<const N: usize>(prk: &Prk, info: &[&[u8]]) -> Result<[u8; N]> {
    let mut bytes = [0; N];
    prk.expand(info, Bytes(N))
        .and_then(|key| key.fill(&mut bytes))
        .map_err(failed)?;
    Ok(bytes)
}

fn seal(key: &[u8; 16], nonce: [u8; NONCE_LEN], mut text: Vec<u8>) -> Result<Vec<u8>> {
    let key = UnboundKey::new(&AES_128_GCM, key).map_err(failed)?;
    LessSafeKey::new(key)
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut text)
        .map_err(failed)?;
    Ok(text)
}

fn fits(message: &[u8]) -> Result<()> {
    if message.len() > MOST {
        return Err(Error::LimitExceeded("this is too long for a push message"));
    }
    Ok(())
}

/// RFC 8291: the body holds all that the app needs.
pub(super) fn standard(app: App<'_>, fresh: &Fresh, message: &[u8]) -> Result<Vec<u8>> {
    fits(message)?;
    let shared = Salt::new(HKDF_SHA256, app.auth).extract(&fresh.shared(app)?);
    let info: [&[u8]; 3] = [b"WebPush: info\0", app.p256dh, &fresh.public];
    let secret: [u8; 32] = expand(&shared, &info)?;
    let prk = Salt::new(HKDF_SHA256, &fresh.salt).extract(&secret);
    let key = expand(&prk, &[b"Content-Encoding: aes128gcm\0"])?;
    let nonce = expand(&prk, &[b"Content-Encoding: nonce\0"])?;
    // The mark of the last record stands behind the text.
    let mut text = message.to_vec();
    text.push(2);
    let mut body = Vec::with_capacity(HEADER + text.len() + ADDED);
    body.extend_from_slice(&fresh.salt);
    body.extend_from_slice(&4096_u32.to_be_bytes());
    body.extend(u8::try_from(fresh.public.len()));
    body.extend_from_slice(&fresh.public);
    body.extend(seal(&key, nonce, text)?);
    Ok(body)
}

/// The fourth draft (draft-ietf-webpush-encryption-04): salt and key stand in headers.
pub(super) fn draft(app: App<'_>, fresh: &Fresh, message: &[u8]) -> Result<Draft> {
    fits(message)?;
    let shared = Salt::new(HKDF_SHA256, app.auth).extract(&fresh.shared(app)?);
    let secret: [u8; 32] = expand(&shared, &[b"Content-Encoding: auth\0"])?;
    let prk = Salt::new(HKDF_SHA256, &fresh.salt).extract(&secret);
    let length = |key: &[u8]| u16::try_from(key.len()).unwrap_or_default().to_be_bytes();
    let (theirs, ours) = (length(app.p256dh), length(&fresh.public));
    let context: [&[u8]; 5] = [b"P-256\0", &theirs, app.p256dh, &ours, &fresh.public];
    let info =
        |word: &'static [u8]| -> Vec<&[u8]> { std::iter::once(word).chain(context).collect() };
    let key = expand(&prk, &info(b"Content-Encoding: aesgcm\0"))?;
    let nonce = expand(&prk, &info(b"Content-Encoding: nonce\0"))?;
    // The length of the padding, of which there is none, stands before the text.
    let mut text = vec![0, 0];
    text.extend_from_slice(message);
    Ok(Draft {
        body: seal(&key, nonce, text)?,
        salt: fresh.salt,
        public: fresh.public.clone(),
    })
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn b64(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    fn salt(text: &str) -> [u8; 16] {
        b64(text).try_into().unwrap()
    }

    #[test]
    fn the_example_of_the_rfc_comes_out_byte_for_byte() {
        // RFC 8291, section 5 and appendix A.
        let private = b64("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw");
        let private = PrivateKey::from_private_key(&ECDH_P256, &private).unwrap();
        let fresh = Fresh::with(private, salt("DGv6ra1nlYgDCS1FRnbzlw")).unwrap();
        let p256dh = b64(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        );
        let auth = b64("BTBZMqHH6r4Tts7J_aSIgg");
        let app = App {
            p256dh: &p256dh,
            auth: &auth,
        };
        let body = standard(app, &fresh, b"When I grow up, I want to be a watermelon").unwrap();
        assert_eq!(
            URL_SAFE_NO_PAD.encode(body),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml\
             mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT\
             pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        );
    }

    #[test]
    fn the_example_of_the_draft_comes_out_byte_for_byte() {
        // draft-ietf-webpush-encryption-04, section 5 and appendix A.
        let private = b64("nCScek-QpEjmOOlT-rQ38nZzvdPlqa00Zy0i6m2OJvY");
        let private = PrivateKey::from_private_key(&ECDH_P256, &private).unwrap();
        let fresh = Fresh::with(private, salt("lngarbyKfMoi9Z75xYXmkg")).unwrap();
        let p256dh = b64(
            "BCEkBjzL8Z3C-oi2Q7oE5t2Np-p7osjGLg93qUP0wvqRT21EEWyf0cQDQcakQMqz4hQKYOQ3il2nNZct4HgAUQU",
        );
        let auth = b64("R29vIGdvbyBnJyBqb29iIQ");
        let app = App {
            p256dh: &p256dh,
            auth: &auth,
        };
        let made = draft(app, &fresh, b"I am the walrus").unwrap();
        assert_eq!(
            URL_SAFE_NO_PAD.encode(made.body),
            "6nqAQUME8hNqw5J3kl8cpVVJylXKYqZOeseZG8UueKpA"
        );
    }

    #[test]
    fn what_is_no_key_and_what_is_too_long_is_refused() {
        assert!(check(&[4; 65]).is_err());
        assert!(check(&[]).is_err());
        let fresh = Fresh::new([0; 16]).unwrap();
        let key = fresh.public.clone();
        check(&key).unwrap();
        let app = App {
            p256dh: &key,
            auth: &[0; 16],
        };
        let longest = standard(app, &fresh, &vec![b'a'; MOST]).unwrap();
        assert!(longest.len() <= LARGEST);
        assert!(draft(app, &fresh, &vec![b'a'; MOST]).unwrap().body.len() <= LARGEST);
        assert!(standard(app, &fresh, &vec![b'a'; MOST + 1]).is_err());
    }
}
