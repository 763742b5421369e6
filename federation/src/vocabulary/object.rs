//! The Note in the wide sense: every object that people write and that becomes a status. What is
//! stored of kinds that are no plain notes is decided in [`display`].

mod display;
mod event;
mod poll;
mod quote;

use std::fmt;

use model::Millis;
use serde_json::Value;

pub use self::display::{Body, Displayed};
pub use self::event::{Event, Place};
pub use self::poll::{Poll, PollOption};
pub use self::quote::CanQuote;

use super::addresses::Addresses;
use super::lenient::{Fields, essence, link};
use super::media::{Attachment, AttachmentKind, MAX_ATTACHMENTS};
use super::refusal::{Refusal, Why};
use super::tags::Tags;
use super::uri::ObjectUri;

/// The longest `content`, in bytes.
pub const MAX_CONTENT: usize = 512 * 1024;
/// The longest title, in characters.
pub const MAX_NAME: usize = 2048;
/// The longest content warning or teaser, in characters.
pub const MAX_SUMMARY: usize = 20_000;
/// The longest conversation id, in characters.
const MAX_CONVERSATION: usize = 2048;
/// The most authors that are read.
const MAX_AUTHORS: usize = 16;

/// What people write.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum NoteKind {
    /// A short text.
    #[default]
    Note,
    /// A long text.
    Article,
    /// A titled post of a forum, often with a link.
    Page,
    /// A poll.
    Question,
    /// A meeting.
    Event,
    /// A film.
    Video,
    /// A sound.
    Audio,
    /// A picture.
    Image,
    /// A file.
    Document,
    /// A private message of Pleroma, Lemmy before 1.0 and Mbin.
    ChatMessage,
}

impl NoteKind {
    /// The kind of this name, if we store such objects.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "Note" => Self::Note,
            "Article" => Self::Article,
            "Page" => Self::Page,
            "Question" => Self::Question,
            "Event" => Self::Event,
            "Video" => Self::Video,
            "Audio" => Self::Audio,
            "Image" => Self::Image,
            "Document" => Self::Document,
            "ChatMessage" => Self::ChatMessage,
            _ => return None,
        })
    }

    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Note => "Note",
            Self::Article => "Article",
            Self::Page => "Page",
            Self::Question => "Question",
            Self::Event => "Event",
            Self::Video => "Video",
            Self::Audio => "Audio",
            Self::Image => "Image",
            Self::Document => "Document",
            Self::ChatMessage => "ChatMessage",
        }
    }
}

/// How `content` is written. HTML wherever nothing else is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContentType {
    /// HTML, not yet sanitised.
    Html,
    /// Markdown (`PeerTube`).
    Markdown,
    /// Plain text.
    Plain,
}

/// What the author typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The text.
    pub content: String,
    /// Its media type, `text/markdown` as a rule.
    pub media_type: Option<String>,
}

/// The collection that a post was written into (FEP-400e: the wall of a group).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetCollection {
    /// The collection.
    pub id: ObjectUri,
    /// Its owner, the group.
    pub attributed_to: Option<ObjectUri>,
}

/// An object that becomes a status.
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    /// Its id, without a fragment (but a ballot's).
    pub id: ObjectUri,
    /// What it is.
    pub kind: NoteKind,
    /// Who wrote it: the first Person of `attributedTo`; for Mobilizon's objects of a group the
    /// human in `actor`. To be compared with the origin of the id and with who sent it.
    pub author: ObjectUri,
    /// Everyone in `attributedTo`.
    pub attributed_to: Vec<ObjectUri>,
    /// The group that stands as author beside or before the person (`PeerTube`, Mobilizon).
    pub group: Option<ObjectUri>,
    /// Whom it is addressed to.
    pub addresses: Addresses,
    /// Title, or for the ballot of a poll the option.
    pub name: Option<String>,
    /// Body as it came, not sanitised.
    pub content: Option<String>,
    /// How the body is written.
    pub content_type: ContentType,
    /// Language of the body, a lower-case tag.
    pub language: Option<String>,
    /// Content warning of notes, teaser of articles.
    pub summary: Option<String>,
    /// To be hidden at first.
    pub sensitive: bool,
    /// What the author typed.
    pub source: Option<Source>,
    /// What it answers.
    pub in_reply_to: Option<ObjectUri>,
    /// The page for people.
    pub url: Option<ObjectUri>,
    /// When it was published, by its server's word.
    pub published: Option<Millis>,
    /// When it was last changed, by its server's word.
    pub updated: Option<Millis>,
    /// The collection of its thread (FEP-7888).
    pub context: Option<ObjectUri>,
    /// Opaque name of its thread (`ostatus:conversation`).
    pub conversation: Option<String>,
    /// Files and links.
    pub attachments: Vec<Attachment>,
    /// Picture that stands for the whole (thumbnail, banner).
    pub image: Option<Attachment>,
    /// Mentions, hashtags, emoji.
    pub tags: Tags,
    /// The collection of its answers.
    pub replies: Option<ObjectUri>,
    /// What it quotes.
    pub quote: Option<ObjectUri>,
    /// The stamp by which the quoted author agreed (FEP-044f).
    pub quote_authorization: Option<ObjectUri>,
    /// Who may quote it (FEP-044f), where it says so.
    pub can_quote: Option<CanQuote>,
    /// Where it was written into (FEP-400e).
    pub target: Option<TargetCollection>,
    /// Answers are welcome, where the author said so either way (Lemmy, Mbin, `PeerTube`).
    pub comments_enabled: Option<bool>,
    /// Time and place of an Event.
    pub event: Option<Event>,
    /// Options of a Question.
    pub poll: Option<Poll>,
}

