//! `/join`: a new account on the pages, with or without an invitation.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::Secret;
use services::sign_up::{self, Missing, Wish};
use services::{invites, sign_in};

use super::failure::Failure;
use super::form::{VisitorForm, visitor_word, with_visitor_word};
use super::layout::{Layout, Wrong, print_as, wrongs};
use super::redirects::{query, safe_path, see_other};
use super::sign_in::open;
use super::told::{Told, tell};
use super::viewer::{PageQuery, PageViewer};
use crate::client::Client;
use crate::i18n::Key;
use crate::state::AppState;

/// The query of `/join`.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Link {
    #[serde(default)]
    invite: String,
    /// Where to afterwards.
    #[serde(default)]
    return_to: String,
}

#[derive(Template, Default)]
#[template(path = "join.html")]
pub(crate) struct JoinPage {
    pub(crate) l: Layout,
    pub(crate) word: String,
    pub(crate) is_open: bool,
    pub(crate) message: String,
    pub(crate) invite: String,
    pub(crate) return_to: String,
    pub(crate) is_invited: bool,
    pub(crate) asks_reason: bool,
    pub(crate) needs_reason: bool,
    pub(crate) min_age: i64,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) reason: String,
    pub(crate) born: String,
    pub(crate) wrong: Vec<Wrong>,
}

/// What the form asks, as the settings are now.
async fn asks(app: &AppState, typed: JoinPage) -> Result<JoinPage, Failure> {
    let (settings, door) = (app.ctx.settings(), sign_up::door(&app.ctx));
    let is_invited = !typed.invite.is_empty() && invites::is_open(&app.ctx, &typed.invite).await?;
    Ok(JoinPage {
        is_open: door.open || is_invited,
        message: settings.registrations_message.clone(),
        is_invited,
        asks_reason: door.approval,
        needs_reason: door.approval && settings.reason_required,
        min_age: i64::from(settings.min_age),
        ..typed
    })
}

fn show(app: &AppState, page: &PageViewer, mut join: JoinPage) -> Result<Response, Failure> {
    let word = visitor_word(app, page)?;
    let status = match (join.is_open, join.wrong.is_empty()) {
        (false, _) => StatusCode::FORBIDDEN,
        (true, false) => StatusCode::UNPROCESSABLE_ENTITY,
        (true, true) => StatusCode::OK,
    };
    join.l = Layout::new(app, page, page.words.say("join-title"))
        .at("join")
        .private();
    if !join.wrong.is_empty() {
        // The address of a refused form is not one to come back to.
        let pairs = [
            ("invite", join.invite.as_str()),
            ("return_to", join.return_to.as_str()),
        ];
        join.l.here = format!("/join?{}&", query(&pairs));
    }
    join.word.clone_from(&word);
    let response = print_as(status, &join)?;
    Ok(with_visitor_word(app, response, &word))
}

/// `GET /join`
pub(crate) async fn form(
    State(app): State<AppState>,
    PageQuery(link): PageQuery<Link>,
    page: PageViewer,
) -> Result<Response, Failure> {
    let return_to = safe_path(&link.return_to).unwrap_or_default();
    if page.viewer().is_some() {
        return Ok(see_other(if return_to.is_empty() {
            "/home"
        } else {
            &return_to
        }));
    }
    let join = JoinPage {
        invite: link.invite,
        return_to,
        ..JoinPage::default()
    };
    let join = asks(&app, join).await?;
    show(&app, &page, join)
}

/// `GET /invite/CODE`, as members send it around.
pub(crate) async fn invited(Path(code): Path<String>) -> Response {
    see_other(&format!("/join?{}", query(&[("invite", &code)])))
}

/// `GET /auth/sign_up`, where Mastodon has it.
pub(crate) async fn elsewhere() -> Response {
    see_other("/join")
}

/// `POST /join`
pub(crate) async fn join(
    State(app): State<AppState>,
    from: Client,
    VisitorForm { page, fields }: VisitorForm,
) -> Result<Response, Failure> {
    let wish = Wish {
        username: fields.line("name").to_owned(),
        email: fields.line("email").to_owned(),
        password: Secret(fields.get("password").to_owned()),
        locale: page.words.lang.code().to_owned(),
        agreement: fields.has("agreement"),
        reason: fields.lines("reason"),
        invite_code: fields.line("invite").to_owned(),
        date_of_birth: fields.line("born").to_owned(),
        app: None,
        from: from.address,
    };
    let return_to = safe_path(fields.get("return_to")).unwrap_or_default();
    let mut again = JoinPage {
        return_to: return_to.clone(),
        invite: wish.invite_code.clone(),
        name: wish.username.clone(),
        email: wish.email.clone(),
        reason: wish.reason.clone(),
        born: wish.date_of_birth.clone(),
        ..JoinPage::default()
    };
    match sign_up::sign_up(&app.ctx, wish).await {
        Ok(newcomer) => match newcomer.missing {
            None => {
                let name = &newcomer.account.account.username;
                let viewer = sign_in::viewer_named(&app.ctx, name).await?;
                open(&app, &page, &from, &viewer, &return_to).await
            }
            Some(missing) => Ok(see_other(match missing {
                Missing::Confirmation => "/join/next?for=mail",
                Missing::Approval => "/join/next?for=approval",
            })),
        },
        Err(error) => {
            again.wrong = wrongs(page.words, error)?;
            let again = asks(&app, again).await?;
            show(&app, &page, again)
        }
    }
}

/// The query of `/join/next`.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Next {
    #[serde(rename = "for", default)]
    what: String,
}

/// `GET /join/next`: what a newcomer waits for.
pub(crate) async fn next(
    State(app): State<AppState>,
    PageQuery(next): PageQuery<Next>,
    page: PageViewer,
) -> Result<Response, Failure> {
    let text = if next.what == "mail" {
        Key("join-next-mail")
    } else {
        Key("join-next-approval")
    };
    let told = Told {
        title: Key("join-next-title"),
        text,
        go: None,
    };
    tell(&app, &page, StatusCode::OK, &told)
}
