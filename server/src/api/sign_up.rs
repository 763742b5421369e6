//! Signing up from an app, and the mail that confirms an address.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderName;
use axum::http::header::CACHE_CONTROL;
use model::Secret;
use serde::Deserialize;
use serde_json::{Map, Value};
use services::sign_up::{self, Missing, Wish};

use super::entities::various::Token;
use super::{Routes, done};
use crate::auth::{AppAuth, scopes};
use crate::client::Client;
use crate::error::{Error, Result};
use crate::extract::{Params, maybe};
use crate::limits::LETTERS;
use crate::state::AppState;

pub(super) fn routes() -> Routes {
    Routes::new()
        .post("/api/v1/accounts", sign_up)
        .post("/api/v1/emails/confirmations", send_again)
        .get("/api/v1/emails/check_confirmation", is_confirmed)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SignUpForm {
    username: String,
    email: String,
    password: String,
    #[serde(deserialize_with = "maybe")]
    agreement: Option<bool>,
    locale: Option<String>,
    reason: Option<String>,
    invite_code: Option<String>,
    date_of_birth: Option<String>,
}

async fn sign_up(
    auth: AppAuth<scopes::WriteAccounts>,
    State(state): State<AppState>,
    from: Client,
    Params(form): Params<SignUpForm>,
) -> Result<([(HeaderName, &'static str); 1], Json<Token>)> {
    let app = auth.bearer.app.ok_or(Error::NeedsApp)?;
    let wish = Wish {
        username: form.username,
        email: form.email,
        password: Secret(form.password),
        locale: form.locale.unwrap_or_default(),
        agreement: form.agreement.unwrap_or_default(),
        reason: form.reason.unwrap_or_default(),
        invite_code: form.invite_code.unwrap_or_default(),
        date_of_birth: form.date_of_birth.unwrap_or_default(),
        app: Some((app.id, app.scopes)),
        from: from.address,
    };
    let newcomer = sign_up::sign_up(&state.ctx, wish).await?;
    let token = newcomer
        .token
        .ok_or_else(|| Error::Fault("a sign-up without a token".to_owned()))?;
    Ok(([(CACHE_CONTROL, "no-store")], Json(Token::from(&token))))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct AgainForm {
    email: Option<String>,
}

async fn send_again(
    auth: AppAuth<scopes::WriteAccounts>,
    State(state): State<AppState>,
    from: Client,
    Params(form): Params<AgainForm>,
) -> Result<Json<Map<String, Value>>> {
    let bearer = auth.bearer;
    let waiting = match (bearer.viewer, bearer.waiting) {
        (_, Some(waiting)) => waiting,
        (Some(_), None) => return Err(sign_up::ONLY_WHILE_WAITING.into()),
        (None, None) => return Err(Error::NeedsPerson),
    };
    from.count(LETTERS, waiting.viewer.human.id)?;
    let app = bearer.app.map(|app| app.id);
    sign_up::send_again(&state.ctx, &waiting, app, form.email.as_deref()).await?;
    Ok(done())
}

/// Answers `true` or `false`, as Mastodon does.
async fn is_confirmed(auth: AppAuth<scopes::ReadAccounts>) -> Result<Json<bool>> {
    match (auth.bearer.viewer, auth.bearer.waiting) {
        (_, Some(waiting)) => Ok(Json(waiting.missing != Missing::Confirmation)),
        (Some(_), None) => Ok(Json(true)),
        (None, None) => Err(Error::NeedsPerson),
    }
}
