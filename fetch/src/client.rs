//! [`Fetcher`]: builds the guarded HTTP clients and walks a request through its redirects, checking
//! and signing each hop anew. No document type is known here.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, DATE, HOST, LOCATION, RETRY_AFTER};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use url::Url;

use crate::hosts::{self, Door};
use crate::resolver::{Guard, Lookup, SystemLookup};
use crate::{Error, Limits, MediaType, Policy, Refusal, body};

/// How many redirects are followed.
const MAX_REDIRECTS: usize = 3;
/// Connections to one host are kept so long for the next request; most of the cost of a delivery is
/// the handshake.
const KEEP_IDLE: Duration = Duration::from_secs(90);
/// How much of an answer to a delivery is kept for the log.
const SNIPPET: usize = 512;
/// Nobody asks us seriously to wait for longer than a week.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(7 * 24 * 3600);

/// What a signer may fail with.
pub type SignError = Box<dyn std::error::Error + Send + Sync>;

/// Signs requests; called anew for each hop, because a signature names its target.
pub trait RequestSigner: Send + Sync {
    /// The headers that prove who asks.
    ///
    /// # Errors
    /// Whatever keeps the signer from signing.
    fn sign(&self, method: &Method, url: &Url) -> Result<HeaderMap, SignError>;
}

/// How to ask for something.
#[derive(Clone, Copy)]
pub struct Get<'a> {
    /// The `Accept` header.
    pub accept: &'a str,
    /// The largest body that is read, after decompression.
    pub max_bytes: usize,
    /// Whether a redirect to another host ends the request.
    pub same_host_redirects: bool,
    /// Who signs each hop, if anyone.
    pub sign: Option<&'a dyn RequestSigner>,
}

/// An answer that was read to its end.
#[derive(Clone, Debug)]
pub struct Response {
    /// Its status; never a redirect that could be followed.
    pub status: StatusCode,
    /// The address that finally answered, without fragment.
    pub final_url: Url,
    /// All headers.
    pub headers: HeaderMap,
    /// The parsed `Content-Type`, where there is a readable one.
    pub content_type: Option<MediaType>,
    /// The body, decompressed.
    pub body: Bytes,
}

impl Response {
    /// This answer if its status is a success.
    ///
    /// # Errors
    /// [`Error::Status`] otherwise.
    pub fn success(self) -> Result<Self, Error> {
        if self.status.is_success() {
            Ok(self)
        } else {
            Err(Error::Status {
                status: self.status,
                retry_after: retry_after(&self.headers),
            })
        }
    }
}

/// How another server took a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostOutcome {
    /// The status it answered; a redirect is not followed and stands here as it came.
    pub status: StatusCode,
    /// For how long it asks to be left alone.
    pub retry_after: Option<Duration>,
    /// The beginning of its answer, for the log.
    pub body_snippet: String,
}

/// The guarded client. Cloning is cheap; all clones share their connections.
#[derive(Clone)]
pub struct Fetcher {
    inner: Arc<Inner>,
}

struct Inner {
    policy: Arc<Policy>,
    limits: Limits,
    open: reqwest::Client,
    /// For literal addresses and unusual ports; absent where no private range is allowed.
    private: Option<reqwest::Client>,
}

impl std::fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fetcher")
            .field("policy", &self.inner.policy)
            .finish_non_exhaustive()
    }
}

impl Fetcher {
    /// The client of a running server: system resolver, usual limits.
    ///
    /// # Errors
    /// [`Error::Setup`] where the extra certificates or the user agent are unusable.
    pub fn new(policy: Policy, user_agent: &str) -> Result<Self, Error> {
        Self::with(
            policy,
            user_agent,
            Limits::default(),
            Arc::new(SystemLookup),
        )
    }

