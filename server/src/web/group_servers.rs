//! `/@GROUP/servers`: servers whose people a group does not take; and lists of others, shown with what they would
//! cost before they are taken over.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use services::group_domain_blocks::{self, Loss, Preview};
use services::groups::{self, Deed, ServerText, Why};
use services::views::AccountView;

use super::cards::NameCard;
use super::failure::Failure;
use super::form::{Fields, MemberForm, WideForm};
use super::layout::{Layout, Wrong, print, print_as, wrongs};
use super::queue::moderated;
use super::redirects::see_other;
use super::viewer::PageViewer;
use crate::state::AppState;

#[derive(Template)]
#[template(path = "group_servers.html")]
pub(crate) struct ServersPage {
    pub(crate) l: Layout,
    pub(crate) group: NameCard,
    /// Each with the reason.
    pub(crate) blocked: Vec<(String, String)>,
    pub(crate) wrong: Vec<Wrong>,
}

#[derive(Template)]
#[template(path = "group_servers_preview.html")]
pub(crate) struct PreviewPage {
    pub(crate) l: Layout,
    pub(crate) group: NameCard,
    pub(crate) known: i64,
    pub(crate) unread: i64,
    /// Servers with people in the group, and those without.
    pub(crate) losses: Vec<Loss>,
    pub(crate) others: Vec<Loss>,
    pub(crate) other_count: i64,
    pub(crate) members: i64,
    pub(crate) followers: i64,
    pub(crate) reason: String,
}

/// `GET /@GROUP/servers`
pub(crate) async fn page(
    State(app): State<AppState>,
    Path(name): Path<String>,
    page: PageViewer,
) -> Result<Response, Failure> {
    let view = moderated(&app, &name, page.member()?).await?;
    show(&app, &page, &view, Vec::new()).await
}

async fn show(
    app: &AppState,
    page: &PageViewer,
    view: &AccountView,
    wrong: Vec<Wrong>,
) -> Result<Response, Failure> {
    let rows = group_domain_blocks::list(&app.ctx, page.member()?, view.account.id).await?;
    let group = NameCard::of(&app.ctx.place, view);
    let status = if wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    print_as(
        status,
        &ServersPage {
            l: Layout::new(app, page, page.words.named("servers-title", &group.name))
                .at("groups")
                .private(),
            group,
            blocked: rows
                .into_iter()
                .map(|row| (row.domain, row.reason))
                .collect(),
            wrong,
        },
    )
}

/// `POST /@GROUP/servers`
pub(crate) async fn act(
    State(app): State<AppState>,
    Path(name): Path<String>,
    WideForm(MemberForm {
        page,
        session,
        fields,
    }): WideForm,
) -> Result<Response, Failure> {
    let viewer = &session.viewer;
    let view = moderated(&app, &name, viewer).await?;
    let group = view.account.id;
    let deed = match fields.get("do") {
        // A file, or what was typed; one server alone is a short list.
        "look" => {
            let list = list_in(&fields);
            return match group_domain_blocks::preview(&app.ctx, viewer, group, &list).await {
                Ok(found) => print(&preview(&app, &page, &view, found, &fields)),
                Err(error) => {
                    let wrong = wrongs(page.words, error)?;
                    show(&app, &page, &view, wrong).await
                }
            };
        }
        "block" => {
            let lines: Vec<String> = fields.all("server").map(str::to_owned).collect();
            let servers: Vec<ServerText> = group_domain_blocks::ticked(&lines);
            Deed::BlockServers { servers }
        }
        "unblock" => Deed::UnblockServers {
            domains: fields.all("server").map(str::to_owned).collect(),
        },
        _ => return Err(Failure::NOT_FOUND),
    };
    let why = Why::because(fields.line("reason"));
    match groups::act(&app.ctx, viewer, group, deed, why).await {
        Ok(_done) => Ok(see_other(&format!("/@{}/servers", view.account.acct()))),
        Err(error) => {
            let wrong = wrongs(page.words, error)?;
            show(&app, &page, &view, wrong).await
        }
    }
}

fn list_in(fields: &Fields) -> String {
    if fields.has("file") {
        fields.get("file").to_owned()
    } else {
        fields.lines("list")
    }
}

fn preview(
    app: &AppState,
    page: &PageViewer,
    view: &AccountView,
    found: Preview,
    fields: &Fields,
) -> PreviewPage {
    let group = NameCard::of(&app.ctx.place, view);
    let (others, losses): (Vec<Loss>, Vec<Loss>) =
        found.servers.into_iter().partition(Loss::is_none);
    PreviewPage {
        l: Layout::new(app, page, page.words.named("servers-title", &group.name))
            .at("groups")
            .private(),
        group,
        known: count(found.known),
        unread: count(found.unread),
        other_count: count(others.len()),
        members: losses.iter().map(|loss| loss.members).sum(),
        followers: losses.iter().map(|loss| loss.followers).sum(),
        losses,
        others,
        reason: fields.line("reason").to_owned(),
    }
}

fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
