//! The pinned threads of a group as one note of the group itself. Mastodon pins nothing to a profile but its own
//! posts (`status.account_id == @account.id`), so a group that pins what its members wrote shows nothing there; this
//! note, which lists those threads with their addresses, is shown. It is made from the pins whenever it is
//! asked for and stands in no timeline.

use database::accounts::Account;
use database::status_pins;
use database::visible::NOBODY;
use model::Millis;
use services::views::StatusView;

use super::{full_handle, to_everyone};
use crate::engine::Federation;
use crate::error::Result;
use crate::reading::shown;
use crate::vocabulary::NoteKind;
use crate::vocabulary::write::notes::NoteDoc;

/// Characters of a thread's title.
const TITLE: usize = 120;

/// The address of the note.
#[must_use]
pub fn uri(group: &Account) -> String {
    format!("{}/pins", group.uri)
}

/// The note, where something is pinned that everyone may read; written at the first of these pins and changed at
/// the last.
///
/// # Errors
/// The database.
pub async fn note(fed: &Federation, group: &Account) -> Result<Option<NoteDoc>> {
    let owner = group.id;
    let (views, pins) = fed
        .ctx
        .db
        .read(move |conn| {
            let pins = status_pins::rows(conn, owner)?;
            let ids: Vec<_> = pins.iter().map(|pin| pin.status_id).collect();
            Ok::<_, services::Error>((shown(conn, NOBODY, &ids)?, pins))
        })
        .await?;
    if views.is_empty() {
        return Ok(None);
    }
    let made = pins.iter().map(|pin| pin.created_at);
    let published = made.clone().min().unwrap_or(group.created_at);
    let updated = made.max().filter(|last| *last > published);
    Ok(Some(list(fed, group, &views, published, updated)))
}

/// What is told of a change of the pins: the note as it is now, with the time of the change; an empty list where
/// nothing is pinned any more.
///
/// # Errors
/// As [`note`].
pub async fn changed(fed: &Federation, group: &Account, at: Millis) -> Result<NoteDoc> {
    let now = note(fed, group).await?;
    let now = now.unwrap_or_else(|| list(fed, group, &[], at, None));
    Ok(NoteDoc {
        updated: Some(at),
        ..now
    })
}

fn list(
    fed: &Federation,
    group: &Account,
    views: &[StatusView],
    published: Millis,
    updated: Option<Millis>,
) -> NoteDoc {
    let items: String = views.iter().map(|view| item(fed, view)).collect();
    let name = if group.display_name.is_empty() {
        &group.username
    } else {
        &group.display_name
    };
    NoteDoc {
        kind: NoteKind::Note,
        id: uri(group),
        url: group.url.clone(),
        attributed_to: group.uri.clone(),
        content: Some(format!(
            "<p>\u{1f4cc} {}</p><ul>{items}</ul>",
            text::escaped(name)
        )),
        published: Some(published),
        updated,
        addressing: to_everyone(&group.uri, Vec::new()),
        ..NoteDoc::default()
    }
}

fn item(fed: &Federation, view: &StatusView) -> String {
    let text = text::Html::from_trusted_row(view.status.content.clone());
    let title = match (
        view.status.title.as_str(),
        view.status.spoiler_text.as_str(),
    ) {
        ("", "") => text::summary(&text, TITLE),
        ("", warning) => warning.to_owned(),
        (title, _) => title.to_owned(),
    };
    let address = if view.status.url.is_empty() {
        &view.status.uri
    } else {
        &view.status.url
    };
    let title = if title.trim().is_empty() {
        address
    } else {
        &title
    };
    format!(
        "<li><a href=\"{}\">{}</a> \u{2013} {}</li>",
        text::escaped(address),
        text::escaped(title),
        text::escaped(&full_handle(fed, &view.author.account))
    )
}
