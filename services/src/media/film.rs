//! Sound and film made fit to be shown: what is in the file, what is allowed, what it becomes. The
//! programs that do it are in `tools`.

use std::sync::Arc;

use ::media::{Film, Limits, Processed};
use database::media_attachments::MediaAttachment;
use serde_json::Value;

use super::tools::{Cage, LONG, QUICK, Tools};
use super::workshop;
use crate::error::{Error, Result};

/// Bytes of an upload of sound or film.
pub const MOST_BYTES: usize = 40 * 1024 * 1024;
/// Pixels of one picture of a film: 3840 x 2160, as Mastodon's.
pub const MOST_PIXELS: i64 = 8_294_400;
/// Pictures a second, as Mastodon's.
pub const MOST_RATE: i64 = 120;
/// Milliseconds: an hour.
const MOST_LENGTH: i64 = 60 * 60 * 1000;
/// The most that a file may weigh once converted.
const MOST_WRITTEN: u64 = 100 * 1024 * 1024;
/// A silent film that is no longer than this moves by itself, like a GIF.
const MOST_LOOP: i64 = 60 * 1000;

/// Sound or film that may be published.
#[derive(Debug)]
pub(super) struct Fit {
    /// `video`, `gifv` or `audio`.
    pub(super) kind: &'static str,
    pub(super) bytes: Vec<u8>,
    pub(super) mime: &'static str,
    pub(super) extension: &'static str,
    pub(super) facts: Facts,
    /// The first picture, or the cover of a song.
    pub(super) poster: Option<Processed>,
}

/// What `ffprobe` tells of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Facts {
    pub(super) width: i32,
    pub(super) height: i32,
    /// Milliseconds.
    pub(super) duration: i64,
    pub(super) frame_rate: String,
    pub(super) bitrate: i64,
    video: String,
    pixels: String,
    audio: String,
    /// A picture that stands still beside the sound.
    cover: bool,
}

impl Facts {
    fn read(said: &Value) -> Self {
        let none = Vec::new();
        let streams = said
            .get("streams")
            .and_then(Value::as_array)
            .unwrap_or(&none);
        let text = |of: &Value, key: &str| {
            let word = of.get(key).and_then(Value::as_str).unwrap_or_default();
            word.chars().take(40).collect::<String>()
        };
        let is = |stream: &Value, kind: &str| text(stream, "codec_type") == kind;
        let attached = |stream: &Value| {
            stream
                .pointer("/disposition/attached_pic")
                .and_then(Value::as_i64)
                == Some(1)
        };
        let mut facts = Self::default();
        if let Some(film) = streams.iter().find(|it| is(it, "video") && !attached(it)) {
            let side = |key: &str| {
                let pixels = film.get(key).and_then(Value::as_i64).unwrap_or_default();
                i32::try_from(pixels).unwrap_or(i32::MAX)
            };
            (facts.width, facts.height) = (side("width"), side("height"));
            if is_on_its_side(film) {
                std::mem::swap(&mut facts.width, &mut facts.height);
            }
            facts.frame_rate = [text(film, "avg_frame_rate"), text(film, "r_frame_rate")]
                .into_iter()
                .find(|rate| rate_of(rate).is_some())
                .unwrap_or_default();
            facts.video = text(film, "codec_name");
            facts.pixels = text(film, "pix_fmt");
        }
        facts.cover = streams.iter().any(|it| is(it, "video") && attached(it));
        if let Some(sound) = streams.iter().find(|it| is(it, "audio")) {
            facts.audio = text(sound, "codec_name");
        }
        let format = said.get("format").unwrap_or(&Value::Null);
        facts.duration = millis(&text(format, "duration"));
        facts.bitrate = text(format, "bit_rate").parse().unwrap_or_default();
        facts
    }

    fn has_picture(&self) -> bool {
        !self.video.is_empty()
    }

    /// `video`, `gifv` or `audio`, as Mastodon tells them: a short silent film moves by itself.
    pub(super) fn kind(&self) -> &'static str {
        match (self.has_picture(), self.audio.is_empty()) {
            (false, _) => "audio",
            (true, true) if self.duration <= MOST_LOOP => "gifv",
            (true, _) => "video",
        }
    }

    /// Is it within what is accepted?
    fn check(&self) -> Result<()> {
        let refused = |text: &str| Err(Error::Media(text.to_owned()));
        if self.video.is_empty() && self.audio.is_empty() {
            return refused("there is neither sound nor film in the file");
        }
        if self.duration > MOST_LENGTH {
            return refused("the file is longer than an hour");
        }
        if self.has_picture() {
            if self.width <= 0 || self.height <= 0 {
                return refused("the film has no pixels");
            }
            if i64::from(self.width) * i64::from(self.height) > MOST_PIXELS {
                return Err(Error::Media(format!(
                    "{}x{} videos are not supported",
                    self.width, self.height
                )));
            }
            if rate_of(&self.frame_rate).is_some_and(|rate| rate > MOST_RATE) {
                return Err(Error::Media(format!(
                    "videos of more than {MOST_RATE} frames a second are not supported"
                )));
            }
        }
        Ok(())
    }

    /// Does every browser play it as it is?
    fn is_plain(&self) -> bool {
        self.video == "h264"
            && matches!(self.pixels.as_str(), "yuv420p" | "yuvj420p")
            && matches!(self.audio.as_str(), "" | "aac")
            && i64::from(self.width) * i64::from(self.height) <= 1920 * 1080
            && self.bitrate <= 4_000_000
            && rate_of(&self.frame_rate).is_some_and(|rate| rate <= 60)
    }
}

