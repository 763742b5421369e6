//! Who looks at a page and in which language: cookies in, cookies out.

use axum::extract::{FromRequestParts, Query};
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE, REFERER, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use services::sign_in::{self, Session};
use services::views::account::Viewer;

use super::failure::Failure;
use super::redirects::safe_path;
use crate::i18n::{Lang, Words};
use crate::state::AppState;

/// Holds the language that a reader chose in the footer.
pub(crate) const LANGUAGE_COOKIE: &str = "balai-lang";

/// The reader of a page: signed in or not, with a language.
#[derive(Clone, Debug)]
pub struct PageViewer {
    /// The signed-in browser.
    pub session: Option<Session>,
    /// The value of its cookie.
    pub(crate) cookie: Option<String>,
    /// What forms carry before anyone is signed in.
    pub(crate) form_cookie: Option<String>,
    /// The words of the reader's language.
    pub words: Words,
    /// The path with its query, without a choice of language.
    pub(crate) here: String,
    /// The path of the page that the reader comes from, where it is ours.
    pub(crate) from: Option<String>,
}

impl PageViewer {
    /// Who looks, if anyone is signed in.
    #[must_use]
    pub fn viewer(&self) -> Option<&Viewer> {
        self.session.as_ref().map(|session| &session.viewer)
    }

    /// Who looks; others are asked to sign in and come back.
    ///
    /// # Errors
    /// Leads to the sign-in page.
    pub(crate) fn member(&self) -> Result<&Viewer, Failure> {
        self.viewer()
            .ok_or_else(|| Failure::SignIn(self.here.clone()))
    }

    /// What the forms of this page carry; empty where nobody is signed in.
    pub(crate) fn csrf(&self) -> String {
        self.session
            .as_ref()
            .map(|session| session.csrf.clone())
            .unwrap_or_default()
    }
}

impl FromRequestParts<AppState> for PageViewer {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Failure> {
        let secure = app.ctx.place.is_secure();
        let cookie = cookie(&parts.headers, session_cookie(secure));
        let session = match &cookie {
            Some(value) => sign_in::session(&app.ctx, value).await?,
            None => None,
        };
        let asked = parts.uri.query().and_then(chosen_language);
        let spoken = session
            .as_ref()
            .and_then(|session| Lang::of_tag(&session.viewer.user.locale));
        let lang = asked
            .or_else(|| remembered_language(&parts.headers))
            .or(spoken)
            .or_else(|| language_of(&parts.headers))
            .unwrap_or_default();
        Ok(Self {
            session,
            cookie,
            form_cookie: self::cookie(&parts.headers, form_cookie(secure)),
            words: Words::of(lang),
            here: repeated(parts.uri.path(), parts.uri.query()),
            from: came_from(app, &parts.headers),
        })
    }
}

/// The query of a page as a type; what cannot be read gets a page that says so.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PageQuery<T>(pub(crate) T);

impl<T: serde::de::DeserializeOwned> FromRequestParts<AppState> for PageQuery<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _app: &AppState) -> Result<Self, Failure> {
        Query::<T>::try_from_uri(&parts.uri)
            .map(|Query(value)| Self(value))
            .map_err(|_e| Failure::Status(StatusCode::BAD_REQUEST))
    }
}

/// The name of the session's cookie. Over plain http (localhost) a browser refuses `__Host-`.
pub(crate) const fn session_cookie(secure: bool) -> &'static str {
    if secure { "__Host-balai" } else { "balai" }
}

/// The name of the cookie that stands behind forms before a session.
pub(crate) const fn form_cookie(secure: bool) -> &'static str {
    if secure {
        "__Host-balai-form"
    } else {
        "balai-form"
    }
}

/// Does the request carry a session's cookie (valid or not)?
pub(crate) fn has_session_cookie(app: &AppState, headers: &HeaderMap) -> bool {
    cookie(headers, session_cookie(app.ctx.place.is_secure())).is_some()
}

/// One cookie by its name; values that we never set are none.
pub(crate) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, value)| *found == name && is_plain(value))
        .map(|(_, value)| value.to_owned())
}

fn is_plain(value: &str) -> bool {
    (1..=256).contains(&value.len())
        && value
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'='))
}

/// Puts a cookie of ours on a response; `None` removes it.
pub(crate) fn put_cookie(response: &mut Response, name: &str, value: Option<&str>, secure: bool) {
    let end = if secure { "; Secure" } else { "" };
    let cookie = match value {
        Some(value) => format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{end}"),
        None => format!("{name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax{end}"),
    };
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}

/// The language of `?lang=`.
pub(crate) fn chosen_language(query: &str) -> Option<Lang> {
    url::form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "lang")
        .and_then(|(_, value)| Lang::of_tag(&value))
}

fn remembered_language(headers: &HeaderMap) -> Option<Lang> {
    cookie(headers, LANGUAGE_COOKIE).and_then(|tag| Lang::of_tag(&tag))
}

/// The language of the cookie, else of the browser.
pub(crate) fn language_of(headers: &HeaderMap) -> Option<Lang> {
    remembered_language(headers).or_else(|| {
        headers
            .get(ACCEPT_LANGUAGE)
            .and_then(|header| header.to_str().ok())
            .and_then(Lang::accepted)
    })
}

/// The address of a page as its own links repeat it: without a choice of language, and without a token that
/// somebody put where none belongs.
fn repeated(path: &str, query: Option<&str>) -> String {
    const LEFT_OUT: &[&str] = &["lang", "access_token"];
    let rest = query
        .unwrap_or_default()
        .split('&')
        .filter(|pair| {
            let name = pair.split('=').next().unwrap_or_default();
            !name.is_empty() && !LEFT_OUT.contains(&name)
        })
        .collect::<Vec<_>>()
        .join("&");
    if rest.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{rest}")
    }
}

fn came_from(app: &AppState, headers: &HeaderMap) -> Option<String> {
    let referer = headers.get(REFERER)?.to_str().ok()?;
    let referer = url::Url::parse(referer).ok()?;
    let host = headers.get(axum::http::header::HOST)?.to_str().ok()?;
    let base = app.ctx.place.base();
    let ours = referer.as_str().starts_with(&format!("{base}/"))
        || referer
            .as_str()
            .split_once("://")
            .is_some_and(|(_, rest)| rest.starts_with(&format!("{host}/")));
    let path = match referer.query() {
        Some(query) => format!("{}?{query}", referer.path()),
        None => referer.path().to_owned(),
    };
    ours.then(|| safe_path(&path)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_found_by_their_whole_name_and_only_when_plain() {
        let mut headers = HeaderMap::new();
        headers.insert(
            COOKIE,
            HeaderValue::from_static("xbalai=1; balai=abc123; balai-lang=id; bad=a\"b"),
        );
        assert_eq!(cookie(&headers, "balai").as_deref(), Some("abc123"));
        assert_eq!(cookie(&headers, "bad"), None);
        assert_eq!(cookie(&headers, "ai"), None);
        assert_eq!(language_of(&headers), Some(Lang::Indonesian));
    }

    #[test]
    fn a_choice_of_language_is_left_out_of_the_way_back() {
        assert_eq!(repeated("/a", Some("lang=id")), "/a");
        assert_eq!(repeated("/a", Some("x=1&lang=id&y=2")), "/a?x=1&y=2");
        assert_eq!(repeated("/a", None), "/a");
        assert_eq!(repeated("/a", Some("access_token=x&y=2")), "/a?y=2");
        assert_eq!(chosen_language("x=1&lang=id"), Some(Lang::Indonesian));
        assert_eq!(chosen_language("lang=xx"), None);
    }
}
