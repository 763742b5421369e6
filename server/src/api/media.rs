//! Media of posts: upload, look at, describe, give up.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use model::MediaId;
use serde::Deserialize;
use serde_json::{Map, Value};
use services::media::{self, Details};
use services::views::status::MediaView;

use super::entities::MediaAttachment;
use super::{Routes, done};
use crate::auth::{Auth, scopes};
use crate::error::{Error, Result};
use crate::extract::{At, HugeParams, Upload, maybe};
use crate::state::AppState;

pub(super) fn routes() -> Routes {
    Routes::new()
        .post("/api/v1/media", upload_and_wait)
        .post("/api/v2/media", upload)
        .get("/api/v1/media/{id}", show)
        .update("/api/v1/media/{id}", describe)
        .delete("/api/v1/media/{id}", delete)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct MediaForm {
    file: Option<Upload>,
    /// A picture that stands for it.
    thumbnail: Option<Upload>,
    description: Option<String>,
    /// `x,y`, each from -1 to 1.
    #[serde(deserialize_with = "maybe")]
    focus: Option<String>,
}

impl MediaForm {
    fn details(self) -> Result<Details> {
        Ok(Details {
            description: self.description,
            focus: self.focus.as_deref().map(focus).transpose()?,
            thumbnail: self.thumbnail.map(|file| file.0),
        })
    }
}

pub(super) fn focus(text: &str) -> Result<(f64, f64)> {
    let point = text.split_once(',').and_then(|(x, y)| {
        let (x, y): (f64, f64) = (x.trim().parse().ok()?, y.trim().parse().ok()?);
        (x.is_finite() && y.is_finite()).then(|| (x.clamp(-1.0, 1.0), y.clamp(-1.0, 1.0)))
    });
    point.ok_or_else(|| {
        Error::Unprocessable(
            "Validation failed: Focus must be two numbers, such as 0.5,-0.2".to_owned(),
        )
    })
}

async fn take(
    auth: &Auth<scopes::WriteMedia>,
    state: &AppState,
    mut form: MediaForm,
    waits: bool,
) -> Result<MediaView> {
    let file = form
        .file
        .take()
        .ok_or_else(|| Error::Unprocessable("Validation failed: File can't be blank".to_owned()))?;
    let details = form.details()?;
    Ok(media::upload(&state.ctx, &auth.viewer, file.0, details, waits).await?)
}

/// 200 where it is fit to be shown, `waiting` while it is made so, 422 where it never will be.
fn answer(
    state: &AppState,
    media: &MediaView,
    waiting: StatusCode,
) -> Result<(StatusCode, Json<MediaAttachment>)> {
    let status = match media::state(media) {
        media::State::Ready => StatusCode::OK,
        media::State::InTheWorks => waiting,
        media::State::Failed => {
            return Err(Error::Unprocessable(
                "Error processing thumbnail for uploaded media".to_owned(),
            ));
        }
    };
    Ok((status, Json(MediaAttachment::of(&state.ctx.place, media))))
}

async fn upload(
    auth: Auth<scopes::WriteMedia>,
    State(state): State<AppState>,
    HugeParams(form): HugeParams<MediaForm>,
) -> Result<(StatusCode, Json<MediaAttachment>)> {
    let made = take(&auth, &state, form, false).await?;
    answer(&state, &made, StatusCode::ACCEPTED)
}

async fn upload_and_wait(
    auth: Auth<scopes::WriteMedia>,
    State(state): State<AppState>,
    HugeParams(form): HugeParams<MediaForm>,
) -> Result<(StatusCode, Json<MediaAttachment>)> {
    let made = take(&auth, &state, form, true).await?;
    answer(&state, &made, StatusCode::ACCEPTED)
}

async fn show(
    auth: Auth<scopes::WriteMedia>,
    State(state): State<AppState>,
    At(id): At<MediaId>,
) -> Result<(StatusCode, Json<MediaAttachment>)> {
    let found = media::show(&state.ctx, &auth.viewer, id).await?;
    answer(&state, &found, StatusCode::PARTIAL_CONTENT)
}

async fn describe(
    auth: Auth<scopes::WriteMedia>,
    State(state): State<AppState>,
    At(id): At<MediaId>,
    HugeParams(form): HugeParams<MediaForm>,
) -> Result<Json<MediaAttachment>> {
    let changed = media::describe(&state.ctx, &auth.viewer, id, form.details()?).await?;
    Ok(Json(MediaAttachment::of(&state.ctx.place, &changed)))
}

async fn delete(
    auth: Auth<scopes::WriteMedia>,
    State(state): State<AppState>,
    At(id): At<MediaId>,
) -> Result<Json<Map<String, Value>>> {
    media::delete(&state.ctx, &auth.viewer, id).await?;
    Ok(done())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_focus_is_two_numbers_within_the_picture() {
        assert_eq!(focus("0.5,-0.25").unwrap(), (0.5, -0.25));
        assert_eq!(focus("7, -9").unwrap(), (1.0, -1.0));
        for text in ["", "1", "a,b", "NaN,0", "1,2,3"] {
            assert_eq!(focus(text).unwrap_err().status(), 422, "{text}");
        }
    }
}
