//! Paging parameters, with the limits that Mastodon documents for each kind of list.

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use model::Page;
use serde::Deserialize;

use super::link::Listing;
use super::params::decode;
use super::{Tree, maybe};
use crate::error::Error;

/// How many entries a page has.
pub trait Limit: Send + Sync + 'static {
    /// Where the request does not say.
    const USUAL: i64;
    /// At the most.
    const MOST: i64;
}

/// Lists of statuses: 20, at most 40.
#[derive(Clone, Copy, Debug)]
pub struct Statuses;
impl Limit for Statuses {
    const USUAL: i64 = 20;
    const MOST: i64 = 40;
}

/// Lists of accounts: 40, at most 80.
#[derive(Clone, Copy, Debug)]
pub struct Accounts;
impl Limit for Accounts {
    const USUAL: i64 = 40;
    const MOST: i64 = 80;
}

/// Lists of what is small, such as hashtags: 100, at most 200.
#[derive(Clone, Copy, Debug)]
pub struct Many;
impl Limit for Many {
    const USUAL: i64 = 100;
    const MOST: i64 = 200;
}

/// The three cursors and the limit of a request, clamped; and what a `Link` header needs of it.
#[derive(Clone, Debug)]
pub struct Paging<L> {
    /// What is asked for.
    pub page: Page,
    /// The way to the pages beside it.
    pub listing: Listing,
    kind: PhantomData<L>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    #[serde(deserialize_with = "maybe")]
    max_id: Option<i64>,
    #[serde(deserialize_with = "maybe")]
    since_id: Option<i64>,
    #[serde(deserialize_with = "maybe")]
    min_id: Option<i64>,
    #[serde(deserialize_with = "maybe")]
    limit: Option<i64>,
}

/// A wished limit, within what is allowed.
#[must_use]
pub(crate) fn clamp<L: Limit>(wished: Option<i64>) -> i64 {
    wished.unwrap_or(L::USUAL).clamp(1, L::MOST)
}

impl<S: Send + Sync, L: Limit> FromRequestParts<S> for Paging<L> {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Error> {
        let query = parts.uri.query().unwrap_or_default();
        let asked: Asked = decode(Tree::from_form(query.as_bytes())?)?;
        let page = Page {
            max_id: asked.max_id,
            since_id: asked.since_id,
            min_id: asked.min_id,
            limit: clamp::<L>(asked.limit),
        };
        Ok(Self {
            page,
            listing: Listing::of(parts),
            kind: PhantomData,
        })
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    async fn page(query: &str) -> Result<Page, Error> {
        let request = Request::builder()
            .uri(format!("/x?{query}"))
            .body(())
            .unwrap();
        let mut parts = request.into_parts().0;
        let paging = Paging::<Statuses>::from_request_parts(&mut parts, &()).await?;
        Ok(paging.page)
    }

    #[tokio::test]
    async fn limits_are_clamped() {
        for (asked, given) in [
            ("", 20),
            ("limit=5", 5),
            ("limit=1e9", 40),
            ("limit=-1", 1),
            ("limit=", 20),
        ] {
            assert_eq!(page(asked).await.unwrap().limit, given, "{asked}");
        }
    }

    #[tokio::test]
    async fn a_cursor_is_an_id_or_an_error() {
        let read = page("max_id=9&since_id=&min_id=3").await.unwrap();
        assert_eq!(
            (read.max_id, read.since_id, read.min_id),
            (Some(9), None, Some(3))
        );
        assert_eq!(page("max_id=%27+OR+1").await.unwrap_err().status(), 422);
    }
}
