//! Notes, pages, polls and tombstones.

use model::Millis;
use serde_json::{Value, json};

use super::{Addressing, members, set};
use crate::vocabulary::object::NoteKind;

/// A file that hangs on a note.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MediaDoc {
    /// Where it is.
    pub url: String,
    /// Its media type.
    pub media_type: String,
    /// Description for who cannot see it.
    pub name: Option<String>,
    /// Width in pixels.
    pub width: Option<u32>,
    /// Height in pixels.
    pub height: Option<u32>,
    /// `BlurHash` of the picture.
    pub blurhash: Option<String>,
    /// Focal point.
    pub focus: Option<(f64, f64)>,
}

/// A custom emoji of ours.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EmojiDoc {
    /// Its id.
    pub id: String,
    /// Without the colons.
    pub shortcode: String,
    /// The picture.
    pub url: String,
    /// Its media type.
    pub media_type: Option<String>,
}

/// Someone who is named in a note.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MentionDoc {
    /// His id.
    pub href: String,
    /// `@name@host`.
    pub name: String,
}

/// A hashtag in a note.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HashtagDoc {
    /// Its page here.
    pub href: String,
    /// Without the `#`.
    pub name: String,
}

/// The poll of a Question.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PollDoc {
    /// Options, and how often each was chosen.
    pub options: Vec<(String, u64)>,
    /// More than one may be chosen.
    pub multiple: bool,
    /// When it ends.
    pub end_time: Option<Millis>,
    /// When it was closed.
    pub closed: Option<Millis>,
    /// How many people voted.
    pub voters: u64,
}

/// Something that was written here.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NoteDoc {
    /// What it is.
    pub kind: NoteKind,
    /// Its id.
    pub id: String,
    /// The page for people.
    pub url: String,
    /// Who wrote it.
    pub attributed_to: String,
    /// Title.
    pub name: Option<String>,
    /// Body, HTML; `None` only for ballots.
    pub content: Option<String>,
    /// Language of the body.
    pub language: Option<String>,
    /// What was typed, Markdown.
    pub source: Option<String>,
    /// Content warning.
    pub summary: Option<String>,
    /// To be hidden at first.
    pub sensitive: bool,
    /// What it answers.
    pub in_reply_to: Option<String>,
    /// When it was written.
    pub published: Option<Millis>,
    /// When it was last changed.
    pub updated: Option<Millis>,
    /// Whom it is addressed to.
    pub addressing: Addressing,
    /// The collection of its thread (FEP-7888).
    pub context: Option<String>,
    /// The collection of its answers.
    pub replies: Option<String>,
    /// Files.
    pub media: Vec<MediaDoc>,
    /// The page that it is about.
    pub link: Option<String>,
    /// Who is named in it.
    pub mentions: Vec<MentionDoc>,
    /// Hashtags in it.
    pub hashtags: Vec<HashtagDoc>,
    /// Custom emoji in it.
    pub emojis: Vec<EmojiDoc>,
    /// What it quotes.
    pub quote: Option<String>,
    /// The stamp by which the quoted author agreed.
    pub quote_authorization: Option<String>,
    /// Who may quote it without being looked at, by addresses.
    pub can_quote: Option<Vec<String>>,
    /// Its poll.
    pub poll: Option<PollDoc>,
    /// Answers are welcome, where a group says so either way.
    pub comments_enabled: Option<bool>,
}

