//! The few letters from which clients draw a blurred picture before the real one has come.

use crate::error::Error;
use crate::image::Pixels;

/// More pixels would not change the letters.
const SIDE: u64 = 48;

/// Computes the BlurHash of a picture, with 4 x 3 components or 3 x 4 if it stands upright.
pub(crate) fn blurhash(picture: &Pixels) -> Result<String, Error> {
    let small = picture.shrink(SIDE * SIDE)?.on_white();
    let (x, y) = if small.height > small.width {
        (3, 4)
    } else {
        (4, 3)
    };
    ::blurhash::encode(x, y, small.width, small.height, &small.rgba()).map_err(Error::broken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_red_picture_has_a_red_hash() {
        let red = Pixels::flat(40, 20, [200, 30, 30]);
        let hash = blurhash(&red).unwrap();
        // One letter for the components, then 4 x 3: 4 + 2 * 12 letters.
        assert_eq!(hash.len(), 28);
        let drawn = ::blurhash::decode(&hash, 1, 1, 1.0).unwrap();
        assert!(
            drawn[0] > 150 && drawn[1] < 80 && drawn[2] < 80,
            "{drawn:?}"
        );
        assert_eq!(
            blurhash(&Pixels::flat(20, 40, [0, 0, 0])).unwrap().len(),
            28
        );
        assert!(blurhash(&Pixels::flat(1, 900, [9, 9, 9])).is_ok());
    }
}
