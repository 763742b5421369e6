//! `/@GROUP/administration`: what those who run the server may do to a group, and what they did; for them alone.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::GroupLimit;
use services::admin::limits::{self, Standing};
use services::views::AccountView;

use super::accounts::named;
use super::cards::NameCard;
use super::failure::Failure;
use super::form::MemberForm;
use super::layout::{Layout, Wrong, print_as, wrongs};
use super::redirects::see_other;
use super::viewer::PageViewer;
use crate::state::AppState;

#[derive(Template)]
#[template(path = "group_admin.html")]
struct AdminPage {
    l: Layout,
    group: NameCard,
    acts: Vec<Limit>,
    wrong: Vec<Wrong>,
}

/// One of the acts as the page offers it.
struct Limit {
    /// In the form, and in the names of the texts.
    word: &'static str,
    /// Is it in force?
    is_on: bool,
    title: String,
    what: String,
    go: String,
    undo: String,
    /// The day on which the group leaves.
    day: String,
}

/// A group of this server, for an administrator. Others are told that there is no such page.
async fn administered(
    app: &AppState,
    page: &PageViewer,
    name: &str,
) -> Result<(AccountView, Standing), Failure> {
    let viewer = page.member()?;
    let view = named(app, name).await?;
    match limits::standing(&app.ctx, viewer, view.account.id).await {
        Ok(standing) => Ok((view, standing)),
        Err(services::Error::Forbidden(_)) => Err(Failure::NOT_FOUND),
        Err(error) => Err(error.into()),
    }
}

/// `GET /@GROUP/administration`
pub(crate) async fn form(
    State(app): State<AppState>,
    Path(name): Path<String>,
    page: PageViewer,
) -> Result<Response, Failure> {
    let (view, standing) = administered(&app, &page, &name).await?;
    show(&app, &page, &view, standing, Vec::new())
}

fn show(
    app: &AppState,
    page: &PageViewer,
    view: &AccountView,
    standing: Standing,
    wrong: Vec<Wrong>,
) -> Result<Response, Failure> {
    let w = page.words;
    let days = i64::from(app.ctx.settings().eviction_days);
    let acts = GroupLimit::ALL
        .iter()
        .map(|limit| {
            let say = |part: &str| w.say(&format!("group-admin-{limit}-{part}"));
            Limit {
                word: limit.as_str(),
                is_on: standing.has(*limit),
                title: say("title"),
                what: match limit {
                    GroupLimit::Evict => w.count("group-admin-evict-what", &days),
                    _ => say("what"),
                },
                go: say("go"),
                undo: say("undo"),
                day: match (limit, standing.leaves_at) {
                    (GroupLimit::Evict, Some(day)) => w.day(day),
                    _ => String::new(),
                },
            }
        })
        .collect();
    let group = NameCard::of(&app.ctx.place, view);
    let status = if wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    print_as(
        status,
        &AdminPage {
            l: Layout::new(app, page, w.named("group-admin-of", &group.name))
                .at("groups")
                .private(),
            group,
            acts,
            wrong,
        },
    )
}

/// `POST /@GROUP/administration`
pub(crate) async fn act(
    State(app): State<AppState>,
    Path(name): Path<String>,
    MemberForm {
        page,
        session,
        fields,
    }: MemberForm,
) -> Result<Response, Failure> {
    let (view, standing) = administered(&app, &page, &name).await?;
    let (limit, on) = match fields.get("do").split_once('-') {
        Some(("undo", word)) => (word, false),
        Some(("go", word)) => (word, true),
        _ => return Err(Failure::NOT_FOUND),
    };
    let limit: GroupLimit = limit.parse().map_err(|_e| Failure::NOT_FOUND)?;
    let (viewer, reason) = (&session.viewer, fields.lines("reason"));
    match limits::set(&app.ctx, viewer, view.account.id, limit, on, &reason).await {
        Ok(_view) => Ok(see_other(&format!(
            "/@{}/administration",
            view.account.acct()
        ))),
        Err(error) => {
            let wrong = wrongs(page.words, error)?;
            show(&app, &page, &view, standing, wrong)
        }
    }
}
