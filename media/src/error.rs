//! Why a picture was refused, in words that a member may read.

/// What is wrong with a file.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file has too many bytes.
    #[error("the file is larger than {0} bytes")]
    TooLarge(usize),
    /// The picture has too many pixels, or one side is too long.
    #[error("the picture of {width} x {height} pixels is too big")]
    TooManyPixels {
        /// Pixels from left to right.
        width: u32,
        /// Pixels from top to bottom.
        height: u32,
    },
    /// The animation has too many frames.
    #[error("the animation has more than {0} frames")]
    TooManyFrames(usize),
    /// The file is none of the kinds that are accepted; says what it seems to be.
    #[error("{0} is not accepted; JPEG, PNG, GIF and WebP are")]
    Unsupported(&'static str),
    /// The file says it is a picture but cannot be read.
    #[error("the picture is broken: {0}")]
    Broken(String),
}

impl Error {
    /// Wraps what a decoder or encoder says.
    pub(crate) fn broken(said: impl std::fmt::Display) -> Self {
        Self::Broken(said.to_string())
    }
}

/// The decoders are other people's code and the bytes are hostile: a panic in there is a broken
/// picture and nothing more.
pub(crate) fn guarded<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(Error::Broken("the decoder gave up".to_owned())))
}
