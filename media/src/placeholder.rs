//! Pictures for those who have chosen none: `avatar` and `header` must never be missing, because
//! clients with typed decoders drop an account without them. The same seed gives the same
//! picture; a few flat shapes keep the files small for slow connections.

/// Backgrounds and shapes in pairs: dark enough to see, light enough to be calm.
const COLOURS: [([u8; 3], [u8; 3]); 8] = [
    ([0xe3, 0xec, 0xe7], [0x4f, 0x7c, 0x6a]),
    ([0xe4, 0xe9, 0xf2], [0x4d, 0x6b, 0x9a]),
    ([0xf1, 0xe7, 0xdc], [0x9a, 0x6a, 0x42]),
    ([0xef, 0xe3, 0xe8], [0x8d, 0x56, 0x70]),
    ([0xe9, 0xe5, 0xf1], [0x6c, 0x5a, 0x96]),
    ([0xe0, 0xec, 0xef], [0x3f, 0x78, 0x88]),
    ([0xed, 0xed, 0xdd], [0x74, 0x78, 0x3c]),
    ([0xec, 0xe6, 0xe2], [0x77, 0x66, 0x5c]),
];

/// A pattern of squares, the same on its left and right, as PNG of 400 x 400 pixels.
#[must_use]
pub fn placeholder_avatar(seed: &str) -> Vec<u8> {
    const SIDE: u32 = 400;
    /// A margin of 50 pixels, then five squares of 60.
    const MARGIN: u32 = 50;
    const SQUARE: u32 = 60;
    let hash = hash(seed);
    let colours = COLOURS
        .get(usize::try_from(hash >> 61).unwrap_or(0))
        .copied();
    // Fifteen squares are drawn from fifteen bits; none at all would look broken.
    let bits = if hash & 0x7fff == 0 {
        0x2b5a
    } else {
        hash & 0x7fff
    };
    indexed_png(SIDE, SIDE, colours.unwrap_or_default(), |x, y| {
        let column = x
            .checked_sub(MARGIN)
            .map(|x| x / SQUARE)
            .filter(|column| *column < 5);
        let row = y
            .checked_sub(MARGIN)
            .map(|y| y / SQUARE)
            .filter(|row| *row < 5);
        let (Some(column), Some(row)) = (column, row) else {
            return false;
        };
        let mirrored = column.min(4 - column);
        bits >> (row * 3 + mirrored) & 1 == 1
    })
}

/// Roofs of a village under a light sky, as PNG of 1500 x 500 pixels.
#[must_use]
pub fn placeholder_header() -> Vec<u8> {
    // Middle, top and half the width of each roof; they stand on a common ground.
    const ROOFS: [(u32, u32, u32); 3] = [(330, 300, 260), (760, 200, 400), (1240, 330, 220)];
    const GROUND: u32 = 440;
    let colours = COLOURS.first().copied().unwrap_or_default();
    indexed_png(1500, 500, colours, |x, y| {
        let under_a_roof = ROOFS.iter().any(|(middle, top, half)| {
            y >= *top && x.abs_diff(*middle) * (GROUND - top) <= (y - top) * half
        });
        y >= GROUND || under_a_roof
    })
}

/// FNV-1a, then mixed so that short seeds differ in all bits. It only has to look various.
fn hash(seed: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in seed.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    }
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^ (hash >> 33)
}

/// Writes a PNG of two colours, one bit a pixel.
fn indexed_png(
    width: u32,
    height: u32,
    (background, shape): ([u8; 3], [u8; 3]),
    is_shape: impl Fn(u32, u32) -> bool,
) -> Vec<u8> {
    let mut rows = Vec::new();
    for y in 0..height {
        for first in (0..width).step_by(8) {
            rows.push((first..first + 8).fold(0u8, |byte, x| {
                byte << 1 | u8::from(x < width && is_shape(x, y))
            }));
        }
    }
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::One);
    encoder.set_palette([background, shape].concat());
    encoder.set_compression(png::Compression::High);
    encoder.set_filter(png::Filter::Up);
    let written = encoder
        .write_header()
        .and_then(|mut png| png.write_image_data(&rows));
    debug_assert!(written.is_ok(), "sizes and colours are ours");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Kind, Limits, dimensions};

    #[test]
    fn placeholders_are_small_and_can_be_read() {
        let avatar = placeholder_avatar("ana");
        assert_eq!(
            dimensions(&avatar, &Limits::default()).unwrap(),
            (Kind::Png, 400, 400)
        );
        assert!(avatar.len() < 4096, "{}", avatar.len());
        assert!(crate::avatar(&avatar).is_ok());

        let header = placeholder_header();
        assert_eq!(
            dimensions(&header, &Limits::default()).unwrap(),
            (Kind::Png, 1500, 500)
        );
        assert!(header.len() < 4096, "{}", header.len());
        assert!(crate::header(&header).is_ok());
    }

    #[test]
    fn the_same_name_gets_the_same_picture_and_others_get_others() {
        assert_eq!(placeholder_avatar("ana"), placeholder_avatar("ana"));
        let mut pictures: Vec<_> = (0..50)
            .map(|n| placeholder_avatar(&n.to_string()))
            .collect();
        pictures.sort();
        pictures.dedup();
        assert!(pictures.len() > 45, "{}", pictures.len());
    }
}