    /// A client with its own limits and its own way to look names up, for tests and labs. The rules
    /// about hosts and addresses hold all the same.
    ///
    /// # Errors
    /// [`Error::Setup`] where the extra certificates or the user agent are unusable.
    pub fn with(
        policy: Policy,
        user_agent: &str,
        limits: Limits,
        lookup: Arc<dyn Lookup>,
    ) -> Result<Self, Error> {
        let policy = Arc::new(policy);
        let guard = Guard {
            policy: policy.clone(),
            lookup,
            door: Door::Open,
        };
        let private = if policy.allow_private.is_empty() {
            None
        } else {
            let inside = Guard {
                door: Door::PrivateOnly,
                ..guard.clone()
            };
            Some(build_client(&inside, user_agent, limits)?)
        };
        let open = build_client(&guard, user_agent, limits)?;
        let inner = Inner {
            policy,
            limits,
            open,
            private,
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Whether an address could be asked at all, judged without looking its name up. Good for
    /// refusing an inbox or a picture before it is stored.
    ///
    /// # Errors
    /// The rule that forbids it.
    pub fn permits(&self, url: &Url) -> Result<(), Refusal> {
        hosts::door(&self.inner.policy, url).map(|_| ())
    }

    /// Asks for something and follows up to three redirects, each checked and signed anew.
    ///
    /// # Errors
    /// Every [`Error`] but [`Error::Status`]: an answer with a bad status is an answer.
    pub async fn get(&self, url: &Url, options: Get<'_>) -> Result<Response, Error> {
        tokio::time::timeout(self.inner.limits.total, self.follow(url, options))
            .await
            .or(Err(Error::Timeout))?
    }

    /// Delivers a body. No redirect is followed: a signature is for one address.
    ///
    /// # Errors
    /// Every [`Error`] but [`Error::Status`] and [`Error::TooLarge`].
    pub async fn post(
        &self,
        url: &Url,
        body: Bytes,
        headers: Vec<(HeaderName, HeaderValue)>,
    ) -> Result<PostOutcome, Error> {
        let deliver = async {
            let client = self.client_for(url)?;
            let headers = without_host(headers.into_iter().collect());
            let request = client.post(url.clone()).headers(headers).body(body);
            let answer = request.send().await?;
            Ok(PostOutcome {
                status: answer.status(),
                retry_after: retry_after(answer.headers()),
                body_snippet: body::snippet(answer, SNIPPET).await,
            })
        };
        tokio::time::timeout(self.inner.limits.total, deliver)
            .await
            .or(Err(Error::Timeout))?
    }

    /// Hands something in and reads the answer, at most `max_bytes` of it: push services, translation.
    /// No redirect is followed.
    ///
    /// # Errors
    /// Every [`Error`] but [`Error::Status`]: an answer with a bad status is an answer.
    pub async fn exchange(
        &self,
        url: &Url,
        body: Bytes,
        headers: HeaderMap,
        max_bytes: usize,
    ) -> Result<Response, Error> {
        let exchange = async {
            let client = self.client_for(url)?;
            let request = client.post(url.clone()).headers(without_host(headers));
            let answer = request.body(body).send().await?;
            finish(answer, url.clone(), max_bytes).await
        };
        tokio::time::timeout(self.inner.limits.total, exchange)
            .await
            .or(Err(Error::Timeout))?
    }

    fn client_for(&self, url: &Url) -> Result<&reqwest::Client, Refusal> {
        match hosts::door(&self.inner.policy, url)? {
            Door::Open => Ok(&self.inner.open),
            Door::PrivateOnly => self.inner.private.as_ref().ok_or(Refusal::Port),
        }
    }

    async fn follow(&self, url: &Url, options: Get<'_>) -> Result<Response, Error> {
        let mut url = url.clone();
        for _ in 0..=MAX_REDIRECTS {
            url.set_fragment(None);
            let answer = self.ask(&url, options).await?;
            let Some(location) = redirect(&answer)? else {
                return finish(answer, url, options.max_bytes).await;
            };
            let next = hosts::next_hop(&url, location)?;
            if options.same_host_redirects && !hosts::same_host(&url, &next) {
                return Err(Refusal::OtherHost.into());
            }
            url = next;
        }
        Err(Refusal::TooManyRedirects.into())
    }

    async fn ask(&self, url: &Url, options: Get<'_>) -> Result<reqwest::Response, Error> {
        let client = self.client_for(url)?;
        let mut request = client
            .get(url.clone())
            .header(http::header::ACCEPT, options.accept);
        if let Some(signer) = options.sign {
            let signed = signer
                .sign(&Method::GET, url)
                .map_err(|e| Error::Sign(e.to_string()))?;
            request = request.headers(without_host(signed));
        }
        Ok(request.send().await?)
    }
}

async fn finish(
    answer: reqwest::Response,
    final_url: Url,
    max_bytes: usize,
) -> Result<Response, Error> {
    let status = answer.status();
    let headers = answer.headers().clone();
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(MediaType::parse);
    // Two types would let two readers disagree about the document.
    let content_type = content_type.filter(|_| headers.get_all(CONTENT_TYPE).iter().count() == 1);
    let body = body::read(answer, max_bytes).await?;
    Ok(Response {
        status,
        final_url,
        headers,
        content_type,
        body,
    })
}

/// Where an answer redirects to, if it does.
fn redirect(answer: &reqwest::Response) -> Result<Option<&str>, Refusal> {
    match answer.status() {
        StatusCode::MOVED_PERMANENTLY
        | StatusCode::FOUND
        | StatusCode::SEE_OTHER
        | StatusCode::TEMPORARY_REDIRECT
        | StatusCode::PERMANENT_REDIRECT => {}
        _ => return Ok(None),
    }
    answer
        .headers()
        .get(LOCATION)
        .and_then(|value| value.to_str().ok())
        .map(Some)
        .ok_or(Refusal::Redirect)
}

/// The client writes `Host` itself from the address, as the signer has to. Over HTTP/2 a second
/// `Host` beside `:authority` makes some servers refuse.
fn without_host(mut headers: HeaderMap) -> HeaderMap {
    headers.remove(HOST);
    headers
}

/// `Retry-After` in seconds or as a date (RFC 9110, 10.2.3). A date is measured against the answer's
/// own `Date`, so that neither clock need be right.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: HeaderName| headers.get(name)?.to_str().ok().map(str::trim);
    let wanted = text(RETRY_AFTER)?;
    let wait = if let Ok(seconds) = wanted.parse::<u64>() {
        Duration::from_secs(seconds)
    } else {
        let date = |text: &str| chrono::DateTime::parse_from_rfc2822(text).ok();
        let until = date(wanted)?;
        let from = date(text(DATE)?)?;
        (until - from).to_std().unwrap_or_default()
    };
    Some(wait.min(MAX_RETRY_AFTER))
}

fn build_client(guard: &Guard, user_agent: &str, limits: Limits) -> Result<reqwest::Client, Error> {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // A second thread may have been faster; then its provider, the same one, stays.
        drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    }
    let extra = match &guard.policy.extra_ca {
        Some(pem) => reqwest::Certificate::from_pem_bundle(pem)
            .map_err(|e| Error::Setup(format!("extra certificates: {e}")))?,
        None => Vec::new(),
    };
    if guard.policy.extra_ca.is_some() && extra.is_empty() {
        return Err(Error::Setup("no certificate in the extra file".to_owned()));
    }
    let system = client_builder(guard, user_agent, limits)
        .tls_certs_merge(extra.clone())
        .build();
    system.or_else(|error| {
        tracing::warn!(%error, "the certificate authorities of the system cannot be read");
        client_builder(guard, user_agent, limits)
            .tls_certs_only(extra)
            .build()
            .map_err(|e| Error::Setup(e.to_string()))
    })
}

