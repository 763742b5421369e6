//! A Note in the wide sense as a status to store: what is shown of it, for whom, with which files.

use model::{AccountId, Crowd, QuoteRules, Visibility};
use services::polls::IncomingPoll;
use services::quotes;
use services::statuses::{Incoming, IncomingMedia};

use crate::audience;
use crate::vocabulary::{
    Attachment, AttachmentKind, Body, CanQuote, Note, ObjectUri, Poll, Recipient,
};

/// The most pictures and other files of a status that are stored.
const MAX_MEDIA: usize = 16;

/// What the use cases take. The note was read at its origin, or came signed from its author.
pub(crate) fn incoming(note: &Note, followers: &str, group: Option<AccountId>) -> Incoming {
    let shown = note.display();
    let mentions: Vec<String> = unique(note.tags.mentions.iter().map(|mention| &mention.href));
    let addressed = unique(note.addresses.uris().chain(&note.addresses.audience));
    let addressed = addressed
        .into_iter()
        .filter(|uri| !mentions.contains(uri))
        .collect();
    Incoming {
        uri: note.id.to_string(),
        url: page(note),
        title: shown.title.clone().unwrap_or_default(),
        content: content(&shown.body, shown.link.as_ref()),
        spoiler_text: shown.spoiler.unwrap_or_default(),
        sensitive: note.sensitive,
        language: note.language.as_deref().map(language),
        visibility: Some(visibility(note, followers)),
        in_reply_to: note.in_reply_to.as_ref().map(ToString::to_string),
        published: note.published,
        updated: note.updated,
        mentions,
        addressed,
        to: note
            .addresses
            .to
            .iter()
            .filter_map(|one| match one {
                Recipient::Public => None,
                Recipient::Uri(uri) => Some(uri.to_string()),
            })
            .collect(),
        tags: tags(note),
        attachments: note
            .attachments
            .iter()
            .filter(|file| is_file(file))
            .take(MAX_MEDIA)
            .map(media)
            .collect(),
        group,
        via: None,
        quote: quotes::Incoming {
            uri: address(note.quote.as_ref()),
            stamp: address(note.quote_authorization.as_ref()),
            rules: note
                .can_quote
                .as_ref()
                .map(|can| rules(note, can, followers)),
        },
        poll: note.poll.as_ref().map(poll),
    }
}

fn address(uri: Option<&ObjectUri>) -> String {
    uri.map(ToString::to_string).unwrap_or_default()
}

fn rules(note: &Note, can: &CanQuote, followers: &str) -> QuoteRules {
    let author = note.author.as_str();
    let crowd = |list: &[Recipient]| {
        list.iter().fold(Crowd::NOBODY, |all, one| {
            all.and(match one {
                Recipient::Public => Crowd::EVERYONE,
                Recipient::Uri(uri) if uri.as_str() == author => Crowd::NOBODY,
                Recipient::Uri(uri) if uri.as_str() == followers => Crowd::FOLLOWERS,
                // What it is called by Mastodon and most others; nothing of ours depends on it.
                Recipient::Uri(uri) if uri.as_str() == format!("{author}/following") => {
                    Crowd::FOLLOWING
                }
                Recipient::Uri(_) => Crowd::OTHERS,
            })
        })
    };
    QuoteRules {
        automatic: crowd(&can.automatic),
        manual: crowd(&can.manual),
    }
}

fn visibility(note: &Note, followers: &str) -> Visibility {
    audience::of_status(&note.addresses, followers)
}

/// `id-ID` and `id` are one language.
fn language(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or_default().to_owned()
}

/// The page of a status stands on its own server; a Page that links elsewhere has that in its text.
fn page(note: &Note) -> String {
    let own = |uri: &&ObjectUri| uri.domain() == note.id.domain();
    let page = note.url.as_ref().filter(own).unwrap_or(&note.id);
    page.to_string()
}

fn unique<'a>(uris: impl Iterator<Item = &'a ObjectUri>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for uri in uris {
        if !found.iter().any(|known| known == uri.as_str()) {
            found.push(uri.to_string());
        }
    }
    found
}

fn tags(note: &Note) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for tag in &note.tags.hashtags {
        let key = tag.name.to_lowercase();
        if !found.iter().any(|known| known.to_lowercase() == key) {
            found.push(tag.name.clone());
        }
    }
    found
}

/// The body as HTML, not yet clean, with the page that it is about.
fn content(body: &Body, link: Option<&ObjectUri>) -> String {
    let mut html = match body {
        Body::Html(html) => html.clone(),
        Body::Markdown(words) => {
            text::markdown_to_html(words, &|_mention| None, &|tag| format!("#{tag}")).into_string()
        }
    };
    if let Some(link) = link {
        let address = text::escaped(link.as_str());
        if !html.contains(link.as_str()) && !html.contains(&address) {
            html.push_str(&format!("<p><a href=\"{address}\">{address}</a></p>"));
        }
    }
    html
}

