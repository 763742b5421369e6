//! Pages that are lists of posts: home and hashtags.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use model::{FilterContext, Page, Paged};
use services::timelines::TagFilter;
use services::views::StatusView;

use super::cards::{GroupCard, PostCard, Reader};
use super::failure::Failure;
use super::filtered::{Veil, veil};
use super::layout::{Layout, print};
use super::viewer::{PageQuery, PageViewer};
use crate::state::AppState;

/// Posts on a page: what fits into the first answer of a slow connection.
pub(crate) const POSTS: i64 = 20;

/// The cursor of a page of posts.
#[derive(Clone, Copy, Debug, Default, serde::Deserialize)]
pub(crate) struct Cursor {
    /// Only what is older than this.
    #[serde(default)]
    pub(crate) max_id: Option<i64>,
    /// Answers to others too (a person's page).
    #[serde(default)]
    pub(crate) replies: Option<u8>,
}

impl Cursor {
    pub(crate) fn page(self) -> Page {
        Page {
            max_id: self.max_id,
            ..Page::first(POSTS)
        }
    }
}

/// Posts with the way to older ones; templates call it `posts`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Posts {
    pub(crate) cards: Vec<PostCard>,
    /// The query of the next page; empty at the end.
    pub(crate) older: String,
    /// Is this not the first page?
    pub(crate) is_later: bool,
}

impl Posts {
    pub(crate) fn of(paged: &Paged<StatusView>, cursor: Cursor, reader: Reader<'_>) -> Self {
        let replies = if cursor.replies == Some(1) {
            "&replies=1"
        } else {
            ""
        };
        Self {
            cards: paged
                .items
                .iter()
                .filter(|view| veil(view, reader) != Veil::Absent)
                .map(|view| PostCard::of(view, reader))
                .collect(),
            older: paged
                .oldest
                .map(|oldest| format!("max_id={oldest}{replies}"))
                .unwrap_or_default(),
            is_later: cursor.max_id.is_some(),
        }
    }
}

impl Posts {
    /// The same on the page of this group, which is named only where they stand in another.
    pub(crate) fn in_group(mut self, id: &str) -> Self {
        for card in &mut self.cards {
            card.group = card.group.take().filter(|group| group.id != id);
        }
        self
    }
}

/// Who reads, for cards.
pub(crate) fn reader<'a>(app: &'a AppState, page: &PageViewer) -> Reader<'a> {
    Reader {
        place: &app.ctx.place,
        w: page.words,
        now: app.ctx.now(),
        me: page.viewer().map(services::views::account::Viewer::id),
        context: FilterContext::Public,
    }
}

#[derive(Template)]
#[template(path = "home.html")]
pub(crate) struct HomePage {
    pub(crate) l: Layout,
    pub(crate) groups: Vec<GroupCard>,
    pub(crate) posts: Posts,
}

/// `/home`: what one's groups and people posted.
pub(crate) async fn home(
    State(app): State<AppState>,
    PageQuery(cursor): PageQuery<Cursor>,
    page: PageViewer,
) -> Result<Response, Failure> {
    let viewer = page.member()?;
    let groups = services::groups::joined(&app.ctx, viewer).await?;
    let paged = services::timelines::home(&app.ctx, viewer, cursor.page()).await?;
    print(&HomePage {
        l: Layout::new(&app, &page, page.words.say("home-title"))
            .at("home")
            .private(),
        groups: groups
            .iter()
            .take(12)
            .map(|group| GroupCard::of(&app.ctx.place, group))
            .collect(),
        posts: Posts::of(
            &paged,
            cursor,
            reader(&app, &page).within(FilterContext::Home),
        ),
    })
}

#[derive(Template)]
#[template(path = "tag.html")]
pub(crate) struct TagPage {
    pub(crate) l: Layout,
    pub(crate) name: String,
    pub(crate) posts: Posts,
}

/// `/tags/NAME`: public posts with a hashtag.
pub(crate) async fn tag(
    State(app): State<AppState>,
    Path(name): Path<String>,
    PageQuery(cursor): PageQuery<Cursor>,
    page: PageViewer,
) -> Result<Response, Failure> {
    let known = (1..=100).contains(&name.chars().count())
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '·'));
    if !known {
        return Err(Failure::NOT_FOUND);
    }
    let filter = TagFilter {
        any: vec![name.clone()],
        ..TagFilter::default()
    };
    let paged = services::timelines::tag(&app.ctx, page.viewer(), filter, cursor.page()).await?;
    print(&TagPage {
        l: Layout::new(&app, &page, format!("#{name}")),
        posts: Posts::of(&paged, cursor, reader(&app, &page)),
        name,
    })
}
