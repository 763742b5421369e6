//! What links in mails lead to: an address is confirmed, a new password is chosen. Opening a page changes
//! nothing, since programs open links in mails too; a button does.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::Secret;
use services::sign_up::Missing;
use services::{credentials, sign_up};

use super::failure::Failure;
use super::form::{VisitorForm, visitor_word, with_visitor_word};
use super::layout::{Layout, Wrong, print_as, wrongs};
use super::told::{Told, tell};
use super::viewer::{PageQuery, PageViewer};
use crate::client::Client;
use crate::i18n::Key;
use crate::limits::LETTERS;
use crate::state::AppState;

/// The query of links in mails.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Link {
    #[serde(default)]
    token: String,
}

/// One form with a hidden token: to confirm, to forget, to choose.
#[derive(Template, Default)]
#[template(path = "proof.html")]
pub(crate) struct ProofPage {
    pub(crate) l: Layout,
    pub(crate) word: String,
    pub(crate) action: &'static str,
    pub(crate) text: String,
    pub(crate) token: String,
    pub(crate) asks_name: bool,
    pub(crate) asks_password: bool,
    pub(crate) go: String,
    pub(crate) wrong: Vec<Wrong>,
}

fn show(
    app: &AppState,
    page: &PageViewer,
    title: String,
    mut proof: ProofPage,
) -> Result<Response, Failure> {
    let word = visitor_word(app, page)?;
    let status = if proof.wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    proof.l = Layout::new(app, page, title).private();
    proof.word.clone_from(&word);
    let response = print_as(status, &proof)?;
    Ok(with_visitor_word(app, response, &word))
}

/// A link that was used, replaced or is too old; nobody learns which.
fn over(app: &AppState, page: &PageViewer) -> Result<Response, Failure> {
    let told = Told {
        title: Key("link-over-title"),
        text: Key("link-over-text"),
        go: None,
    };
    tell(app, page, StatusCode::NOT_FOUND, &told)
}

/// `GET /confirm?token=`
pub(crate) async fn confirm_form(
    State(app): State<AppState>,
    PageQuery(link): PageQuery<Link>,
    page: PageViewer,
) -> Result<Response, Failure> {
    let Some(found) = sign_up::confirmable(&app.ctx, &link.token).await? else {
        return over(&app, &page);
    };
    let w = page.words;
    let proof = ProofPage {
        action: "/confirm",
        text: w.named("confirm-text", &found.email),
        token: link.token,
        go: w.say("confirm-go"),
        ..ProofPage::default()
    };
    show(&app, &page, w.say("confirm-title"), proof)
}

/// `POST /confirm`
pub(crate) async fn confirm(
    State(app): State<AppState>,
    VisitorForm { page, fields }: VisitorForm,
) -> Result<Response, Failure> {
    let text = match sign_up::confirm(&app.ctx, fields.get("token")).await {
        Ok(Some(Missing::Approval)) => Key("confirmed-waiting"),
        Ok(_) => Key("confirmed-text"),
        Err(services::Error::NotFound | services::Error::Invalid(_)) => return over(&app, &page),
        Err(other) => return Err(other.into()),
    };
    let told = Told {
        title: Key("confirmed-title"),
        text,
        go: Some(("/login", Key("nav-sign-in"))),
    };
    tell(&app, &page, StatusCode::OK, &told)
}

/// `GET /forgot`
pub(crate) async fn forgot_form(
    State(app): State<AppState>,
    page: PageViewer,
) -> Result<Response, Failure> {
    let w = page.words;
    if !app.ctx.sends_mail() {
        let told = Told {
            title: Key("forgot-title"),
            text: Key("forgot-no-mail"),
            go: Some(("/about", Key("nav-about"))),
        };
        return tell(&app, &page, StatusCode::OK, &told);
    }
    let proof = ProofPage {
        action: "/forgot",
        text: w.say("forgot-text"),
        asks_name: true,
        go: w.say("forgot-go"),
        ..ProofPage::default()
    };
    show(&app, &page, w.say("forgot-title"), proof)
}

/// `POST /forgot`: the same answer for everyone.
pub(crate) async fn forgot(
    State(app): State<AppState>,
    from: Client,
    VisitorForm { page, fields }: VisitorForm,
) -> Result<Response, Failure> {
    let name = fields.line("name");
    if from.count(LETTERS, name.to_lowercase()).is_err() {
        return Err(Failure::Status(StatusCode::TOO_MANY_REQUESTS));
    }
    credentials::forgot_password(&app.ctx, name).await?;
    let told = Told {
        title: Key("forgot-title"),
        text: Key("forgot-done"),
        go: None,
    };
    tell(&app, &page, StatusCode::OK, &told)
}

/// `GET /reset?token=`
pub(crate) async fn reset_form(
    State(app): State<AppState>,
    PageQuery(link): PageQuery<Link>,
    page: PageViewer,
) -> Result<Response, Failure> {
    if !credentials::may_reset(&app.ctx, &link.token).await? {
        return over(&app, &page);
    }
    show_reset(&app, &page, link.token, Vec::new())
}

fn show_reset(
    app: &AppState,
    page: &PageViewer,
    token: String,
    wrong: Vec<Wrong>,
) -> Result<Response, Failure> {
    let w = page.words;
    let proof = ProofPage {
        action: "/reset",
        text: w.say("reset-text"),
        token,
        asks_password: true,
        go: w.say("reset-go"),
        wrong,
        ..ProofPage::default()
    };
    show(app, page, w.say("reset-title"), proof)
}

/// `POST /reset`
pub(crate) async fn reset(
    State(app): State<AppState>,
    VisitorForm { page, fields }: VisitorForm,
) -> Result<Response, Failure> {
    let token = fields.get("token").to_owned();
    let password = Secret(fields.get("password").to_owned());
    match credentials::reset_password(&app.ctx, &token, password).await {
        Ok(()) => {
            let told = Told {
                title: Key("reset-title"),
                text: Key("reset-done"),
                go: Some(("/login", Key("nav-sign-in"))),
            };
            tell(&app, &page, StatusCode::OK, &told)
        }
        Err(services::Error::NotFound) => over(&app, &page),
        Err(other) => {
            let wrong = wrongs(page.words, other)?;
            show_reset(&app, &page, token, wrong)
        }
    }
}
