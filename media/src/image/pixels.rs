//! A decoded picture: eight bits a colour, with or without alpha; shrinking, cutting, writing.

use fast_image_resize::images::Image;
use fast_image_resize::{PixelType, ResizeOptions, Resizer};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{DynamicImage, ExtendedColorType, ImageEncoder};

use crate::error::Error;

/// A picture in memory.
#[derive(Clone, Debug)]
pub(crate) struct Pixels {
    pub(crate) width: u32,
    pub(crate) height: u32,
    alpha: bool,
    bytes: Vec<u8>,
}

impl From<DynamicImage> for Pixels {
    fn from(picture: DynamicImage) -> Self {
        let (width, height, alpha) = (
            picture.width(),
            picture.height(),
            picture.color().has_alpha(),
        );
        let bytes = if alpha {
            picture.into_rgba8().into_raw()
        } else {
            picture.into_rgb8().into_raw()
        };
        Self {
            width,
            height,
            alpha,
            bytes,
        }
    }
}

impl Pixels {
    /// A picture of one colour.
    #[cfg(test)]
    pub(crate) fn flat(width: u32, height: u32, colour: [u8; 3]) -> Self {
        let count = usize::try_from(u64::from(width) * u64::from(height)).unwrap();
        Self {
            width,
            height,
            alpha: false,
            bytes: colour.repeat(count),
        }
    }

    /// Whether something behind it can be seen.
    pub(crate) fn is_translucent(&self) -> bool {
        self.alpha
            && self
                .bytes
                .chunks_exact(4)
                .any(|pixel| pixel.last() != Some(&u8::MAX))
    }

    /// The picture in at most so many pixels, its shape kept.
    pub(crate) fn shrink(&self, max_pixels: u64) -> Result<Self, Error> {
        let (width, height) = fit(self.width, self.height, max_pixels);
        if (width, height) == (self.width, self.height) {
            return Ok(self.clone());
        }
        self.resize(width, height, &ResizeOptions::new())
    }

    /// The middle of the picture in exactly this size.
    pub(crate) fn cover(&self, width: u32, height: u32) -> Result<Self, Error> {
        self.resize(
            width,
            height,
            &ResizeOptions::new().fit_into_destination(None),
        )
    }

    fn resize(&self, width: u32, height: u32, options: &ResizeOptions) -> Result<Self, Error> {
        let kind = if self.alpha {
            PixelType::U8x4
        } else {
            PixelType::U8x3
        };
        let from =
            fast_image_resize::images::ImageRef::new(self.width, self.height, &self.bytes, kind)
                .map_err(Error::broken)?;
        let mut to = Image::new(width, height, kind);
        Resizer::new()
            .resize(&from, &mut to, options)
            .map_err(Error::broken)?;
        Ok(Self {
            width,
            height,
            alpha: self.alpha,
            bytes: to.into_vec(),
        })
    }

    /// What is seen where the page behind is white.
    pub(crate) fn on_white(&self) -> Self {
        if !self.alpha {
            return self.clone();
        }
        let mut bytes = Vec::with_capacity(self.bytes.len() / 4 * 3);
        for pixel in self.bytes.chunks_exact(4) {
            let &[red, green, blue, alpha] = pixel else {
                continue;
            };
            bytes.extend([red, green, blue].map(|colour| {
                let seen = u32::from(colour) * u32::from(alpha) + 255 * u32::from(255 - alpha);
                u8::try_from(seen / 255).unwrap_or(u8::MAX)
            }));
        }
        Self {
            width: self.width,
            height: self.height,
            alpha: false,
            bytes,
        }
    }

    /// Four bytes a pixel.
    pub(crate) fn rgba(&self) -> Vec<u8> {
        if self.alpha {
            return self.bytes.clone();
        }
        let mut bytes = Vec::with_capacity(self.bytes.len() / 3 * 4);
        for pixel in self.bytes.chunks_exact(3) {
            bytes.extend_from_slice(pixel);
            bytes.push(u8::MAX);
        }
        bytes
    }

    pub(crate) fn jpeg(&self, quality: u8) -> Result<Vec<u8>, Error> {
        let opaque = self.on_white();
        let mut out = Vec::new();
        JpegEncoder::new_with_quality(&mut out, quality)
            .write_image(
                &opaque.bytes,
                opaque.width,
                opaque.height,
                ExtendedColorType::Rgb8,
            )
            .map_err(Error::broken)?;
        Ok(out)
    }

    pub(crate) fn png(&self) -> Result<Vec<u8>, Error> {
        let colour = if self.alpha {
            ExtendedColorType::Rgba8
        } else {
            ExtendedColorType::Rgb8
        };
        let mut out = Vec::new();
        PngEncoder::new_with_quality(&mut out, CompressionType::Default, FilterType::Adaptive)
            .write_image(&self.bytes, self.width, self.height, colour)
            .map_err(Error::broken)?;
        Ok(out)
    }
}

/// The biggest size of the same shape with at most so many pixels; never bigger than before.
fn fit(width: u32, height: u32, max_pixels: u64) -> (u32, u32) {
    let pixels = u64::from(width) * u64::from(height);
    if pixels <= max_pixels {
        return (width, height);
    }
    // Whole numbers only: side * sqrt(max / pixels) = sqrt(side² * max / pixels).
    let side = |side: u32| {
        let square = u128::from(side) * u128::from(side) * u128::from(max_pixels);
        u32::try_from((square / u128::from(pixels)).isqrt())
            .unwrap_or(side)
            .clamp(1, side)
    };
    let (new_width, new_height) = (side(width), side(height));
    // A line of one pixel cannot become thinner, so it becomes shorter.
    let longest = u32::try_from(max_pixels).unwrap_or(u32::MAX);
    (
        new_width.min(longest / new_height).max(1),
        new_height.min(longest / new_width).max(1),
    )
}

#[cfg(test)]
mod tests {
    use super::fit;

    #[test]
    fn shapes_are_kept() {
        assert_eq!(fit(7680, 4320, 3840 * 2160), (3840, 2160));
        assert_eq!(fit(4320, 7680, 640 * 360), (360, 640));
        assert_eq!(fit(100, 50, 640 * 360), (100, 50));
        assert_eq!(fit(1, 32_768, 2304), (1, 2304));
        assert_eq!(fit(3000, 1, 2304), (2304, 1));
    }
}
