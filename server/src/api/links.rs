//! What belongs to links and to showing posts elsewhere: cards, the timeline of a link, translations,
//! custom emoji, oEmbed.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use model::StatusId;
use serde::{Deserialize, Serialize};
use services::translation::{self, Languages};
use services::views::status;
use services::{cards, emojis, statuses};

use super::entities::Status;
use super::entities::card::PreviewCard;
use super::entities::emoji::CustomEmoji;
use super::{Routes, done};
use crate::auth::{Auth, MaybeAuth, Public, scopes};
use crate::error::{Error, Result};
use crate::extract::{At, Paging, Params, Statuses, maybe};
use crate::state::AppState;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/statuses/{id}/card", card)
        .get("/api/v1/timelines/link", timeline)
        .get("/api/v1/custom_emojis", custom_emojis)
        .post("/api/v1/statuses/{id}/translate", translate)
        .get("/api/v1/instance/translation_languages", languages)
        .get("/api/oembed", oembed)
}

/// The old way to read a card; a post without one has an empty object.
async fn card(
    auth: MaybeAuth<scopes::ReadStatuses>,
    State(state): State<AppState>,
    At(id): At<StatusId>,
) -> Result<Response> {
    let found = cards::of(&state.ctx, auth.viewer(), id).await?;
    Ok(match found {
        Some(card) => Json(PreviewCard::of(&state.ctx.place, &card)).into_response(),
        None => done().into_response(),
    })
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Link {
    url: String,
}

async fn timeline(
    auth: MaybeAuth<scopes::ReadStatuses>,
    State(state): State<AppState>,
    paging: Paging<Statuses>,
    Params(link): Params<Link>,
) -> Result<Response> {
    let ctx = &state.ctx;
    let page = cards::timeline(ctx, auth.viewer(), &link.url, paging.page).await?;
    Ok(paging
        .listing
        .answer(&ctx.place, page, |view| Status::of(&ctx.place, &view)))
}

async fn custom_emojis(
    _anyone: Public,
    State(state): State<AppState>,
) -> Result<Json<Vec<CustomEmoji>>> {
    let found = emojis::ours(&state.ctx).await?;
    Ok(Json(CustomEmoji::all(&state.ctx.place, &found)))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wish {
    #[serde(deserialize_with = "maybe")]
    lang: Option<String>,
}

/// <https://docs.joinmastodon.org/entities/Translation/>
#[derive(Clone, Debug, Serialize)]
struct Translation {
    content: String,
    spoiler_text: String,
    language: String,
    detected_source_language: String,
    provider: String,
    media_attachments: Vec<Described>,
    poll: Option<Asked>,
}

#[derive(Clone, Debug, Serialize)]
struct Described {
    id: String,
    description: String,
}

#[derive(Clone, Debug, Serialize)]
struct Asked {
    id: String,
    options: Vec<Choice>,
}

#[derive(Clone, Debug, Serialize)]
struct Choice {
    title: String,
}

async fn translate(
    auth: Auth<scopes::ReadStatuses>,
    State(state): State<AppState>,
    At(id): At<StatusId>,
    Params(wish): Params<Wish>,
) -> Result<Json<Translation>> {
    let made = translation::translate(&state.ctx, &auth.viewer, id, wish.lang).await?;
    Ok(Json(Translation {
        content: made.content,
        spoiler_text: made.spoiler_text,
        language: made.language,
        detected_source_language: made.source,
        provider: made.provider,
        media_attachments: made
            .media
            .into_iter()
            .map(|(id, description)| Described { id, description })
            .collect(),
        poll: made.poll.map(|(id, options)| Asked {
            id,
            options: options.into_iter().map(|title| Choice { title }).collect(),
        }),
    }))
}

async fn languages(_anyone: Public, State(state): State<AppState>) -> Result<Json<Languages>> {
    Ok(Json(translation::languages(&state.ctx).await?))
}

/// <https://oembed.com/>, as Mastodon answers it. The markup is a quotation with a link: no script, no frame.
#[derive(Clone, Debug, Serialize)]
struct Embed {
    #[serde(rename = "type")]
    kind: &'static str,
    version: &'static str,
    title: String,
    author_name: String,
    author_url: String,
    provider_name: String,
    provider_url: String,
    cache_age: u32,
    html: String,
    width: u32,
    height: Option<u32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct EmbedWish {
    url: String,
    #[serde(deserialize_with = "maybe")]
    maxwidth: Option<u32>,
}

async fn oembed(
    _anyone: Public,
    State(state): State<AppState>,
    Params(wish): Params<EmbedWish>,
) -> Result<Json<Embed>> {
    let ctx = &state.ctx;
    if !ctx.place.owns(&wish.url) {
        return Err(Error::NotFound);
    }
    let id = statuses::find(ctx, &wish.url)
        .await?
        .ok_or(Error::NotFound)?;
    let view = status::one(ctx, None, id).await?;
    if !view.status.local || view.reblog.is_some() {
        return Err(Error::NotFound);
    }
    let account = &view.author.account;
    let name = if account.display_name.is_empty() {
        &account.username
    } else {
        &account.display_name
    };
    let url = text::escaped(&view.status.url);
    let text = if view.status.spoiler_text.is_empty() {
        view.status.content.clone()
    } else {
        format!("<p>{}</p>", text::escaped(&view.status.spoiler_text))
    };
    Ok(Json(Embed {
        kind: "rich",
        version: "1.0",
        title: format!("{name} (@{})", account.username),
        author_name: name.clone(),
        author_url: account.url.clone(),
        provider_name: ctx.settings().title.clone(),
        provider_url: format!("{}/", ctx.place.base()),
        cache_age: 86_400,
        html: format!(
            "<blockquote cite=\"{url}\">{text}<footer><a href=\"{url}\">{} (@{})</a></footer></blockquote>",
            text::escaped(name),
            text::escaped(&account.username),
        ),
        width: wish.maxwidth.unwrap_or(400).clamp(100, 2000),
        height: None,
    }))
}
