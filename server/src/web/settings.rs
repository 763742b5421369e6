//! `/settings/profile`: how one is seen, and what new posts start with.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::Visibility;
use services::accounts::ProfileChange;

use super::failure::Failure;
use super::form::MemberForm;
use super::layout::{Layout, Wrong, print_as, wrongs};
use super::redirects::see_other;
use super::viewer::{PageQuery, PageViewer};
use crate::state::AppState;

/// Was the form just saved?
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Saved {
    #[serde(default)]
    saved: String,
}

#[derive(Template)]
#[template(path = "settings.html")]
pub(crate) struct SettingsPage {
    pub(crate) l: Layout,
    pub(crate) saved: bool,
    pub(crate) may_invite: bool,
    pub(crate) name: String,
    pub(crate) note: String,
    pub(crate) locked: bool,
    pub(crate) audiences: Vec<(String, String, bool)>,
    pub(crate) wrong: Vec<Wrong>,
}

/// `GET /settings/profile`
pub(crate) async fn form(
    State(app): State<AppState>,
    PageQuery(Saved { saved }): PageQuery<Saved>,
    page: PageViewer,
) -> Result<Response, Failure> {
    let viewer = page.member()?;
    let change = ProfileChange {
        display_name: Some(viewer.account.display_name.clone()),
        note: Some(viewer.account.note_source.clone()),
        locked: Some(viewer.account.locked),
        default_visibility: Some(viewer.user.default_visibility),
        ..ProfileChange::default()
    };
    show(&app, &page, change, !saved.is_empty(), Vec::new())
}

fn show(
    app: &AppState,
    page: &PageViewer,
    change: ProfileChange,
    saved: bool,
    wrong: Vec<Wrong>,
) -> Result<Response, Failure> {
    let w = page.words;
    let status = if wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let audiences = Visibility::ALL
        .iter()
        .filter(|audience| audience.is_chosen())
        .filter(|audience| **audience != Visibility::Direct)
        .map(|audience| {
            let label = w.say(&format!("visibility-{audience}"));
            let chosen = change.default_visibility == Some(*audience);
            (audience.to_string(), label, chosen)
        })
        .collect();
    let form = SettingsPage {
        l: Layout::new(app, page, w.say("settings-title"))
            .at("me")
            .private(),
        saved,
        may_invite: page
            .viewer()
            .is_some_and(|viewer| services::invites::may_make(&app.ctx, viewer)),
        name: change.display_name.unwrap_or_default(),
        note: change.note.unwrap_or_default(),
        locked: change.locked.unwrap_or_default(),
        audiences,
        wrong,
    };
    print_as(status, &form)
}

/// `POST /settings/profile`
pub(crate) async fn save(
    State(app): State<AppState>,
    MemberForm {
        page,
        session,
        fields,
    }: MemberForm,
) -> Result<Response, Failure> {
    let change = ProfileChange {
        display_name: Some(fields.line("display_name").to_owned()),
        note: Some(fields.lines("note")),
        locked: Some(fields.has("locked")),
        default_visibility: fields.get("visibility").parse().ok(),
        ..ProfileChange::default()
    };
    match services::accounts::update(&app.ctx, &session.viewer, change.clone()).await {
        Ok(_) => Ok(see_other("/settings/profile?saved=1")),
        Err(error) => {
            let wrong = wrongs(page.words, error)?;
            show(&app, &page, change, false, wrong)
        }
    }
}
