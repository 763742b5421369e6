//! Other servers in the hands of the staff: cut off, limited, or chosen to be dealt with.

use std::sync::Arc;

use database::account_restrictions::set_silenced;
use database::domain_blocks::{self, DomainAllow, DomainBlock};
use database::{Conn, accounts};
use model::{AccountId, Domain, DomainBlockSeverity, Page, Paged, Power, RowId, SeveranceKind};

use super::accounts::suspend;
use super::severance;
use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::ledger::{self, Act};
use crate::moderation::with_parents;
use crate::policy::staff::{self, Staff};
use crate::views::account::Viewer;

/// So many accounts are dealt with in one transaction.
const AT_ONCE: i64 = 200;
/// The longest comment.
const MOST_TEXT: usize = 1000;

/// How a server is blocked; `None` leaves what is set, or the usual.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// How far.
    pub severity: Option<DomainBlockSeverity>,
    /// Files of its people are not fetched.
    pub reject_media: Option<bool>,
    /// Its reports are not taken.
    pub reject_reports: Option<bool>,
    /// Shown to visitors with stars in its name.
    pub obfuscate: Option<bool>,
    /// For the staff.
    pub private_comment: Option<String>,
    /// For all.
    pub public_comment: Option<String>,
}

/// What became of a wish to block.
#[derive(Clone, Debug)]
pub enum Blocked {
    /// It is blocked now.
    Now(DomainBlock),
    /// A block of it, or of what is above it, goes as far already.
    Already(DomainBlock),
}

impl Wish {
    fn onto(self, mut block: DomainBlock) -> DomainBlock {
        let comment = |text: String| text::multiline(&text, MOST_TEXT);
        block.severity = self.severity.unwrap_or(block.severity);
        block.reject_media = self.reject_media.unwrap_or(block.reject_media);
        block.reject_reports = self.reject_reports.unwrap_or(block.reject_reports);
        block.obfuscate = self.obfuscate.unwrap_or(block.obfuscate);
        if let Some(text) = self.private_comment {
            block.private_comment = comment(text);
        }
        if let Some(text) = self.public_comment {
            block.public_comment = comment(text);
        }
        block
    }
}

/// A server's name as someone typed it.
///
/// # Errors
/// `Invalid`.
pub(crate) fn domain(typed: &str) -> Result<Domain> {
    typed
        .trim()
        .parse()
        .map_err(|_e| Error::invalid("domain", "ERR_INVALID", "Domain is not a valid domain name"))
}

/// SHA-256 of a domain: whoever knows the name can tell that it is meant, where it is shown with stars.
#[must_use]
pub fn digest(domain: &str) -> String {
    hex::encode(aws_lc_rs::digest::digest(
        &aws_lc_rs::digest::SHA256,
        domain.as_bytes(),
    ))
}

/// Blocked servers, newest first.
///
/// # Errors
/// `Forbidden`.
pub async fn blocks(ctx: &Ctx, viewer: &Viewer, page: Page) -> Result<Paged<DomainBlock>> {
    let viewer = viewer.clone();
    ctx.db
        .read(move |conn| {
            staff::staff(conn, &viewer, Power::ManageFederation)?;
            let rows = domain_blocks::page(conn, &page)?;
            Ok(Paged::of(
                rows.into_iter().map(|row| (row.id.0, row)).collect(),
                &page,
            ))
        })
        .await
}

/// One block.
///
/// # Errors
/// `Forbidden`, `NotFound`.
pub async fn block(ctx: &Ctx, viewer: &Viewer, id: RowId) -> Result<DomainBlock> {
    let viewer = viewer.clone();
    ctx.db
        .read(move |conn| {
            staff::staff(conn, &viewer, Power::ManageFederation)?;
            Ok(domain_blocks::get(conn, id)?)
        })
        .await
}

/// Blocks a server and all below it. Nothing is changed where a block goes as far already.
///
/// # Errors
/// `Forbidden`, also for this server itself; `Invalid`.
pub async fn add(ctx: &Ctx, viewer: &Viewer, typed: &str, wish: Wish) -> Result<Blocked> {
    let domain = domain(typed)?;
    not_ourselves(ctx, &domain)?;
    let (context, viewer) = (Arc::clone(ctx), viewer.clone());
    let made = ctx
        .write(move |conn| {
            let staff = staff::staff(conn, &viewer, Power::ManageFederation)?;
            let severity = wish.severity.unwrap_or(DomainBlockSeverity::Silence);
            let standing = domain_blocks::of(conn, &with_parents(&domain))?
                .into_iter()
                .find(|block| block.domain == domain.as_str() || block.severity >= severity);
            if let Some(standing) = standing {
                return Ok(Blocked::Already(standing));
            }
            let block = wish.onto(fresh(&context, &domain, severity));
            domain_blocks::put(conn, &block)?;
            log(&context, conn, &staff, "domain_blocked", &block)?;
            Ok::<_, Error>(Blocked::Now(block))
        })
        .await?;
    if let Blocked::Now(block) = &made {
        apply(ctx, block).await?;
    }
    Ok(made)
}

