//! The four kinds of documents that we ask others for, each with the types it may come in.

use bytes::Bytes;
use url::Url;

use crate::{Error, Fetcher, Get, MediaType, Refusal, RequestSigner, Response};

/// What we ask for when we want an ActivityStreams document.
pub const ACCEPT_ACTIVITY: &str = "application/activity+json, application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"";
/// What we ask for when we want WebFinger, NodeInfo or other plain JSON.
pub const ACCEPT_JSON: &str = "application/jrd+json, application/json";
/// The largest JSON document that is read: 1 MiB, as everywhere in the fediverse.
pub const JSON_LIMIT: usize = 1024 * 1024;

impl Fetcher {
    /// An ActivityStreams document and the address that finally served it. Nothing but the two
    /// registered types is accepted: a page or an upload is never taken for an actor.
    ///
    /// # Errors
    /// Every [`Error`]; a status other than success is one too.
    pub async fn get_activity(
        &self,
        url: &Url,
        sign: Option<&dyn RequestSigner>,
    ) -> Result<(Url, Bytes), Error> {
        let request = Get {
            accept: ACCEPT_ACTIVITY,
            max_bytes: JSON_LIMIT,
            same_host_redirects: false,
            sign,
        };
        let answer = self.get(url, request).await?.success()?;
        accept(answer, |kind| kind.is_some_and(MediaType::is_activity))
    }

    /// A plain JSON document (WebFinger, NodeInfo) and the address that finally served it.
    ///
    /// # Errors
    /// Every [`Error`]; a status other than success is one too.
    pub async fn get_json(&self, url: &Url) -> Result<(Url, Bytes), Error> {
        let request = Get {
            accept: ACCEPT_JSON,
            max_bytes: JSON_LIMIT,
            same_host_redirects: false,
            sign: None,
        };
        let answer = self.get(url, request).await?.success()?;
        accept(answer, |kind| kind.is_some_and(MediaType::is_json))
    }

    /// A picture, sound or film of at most `max_bytes`. The type named by the other server is no
    /// proof: who stores the bytes looks at them.
    ///
    /// # Errors
    /// Every [`Error`]; a status other than success is one too.
    pub async fn get_media(&self, url: &Url, max_bytes: usize) -> Result<Response, Error> {
        let request = Get {
            accept: "image/*, video/*, audio/*",
            max_bytes,
            same_host_redirects: false,
            sign: None,
        };
        let answer = self.get(url, request).await?.success()?;
        match &answer.content_type {
            Some(kind) if !kind.is_media() => Err(Refusal::MediaType.into()),
            _ => Ok(answer),
        }
    }
}

fn accept(
    answer: Response,
    fits: impl FnOnce(Option<&MediaType>) -> bool,
) -> Result<(Url, Bytes), Error> {
    if fits(answer.content_type.as_ref()) {
        Ok((answer.final_url, answer.body))
    } else {
        Err(Refusal::MediaType.into())
    }
}
