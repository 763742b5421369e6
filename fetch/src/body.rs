//! Reading an answer piece by piece up to a limit that counts after decompression, whatever length
//! the other server announced.

use bytes::{Bytes, BytesMut};

use crate::Error;

/// The whole body, or an error as soon as it grows beyond the limit.
pub(crate) async fn read(mut answer: reqwest::Response, limit: usize) -> Result<Bytes, Error> {
    let announced = answer.content_length().unwrap_or(0);
    if usize::try_from(announced).is_ok_and(|length| length > limit) {
        return Err(Error::TooLarge { limit });
    }
    let mut body = BytesMut::new();
    while let Some(piece) = answer.chunk().await? {
        if body.len() + piece.len() > limit {
            return Err(Error::TooLarge { limit });
        }
        body.extend_from_slice(&piece);
    }
    Ok(body.freeze())
}

/// The beginning of a body as text, for the log of a failed delivery. Whatever goes wrong here is
/// of no matter: the status has arrived.
pub(crate) async fn snippet(mut answer: reqwest::Response, limit: usize) -> String {
    let mut start = Vec::new();
    while start.len() < limit {
        match answer.chunk().await {
            Ok(Some(piece)) => start.extend_from_slice(&piece),
            Ok(None) | Err(_) => break,
        }
    }
    start.truncate(limit);
    String::from_utf8_lossy(&start)
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
