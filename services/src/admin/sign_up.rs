//! Who may not sign up, or not even come near: e-mail domains, networks, single addresses. The verdict
//! over a sign-up stands here too, so that every door asks the same question.

use std::net::IpAddr;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use database::Conn;
use database::sign_up_blocks::{self as rows, CanonicalEmailBlock, EmailDomainBlock, IpBlock};
use model::{AccountId, Domain, IpBlockSeverity, Millis, Page, Paged, Power, RowId};

use super::domains::domain;
use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::ledger::{self, Act};
use crate::moderation::with_parents;
use crate::policy::staff;
use crate::views::account::Viewer;

mod network;

pub use network::Network;

/// What those who run the place have decided about an e-mail address and a network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Nobody signs up with this e-mail address.
    pub mail_blocked: bool,
    /// Nobody signs up from this network.
    pub network_blocked: bool,
    /// A moderator looks at it first, whatever the mode.
    pub needs_approval: bool,
}

/// May someone sign up with this e-mail address (in lower case), from there?
///
/// # Errors
/// The database.
pub fn verdict(
    conn: &mut Conn,
    email_key: &str,
    from: Option<IpAddr>,
    now: Millis,
) -> Result<Verdict> {
    let mut verdict = Verdict::default();
    if let Some(names) = mail_domains(email_key) {
        for block in rows::among(conn, &names)? {
            if block.allow_with_approval {
                verdict.needs_approval = true;
            } else {
                verdict.mail_blocked = true;
            }
        }
    }
    if !rows::with_hash(conn, &canonical_hash(email_key))?.is_empty() {
        verdict.mail_blocked = true;
    }
    if let Some(address) = from {
        for block in rows::ips_in_force(conn, now)? {
            if !Network::parse(&block.ip).is_some_and(|network| network.contains(address)) {
                continue;
            }
            match block.severity {
                IpBlockSeverity::SignUpRequiresApproval => verdict.needs_approval = true,
                IpBlockSeverity::SignUpBlock | IpBlockSeverity::NoAccess => {
                    verdict.network_blocked = true;
                }
            }
        }
    }
    Ok(verdict)
}

/// The verdict for a door that holds no connection; a blocked e-mail domain that was tried is counted.
///
/// # Errors
/// The database.
pub async fn sign_up_verdict(ctx: &Ctx, email: &str, from: Option<IpAddr>) -> Result<Verdict> {
    let (key, now) = (crate::enrol::login_key(email), ctx.now());
    let asked = key.clone();
    let verdict = ctx
        .db
        .read(move |conn| verdict(conn, &asked, from, now))
        .await?;
    if verdict.mail_blocked {
        count(ctx, &key).await?;
    }
    Ok(verdict)
}

/// Someone tried to sign up with an e-mail address of a blocked domain.
///
/// # Errors
/// The database.
pub async fn count(ctx: &Ctx, email_key: &str) -> Result<()> {
    let Some(names) = mail_domains(email_key) else {
        return Ok(());
    };
    let day = ctx.now().0.div_euclid(Millis::DAY);
    ctx.write_later(move |conn| {
        for block in rows::among(conn, &names)? {
            rows::count_attempt(conn, block.id, day)?;
        }
        Ok(())
    })
    .await
}

fn mail_domains(email: &str) -> Option<Vec<String>> {
    let (_local, name) = email.rsplit_once('@')?;
    let domain: Domain = name.parse().ok()?;
    Some(with_parents(&domain))
}

/// The hash of an e-mail address without what one can put into it at will: dots, and all from a plus on.
#[must_use]
pub fn canonical_hash(email: &str) -> String {
    let email = email.trim().to_lowercase();
    let canonical = match email.rsplit_once('@') {
        Some((local, domain)) => {
            let plain = local.split('+').next().unwrap_or_default().replace('.', "");
            format!("{plain}@{domain}")
        }
        None => email,
    };
    hex::encode(digest(&SHA256, canonical.as_bytes()))
}

