//! The two keys that every actor of ours has from its first day: RSA for requests, Ed25519 for proofs.
//! How they are used is known to `federation` alone.

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use database::accounts::Account;
use database::actor_keys::{self, ActorKey};

use crate::context::Ctx;
use crate::error::{Error, Result};

/// Both key pairs in DER.
pub(crate) struct Keys {
    rsa_private: Vec<u8>,
    rsa_public: Vec<u8>,
    ed25519_private: Vec<u8>,
    ed25519_public: Vec<u8>,
}

/// Makes both; RSA takes a tenth of a second of work, so it happens beside the runtime.
pub(crate) async fn generate() -> Result<Keys> {
    tokio::task::spawn_blocking(|| {
        let rsa = RsaKeyPair::generate(KeySize::Rsa2048)?;
        let rsa_private: Pkcs8V1Der<'_> = rsa.as_der()?;
        let rsa_public: PublicKeyX509Der<'_> = rsa.public_key().as_der()?;
        let ed25519 = Ed25519KeyPair::generate()?;
        let ed25519_private: Pkcs8V1Der<'_> = ed25519.as_der()?;
        Ok::<_, aws_lc_rs::error::Unspecified>(Keys {
            rsa_private: rsa_private.as_ref().to_vec(),
            rsa_public: rsa_public.as_ref().to_vec(),
            ed25519_private: ed25519_private.as_ref().to_vec(),
            ed25519_public: ed25519.public_key().as_ref().to_vec(),
        })
    })
    .await
    .ok()
    .and_then(std::result::Result::ok)
    .ok_or_else(|| Error::Database(database::Error::Other("no keys could be made".to_owned())))
}

impl Keys {
    /// As the rows of this account.
    pub(crate) fn into_rows(self, ctx: &Ctx, account: &Account) -> Vec<ActorKey> {
        let row = |uri, kind, public_der, private_der| ActorKey {
            id: ctx.id(),
            account_id: account.id,
            uri,
            kind,
            public_der,
            private_der: Some(private_der),
            fetched_at: ctx.now(),
        };
        vec![
            row(
                ctx.place.rsa_key_uri(&account.uri),
                actor_keys::RSA,
                self.rsa_public,
                self.rsa_private,
            ),
            row(
                ctx.place.ed25519_key_uri(&account.uri),
                actor_keys::ED25519,
                self.ed25519_public,
                self.ed25519_private,
            ),
        ]
    }
}
