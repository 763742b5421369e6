//! What kind of sound or film is it, by its first bytes alone. Nothing is decoded here; who converts it
//! is told which container to expect, so that a list of other files disguised as a film stays unread.

/// A container of sound or film that is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Film {
    /// MP4, `QuickTime`, M4A, 3GP.
    Mp4,
    /// `WebM` and Matroska.
    Matroska,
    /// Ogg: Vorbis, Opus.
    Ogg,
    /// MP3.
    Mp3,
    /// FLAC.
    Flac,
    /// RIFF WAVE.
    Wav,
    /// AAC as it goes over the air (ADTS).
    Aac,
    /// A still picture in AVIF.
    Avif,
    /// A still picture in HEIC.
    Heic,
}

impl Film {
    /// What ffmpeg calls the reader of it.
    #[must_use]
    pub const fn reader(self) -> &'static str {
        match self {
            Self::Mp4 | Self::Avif | Self::Heic => "mov",
            Self::Matroska => "matroska",
            Self::Ogg => "ogg",
            Self::Mp3 => "mp3",
            Self::Flac => "flac",
            Self::Wav => "wav",
            Self::Aac => "aac",
        }
    }

    /// Is it a picture that does not move?
    #[must_use]
    pub const fn is_still(self) -> bool {
        matches!(self, Self::Avif | Self::Heic)
    }

    /// The ending and the media type under which it may be handed on as it is; nothing for stills, and
    /// for what no browser plays.
    #[must_use]
    pub const fn as_it_is(self, has_picture: bool) -> Option<(&'static str, &'static str)> {
        match (self, has_picture) {
            (Self::Mp4, true) => Some(("mp4", "video/mp4")),
            (Self::Mp4, false) => Some(("m4a", "audio/mp4")),
            (Self::Matroska, _) => Some(("webm", "video/webm")),
            (Self::Ogg, _) => Some(("ogg", "audio/ogg")),
            (Self::Mp3, _) => Some(("mp3", "audio/mpeg")),
            (Self::Flac, _) => Some(("flac", "audio/flac")),
            (Self::Wav, _) => Some(("wav", "audio/wav")),
            (Self::Aac | Self::Avif | Self::Heic, _) => None,
        }
    }
}

/// Tells the container of a file by its first bytes; `None` for everything else.
#[must_use]
pub fn film(bytes: &[u8]) -> Option<Film> {
    if bytes.get(4..8) == Some(b"ftyp") {
        return brand(bytes);
    }
    if bytes.starts_with(b"\x1a\x45\xdf\xa3") {
        return Some(Film::Matroska);
    }
    if bytes.starts_with(b"OggS") {
        return Some(Film::Ogg);
    }
    if bytes.starts_with(b"fLaC") {
        return Some(Film::Flac);
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WAVE") {
        return Some(Film::Wav);
    }
    if bytes.starts_with(b"ID3") {
        return Some(Film::Mp3);
    }
    match bytes {
        // Twelve ones, then the layer: 00 is ADTS, anything else MPEG audio.
        [0xff, second, third, ..] if second & 0xf0 == 0xf0 && second & 0x06 == 0 => {
            (third & 0x3c != 0x3c).then_some(Film::Aac)
        }
        [0xff, second, third, ..] if second & 0xe0 == 0xe0 && second & 0x06 == 0x02 => {
            (third & 0xf0 != 0xf0).then_some(Film::Mp3)
        }
        _ => None,
    }
}

/// The brand of an ISO file: stills name themselves first, or among the compatible ones.
fn brand(bytes: &[u8]) -> Option<Film> {
    let length = bytes
        .get(0..4)
        .and_then(|four| <[u8; 4]>::try_from(four).ok())
        .map(u32::from_be_bytes)?;
    let end = usize::try_from(length).ok()?.clamp(16, 256);
    let mut brands = bytes
        .get(8..end.min(bytes.len()))?
        .chunks_exact(4)
        .enumerate()
        .filter(|(at, _brand)| *at != 1)
        .map(|(_at, brand)| brand);
    let first = brands.clone().next()?;
    if matches!(first, b"avif" | b"avis") {
        return Some(Film::Avif);
    }
    if matches!(first, b"heic" | b"heix" | b"heim" | b"heis" | b"hevc") {
        return Some(Film::Heic);
    }
    if matches!(first, b"mif1" | b"msf1") {
        return Some(if brands.any(|brand| brand == b"avif") {
            Film::Avif
        } else {
            Film::Heic
        });
    }
    Some(Film::Mp4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containers_are_told_by_their_first_bytes() {
        for (bytes, expected) in [
            (&b"\0\0\0\x18ftypisom\0\0\0\0isommp41"[..], Some(Film::Mp4)),
            (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", Some(Film::Mp4)),
            (b"\0\0\0\x18ftypavif\0\0\0\0avifmif1", Some(Film::Avif)),
            (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif", Some(Film::Avif)),
            (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", Some(Film::Heic)),
            (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Some(Film::Heic)),
            (b"\x1a\x45\xdf\xa3", Some(Film::Matroska)),
            (b"OggS", Some(Film::Ogg)),
            (b"fLaC", Some(Film::Flac)),
            (b"RIFF\0\0\0\0WAVE", Some(Film::Wav)),
            (b"RIFF\0\0\0\0AVI ", None),
            (b"ID3\x04", Some(Film::Mp3)),
            (b"\xff\xfb\x90\x64", Some(Film::Mp3)),
            (b"\xff\xf1\x50\x80", Some(Film::Aac)),
            (b"\xff\xd8\xff\xe0", None),
            (b"#EXTM3U\n#EXT-X-VERSION:3", None),
            (b"ffconcat version 1.0\nfile /etc/passwd", None),
            (b"", None),
            (b"\0\0\0\0ftyp", None),
        ] {
            assert_eq!(film(bytes), expected, "{bytes:?}");
        }
    }
}
