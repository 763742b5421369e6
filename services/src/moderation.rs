//! The record of moderating acts, and blocks of whole servers.

use model::Domain;

use crate::context::Ctx;
use crate::error::Result;

/// Is this domain, or one above it, blocked?
///
/// # Errors
/// The database.
pub async fn is_blocked(ctx: &Ctx, domain: &Domain) -> Result<bool> {
    todo!("{ctx:?} {domain:?}")
}

/// Blocks a domain and all below it.
///
/// # Errors
/// The database.
pub async fn block_domain(ctx: &Ctx, domain: &Domain, reason: &str) -> Result<()> {
    todo!("{ctx:?} {domain:?} {reason}")
}

/// Lifts the block of a domain.
///
/// # Errors
/// `NotFound`.
pub async fn unblock_domain(ctx: &Ctx, domain: &Domain) -> Result<()> {
    todo!("{ctx:?} {domain:?}")
}
