//! Where pictures are decoded: off the threads that answer requests, and two at a time at most, for each
//! may take some hundred megabytes.

use ::media::{Limits, Processed};
use tokio::sync::Semaphore;

use crate::error::{Error, Result};

static DECODERS: Semaphore = Semaphore::const_new(2);

/// Does something with pictures.
///
/// # Errors
/// `Media` in words that a member may read.
pub(crate) async fn work<T: Send + 'static>(
    work: impl FnOnce() -> std::result::Result<T, ::media::Error> + Send + 'static,
) -> Result<T> {
    let _one_of_few = DECODERS
        .acquire()
        .await
        .map_err(|_closed| Error::Media("pictures cannot be read now".to_owned()))?;
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_panicked| Error::Media("the picture is broken".to_owned()))?
        .map_err(|error| Error::Media(error.to_string()))
}

/// Makes a picture fit to be published.
///
/// # Errors
/// As [`work`].
pub(crate) async fn picture(bytes: Vec<u8>, limits: Limits) -> Result<Processed> {
    work(move || ::media::process(&bytes, &limits)).await
}

/// A still that a program of ours decoded: photographs stay small as JPEG, what can be seen through
/// stays PNG.
///
/// # Errors
/// As [`work`].
pub(crate) async fn as_photograph(png: Vec<u8>) -> Result<Processed> {
    work(move || ::media::photograph(&png, &super::film::poster_limits())).await
}