/// Changes a block.
///
/// # Errors
/// `Forbidden`, `NotFound`.
pub async fn change(ctx: &Ctx, viewer: &Viewer, id: RowId, wish: Wish) -> Result<DomainBlock> {
    let (context, viewer) = (Arc::clone(ctx), viewer.clone());
    let (before, after) = ctx
        .write(move |conn| {
            let staff = staff::staff(conn, &viewer, Power::ManageFederation)?;
            let before = domain_blocks::get(conn, id)?;
            let after = wish.onto(before.clone());
            domain_blocks::put(conn, &after)?;
            log(&context, conn, &staff, "domain_block_changed", &after)?;
            Ok::<_, Error>((before, after))
        })
        .await?;
    if before.severity != after.severity {
        release(ctx, &before).await?;
        apply(ctx, &after).await?;
    }
    Ok(after)
}

/// Lifts a block; who was limited or sent away by it comes back.
///
/// # Errors
/// `Forbidden`, `NotFound`.
pub async fn lift(ctx: &Ctx, viewer: &Viewer, id: RowId) -> Result<()> {
    let (context, viewer) = (Arc::clone(ctx), viewer.clone());
    let block = ctx
        .write(move |conn| {
            let staff = staff::staff(conn, &viewer, Power::ManageFederation)?;
            let block = domain_blocks::get(conn, id)?;
            domain_blocks::delete(conn, &block.domain)?;
            log(&context, conn, &staff, "domain_unblocked", &block)?;
            Ok::<_, Error>(block)
        })
        .await?;
    release(ctx, &block).await
}

/// Cuts a server off as the one who owns the machine: what the command line does.
///
/// # Errors
/// `Forbidden` for this server itself.
pub async fn cut_off(ctx: &Ctx, domain: &Domain, reason: &str) -> Result<()> {
    not_ourselves(ctx, domain)?;
    let wish = Wish {
        private_comment: Some(reason.to_owned()),
        ..Wish::default()
    };
    let block = wish.onto(fresh(ctx, domain, DomainBlockSeverity::Suspend));
    let row = block.clone();
    ctx.write(move |conn| Ok::<_, Error>(domain_blocks::put(conn, &row)?))
        .await?;
    apply(ctx, &block).await
}

fn not_ourselves(ctx: &Ctx, domain: &Domain) -> Result<()> {
    if domain == ctx.place.domain() {
        return Err(Error::Forbidden("a server does not block itself"));
    }
    Ok(())
}

fn fresh(ctx: &Ctx, domain: &Domain, severity: DomainBlockSeverity) -> DomainBlock {
    DomainBlock {
        id: ctx.id(),
        domain: domain.to_string(),
        severity,
        reject_media: false,
        reject_reports: false,
        obfuscate: false,
        private_comment: String::new(),
        public_comment: String::new(),
        created_at: ctx.now(),
    }
}

fn log(
    ctx: &Ctx,
    conn: &mut Conn,
    by: &Staff,
    kind: &'static str,
    block: &DomainBlock,
) -> Result<()> {
    let reason = format!(
        "{}: {} {}",
        block.domain, block.severity, block.private_comment
    );
    let act = Act {
        kind,
        account: None,
        status: None,
        reason: &reason,
        ..Act::default()
    };
    ledger::append_staff(ctx, conn, by, &act)?;
    Ok(())
}

/// Does to the accounts that are known what the block says, a part at a time: who follows whom ends with a
/// suspension, and each person here is told. The time of the block marks whom it concerned.
async fn apply(ctx: &Ctx, block: &DomainBlock) -> Result<()> {
    each(ctx, block, |ctx, conn, block, ids| {
        let mut ties = Vec::new();
        for account in accounts::by_ids(conn, ids)? {
            match block.severity {
                DomainBlockSeverity::Noop => {}
                DomainBlockSeverity::Silence => {
                    set_silenced(conn, account.id, Some(block.created_at))?;
                }
                DomainBlockSeverity::Suspend if account.suspended_at.is_some() => {}
                DomainBlockSeverity::Suspend => {
                    ties.extend(suspend(ctx, conn, &account)?);
                    accounts::set_suspended(conn, account.id, Some(block.created_at))?;
                }
            }
        }
        severance::tell(ctx, conn, SeveranceKind::DomainBlock, &block.domain, &ties)
    })
    .await
}