impl Note {
    /// Reads an object that `type` names as one of [`NoteKind`].
    ///
    /// # Errors
    /// A [`Refusal`] that names the field.
    pub fn read(value: &Value) -> Result<Self, Refusal> {
        let fields = Fields::of(value)?;
        let name = fields.kind()?;
        let Some(kind) = NoteKind::named(name) else {
            return Err(Refusal::unknown_type("", name));
        };
        let id = fields.id()?;
        let Authors { author, all, group } = Authors::read(fields)?;
        fields.whole_text("content", MAX_CONTENT)?;
        let (content, language) = fields.said("content", "contentMap");
        if content.is_some_and(|c| c.len() > MAX_CONTENT) {
            return Err(Refusal::new("contentMap", Why::TooLong));
        }
        let (title, _) = fields.said("name", "nameMap");
        let (summary, _) = fields.said("summary", "summaryMap");
        let tags = Tags::read(fields);
        let note = Self {
            id,
            kind,
            author,
            attributed_to: all,
            group,
            addresses: Addresses::read(fields),
            name: title.and_then(|t| super::lenient::cut(t.trim(), MAX_NAME)),
            content: content.filter(|c| !c.is_empty()).map(str::to_owned),
            content_type: content_type(fields),
            language: language.or_else(|| fields.language()),
            summary: summary.and_then(|t| super::lenient::cut(t, MAX_SUMMARY)),
            sensitive: fields.flag("sensitive").unwrap_or(false),
            source: source(fields),
            in_reply_to: fields.link("inReplyTo"),
            url: fields.page(),
            published: fields.date("published"),
            updated: fields.date("updated"),
            context: fields.link("context"),
            // GNU social calls it `inConversation`.
            conversation: fields
                .text("conversation", MAX_CONVERSATION)
                .or_else(|| fields.text("inConversation", MAX_CONVERSATION)),
            attachments: attachments(fields, kind),
            image: Attachment::picture(fields, "image")
                .or_else(|| Attachment::picture(fields, "icon")),
            quote: quote(fields, &tags),
            tags,
            replies: fields.link("replies"),
            quote_authorization: fields.link("quoteAuthorization"),
            can_quote: CanQuote::read(fields),
            target: target(fields),
            comments_enabled: fields.flag("commentsEnabled"),
            event: (kind == NoteKind::Event).then(|| Event::read(fields)),
            poll: (kind == NoteKind::Question).then(|| Poll::read(fields)),
        };
        // A ballot never becomes a post; Mastodon names it by a fragment (`users/ana#votes/1`).
        if note.id.has_fragment() && !note.is_ballot() {
            return Err(Refusal::new("id", Why::Expected("without a fragment")));
        }
        Ok(note)
    }

    /// Whether it is the ballot of a poll: Mastodon sends a Note with a name and no content in
    /// answer to a Question.
    #[must_use]
    pub fn is_ballot(&self) -> bool {
        self.kind == NoteKind::Note
            && self.name.is_some()
            && self.content.is_none()
            && self.in_reply_to.is_some()
    }

    /// The page elsewhere that a link post is about.
    #[must_use]
    pub fn link(&self) -> Option<&ObjectUri> {
        self.attachments
            .iter()
            .find(|a| a.kind == AttachmentKind::Link)
            .map(|a| &a.url)
            // Lotide has no attachment: `url` of a Page is the link itself.
            .or_else(|| {
                let url = self.url.as_ref()?;
                (self.kind == NoteKind::Page && url.domain() != self.id.domain()).then_some(url)
            })
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.name(), self.id)
    }
}

