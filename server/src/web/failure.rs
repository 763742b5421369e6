//! What a page answers when it cannot: words, not codes. The page itself is printed by `dress`, which
//! knows the reader's language.

use askama::Template;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};

use super::redirects;
use crate::i18n::{Lang, Words};

/// Why a handler shows no page.
#[derive(Debug)]
pub enum Failure {
    /// A use case refused.
    Refused(services::Error),
    /// A status of our own.
    Status(StatusCode),
    /// First sign in; then come back to this path.
    SignIn(String),
}

/// Marks a response whose page is still to be printed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unprinted;

impl From<services::Error> for Failure {
    fn from(error: services::Error) -> Self {
        Self::Refused(error)
    }
}

impl Failure {
    /// The page does not exist, or not for this reader.
    pub(crate) const NOT_FOUND: Self = Self::Status(StatusCode::NOT_FOUND);

    /// A form that did not come from our page.
    pub(crate) const FORGED: Self = Self::Status(StatusCode::FORBIDDEN);
}

fn status_of(error: &services::Error) -> StatusCode {
    use services::Error;
    match error {
        Error::NotFound => StatusCode::NOT_FOUND,
        Error::Forbidden(_) | Error::Barred(_) => StatusCode::FORBIDDEN,
        Error::Unauthorized(_) => StatusCode::UNAUTHORIZED,
        Error::Invalid(_) | Error::Media(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Error::Conflict(_) => StatusCode::CONFLICT,
        Error::LimitExceeded(_) => StatusCode::TOO_MANY_REQUESTS,
        Error::Upstream(_) => StatusCode::BAD_GATEWAY,
        Error::Database(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = match self {
            Self::SignIn(path) => return redirects::to_sign_in(&path),
            Self::Status(status) => status,
            Self::Refused(error) => {
                if let services::Error::Database(error) = &error {
                    tracing::error!(%error, "a page could not be made");
                }
                status_of(&error)
            }
        };
        let mut response = status.into_response();
        response.extensions_mut().insert(Unprinted);
        response
    }
}

#[derive(Template)]
#[template(path = "error.html")]
pub(crate) struct ErrorPage {
    pub(crate) w: Words,
    pub(crate) style: &'static str,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) hint: String,
    pub(crate) code: u16,
}

/// The page for a status such as 404, in words.
#[must_use]
pub fn error_page(status: StatusCode, lang: Lang) -> Response {
    let w = Words::of(lang);
    let code = match status.as_u16() {
        known @ (400 | 401 | 403 | 404 | 405 | 409 | 413 | 422 | 429 | 502 | 503) => known,
        400..=499 => 400,
        _ => 500,
    };
    let page = ErrorPage {
        w,
        style: super::files::style_path(),
        title: w.say(&format!("error-{code}")),
        text: w.say(&format!("error-{code}-text")),
        hint: w.say("error-hint"),
        code: status.as_u16(),
    };
    match page.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(_) => status.into_response(),
    }
}

/// The page for an error of ours before any handler was reached, in the reader's language.
#[must_use]
pub fn error_page_for(headers: &HeaderMap, error: &crate::error::Error) -> Response {
    let lang = super::viewer::language_of(headers).unwrap_or_default();
    let mut response = error_page(error.status(), lang);
    if let Some(seconds) = error.retry_after() {
        response
            .headers_mut()
            .insert(axum::http::header::RETRY_AFTER, seconds.into());
    }
    response
}

/// For addresses that lead nowhere.
pub async fn not_found() -> Response {
    Failure::NOT_FOUND.into_response()
}
