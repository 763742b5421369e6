//! The extractors: parameters of query and body together, the id in the path, the idempotency key.

use axum::RequestPartsExt as _;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Multipart, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use futures::StreamExt as _;
use serde::de::DeserializeOwned;

use super::tree::Tree;
use crate::error::Error;

/// Any body but those with files.
const ORDINARY: usize = 1024 * 1024;
/// A picture with what goes with it.
const WITH_FILES: usize = 16 * 1024 * 1024;
/// A film, its thumbnail and what goes with them.
const WITH_FILMS: usize = services::media::MOST_BYTES + WITH_FILES;
/// So much of a body that is too large runs past.
const LINGER: usize = 64 * 1024 * 1024;
/// So many films are taken in at a time, for each stays in memory until it is stored.
static FILMS: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(8);

/// The parameters of a request, of query and body alike (a body stands over the query), as a type.
/// At most 1 MiB. GET and DELETE may have a body too: some clients send one.
#[derive(Clone, Debug)]
pub struct Params<T>(pub T);

/// As [`Params`], for requests that carry pictures: at most 16 MiB.
#[derive(Clone, Debug)]
pub struct BigParams<T>(pub T);

/// As [`Params`], for uploads of sound and film. Who sends more than a picture waits for a turn.
#[derive(Clone, Debug)]
pub struct HugeParams<T>(pub T);

