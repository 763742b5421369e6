//! `/@NAME/ID`: a post with what stands before and after it, and the marks that a reader sets on posts.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use model::StatusId;
use services::discovery::groups::is_open;
use services::views::status;
use services::{interactions, polls, statuses};

use super::accounts::elsewhere;
use super::cards::{AnswerCard, PostCard, nest, text_of};
use super::failure::Failure;
use super::filtered::{Veil, veil};
use super::form::MemberForm;
use super::layout::{Layout, print};
use super::redirects::{see_other, towards};
use super::timelines::reader;
use super::viewer::PageViewer;
use crate::state::AppState;

/// Answers to answers stand inside of each other up to here.
const LEVELS: usize = 4;
/// Answers on one page; there is a way to the rest.
const ANSWERS: usize = 200;

#[derive(Template)]
#[template(path = "thread.html")]
pub(crate) struct ThreadPage {
    pub(crate) l: Layout,
    pub(crate) ancestors: Vec<PostCard>,
    pub(crate) post: PostCard,
    pub(crate) answers: Vec<AnswerCard>,
    pub(crate) has_more: bool,
    pub(crate) is_cut: bool,
    pub(crate) may_answer: bool,
}

/// `GET /@NAME/ID`
pub(crate) async fn page(
    State(app): State<AppState>,
    Path((name, id)): Path<(String, String)>,
    page: PageViewer,
) -> Result<Response, Failure> {
    let id: StatusId = id.parse().map_err(|_e| Failure::NOT_FOUND)?;
    let view = status::one(&app.ctx, page.viewer(), id).await?;
    // A boost is no page of its own, and a name that is not the author's leads to the right one.
    let shown = view.reblog.as_deref().unwrap_or(&view);
    let acct = shown.author.account.acct();
    if shown.status.id != id || !acct.eq_ignore_ascii_case(&name) {
        let right = format!("/@{acct}/{}", shown.status.id);
        return Ok(towards(axum::http::StatusCode::FOUND, &right));
    }
    if !shown.status.local && page.viewer().is_none() {
        return elsewhere(&app, &page, &shown.author, &shown.status.url);
    }
    let thread = statuses::thread(&app.ctx, page.viewer(), id).await?;
    let reader = reader(&app, &page).within(model::FilterContext::Thread);
    let post = PostCard::of(shown, reader);
    let mut l = Layout::new(&app, &page, title(&page, &post));
    // What is said in a group that may not be found is in no preview and in no search engine.
    let open = shown.group.as_ref().is_none_or(is_open);
    l.description = match (open, post.warning.is_empty()) {
        (false, _) => String::new(),
        (true, true) => text_of(&post.content, 200),
        (true, false) => post.warning.clone(),
    };
    l.indexable = open && shown.status.local && shown.author.account.indexable;
    l.document = if shown.status.local {
        shown.status.uri.clone()
    } else {
        String::new()
    };
    let answers: Vec<_> = thread
        .descendants
        .into_iter()
        .filter(|view| veil(view, reader) != Veil::Absent)
        .take(ANSWERS + 1)
        .collect();
    let has_more = answers.len() > ANSWERS;
    let answers = nest(
        id,
        answers.get(..ANSWERS).unwrap_or(&answers),
        reader,
        LEVELS,
    );
    print(&ThreadPage {
        may_answer: page.viewer().is_some(),
        is_cut: thread.ancestors.is_empty() && shown.status.in_reply_to_id.is_some(),
        ancestors: thread
            .ancestors
            .iter()
            .filter(|view| veil(view, reader) != Veil::Absent)
            .map(|view| PostCard::of(view, reader))
            .collect(),
        l,
        post,
        answers,
        has_more,
    })
}

fn title(page: &PageViewer, post: &PostCard) -> String {
    if !post.title.is_empty() {
        return post.title.clone();
    }
    page.words.named("thread-title", &post.author.name)
}

/// `POST /@NAME/ID/mark`: favourite, boost, keep, and the undo of each.
pub(crate) async fn mark(
    State(app): State<AppState>,
    Path((name, id)): Path<(String, String)>,
    MemberForm {
        page,
        session,
        fields,
    }: MemberForm,
) -> Result<Response, Failure> {
    let id: StatusId = id.parse().map_err(|_e| Failure::NOT_FOUND)?;
    let (ctx, viewer) = (&app.ctx, &session.viewer);
    match fields.get("do") {
        "favourite" => interactions::favourite(ctx, viewer, id).await?,
        "unfavourite" => interactions::unfavourite(ctx, viewer, id).await?,
        "boost" => interactions::boost(ctx, viewer, id, None).await?,
        "unboost" => interactions::unboost(ctx, viewer, id).await?,
        _ => return Err(Failure::NOT_FOUND),
    };
    let back = match &page.from {
        Some(from) => from.clone(),
        None if super::redirects::safe_path(&format!("/@{name}/{id}")).is_some() => {
            format!("/@{name}/{id}")
        }
        None => "/home".to_owned(),
    };
    let back = back.split('#').next().unwrap_or_default();
    Ok(see_other(&format!("{back}#p{id}")))
}

/// `POST /@NAME/ID/vote`: in the poll of a post.
pub(crate) async fn vote(
    State(app): State<AppState>,
    Path((name, id)): Path<(String, String)>,
    MemberForm {
        session, fields, ..
    }: MemberForm,
) -> Result<Response, Failure> {
    let poll = fields
        .get("poll")
        .parse()
        .map_err(|_e| Failure::NOT_FOUND)?;
    let choices = fields
        .all("choice")
        .map(|choice| choice.parse().unwrap_or(-1))
        .collect();
    polls::vote(&app.ctx, &session.viewer, poll, choices).await?;
    let back = format!("/@{name}/{id}");
    let back = super::redirects::safe_path(&back).unwrap_or_else(|| "/home".to_owned());
    Ok(see_other(&back))
}

/// `POST /@NAME/ID/delete`: one's own post.
pub(crate) async fn delete(
    State(app): State<AppState>,
    Path((_, id)): Path<(String, String)>,
    MemberForm { session, .. }: MemberForm,
) -> Result<Response, Failure> {
    let id: StatusId = id.parse().map_err(|_e| Failure::NOT_FOUND)?;
    statuses::delete(&app.ctx, &session.viewer, id).await?;
    Ok(see_other(&format!("/@{}", session.viewer.account.acct())))
}

/// `POST /@NAME/ID/open`: one's own post that only members read, in a group that is private no more.
pub(crate) async fn open(
    State(app): State<AppState>,
    Path((_, id)): Path<(String, String)>,
    MemberForm { session, .. }: MemberForm,
) -> Result<Response, Failure> {
    let id: StatusId = id.parse().map_err(|_e| Failure::NOT_FOUND)?;
    statuses::open(&app.ctx, &session.viewer, id).await?;
    Ok(see_other(&format!(
        "/@{}/{id}",
        session.viewer.account.acct()
    )))
}