/// Who wrote an object.
struct Authors {
    author: ObjectUri,
    all: Vec<ObjectUri>,
    group: Option<ObjectUri>,
}

impl Authors {
    /// `attributedTo` is an address, an object, or a list of both: `PeerTube` names the Person
    /// and the channel (a Group). Mobilizon attributes to the group and names the human in
    /// `actor`; Pleroma repeats the author there.
    fn read(fields: Fields<'_>) -> Result<Self, Refusal> {
        let missing = || Refusal::new("attributedTo", Why::Missing);
        let typed = |v: &Value| v.get("type").and_then(Value::as_str).map(str::to_owned);
        let entries: Vec<(ObjectUri, Option<String>)> = fields
            .many("attributedTo")
            .iter()
            .filter_map(|v| Some((link(v)?, typed(v))))
            .take(MAX_AUTHORS)
            .collect();
        let of_type = |name: &str| {
            entries
                .iter()
                .find(|(_, kind)| kind.as_deref() == Some(name))
                .map(|(uri, _)| uri.clone())
        };
        let actor = fields.link("actor");
        let mut group = of_type("Group");
        let author = match (of_type("Person"), entries.first(), actor) {
            (Some(person), ..) => person,
            (None, Some((only, _)), Some(actor)) if entries.len() == 1 && *only != actor => {
                group = Some(only.clone());
                actor
            }
            (None, Some((first, _)), _) => first.clone(),
            (None, None, actor) => actor.ok_or_else(missing)?,
        };
        Ok(Self {
            author,
            all: entries.into_iter().map(|(uri, _)| uri).collect(),
            group,
        })
    }
}

/// `PeerTube` says `text/markdown` of its content; everyone else writes HTML.
fn content_type(fields: Fields<'_>) -> ContentType {
    match fields.str("mediaType").map(essence).as_deref() {
        Some("text/markdown") => ContentType::Markdown,
        Some("text/plain") => ContentType::Plain,
        _ => ContentType::Html,
    }
}

/// An object with content and media type; Pleroma sends the bare text, Mbin for link posts a
/// bare address, which is no text of the author.
fn source(fields: Fields<'_>) -> Option<Source> {
    let value = fields.get("source")?;
    let (content, media_type) = match value {
        Value::String(text) => (text.as_str(), None),
        _ => {
            let part = Fields::part(value)?;
            (part.str("content")?, part.str("mediaType").map(essence))
        }
    };
    let is_address = media_type.is_none() && ObjectUri::parse(content).is_ok();
    (!content.is_empty() && content.len() <= MAX_CONTENT && !is_address).then(|| Source {
        content: content.to_owned(),
        media_type,
    })
}

/// Attachments; for a film or a sound the file stands in `url`, for a picture too (Pixelfed's
/// posts are Notes, but Funkwhale's and other servers' `Audio` and `Image` objects are not).
fn attachments(fields: Fields<'_>, kind: NoteKind) -> Vec<Attachment> {
    let listed = fields.many("attachment").iter();
    let own: &[Value] = match kind {
        NoteKind::Video | NoteKind::Audio | NoteKind::Image | NoteKind::Document => {
            fields.many("url")
        }
        _ => &[],
    };
    let own = own.iter().filter_map(Attachment::read).filter(|a| {
        matches!(
            a.kind,
            AttachmentKind::Image | AttachmentKind::Video | AttachmentKind::Audio
        )
    });
    listed
        .filter(|v| v.get("type").and_then(Value::as_str) != Some("PropertyValue"))
        .filter_map(Attachment::read)
        .chain(own.take(1))
        .take(MAX_ATTACHMENTS)
        .collect()
}

/// `quote` by FEP-044f; `quoteUri` of Fedibird, `quoteUrl` of Pleroma and Misskey,
/// `_misskey_quote`; an object link by FEP-e232.
fn quote(fields: Fields<'_>, tags: &Tags) -> Option<ObjectUri> {
    ["quote", "quoteUri", "quoteUrl", "_misskey_quote"]
        .iter()
        .find_map(|name| fields.link(name))
        .or_else(|| tags.quotes.first().cloned())
}

fn target(fields: Fields<'_>) -> Option<TargetCollection> {
    let value = fields.get("target")?;
    Some(TargetCollection {
        id: link(value)?,
        attributed_to: Fields::part(value).and_then(|part| part.link("attributedTo")),
    })
}

#[cfg(test)]
mod tests;
