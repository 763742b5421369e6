//! `/settings/security`: password and address, and where one is signed in.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::{AppId, Secret, SessionId};
use services::views::account::Viewer;
use services::{credentials, sessions};

use super::failure::Failure;
use super::form::MemberForm;
use super::layout::{Layout, Wrong, print_as, wrongs};
use super::redirects::see_other;
use super::sign_in::open;
use super::viewer::{PageQuery, PageViewer};
use crate::client::Client;
use crate::limits::PASSWORD_CHANGES;
use crate::oauth::in_words;
use crate::state::AppState;

/// What was just done.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Done {
    #[serde(default)]
    done: String,
}

/// A browser in the list.
pub(crate) struct BrowserRow {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) network: String,
    pub(crate) since: String,
    pub(crate) used: String,
    pub(crate) is_this: bool,
}

/// An app in the list.
pub(crate) struct AppRow {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) website: String,
    pub(crate) may: Vec<String>,
    pub(crate) since: String,
    pub(crate) used: String,
}

#[derive(Template)]
#[template(path = "security.html")]
pub(crate) struct SecurityPage {
    pub(crate) l: Layout,
    pub(crate) done: String,
    pub(crate) email: String,
    pub(crate) awaited: String,
    pub(crate) browsers: Vec<BrowserRow>,
    pub(crate) apps: Vec<AppRow>,
    pub(crate) wrong: Vec<Wrong>,
}

/// `GET /settings/security`
pub(crate) async fn form(
    State(app): State<AppState>,
    PageQuery(Done { done }): PageQuery<Done>,
    page: PageViewer,
) -> Result<Response, Failure> {
    let viewer = page.member()?.clone();
    let done = match done.as_str() {
        key @ ("password" | "email" | "mail" | "browser" | "app") => {
            page.words.say(&format!("did-{key}"))
        }
        _ => String::new(),
    };
    show(&app, &page, &viewer, done, Vec::new()).await
}

async fn show(
    app: &AppState,
    page: &PageViewer,
    viewer: &Viewer,
    done: String,
    wrong: Vec<Wrong>,
) -> Result<Response, Failure> {
    let w = page.words;
    let cookie = page.cookie.as_deref().unwrap_or_default();
    let browsers = sessions::browsers(&app.ctx, viewer, cookie).await?;
    let apps = sessions::apps(&app.ctx, viewer).await?;
    let awaited = credentials::awaited_address(&app.ctx, viewer).await?;
    let status = if wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let mut l = Layout::new(app, page, w.say("security-title"))
        .at("me")
        .private();
    // Forms of this page are answered elsewhere.
    l.here = "/settings/security?".to_owned();
    let template = SecurityPage {
        l,
        done,
        email: viewer.user.email.clone(),
        awaited: awaited.unwrap_or_default(),
        browsers: browsers
            .into_iter()
            .map(|row| BrowserRow {
                id: row.id.to_string(),
                name: row.user_agent,
                network: row.network,
                since: w.day(row.created_at),
                used: w.day(row.last_used_at),
                is_this: row.is_this,
            })
            .collect(),
        apps: apps
            .into_iter()
            .map(|row| AppRow {
                id: row.app.map(|id| id.to_string()).unwrap_or_default(),
                name: if row.name.is_empty() {
                    w.say("security-no-app")
                } else {
                    row.name
                },
                website: crate::web::web_only(row.website.as_deref().unwrap_or_default()),
                may: in_words(w, &row.scopes),
                since: w.day(row.created_at),
                used: w.day(row.last_used_at),
            })
            .collect(),
        wrong,
    };
    print_as(status, &template)
}

fn counted(from: &Client, viewer: &Viewer) -> Result<(), Failure> {
    from.count(PASSWORD_CHANGES, viewer.human.id)
        .map_err(|_too_many| Failure::Status(StatusCode::TOO_MANY_REQUESTS))
}

/// `POST /settings/password`: every browser is signed out, and this one in again, under a new cookie.
pub(crate) async fn password(
    State(app): State<AppState>,
    from: Client,
    MemberForm {
        page,
        session,
        fields,
    }: MemberForm,
) -> Result<Response, Failure> {
    let viewer = session.viewer;
    counted(&from, &viewer)?;
    let current = Secret(fields.get("current").to_owned());
    let new = Secret(fields.get("password").to_owned());
    match credentials::change_password(&app.ctx, &viewer, &current, new).await {
        Ok(()) => {
            open(
                &app,
                &page,
                &from,
                &viewer,
                "/settings/security?done=password",
            )
            .await
        }
        Err(error) => refused(&app, &page, &viewer, error).await,
    }
}

/// `POST /settings/email`
pub(crate) async fn email(
    State(app): State<AppState>,
    from: Client,
    MemberForm {
        page,
        session,
        fields,
    }: MemberForm,
) -> Result<Response, Failure> {
    let viewer = session.viewer;
    counted(&from, &viewer)?;
    let current = Secret(fields.get("current").to_owned());
    match credentials::change_address(&app.ctx, &viewer, &current, fields.line("email")).await {
        Ok(true) => open(&app, &page, &from, &viewer, "/settings/security?done=email").await,
        Ok(false) => Ok(see_other("/settings/security?done=mail")),
        Err(error) => refused(&app, &page, &viewer, error).await,
    }
}

async fn refused(
    app: &AppState,
    page: &PageViewer,
    viewer: &Viewer,
    error: services::Error,
) -> Result<Response, Failure> {
    let wrong_password = matches!(&error, services::Error::Invalid(problems)
        if problems.iter().any(|problem| problem.field == "current_password"));
    let wrong = if wrong_password {
        vec![Wrong {
            field: "current",
            text: page.words.say("security-current-wrong"),
        }]
    } else {
        wrongs(page.words, error)?
    };
    show(app, page, viewer, String::new(), wrong).await
}

/// `POST /settings/browsers`: signs one out, or all others.
pub(crate) async fn browsers(
    State(app): State<AppState>,
    MemberForm {
        page,
        session,
        fields,
    }: MemberForm,
) -> Result<Response, Failure> {
    match fields.get("id") {
        "others" => {
            let cookie = page.cookie.as_deref().unwrap_or_default();
            sessions::end_others(&app.ctx, &session.viewer, cookie).await?;
        }
        id => {
            let id: SessionId = id.parse().map_err(|_e| Failure::NOT_FOUND)?;
            sessions::end(&app.ctx, &session.viewer, id).await?;
        }
    }
    Ok(see_other("/settings/security?done=browser"))
}

/// `POST /settings/apps`: takes back what one app may do, or all.
pub(crate) async fn apps(
    State(app): State<AppState>,
    MemberForm {
        session, fields, ..
    }: MemberForm,
) -> Result<Response, Failure> {
    match fields.get("id") {
        "all" => sessions::end_apps(&app.ctx, &session.viewer).await?,
        "" => sessions::end_app(&app.ctx, &session.viewer, None).await?,
        id => {
            let id: AppId = id.parse().map_err(|_e| Failure::NOT_FOUND)?;
            sessions::end_app(&app.ctx, &session.viewer, Some(id)).await?;
        }
    }
    Ok(see_other("/settings/security?done=app"))
}
