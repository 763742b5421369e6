//! A small Mastodon client: it asks, and hands back what came. It follows no redirects, unpacks
//! nothing and remembers nothing, so that a story sees what went over the wire.

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, LINK};
use http::{HeaderName, HeaderValue, Method};
use serde_json::{Value, json};

use super::runtime;

/// The one HTTP client of all stories.
#[expect(
    clippy::disallowed_methods,
    reason = "an app from outside, which must not have the manners of the crate `fetch`"
)]
fn http() -> reqwest::Client {
    use std::sync::OnceLock;
    static HTTP: OnceLock<reqwest::Client> = OnceLock::new();
    let make = || {
        runtime().block_on(async {
            reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .no_gzip()
                .no_brotli()
                .no_proxy()
                .pool_max_idle_per_host(0)
                .timeout(super::PATIENCE)
                .build()
                .expect("a client")
        })
    };
    HTTP.get_or_init(make).clone()
}

/// An app, with or without a token.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    base: String,
    token: Option<String>,
}

/// One part of a multipart form.
#[derive(Clone, Debug)]
pub(crate) struct Part<'a> {
    /// The field.
    pub(crate) name: &'a str,
    /// File name and type, where it is a file.
    pub(crate) file: Option<(&'a str, &'a str)>,
    /// What is in it.
    pub(crate) bytes: &'a [u8],
}

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// The status code.
    pub(crate) status: u16,
    /// The headers.
    pub(crate) headers: HeaderMap,
    /// The body as it came.
    pub(crate) bytes: bytes::Bytes,
    /// What was asked, for complaints.
    asked: String,
}

/// A body with its type.
pub(crate) struct Body {
    /// `Content-Type`.
    pub(crate) kind: String,
    /// The bytes.
    pub(crate) bytes: Vec<u8>,
}

impl Body {
    /// JSON.
    pub(crate) fn json(value: &Value) -> Self {
        let bytes = value.to_string().into_bytes();
        Self {
            kind: "application/json".to_owned(),
            bytes,
        }
    }

    /// A form.
    pub(crate) fn form(pairs: &[(&str, &str)]) -> Self {
        let text = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        Self {
            kind: "application/x-www-form-urlencoded".to_owned(),
            bytes: text.into_bytes(),
        }
    }

    /// A multipart form.
    pub(crate) fn multipart(parts: &[Part<'_>]) -> Self {
        const MARK: &str = "a-line-that-stands-in-no-part";
        let mut bytes = Vec::new();
        for Part {
            name,
            file,
            bytes: content,
        } in parts
        {
            bytes.extend(format!("--{MARK}\r\n").into_bytes());
            let mut head = format!("Content-Disposition: form-data; name=\"{name}\"");
            if let Some((file, kind)) = file {
                head.push_str(&format!("; filename=\"{file}\"\r\nContent-Type: {kind}"));
            }
            bytes.extend(format!("{head}\r\n\r\n").into_bytes());
            bytes.extend_from_slice(content);
            bytes.extend(b"\r\n");
        }
        bytes.extend(format!("--{MARK}--\r\n").into_bytes());
        Self {
            kind: format!("multipart/form-data; boundary={MARK}"),
            bytes,
        }
    }
}

impl Client {
    /// An app for this server.
    pub(crate) fn new(base: &str, token: Option<&str>) -> Self {
        Self {
            base: base.to_owned(),
            token: token.map(str::to_owned),
        }
    }

    /// The token.
    pub(crate) fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    /// The address of the server.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// Asks anything; a path of the server, or a whole address.
    pub(crate) fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Body>,
    ) -> Answer {
        let url = if path.starts_with("http://") {
            path.to_owned()
        } else {
            format!("{}{path}", self.base)
        };
        let asked = format!("{method} {url}");
        let mut request = http().request(method, &url);
        if let Some(token) = &self.token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        for (name, value) in headers {
            let name: HeaderName = name.parse().expect("a header's name");
            request = request.header(name, HeaderValue::from_str(value).expect("a header"));
        }
        if let Some(Body { kind, bytes }) = body {
            request = request.header(CONTENT_TYPE, kind).body(bytes);
        }
        runtime().block_on(async {
            let response = request
                .send()
                .await
                .unwrap_or_else(|e| panic!("{asked}: {e:?}"));
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            let endless = headers
                .get(CONTENT_TYPE)
                .is_some_and(|it| it == "text/event-stream");
            let bytes = if endless {
                bytes::Bytes::new()
            } else {
                response
                    .bytes()
                    .await
                    .unwrap_or_else(|e| panic!("{asked}: {e:?}"))
            };
            assert!(
                status != 500,
                "{asked} answered 500: {}",
                String::from_utf8_lossy(&bytes)
            );
            Answer {
                status,
                headers,
                bytes,
                asked,
            }
        })
    }