/// The document of something written.
#[must_use]
pub fn note(doc: &NoteDoc) -> Value {
    let mut map = members(json!({
        "id": doc.id,
        "type": doc.kind.name(),
        "attributedTo": doc.attributed_to,
        "url": doc.url,
        "summary": doc.summary,
        "sensitive": doc.sensitive,
        "inReplyTo": doc.in_reply_to,
        "attachment": attachments(doc),
        "tag": tags(doc),
    }));
    doc.addressing.put(&mut map);
    set(&mut map, "name", doc.name.as_deref());
    if let Some(content) = &doc.content {
        map.insert("content".into(), json!(content));
        map.insert("mediaType".into(), json!("text/html"));
        if let Some(tag) = &doc.language {
            // Mastodon reads the map, Lemmy and `PeerTube` the pair.
            map.insert("contentMap".into(), json!({tag: content}));
            map.insert("language".into(), json!({"identifier": tag, "name": tag}));
        }
    }
    set(
        &mut map,
        "source",
        doc.source
            .as_ref()
            .map(|s| json!({"content": s, "mediaType": "text/markdown"})),
    );
    set(
        &mut map,
        "published",
        doc.published.map(Millis::iso_seconds),
    );
    set(&mut map, "updated", doc.updated.map(Millis::iso_seconds));
    set(&mut map, "context", doc.context.as_deref());
    set(&mut map, "replies", doc.replies.as_deref());
    set(&mut map, "commentsEnabled", doc.comments_enabled);
    if let Some(quote) = &doc.quote {
        for name in ["quote", "quoteUri", "quoteUrl", "_misskey_quote"] {
            map.insert(name.into(), json!(quote));
        }
        set(
            &mut map,
            "quoteAuthorization",
            doc.quote_authorization.as_deref(),
        );
    }
    if let Some(everyone) = &doc.can_quote {
        let can_quote = json!({"automaticApproval": everyone, "manualApproval": []});
        map.insert("interactionPolicy".into(), json!({"canQuote": can_quote}));
    }
    if let Some(poll) = &doc.poll {
        put_poll(&mut map, poll);
    }
    Value::Object(map)
}

/// The document of something that is gone.
#[must_use]
pub fn tombstone(id: &str, former: Option<NoteKind>, deleted: Option<Millis>) -> Value {
    let mut map = members(json!({"id": id, "type": "Tombstone"}));
    set(&mut map, "formerType", former.map(NoteKind::name));
    set(&mut map, "deleted", deleted.map(Millis::iso_seconds));
    Value::Object(map)
}

/// The page first: Lemmy takes the first attachment as the link of the post.
fn attachments(doc: &NoteDoc) -> Vec<Value> {
    let link = doc
        .link
        .as_ref()
        .map(|href| json!({"type": "Link", "href": href, "mediaType": "text/html"}));
    link.into_iter()
        .chain(doc.media.iter().map(MediaDoc::value))
        .collect()
}

fn tags(doc: &NoteDoc) -> Vec<Value> {
    let mentions = doc
        .mentions
        .iter()
        .map(|m| json!({"type": "Mention", "href": m.href, "name": m.name}));
    let hashtags = doc
        .hashtags
        .iter()
        .map(|h| json!({"type": "Hashtag", "href": h.href, "name": format!("#{}", h.name)}));
    mentions
        .chain(hashtags)
        .chain(doc.emojis.iter().map(EmojiDoc::value))
        .collect()
}

fn put_poll(map: &mut serde_json::Map<String, Value>, poll: &PollDoc) {
    let options: Value = poll
        .options
        .iter()
        .map(|(name, votes)| {
            json!({
                "type": "Note", "name": name,
                "replies": {"type": "Collection", "totalItems": votes},
            })
        })
        .collect();
    let name = if poll.multiple { "anyOf" } else { "oneOf" };
    map.insert(name.into(), options);
    map.insert("votersCount".into(), json!(poll.voters));
    set(map, "endTime", poll.end_time.map(Millis::iso_seconds));
    set(map, "closed", poll.closed.map(Millis::iso_seconds));
}

impl MediaDoc {
    fn value(&self) -> Value {
        let mut map = members(json!({
            "type": "Document", "mediaType": self.media_type, "url": self.url, "name": self.name,
        }));
        set(&mut map, "width", self.width);
        set(&mut map, "height", self.height);
        set(&mut map, "blurhash", self.blurhash.as_deref());
        set(
            &mut map,
            "focalPoint",
            self.focus.map(|(x, y)| json!([x, y])),
        );
        Value::Object(map)
    }
}

impl EmojiDoc {
    /// The document of the emoji.
    #[must_use]
    pub fn value(&self) -> Value {
        let mut icon = members(json!({"type": "Image", "url": self.url}));
        set(&mut icon, "mediaType", self.media_type.as_deref());
        json!({
            "id": self.id, "type": "Emoji", "name": format!(":{}:", self.shortcode), "icon": icon,
        })
    }
}
