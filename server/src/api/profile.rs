//! One's own profile: shown with what one typed and chose, and changed.

use axum::Json;
use axum::extract::State;
use model::Visibility;
use serde::Deserialize;
use services::accounts::{self, ProfileChange};
use services::views::{self, account::Viewer};
use services::{Ctx, quotes, relationships};

use super::Routes;
use super::entities::various::Preferences;
use super::entities::{CredentialAccount, Profile};
use crate::auth::{Auth, scopes};
use crate::error::Result;
use crate::extract::{Accounts, BigParams, Limit as _, Upload, maybe};
use crate::state::AppState;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/accounts/verify_credentials", verify_credentials)
        .update("/api/v1/accounts/update_credentials", update_credentials)
        .get("/api/v1/profile", show)
        .update("/api/v1/profile", update)
        .delete("/api/v1/profile/avatar", remove_avatar)
        .delete("/api/v1/profile/header", remove_header)
        .get("/api/v1/preferences", preferences)
}

/// One's own account with source and role.
async fn credentials(ctx: &Ctx, viewer: &Viewer) -> Result<Json<CredentialAccount>> {
    let view = views::account::one(ctx, viewer.id()).await?;
    Ok(Json(CredentialAccount::of(
        &ctx.place,
        &view,
        viewer,
        relationships::follow_requests_count(ctx, viewer, Accounts::MOST).await?,
        quotes::default_policy(ctx, viewer).await?,
    )))
}

async fn verify_credentials(
    auth: Auth<scopes::Profile>,
    State(state): State<AppState>,
) -> Result<Json<CredentialAccount>> {
    credentials(&state.ctx, &auth.viewer).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ProfileForm {
    avatar_description: Option<String>,
    header_description: Option<String>,
    attribution_domains: Option<Vec<String>>,
    #[serde(deserialize_with = "maybe")]
    show_media: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    show_media_replies: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    show_featured: Option<bool>,
    display_name: Option<String>,
    note: Option<String>,
    avatar: Option<Upload>,
    header: Option<Upload>,
    #[serde(deserialize_with = "maybe")]
    locked: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    bot: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    discoverable: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    indexable: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    hide_collections: Option<bool>,
    fields_attributes: Option<Vec<FieldForm>>,
    source: SourceForm,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct FieldForm {
    name: String,
    value: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SourceForm {
    #[serde(deserialize_with = "maybe")]
    privacy: Option<Visibility>,
    #[serde(deserialize_with = "maybe")]
    sensitive: Option<bool>,
    /// Empty: forget it, and detect the language of each post.
    language: Option<String>,
    #[serde(deserialize_with = "maybe")]
    quote_policy: Option<model::QuotePolicy>,
}

impl From<ProfileForm> for ProfileChange {
    fn from(form: ProfileForm) -> Self {
        let fields = form.fields_attributes.map(|fields| {
            fields
                .into_iter()
                .filter(|field| !(field.name.is_empty() && field.value.is_empty()))
                .map(|field| (field.name, field.value))
                .collect()
        });
        Self {
            display_name: form.display_name,
            note: form.note,
            fields,
            avatar: form.avatar.map(|upload| upload.0),
            header: form.header.map(|upload| upload.0),
            avatar_description: form.avatar_description,
            header_description: form.header_description,
            attribution_domains: form.attribution_domains,
            show_media: form.show_media,
            show_media_replies: form.show_media_replies,
            show_featured: form.show_featured,
            remove_avatar: false,
            remove_header: false,
            locked: form.locked,
            bot: form.bot,
            discoverable: form.discoverable,
            indexable: form.indexable,
            hide_collections: form.hide_collections,
            default_visibility: form.source.privacy,
            default_sensitive: form.source.sensitive,
            default_language: form
                .source
                .language
                .map(|language| (!language.is_empty()).then_some(language)),
        }
    }
}

async fn update_credentials(
    auth: Auth<scopes::WriteAccounts>,
    State(state): State<AppState>,
    BigParams(form): BigParams<ProfileForm>,
) -> Result<Json<CredentialAccount>> {
    let quote_policy = form.source.quote_policy;
    let answer = changed(&state.ctx, auth.viewer.clone(), form.into()).await?;
    if let Some(policy) = quote_policy {
        quotes::choose_default(&state.ctx, &auth.viewer, policy).await?;
        return changed(&state.ctx, auth.viewer, ProfileChange::default()).await;
    }
    Ok(answer)
}

async fn changed(
    ctx: &Ctx,
    before: Viewer,
    change: ProfileChange,
) -> Result<Json<CredentialAccount>> {
    accounts::update(ctx, &before, change).await?;
    // What the person chose for new posts changed too: look again at who is asking.
    let viewer = services::sign_in::viewer_named(ctx, &before.human.username).await?;
    credentials(ctx, &viewer.acting_for(before.account)).await
}

async fn remove_avatar(
    auth: Auth<scopes::WriteAccounts>,
    State(state): State<AppState>,
) -> Result<Json<CredentialAccount>> {
    let change = ProfileChange {
        remove_avatar: true,
        ..ProfileChange::default()
    };
    changed(&state.ctx, auth.viewer, change).await
}

async fn remove_header(
    auth: Auth<scopes::WriteAccounts>,
    State(state): State<AppState>,
) -> Result<Json<CredentialAccount>> {
    let change = ProfileChange {
        remove_header: true,
        ..ProfileChange::default()
    };
    changed(&state.ctx, auth.viewer, change).await
}

async fn show(auth: Auth<scopes::Profile>, State(state): State<AppState>) -> Result<Json<Profile>> {
    let view = views::account::one(&state.ctx, auth.viewer.id()).await?;
    Ok(Json(Profile::of(&state.ctx.place, &view)))
}

async fn update(
    auth: Auth<scopes::WriteAccounts>,
    State(state): State<AppState>,
    BigParams(form): BigParams<ProfileForm>,
) -> Result<Json<Profile>> {
    let view = accounts::update(&state.ctx, &auth.viewer, form.into()).await?;
    Ok(Json(Profile::of(&state.ctx.place, &view)))
}

async fn preferences(
    auth: Auth<scopes::ReadAccounts>,
    State(state): State<AppState>,
) -> Result<Json<Preferences>> {
    let quote_policy = quotes::default_policy(&state.ctx, &auth.viewer).await?;
    Ok(Json(Preferences::of(&auth.viewer.user, quote_policy)))
}
