//! Pictures: upload, look at, describe, give up.

use axum::Json;
use axum::extract::State;
use model::MediaId;
use serde::Deserialize;
use serde_json::{Map, Value};
use services::media::{self, Details};

use super::entities::MediaAttachment;
use super::{Routes, done};
use crate::auth::{Auth, scopes};
use crate::error::{Error, Result};
use crate::extract::{At, BigParams, Upload, maybe};
use crate::state::AppState;

pub(super) fn routes() -> Routes {
    Routes::new()
        .post("/api/v1/media", upload)
        .post("/api/v2/media", upload)
        .get("/api/v1/media/{id}", show)
        .update("/api/v1/media/{id}", describe)
        .delete("/api/v1/media/{id}", delete)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct MediaForm {
    file: Option<Upload>,
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
        })
    }
}

fn focus(text: &str) -> Result<(f64, f64)> {
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

async fn upload(
    auth: Auth<scopes::WriteMedia>,
    State(state): State<AppState>,
    BigParams(mut form): BigParams<MediaForm>,
) -> Result<Json<MediaAttachment>> {
    let file = form
        .file
        .take()
        .ok_or_else(|| Error::Unprocessable("Validation failed: File can't be blank".to_owned()))?;
    let made = media::upload(&state.ctx, &auth.viewer, file.0, form.details()?).await?;
    Ok(Json(MediaAttachment::of(&state.ctx.place, &made)))
}

async fn show(
    auth: Auth<scopes::WriteMedia>,
    State(state): State<AppState>,
    At(id): At<MediaId>,
) -> Result<Json<MediaAttachment>> {
    let found = media::show(&state.ctx, &auth.viewer, id).await?;
    Ok(Json(MediaAttachment::of(&state.ctx.place, &found)))
}

async fn describe(
    auth: Auth<scopes::WriteMedia>,
    State(state): State<AppState>,
    At(id): At<MediaId>,
    BigParams(form): BigParams<MediaForm>,
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
