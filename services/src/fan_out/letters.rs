//! The group writes to its moderators: someone waits at the door, a report waits, someone answers a decision. A
//! moderator who is signed in as himself reads it in any app; the link leads to where it is answered.

use std::collections::BTreeMap;

use database::accounts::Account;
use database::conversations::{self, Conversation};
use database::mentions::{self, Mention};
use database::statuses;
use database::{Conn, accounts, group_knocks, groups, memberships, moderation_actions, users};
use model::{AccountId, ActionId, MembershipState, Millis, NotificationKind};

use crate::admin::limits;
use crate::context::Context;
use crate::error::Result;
use crate::notifications::tell::{News, tell};
use crate::{letters, queue};

/// One letter a language to the moderators who live here, unless they know already that somebody waits: then
/// the next one comes after they looked.
pub(super) fn tell_moderators(
    ctx: &Context,
    conn: &mut Conn,
    group: AccountId,
    asking: AccountId,
) -> Result<()> {
    let Some(request) = memberships::find(conn, group, asking)?
        .filter(|row| row.state == MembershipState::Requested)
    else {
        return Ok(());
    };
    if queue::is_known(ctx, conn, &request)? {
        return Ok(());
    }
    let is_private = groups::find(conn, group)?.is_some_and(|row| !row.kind.is_readable());
    let group = accounts::get(conn, group)?;
    // Without the sign before it the name is no mention: who asks is not written to.
    let asking = accounts::get(conn, asking)?;
    let host = Some(asking.domain.clone()).filter(|host| is_private && !host.is_empty());
    let asking = asking.acct();
    let link = ctx.place.queue_url(&group.username);
    // The address holds the request: the same one is told once, a later one anew.
    let what = format!("requests/{}/{}", request.id, request.updated_at.0);
    to_moderators(ctx, conn, &group, &what, |language| {
        let mut text = words(language, &asking, &link);
        if let Some(host) = &host {
            text.push_str(&risk(language, host));
        }
        text
    })
}

/// The same for a report. It names nobody, and comes once an hour at the most: whoever moderates reads the rest
/// where it is answered.
pub(super) fn tell_of_report(ctx: &Context, conn: &mut Conn, group: AccountId) -> Result<()> {
    let group = accounts::get(conn, group)?;
    let link = ctx.place.reports_url(&group.username);
    let hour = ctx.now().0.div_euclid(Millis::HOUR);
    to_moderators(
        ctx,
        conn,
        &group,
        &format!("reports/{hour}"),
        |language| match language {
            "id" => format!("Ada laporan yang menunggu moderator kelompok ini.\n\nBuka: {link}"),
            _ => {
                format!("A report is waiting for the moderators of this group.\n\nOpen it: {link}")
            }
        },
    )
}

/// Strangers come in a wave: with the link to where one button keeps them out for a day.
pub(super) fn tell_of_wave(ctx: &Context, conn: &mut Conn, group: AccountId) -> Result<()> {
    let Some(told) = group_knocks::told_at(conn, group)? else {
        return Ok(());
    };
    let group = accounts::get(conn, group)?;
    let link = ctx.place.queue_url(&group.username);
    let what = format!("waves/{}", told.0);
    to_moderators(ctx, conn, &group, &what, |language| match language {
        "id" => format!(
            "Jauh lebih banyak orang asing daripada biasanya datang ke kelompok ini dalam satu jam terakhir.\n\n\
             Dengan satu tombol, selama 24 jam hanya anggota yang boleh menulis: {link}"
        ),
        _ => format!(
            "Far more strangers than usual came to this group within the last hour.\n\n\
             One button lets only members write for 24 hours: {link}"
        ),
    })
}

/// One letter a language to the moderators who live here; `what` tells one letter from another.
fn to_moderators(
    ctx: &Context,
    conn: &mut Conn,
    group: &Account,
    what: &str,
    words: impl Fn(&'static str) -> String,
) -> Result<()> {
    let moderators = memberships::moderators(conn, group.id)?;
    for (language, readers) in by_language(conn, &moderators)? {
        let uri = format!("{}/{what}/{language}", group.uri);
        if statuses::by_uri(conn, &uri)?.is_none() {
            send(ctx, conn, group, &readers, (language, words(language)), uri)?;
        }
    }
    Ok(())
}

fn by_language(
    conn: &mut Conn,
    people: &[AccountId],
) -> Result<BTreeMap<&'static str, Vec<AccountId>>> {
    let mut readers: BTreeMap<&'static str, Vec<AccountId>> = BTreeMap::new();
    for (account, locale) in users::locales(conn, people)? {
        let language = if locale.starts_with("id") { "id" } else { "en" };
        readers.entry(language).or_default().push(account);
    }
    Ok(readers)
}

