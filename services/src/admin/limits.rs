//! What the administrators of the server may do to a group of it: limit, freeze, evict; and take each back. That is
//! all: nothing here writes in a group's name, changes what it says of itself, or gives anybody a role in it.
//!
//! Each act gives a reason, stands in the group's own log, and is told to those who look after the group.

use std::sync::Arc;

use database::account_restrictions::{self, set_silenced};
use database::groups::{self, Group};
use database::{Conn, accounts, memberships, users};
use model::{
    AccountId, AccountKind, ActionId, Event, GroupLimit, Job, Letter, Millis, Page, Paged, Power,
    Username,
};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::ledger::{self, Act};
use crate::policy::staff::{self, Staff};
use crate::stewardship::closing;
use crate::views::account::Viewer;
use crate::views::admin_account::{self, AdminAccountView};
use crate::{jobs, mail};

#[cfg(test)]
mod tests;

/// Letters of a reason.
const MOST_REASON: usize = 1000;

/// A group is a community and no account: not those who look after people decide about it, but those who decide
/// about the place.
pub const POWER: Power = Power::ManageSettings;

/// How a group stands with the administrators.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Only who follows it finds it.
    pub is_limited: bool,
    /// Nothing is written in it.
    pub is_frozen: bool,
    /// On this day it leaves.
    pub leaves_at: Option<Millis>,
}

impl Standing {
    /// Is this in force?
    #[must_use]
    pub const fn has(self, limit: GroupLimit) -> bool {
        match limit {
            GroupLimit::Limit => self.is_limited,
            GroupLimit::Freeze => self.is_frozen,
            GroupLimit::Evict => self.leaves_at.is_some(),
        }
    }
}

fn standing_in(conn: &mut Conn, group: &Group) -> Result<Standing> {
    let silenced = account_restrictions::standings(conn, &[group.account_id])?
        .first()
        .is_some_and(|standing| standing.silenced_at.is_some());
    Ok(Standing {
        is_limited: silenced,
        is_frozen: group.frozen_at.is_some(),
        leaves_at: group.leaves_at,
    })
}

/// How a group of this server stands; for administrators.
///
/// # Errors
/// `Forbidden`; `NotFound` where it is no group of ours.
pub async fn standing(ctx: &Ctx, viewer: &Viewer, group: AccountId) -> Result<Standing> {
    let viewer = viewer.clone();
    ctx.db
        .read(move |conn| {
            staff::staff(conn, &viewer, POWER)?;
            let row = groups::living(conn, group)?.ok_or(Error::NotFound)?;
            standing_in(conn, &row)
        })
        .await
}

/// The groups of this server, newest first; for administrators.
///
/// # Errors
/// `Forbidden`.
pub async fn page(ctx: &Ctx, viewer: &Viewer, page: Page) -> Result<Paged<AdminAccountView>> {
    let viewer = viewer.clone();
    ctx.db
        .read(move |conn| {
            staff::staff(conn, &viewer, POWER)?;
            let ids = groups::page(conn, &page)?;
            let views = admin_account::load_in(conn, &ids)?;
            let cursors = ids.iter().map(|id| (id.0, ())).collect();
            Ok(Paged::of(cursors, &page).with(views))
        })
        .await
}

/// One of them.
///
/// # Errors
/// `Forbidden`; `NotFound` where it is no group of ours.
pub async fn show(ctx: &Ctx, viewer: &Viewer, group: AccountId) -> Result<AdminAccountView> {
    let viewer = viewer.clone();
    ctx.db
        .read(move |conn| {
            staff::staff(conn, &viewer, POWER)?;
            groups::living(conn, group)?.ok_or(Error::NotFound)?;
            admin_account::one_in(conn, group)
        })
        .await
}

/// Limits, freezes or evicts a group, or takes that back. The same once more changes nothing.
///
/// # Errors
/// `Forbidden` for who is no administrator; `NotFound` where it is no group of ours; `Invalid` without a reason, or
/// with too long a one. (To take something back none is asked for: apps have no field for it.)
pub async fn set(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    limit: GroupLimit,
    on: bool,
    reason: &str,
) -> Result<AdminAccountView> {
    let reason = checked(reason, on)?;
    let (context, viewer) = (Arc::clone(ctx), viewer.clone());
    ctx.write(move |conn| {
        let by = staff::staff(conn, &viewer, POWER)?;
        set_in(&context, conn, &by, group, limit, on, &reason)?;
        admin_account::one_in(conn, group)
    })
    .await
}

