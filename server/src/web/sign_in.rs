//! Sign in, sign out, and the first owner of the place.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::{Secret, ServerRole};
use services::accounts::NewUser;
use services::sign_in;
use services::views::account::Viewer;

use super::failure::Failure;
use super::form::{MemberForm, VisitorForm, visitor_word, with_visitor_word};
use super::layout::{Layout, Wrong, print_as, wrongs};
use super::redirects::{safe_path, see_other};
use super::viewer::{PageQuery, PageViewer, form_cookie, put_cookie, session_cookie};
use crate::client::Client;
use crate::oauth::token::count_try;
use crate::state::AppState;

/// The query of `/login`.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Wish {
    /// Where to afterwards.
    #[serde(default)]
    return_to: String,
    /// Sign in again although someone is signed in: an app wants to be sure who it is.
    #[serde(default)]
    again: String,
}

#[derive(Template)]
#[template(path = "login.html")]
pub(crate) struct LoginPage {
    pub(crate) l: Layout,
    pub(crate) word: String,
    pub(crate) return_to: String,
    pub(crate) for_app: bool,
    pub(crate) name: String,
    pub(crate) wrong: String,
    pub(crate) may_join: bool,
}

fn show_login(
    app: &AppState,
    page: &PageViewer,
    return_to: &str,
    name: &str,
    wrong: &str,
) -> Result<Response, Failure> {
    let word = visitor_word(app, page)?;
    let status = if wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let mut l = Layout::new(app, page, page.words.say("login-title"))
        .at("login")
        .private();
    if !wrong.is_empty() {
        // The address of a refused form is not one to come back to.
        l.here = format!(
            "/login?{}&",
            super::redirects::query(&[("return_to", return_to)])
        );
    }
    let response = print_as(
        status,
        &LoginPage {
            l,
            word: word.clone(),
            return_to: return_to.to_owned(),
            for_app: return_to.starts_with("/oauth/authorize"),
            name: name.to_owned(),
            wrong: wrong.to_owned(),
            may_join: services::sign_up::door(&app.ctx).open,
        },
    )?;
    Ok(with_visitor_word(app, response, &word))
}

/// `GET /login`
pub(crate) async fn form(
    State(app): State<AppState>,
    PageQuery(wish): PageQuery<Wish>,
    page: PageViewer,
) -> Result<Response, Failure> {
    let return_to = safe_path(&wish.return_to).unwrap_or_default();
    if page.viewer().is_some() && wish.again.is_empty() {
        let target = if return_to.is_empty() {
            "/home"
        } else {
            &return_to
        };
        return Ok(see_other(target));
    }
    show_login(&app, &page, &return_to, "", "")
}

/// `POST /login`
pub(crate) async fn sign_in(
    State(app): State<AppState>,
    from: Client,
    VisitorForm { page, fields }: VisitorForm,
) -> Result<Response, Failure> {
    let return_to = safe_path(fields.get("return_to")).unwrap_or_default();
    let name = fields.line("name");
    if let Err(error) = count_try(&app, &from, name).await {
        return Err(Failure::Status(error.status()));
    }
    let password = Secret(fields.get("password").to_owned());
    match sign_in::check_password(&app.ctx, name, &password).await {
        Ok(viewer) => open(&app, &page, &from, &viewer, &return_to).await,
        Err(services::Error::Unauthorized(sign_in::WRONG)) => {
            let wrong = page.words.say("login-wrong");
            show_login(&app, &page, &return_to, name, &wrong)
        }
        // The password was right, and something else is missing.
        Err(services::Error::Unauthorized(_)) => {
            let wrong = page.words.say("login-not-yet");
            show_login(&app, &page, &return_to, name, &wrong)
        }
        Err(services::Error::LimitExceeded(_)) => {
            let wrong = page.words.say("problem-limit");
            show_login(&app, &page, &return_to, name, &wrong)
        }
        Err(other) => Err(other.into()),
    }
}