/// The networks that are answered nothing now.
///
/// # Errors
/// The database.
pub async fn shut_out(ctx: &Ctx) -> Result<Vec<Network>> {
    let now = ctx.now();
    let blocks = ctx
        .db
        .read(move |conn| rows::ips_in_force(conn, now))
        .await?;
    Ok(blocks
        .into_iter()
        .filter(|block| block.severity == IpBlockSeverity::NoAccess)
        .filter_map(|block| Network::parse(&block.ip))
        .collect())
}

async fn reading<T: Send + 'static>(
    ctx: &Ctx,
    viewer: &Viewer,
    work: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static,
) -> Result<T> {
    let viewer = viewer.clone();
    ctx.db
        .read(move |conn| {
            staff::staff(conn, &viewer, Power::ManageBlocks)?;
            work(conn)
        })
        .await
}

/// One act with its entry in the log: `work` answers what it says there.
async fn writing<T: Send + 'static>(
    ctx: &Ctx,
    viewer: &Viewer,
    kind: &'static str,
    work: impl FnOnce(&Ctx, &mut Conn) -> Result<(T, String)> + Send + 'static,
) -> Result<T> {
    let (context, viewer) = (Arc::clone(ctx), viewer.clone());
    ctx.write(move |conn| {
        let staff = staff::staff(conn, &viewer, Power::ManageBlocks)?;
        let (made, reason) = work(&context, conn)?;
        let act = Act {
            kind,
            account: None,
            status: None,
            reason: &reason,
            ..Act::default()
        };
        ledger::append_staff(&context, conn, &staff, &act)?;
        Ok(made)
    })
    .await
}

fn taken(error: database::Error, field: &'static str) -> Error {
    match error {
        database::Error::Conflict(_) => {
            let name = if field == "ip" { "IP" } else { "Domain" };
            Error::invalid(field, "ERR_TAKEN", format!("{name} has already been taken"))
        }
        other => other.into(),
    }
}

/// An e-mail domain with how often it was tried on each of the last seven days, today first.
#[derive(Clone, Debug)]
pub struct EmailDomainView {
    /// The row.
    pub block: EmailDomainBlock,
    /// Midnight, and how often.
    pub history: Vec<(Millis, i64)>,
}

fn with_history(
    conn: &mut Conn,
    blocks: Vec<EmailDomainBlock>,
    now: Millis,
) -> Result<Vec<EmailDomainView>> {
    let today = now.0.div_euclid(Millis::DAY);
    let ids: Vec<RowId> = blocks.iter().map(|block| block.id).collect();
    let counts = rows::attempts(conn, &ids, today - 6)?;
    let uses = |id: RowId, day: i64| {
        counts
            .iter()
            .find(|(block, on, _uses)| *block == id && *on == day)
            .map_or(0, |(_block, _on, uses)| *uses)
    };
    Ok(blocks
        .into_iter()
        .map(|block| EmailDomainView {
            history: (0..7)
                .map(|back| {
                    let day = today - back;
                    (Millis(day * Millis::DAY), uses(block.id, day))
                })
                .collect(),
            block,
        })
        .collect())
}

/// Blocked e-mail domains, newest first.
///
/// # Errors
/// `Forbidden`.
pub async fn email_domains(
    ctx: &Ctx,
    viewer: &Viewer,
    page: Page,
) -> Result<Paged<EmailDomainView>> {
    let now = ctx.now();
    reading(ctx, viewer, move |conn| {
        let found = rows::email_domains(conn, &page)?;
        let cursors = found.iter().map(|row| (row.id.0, ())).collect();
        let views = with_history(conn, found, now)?;
        Ok(Paged::of(cursors, &page).with(views))
    })
    .await
}

/// One blocked e-mail domain.
///
/// # Errors
/// `Forbidden`, `NotFound`.
pub async fn email_domain(ctx: &Ctx, viewer: &Viewer, id: RowId) -> Result<EmailDomainView> {
    let now = ctx.now();
    reading(ctx, viewer, move |conn| {
        let block = rows::email_domain(conn, id)?;
        with_history(conn, vec![block], now)?
            .pop()
            .ok_or(Error::NotFound)
    })
    .await
}

