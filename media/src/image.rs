//! Pictures of posts and profiles: decode, turn upright, shrink, write anew, preview.

mod animation;
mod pixels;

use crate::blurhash::blurhash;
use crate::error::{Error, guarded};
use crate::probe::{Kind, Limits, decoder, dimensions};

pub(crate) use pixels::Pixels;

/// Pixels of a preview: 640 x 360, as Mastodon's.
const PREVIEW_PIXELS: u64 = 640 * 360;
/// Good enough that nobody sees it.
const QUALITY: u8 = 90;
/// Previews may show a little.
const PREVIEW_QUALITY: u8 = 80;

/// A picture that may be published.
#[derive(Clone, Debug)]
pub struct Processed {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its media type.
    pub mime: &'static str,
    /// The end of its name, without the dot.
    pub extension: &'static str,
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
    /// The small version for timelines and slow connections.
    pub small: Preview,
    /// What clients draw before the picture has come.
    pub blurhash: String,
    /// How many pictures it shows after each other.
    pub frames: usize,
}

/// The small version of a picture; never moves.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its media type.
    pub mime: &'static str,
    /// The end of its name, without the dot.
    pub extension: &'static str,
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
}

/// A picture of a profile, cut to its frame.
#[derive(Clone, Debug)]
pub struct Cropped {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its media type.
    pub mime: &'static str,
    /// The end of its name, without the dot.
    pub extension: &'static str,
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
}

/// Makes a picture fit to be published.
///
/// # Errors
/// If it is too big, of a kind that is not accepted, or broken.
pub fn process(bytes: &[u8], limits: &Limits) -> Result<Processed, Error> {
    make(bytes, limits, false)
}

/// As [`process`], for a still that another program decoded into PNG: what cannot be seen through becomes
/// JPEG.
///
/// # Errors
/// If it is too big or broken.
pub fn photograph(bytes: &[u8], limits: &Limits) -> Result<Processed, Error> {
    make(bytes, limits, true)
}

fn make(bytes: &[u8], limits: &Limits, photograph: bool) -> Result<Processed, Error> {
    guarded(|| {
        let (kind, ..) = dimensions(bytes, limits)?;
        let picture = decode(bytes, kind)?.shrink(limits.published_pixels)?;
        let small = picture.shrink(PREVIEW_PIXELS)?;
        let blurhash = blurhash(&small)?;
        let small = preview(&small)?;
        let kind = if photograph { Kind::WebP } else { kind };
        let mut frames = 1;
        let written = match kind {
            Kind::Gif => {
                let (written, count) = animation::copy(bytes, limits)?;
                frames = count;
                written
            }
            Kind::Jpeg => picture.jpeg(QUALITY)?,
            Kind::Png => picture.png()?,
            Kind::WebP if picture.is_translucent() => picture.png()?,
            Kind::WebP => picture.jpeg(QUALITY)?,
        };
        let kind = match kind {
            Kind::WebP if picture.is_translucent() => Kind::Png,
            Kind::WebP => Kind::Jpeg,
            kind => kind,
        };
        Ok(Processed {
            bytes: written,
            mime: kind.mime(),
            extension: kind.extension(),
            width: picture.width,
            height: picture.height,
            small,
            blurhash,
            frames,
        })
    })
}

/// Cuts a picture to the square of an account's avatar, 400 x 400.
///
/// # Errors
/// If it is too big, of a kind that is not accepted, or broken.
pub fn avatar(bytes: &[u8]) -> Result<Cropped, Error> {
    crop(bytes, 400, 400)
}

/// Cuts a picture to the band on top of a profile, 1500 x 500.
///
/// # Errors
/// If it is too big, of a kind that is not accepted, or broken.
pub fn header(bytes: &[u8]) -> Result<Cropped, Error> {
    crop(bytes, 1500, 500)
}

fn crop(bytes: &[u8], width: u32, height: u32) -> Result<Cropped, Error> {
    guarded(|| {
        let (kind, ..) = dimensions(bytes, &Limits::default())?;
        let picture = decode(bytes, kind)?.cover(width, height)?;
        let photograph = matches!(kind, Kind::Jpeg | Kind::WebP) && !picture.is_translucent();
        let (bytes, kind) = if photograph {
            (picture.jpeg(QUALITY)?, Kind::Jpeg)
        } else {
            (picture.png()?, Kind::Png)
        };
        Ok(Cropped {
            bytes,
            mime: kind.mime(),
            extension: kind.extension(),
            width,
            height,
        })
    })
}

fn preview(picture: &Pixels) -> Result<Preview, Error> {
    let (bytes, kind) = if picture.is_translucent() {
        (picture.png()?, Kind::Png)
    } else {
        (picture.jpeg(PREVIEW_QUALITY)?, Kind::Jpeg)
    };
    Ok(Preview {
        bytes,
        mime: kind.mime(),
        extension: kind.extension(),
        width: picture.width,
        height: picture.height,
    })
}

/// Decodes the (first) picture of a file and turns it as the camera was held.
fn decode(bytes: &[u8], kind: Kind) -> Result<Pixels, Error> {
    use image::ImageDecoder;

    let mut decoder = decoder(bytes, kind)?;
    // Broken metadata is no reason to refuse a picture; it is left behind anyway.
    let orientation = decoder
        .orientation()
        .unwrap_or(image::metadata::Orientation::NoTransforms);
    let mut picture = image::DynamicImage::from_decoder(decoder).map_err(Error::broken)?;
    picture.apply_orientation(orientation);
    Ok(Pixels::from(picture))
}

#[cfg(test)]
mod tests;
