//! Our own two keys: the pair by which push services know this server (VAPID, RFC 8292), and the one that
//! seals tokens. Made at the first start, kept in the database: another one would end every subscription.

use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::error::{KeyRejected, Unspecified};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use database::push::{self as rows, PushKeys};
use model::{Millis, Secret, TokenId};
use serde_json::json;
use url::Url;

use crate::context::Ctx;
use crate::error::{Error, Result};

/// Push services take proofs for a day at the most.
const PROOF: i64 = 12 * Millis::HOUR;

/// The keys, ready for use.
pub(crate) struct Keys {
    vapid: EcdsaKeyPair,
    seal: LessSafeKey,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys")
    }
}

fn broken() -> Error {
    Error::Database(database::Error::Other(
        "the keys for push messages cannot be used".to_owned(),
    ))
}

fn failed(_why: Unspecified) -> Error {
    broken()
}

/// The keys of this place; made where there are none yet.
pub(super) async fn keys(ctx: &Ctx) -> Result<Arc<Keys>> {
    if let Some(keys) = ctx.push_keys.get() {
        return Ok(Arc::clone(keys));
    }
    let found = ctx.db.read(rows::keys).await?;
    let row = match found {
        Some(row) => row,
        None => {
            let new = PushKeys {
                id: 1,
                vapid: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
                    .and_then(|pair| pair.to_pkcs8v1())
                    .map_err(failed)?
                    .as_ref()
                    .to_vec(),
                seal: ctx.random::<32>()?.to_vec(),
                created_at: ctx.now(),
            };
            // Whichever process was first: its keys are those of all.
            ctx.write(move |conn| {
                rows::put_keys(conn, &new)?;
                rows::keys(conn)?.ok_or_else(broken)
            })
            .await?
        }
    };
    let rejected = |_why: KeyRejected| broken();
    let keys = Arc::new(Keys {
        vapid: EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &row.vapid)
            .map_err(rejected)?,
        seal: LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &row.seal).map_err(failed)?),
    });
    Ok(Arc::clone(ctx.push_keys.get_or_init(|| keys)))
}

/// The public key that apps hand to their push service, as Mastodon writes it: base64 for addresses,
/// padded.
///
/// # Errors
/// The database.
pub async fn public_key(ctx: &Ctx) -> Result<String> {
    Ok(URL_SAFE.encode(keys(ctx).await?.public()))
}

impl Keys {
    /// The public half: 65 bytes.
    pub(super) fn public(&self) -> &[u8] {
        self.vapid.public_key().as_ref()
    }

    /// Seals a token for its subscription's row.
    ///
    /// Tokens are stored as hashes everywhere else. Here the token itself is needed, since apps with
    /// several accounts know by it whom a message is for. So it is stored for those alone that asked for
    /// messages, goes with the subscription, and is encrypted under a key of another table: a copy of
    /// this table alone (a dump for support, an index, a log of statements) signs nobody in. Who has the
    /// whole database has both, and could act as anyone anyway.
    pub(super) fn seal(
        &self,
        ctx: &Ctx,
        token: TokenId,
        secret: &Secret<String>,
    ) -> Result<Vec<u8>> {
        let nonce = ctx.random::<NONCE_LEN>()?;
        let mut sealed = secret.0.as_bytes().to_vec();
        self.seal
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(token.0.to_be_bytes()),
                &mut sealed,
            )
            .map_err(failed)?;
        let mut row = nonce.to_vec();
        row.append(&mut sealed);
        Ok(row)
    }

    /// Opens what was sealed for this token; nothing else opens it.
    pub(super) fn open(&self, token: TokenId, sealed: &[u8]) -> Result<Secret<String>> {
        let (nonce, rest) = sealed.split_first_chunk::<NONCE_LEN>().ok_or_else(broken)?;
        let mut text = rest.to_vec();
        let aad = Aad::from(token.0.to_be_bytes());
        let opened = self
            .seal
            .open_in_place(Nonce::assume_unique_for_key(*nonce), aad, &mut text)
            .map_err(failed)?;
        let token = String::from_utf8(opened.to_vec()).map_err(|_error| broken())?;
        Ok(Secret(token))
    }

    /// The proof of who sends, for one push service (RFC 8292, section 2).
    pub(super) fn proof(&self, ctx: &Ctx, endpoint: &Url) -> Result<String> {
        let contact = ctx.settings().contact_email.clone();
        let subject = if contact.is_empty() {
            ctx.place.base().to_owned()
        } else {
            format!("mailto:{contact}")
        };
        let claims = json!({
            "aud": endpoint.origin().ascii_serialization(),
            "exp": ctx.now().plus(PROOF).0.div_euclid(Millis::SECOND),
            "sub": subject,
        });
        let head = URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT","alg":"ES256"}"#);
        let said = format!("{head}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
        let signature = self
            .vapid
            .sign(&SystemRandom::new(), said.as_bytes())
            .map_err(failed)?;
        Ok(format!("{said}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}