    /// GET.
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, &[], None)
    }

    /// GET of an ActivityPub document.
    pub(crate) fn document(&self, path: &str) -> Answer {
        let accept = [(ACCEPT.as_str(), "application/activity+json")];
        self.ask(Method::GET, path, &accept, None)
    }

    /// POST of JSON.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask(Method::POST, path, &[], Some(Body::json(body)))
    }

    /// POST without a body.
    pub(crate) fn press(&self, path: &str) -> Answer {
        self.ask(Method::POST, path, &[], None)
    }

    /// PUT of JSON.
    pub(crate) fn put(&self, path: &str, body: &Value) -> Answer {
        self.ask(Method::PUT, path, &[], Some(Body::json(body)))
    }

    /// PATCH of JSON.
    pub(crate) fn patch(&self, path: &str, body: &Value) -> Answer {
        self.ask(Method::PATCH, path, &[], Some(Body::json(body)))
    }

    /// DELETE.
    pub(crate) fn delete(&self, path: &str) -> Answer {
        self.ask(Method::DELETE, path, &[], None)
    }

    /// POST of a form.
    pub(crate) fn form(&self, path: &str, pairs: &[(&str, &str)]) -> Answer {
        self.ask(Method::POST, path, &[], Some(Body::form(pairs)))
    }

    /// POST of a multipart form.
    pub(crate) fn multipart(&self, path: &str, parts: &[Part<'_>]) -> Answer {
        self.ask(Method::POST, path, &[], Some(Body::multipart(parts)))
    }

    /// Publishes a status.
    pub(crate) fn publish(&self, text: &str) -> Value {
        self.post("/api/v1/statuses", &json!({ "status": text }))
            .ok()
    }

    /// Publishes with a visibility.
    pub(crate) fn publish_to(&self, visibility: &str, text: &str) -> Value {
        let draft = json!({ "status": text, "visibility": visibility });
        self.post("/api/v1/statuses", &draft).ok()
    }

    /// Letters of strangers are told at once, where they would wait under a request.
    pub(crate) fn hears_strangers(&self) {
        let accept = json!({ "for_private_mentions": "accept" });
        self.patch("/api/v2/notifications/policy", &accept).ok();
    }

    /// Answers a status.
    pub(crate) fn reply(&self, to: &str, text: &str) -> Value {
        let draft = json!({ "status": text, "in_reply_to_id": to });
        self.post("/api/v1/statuses", &draft).ok()
    }

    /// A status as the app sees it now.
    pub(crate) fn status(&self, id: &str) -> Answer {
        self.get(&format!("/api/v1/statuses/{id}"))
    }

    /// Presses a button of a status: `favourite`, `reblog`...
    pub(crate) fn act(&self, id: &str, verb: &str) -> Answer {
        self.press(&format!("/api/v1/statuses/{id}/{verb}"))
    }

    /// The texts of what stands under a status.
    pub(crate) fn answers(&self, id: &str) -> Vec<Value> {
        let context = self.get(&format!("/api/v1/statuses/{id}/context")).ok();
        context["descendants"]
            .as_array()
            .cloned()
            .unwrap_or_default()
    }

    /// Presses a button of an account: `follow`, `block`...
    pub(crate) fn towards(&self, account: &str, verb: &str) -> Answer {
        self.press(&format!("/api/v1/accounts/{account}/{verb}"))
    }

    /// How one stands to an account.
    pub(crate) fn relationship(&self, account: &str) -> Value {
        self.get(&format!("/api/v1/accounts/relationships?id[]={account}"))
            .ok()[0]
            .clone()
    }

    /// A page of a list of anything.
    pub(crate) fn items(&self, path: &str) -> Vec<Value> {
        let found = self.get(path).ok();
        found
            .as_array()
            .unwrap_or_else(|| panic!("{path} is no list: {found}"))
            .clone()
    }

    /// The home timeline.
    pub(crate) fn home(&self) -> Vec<Value> {
        self.items("/api/v1/timelines/home")
    }

    /// Finds what `q` stands for, also on other servers: the first account.
    pub(crate) fn find_account(&self, q: &str) -> Option<Value> {
        self.find(q, true)["accounts"].get(0).cloned()
    }

    /// Finds what `q` stands for, also on other servers: the first status.
    pub(crate) fn find_status(&self, q: &str) -> Option<Value> {
        self.find(q, true)["statuses"].get(0).cloned()
    }

    /// The status with this address, where this server has it already.
    pub(crate) fn known_status(&self, uri: &str) -> Option<Value> {
        self.find(uri, false)["statuses"].get(0).cloned()
    }

    fn find(&self, q: &str, resolve: bool) -> Value {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("q", q),
                ("resolve", if resolve { "true" } else { "false" }),
            ])
            .finish();
        self.get(&format!("/api/v2/search?{query}")).ok()
    }

    /// The list that a joined group is.
    pub(crate) fn list_of(&self, group: &super::Group) -> Option<Value> {
        self.items("/api/v1/lists").into_iter().find(|list| {
            let id = id_of(list);
            let members = self.items(&format!("/api/v1/lists/{id}/accounts"));
            members
                .iter()
                .any(|member| member["id"] == group.id.as_str())
                || members
                    .iter()
                    .any(|member| member["uri"] == group.uri.as_str())
        })
    }

    /// Notifications of a type.
    pub(crate) fn notified_of(&self, kind: &str) -> Vec<Value> {
        self.items(&format!("/api/v1/notifications?types[]={kind}"))
    }
}

