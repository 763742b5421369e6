//! Forms: read, and believed only when they come from a page of ours. Two checks: where the browser
//! says the form was, and a word that only our page knows (threats, row 107).

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Multipart, Request};
use axum::http::header::{CONTENT_TYPE, HOST, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use services::sign_in::Session;

use super::failure::Failure;
use super::viewer::{PageViewer, form_cookie, put_cookie};
use crate::state::AppState;

/// More than any form of ours can be.
const MOST: usize = 256 * 1024;

/// More fields than any form of ours has.
const MOST_FIELDS: usize = 200;
/// The same for the few that hold lists: a file of a megabyte, typed into a field it grows to three times that.
const WIDE: usize = 4 * 1024 * 1024;
const WIDE_FIELDS: usize = 10_100;

/// The fields of a form in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        Self::parse_most(bytes, MOST_FIELDS)
    }

    fn parse_most(bytes: &[u8], most: usize) -> Self {
        Self(
            url::form_urlencoded::parse(bytes)
                .into_owned()
                .take(most)
                .collect(),
        )
    }

    /// A field; empty where it is not there.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(found, _)| found == name)
            .map_or("", |(_, value)| value.as_str())
    }

    /// Every value of a field that may come more than once.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(move |(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }

    /// A field without the spaces around it.
    pub(crate) fn line(&self, name: &str) -> &str {
        self.get(name).trim()
    }

    /// A field of several lines as it was typed: browsers send line breaks as CR LF.
    pub(crate) fn lines(&self, name: &str) -> String {
        self.get(name).replace("\r\n", "\n").trim().to_owned()
    }

    /// Is the field there and not empty (a box that was ticked)?
    pub(crate) fn has(&self, name: &str) -> bool {
        !self.get(name).is_empty()
    }
}

/// A form of someone who is signed in.
#[derive(Debug)]
pub(crate) struct MemberForm {
    pub(crate) page: PageViewer,
    pub(crate) session: Session,
    pub(crate) fields: Fields,
}

/// As [`MemberForm`], for a page that holds a long list: many fields, or a file.
#[derive(Debug)]
pub(crate) struct WideForm(pub(crate) MemberForm);

/// A form of someone who is not signed in yet.
#[derive(Debug)]
pub(crate) struct VisitorForm {
    pub(crate) page: PageViewer,
    pub(crate) fields: Fields,
}

impl FromRequest<AppState> for MemberForm {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &AppState) -> Result<Self, Failure> {
        let (page, headers, fields) = read(request, app).await?;
        believed(app, page, &headers, fields)
    }
}

impl FromRequest<AppState> for WideForm {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &AppState) -> Result<Self, Failure> {
        let is_multipart = request
            .headers()
            .get(CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/form-data"));
        let (page, headers, fields) = if is_multipart {
            read_parts(request, app).await?
        } else {
            read_most(request, app, WIDE, WIDE_FIELDS).await?
        };
        believed(app, page, &headers, fields).map(Self)
    }
}

/// A form of ours, sent by who is signed in.
fn believed(
    app: &AppState,
    page: PageViewer,
    headers: &HeaderMap,
    fields: Fields,
) -> Result<MemberForm, Failure> {
    if !is_from_here(app.ctx.place.base(), headers) {
        return Err(Failure::FORGED);
    }
    let Some(session) = page.session.clone() else {
        return Err(Failure::SignIn(
            page.from.clone().unwrap_or_else(|| "/home".to_owned()),
        ));
    };
    if !same(fields.get("csrf"), &session.csrf) {
        return Err(Failure::FORGED);
    }
    Ok(MemberForm {
        page,
        session,
        fields,
    })
}

/// The parts of a form with a file, all as text.
async fn read_parts(
    request: Request,
    app: &AppState,
) -> Result<(PageViewer, HeaderMap, Fields), Failure> {
    let (mut parts, body) = request.into_parts();
    let page = PageViewer::from_request_parts(&mut parts, app).await?;
    let headers = parts.headers.clone();
    let mut request = Request::from_parts(parts, body);
    DefaultBodyLimit::max(WIDE).apply(&mut request);
    let wrong = |_e| Failure::Status(StatusCode::BAD_REQUEST);
    let mut parts = Multipart::from_request(request, app)
        .await
        .map_err(|_e| Failure::Status(StatusCode::BAD_REQUEST))?;
    let mut fields = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(wrong)? {
        if fields.len() >= MOST_FIELDS {
            return Err(Failure::Status(StatusCode::PAYLOAD_TOO_LARGE));
        }
        let name = part.name().unwrap_or_default().to_owned();
        let bytes = part
            .bytes()
            .await
            .map_err(|_e| Failure::Status(StatusCode::PAYLOAD_TOO_LARGE))?;
        fields.push((name, String::from_utf8_lossy(&bytes).into_owned()));
    }
    Ok((page, headers, Fields(fields)))
}

