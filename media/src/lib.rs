//! The picture workshop: what members and other servers send comes in as bytes, what may be shown
//! goes out as bytes. **Bytes in, bytes out**: no files, no network, no clock.
//!
//! Nothing of an uploaded file is ever handed on as it was: every picture is decoded and written
//! anew, so that positions, names of owners, thumbnails and hidden programs stay behind.

mod blurhash;
mod error;
mod film;
mod image;
mod placeholder;
mod probe;

pub use crate::error::Error;
pub use crate::film::{Film, film};
pub use crate::image::{Cropped, Preview, Processed, avatar, header, photograph, process};
pub use crate::placeholder::{placeholder_avatar, placeholder_header};
pub use crate::probe::{Kind, Limits, dimensions, probe};
