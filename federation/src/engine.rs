//! What every part of this crate holds: the use cases' context and the one door outward.

use std::sync::Arc;

use fetch::{Fetcher, Policy};
use services::Ctx;

use crate::error::{Error, Result};
use crate::keyring::Keyring;
use crate::memory::Memory;

/// How it names itself to other servers.
const USER_AGENT: &str = concat!("Balai/", env!("CARGO_PKG_VERSION"));

/// The machinery of federation; handed around as `Arc<Federation>`.
#[derive(Debug)]
pub struct Federation {
    /// Database, clock, settings, place, use cases.
    pub ctx: Ctx,
    /// The only way to other servers.
    pub fetcher: Fetcher,
    /// Our own keys, parsed.
    pub keyring: Keyring,
    /// What is remembered of others for a short while.
    pub(crate) memory: Memory,
    /// Wakes who asks new servers what they run.
    pub strangers: tokio::sync::Notify,
}

impl Federation {
    /// Puts the machinery together; the caller hands it to `ctx.connect` so that use cases can ask it.
    ///
    /// # Errors
    /// When the certificates that were named cannot be read.
    pub fn new(ctx: Ctx, policy: Policy) -> Result<Arc<Self>> {
        let agent = format!("{USER_AGENT} (+{}/)", ctx.place.base());
        let fetcher =
            Fetcher::new(policy, &agent).map_err(|error| Error::Rejected(error.to_string()))?;
        Ok(Arc::new(Self {
            ctx,
            fetcher,
            keyring: Keyring::default(),
            memory: Memory::default(),
            strangers: tokio::sync::Notify::new(),
        }))
    }
}
