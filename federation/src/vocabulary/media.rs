//! Files that hang on objects and actors: attachments and pictures. Nothing is fetched here, and
//! whether an address may be is decided where that happens.

use serde_json::Value;

use super::lenient::{Fields, cut, essence, link};
use super::uri::ObjectUri;

/// The most attachments that are read of one object.
pub const MAX_ATTACHMENTS: usize = 16;
/// The longest description of a picture, as Mastodon reads it.
const MAX_ALT: usize = 10_000;
/// The longest BlurHash of 9 by 9 components has 166 characters.
const MAX_BLURHASH: usize = 166;

/// What kind of thing is attached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttachmentKind {
    /// A picture.
    Image,
    /// A film.
    Video,
    /// A sound.
    Audio,
    /// A page elsewhere.
    Link,
    /// Any other file.
    Document,
}

/// One attachment.
#[derive(Debug, Clone, PartialEq)]
pub struct Attachment {
    /// What kind of thing it is, by media type first and by the name of the type second.
    pub kind: AttachmentKind,
    /// Where it is.
    pub url: ObjectUri,
    /// Media type without parameters.
    pub media_type: Option<String>,
    /// Description for who cannot see it.
    pub name: Option<String>,
    /// Width in pixels.
    pub width: Option<u32>,
    /// Height in pixels.
    pub height: Option<u32>,
    /// `BlurHash` of the picture.
    pub blurhash: Option<String>,
    /// Focal point, each coordinate between -1 and 1.
    pub focus: Option<(f64, f64)>,
}

impl Attachment {
    /// Reads one entry of `attachment`, `image` or `icon`.
    pub(crate) fn read(value: &Value) -> Option<Self> {
        // WordPress and Mobilizon group pictures may be bare addresses.
        if value.is_string() {
            let url = link(value)?;
            return Some(Self {
                kind: by_extension(&url).unwrap_or(AttachmentKind::Link),
                url,
                media_type: None,
                name: None,
                width: None,
                height: None,
                blurhash: None,
                focus: None,
            });
        }
        let fields = Fields::part(value)?;
        // `url` for files, `href` for Links (Lemmy, Mbin, Mobilizon); a file may list several
        // Links (`PeerTube`), the first one is taken.
        let (url, within) = match fields.many("url").iter().find_map(|v| Some((link(v)?, v))) {
            Some((url, within)) => (url, Fields::part(within)),
            None => (fields.link("href")?, None),
        };
        let size = |name| -> Option<u32> {
            fields
                .number(name)
                .or_else(|| within?.number(name))
                .and_then(|n| u32::try_from(n).ok())
                .filter(|n| *n > 0)
        };
        let media_type = fields
            .str("mediaType")
            .or_else(|| within?.str("mediaType"))
            .map(essence)
            .filter(|t| (3..=127).contains(&t.len()) && t.contains('/'));
        Some(Self {
            kind: kind(fields.str("type"), media_type.as_deref(), &url),
            media_type,
            // Pixelfed and `PeerTube` describe pictures in `summary` or `name`.
            name: fields
                .text("name", MAX_ALT)
                .or_else(|| fields.text("summary", MAX_ALT)),
            width: size("width"),
            height: size("height"),
            blurhash: fields
                .str("blurhash")
                .filter(|b| b.len() <= MAX_BLURHASH && b.is_ascii())
                .and_then(|b| cut(b, MAX_BLURHASH)),
            focus: focus(fields),
            url,
        })
    }

    /// Reads a picture of an actor or an object. `PeerTube` lists several sizes: the widest wins.
    pub(crate) fn picture(fields: Fields<'_>, name: &str) -> Option<Self> {
        fields
            .many(name)
            .iter()
            .take(MAX_ATTACHMENTS)
            .filter_map(Self::read)
            .reduce(|best, next| if next.width > best.width { next } else { best })
    }
}

/// Lemmy attaches an image post as a `Link` to the picture, Mastodon everything as `Document`:
/// the media type decides, then the type, then the ending of the address.
fn kind(named: Option<&str>, media_type: Option<&str>, url: &ObjectUri) -> AttachmentKind {
    match media_type.and_then(|t| t.split('/').next()) {
        Some("image") => return AttachmentKind::Image,
        Some("video") => return AttachmentKind::Video,
        Some("audio") => return AttachmentKind::Audio,
        _ => {}
    }
    match named {
        Some("Image") => AttachmentKind::Image,
        Some("Video") => AttachmentKind::Video,
        Some("Audio") => AttachmentKind::Audio,
        Some("Link" | "Page" | "Article" | "Note") => {
            by_extension(url).unwrap_or(AttachmentKind::Link)
        }
        None if media_type == Some("text/html") => AttachmentKind::Link,
        _ => by_extension(url).unwrap_or(AttachmentKind::Document),
    }
}

fn by_extension(url: &ObjectUri) -> Option<AttachmentKind> {
    let (_, ending) = url.url().path().rsplit_once('.')?;
    match ending.to_ascii_lowercase().as_str() {
        "png" | "jpg" | "jpeg" | "gif" | "webp" | "avif" => Some(AttachmentKind::Image),
        "mp4" | "webm" | "mov" => Some(AttachmentKind::Video),
        "mp3" | "ogg" | "flac" | "opus" | "wav" => Some(AttachmentKind::Audio),
        _ => None,
    }
}

fn focus(fields: Fields<'_>) -> Option<(f64, f64)> {
    let [x, y] = fields.many("focalPoint") else {
        return None;
    };
    let (x, y) = (x.as_f64()?, y.as_f64()?);
    let sound = |n: f64| (-1.0..=1.0).contains(&n);
    (sound(x) && sound(y)).then_some((x, y))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn mastodon_describes_a_picture() {
        let read = Attachment::read(&json!({
            "type": "Document", "mediaType": "image/jpeg", "url": "https://far.example/a",
            "name": "Two dragons", "blurhash": "USQv", "focalPoint": [0.0, -0.5],
            "width": 1500, "height": 1095,
        }))
        .unwrap();
        assert_eq!(read.kind, AttachmentKind::Image);
        assert_eq!(read.focus, Some((0.0, -0.5)));
        assert_eq!((read.width, read.height), (Some(1500), Some(1095)));
        assert_eq!(read.name.as_deref(), Some("Two dragons"));
    }

    #[test]
    fn lemmy_attaches_pictures_and_pages_as_links() {
        let kind = |href: &str| {
            Attachment::read(&json!({"type": "Link", "href": href}))
                .unwrap()
                .kind
        };
        assert_eq!(kind("https://far.example/i.PNG"), AttachmentKind::Image);
        assert_eq!(kind("https://news.example/story"), AttachmentKind::Link);
    }

    #[test]
    fn what_has_no_address_is_no_attachment() {
        for value in [
            json!({"type": "Link", "href": "payto://iban/DE1"}),
            json!({"type": "PropertyValue", "name": "a", "value": "b"}),
            json!(5),
            json!({"type": "Image", "url": "javascript:alert(1)"}),
        ] {
            assert_eq!(Attachment::read(&value), None, "{value}");
        }
    }

    #[test]
    fn the_widest_picture_is_taken() {
        let value = json!({"icon": [
            {"type": "Image", "url": "https://far.example/48.jpg", "width": 48},
            {"type": "Image", "url": "https://far.example/120.jpg", "width": 120},
        ]});
        let picture = Attachment::picture(Fields::of(&value).unwrap(), "icon").unwrap();
        assert_eq!(picture.url.as_str(), "https://far.example/120.jpg");
    }
}
