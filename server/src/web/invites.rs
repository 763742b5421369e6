//! `/settings/invites`: links by which a member lets others in.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::{InviteId, Millis};
use services::invites::{self, View};
use services::views::account::Viewer;

use super::failure::Failure;
use super::form::MemberForm;
use super::layout::{Layout, Wrong, print_as, wrongs};
use super::redirects::see_other;
use super::viewer::PageViewer;
use crate::client::Client;
use crate::i18n::Words;
use crate::limits::NEW_INVITES;
use crate::state::AppState;

/// An invite in the list.
pub(crate) struct InviteRow {
    pub(crate) id: String,
    pub(crate) url: String,
    pub(crate) used: String,
    pub(crate) ends: String,
    pub(crate) is_open: bool,
    /// Who made it, where that is told.
    pub(crate) by: String,
}

impl InviteRow {
    pub(crate) fn of(w: Words, invite: View, tells_maker: bool) -> Self {
        Self {
            id: invite.id.to_string(),
            url: invite.url,
            used: match invite.max_uses {
                Some(most) => format!("{} / {most}", invite.uses),
                None => invite.uses.to_string(),
            },
            ends: invite.expires_at.map(|end| w.day(end)).unwrap_or_default(),
            is_open: invite.is_open,
            by: if tells_maker {
                invite.by
            } else {
                String::new()
            },
        }
    }
}

#[derive(Template)]
#[template(path = "invites.html")]
pub(crate) struct InvitesPage {
    pub(crate) l: Layout,
    pub(crate) may_make: bool,
    pub(crate) invites: Vec<InviteRow>,
    pub(crate) wrong: Vec<Wrong>,
}

/// `GET /settings/invites`
pub(crate) async fn list(
    State(app): State<AppState>,
    page: PageViewer,
) -> Result<Response, Failure> {
    let viewer = page.member()?.clone();
    show(&app, &page, &viewer, Vec::new()).await
}

async fn show(
    app: &AppState,
    page: &PageViewer,
    viewer: &Viewer,
    wrong: Vec<Wrong>,
) -> Result<Response, Failure> {
    let w = page.words;
    let status = if wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let row = |invite: View| InviteRow::of(w, invite, false);
    let invites = invites::of(&app.ctx, viewer).await?;
    let template = InvitesPage {
        l: Layout::new(app, page, w.say("invites-title"))
            .at("me")
            .private(),
        may_make: invites::may_make(&app.ctx, viewer),
        invites: invites.into_iter().map(row).collect(),
        wrong,
    };
    print_as(status, &template)
}

/// `POST /settings/invites`: makes one.
pub(crate) async fn make(
    State(app): State<AppState>,
    from: Client,
    MemberForm {
        page,
        session,
        fields,
    }: MemberForm,
) -> Result<Response, Failure> {
    let viewer = session.viewer;
    if from.count(NEW_INVITES, viewer.human.id).is_err() {
        return Err(Failure::Status(StatusCode::TOO_MANY_REQUESTS));
    }
    let number = |name: &str| fields.line(name).parse::<i64>().ok();
    let lasts = number("days").map(|days| days.saturating_mul(Millis::DAY));
    match invites::make(&app.ctx, &viewer, number("uses"), lasts).await {
        Ok(_made) => Ok(see_other("/settings/invites")),
        Err(error) => {
            let wrong = wrongs(page.words, error)?;
            show(&app, &page, &viewer, wrong).await
        }
    }
}

/// `POST /settings/invites/close`
pub(crate) async fn close(
    State(app): State<AppState>,
    MemberForm {
        session, fields, ..
    }: MemberForm,
) -> Result<Response, Failure> {
    let id: InviteId = fields.get("id").parse().map_err(|_e| Failure::NOT_FOUND)?;
    invites::close(&app.ctx, &session.viewer, id).await?;
    Ok(see_other("/settings/invites"))
}
