//! A page that says one thing: what was done, or what to wait for.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::failure::Failure;
use super::layout::{Layout, print_as};
use super::viewer::PageViewer;
use crate::i18n::Key;
use crate::state::AppState;

/// What is said, by the keys of the texts.
pub(crate) struct Told {
    /// The title.
    pub(crate) title: Key,
    /// One or two sentences.
    pub(crate) text: Key,
    /// Where to from here: a path and the words of the link.
    pub(crate) go: Option<(&'static str, Key)>,
}

#[derive(Template)]
#[template(path = "told.html")]
pub(crate) struct ToldPage {
    pub(crate) l: Layout,
    pub(crate) text: String,
    pub(crate) path: &'static str,
    pub(crate) label: String,
}

/// Prints it.
///
/// # Errors
/// A template that does not print.
pub(crate) fn tell(
    app: &AppState,
    page: &PageViewer,
    status: StatusCode,
    told: &Told,
) -> Result<Response, Failure> {
    let w = page.words;
    let mut l = Layout::new(app, page, w.say(told.title.0)).private();
    if status != StatusCode::OK {
        l.here = "/?".to_owned();
    }
    let (path, label) = match told.go {
        Some((path, label)) => (path, w.say(label.0)),
        None => ("", String::new()),
    };
    let told = ToldPage {
        l,
        text: w.say(told.text.0),
        path,
        label,
    };
    print_as(status, &told)
}