/// Was the camera held upright, so that the film is stored lying on its side?
fn is_on_its_side(film: &Value) -> bool {
    let turned = |value: &Value| {
        value
            .as_i64()
            .is_some_and(|turn| turn.rem_euclid(180) == 90)
    };
    film.get("side_data_list")
        .and_then(Value::as_array)
        .is_some_and(|list| list.iter().any(|it| it.get("rotation").is_some_and(turned)))
}

/// Pictures a second, rounded up; nothing for `0/0`.
fn rate_of(rate: &str) -> Option<i64> {
    let (over, under) = rate.split_once('/')?;
    let (over, under): (i64, i64) = (over.parse().ok()?, under.parse().ok()?);
    (over > 0 && under > 0).then(|| (over - 1) / under + 1)
}

/// `1.250000` as milliseconds.
fn millis(seconds: &str) -> i64 {
    let (whole, part) = seconds.split_once('.').unwrap_or((seconds, ""));
    let part: String = part.chars().chain("000".chars()).take(3).collect();
    let whole: i64 = whole.parse().unwrap_or_default();
    let part: i64 = part.parse().unwrap_or_default();
    whole.saturating_mul(1000).saturating_add(part)
}

/// Looks into an upload before it is taken.
///
/// # Errors
/// `Media` for what cannot be read or is beyond the limits.
pub(super) async fn look(tools: &Tools, cage: &Cage, film: Film) -> Result<Facts> {
    let facts = Facts::read(&tools.probe(cage, film.reader()).await?);
    facts.check()?;
    Ok(facts)
}

/// Makes sound or film fit to be shown.
///
/// # Errors
/// `Media` for what cannot be converted or is beyond the limits.
pub(super) async fn make_fit(tools: &Arc<Tools>, bytes: Vec<u8>, film: Film) -> Result<Fit> {
    let cage = Cage::with(bytes).await?;
    let facts = look(tools, &cage, film).await?;
    let target = if facts.has_picture() {
        picture_target(&facts)
    } else {
        sound_target(&facts)
    };
    let reader = film.reader();
    let patience = if target.copies { QUICK * 3 } else { LONG };
    tools
        .convert(&cage, reader, &[], &target.how, patience)
        .await?;
    let bytes = cage.read(target.written, MOST_WRITTEN).await?;
    let poster = poster(tools, &cage, reader, &facts).await;
    let written = Cage::with(bytes.clone()).await?;
    let mut told = Facts::read(&tools.probe(&written, target.reader).await?);
    if told.duration == 0 {
        told.duration = facts.duration;
    }
    Ok(Fit {
        kind: told.kind(),
        bytes,
        mime: target.mime,
        extension: target.extension,
        facts: told,
        poster,
    })
}

impl Fit {
    /// An animation that stays a picture.
    pub(super) fn gif(bytes: Vec<u8>, row: &MediaAttachment) -> Self {
        Self {
            kind: "image",
            bytes,
            mime: "image/gif",
            extension: "gif",
            facts: Facts {
                width: row.width,
                height: row.height,
                ..Facts::default()
            },
            poster: None,
        }
    }
}

/// Makes an animation a silent film.
///
/// # Errors
/// `Media` for what cannot be converted.
pub(super) async fn animation(tools: &Arc<Tools>, gif: Vec<u8>) -> Result<Fit> {
    let cage = Cage::with(gif).await?;
    let facts = Facts::read(&tools.probe(&cage, "gif").await?);
    let target = picture_target(&facts);
    tools
        .convert(&cage, "gif", &[], &target.how, QUICK * 6)
        .await?;
    let bytes = cage.read(target.written, MOST_WRITTEN).await?;
    let written = Cage::with(bytes.clone()).await?;
    Ok(Fit {
        kind: "gifv",
        bytes,
        mime: target.mime,
        extension: target.extension,
        facts: Facts::read(&tools.probe(&written, target.reader).await?),
        poster: None,
    })
}

/// The first picture of a film or the cover of a song; there may be none.
async fn poster(tools: &Tools, cage: &Cage, reader: &str, facts: &Facts) -> Option<Processed> {
    if !facts.has_picture() && !facts.cover {
        return None;
    }
    let png = tools.first_picture(cage, reader, &[]).await.ok()?;
    workshop::picture(png, poster_limits()).await.ok()
}

