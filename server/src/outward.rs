//! The use cases' way to the web, over the guarded client that federation uses too.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use bytes::Bytes;
use fetch::{Fetcher, Get, Response};
use futures::future::BoxFuture;
use services::Error;
use services::outward::{Found, Outward};
use url::Url;

/// The guarded client.
#[derive(Clone, Debug)]
pub(crate) struct Web(pub(crate) Fetcher);

impl Outward for Web {
    fn get<'a>(
        &'a self,
        url: &'a Url,
        accept: &'a str,
        most: usize,
    ) -> BoxFuture<'a, services::Result<Found>> {
        Box::pin(async move {
            let request = Get {
                accept,
                max_bytes: most,
                same_host_redirects: false,
                sign: None,
            };
            Ok(found(self.0.get(url, request).await.map_err(upstream)?))
        })
    }

    fn post<'a>(
        &'a self,
        url: &'a Url,
        headers: Vec<(&'static str, String)>,
        body: Vec<u8>,
        most: usize,
    ) -> BoxFuture<'a, services::Result<Found>> {
        Box::pin(async move {
            let answer = self
                .0
                .exchange(url, Bytes::from(body), printed(headers)?, most)
                .await
                .map_err(upstream)?;
            Ok(found(answer))
        })
    }
}

fn printed(headers: Vec<(&'static str, String)>) -> services::Result<HeaderMap> {
    headers
        .into_iter()
        .map(|(name, value)| {
            let value =
                HeaderValue::try_from(value).map_err(|error| Error::Upstream(error.to_string()))?;
            Ok((HeaderName::from_static(name), value))
        })
        .collect()
}

fn found(answer: Response) -> Found {
    Found {
        status: answer.status.as_u16(),
        content_type: answer
            .content_type
            .map(|kind| kind.essence().to_owned())
            .unwrap_or_default(),
        url: answer.final_url,
        body: answer.body.to_vec(),
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "it is handed to map_err by name"
)]
fn upstream(error: fetch::Error) -> Error {
    Error::Upstream(error.to_string())
}
