//! Signatures as another server would make and break them. The signed text is built here a second
//! time, in the plainest way, so that a mistake in the module cannot hide itself.

mod catalogue;
mod fields;
mod round_trips;
mod vectors;
mod wire;

use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use model::Millis;
use url::Url;

use super::sign::{Options, sign_cavage, sign_rfc9421};
use super::{Form, Parts, PrivateKey, PublicKey, Reason, SignatureError, date, digest};

const NOW: Millis = Millis(1_790_000_000_000);
const KEY_ID: &str = "https://far.example/users/dan#main-key";
const BODY: &[u8] = b"{\"type\":\"Like\"}";

fn rsa() -> &'static PrivateKey {
    static KEY: OnceLock<PrivateKey> = OnceLock::new();
    KEY.get_or_init(|| PrivateKey::generate_rsa().unwrap())
}

fn ed25519() -> &'static PrivateKey {
    static KEY: OnceLock<PrivateKey> = OnceLock::new();
    KEY.get_or_init(|| PrivateKey::ed25519_from_seed(&[3; 32]).unwrap())
}

/// A request as it reaches us.
#[derive(Clone, Debug)]
struct Request {
    method: Method,
    target: String,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
}

impl Request {
    fn parts(&self) -> Parts<'_> {
        Parts {
            method: &self.method,
            path_and_query: &self.target,
            scheme: "https",
            authority: "home.example",
            headers: &self.headers,
            body: self.body.as_deref(),
        }
    }

    /// Reads and verifies the way an inbox does.
    fn judge(&self, key: &PublicKey, now: Millis) -> Result<(), SignatureError> {
        let claim = super::parse(&self.headers)?;
        assert_eq!(claim.key_id, KEY_ID);
        super::verify(&claim, &self.parts(), key, now)
    }

    fn judge_with(&self, key: &PrivateKey) -> Result<(), SignatureError> {
        self.judge(&key.public_key().unwrap(), NOW)
    }

    fn set(&mut self, name: &str, value: &str) {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        self.headers
            .insert(name, HeaderValue::from_str(value).unwrap());
    }

    fn add(&mut self, name: &str, value: &str) {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        self.headers
            .append(name, HeaderValue::from_str(value).unwrap());
    }
}

/// A request that our own signing made, as the wire carries it.
fn signed(form: Form, method: &Method, address: &str, key: &PrivateKey) -> Request {
    let url = Url::parse(address).unwrap();
    let body = (method == Method::POST).then_some(BODY);
    let mut headers = match form {
        Form::Cavage => sign_cavage(method, &url, body, KEY_ID, key, NOW),
        Form::Rfc9421 => sign_rfc9421(method, &url, body, KEY_ID, key, NOW, Options::default()),
    }
    .unwrap();
    headers.insert("host", "home.example".parse().unwrap());
    let query = url.query().map(|q| format!("?{q}")).unwrap_or_default();
    Request {
        method: method.clone(),
        target: format!("{}{query}", url.path()),
        headers,
        body: body.map(<[u8]>::to_vec),
    }
}

fn post(form: Form) -> Request {
    signed(form, &Method::POST, "https://home.example/inbox", rsa())
}

/// An unsigned POST to the inbox with all that can be covered.
fn bare() -> Request {
    let mut request = Request {
        method: Method::POST,
        target: "/inbox".to_owned(),
        headers: HeaderMap::new(),
        body: Some(BODY.to_vec()),
    };
    request.set("host", "home.example");
    request.set("date", &date::format(NOW));
    request.set("digest", &digest::digest(BODY));
    request.set("content-digest", &digest::content_digest(BODY));
    request
}

/// Signs in the cavage form over any list of names, with further parameters.
fn cavage(mut request: Request, names: &str, more: &str, key: &PrivateKey) -> Request {
    let number = |name: &str| {
        let found = more.split(',').find_map(|p| p.strip_prefix(name));
        found.unwrap_or_default().to_owned()
    };
    let mut lines = Vec::new();
    for name in names.split(' ') {
        let value = match name {
            "(request-target)" => format!("post {}", request.target),
            "(created)" => number("created="),
            "(expires)" => number("expires="),
            _ => request.headers[name].to_str().unwrap().to_owned(),
        };
        lines.push(format!("{name}: {value}"));
    }
    let signature = STANDARD.encode(key.sign(lines.join("\n").as_bytes()).unwrap());
    let comma = if more.is_empty() { "" } else { "," };
    request.set(
        "signature",
        &format!("keyId=\"{KEY_ID}\"{comma}{more},headers=\"{names}\",signature=\"{signature}\""),
    );
    request
}

/// Signs in the RFC 9421 form over any list of components, with further parameters.
fn rfc9421(mut request: Request, names: &str, more: &str, key: &PrivateKey) -> Request {
    let mut base = String::new();
    let (path, query) = match request.target.split_once('?') {
        Some((path, query)) => (path, query),
        None => (request.target.as_str(), ""),
    };
    for name in names.split(' ').filter(|name| !name.is_empty()) {
        let value = match name {
            "@method" => request.method.to_string(),
            "@target-uri" => format!("https://home.example{}", request.target),
            "@authority" => "home.example".to_owned(),
            "@scheme" => "https".to_owned(),
            "@request-target" => request.target.clone(),
            "@path" => path.to_owned(),
            "@query" => format!("?{query}"),
            _ => request.headers[name].to_str().unwrap().to_owned(),
        };
        base.push_str(&format!("\"{name}\": {value}\n"));
    }
    let list: Vec<String> = names
        .split(' ')
        .filter(|name| !name.is_empty())
        .map(|name| format!("\"{name}\""))
        .collect();
    let params = format!("({}){more};keyid=\"{KEY_ID}\"", list.join(" "));
    base.push_str(&format!("\"@signature-params\": {params}"));
    let signature = STANDARD.encode(key.sign(base.as_bytes()).unwrap());
    request.set("signature-input", &format!("sig1={params}"));
    request.set("signature", &format!("sig1=:{signature}:"));
    request
}

/// Seconds before (negative) or after now.
fn seconds(offset: i64) -> i64 {
    NOW.0 / Millis::SECOND + offset
}

fn refused(reason: Reason) -> Result<(), SignatureError> {
    Err(reason.into())
}
