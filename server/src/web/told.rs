//! A page that says one thing: what was done, or what to wait for.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::failure::Failure;
use super::layout::{Layout, print_as};
use super::viewer::PageViewer;
use crate::state::AppState;

/// What is said, by the keys of the texts.
pub(crate) struct Told {
    /// The title.
    pub(crate) title: &'static str,
    /// One or two sentences.
    pub(crate) text: &'static str,
    /// Where to from here: a path and the words of the link.
    pub(crate) go: Option<(&'static str, &'static str)>,
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
    let (path, label) = told.go.unwrap_or_default();
    let mut l = Layout::new(app, page, w.say(told.title)).private();
    if path.is_empty() && status != StatusCode::OK {
        l.here = "/?".to_owned();
    }
    let told = ToldPage {
        l,
        text: w.say(told.text),
        path,
        label: if label.is_empty() {
            String::new()
        } else {
            w.say(label)
        },
    };
    print_as(status, &told)
}
