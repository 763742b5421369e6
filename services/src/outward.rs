//! The way to the web for what is not federation: link cards, push services, verification of links,
//! translation. The server answers with the guarded client; tests with an answer of their own.

use futures::future::BoxFuture;
use url::Url;

use crate::error::{Error, Result};

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The status that was answered.
    pub status: u16,
    /// The type without parameters, lower case; empty where none was named.
    pub content_type: String,
    /// The address that finally answered.
    pub url: Url,
    /// The body, decompressed.
    pub body: Vec<u8>,
}

impl Found {
    /// Was it answered with success?
    #[must_use]
    pub const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }
}

/// A request that goes out. Hosts and addresses are checked by whoever carries it.
pub trait Outward: Send + Sync + std::fmt::Debug {
    /// Asks for a document of at most `most` bytes, and follows redirects.
    fn get<'a>(
        &'a self,
        url: &'a Url,
        accept: &'a str,
        most: usize,
    ) -> BoxFuture<'a, Result<Found>>;

    /// Hands something in; no redirect is followed. At most `most` bytes of the answer are read.
    fn post<'a>(
        &'a self,
        url: &'a Url,
        headers: Vec<(&'static str, String)>,
        body: Vec<u8>,
        most: usize,
    ) -> BoxFuture<'a, Result<Found>>;
}

/// There is no web.
#[derive(Clone, Copy, Debug)]
pub struct Nowhere;

impl Outward for Nowhere {
    fn get<'a>(
        &'a self,
        url: &'a Url,
        _accept: &'a str,
        _most: usize,
    ) -> BoxFuture<'a, Result<Found>> {
        Box::pin(async move { Err(Error::Upstream(format!("{url} cannot be reached"))) })
    }
    fn post<'a>(
        &'a self,
        url: &'a Url,
        _headers: Vec<(&'static str, String)>,
        _body: Vec<u8>,
        _most: usize,
    ) -> BoxFuture<'a, Result<Found>> {
        Box::pin(async move { Err(Error::Upstream(format!("{url} cannot be reached"))) })
    }
}