/// A new session with a new cookie; the one before ends, and so does the word of the form.
pub(super) async fn open(
    app: &AppState,
    page: &PageViewer,
    from: &Client,
    viewer: &Viewer,
    return_to: &str,
) -> Result<Response, Failure> {
    if let Some(cookie) = &page.cookie {
        sign_in::close_session(&app.ctx, cookie).await?;
    }
    let Secret(cookie) = sign_in::open_session(&app.ctx, viewer, from.device.clone()).await?;
    let secure = app.ctx.place.is_secure();
    let mut response = see_other(if return_to.is_empty() {
        "/home"
    } else {
        return_to
    });
    put_cookie(&mut response, session_cookie(secure), Some(&cookie), secure);
    put_cookie(&mut response, form_cookie(secure), None, secure);
    Ok(response)
}

/// `POST /logout`
pub(crate) async fn sign_out(
    State(app): State<AppState>,
    MemberForm { page, .. }: MemberForm,
) -> Result<Response, Failure> {
    if let Some(cookie) = &page.cookie {
        sign_in::close_session(&app.ctx, cookie).await?;
    }
    let secure = app.ctx.place.is_secure();
    let mut response = see_other("/");
    put_cookie(&mut response, session_cookie(secure), None, secure);
    Ok(response)
}

/// The query of `/setup`.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct SetupLink {
    #[serde(default)]
    code: String,
}

#[derive(Template, Default)]
#[template(path = "setup.html")]
pub(crate) struct SetupPage {
    pub(crate) l: Layout,
    pub(crate) word: String,
    pub(crate) code: String,
    pub(crate) is_valid: bool,
    pub(crate) title: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) wrong: Vec<Wrong>,
}

fn show_setup(
    app: &AppState,
    page: &PageViewer,
    mut setup: SetupPage,
) -> Result<Response, Failure> {
    let word = visitor_word(app, page)?;
    let status = match (setup.is_valid, setup.wrong.is_empty()) {
        (false, _) => StatusCode::FORBIDDEN,
        (true, false) => StatusCode::UNPROCESSABLE_ENTITY,
        (true, true) => StatusCode::OK,
    };
    setup.l = Layout::new(app, page, page.words.say("setup-title")).private();
    setup.word.clone_from(&word);
    let response = print_as(status, &setup)?;
    Ok(with_visitor_word(app, response, &word))
}

/// `GET /setup?code=`
pub(crate) async fn setup_form(
    State(app): State<AppState>,
    PageQuery(link): PageQuery<SetupLink>,
    page: PageViewer,
) -> Result<Response, Failure> {
    let is_valid = sign_in::is_first_run_code(&app.ctx, &link.code).await?;
    let setup = SetupPage {
        code: link.code,
        is_valid,
        ..SetupPage::default()
    };
    show_setup(&app, &page, setup)
}

/// `POST /setup`
pub(crate) async fn setup(
    State(app): State<AppState>,
    from: Client,
    VisitorForm { page, fields }: VisitorForm,
) -> Result<Response, Failure> {
    let mut again = SetupPage {
        code: fields.get("code").to_owned(),
        is_valid: true,
        title: fields.line("title").to_owned(),
        name: fields.line("name").to_owned(),
        email: fields.line("email").to_owned(),
        ..SetupPage::default()
    };
    let owner = NewUser {
        username: again.name.clone(),
        email: again.email.clone(),
        password: Secret(fields.get("password").to_owned()),
        role: ServerRole::Owner,
        locale: page.words.lang.code().to_owned(),
        confirmed: true,
        approved: true,
    };
    match sign_in::claim_place(&app.ctx, &again.code, &again.title, owner).await {
        Ok(account) => {
            services::settings::refresh(&app.ctx).await?;
            let viewer = sign_in::viewer_named(&app.ctx, &account.account.username).await?;
            open(&app, &page, &from, &viewer, "/groups/new").await
        }
        Err(services::Error::Unauthorized(_)) => {
            again.is_valid = false;
            show_setup(&app, &page, again)
        }
        Err(other) => {
            again.wrong = wrongs(page.words, other)?;
            show_setup(&app, &page, again)
        }
    }
}
