//! The record of moderating acts, and whether a server is blocked.

use std::sync::Arc;

use database::moderation_actions::ModerationAction;
use database::{domain_blocks, groups, moderation_actions};
use model::{AccountId, Domain, Page};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::policy;
use crate::views::account::Viewer;

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
pub(crate) fn with_parents(domain: &Domain) -> Vec<String> {
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