/// Blocks an e-mail domain and all below it.
///
/// # Errors
/// `Forbidden`, `Invalid`.
pub async fn block_email_domain(
    ctx: &Ctx,
    viewer: &Viewer,
    typed: &str,
    allow_with_approval: bool,
) -> Result<EmailDomainView> {
    let domain = domain(typed)?;
    writing(ctx, viewer, "email_domain_blocked", move |ctx, conn| {
        let block = EmailDomainBlock {
            id: ctx.id(),
            domain: domain.host().to_owned(),
            allow_with_approval,
            created_at: ctx.now(),
        };
        rows::block_email_domain(conn, &block).map_err(|error| taken(error, "domain"))?;
        let reason = block.domain.clone();
        let view = with_history(conn, vec![block], ctx.now())?.pop();
        Ok((view.ok_or(Error::NotFound)?, reason))
    })
    .await
}

/// Lifts the block of an e-mail domain.
///
/// # Errors
/// `Forbidden`, `NotFound`.
pub async fn unblock_email_domain(ctx: &Ctx, viewer: &Viewer, id: RowId) -> Result<()> {
    writing(ctx, viewer, "email_domain_unblocked", move |_ctx, conn| {
        let block = rows::email_domain(conn, id)?;
        rows::unblock_email_domain(conn, id)?;
        Ok(((), block.domain))
    })
    .await
}

/// How a network is blocked; `None` leaves what is set.
#[derive(Clone, Debug, Default)]
pub struct IpWish {
    /// An address or a network.
    pub ip: Option<String>,
    /// How far.
    pub severity: Option<IpBlockSeverity>,
    /// For the staff.
    pub comment: Option<String>,
    /// For how many milliseconds; `Some(None)` for good.
    pub lasts: Option<Option<i64>>,
}

impl IpWish {
    fn onto(self, mut block: IpBlock, now: Millis) -> Result<IpBlock> {
        if let Some(typed) = self.ip {
            let network = Network::parse(&typed)
                .ok_or_else(|| Error::invalid("ip", "ERR_INVALID", "IP is not an address"))?;
            block.ip = network.to_string();
        }
        block.severity = self.severity.unwrap_or(block.severity);
        if let Some(comment) = self.comment {
            block.comment = text::multiline(&comment, 1000);
        }
        if let Some(lasts) = self.lasts {
            block.expires_at = lasts.map(|millis| now.plus(millis));
        }
        Ok(block)
    }
}

/// Blocked networks, newest first.
///
/// # Errors
/// `Forbidden`.
pub async fn ips(ctx: &Ctx, viewer: &Viewer, page: Page) -> Result<Paged<IpBlock>> {
    reading(ctx, viewer, move |conn| {
        let found = rows::ips(conn, &page)?;
        Ok(Paged::of(
            found.into_iter().map(|row| (row.id.0, row)).collect(),
            &page,
        ))
    })
    .await
}

/// One blocked network.
///
/// # Errors
/// `Forbidden`, `NotFound`.
pub async fn ip(ctx: &Ctx, viewer: &Viewer, id: RowId) -> Result<IpBlock> {
    reading(ctx, viewer, move |conn| Ok(rows::ip(conn, id)?)).await
}

/// Blocks a network.
///
/// # Errors
/// `Forbidden`, `Invalid`.
pub async fn block_ip(ctx: &Ctx, viewer: &Viewer, wish: IpWish) -> Result<IpBlock> {
    if wish.ip.as_deref().is_none_or(str::is_empty) {
        return Err(Error::invalid("ip", "ERR_BLANK", "IP can't be blank"));
    }
    if wish.severity.is_none() {
        let text = "Severity can't be blank";
        return Err(Error::invalid("severity", "ERR_BLANK", text));
    }
    writing(ctx, viewer, "ip_blocked", move |ctx, conn| {
        let blank = IpBlock {
            id: ctx.id(),
            ip: String::new(),
            severity: IpBlockSeverity::SignUpRequiresApproval,
            comment: String::new(),
            expires_at: None,
            created_at: ctx.now(),
        };
        let block = wish.onto(blank, ctx.now())?;
        rows::block_ip(conn, &block).map_err(|error| taken(error, "ip"))?;
        let reason = format!("{} {} {}", block.ip, block.severity, block.comment);
        Ok((block, reason))
    })
    .await
}

