//! The only crate that opens a connection outward: federation, remote media, link cards and push
//! all go through [`Fetcher`]. Here live the rules about hosts, addresses, redirects, sizes and
//! times. What is asked for and what the answer means is decided elsewhere; so is signing, which
//! is handed in as a [`RequestSigner`].

mod address;
mod body;
mod client;
mod error;
mod hosts;
mod kinds;
mod media_type;
mod policy;
mod resolver;
#[cfg(test)]
mod tests;

pub use address::is_global;
pub use client::{Fetcher, Get, PostOutcome, RequestSigner, Response, SignError};
pub use error::{Error, Refusal};
pub use kinds::{ACCEPT_ACTIVITY, ACCEPT_JSON, JSON_LIMIT};
pub use media_type::MediaType;
pub use policy::{Limits, Policy};
pub use resolver::{Lookup, SystemLookup};
