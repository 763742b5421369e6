//! What someone elsewhere is told whom a private group does not take in, because of the server on which they live:
//! a letter of the group, in plain words, at most one a day and person.

use database::accounts::Account;
use database::mentions::{self, Mention};
use database::statuses::{self, Status};
use database::{Conn, groups};
use model::{Event, Millis, StatusId};
use text::MentionTarget;

use crate::context::Ctx;
use crate::error::Result;

/// Why they hear of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// They asked to join.
    Asked,
    /// They were in, and the group let their server go.
    Dropped,
}

/// Writes the letter, with its event.
///
/// # Errors
/// The database.
pub(crate) fn tell(
    ctx: &Ctx,
    conn: &mut Conn,
    group: &Account,
    person: &Account,
    reason: Reason,
) -> Result<()> {
    let now = ctx.now();
    // The address holds the person and the day: so there is one, whichever groups they asked.
    let day = now.0.div_euclid(Millis::DAY);
    let uri = format!("{}/turned_away/{}/{day}", ctx.place.base(), person.id);
    if statuses::by_uri(conn, &uri)?.is_some() {
        return Ok(());
    }
    let options = groups::find(conn, group.id)?;
    let local_only = options.as_ref().is_some_and(|row| row.local_only);
    // In the language of the group, as far as we write it.
    let language = match options {
        Some(row) if row.languages.split(' ').next() == Some("id") => "id",
        _ => "en",
    };
    let source = words(language, group, person, (reason, local_only));
    let nobody = |_: &text::MentionText| -> Option<MentionTarget> { None };
    let no_tag = |_: &str| String::new();
    let id: StatusId = ctx.id();
    let letter = Status {
        url: ctx.place.status_url(&group.username, id),
        local: true,
        content: text::plain_to_html(&source, &nobody, &no_tag).into_string(),
        source,
        language: Some(language.to_owned()),
        ..Status::blank(id, group.id, uri, now)
    };
    statuses::insert(conn, &letter)?;
    let named = Mention {
        status_id: id,
        account_id: person.id,
        silent: false,
    };
    mentions::insert(conn, &[named])?;
    ctx.record(conn, &Event::StatusPublished { status: id })
        .map_err(Into::into)
}

fn words(
    language: &str,
    group: &Account,
    person: &Account,
    (reason, local_only): (Reason, bool),
) -> String {
    let name = if group.display_name.is_empty() {
        &group.username
    } else {
        &group.display_name
    };
    let (who, host) = (person.acct(), &person.domain);
    if language == "id" {
        let first = match reason {
            Reason::Asked => format!("Anda meminta bergabung dengan kelompok tertutup “{name}”."),
            Reason::Dropped => format!("Anda bukan lagi anggota kelompok tertutup “{name}”."),
        };
        let why = if local_only {
            "Kelompok ini hanya menerima orang yang punya akun di servernya sendiri.\n\n\
             Anda dapat membuat akun di server kelompok itu dan bergabung dari sana."
                .to_owned()
        } else {
            format!(
                "Tulisan di sana hanya untuk anggotanya, dan kami tidak tahu apakah {host} menjaganya. Karena itu tidak \
                 ada tulisan kelompok yang dikirim ke sana.\n\nAnda dapat meminta moderator kelompok memasukkan \
                 {host} ke daftar server kelompok, atau bergabung dengan akun di server yang memakai Balai, atau \
                 Lemmy 1.0 ke atas."
            )
        };
        return format!("@{who} {first}\n\n{why}");
    }
    let first = match reason {
        Reason::Asked => format!("You asked to join the private group “{name}”."),
        Reason::Dropped => format!("You are no longer a member of the private group “{name}”."),
    };
    let why = if local_only {
        "It takes only people who have an account on its own server.\n\n\
         You can open an account on the group's server and join from there."
            .to_owned()
    } else {
        format!(
            "What is written there is for its members alone, and we do not know whether {host} keeps such things \
             private: so nothing is sent there.\n\nYou can ask the moderators of the group to put {host} on the \
             group's list of servers, or join with an account on a server that runs Balai, or Lemmy 1.0 or newer."
        )
    };
    format!("@{who} {first}\n\n{why}")
}