fn poll(poll: &Poll) -> IncomingPoll {
    IncomingPoll {
        options: poll
            .options
            .iter()
            .map(|option| (option.name.clone(), option.votes))
            .collect(),
        multiple: poll.multiple,
        expires_at: poll.end_time,
        closed: poll.closed,
        voters: poll.voters,
    }
}

fn is_file(attachment: &Attachment) -> bool {
    matches!(
        attachment.kind,
        AttachmentKind::Image | AttachmentKind::Video | AttachmentKind::Audio
    )
}

fn media(file: &Attachment) -> IncomingMedia {
    let pixels = |n: Option<u32>| n.and_then(|n| i32::try_from(n).ok()).unwrap_or(0);
    let fallback = match file.kind {
        AttachmentKind::Video => "video/mp4",
        AttachmentKind::Audio => "audio/mpeg",
        _ => "image/jpeg",
    };
    IncomingMedia {
        url: file.url.to_string(),
        mime: file.media_type.clone().unwrap_or(fallback.to_owned()),
        description: file.name.clone().unwrap_or_default(),
        blurhash: file.blurhash.clone().unwrap_or_default(),
        width: pixels(file.width),
        height: pixels(file.height),
        focus: file.focus,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn read(more: Value) -> Incoming {
        let mut value = json!({
            "id": "https://far.example/1", "type": "Note",
            "attributedTo": "https://far.example/u", "content": "<p>Hello</p>",
        });
        let Value::Object(more) = more else { panic!() };
        value.as_object_mut().unwrap().extend(more);
        incoming(
            &Note::read(&value).unwrap(),
            "https://far.example/u/followers",
            None,
        )
    }

    #[test]
    fn a_page_has_its_title_and_its_link() {
        let read = read(json!({
            "type": "Page", "name": "A story", "url": "https://far.example/post/1",
            "attachment": [{"type": "Link", "href": "https://news.example/a?b=1&c=2"}],
        }));
        assert_eq!(read.title, "A story");
        assert_eq!(read.url, "https://far.example/post/1");
        assert!(read.content.starts_with("<p>Hello</p>"));
        assert!(
            read.content
                .contains("href=\"https://news.example/a?b=1&amp;c=2\"")
        );
        assert!(read.attachments.is_empty());
    }

    #[test]
    fn who_is_named_is_named_once() {
        let ana = "https://home.example/users/ana";
        let group = "https://home.example/g/garden";
        let read = read(json!({
            "to": ["as:Public", ana, group], "cc": [ana, group], "audience": group,
            "tag": [{"type": "Mention", "href": ana}, {"type": "Mention", "href": ana},
                {"type": "Hashtag", "name": "#Books"}, {"type": "Hashtag", "name": "#books"}],
            "contentMap": {"id-ID": "<p>Halo</p>"},
        }));
        assert_eq!(read.mentions, [ana]);
        assert_eq!(read.addressed, [group]);
        assert_eq!(read.tags, ["Books"]);
        assert_eq!(read.visibility, Some(Visibility::Public));
        assert_eq!(read.language.as_deref(), Some("id"));
    }

    #[test]
    fn a_page_on_another_server_is_not_its_page() {
        let read = read(json!({"url": "https://victim.example/@ana/1"}));
        assert_eq!(read.url, "https://far.example/1");
    }

    #[test]
    fn a_question_comes_with_what_can_be_chosen() {
        let read = read(
            json!({"type": "Question", "votersCount": 3, "endTime": "2026-11-24T00:00:00Z",
            "anyOf": [{"name": "yes", "replies": {"totalItems": 2}}, {"name": "<b>no"}]}),
        );
        assert_eq!(read.content, "<p>Hello</p>");
        let poll = read.poll.unwrap();
        assert_eq!(
            poll.options,
            [("yes".to_owned(), 2), ("<b>no".to_owned(), 0)]
        );
        assert!(poll.multiple && poll.expires_at.is_some() && poll.voters == Some(3));
    }

    #[test]
    fn pictures_come_with_their_descriptions() {
        let read = read(json!({"attachment": [
            {"type": "Document", "mediaType": "image/png", "url": "https://far.example/a.png",
             "name": "A cow", "width": 3, "height": 2},
            {"type": "Document", "mediaType": "application/pdf", "url": "https://far.example/a.pdf"},
        ]}));
        let [picture] = read.attachments.as_slice() else {
            panic!()
        };
        assert_eq!((picture.description.as_str(), picture.width), ("A cow", 3));
    }
}