/// The id of anything; it must be a string of digits.
pub(crate) fn id_of(thing: &Value) -> String {
    let id = thing["id"]
        .as_str()
        .unwrap_or_else(|| panic!("an id is a string: {thing}"));
    assert!(
        id.bytes().all(|b| b.is_ascii_digit()),
        "an id is of digits: {id}"
    );
    id.to_owned()
}

impl Answer {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|e| panic!("{} gave no JSON ({e}): {}", self.asked, self.text()))
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// All that a client could tell two answers apart by, without what differs between any two and
    /// without the id that was asked for.
    pub(crate) fn face(&self, id: &str) -> (u16, Vec<(String, String)>, String) {
        const ALWAYS_NEW: &[&str] = &[
            "date",
            "x-request-id",
            "x-ratelimit-remaining",
            "x-ratelimit-reset",
        ];
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(id, "ID");
        let mut pairs: Vec<(String, String)> = self
            .headers
            .iter()
            .filter(|(name, _)| !ALWAYS_NEW.contains(&name.as_str()))
            .map(|(name, value)| (name.to_string(), text(value.as_bytes())))
            .collect();
        pairs.sort();
        (self.status, pairs, text(&self.bytes))
    }

    /// The JSON of an answer that is a success.
    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        self.is(200).json()
    }

    /// The same answer, where it has this status.
    #[track_caller]
    pub(crate) fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{}: {}", self.asked, self.text());
        self
    }

    /// An error in JSON with this status.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16) -> String {
        let body = self.is(status).json();
        let kind = self.header("content-type").unwrap_or_default();
        assert!(
            kind.starts_with("application/json"),
            "{}: {kind}",
            self.asked
        );
        let error = body["error"].as_str().unwrap_or_default();
        assert!(
            !error.is_empty(),
            "{}: an error without words: {body}",
            self.asked
        );
        error.to_owned()
    }

    /// A header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The address in `Link` for this relation.
    pub(crate) fn link(&self, relation: &str) -> Option<String> {
        let wanted = format!("rel=\"{relation}\"");
        let links = self.headers.get(LINK)?.to_str().ok()?;
        let link = links.split(", ").find(|link| link.ends_with(&wanted))?;
        let (_, rest) = link.split_once('<')?;
        rest.split_once('>').map(|(address, _)| address.to_owned())
    }

    /// Does `Vary` name this header?
    pub(crate) fn varies_by(&self, name: &str) -> bool {
        self.headers
            .get_all("vary")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|found| found.trim().eq_ignore_ascii_case(name))
    }

    /// The ids of a page.
    pub(crate) fn ids(&self) -> Vec<String> {
        self.ok()
            .as_array()
            .expect("a list")
            .iter()
            .map(id_of)
            .collect()
    }
}