/// As [`Params`], with bytes that are the same exactly for the same parameters: for `Idempotency-Key`.
#[derive(Clone, Debug)]
pub struct PrintedParams<T>(pub T, pub Vec<u8>);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Params<T> {
    type Rejection = Error;
    async fn from_request(request: Request, _state: &S) -> Result<Self, Error> {
        decode(read(request, ORDINARY).await?).map(Self)
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for BigParams<T> {
    type Rejection = Error;
    async fn from_request(request: Request, _state: &S) -> Result<Self, Error> {
        decode(read(request, WITH_FILES).await?).map(Self)
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for HugeParams<T> {
    type Rejection = Error;
    async fn from_request(request: Request, _state: &S) -> Result<Self, Error> {
        let small = length(request.headers()).is_some_and(|bytes| bytes <= WITH_FILES);
        let _turn = if small {
            None
        } else {
            FILMS.acquire().await.ok()
        };
        decode(read(request, WITH_FILMS).await?).map(Self)
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for PrintedParams<T> {
    type Rejection = Error;
    async fn from_request(request: Request, _state: &S) -> Result<Self, Error> {
        let tree = read(request, ORDINARY).await?;
        let print = tree.fingerprint();
        Ok(Self(decode(tree)?, print))
    }
}

/// A tree as a type, or 422 that names the parameter.
///
/// # Errors
/// 422.
pub(crate) fn decode<T: DeserializeOwned>(tree: Tree) -> Result<T, Error> {
    tree.decode()
        .map_err(|error| Error::Unprocessable(format!("Validation failed: {error}")))
}

async fn read(request: Request, most: usize) -> Result<Tree, Error> {
    let query = Tree::from_form(request.uri().query().unwrap_or_default().as_bytes())?;
    let lenient = matches!(request.method().as_str(), "GET" | "HEAD" | "DELETE");
    let announced = length(request.headers());
    let (parts, body) = request.into_parts();
    if announced.is_some_and(|bytes| bytes > most) {
        pass_by(body).await;
        return Err(Error::TooLarge);
    }
    let bytes = axum::body::to_bytes(body, most)
        .await
        .map_err(|error| unreadable(&error))?;
    if bytes.is_empty() {
        return Ok(query);
    }
    let kind = essence(&parts.headers);
    let body = match kind.as_str() {
        "application/json" => Tree::from_json(&bytes)?,
        "application/x-www-form-urlencoded" => Tree::from_form(&bytes)?,
        "multipart/form-data" => multipart(parts, bytes).await?,
        _ if kind.starts_with("application/") && kind.ends_with("+json") => {
            Tree::from_json(&bytes)?
        }
        _ if lenient => return Ok(query),
        _ => return Err(Error::UnsupportedType),
    };
    Ok(query.overlaid(body))
}

/// Lets a body that is too large run past, up to a measure: a client that still sends when the connection is
/// closed sees only that, and not why (nginx calls it a lingering close).
async fn pass_by(body: Body) {
    let mut left = LINGER;
    let mut pieces = body.into_data_stream();
    while let Some(Ok(piece)) = pieces.next().await {
        left = left.saturating_sub(piece.len());
        if left == 0 {
            break;
        }
    }
}

fn length(headers: &HeaderMap) -> Option<usize> {
    headers
        .get(header::CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}

fn essence(headers: &HeaderMap) -> String {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(|kind| kind.trim().to_ascii_lowercase())
        .unwrap_or_default()
}

/// A body that ended early is the client's fault; one that grew over the limit says so.
fn unreadable(error: &axum::Error) -> Error {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.to_string().contains("length limit exceeded") {
            return Error::TooLarge;
        }
        cause = error.source();
    }
    Error::Malformed("The body ended early".to_owned())
}

async fn multipart(parts: Parts, bytes: Bytes) -> Result<Tree, Error> {
    let broken = |_error| Error::Malformed("This multipart body is broken".to_owned());
    let mut request = Request::from_parts(parts, Body::from(bytes));
    // The bytes were counted when they were read.
    DefaultBodyLimit::disable().apply(&mut request);
    let mut multipart = Multipart::from_request(request, &())
        .await
        .map_err(|_error| Error::Malformed("This multipart body has no boundary".to_owned()))?;
    let mut pairs = Vec::new();
    while let Some(field) = multipart.next_field().await.map_err(broken)? {
        let Some(name) = field.name().map(str::to_owned) else {
            continue;
        };
        let is_file = field.file_name().is_some();
        let bytes = field.bytes().await.map_err(broken)?;
        let value = if is_file {
            // A file input that was left empty arrives as a file of no bytes.
            if bytes.is_empty() {
                Tree::Null
            } else {
                Tree::File(bytes.to_vec())
            }
        } else {
            let text = String::from_utf8(bytes.to_vec())
                .map_err(|_error| Error::Malformed("A text is not UTF-8".to_owned()))?;
            Tree::Text(text)
        };
        pairs.push((name, value));
    }
    Tree::from_pairs(pairs.into_iter())
}

/// What stands in the path: an id, a name. What cannot be one does not exist.
#[derive(Clone, Copy, Debug)]
pub struct At<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send + 'static> FromRequestParts<S> for At<T> {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Error> {
        // No name has a NUL, and PostgreSQL takes none in a text.
        if parts.uri.path().contains("%00") {
            return Err(Error::NotFound);
        }
        let path = parts.extract::<Path<T>>().await;
        path.map(|Path(value)| Self(value))
            .map_err(|_no_such_thing| Error::NotFound)
    }
}

/// The `Idempotency-Key` header, cut to 255 characters.
#[derive(Clone, Debug)]
pub struct IdempotencyKey(pub Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Error> {
        let key = parts
            .headers
            .get("idempotency-key")
            .and_then(|value| value.to_str().ok())
            .filter(|key| !key.is_empty())
            .map(|key| key.chars().take(255).collect());
        Ok(Self(key))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::extract::Upload;

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(default)]
    struct Profile {
        display_name: Option<String>,
        avatar: Option<Upload>,
        fields_attributes: Vec<Field>,
        locked: Option<bool>,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Field {
        name: String,
        value: String,
    }

    fn request(method: &str, uri: &str, kind: &str, body: impl Into<Body>) -> Request {
        Request::builder()
            .method(method)
            .uri(uri)
            .header("content-type", kind)
            .body(body.into())
            .unwrap()
    }

    async fn profile(request: Request) -> Result<Profile, Error> {
        Params::from_request(request, &())
            .await
            .map(|Params(it)| it)
    }

    const PARTS: &str = "--x\r\n\
        content-disposition: form-data; name=\"display_name\"\r\n\r\nAna\r\n--x\r\n\
        content-disposition: form-data; name=\"fields_attributes[0][name]\"\r\n\r\nKota\r\n--x\r\n\
        content-disposition: form-data; name=\"fields_attributes[0][value]\"\r\n\r\nBandung\r\n--x\r\n\
        content-disposition: form-data; name=\"avatar\"; filename=\"me.png\"\r\n\
        content-type: image/png\r\n\r\n\u{1}\u{2}\u{3}\r\n--x--\r\n";

    #[tokio::test]
    async fn a_profile_comes_in_three_encodings() {
        let fields = vec![Field {
            name: "Kota".to_owned(),
            value: "Bandung".to_owned(),
        }];
        let form =
            "display_name=Ana&fields_attributes[0][name]=Kota&fields_attributes[0][value]=Bandung";
        let json =
            r#"{"display_name":"Ana","fields_attributes":[{"name":"Kota","value":"Bandung"}]}"#;
        for (kind, body, avatar) in [
            (
                "multipart/form-data; boundary=x",
                PARTS,
                Some(Upload(vec![1, 2, 3])),
            ),
            (
                "application/x-www-form-urlencoded; charset=UTF-8",
                form,
                None,
            ),
            ("application/json; charset=utf-8", json, None),
        ] {
            let read = profile(request("PATCH", "/x?locked=1", kind, body))
                .await
                .unwrap();
            assert_eq!(read.display_name.as_deref(), Some("Ana"), "{kind}");
            assert_eq!(read.fields_attributes, fields, "{kind}");
            assert_eq!(read.avatar, avatar, "{kind}");
            assert_eq!(read.locked, Some(true), "{kind}");
        }
    }

    #[tokio::test]
    async fn an_empty_body_of_any_type_is_no_body() {
        for kind in ["application/json", "text/plain", "multipart/form-data"] {
            assert_eq!(
                profile(request("POST", "/x", kind, "")).await.unwrap(),
                Profile::default()
            );
        }
    }

    #[tokio::test]
    async fn a_delete_may_have_a_body() {
        let read = profile(request(
            "DELETE",
            "/x",
            "application/json",
            r#"{"locked":true}"#,
        ))
        .await;
        assert_eq!(read.unwrap().locked, Some(true));
        let read = profile(request("GET", "/x?locked=0", "text/plain", "hello")).await;
        assert_eq!(read.unwrap().locked, Some(false));
    }

    #[tokio::test]
    async fn bad_bodies_have_their_status() {
        let big = "a".repeat(ORDINARY + 1);
        for (kind, body, status) in [
            ("application/json", "{", 400),
            ("application/json", "[]", 400),
            ("application/json", r#"{"locked":"perhaps"}"#, 422),
            ("multipart/form-data; boundary=x", "--y\r\n", 400),
            ("multipart/form-data", PARTS, 400),
            ("text/html", "<p>", 415),
            ("application/x-www-form-urlencoded", big.as_str(), 413),
        ] {
            let error = profile(request("POST", "/x", kind, body.to_owned()))
                .await
                .unwrap_err();
            assert_eq!(error.status().as_u16(), status, "{kind} {error}");
        }
    }
}
