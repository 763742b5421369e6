//! `MediaAttachment`.

use serde::Serialize;
use services::Place;
use services::views::status::MediaView;

/// <https://docs.joinmastodon.org/entities/MediaAttachment/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct MediaAttachment {
    id: String,
    r#type: String,
    url: Option<String>,
    preview_url: Option<String>,
    remote_url: Option<String>,
    preview_remote_url: Option<String>,
    text_url: Option<String>,
    description: Option<String>,
    blurhash: Option<String>,
    meta: Meta,
}

#[derive(Clone, Debug, Serialize)]
struct Meta {
    #[serde(skip_serializing_if = "Option::is_none")]
    original: Option<Size>,
    #[serde(skip_serializing_if = "Option::is_none")]
    small: Option<Size>,
    focus: Focus,
}

#[derive(Clone, Debug, Serialize)]
struct Size {
    width: i32,
    height: i32,
    size: String,
    aspect: f64,
}

#[derive(Clone, Debug, Serialize)]
struct Focus {
    x: f64,
    y: f64,
}

impl MediaAttachment {
    /// Prints a picture: our files by our address, others by theirs.
    pub(crate) fn of(place: &Place, media: &MediaView) -> Self {
        let ours = |file: &str| (!file.is_empty()).then(|| place.media_url(file));
        let remote = filled(&media.remote_url);
        let url = ours(&media.file).or_else(|| remote.clone());
        let preview_url = ours(&media.preview).or_else(|| url.clone());
        Self {
            id: media.id.to_string(),
            r#type: media.kind.clone(),
            url,
            preview_url,
            remote_url: remote,
            preview_remote_url: None,
            text_url: None,
            description: filled(&media.description),
            blurhash: filled(&media.blurhash),
            meta: Meta {
                original: size(media.width, media.height),
                small: size(media.preview_width, media.preview_height),
                focus: Focus {
                    x: media.focus_x,
                    y: media.focus_y,
                },
            },
        }
    }
}

fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn size(width: i32, height: i32) -> Option<Size> {
    (width > 0 && height > 0).then(|| Size {
        width,
        height,
        size: format!("{width}x{height}"),
        aspect: f64::from(width) / f64::from(height),
    })
}
