//! What members wrote, as notes. `Note` is the type even of titled threads: Mastodon shows the text of
//! notes alone, and the group servers read `name` from a note as well.

use model::{Crowd, Visibility};
use services::Place;
use services::views::{MediaView, PollView, StatusView};

use super::{addressing, followers_of, full_handle};
use crate::engine::Federation;
use crate::error::Result;
use crate::vocabulary::write::Addressing;
use crate::vocabulary::write::notes::{HashtagDoc, MediaDoc, MentionDoc, NoteDoc, PollDoc};
use crate::vocabulary::{AS_PUBLIC, NoteKind};

/// The note that a status of this server is.
///
/// # Errors
/// The database.
pub async fn document(fed: &Federation, view: &StatusView) -> Result<NoteDoc> {
    let status = &view.status;
    // The thread's collection belongs to who wrote its first post; of threads that began elsewhere we
    // do not know it.
    let root = if status.root_id == status.id {
        Some(status.uri.clone())
    } else {
        let root = status.root_id;
        let rows = fed
            .ctx
            .db
            .read(move |conn| database::audiences::of(conn, &[root]))
            .await?;
        // A thread that only members read has no address for others, though one of its answers was opened.
        rows.into_iter()
            .filter(|(_id, _uri, audience)| audience.is_chosen() || !status.visibility.is_open())
            .map(|(_id, uri, _audience)| uri)
            .find(|uri| fed.ctx.place.owns(uri))
    };
    Ok(of(fed, view, root.as_deref()))
}

/// The note, given the address of the thread's first post where that is ours.
#[must_use]
pub fn of(fed: &Federation, view: &StatusView, root: Option<&str>) -> NoteDoc {
    let place = &fed.ctx.place;
    let status = &view.status;
    let quote = view.quoting.quote.as_ref();
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    NoteDoc {
        kind: if view.poll.is_some() {
            NoteKind::Question
        } else {
            NoteKind::Note
        },
        id: status.uri.clone(),
        url: if status.url.is_empty() {
            status.uri.clone()
        } else {
            status.url.clone()
        },
        attributed_to: view.author.account.uri.clone(),
        name: filled(&status.title),
        content: Some(view.content_with_fallback()),
        language: status.language.clone(),
        summary: filled(&status.spoiler_text),
        sensitive: status.sensitive || !status.spoiler_text.is_empty(),
        in_reply_to: view.in_reply_to_uri.clone(),
        published: Some(status.created_at),
        updated: status.edited_at,
        addressing: audience(view),
        context: root.map(|uri| format!("{uri}/context")),
        replies: Some(format!("{}/replies", status.uri)),
        media: view.media.iter().map(|media| file(place, media)).collect(),
        mentions: mentions(fed, view),
        hashtags: hashtags(place, view),
        emojis: super::emojis(place, &view.emojis),
        quote: quote.map(|quote| quote.uri.clone()),
        quote_authorization: quote.and_then(|quote| filled(&quote.stamp)),
        can_quote: Some(can_quote(view)),
        poll: view.poll.as_ref().map(poll),
        ..NoteDoc::default()
    }
}

/// Its hashtags; the flair of its group is one of them, for those who know no flairs.
fn hashtags(place: &Place, view: &StatusView) -> Vec<HashtagDoc> {
    let flair = view.flair.as_deref().map(services::flairs::key);
    let mut names = view.tags.clone();
    names.extend(flair.filter(|flair| !view.tags.iter().any(|tag| tag.to_lowercase() == *flair)));
    names
        .into_iter()
        .map(|name| HashtagDoc {
            href: place.tag_url(&name),
            name,
        })
        .collect()
}

/// Who may quote it at once; with nobody but the author in it, nobody else may.
fn can_quote(view: &StatusView) -> Vec<String> {
    let author = &view.author.account.uri;
    let rules = view.quoting.rules.automatic;
    if rules.meets(Crowd::EVERYONE) {
        vec![AS_PUBLIC.to_owned()]
    } else if rules.meets(Crowd::FOLLOWERS) {
        vec![followers_of(author)]
    } else {
        vec![author.clone()]
    }
}

/// The poll. Counts that nobody sees here before the end, nobody sees elsewhere either.
fn poll(view: &PollView) -> PollDoc {
    let shown = view.shows_totals();
    let count = |votes: i64| u64::try_from(votes).unwrap_or_default();
    PollDoc {
        options: view
            .options
            .iter()
            .map(|option| {
                let votes = if shown { count(option.votes_count) } else { 0 };
                (option.title.clone(), votes)
            })
            .collect(),
        multiple: view.poll.multiple,
        end_time: view.poll.expires_at,
        closed: view.poll.expires_at.filter(|_| view.poll.ended),
        voters: count(view.poll.voters_count.unwrap_or_default()),
    }
}

/// Whom the status is addressed to.
#[must_use]
pub fn audience(view: &StatusView) -> Addressing {
    let named: Vec<String> = view.mentions.iter().map(|m| m.uri.clone()).collect();
    addressing(
        &view.author.account.uri,
        view.status.visibility,
        view.group.as_ref().map(|group| group.account.uri.as_str()),
        &named,
    )
}

/// Who is named. A thread names its group even where the text does not: that is by what Friendica and
/// others know where it belongs.
fn mentions(fed: &Federation, view: &StatusView) -> Vec<MentionDoc> {
    let mut docs: Vec<MentionDoc> = view
        .mentions
        .iter()
        .filter(|mention| !mention.silent)
        .map(|mention| MentionDoc {
            href: mention.uri.clone(),
            name: if mention.acct.contains('@') {
                format!("@{}", mention.acct)
            } else {
                format!("@{}@{}", mention.acct, fed.ctx.place.domain())
            },
        })
        .collect();
    if let Some(group) = &view.group
        && view.status.in_reply_to_id.is_none()
        && (view.status.visibility.is_open() || view.status.visibility == Visibility::Members)
        && !docs.iter().any(|doc| doc.href == group.account.uri)
    {
        docs.push(MentionDoc {
            href: group.account.uri.clone(),
            name: full_handle(fed, &group.account),
        });
    }
    docs
}

pub(super) fn file(place: &Place, media: &MediaView) -> MediaDoc {
    let pixels = |count: i32| u32::try_from(count).ok().filter(|count| *count > 0);
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let centred = media.focus_x == 0.0 && media.focus_y == 0.0;
    MediaDoc {
        url: match media.path_for_servers(place) {
            _ if media.file.is_empty() => media.remote_url.clone(),
            Some(path) => format!("{}{path}", place.base()),
            None => place.media_url(&media.file),
        },
        media_type: media.mime.clone(),
        name: filled(&media.description),
        width: pixels(media.width),
        height: pixels(media.height),
        blurhash: filled(&media.blurhash),
        focus: (!centred).then_some((media.focus_x, media.focus_y)),
    }
}