/// Changes the block of a network.
///
/// # Errors
/// `Forbidden`, `NotFound`, `Invalid`.
pub async fn change_ip(ctx: &Ctx, viewer: &Viewer, id: RowId, wish: IpWish) -> Result<IpBlock> {
    writing(ctx, viewer, "ip_block_changed", move |ctx, conn| {
        let block = wish.onto(rows::ip(conn, id)?, ctx.now())?;
        rows::set_ip(conn, &block).map_err(|error| taken(error, "ip"))?;
        let reason = format!("{} {} {}", block.ip, block.severity, block.comment);
        Ok((block, reason))
    })
    .await
}

/// Lifts the block of a network.
///
/// # Errors
/// `Forbidden`, `NotFound`.
pub async fn unblock_ip(ctx: &Ctx, viewer: &Viewer, id: RowId) -> Result<()> {
    writing(ctx, viewer, "ip_unblocked", move |_ctx, conn| {
        let block = rows::ip(conn, id)?;
        rows::unblock_ip(conn, id)?;
        Ok(((), block.ip))
    })
    .await
}

/// Blocked e-mail addresses, newest first.
///
/// # Errors
/// `Forbidden`.
pub async fn emails(ctx: &Ctx, viewer: &Viewer, page: Page) -> Result<Paged<CanonicalEmailBlock>> {
    reading(ctx, viewer, move |conn| {
        let found = rows::emails(conn, &page)?;
        Ok(Paged::of(
            found.into_iter().map(|row| (row.id.0, row)).collect(),
            &page,
        ))
    })
    .await
}

/// One blocked e-mail address.
///
/// # Errors
/// `Forbidden`, `NotFound`.
pub async fn email(ctx: &Ctx, viewer: &Viewer, id: RowId) -> Result<CanonicalEmailBlock> {
    reading(ctx, viewer, move |conn| Ok(rows::email(conn, id)?)).await
}

/// The blocks that concern this e-mail address.
///
/// # Errors
/// `Forbidden`.
pub async fn test_email(
    ctx: &Ctx,
    viewer: &Viewer,
    email: &str,
) -> Result<Vec<CanonicalEmailBlock>> {
    let hash = canonical_hash(email);
    reading(ctx, viewer, move |conn| Ok(rows::with_hash(conn, &hash)?)).await
}

/// Blocks an e-mail address, given itself or as its hash.
///
/// # Errors
/// `Forbidden`, `Invalid`.
pub async fn block_email(
    ctx: &Ctx,
    viewer: &Viewer,
    email: Option<String>,
    hash: Option<String>,
    whose: Option<AccountId>,
) -> Result<CanonicalEmailBlock> {
    let hash = match (email.filter(|text| !text.trim().is_empty()), hash) {
        (Some(email), _) => canonical_hash(&email),
        (None, Some(hash)) => hash.trim().to_lowercase(),
        (None, None) => String::new(),
    };
    if hash.len() != 64 || !hash.bytes().all(|b| b.is_ascii_hexdigit()) {
        let text = "Canonical email hash is invalid";
        return Err(Error::invalid("canonical_email_hash", "ERR_INVALID", text));
    }
    writing(ctx, viewer, "email_blocked", move |ctx, conn| {
        let block = CanonicalEmailBlock {
            id: ctx.id(),
            canonical_email_hash: hash.clone(),
            reference_account_id: whose,
            created_at: ctx.now(),
        };
        rows::block_email(conn, &block).map_err(|error| match taken(error, "domain") {
            Error::Invalid(_) => {
                let text = "Canonical email hash has already been taken";
                Error::invalid("canonical_email_hash", "ERR_TAKEN", text)
            }
            other => other,
        })?;
        Ok((block, hash))
    })
    .await
}

/// Lifts the block of an e-mail address.
///
/// # Errors
/// `Forbidden`, `NotFound`.
pub async fn unblock_email(ctx: &Ctx, viewer: &Viewer, id: RowId) -> Result<()> {
    writing(ctx, viewer, "email_unblocked", move |_ctx, conn| {
        let block = rows::email(conn, id)?;
        rows::unblock_email(conn, id)?;
        Ok(((), block.canonical_email_hash))
    })
    .await
}