/// The first picture of a film comes from our own program, as a PNG that may be large.
pub(crate) fn poster_limits() -> Limits {
    Limits {
        bytes: 200 * 1024 * 1024,
        ..Limits::default()
    }
}

/// What a file becomes.
struct Target {
    how: Vec<&'static str>,
    written: &'static str,
    reader: &'static str,
    mime: &'static str,
    extension: &'static str,
    /// Are the streams copied as they are?
    copies: bool,
}

/// H.264 and AAC in MP4, which every browser and app plays, with its table of contents first.
fn picture_target(facts: &Facts) -> Target {
    let mut how = vec!["-map", "0:V:0", "-map", "0:a:0?"];
    let copies = facts.is_plain();
    if copies {
        how.extend(["-c", "copy"]);
    } else {
        how.extend([
            "-c:v",
            "libx264",
            "-preset",
            "veryfast",
            "-crf",
            "24",
            "-maxrate",
            "3M",
            "-bufsize",
            "6M",
            "-pix_fmt",
            "yuv420p",
            // No side beyond 1,920 pixels, and even ones, as the codec needs them.
            "-vf",
            "scale=w='min(1920,iw)':h='min(1920,ih)':force_original_aspect_ratio=decrease:\
             force_divisible_by=2",
            "-fpsmax",
            "60",
            "-c:a",
            "aac",
            "-b:a",
            "128k",
            "-ac",
            "2",
        ]);
    }
    how.extend(["-movflags", "+faststart", "-f", "mp4", "out.mp4"]);
    Target {
        how,
        written: "out.mp4",
        reader: "mov",
        mime: "video/mp4",
        extension: "mp4",
        copies,
    }
}

/// MP3, AAC and Opus stay what they are, without what is written beside them; everything else becomes
/// MP3, as on Mastodon.
fn sound_target(facts: &Facts) -> Target {
    let target = |how: Vec<&'static str>, written, reader, mime, extension, copies| Target {
        how: ["-map", "0:a:0", "-vn"].into_iter().chain(how).collect(),
        written,
        reader,
        mime,
        extension,
        copies,
    };
    let bare = [
        "-id3v2_version",
        "0",
        "-write_id3v1",
        "0",
        "-f",
        "mp3",
        "out.mp3",
    ];
    match facts.audio.as_str() {
        "mp3" => {
            let how = ["-c:a", "copy"].into_iter().chain(bare).collect();
            target(how, "out.mp3", "mp3", "audio/mpeg", "mp3", true)
        }
        "aac" => {
            let how = vec![
                "-c:a",
                "copy",
                "-movflags",
                "+faststart",
                "-f",
                "ipod",
                "out.m4a",
            ];
            target(how, "out.m4a", "mov", "audio/mp4", "m4a", true)
        }
        "opus" => {
            let how = vec!["-c:a", "copy", "-f", "ogg", "out.ogg"];
            target(how, "out.ogg", "ogg", "audio/ogg", "ogg", true)
        }
        _ => {
            let how = ["-c:a", "libmp3lame", "-q:a", "2"];
            let how = how.into_iter().chain(bare).collect();
            target(how, "out.mp3", "mp3", "audio/mpeg", "mp3", false)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn facts_are_read_and_limits_kept() {
        let film = json!({
            "streams": [
                {"codec_type": "video", "codec_name": "h264", "pix_fmt": "yuv420p", "width": 640,
                 "height": 360, "avg_frame_rate": "30000/1001",
                 "side_data_list": [{"side_data_type": "Display Matrix", "rotation": -90}]},
                {"codec_type": "audio", "codec_name": "aac"},
            ],
            "format": {"duration": "2.50", "bit_rate": "800000"},
        });
        let facts = Facts::read(&film);
        assert_eq!((facts.width, facts.height), (360, 640));
        assert_eq!((facts.duration, facts.bitrate), (2500, 800_000));
        assert_eq!(facts.frame_rate, "30000/1001");
        assert!(facts.check().is_ok() && facts.is_plain());

        let with = |change: fn(&mut Facts)| {
            let mut facts = facts.clone();
            change(&mut facts);
            facts.check().is_err()
        };
        assert!(with(|it| it.width = 40_000));
        assert!(with(|it| it.frame_rate = "240/1".to_owned()));
        assert!(with(|it| it.duration = 2 * MOST_LENGTH));
        assert!(with(|it| it.height = 0));
        assert!(Facts::read(&json!({})).check().is_err());
        assert!(Facts::read(&json!([1, "x"])).check().is_err());
    }

    #[test]
    fn numbers_of_other_programs_are_read_with_care() {
        assert_eq!(millis("1.25"), 1250);
        assert_eq!(millis("3600"), 3_600_000);
        assert_eq!(millis("N/A"), 0);
        assert_eq!(millis("99999999999999999999"), 0);
        assert_eq!(rate_of("0/0"), None);
        assert_eq!(rate_of("25/1"), Some(25));
        assert_eq!(rate_of("30000/1001"), Some(30));
        assert_eq!(rate_of("60"), None);
    }
}
