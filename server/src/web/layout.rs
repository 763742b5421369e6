//! The frame of every page: title, navigation, footer; and printing a template.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use super::failure::Failure;
use super::files::style_path;
use super::viewer::PageViewer;
use crate::i18n::{Lang, Words};
use crate::state::AppState;

/// What the frame of a page shows; templates call it `l`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layout {
    /// The words of the reader's language.
    pub(crate) w: Words,
    /// The stylesheet.
    pub(crate) style: &'static str,
    /// The title of the page.
    pub(crate) title: String,
    /// The name of the place.
    pub(crate) place: String,
    /// The reader's handle; empty where nobody is signed in.
    pub(crate) me: String,
    /// What forms carry.
    pub(crate) csrf: String,
    /// The path of this page with a `?` or `&` at its end, for the choice of a language.
    pub(crate) here: String,
    /// Which entry of the navigation this page is.
    pub(crate) at: &'static str,
    /// One or two sentences for those who show a preview; empty for none.
    pub(crate) description: String,
    /// The address of the same thing as an ActivityPub document; empty for none.
    pub(crate) document: String,
    /// The path of the same thing as a feed; empty for none.
    pub(crate) feed: String,
    /// May search engines keep it?
    pub(crate) indexable: bool,
}

impl Layout {
    /// The frame for this reader.
    pub(crate) fn new(app: &AppState, page: &PageViewer, title: impl Into<String>) -> Self {
        let joint = if page.here.contains('?') { '&' } else { '?' };
        Self {
            w: page.words,
            style: style_path(),
            title: title.into(),
            place: app.ctx.settings().title.clone(),
            me: page
                .viewer()
                .map(|viewer| viewer.account.acct())
                .unwrap_or_default(),
            csrf: page.csrf(),
            here: format!("{}{joint}", page.here),
            at: "",
            description: String::new(),
            document: String::new(),
            feed: String::new(),
            indexable: true,
        }
    }

    /// The same with one entry of the navigation marked.
    pub(crate) fn at(mut self, at: &'static str) -> Self {
        self.at = at;
        self
    }

    /// The same for pages that no search engine should keep.
    pub(crate) fn private(mut self) -> Self {
        self.indexable = false;
        self
    }

    /// The languages of the footer.
    #[expect(clippy::unused_self, reason = "templates can only ask what they have")]
    pub(crate) fn languages(&self) -> &'static [Lang] {
        Lang::ALL
    }

    /// The version of the program.
    #[expect(clippy::unused_self, reason = "templates can only ask what they have")]
    pub(crate) fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }
}

/// Prints a page.
///
/// # Errors
/// A template that does not print.
pub(crate) fn print(template: &impl Template) -> Result<Response, Failure> {
    print_as(StatusCode::OK, template)
}

/// Prints a page with a status of its own: a form that comes back with what is wrong is 422.
///
/// # Errors
/// A template that does not print.
pub(crate) fn print_as(status: StatusCode, template: &impl Template) -> Result<Response, Failure> {
    match template.render() {
        Ok(html) => Ok((status, Html(html)).into_response()),
        Err(error) => {
            tracing::error!(%error, "a template does not print");
            Err(Failure::Status(StatusCode::INTERNAL_SERVER_ERROR))
        }
    }
}

/// One thing that is wrong with what was typed, in the reader's words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// The field.
    pub(crate) field: &'static str,
    /// A sentence.
    pub(crate) text: String,
}

/// What is wrong with a form, in the reader's words; other errors pass.
///
/// # Errors
/// Whatever the person cannot mend by typing something else.
pub(crate) fn wrongs(w: Words, error: services::Error) -> Result<Vec<Wrong>, Failure> {
    let one = |field, key: &str| {
        vec![Wrong {
            field,
            text: w.say(key),
        }]
    };
    match error {
        services::Error::Invalid(problems) => Ok(problems
            .into_iter()
            .map(|problem| {
                let key = format!("problem-{}", problem.code);
                // What a use case says in English is better than nothing.
                let text = if w.knows(&key) {
                    w.say(&key)
                } else {
                    problem.text
                };
                Wrong {
                    field: problem.field,
                    text,
                }
            })
            .collect()),
        services::Error::Forbidden(_) => Ok(one("", "problem-forbidden")),
        services::Error::Conflict(_) => Ok(one("", "problem-ERR_TAKEN")),
        services::Error::LimitExceeded(_) => Ok(one("", "problem-limit")),
        other => Err(other.into()),
    }
}
