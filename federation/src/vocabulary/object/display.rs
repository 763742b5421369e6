//! What is shown of an object that is no plain note: its title, its body, and the page it is
//! about. The body is not sanitised here.

use super::{ContentType, Note, NoteKind};
use crate::vocabulary::uri::ObjectUri;

/// A body in the form in which it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// HTML, to be sanitised.
    Html(String),
    /// Markdown, to be rendered.
    Markdown(String),
}

/// What is shown of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Displayed {
    /// Title in plain text.
    pub title: Option<String>,
    /// Body.
    pub body: Body,
    /// Content warning in plain text; a teaser is none.
    pub spoiler: Option<String>,
    /// The page that a link post is about, or where the whole is to be seen.
    pub link: Option<ObjectUri>,
}

impl Note {
    /// The rule by which objects become statuses:
    ///
    /// * `Note`, `Question` and `ChatMessage` are their content; `summary` is a content warning.
    /// * `Page`, `Article` and `Event` are title and content; where there is no content (Mbin's
    ///   threads, link posts of Lotide) the summary takes its place.
    /// * `Video`, `Audio`, `Image` and `Document` are title, description, and the link to the
    ///   page where they are to be seen.
    #[must_use]
    pub fn display(&self) -> Displayed {
        let plain = matches!(
            self.kind,
            NoteKind::Note | NoteKind::Question | NoteKind::ChatMessage
        );
        // Lotide repeats the title in the summary: neither a warning nor a teaser.
        let summary = self
            .summary
            .as_deref()
            .filter(|s| Some(*s) != self.name.as_deref());
        let teaser = summary.filter(|_| !plain);
        let link = self.link().or(match self.kind {
            NoteKind::Video | NoteKind::Audio | NoteKind::Image | NoteKind::Document => {
                self.url.as_ref()
            }
            _ => None,
        });
        let body = match (&self.content, teaser) {
            (Some(content), _) => match self.content_type {
                ContentType::Html => Body::Html(content.clone()),
                ContentType::Markdown => Body::Markdown(content.clone()),
                ContentType::Plain => Body::Html(paragraphs(content)),
            },
            (None, Some(teaser)) => Body::Html(if teaser.contains('<') {
                teaser.to_owned()
            } else {
                paragraphs(teaser)
            }),
            (None, None) => Body::Html(String::new()),
        };
        Displayed {
            // The name of a ballot is its vote.
            title: self.name.clone().filter(|_| !self.is_ballot()),
            body,
            spoiler: summary.filter(|_| plain).map(str::to_owned),
            link: link.cloned(),
        }
    }
}

/// Plain text as HTML: empty lines part paragraphs.
fn paragraphs(text: &str) -> String {
    let escaped = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace("\r\n", "\n");
    escaped
        .split("\n\n")
        .map(str::trim)
        .filter(|p| !p.is_empty())
        .map(|p| format!("<p>{}</p>", p.replace('\n', "<br>")))
        .collect()
}