/// Takes back what [`apply`] did to accounts that nobody dealt with otherwise.
async fn release(ctx: &Ctx, block: &DomainBlock) -> Result<()> {
    each(ctx, block, |_ctx, conn, block, ids| {
        for standing in database::account_restrictions::standings(conn, ids)? {
            if standing.silenced_at == Some(block.created_at) {
                set_silenced(conn, standing.account_id, None)?;
            }
        }
        for account in accounts::by_ids(conn, ids)? {
            if account.suspended_at == Some(block.created_at) {
                accounts::set_suspended(conn, account.id, None)?;
            }
        }
        Ok(())
    })
    .await
}

async fn each(
    ctx: &Ctx,
    block: &DomainBlock,
    work: fn(&Ctx, &mut Conn, &DomainBlock, &[AccountId]) -> Result<()>,
) -> Result<()> {
    let mut after = AccountId(0);
    loop {
        let (context, block) = (Arc::clone(ctx), block.clone());
        let last = ctx
            .write_later(move |conn| {
                let ids = domain_blocks::accounts_within(conn, &block.domain, after, AT_ONCE)?;
                work(&context, conn, &block, &ids)?;
                Ok::<_, Error>(ids.last().copied())
            })
            .await?;
        match last {
            Some(last) => after = last,
            None => return Ok(()),
        }
    }
}

/// Chosen servers, newest first.
///
/// # Errors
/// `Forbidden`.
pub async fn allows(ctx: &Ctx, viewer: &Viewer, page: Page) -> Result<Paged<DomainAllow>> {
    let viewer = viewer.clone();
    ctx.db
        .read(move |conn| {
            staff::staff(conn, &viewer, Power::ManageFederation)?;
            let rows = domain_blocks::allowed_page(conn, &page)?;
            Ok(Paged::of(
                rows.into_iter().map(|row| (row.id.0, row)).collect(),
                &page,
            ))
        })
        .await
}

/// One chosen server.
///
/// # Errors
/// `Forbidden`, `NotFound`.
pub async fn allowed(ctx: &Ctx, viewer: &Viewer, id: RowId) -> Result<DomainAllow> {
    let viewer = viewer.clone();
    ctx.db
        .read(move |conn| {
            staff::staff(conn, &viewer, Power::ManageFederation)?;
            Ok(domain_blocks::allowed(conn, id)?)
        })
        .await
}

/// Chooses a server; choosing twice is choosing once.
///
/// # Errors
/// `Forbidden`, `Invalid`.
pub async fn allow(ctx: &Ctx, viewer: &Viewer, typed: &str) -> Result<DomainAllow> {
    let domain = domain(typed)?;
    let (context, viewer) = (Arc::clone(ctx), viewer.clone());
    ctx.write(move |conn| {
        let staff = staff::staff(conn, &viewer, Power::ManageFederation)?;
        let row = DomainAllow {
            id: context.id(),
            domain: domain.to_string(),
            created_at: context.now(),
        };
        let act = Act {
            kind: "domain_allowed",
            account: None,
            status: None,
            reason: domain.as_str(),
            ..Act::default()
        };
        ledger::append_staff(&context, conn, &staff, &act)?;
        Ok(domain_blocks::allow(conn, &row)?)
    })
    .await
}

/// Chooses a server no more.
///
/// # Errors
/// `Forbidden`, `NotFound`.
pub async fn disallow(ctx: &Ctx, viewer: &Viewer, id: RowId) -> Result<DomainAllow> {
    let (context, viewer) = (Arc::clone(ctx), viewer.clone());
    ctx.write(move |conn| {
        let staff = staff::staff(conn, &viewer, Power::ManageFederation)?;
        let row = domain_blocks::allowed(conn, id)?;
        domain_blocks::disallow(conn, id)?;
        let act = Act {
            kind: "domain_disallowed",
            account: None,
            status: None,
            reason: &row.domain,
            ..Act::default()
        };
        ledger::append_staff(&context, conn, &staff, &act)?;
        Ok(row)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moderation::is_blocked;
    use crate::testing::{self, World};

    database::both_engines! {
        fn a_block_reaches_below_and_not_beside(fresh: &Fresh) {
            let world = World::new(fresh);
            let ctx = &world.ctx;
            testing::run(async {
                let domain = |text: &str| text.parse::<Domain>().unwrap();
                cut_off(ctx, &domain("EVIL.example"), "spam").await.unwrap();
                for (name, blocked) in [
                    ("evil.example", true),
                    ("sub.evil.example", true),
                    ("a.b.evil.example:8080", true),
                    ("notevil.example", false),
                    ("example", false),
                ] {
                    assert_eq!(is_blocked(ctx, &domain(name)).await.unwrap(), blocked, "{name}");
                }
                assert!(cut_off(ctx, ctx.place.domain(), "").await.is_err());
                cut_off(ctx, &domain("far.example"), "").await.unwrap();
                assert!(world.account(world.dan.id).await.suspended_at.is_some());
            });
        }
    }
}
