//! GIF animations: every frame is unpacked and packed anew with the colours it had. Comments and
//! the extensions of other programs are not copied.

use std::num::NonZeroU64;

use gif::{ColorOutput, DecodeOptions, Encoder, MemoryLimit};

use crate::error::Error;
use crate::probe::Limits;

/// Copies the pictures of a GIF and how long each of them is shown; answers how many there are too.
pub(crate) fn copy(bytes: &[u8], limits: &Limits) -> Result<(Vec<u8>, usize), Error> {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::Indexed);
    if let Some(memory) = NonZeroU64::new(limits.gif_pixels.saturating_mul(2)) {
        options.set_memory_limit(MemoryLimit::Bytes(memory));
    }
    let mut decoder = options.read_info(bytes).map_err(Error::broken)?;
    let palette = decoder.global_palette().unwrap_or_default().to_vec();
    let mut encoder = Encoder::new(Vec::new(), decoder.width(), decoder.height(), &palette)
        .map_err(Error::broken)?;
    encoder
        .set_repeat(decoder.repeat())
        .map_err(Error::broken)?;
    let mut frames = 0;
    while let Some(frame) = decoder.read_next_frame().map_err(Error::broken)? {
        frames += 1;
        if frames > limits.gif_frames {
            return Err(Error::TooManyFrames(limits.gif_frames));
        }
        let mut frame = frame.clone();
        // The decoder has put the lines in order.
        frame.interlaced = false;
        encoder.write_frame(&frame).map_err(Error::broken)?;
    }
    if frames == 0 {
        return Err(Error::Broken("it has no pictures".to_owned()));
    }
    let written = encoder.into_inner().map_err(Error::broken)?;
    Ok((written, frames))
}
