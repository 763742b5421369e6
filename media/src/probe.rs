//! What kind of file is it and how big, before anything is decoded. The name of a file and the
//! type that its sender claims count for nothing; only its first bytes do.

use std::io::Cursor;

use image::{ImageDecoder, ImageFormat, ImageReader};

use crate::error::{Error, guarded};

/// A kind of picture that is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Photographs.
    Jpeg,
    /// Drawings, screenshots.
    Png,
    /// Small animations.
    Gif,
    /// Either of them; comes in and never goes out, because not every client shows it.
    WebP,
}

impl Kind {
    /// The media type.
    #[must_use]
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
            Self::WebP => "image/webp",
        }
    }

    /// The end of a file's name, without the dot.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Gif => "gif",
            Self::WebP => "webp",
        }
    }

    pub(crate) const fn format(self) -> ImageFormat {
        match self {
            Self::Jpeg => ImageFormat::Jpeg,
            Self::Png => ImageFormat::Png,
            Self::Gif => ImageFormat::Gif,
            Self::WebP => ImageFormat::WebP,
        }
    }
}

/// How much is accepted. The numbers are Mastodon's, so that what is published there fits here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Pixels of a picture.
    pub pixels: u64,
    /// Pixels of one frame of a GIF.
    pub gif_pixels: u64,
    /// Frames of a GIF.
    pub gif_frames: usize,
    /// Pixels of the longer side: JPEG cannot hold more than 65,535 anyway.
    pub side: u32,
    /// Pixels that are published; bigger pictures are shrunk.
    pub published_pixels: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 16 * 1024 * 1024,
            pixels: 7680 * 4320,
            gif_pixels: 1280 * 720,
            gif_frames: 500,
            side: 32_768,
            published_pixels: 3840 * 2160,
        }
    }
}

/// Memory that one decoder may take: 33 million pixels of eight bytes, and some.
const MAX_MEMORY: u64 = 320 * 1024 * 1024;

/// Tells the kind of a file by its first bytes.
///
/// # Errors
/// [`Error::Unsupported`] with the name of what it seems to be.
pub fn probe(bytes: &[u8]) -> Result<Kind, Error> {
    if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        Ok(Kind::Jpeg)
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Ok(Kind::Png)
    } else if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
        Ok(Kind::Gif)
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        Ok(Kind::WebP)
    } else {
        Err(Error::Unsupported(seems(bytes)))
    }
}

/// The kind of a file and the width and height that it claims, within the limits.
///
/// # Errors
/// If it is too big, of another kind or unreadable.
pub fn dimensions(bytes: &[u8], limits: &Limits) -> Result<(Kind, u32, u32), Error> {
    guarded(|| {
        if bytes.len() > limits.bytes {
            return Err(Error::TooLarge(limits.bytes));
        }
        let kind = probe(bytes)?;
        let (width, height) = decoder(bytes, kind)?.dimensions();
        check(kind, width, height, limits)?;
        Ok((kind, width, height))
    })
}

/// Opens a picture without decoding it.
pub(crate) fn decoder(bytes: &[u8], kind: Kind) -> Result<impl ImageDecoder + '_, Error> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), kind.format());
    let mut memory = image::Limits::default();
    memory.max_alloc = Some(MAX_MEMORY);
    reader.limits(memory);
    reader.into_decoder().map_err(Error::broken)
}

fn check(kind: Kind, width: u32, height: u32, limits: &Limits) -> Result<(), Error> {
    let allowed = if kind == Kind::Gif {
        limits.gif_pixels
    } else {
        limits.pixels
    };
    if u64::from(width) * u64::from(height) > allowed || width.max(height) > limits.side {
        return Err(Error::TooManyPixels { width, height });
    }
    if width == 0 || height == 0 {
        return Err(Error::Broken("it has no pixels".to_owned()));
    }
    Ok(())
}

/// Names what people try to upload, so that the refusal helps.
fn seems(bytes: &[u8]) -> &'static str {
    let begin = bytes.get(..bytes.len().min(1024)).unwrap_or_default();
    if begin.get(4..8) == Some(b"ftyp") {
        return match begin.get(8..12) {
            Some(b"heic" | b"heix" | b"heim" | b"heis" | b"mif1" | b"msf1" | b"hevc") => "HEIC",
            Some(b"avif" | b"avis") => "AVIF",
            _ => "video",
        };
    }
    if begin.starts_with(b"RIFF") {
        return "audio or video";
    }
    const MAGIC: [(&[u8], &str); 15] = [
        (b"%PDF", "PDF"),
        (b"BM", "BMP"),
        (b"II*\0", "TIFF"),
        (b"MM\0*", "TIFF"),
        (b"\0\0\x01\0", "an icon"),
        (b"\xff\x0a", "JPEG XL"),
        (b"\0\0\0\x0cJXL ", "JPEG XL"),
        (b"8BPS", "a Photoshop file"),
        (b"\x1a\x45\xdf\xa3", "video"),
        (b"OggS", "audio"),
        (b"ID3", "audio"),
        (b"fLaC", "audio"),
        (b"PK", "an archive"),
        (b"\x1f\x8b", "an archive"),
        (b"MZ", "a program"),
    ];
    if let Some((_, name)) = MAGIC.iter().find(|(magic, _)| begin.starts_with(magic)) {
        return name;
    }
    let text = String::from_utf8_lossy(begin).to_ascii_lowercase();
    if text.contains("<svg") {
        "SVG"
    } else if text.contains("<html") || text.contains("<!doctype") || text.contains("<script") {
        "HTML"
    } else {
        "this kind of file"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(bytes: &[u8]) -> &'static str {
        match probe(bytes) {
            Err(Error::Unsupported(name)) => name,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_no_picture_is_refused_by_name() {
        assert_eq!(refused(b"<?xml version='1.0'?><SVG onload=x>"), "SVG");
        assert_eq!(refused(b"  <!DOCTYPE html><p>"), "HTML");
        assert_eq!(refused(b"<script>alert(1)</script>"), "HTML");
        assert_eq!(refused(b"%PDF-1.7"), "PDF");
        assert_eq!(refused(b"\0\0\0\x18ftypheic\0\0"), "HEIC");
        assert_eq!(refused(b"\0\0\0\x18ftypavif\0\0"), "AVIF");
        assert_eq!(refused(b"\0\0\0\x18ftypisom\0\0"), "video");
        assert_eq!(refused(b"MZ\x90\0"), "a program");
        assert_eq!(refused(b"RIFF\0\0\0\0WAVE"), "audio or video");
        assert_eq!(refused(b""), "this kind of file");
    }

    /// A PNG that claims 65,535 x 65,535 pixels and has none.
    #[test]
    fn bombs_are_refused_before_they_are_decoded() {
        let mut bomb = Vec::new();
        drop(
            png::Encoder::new(&mut bomb, 65_535, 65_535)
                .write_header()
                .unwrap(),
        );
        let error = dimensions(&bomb, &Limits::default()).unwrap_err();
        assert!(
            matches!(
                error,
                Error::TooManyPixels { width: 65_535, .. } | Error::Broken(_)
            ),
            "{error:?}"
        );

        let gif = b"GIF89a\xff\xff\xff\xff\0\0\0;";
        let error = dimensions(gif, &Limits::default()).unwrap_err();
        assert!(
            matches!(error, Error::TooManyPixels { .. } | Error::Broken(_)),
            "{error}"
        );

        let small = Limits {
            bytes: 3,
            ..Limits::default()
        };
        assert!(matches!(dimensions(gif, &small), Err(Error::TooLarge(3))));
    }
}
