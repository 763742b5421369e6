//! Whether a server is cut off.

use database::domain_blocks;
use model::Domain;

use crate::context::Ctx;
use crate::error::Result;

/// Is this domain, or one above it, cut off; or, where only chosen servers are dealt with, not chosen?
///
/// # Errors
/// The database.
pub async fn is_blocked(ctx: &Ctx, domain: &Domain) -> Result<bool> {
    let names = with_parents(domain);
    let chosen_only = ctx.settings().allow_list && domain != ctx.place.domain();
    ctx.db
        .read(move |conn| {
            Ok(domain_blocks::any(conn, &names)?
                || (chosen_only && !domain_blocks::any_allowed(conn, &names)?))
        })
        .await
}

/// The domain with its port, its host, and every domain above that: one look-up by key for all of them.
#[must_use]
pub fn with_parents(domain: &Domain) -> Vec<String> {
    let mut names = vec![domain.to_string()];
    let mut rest = domain.host();
    // An address is in no domain.
    if rest.parse::<std::net::IpAddr>().is_ok() || rest.starts_with('[') {
        names.push(rest.to_owned());
        return names;
    }
    loop {
        names.push(rest.to_owned());
        match rest.split_once('.') {
            Some((_label, above)) if names.len() < 130 => rest = above,
            _ => return names,
        }
    }
}