/// Someone answered what was decided: those hear of it who did not decide it; where there are none, the
/// staff of the server that answers reports.
pub(super) fn tell_of_appeal(
    ctx: &Context,
    conn: &mut Conn,
    group: AccountId,
    appeal: ActionId,
) -> Result<()> {
    let Some(entry) = moderation_actions::find(conn, group, appeal)? else {
        return Ok(());
    };
    let Some(act) = entry.refers_to else {
        return Ok(());
    };
    let mut readers = crate::appeals::judges(conn, group, act)?;
    readers.retain(|who| *who != entry.human_id);
    let group = accounts::get(conn, group)?;
    let link = ctx.place.log_entry_url(&group.username, act);
    for (language, readers) in by_language(conn, &readers)? {
        let uri = format!("{}/appeals/{appeal}/{language}", group.uri);
        if statuses::by_uri(conn, &uri)?.is_none() {
            let source = match language {
                "id" => format!(
                    "Seseorang mengajukan keberatan atas keputusan di kelompok ini. Anda tidak ikut memutuskannya, jadi Anda yang menilai: {link}"
                ),
                _ => format!(
                    "Someone answered a decision in this group. You did not decide it, so you decide now: {link}"
                ),
            };
            send(ctx, conn, &group, &readers, (language, source), uri)?;
        }
    }
    Ok(())
}

/// A letter to one member: nobody learns from it who else is one. The same letter is written once.
pub(crate) fn to_member(
    ctx: &Context,
    conn: &mut Conn,
    group: &Account,
    who: AccountId,
    what: &str,
    (locale, words): (&str, impl Fn(&str) -> String),
) -> Result<()> {
    let language = if locale.starts_with("id") { "id" } else { "en" };
    let uri = format!("{}/{what}/{who}", group.uri);
    if statuses::by_uri(conn, &uri)?.is_none() {
        send(ctx, conn, group, &[who], (language, words(language)), uri)?;
    }
    Ok(())
}

/// The administrators of the server did something to the group: whoever looks after it hears of it. The words are
/// fixed, the reason is behind the link: nobody speaks through the group.
pub(super) fn tell_of_limit(
    ctx: &Context,
    conn: &mut Conn,
    group: AccountId,
    action: ActionId,
) -> Result<()> {
    let Some(entry) = moderation_actions::find(conn, group, action)? else {
        return Ok(());
    };
    let group = accounts::get(conn, group)?;
    let link = ctx.place.log_entry_url(&group.username, action);
    to_moderators(ctx, conn, &group, &format!("limits/{action}"), |language| {
        let said = limits::sentence(&entry.kind, language == "id", entry.ends_at);
        let said = said.unwrap_or_default();
        match language {
            "id" => format!("{said}\n\nAlasannya: {link}"),
            _ => format!("{said}\n\nThe reason: {link}"),
        }
    })
}

/// The words, with the name of who asks and the link.
fn words(language: &str, asking: &str, link: &str) -> String {
    match language {
        "id" => format!(
            "{asking} ingin bergabung dengan kelompok ini.\n\nBuka antrean untuk menerima atau menolak: {link}\n\n\
             Siapa pun yang mengetuk sebelum Anda membukanya juga ada di sana."
        ),
        _ => format!(
            "{asking} would like to join this group.\n\nOpen the queue to let them in or to refuse: {link}\n\n\
             Whoever knocks before you open it is there too."
        ),
    }
}

/// What it means to let someone in who lives elsewhere (`threats.md` 116 and 124).
fn risk(language: &str, host: &str) -> String {
    match language {
        "id" => format!(
            "\n\nPengelola {host} secara teknis dapat membaca apa yang ditulis di kelompok tertutup ini."
        ),
        _ => format!(
            "\n\nPeople who run {host} can technically read what this private group writes."
        ),
    }
}

/// A letter from the group to these readers, as it will stand in their apps.
fn send(
    ctx: &Context,
    conn: &mut Conn,
    group: &Account,
    readers: &[AccountId],
    (language, source): (&'static str, String),
    uri: String,
) -> Result<()> {
    let letter = letters::written(ctx, group, (language, source), Some(uri), None);
    let (id, now) = (letter.id, letter.created_at);
    statuses::insert(conn, &letter)?;
    let named: Vec<Mention> = readers
        .iter()
        .map(|account_id| Mention {
            status_id: id,
            account_id: *account_id,
            silent: false,
        })
        .collect();
    mentions::insert(conn, &named)?;
    let rows: Vec<Conversation> = readers
        .iter()
        .map(|account_id| Conversation {
            id: ctx.id(),
            account_id: *account_id,
            root_id: id,
            last_status_id: id,
            unread: true,
            updated_at: now,
        })
        .collect();
    conversations::grow(conn, &rows)?;
    let news = News::new(NotificationKind::Mention, group.id).about(&letter);
    tell(ctx, conn, &news, readers)?;
    Ok(())
}