/// The same by the command line, for a group of this name; `false` where it was so already.
///
/// # Errors
/// As [`set`].
pub async fn by_hand(
    ctx: &Ctx,
    name: &str,
    limit: GroupLimit,
    on: bool,
    reason: &str,
) -> Result<bool> {
    let reason = checked(reason, on)?;
    let name: Username = name
        .trim_start_matches(['@', '!'])
        .parse()
        .map_err(|_e| Error::NotFound)?;
    let named = ctx.db.read(move |conn| {
        accounts::by_name(conn, &name.key(), "")?
            .filter(|account| account.kind == AccountKind::Group)
            .ok_or(Error::NotFound)
    });
    let group = named.await?.id;
    // The server's own actor stands in the log for who holds the server in his hands.
    let actor = crate::accounts::server_actor(ctx).await?.account.id;
    let context = Arc::clone(ctx);
    ctx.write(move |conn| {
        let by = staff::by_hand(actor);
        set_in(&context, conn, &by, group, limit, on, &reason)
    })
    .await
}

pub(super) fn checked(reason: &str, on: bool) -> Result<String> {
    let text = text::multiline(reason, MOST_REASON);
    if on && text.is_empty() {
        return Err(Error::invalid(
            "text",
            "ERR_BLANK",
            "Validation failed: say why; the group reads it",
        ));
    }
    if text::characters(reason) > MOST_REASON {
        let words = format!("the text has at most {MOST_REASON} characters");
        return Err(Error::invalid("text", "ERR_TOO_LONG", words));
    }
    Ok(text)
}

/// As [`set`], in a transaction; `false` where it was so already.
pub(super) fn set_in(
    ctx: &Ctx,
    conn: &mut Conn,
    by: &Staff,
    group: AccountId,
    limit: GroupLimit,
    on: bool,
    reason: &str,
) -> Result<bool> {
    // Two at the same time are decided one after the other.
    groups::lock(conn, group)?;
    let row = groups::living(conn, group)?.ok_or(Error::NotFound)?;
    if standing_in(conn, &row)?.has(limit) == on {
        return Ok(false);
    }
    let since = on.then(|| ctx.now());
    let mut leaves_at = None;
    match limit {
        GroupLimit::Limit => set_silenced(conn, group, since)?,
        GroupLimit::Freeze => groups::update(
            conn,
            &Group {
                frozen_at: since,
                ..row
            },
        )?,
        GroupLimit::Evict => {
            let term = i64::from(ctx.settings().eviction_days).saturating_mul(Millis::DAY);
            leaves_at = since.map(|since| since.plus(term));
            groups::update(conn, &Group { leaves_at, ..row })?;
            match leaves_at {
                Some(day) => {
                    let job = Job::CloseGroup { group };
                    jobs::enqueue(ctx, conn, &job, Some(&closing::key(group)), day)?;
                }
                None => jobs::cancel(conn, &closing::key(group))?,
            }
            // Other servers show until when it is here.
            ctx.record(conn, &Event::ProfileUpdated { account: group })?;
        }
    }
    let act = Act {
        kind: word(limit, on),
        account: Some(group),
        reason,
        ends_at: leaves_at,
        ..Act::default()
    };
    if let Some(action) = ledger::append_staff(ctx, conn, by, &act)? {
        ctx.record(conn, &Event::GroupLimited { group, action })?;
        write_to_moderators(ctx, conn, group, (limit, on), reason, action)?;
    }
    Ok(true)
}

/// The word of an act in the log.
const fn word(limit: GroupLimit, on: bool) -> &'static str {
    match (limit, on) {
        (GroupLimit::Limit, true) => "group_limited",
        (GroupLimit::Limit, false) => "group_unlimited",
        (GroupLimit::Freeze, true) => "group_frozen",
        (GroupLimit::Freeze, false) => "group_unfrozen",
        (GroupLimit::Evict, true) => "group_evicted",
        (GroupLimit::Evict, false) => "group_kept",
    }
}

