//! `/new`: a new post, in a group or not, or an answer.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::{StatusId, Visibility};
use services::statuses::{self, Draft};
use services::views::status;

use super::cards::{GroupCard, PostCard};
use super::failure::Failure;
use super::form::MemberForm;
use super::layout::{Layout, Wrong, print_as, wrongs};
use super::redirects::see_other;
use super::timelines::reader;
use super::viewer::{PageQuery, PageViewer};
use crate::state::AppState;

/// What a link to the form brings along.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Start {
    /// The name of a group.
    #[serde(default)]
    group: String,
    /// The id of the post that is answered.
    #[serde(default)]
    reply: String,
    /// First words.
    #[serde(default)]
    text: String,
}

/// The fields as they were typed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Typed {
    group: String,
    reply: String,
    title: String,
    flair: String,
    text: String,
    warning: String,
    visibility: String,
}

/// One choice of a list.
#[derive(Debug)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) chosen: bool,
}

#[derive(Template)]
#[template(path = "compose.html")]
pub(crate) struct ComposePage {
    pub(crate) l: Layout,
    pub(crate) typed: Typed,
    pub(crate) groups: Vec<Choice>,
    /// The flairs of the group that is chosen.
    pub(crate) flairs: Vec<Choice>,
    pub(crate) audiences: Vec<Choice>,
    pub(crate) answered: Option<PostCard>,
    pub(crate) wrong: Vec<Wrong>,
}

/// `GET /new`
pub(crate) async fn form(
    State(app): State<AppState>,
    PageQuery(start): PageQuery<Start>,
    page: PageViewer,
) -> Result<Response, Failure> {
    let viewer = page.member()?;
    let mut typed = Typed {
        group: start.group,
        reply: start.reply,
        text: start.text.chars().take(5000).collect(),
        visibility: viewer.user.default_visibility.to_string(),
        ..Typed::default()
    };
    // Group posts are public; an answer goes to whom it answers and no wider.
    if !typed.group.is_empty() {
        typed.visibility = Visibility::Public.to_string();
    }
    if let Ok(id) = typed.reply.parse::<StatusId>() {
        let parent = status::one(&app.ctx, Some(viewer), id).await?;
        let widest = viewer
            .user
            .default_visibility
            .at_most(parent.status.visibility);
        typed.visibility = widest.api_word().to_owned();
        if parent.author.account.id != viewer.id() && typed.text.is_empty() {
            typed.text = format!("@{} ", parent.author.account.acct());
        }
        typed.warning.clone_from(&parent.status.spoiler_text);
    }
    show(&app, &page, typed, Vec::new()).await
}

async fn show(
    app: &AppState,
    page: &PageViewer,
    typed: Typed,
    wrong: Vec<Wrong>,
) -> Result<Response, Failure> {
    let viewer = page.member()?;
    let answered = match typed.reply.parse::<StatusId>() {
        Ok(id) => {
            let view = status::one(&app.ctx, Some(viewer), id).await?;
            Some(PostCard::of(&view, reader(app, page)))
        }
        Err(_) => None,
    };
    let groups = if answered.is_some() {
        Vec::new()
    } else {
        choices(app, page, &typed.group).await?
    };
    let flairs = flairs(app, &typed).await?;
    let w = page.words;
    let audiences = Visibility::ALL
        .iter()
        .filter(|audience| audience.is_chosen())
        .map(|audience| Choice {
            value: audience.to_string(),
            label: w.say(&format!("visibility-{audience}")),
            chosen: typed.visibility == audience.as_str(),
        })
        .collect();
    let status = if wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let title = match &answered {
        Some(post) => w.named("compose-answer-title", &post.author.name),
        None => w.say("compose-title"),
    };
    let form = ComposePage {
        l: Layout::new(app, page, title).at("new").private(),
        typed,
        groups,
        flairs,
        audiences,
        answered,
        wrong,
    };
    print_as(status, &form)
}

/// The groups that one may post into; a group elsewhere or not joined yet is taken along from the link.
async fn choices(app: &AppState, page: &PageViewer, wanted: &str) -> Result<Vec<Choice>, Failure> {
    let mut views = services::groups::joined(&app.ctx, page.member()?).await?;
    let is_there = |acct: &str| acct.eq_ignore_ascii_case(wanted);
    if !wanted.is_empty()
        && !views
            .iter()
            .any(|view| is_there(&view.account.account.acct()))
    {
        let group = super::accounts::named(app, wanted).await?;
        if group.account.is_group() {
            let view = services::groups::show(&app.ctx, page.viewer(), group.account.id).await?;
            views.push(view);
        }
    }
    Ok(views
        .iter()
        .map(|view| {
            let card = GroupCard::of(&app.ctx.place, view);
            Choice {
                chosen: is_there(&card.name.acct),
                label: format!("{} (@{})", card.name.name, card.name.acct),
                value: card.name.acct,
            }
        })
        .collect())
}

/// The flairs that the chosen group offers.
async fn flairs(app: &AppState, typed: &Typed) -> Result<Vec<Choice>, Failure> {
    if typed.group.is_empty() {
        return Ok(Vec::new());
    }
    let view = super::accounts::named(app, &typed.group).await?;
    let offered = view.group.as_ref().map(services::flairs::offered);
    Ok(offered
        .unwrap_or_default()
        .into_iter()
        .map(|name| Choice {
            chosen: name == typed.flair,
            label: name.clone(),
            value: name,
        })
        .collect())
}

/// `POST /new`
pub(crate) async fn publish(
    State(app): State<AppState>,
    MemberForm {
        page,
        session,
        fields,
    }: MemberForm,
) -> Result<Response, Failure> {
    let typed = Typed {
        group: fields.line("group").to_owned(),
        reply: fields.line("reply").to_owned(),
        title: fields.line("title").to_owned(),
        flair: fields.line("flair").to_owned(),
        text: fields.lines("text"),
        warning: fields.line("warning").to_owned(),
        visibility: fields.line("visibility").to_owned(),
    };
    let in_reply_to = match typed.reply.as_str() {
        "" => None,
        id => Some(id.parse::<StatusId>().map_err(|_e| Failure::NOT_FOUND)?),
    };
    let group = match typed.group.as_str() {
        "" => None,
        name if in_reply_to.is_none() => Some(super::accounts::named(&app, name).await?.account.id),
        _ => None,
    };
    let draft = Draft {
        text: typed.text.clone(),
        title: typed.title.clone(),
        flair: typed.flair.clone(),
        spoiler_text: typed.warning.clone(),
        visibility: typed.visibility.parse().ok(),
        in_reply_to,
        group,
        ..Draft::default()
    };
    match statuses::publish(&app.ctx, &session.viewer, draft, None).await {
        Ok(view) => Ok(see_other(&format!(
            "/@{}/{}",
            view.author.account.acct(),
            view.status.id
        ))),
        Err(error) => {
            let wrong = wrongs(page.words, error)?;
            show(&app, &page, typed, wrong).await
        }
    }
}
