//! `/@GROUP/people/ID`: what moderators of a group know of someone, and note down for each other.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::{AccountId, RowId};
use services::group_notes;
use services::views::AccountView;

use super::cards::NameCard;
use super::failure::Failure;
use super::form::MemberForm;
use super::layout::{Layout, Wrong, print_as, wrongs};
use super::queue::moderated;
use super::redirects::see_other;
use super::viewer::PageViewer;
use crate::state::AppState;

/// A note as the page shows it.
#[derive(Clone, Debug)]
pub(crate) struct NoteLine {
    pub(crate) id: String,
    pub(crate) body: String,
    pub(crate) author: String,
    pub(crate) when: String,
}

#[derive(Template)]
#[template(path = "group_person.html")]
pub(crate) struct PersonPage {
    pub(crate) l: Layout,
    pub(crate) group: NameCard,
    pub(crate) who: NameCard,
    /// As what they are in the group, and since when; empty for no member.
    pub(crate) role: String,
    pub(crate) since: String,
    pub(crate) is_banned: bool,
    pub(crate) is_muted: bool,
    pub(crate) notes: Vec<NoteLine>,
    /// What was typed and could not be kept.
    pub(crate) typed: String,
    pub(crate) wrong: Vec<Wrong>,
}

/// `GET /@GROUP/people/ID`
pub(crate) async fn page(
    State(app): State<AppState>,
    Path((name, id)): Path<(String, String)>,
    page: PageViewer,
) -> Result<Response, Failure> {
    let view = moderated(&app, &name, page.member()?).await?;
    let who = id.parse().map_err(|_e| Failure::NOT_FOUND)?;
    show(&app, &page, &view, who, (String::new(), Vec::new())).await
}

async fn show(
    app: &AppState,
    page: &PageViewer,
    view: &AccountView,
    who: AccountId,
    (typed, wrong): (String, Vec<Wrong>),
) -> Result<Response, Failure> {
    let card = group_notes::card(&app.ctx, page.member()?, view.account.id, who).await?;
    let (w, now) = (page.words, app.ctx.now());
    let place = &app.ctx.place;
    let person = NameCard::of(place, &card.account);
    let status = if wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let (role, since) = match card.role {
        Some((role, at)) => (w.say(&format!("group-role-{role}")), w.when(at, now)),
        None => (String::new(), String::new()),
    };
    print_as(
        status,
        &PersonPage {
            l: Layout::new(app, page, w.named("person-title", &person.name))
                .at("groups")
                .private(),
            group: NameCard::of(place, view),
            who: person,
            role,
            since,
            is_banned: card.is_banned,
            is_muted: card.is_muted,
            notes: card
                .notes
                .into_iter()
                .map(|(row, author)| NoteLine {
                    id: row.id.to_string(),
                    body: row.body,
                    author: author
                        .map(|author| NameCard::of(place, &author).name)
                        .unwrap_or_default(),
                    when: w.when(row.created_at, now),
                })
                .collect(),
            typed,
            wrong,
        },
    )
}

/// `POST /@GROUP/people/ID`
pub(crate) async fn note(
    State(app): State<AppState>,
    Path((name, id)): Path<(String, String)>,
    MemberForm {
        page,
        session,
        fields,
    }: MemberForm,
) -> Result<Response, Failure> {
    let (ctx, viewer) = (&app.ctx, &session.viewer);
    let view = moderated(&app, &name, viewer).await?;
    let (group, who) = (
        view.account.id,
        id.parse().map_err(|_e| Failure::NOT_FOUND)?,
    );
    let body = fields.lines("body");
    let done = match fields.get("do") {
        "add" => group_notes::add(ctx, viewer, group, who, &body).await,
        "delete" => {
            let note: RowId = fields
                .get("note")
                .parse()
                .map_err(|_e| Failure::NOT_FOUND)?;
            group_notes::delete(ctx, viewer, group, who, note).await
        }
        _ => return Err(Failure::NOT_FOUND),
    };
    match done {
        Ok(()) => Ok(see_other(&format!(
            "/@{}/people/{who}",
            view.account.acct()
        ))),
        Err(error) => {
            let wrong = wrongs(page.words, error)?;
            show(&app, &page, &view, who, (body, wrong)).await
        }
    }
}
