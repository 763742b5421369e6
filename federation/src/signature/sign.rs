//! Signing our own requests, in the form that the other host is known to understand. Returns the
//! headers to add; `Host` is among them for draft-cavage, because it is signed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{CONTENT_TYPE, DATE, HOST};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use model::Millis;
use url::{Position, Url};

use super::{
    CONTENT_DIGEST, DIGEST, Form, KeyError, KeyKind, PrivateKey, SIGNATURE, SIGNATURE_INPUT,
};
use super::{date, digest};

/// The type under which activities are posted.
pub const ACTIVITY_JSON: &str = "application/activity+json";

/// What an RFC 9421 signature may say beside the necessary.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Name the algorithm (`alg`). Mastodon does not and takes it from the key.
    pub name_algorithm: bool,
    /// For how many seconds the signature is good, where the sender wants to say so.
    pub expires_in: Option<i64>,
}

/// Who signs, in which form, and when: what the client needs to sign each hop of a request.
#[derive(Clone, Copy, Debug)]
pub struct Signer<'a> {
    /// The form to sign in.
    pub form: Form,
    /// The address of the public key.
    pub key_id: &'a str,
    /// The key.
    pub key: &'a PrivateKey,
    /// The time of signing.
    pub now: Millis,
}

impl Signer<'_> {
    /// The headers for a request.
    ///
    /// # Errors
    /// [`KeyError::Unusable`] where the key fails, [`KeyError::Malformed`] where the key id cannot
    /// stand in a header.
    pub fn headers(
        &self,
        method: &Method,
        url: &Url,
        body: Option<&[u8]>,
    ) -> Result<HeaderMap, KeyError> {
        let Self {
            form,
            key_id,
            key,
            now,
        } = *self;
        match form {
            Form::Cavage => sign_cavage(method, url, body, key_id, key, now),
            Form::Rfc9421 => sign_rfc9421(method, url, body, key_id, key, now, Options::default()),
        }
    }

    /// The headers for a delivery, as the client takes them.
    ///
    /// # Errors
    /// As [`Signer::headers`].
    pub fn delivery(
        &self,
        url: &Url,
        body: &[u8],
    ) -> Result<Vec<(HeaderName, HeaderValue)>, KeyError> {
        let headers = self.headers(&Method::POST, url, Some(body))?;
        let pair = |(name, value): (&HeaderName, &HeaderValue)| (name.clone(), value.clone());
        Ok(headers.iter().map(pair).collect())
    }
}

impl fetch::RequestSigner for Signer<'_> {
    fn sign(&self, method: &Method, url: &Url) -> Result<HeaderMap, fetch::SignError> {
        Ok(self.headers(method, url, None)?)
    }
}

/// Signs after draft-cavage: target, host and date, and for a body its digest and type. Nobody in the
/// fediverse fails to understand this set.
///
/// # Errors
/// [`KeyError::Unusable`] where the key fails, [`KeyError::Malformed`] where the key id or the
/// address cannot stand in a header.
pub fn sign_cavage(
    method: &Method,
    url: &Url,
    body: Option<&[u8]>,
    key_id: &str,
    key: &PrivateKey,
    now: Millis,
) -> Result<HeaderMap, KeyError> {
    let mut headers = HeaderMap::new();
    let mut names = vec!["host", "date"];
    put(&mut headers, HOST, &authority(url))?;
    put(&mut headers, DATE, &date::format(now))?;
    if let Some(body) = body {
        put(&mut headers, DIGEST, &digest::digest(body))?;
        put(&mut headers, CONTENT_TYPE, ACTIVITY_JSON)?;
        names.extend(["digest", "content-type"]);
    }
    let verb = method.as_str().to_ascii_lowercase();
    let mut base = format!("(request-target): {verb} {}", target(url));
    for name in &names {
        let value = headers.get(*name).and_then(|value| value.to_str().ok());
        base.push_str(&format!("\n{name}: {}", value.unwrap_or_default()));
    }
    let algorithm = match key.kind() {
        KeyKind::Rsa => "rsa-sha256",
        KeyKind::Ed25519 => "hs2019",
    };
    let signature = STANDARD.encode(key.sign(base.as_bytes())?);
    let key_id = quotable(key_id)?;
    let value = format!(
        "keyId=\"{key_id}\",algorithm=\"{algorithm}\",headers=\"(request-target) {}\",signature=\"{signature}\"",
        names.join(" ")
    );
    put(&mut headers, SIGNATURE, &value)?;
    Ok(headers)
}

/// Signs after RFC 9421: exactly the set of Mastodon 4.7, which is method, whole target and, for a
/// body, its digest.
///
/// # Errors
/// [`KeyError::Unusable`] where the key fails, [`KeyError::Malformed`] where the key id cannot stand
/// in a header.
pub fn sign_rfc9421(
    method: &Method,
    url: &Url,
    body: Option<&[u8]>,
    key_id: &str,
    key: &PrivateKey,
    now: Millis,
    options: Options,
) -> Result<HeaderMap, KeyError> {
    let mut headers = HeaderMap::new();
    let uri = &url[..Position::AfterQuery];
    let mut names = String::from("\"@method\" \"@target-uri\"");
    let mut base = format!("\"@method\": {method}\n\"@target-uri\": {uri}\n");
    if let Some(body) = body {
        let digest = digest::content_digest(body);
        names.push_str(" \"content-digest\"");
        base.push_str(&format!("\"content-digest\": {digest}\n"));
        put(&mut headers, CONTENT_DIGEST, &digest)?;
        put(&mut headers, CONTENT_TYPE, ACTIVITY_JSON)?;
    }
    let created = now.0.div_euclid(Millis::SECOND);
    let mut params = format!(
        "({names});created={created};keyid=\"{}\"",
        quotable(key_id)?
    );
    if options.name_algorithm {
        let name = match key.kind() {
            KeyKind::Rsa => "rsa-v1_5-sha256",
            KeyKind::Ed25519 => "ed25519",
        };
        params.push_str(&format!(";alg=\"{name}\""));
    }
    if let Some(seconds) = options.expires_in {
        params.push_str(&format!(";expires={}", created.saturating_add(seconds)));
    }
    base.push_str(&format!("\"@signature-params\": {params}"));
    let signature = STANDARD.encode(key.sign(base.as_bytes())?);
    put(&mut headers, SIGNATURE_INPUT, &format!("sig1={params}"))?;
    put(&mut headers, SIGNATURE, &format!("sig1=:{signature}:"))?;
    Ok(headers)
}

/// Host, with its port where it is not the usual one: what the HTTP client writes into `Host`.
fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

fn target(url: &Url) -> String {
    match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    }
}

/// Key ids are addresses; what could end a quoted string is in none of them.
fn quotable(text: &str) -> Result<&str, KeyError> {
    if text
        .bytes()
        .all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\')
    {
        Ok(text)
    } else {
        Err(KeyError::Malformed)
    }
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) -> Result<(), KeyError> {
    let value = HeaderValue::from_str(value).or(Err(KeyError::Malformed))?;
    headers.insert(name, value);
    Ok(())
}
