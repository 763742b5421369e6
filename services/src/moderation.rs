//! The record of moderating acts, and blocks of whole servers.

use std::sync::Arc;

use database::moderation_actions::ModerationAction;
use database::{domain_blocks, groups, moderation_actions};
use model::{AccountId, Domain, Page};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::policy;
use crate::views::account::Viewer;

/// Is this domain, or one above it, blocked?
///
/// # Errors
/// The database.
pub async fn is_blocked(ctx: &Ctx, domain: &Domain) -> Result<bool> {
    let names = with_parents(domain);
    ctx.db
        .read(move |conn| Ok(domain_blocks::any(conn, &names)?))
        .await
}

/// The domain with its port, its host, and every domain above that: one look-up by key for all of them.
fn with_parents(domain: &Domain) -> Vec<String> {
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

/// Blocks a domain and all below it.
///
/// # Errors
/// The database.
pub async fn block_domain(ctx: &Ctx, domain: &Domain, reason: &str) -> Result<()> {
    if domain == ctx.place.domain() {
        return Err(Error::Forbidden("a server does not block itself"));
    }
    let (domain, reason, now) = (domain.to_string(), text::multiline(reason, 1000), ctx.now());
    ctx.write(move |conn| Ok(domain_blocks::put(conn, &domain, &reason, now)?))
        .await
}

/// Lifts the block of a domain.
///
/// # Errors
/// `NotFound`.
pub async fn unblock_domain(ctx: &Ctx, domain: &Domain) -> Result<()> {
    let domain = domain.to_string();
    ctx.write(move |conn| {
        if domain_blocks::delete(conn, &domain)? {
            Ok(())
        } else {
            Err(Error::NotFound)
        }
    })
    .await
}

/// The log of a group, newest first; for its moderators.
///
/// # Errors
/// `NotFound` where it is no group of ours, `Forbidden` for others.
pub async fn log(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    page: Page,
) -> Result<Vec<ModerationAction>> {
    let viewer = viewer.clone();
    ctx.db
        .read(move |conn| {
            policy::moderator(conn, &viewer, group)?;
            Ok(moderation_actions::page(conn, group, &page)?)
        })
        .await
}

/// Is the log of this group whole: does each entry follow from the one before?
///
/// # Errors
/// `NotFound` where it is no group of ours.
pub async fn log_is_whole(ctx: &Ctx, group: AccountId) -> Result<bool> {
    let context = Arc::clone(ctx);
    context
        .db
        .read(move |conn| {
            if groups::find(conn, group)?.is_none() {
                return Err(Error::NotFound);
            }
            let mut entries = moderation_actions::page(conn, group, &Page::first(i64::MAX))?;
            entries.reverse();
            Ok(crate::ledger::is_whole(&entries))
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{self, World};

    database::both_engines! {
        fn a_block_reaches_below_and_not_beside(fresh: &Fresh) {
            let world = World::new(fresh);
            let ctx = &world.ctx;
            testing::run(async {
                let domain = |text: &str| text.parse::<Domain>().unwrap();
                block_domain(ctx, &domain("EVIL.example"), "spam").await.unwrap();
                for (name, blocked) in [
                    ("evil.example", true),
                    ("sub.evil.example", true),
                    ("a.b.evil.example:8080", true),
                    ("notevil.example", false),
                    ("example", false),
                ] {
                    assert_eq!(is_blocked(ctx, &domain(name)).await.unwrap(), blocked, "{name}");
                }
                unblock_domain(ctx, &domain("evil.example")).await.unwrap();
                assert!(!is_blocked(ctx, &domain("evil.example")).await.unwrap());
                let again = unblock_domain(ctx, &domain("evil.example")).await;
                assert!(matches!(again, Err(Error::NotFound)));
                assert!(block_domain(ctx, ctx.place.domain(), "").await.is_err());
            });
        }
    }
}
