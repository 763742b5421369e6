//! `/search`: people, groups, hashtags and posts by their words. The same use case as the apps'.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use services::search::{self, Query};

use super::cards::{NameCard, PostCard};
use super::failure::Failure;
use super::layout::{Layout, print};
use super::timelines::{POSTS, reader};
use super::viewer::{PageQuery, PageViewer};
use crate::client::Client;
use crate::state::AppState;

/// Longer than any words that a person looks for.
const LONGEST: usize = 500;

/// What is looked for.
#[derive(Clone, Debug, Default, serde::Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
}

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    l: Layout,
    q: String,
    people: Vec<NameCard>,
    tags: Vec<String>,
    posts: Vec<PostCard>,
    is_empty: bool,
}

/// `GET /search`. Other servers are asked only for who is signed in, and not without end: what is known here
/// is shown anyway.
pub(crate) async fn page(
    State(app): State<AppState>,
    from: Client,
    PageQuery(asked): PageQuery<Asked>,
    page: PageViewer,
) -> Result<Response, Failure> {
    let q: String = asked.q.trim().chars().take(LONGEST).collect();
    let query = Query {
        text: q.clone(),
        accounts: true,
        statuses: true,
        hashtags: true,
        resolve: page
            .viewer()
            .is_some_and(|viewer| from.count_resolve(viewer).is_ok()),
        limit: POSTS,
        ..Query::default()
    };
    let found = search::search(&app.ctx, page.viewer(), query)
        .await
        .unwrap_or_default();
    let reader = reader(&app, &page);
    let people: Vec<NameCard> = found
        .accounts
        .iter()
        .map(|view| NameCard::of(&app.ctx.place, view))
        .collect();
    let posts: Vec<PostCard> = found
        .statuses
        .iter()
        .map(|view| PostCard::of(view, reader))
        .collect();
    let title = page.words.say("search-title");
    print(&SearchPage {
        l: Layout::new(&app, &page, title).private(),
        is_empty: people.is_empty() && posts.is_empty() && found.hashtags.is_empty(),
        q,
        people,
        tags: found.hashtags.into_iter().map(|view| view.name).collect(),
        posts,
    })
}
