//! A post of a private group as a letter of the group to one member across the bridge: who wrote what, said by the
//! group, and addressed to nobody else. It names only its reader, so that an answer goes to the group and to no
//! address that the reader's program picks out of the text.

use model::{AccountKind, BridgeLetterId};
use services::Place;
use services::rows::Account;
use services::views::{MediaView, StatusView};

use super::{full_handle, notes};
use crate::engine::Federation;
use crate::vocabulary::NoteKind;
use crate::vocabulary::write::Addressing;
use crate::vocabulary::write::notes::{MediaDoc, MentionDoc, NoteDoc};

/// The letter with this id, about this post as the reader sees it.
#[must_use]
pub fn document(
    fed: &Federation,
    group: &Account,
    reader: &Account,
    id: BridgeLetterId,
    post: &StatusView,
) -> NoteDoc {
    let place = &fed.ctx.place;
    let said = notes::of(fed, post, None);
    let uri = place.bridge_letter_uri(&group.uri, id);
    NoteDoc {
        kind: NoteKind::Note,
        id: uri,
        url: group.url.clone(),
        attributed_to: group.uri.clone(),
        content: Some(words(fed, group, post)),
        language: said.language,
        summary: said.summary,
        sensitive: said.sensitive,
        in_reply_to: said.in_reply_to,
        published: said.published,
        updated: said.updated,
        addressing: to_one(reader),
        media: post
            .media
            .iter()
            .filter_map(|one| file(place, one))
            .collect(),
        mentions: vec![MentionDoc {
            href: reader.uri.clone(),
            name: full_handle(fed, reader),
        }],
        emojis: said.emojis,
        can_quote: Some(vec![group.uri.clone()]),
        ..NoteDoc::default()
    }
}

/// The reader, and nobody else.
#[must_use]
pub fn to_one(reader: &Account) -> Addressing {
    Addressing {
        to: vec![reader.uri.clone()],
        cc: Vec::new(),
        audience: None,
    }
}

/// Its author, what it says, the options of its poll, and what becomes of an answer; in the language of the post, as
/// far as we write it.
fn words(fed: &Federation, group: &Account, post: &StatusView) -> String {
    let is_indonesian = post.status.language.as_deref() == Some("id");
    let (wrote, answer) = if is_indonesian {
        (
            "menulis di",
            "Jawaban Anda atas surat ini dibaca para anggota kelompok sebagai komentar.",
        )
    } else {
        (
            "wrote in",
            "Your answer to this letter is read by the members of the group, as a comment.",
        )
    };
    let author = &post.author.account;
    let by = if author.kind == AccountKind::Group {
        format!("<p><b>{}</b>:</p>", name(author))
    } else {
        let handle = text::escaped(&full_handle(fed, author));
        format!(
            "<p><b>{}</b> ({handle}) {wrote} <b>{}</b>:</p>",
            name(author),
            name(group)
        )
    };
    let title = post
        .own_title()
        .map(|title| format!("<p><b>{}</b></p>", text::escaped(title)))
        .unwrap_or_default();
    let options: String = post
        .poll
        .iter()
        .flat_map(|poll| &poll.options)
        .map(|option| format!("<li>{}</li>", text::escaped(&option.title)))
        .collect();
    let poll = if options.is_empty() {
        options
    } else {
        format!("<ul>{options}</ul>")
    };
    let said = post.content_with_fallback();
    format!("{by}{title}{said}{poll}<p><small>{answer}</small></p>")
}

fn name(account: &Account) -> String {
    let name = if account.display_name.is_empty() {
        &account.username
    } else {
        &account.display_name
    };
    text::escaped(name)
}

/// A file under an address that is this reader's alone, and ends with the membership.
fn file(place: &Place, media: &MediaView) -> Option<MediaDoc> {
    let (path, _small) = media.sealed_paths(place)?;
    let plain = notes::file(place, media);
    (!path.is_empty()).then(|| MediaDoc {
        url: format!("{}{path}", place.base()),
        ..plain
    })
}
