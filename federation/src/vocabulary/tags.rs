//! The `tag` list of objects and actors: mentions, hashtags, custom emoji and links to quoted
//! objects. Whether a mentioned actor exists is not decided here.

use serde_json::Value;

use super::lenient::Fields;
use super::media::Attachment;
use super::uri::ObjectUri;

/// The most tags that are read of one object.
pub const MAX_TAGS: usize = 100;
/// The longest name of a hashtag, a mention or an emoji, in characters.
const MAX_NAME: usize = 300;

/// Someone is named in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The actor.
    pub href: ObjectUri,
    /// How the text names him, usually `@name@host`.
    pub name: Option<String>,
}

/// A hashtag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hashtag {
    /// Without the leading `#`, as it was written.
    pub name: String,
    /// The page of the tag at its author's server.
    pub href: Option<ObjectUri>,
}

/// A custom emoji.
#[derive(Debug, Clone, PartialEq)]
pub struct Emoji {
    /// Without the colons.
    pub shortcode: String,
    /// The picture.
    pub url: ObjectUri,
    /// Media type of the picture.
    pub media_type: Option<String>,
    /// Id of the emoji itself, where it has one.
    pub id: Option<ObjectUri>,
}

/// What was found in a `tag` list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tags {
    /// Actors named in the text.
    pub mentions: Vec<Mention>,
    /// Hashtags.
    pub hashtags: Vec<Hashtag>,
    /// Custom emoji.
    pub emojis: Vec<Emoji>,
    /// Objects that the text links to as quotes (FEP-e232).
    pub quotes: Vec<ObjectUri>,
}

impl Tags {
    pub(crate) fn read(fields: Fields<'_>) -> Self {
        let mut tags = Self::default();
        for value in fields.many("tag").iter().take(MAX_TAGS) {
            tags.add(value);
        }
        tags
    }

    fn add(&mut self, value: &Value) {
        let Some(tag) = Fields::part(value) else {
            return;
        };
        match tag.str("type") {
            // Smithereen mentions without a name.
            Some("Mention") => self.mentions.extend(tag.link("href").map(|href| Mention {
                href,
                name: tag.text("name", MAX_NAME),
            })),
            Some("Hashtag") => self.hashtags.extend(hashtag(tag)),
            Some("Emoji") => self.emojis.extend(emoji(tag)),
            Some("Link") if is_object_link(tag) => self.quotes.extend(tag.link("href")),
            _ => {}
        }
    }
}

/// `PeerTube` names a hashtag without `#`, Gancio gives a relative `href`, which is dropped.
pub(crate) fn hashtag(tag: Fields<'_>) -> Option<Hashtag> {
    let name = tag.text("name", MAX_NAME)?;
    let name = name.trim().trim_start_matches('#');
    (!name.is_empty()).then(|| Hashtag {
        name: name.to_owned(),
        href: tag.link("href"),
    })
}

fn emoji(tag: Fields<'_>) -> Option<Emoji> {
    let name = tag.str("name")?.trim_matches(':');
    let sound = !name.is_empty()
        && name.chars().count() <= MAX_NAME
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || "_-+.".contains(c));
    let picture = Attachment::picture(tag, "icon")?;
    sound.then(|| Emoji {
        shortcode: name.to_owned(),
        url: picture.url,
        media_type: picture.media_type,
        id: tag.link("id"),
    })
}

/// FEP-e232: a Link whose media type says that an object, not a page, is behind it.
fn is_object_link(tag: Fields<'_>) -> bool {
    tag.str("mediaType").is_some_and(|t| {
        t == "application/activity+json"
            || (t.starts_with("application/ld+json")
                && t.contains("https://www.w3.org/ns/activitystreams"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_kind_of_tag_finds_its_list() {
        let value = json!({"tag": [
            {"type": "Mention", "href": "https://far.example/u"},
            {"type": "Hashtag", "name": "#books", "href": "/tags/books"},
            {"type": "Hashtag", "name": "films"},
            {"type": "Emoji", "name": ":cow:", "icon": {"url": "https://far.example/cow.png"}},
            {"type": "Emoji", "name": ":<b>:", "icon": {"url": "https://far.example/cow.png"}},
            {"type": "Link", "href": "https://far.example/1",
             "mediaType": "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\""},
            {"type": "Link", "href": "https://far.example/page", "mediaType": "text/html"},
            {"type": "CommunityPostTag", "id": "https://far.example/t"},
            "https://far.example/x", null,
        ]});
        let tags = Tags::read(Fields::of(&value).unwrap());
        assert_eq!(tags.mentions.len(), 1);
        let names: Vec<_> = tags.hashtags.iter().map(|h| h.name.as_str()).collect();
        assert_eq!(names, ["books", "films"]);
        assert_eq!(tags.hashtags[0].href, None);
        assert_eq!(tags.emojis.len(), 1);
        assert_eq!(tags.emojis[0].shortcode, "cow");
        assert_eq!(tags.quotes.len(), 1);
    }

    #[test]
    fn ten_thousand_tags_are_cut() {
        let tag = json!({"type": "Hashtag", "name": "#a"});
        let value = json!({"tag": vec![tag; 10_000]});
        let tags = Tags::read(Fields::of(&value).unwrap());
        assert_eq!(tags.hashtags.len(), MAX_TAGS);
    }
}