/// What was done, in a sentence for those who look after the group; `None` for what is no such act. The words are
/// fixed: whoever runs the server does not speak through the group.
pub(crate) fn sentence(kind: &str, indonesian: bool, until: Option<Millis>) -> Option<String> {
    let (english, other) = match kind {
        "group_limited" => (
            "Those who run this server have limited this group: only people who follow it find it.",
            "Pengelola server ini membatasi kelompok ini: hanya pengikutnya yang dapat menemukannya.",
        ),
        "group_unlimited" => (
            "This group is no longer limited: it can be found again.",
            "Kelompok ini tidak lagi dibatasi dan dapat ditemukan kembali.",
        ),
        "group_frozen" => (
            "Those who run this server have frozen this group: it can be read, and nothing is done in it.",
            "Pengelola server ini membekukan kelompok ini: kelompok masih dapat dibaca, tetapi tidak ada yang dapat dilakukan di dalamnya.",
        ),
        "group_unfrozen" => (
            "This group is no longer frozen.",
            "Kelompok ini tidak lagi dibekukan.",
        ),
        "group_evicted" => (
            "Those who run this server ask this group to leave. It closes on {}. Until then everything in it can be taken along from its settings.",
            "Pengelola server ini meminta kelompok ini pindah. Kelompok ini akan ditutup pada {}. Sampai saat itu seluruh isinya dapat diunduh dari halaman pengaturannya.",
        ),
        "group_kept" => (
            "This group stays: it does not have to leave this server.",
            "Kelompok ini tetap di sini dan tidak perlu pindah dari server ini.",
        ),
        "group_closed" => (
            "This group is closed. What you wrote in it is on your own page.",
            "Kelompok ini sudah ditutup. Tulisan Anda tetap ada di halaman Anda sendiri.",
        ),
        _ => return None,
    };
    let day = until.map(Millis::iso).unwrap_or_default();
    let day = day.get(..10).unwrap_or_default();
    let words = if indonesian { other } else { english };
    Some(words.replace("{}", day))
}

/// By e-mail, with the reason: a letter comes from the place and not from the group.
fn write_to_moderators(
    ctx: &Ctx,
    conn: &mut Conn,
    group: AccountId,
    (limit, on): (GroupLimit, bool),
    reason: &str,
    action: ActionId,
) -> Result<()> {
    let leaves_at = groups::find(conn, group)?.and_then(|row| row.leaves_at);
    letters(ctx, conn, group, word(limit, on), leaves_at, reason, action)
}

fn letters(
    ctx: &Ctx,
    conn: &mut Conn,
    group: AccountId,
    kind: &str,
    until: Option<Millis>,
    reason: &str,
    action: ActionId,
) -> Result<()> {
    let moderators = memberships::moderators(conn, group)?;
    let name = accounts::get(conn, group)?.username;
    let link = ctx.place.log_entry_url(&name, action);
    for (who, locale) in users::locales(conn, &moderators)? {
        let Some(first) = sentence(kind, locale.starts_with("id"), until) else {
            continue;
        };
        let mut text = format!("@{name}\n{first}");
        if !reason.is_empty() {
            text.push_str(&format!("\n\u{201c}{reason}\u{201d}"));
        }
        let link = link.clone();
        mail::post(ctx, conn, who, Letter::ToModerators { text, link })?;
    }
    Ok(())
}

/// The job: the day has come. It does nothing where the eviction was taken back, the day is another one meanwhile,
/// or the group is closed already.
///
/// # Errors
/// The database.
pub(crate) async fn due(ctx: &Ctx, group: AccountId) -> Result<()> {
    let context = Arc::clone(ctx);
    ctx.write_aside(move |conn| {
        let ctx = &context;
        groups::lock(conn, group)?;
        let row = match groups::living(conn, group)? {
            Some(row) if row.leaves_at.is_some_and(|day| day <= ctx.now()) => row,
            _ => return Ok(()),
        };
        let action = closing::entry_of_its_day(ctx, conn, group)?;
        // While it is still known who they are.
        letters(ctx, conn, group, "group_closed", None, "", action)?;
        closing::close(ctx, conn, row)
    })
    .await
}