#[expect(clippy::disallowed_methods, reason = "this is the one door")]
fn client_builder(guard: &Guard, user_agent: &str, limits: Limits) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(user_agent)
        .tls_backend_rustls()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        // A proxy would resolve names itself, behind the guard's back.
        .no_proxy()
        .dns_resolver(Arc::new(guard.clone()))
        .connect_timeout(limits.connect)
        .read_timeout(limits.idle)
        .pool_idle_timeout(KEEP_IDLE)
        .pool_max_idle_per_host(16)
        .tcp_keepalive(Duration::from_secs(60))
}

#[cfg(test)]
mod tests {
    use super::{MAX_RETRY_AFTER, retry_after};
    use http::HeaderMap;
    use std::time::Duration;

    #[test]
    fn retry_after_is_read_in_both_spellings() {
        let ask = |wait: &str, date: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("retry-after", wait.parse().unwrap());
            headers.insert("date", date.parse().unwrap());
            retry_after(&headers)
        };
        let noon = "Mon, 02 Nov 2026 12:00:00 GMT";
        assert_eq!(ask("120", noon), Some(Duration::from_secs(120)));
        assert_eq!(
            ask("Mon, 02 Nov 2026 12:01:30 GMT", noon),
            Some(Duration::from_secs(90))
        );
        assert_eq!(
            ask("Mon, 02 Nov 2026 11:00:00 GMT", noon),
            Some(Duration::ZERO)
        );
        assert_eq!(ask("99999999999", noon), Some(MAX_RETRY_AFTER));
        assert_eq!(ask("soon", noon), None);
        assert_eq!(ask("-5", noon), None);
    }
}
