//! `MediaAttachment`.

use serde::Serialize;
use services::Place;
use services::media::{State, state};
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

/// What Mastodon's library for files says of one; the numbers of a film stand beside `original` too, for
/// older apps.
#[derive(Clone, Debug, Serialize)]
struct Meta {
    #[serde(skip_serializing_if = "Option::is_none")]
    length: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fps: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aspect: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    original: Option<Details>,
    #[serde(skip_serializing_if = "Option::is_none")]
    small: Option<Details>,
    focus: Focus,
}

#[derive(Clone, Debug, Default, Serialize)]
struct Details {
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aspect: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    frame_rate: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bitrate: Option<i64>,
}

#[derive(Clone, Debug, Serialize)]
struct Focus {
    x: f64,
    y: f64,
}

impl MediaAttachment {
    /// Prints a medium: what lies elsewhere by the address of our copy.
    pub(crate) fn of(place: &Place, media: &MediaView) -> Self {
        let remote = filled(&media.remote_url);
        let (url, preview_url) = addresses(place, media);
        let original = original(media);
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
            meta: meta(media, original),
        }
    }
}

/// Where it is shown, and the small one. Nothing while it is made fit, so that apps wait.
fn addresses(place: &Place, media: &MediaView) -> (Option<String>, Option<String>) {
    if state(media) != State::Ready {
        return (None, None);
    }
    if let Some((path, small)) = media.sealed_paths(place) {
        let here = |path: String| (!path.is_empty()).then(|| format!("{}{path}", place.base()));
        return (here(path), here(small));
    }
    let still = media.kind == "image";
    if media.remote_url.is_empty() {
        let ours = |file: &str| (!file.is_empty()).then(|| place.media_url(file));
        let url = ours(&media.file);
        let preview = ours(&media.preview).or_else(|| url.clone().filter(|_| still));
        return (url, preview);
    }
    if media.kind == "unknown" {
        // Nothing that we would copy: apps show it as a link to `remote_url`.
        return (filled(&media.remote_url), None);
    }
    let small = still.then(|| place.small_copy_url(&media.remote_url));
    (
        filled(&place.copy_url(&media.remote_url)),
        small.filter(|address| !address.is_empty()),
    )
}

fn original(media: &MediaView) -> Option<Details> {
    let mut details = size(media.width, media.height).unwrap_or_default();
    if media.duration > 0 {
        details.duration = Some(seconds(media.duration));
        details.frame_rate = filled(&media.frame_rate);
        details.bitrate = (media.bitrate > 0).then_some(media.bitrate);
    }
    (details.width.is_some() || details.duration.is_some()).then_some(details)
}

fn meta(media: &MediaView, original: Option<Details>) -> Meta {
    let moves = media.duration > 0;
    let of = |moves: bool| original.as_ref().filter(|_| moves);
    Meta {
        length: moves.then(|| length(media.duration)),
        duration: moves.then(|| seconds(media.duration)),
        fps: frames(&media.frame_rate),
        size: of(moves).and_then(|it| it.size.clone()),
        width: of(moves).and_then(|it| it.width),
        height: of(moves).and_then(|it| it.height),
        aspect: of(moves).and_then(|it| it.aspect),
        original,
        small: size(media.preview_width, media.preview_height),
        focus: Focus {
            x: media.focus_x,
            y: media.focus_y,
        },
    }
}

fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn size(width: i32, height: i32) -> Option<Details> {
    (width > 0 && height > 0).then(|| Details {
        width: Some(width),
        height: Some(height),
        size: Some(format!("{width}x{height}")),
        aspect: Some(f64::from(width) / f64::from(height)),
        ..Details::default()
    })
}

fn seconds(millis: i64) -> f64 {
    // Exact for 24 days; an upload is shorter than an hour.
    f64::from(i32::try_from(millis).unwrap_or(i32::MAX)) / 1000.0
}

/// `0:01:28.65`
fn length(millis: i64) -> String {
    let (whole, part) = (millis / 1000, millis % 1000 / 10);
    let (hours, minutes, seconds) = (whole / 3600, whole / 60 % 60, whole % 60);
    format!("{hours}:{minutes:02}:{seconds:02}.{part:02}")
}

/// Whole pictures a second.
fn frames(rate: &str) -> Option<i64> {
    let (over, under) = rate.split_once('/')?;
    let (over, under): (i64, i64) = (over.parse().ok()?, under.parse().ok()?);
    (over > 0 && under > 0).then(|| (over + under / 2) / under)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_rates_are_told_as_mastodon_tells_them() {
        assert_eq!(length(88_650), "0:01:28.65");
        assert_eq!(length(3_600_000), "1:00:00.00");
        assert_eq!(frames("30000/1001"), Some(30));
        assert_eq!(frames("0/0"), None);
        assert_eq!(seconds(5_580), 5.58);
    }
}
