//! Our own keys: loaded from the database, parsed once, kept for a while, and put into the hands that
//! sign requests and documents. The keys of others are elsewhere.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use database::accounts;
use database::actor_keys::{self, ActorKey};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use model::{AccountId, AccountKind};
use serde_json::Value;
use services::Ctx;
use tokio::sync::{OnceCell, Semaphore};
use url::Url;

use crate::engine::Federation;
use crate::error::{Error, Result};
use crate::signature::sign::Signer;
use crate::signature::{Form, KeyKind, PrivateKey, PublicKey, proof};

/// A parsed RSA key takes about 5 kB; so many are kept.
const KEPT: u64 = 2_000;
/// A key that was replaced on the command line is noticed after this.
const KEPT_FOR: Duration = Duration::from_secs(10 * 60);

/// The parsed keys, and the bound on how many threads sign at the same time.
#[derive(Debug)]
pub struct Keyring {
    parsed: moka::sync::Cache<AccountId, Arc<OwnKeys>>,
    server: OnceCell<AccountId>,
    /// RSA is the one expensive part of a delivery: as many at a time as there are cores.
    cores: Arc<Semaphore>,
}

impl Default for Keyring {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            parsed: moka::sync::Cache::builder()
                .max_capacity(KEPT)
                .time_to_live(KEPT_FOR)
                .build(),
            server: OnceCell::new(),
            cores: Arc::new(Semaphore::new(cores)),
        }
    }
}

/// One key of ours with the address under which others find its public half.
#[derive(Clone, Debug)]
pub struct OwnKey {
    /// `…#main-key` or `…#ed25519-key`.
    pub id: String,
    /// The private half.
    pub key: PrivateKey,
}

impl OwnKey {
    /// The half that everyone may see.
    ///
    /// # Errors
    /// Where the key cannot be used.
    pub fn public(&self) -> Result<PublicKey> {
        self.key
            .public_key()
            .map_err(|error| Error::Retry(error.to_string()))
    }
}

/// The keys of one account of this server.
#[derive(Clone, Debug)]
pub struct OwnKeys {
    /// Whose.
    pub account: AccountId,
    /// Signs requests.
    pub rsa: OwnKey,
    /// Signs proofs.
    pub ed25519: Option<OwnKey>,
}

impl OwnKeys {
    /// Adds an FEP-8b32 proof to a document of this account; without an Ed25519 key it stays as it is.
    pub fn prove(&self, ctx: &Ctx, document: &mut Value) {
        if let Some(own) = &self.ed25519
            && let Err(error) = proof::add(document, &own.key, &own.id, ctx.now())
        {
            tracing::warn!(%error, key = own.id, "a document goes without its proof");
        }
    }
}

/// Who signs a request, in which form: handed to the client, which signs each hop anew.
#[derive(Clone, Debug)]
pub struct Hand {
    keys: Arc<OwnKeys>,
    form: Form,
    ctx: Ctx,
}

impl Hand {
    fn signer(&self) -> Signer<'_> {
        Signer {
            form: self.form,
            key_id: &self.keys.rsa.id,
            key: &self.keys.rsa.key,
            now: self.ctx.now(),
        }
    }
}

impl fetch::RequestSigner for Hand {
    fn sign(&self, method: &Method, url: &Url) -> std::result::Result<HeaderMap, fetch::SignError> {
        Ok(self.signer().headers(method, url, None)?)
    }
}

/// The keys of an account of this server.
///
/// # Errors
/// Where it has no RSA key, or the database.
pub async fn keys(fed: &Federation, account: AccountId) -> Result<Arc<OwnKeys>> {
    if let Some(known) = fed.keyring.parsed.get(&account) {
        return Ok(known);
    }
    let rows = fed
        .ctx
        .db
        .read(move |conn| actor_keys::of(conn, account))
        .await?;
    let keys = Arc::new(parse(account, &rows)?);
    fed.keyring.parsed.insert(account, Arc::clone(&keys));
    Ok(keys)
}

/// Signs requests in the name of an account of this server.
///
/// # Errors
/// As [`keys`].
pub async fn signer(fed: &Federation, account: AccountId, form: Form) -> Result<Hand> {
    Ok(Hand {
        keys: keys(fed, account).await?,
        form,
        ctx: Arc::clone(&fed.ctx),
    })
}

/// Signs requests in the name of the server itself: what its fetches are signed with.
///
/// # Errors
/// As [`keys`].
pub async fn server_signer(fed: &Federation, form: Form) -> Result<Hand> {
    let account = server_account(fed).await?;
    signer(fed, account, form).await
}

/// The account of the server's own actor, made at the first need.
///
/// # Errors
/// The database.
pub async fn server_account(fed: &Federation) -> Result<AccountId> {
    let find = || async {
        let uri = fed.ctx.place.account_uri(AccountKind::Server, "");
        let known = fed
            .ctx
            .db
            .read(move |conn| accounts::by_uri(conn, &uri))
            .await?;
        match known {
            Some(account) => Ok(account.id),
            None => Ok(services::accounts::server_actor(&fed.ctx).await?.account.id),
        }
    };
    fed.keyring.server.get_or_try_init(find).await.copied()
}

/// The headers of a delivery, signed on one of as many threads as there are cores.
///
/// # Errors
/// Where the key cannot sign.
pub async fn sign_delivery(
    fed: &Federation,
    account: AccountId,
    form: Form,
    url: &Url,
    body: Bytes,
) -> Result<Vec<(HeaderName, HeaderValue)>> {
    let hand = signer(fed, account, form).await?;
    let turn = Arc::clone(&fed.keyring.cores)
        .acquire_owned()
        .await
        .map_err(|error| Error::Retry(error.to_string()))?;
    let url = url.clone();
    let signed = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        hand.signer().delivery(&url, &body)
    })
    .await
    .map_err(|error| Error::Retry(error.to_string()))?;
    signed.map_err(|error| Error::Rejected(error.to_string()))
}

fn parse(account: AccountId, rows: &[ActorKey]) -> Result<OwnKeys> {
    let mut rsa = None;
    let mut ed25519 = None;
    for row in rows {
        let Some(private) = &row.private_der else {
            continue;
        };
        let key =
            PrivateKey::from_pkcs8(private).map_err(|error| Error::Rejected(error.to_string()))?;
        let place = match key.kind() {
            KeyKind::Rsa => &mut rsa,
            KeyKind::Ed25519 => &mut ed25519,
        };
        *place = Some(OwnKey {
            id: row.uri.clone(),
            key,
        });
    }
    let rsa = rsa.ok_or_else(|| Error::rejected(format!("account {account} has no key")))?;
    Ok(OwnKeys {
        account,
        rsa,
        ed25519,
    })
}
