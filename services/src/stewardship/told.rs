//! What the person hears whom an act concerns: in their app, on the entry's page, and by e-mail. Who did it they
//! do not hear: the group did.

use database::account_warnings::AccountWarning;
use database::{Conn, accounts, users};
use model::{AccountId, ActionId, Letter, StatusId, WarningAction};

use super::{Deed, Hand};
use crate::error::Result;
use crate::{admin, mail};

/// The acts of which someone is told, in two languages: what happened, for a group of this name.
fn what(deed: &Deed, indonesian: bool, group: &str) -> Option<String> {
    let (english, other) = match deed {
        Deed::Refuse { .. } => (
            "Your request to join {} was refused.",
            "Permintaan Anda untuk bergabung dengan {} ditolak.",
        ),
        Deed::Kick { .. } => (
            "You are no longer a member of {}. You may ask to join again.",
            "Anda bukan lagi anggota {}. Anda boleh meminta bergabung lagi.",
        ),
        Deed::Ban { .. } => ("You are banned from {}.", "Anda dikeluarkan dari {}."),
        Deed::Mute { .. } => (
            "You may read {} and not write in it.",
            "Anda boleh membaca {} tetapi tidak boleh menulis di sana.",
        ),
        Deed::Warn { .. } => (
            "The moderators of {} have a word for you.",
            "Para moderator {} menyampaikan teguran kepada Anda.",
        ),
        Deed::RemoveStatus { .. } => (
            "A post of yours was taken out of {}. It is still on your own page.",
            "Tulisan Anda dikeluarkan dari {}. Tulisan itu tetap ada di halaman Anda sendiri.",
        ),
        Deed::Withhold { .. } => (
            "A post of yours was not let into {}. Only you see it.",
            "Tulisan Anda tidak dimuat di {}. Hanya Anda yang melihatnya.",
        ),
        Deed::Lock { .. } => (
            "A thread of yours in {} was closed to answers.",
            "Utas Anda di {} ditutup untuk jawaban.",
        ),
        _ => return None,
    };
    let words = if indonesian { other } else { english };
    Some(words.replace("{}", group))
}

/// May an act of this word be appealed by the person whom it concerns?
#[must_use]
pub(crate) fn is_appealable(kind: &str) -> bool {
    matches!(
        kind,
        "member_refused"
            | "member_removed"
            | "member_banned"
            | "member_muted"
            | "member_warned"
            | "status_removed"
            | "status_withheld"
            | "thread_locked"
    )
}

/// Tells the person who lives here what was done, why, until when, and where they can answer.
pub(super) fn tell(conn: &mut Conn, hand: &Hand<'_>, deed: &Deed, entry: ActionId) -> Result<()> {
    let Some((who, status)) = concerned(conn, hand, entry)? else {
        return Ok(());
    };
    let person = accounts::get(conn, who)?;
    if !person.is_local() || who == hand.by.human() {
        return Ok(());
    }
    let indonesian = users::locales(conn, &[who])?
        .first()
        .is_some_and(|(_who, locale)| locale.starts_with("id"));
    let group = accounts::get(conn, hand.group())?;
    let name = if group.display_name.is_empty() {
        &group.username
    } else {
        &group.display_name
    };
    let Some(first) = what(deed, indonesian, name) else {
        return Ok(());
    };
    let link = hand.ctx.place.log_entry_url(&group.username, entry);
    let text = full(&first, hand, indonesian, &link);
    let warning = AccountWarning {
        id: hand.ctx.id(),
        account_id: hand.group(),
        target_account_id: who,
        report_id: None,
        action: WarningAction::None,
        text: text.clone(),
        status_ids: match status {
            Some(status) => serde_json::json!([status]),
            None => serde_json::json!([]),
        },
        created_at: hand.ctx.now(),
    };
    admin::accounts::warn(hand.ctx, conn, &person, &warning)?;
    mail::post(hand.ctx, conn, who, Letter::FromModerators { text, link })
}

/// Whom the entry concerns, and which post of theirs.
fn concerned(
    conn: &mut Conn,
    hand: &Hand<'_>,
    entry: ActionId,
) -> Result<Option<(AccountId, Option<StatusId>)>> {
    let found = database::moderation_actions::find(conn, hand.group(), entry)?;
    Ok(found.and_then(|row| Some((row.target_account_id?, row.target_status_id))))
}

fn full(first: &str, hand: &Hand<'_>, indonesian: bool, link: &str) -> String {
    let mut lines = vec![first.to_owned()];
    if let Some(rule) = &hand.rule {
        let word = if indonesian { "Aturan" } else { "Rule" };
        lines.push(format!("{word} {rule}"));
    }
    if !hand.why.reason.is_empty() {
        lines.push(format!("“{}”", hand.why.reason));
    }
    if let Some(end) = hand.why.ends_at {
        let word = if indonesian { "Sampai" } else { "Until" };
        lines.push(format!("{word} {}", end.iso()));
    }
    lines.push(if indonesian {
        format!("Anda dapat menjawab satu kali; seseorang yang tidak memutuskannya akan melihatnya: {link}")
    } else {
        format!("You can answer once, and someone who did not decide it looks at it: {link}")
    });
    lines.join("\n")
}
