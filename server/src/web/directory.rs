//! `/groups`: the directory of groups, by language and topic; one's own stand above it.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use services::discovery::groups::{self, Wish};

use super::cards::GroupCard;
use super::failure::Failure;
use super::layout::{Layout, print};
use super::viewer::{PageQuery, PageViewer};
use crate::state::AppState;

/// What is asked for. `lang` is the language of the pages themselves.
#[derive(Clone, Debug, Default, serde::Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    language: String,
    #[serde(default)]
    topic: String,
    #[serde(default)]
    page: String,
}

/// A language or topic to choose.
#[derive(Clone, Debug, Default)]
pub(crate) struct Choice {
    /// As the address has it.
    pub(crate) value: String,
    /// As people read it.
    pub(crate) label: String,
    /// Is it what was chosen?
    pub(crate) chosen: bool,
}

#[derive(Template)]
#[template(path = "groups.html")]
pub(crate) struct GroupsPage {
    pub(crate) l: Layout,
    pub(crate) joined: Vec<GroupCard>,
    pub(crate) others: Vec<GroupCard>,
    pub(crate) languages: Vec<Choice>,
    pub(crate) topics: Vec<Choice>,
    /// Is something chosen, or is this a later page?
    pub(crate) is_part: bool,
    /// The query of the next page; empty at the end.
    pub(crate) next: String,
}

/// `GET /groups`
pub(crate) async fn page(
    State(app): State<AppState>,
    PageQuery(asked): PageQuery<Asked>,
    page: PageViewer,
) -> Result<Response, Failure> {
    let number: i64 = asked.page.parse().unwrap_or_default();
    let said = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let wish = Wish {
        language: said(&asked.language),
        topic: said(&asked.topic),
        page: number,
    };
    let found = groups::directory(&app.ctx, page.viewer(), wish).await?;
    let is_part = number > 0 || !asked.language.is_empty() || !asked.topic.is_empty();
    let joined = match page.viewer().filter(|_| !is_part) {
        Some(viewer) => {
            let joined = services::groups::joined(&app.ctx, viewer).await?;
            groups::known(&app.ctx, joined)
        }
        None => Vec::new(),
    };
    let cards = |groups: &[groups::Listed]| -> Vec<GroupCard> {
        groups
            .iter()
            .map(|group| GroupCard::listed(&app.ctx.place, group))
            .collect()
    };
    let joined = cards(&joined);
    let others = cards(&found.groups)
        .into_iter()
        .filter(|group| !joined.iter().any(|mine| mine.name.id == group.name.id))
        .collect();
    let w = page.words;
    let language = |code: String| Choice {
        chosen: code == asked.language,
        label: w.language(&code),
        value: code,
    };
    let topic = |tag: String| Choice {
        chosen: tag == asked.topic,
        label: format!("#{tag}"),
        value: tag,
    };
    print(&GroupsPage {
        l: Layout::new(&app, &page, w.say("groups-title")).at("groups"),
        languages: found.languages.into_iter().map(language).collect(),
        topics: found.topics.into_iter().map(topic).collect(),
        next: if found.has_more {
            next(&asked, number)
        } else {
            String::new()
        },
        joined,
        others,
        is_part,
    })
}

fn next(asked: &Asked, page: i64) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("language", asked.language.as_str()),
            ("topic", asked.topic.as_str()),
            ("page", &page.max(0).saturating_add(1).to_string()),
        ])
        .finish()
}
