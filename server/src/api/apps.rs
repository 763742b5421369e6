//! Applications: register one, ask which one a token belongs to.

use axum::Json;
use axum::extract::State;
use model::Scopes;
use serde::Deserialize;
use services::oauth::{self, NewApp};

use super::Routes;
use super::entities::various::{Application, CredentialApplication};
use crate::auth::{AppAuth, Public, scopes};
use crate::error::{Error, Result};
use crate::extract::Params;
use crate::state::AppState;

pub(super) fn routes() -> Routes {
    Routes::new()
        .post("/api/v1/apps", register)
        .get("/api/v1/apps/verify_credentials", verify_credentials)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Registration {
    client_name: String,
    /// One text with a line for each, or a list.
    redirect_uris: Vec<String>,
    scopes: Option<String>,
    website: Option<String>,
}

async fn register(
    _anyone: Public,
    State(state): State<AppState>,
    Params(wish): Params<Registration>,
) -> Result<Json<CredentialApplication>> {
    let scopes = Scopes::parse(wish.scopes.as_deref().unwrap_or_default()).map_err(|word| {
        Error::Unprocessable(format!("Validation failed: Scopes doesn't match: {word}"))
    })?;
    let new = NewApp {
        name: wish.client_name,
        website: wish.website.filter(|website| !website.trim().is_empty()),
        redirect_uris: wish
            .redirect_uris
            .iter()
            .flat_map(|text| text.split_whitespace())
            .map(str::to_owned)
            .collect(),
        scopes,
        chosen: None,
    };
    let app = oauth::register(&state.ctx, new).await?;
    let key = services::push::public_key(&state.ctx).await?;
    Ok(Json(CredentialApplication::of(&app, key)))
}

async fn verify_credentials(
    auth: AppAuth<scopes::AnyToken>,
    State(state): State<AppState>,
) -> Result<Json<Application>> {
    let app = auth.bearer.app.ok_or(Error::NotFound)?;
    let key = services::push::public_key(&state.ctx).await?;
    Ok(Json(Application::of(&app, key)))
}