impl FromRequest<AppState> for VisitorForm {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &AppState) -> Result<Self, Failure> {
        let (page, headers, fields) = read(request, app).await?;
        let known = page
            .form_cookie
            .as_deref()
            .is_some_and(|cookie| same(fields.get("csrf"), cookie));
        if !known || !is_from_here(app.ctx.place.base(), &headers) {
            return Err(Failure::FORGED);
        }
        Ok(Self { page, fields })
    }
}

/// A word for the forms of a page that needs no session, and the cookie that goes with it.
pub(crate) fn visitor_word(app: &AppState, page: &PageViewer) -> Result<String, Failure> {
    match &page.form_cookie {
        Some(word) if word.len() == 32 => Ok(word.clone()),
        _ => Ok(app.ctx.random_hex::<16>()?),
    }
}

/// Sets the cookie for [`visitor_word`].
pub(crate) fn with_visitor_word(app: &AppState, mut response: Response, word: &str) -> Response {
    let secure = app.ctx.place.is_secure();
    put_cookie(&mut response, form_cookie(secure), Some(word), secure);
    response
}

async fn read(
    request: Request,
    app: &AppState,
) -> Result<(PageViewer, HeaderMap, Fields), Failure> {
    read_most(request, app, MOST, MOST_FIELDS).await
}

async fn read_most(
    request: Request,
    app: &AppState,
    most: usize,
    most_fields: usize,
) -> Result<(PageViewer, HeaderMap, Fields), Failure> {
    let (mut parts, body) = request.into_parts();
    let page = PageViewer::from_request_parts(&mut parts, app).await?;
    let is_form = parts.headers.get(CONTENT_TYPE).is_some_and(|kind| {
        kind.as_bytes()
            .starts_with(b"application/x-www-form-urlencoded")
    });
    if !is_form {
        return Err(Failure::Status(StatusCode::BAD_REQUEST));
    }
    let bytes: Bytes = axum::body::to_bytes(body, most)
        .await
        .map_err(|_e| Failure::Status(StatusCode::PAYLOAD_TOO_LARGE))?;
    Ok((page, parts.headers, Fields::parse_most(&bytes, most_fields)))
}

/// Does the browser say that the form stood on a page of this server? One that says nothing at all
/// (old, or no browser) is left to the word in the form.
fn is_from_here(base: &str, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    match text(ORIGIN.as_str()) {
        None => true,
        Some(origin) if origin == base => true,
        // Reached by another of its names, such as 127.0.0.1 for localhost.
        Some(origin) => origin
            .split_once("://")
            .is_some_and(|(_, host)| text(HOST.as_str()) == Some(host)),
    }
}

/// Compares without telling by the time it takes how much was right.
fn same(given: &str, expected: &str) -> bool {
    given.len() == expected.len()
        && !expected.is_empty()
        && given
            .bytes()
            .zip(expected.bytes())
            .fold(0, |differences, (a, b)| differences | (a ^ b))
            == 0
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .collect()
    }

    #[test]
    fn forms_of_other_sites_are_refused() {
        let base = "https://balai.example";
        for (given, expected) in [
            (&[("sec-fetch-site", "same-origin")][..], true),
            (&[("sec-fetch-site", "none")][..], true),
            (&[("sec-fetch-site", "cross-site")][..], false),
            (&[("sec-fetch-site", "same-site")][..], false),
            (
                &[
                    ("sec-fetch-site", "cross-site"),
                    ("origin", "https://balai.example"),
                ][..],
                false,
            ),
            (&[("origin", "https://balai.example")][..], true),
            (&[("origin", "https://evil.example")][..], false),
            (&[("origin", "null")][..], false),
            (
                &[
                    ("origin", "http://127.0.0.1:3000"),
                    ("host", "127.0.0.1:3000"),
                ][..],
                true,
            ),
            (
                &[
                    ("origin", "https://evil.example"),
                    ("host", "balai.example"),
                ][..],
                false,
            ),
            (&[][..], true),
        ] {
            assert_eq!(is_from_here(base, &headers(given)), expected, "{given:?}");
        }
    }

    #[test]
    fn the_word_of_a_form_must_be_the_whole_word() {
        assert!(same("abc", "abc"));
        for (given, expected) in [("", ""), ("", "abc"), ("ab", "abc"), ("abd", "abc")] {
            assert!(!same(given, expected), "{given} {expected}");
        }
    }

    #[test]
    fn fields_are_read_as_a_browser_sends_them() {
        let fields = Fields::parse(b"text=a%0D%0Ab+c&who=%20ana%20&who=ben&empty=");
        assert_eq!(fields.lines("text"), "a\nb c");
        assert_eq!(fields.line("who"), "ana");
        assert!(!fields.has("empty"));
        assert_eq!(fields.get("nothing"), "");
    }
}
