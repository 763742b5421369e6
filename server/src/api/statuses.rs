//! Statuses: publish, read, edit, delete; what hangs on one.

use aws_lc_rs::digest::{SHA256, digest};
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use model::{AccountId, MediaId, StatusId, Visibility};
use serde::{Deserialize, Serialize};
use services::polls::NewPoll;
use services::scheduled;
use services::statuses::{self, Draft, Edit, Idempotency, PictureEdit};
use services::views::status;

use super::Routes;
use super::accounts::Ids;
use super::entities::{Account, Context, ScheduledStatus, Status, StatusEdit, StatusSource};
use super::media::focus;
use super::quotes::policy;
use super::scheduled_statuses::time;
use crate::auth::{Auth, MaybeAuth, scopes};
use crate::error::{Error, Result};
use crate::extract::{Accounts, At, IdempotencyKey, Paging, Params, PrintedParams, maybe};
use crate::state::AppState;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/statuses", many)
        .post("/api/v1/statuses", create)
        .get("/api/v1/statuses/{id}", show)
        .update("/api/v1/statuses/{id}", edit)
        .delete("/api/v1/statuses/{id}", delete)
        .get("/api/v1/statuses/{id}/context", context)
        .get("/api/v1/statuses/{id}/source", source)
        .get("/api/v1/statuses/{id}/history", history)
        .get("/api/v1/statuses/{id}/reblogged_by", reblogged_by)
        .get("/api/v1/statuses/{id}/favourited_by", favourited_by)
}

/// A new status as apps write it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct NewStatus {
    status: String,
    title: String,
    spoiler_text: String,
    #[serde(deserialize_with = "maybe")]
    visibility: Option<String>,
    #[serde(deserialize_with = "maybe")]
    sensitive: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    language: Option<String>,
    #[serde(deserialize_with = "maybe")]
    in_reply_to_id: Option<String>,
    media_ids: Vec<String>,
    #[serde(deserialize_with = "maybe")]
    group_id: Option<String>,
    #[serde(deserialize_with = "maybe")]
    scheduled_at: Option<String>,
    #[serde(deserialize_with = "maybe")]
    quoted_status_id: Option<String>,
    #[serde(deserialize_with = "maybe")]
    quote_approval_policy: Option<String>,
    poll: PollForm,
}

/// The poll of a status as apps write it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PollForm {
    options: Vec<String>,
    #[serde(deserialize_with = "maybe")]
    expires_in: Option<i64>,
    #[serde(deserialize_with = "maybe")]
    multiple: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    hide_totals: Option<bool>,
}

impl PollForm {
    /// `None` where there are no options: apps send the rest of an empty form too.
    fn asked(self) -> Option<NewPoll> {
        let is_there = self.options.iter().any(|option| !option.trim().is_empty());
        is_there.then(|| NewPoll {
            options: self.options,
            expires_in: self.expires_in.unwrap_or_default(),
            multiple: self.multiple.unwrap_or_default(),
            hide_totals: self.hide_totals.unwrap_or_default(),
        })
    }
}

impl NewStatus {
    /// The draft that this amounts to.
    ///
    /// # Errors
    /// 404 for an id that cannot be one, 422 for what is not built.
    fn into_draft(self, app: Option<model::AppId>) -> Result<Draft> {
        let id = |text: Option<String>| match text {
            None => Ok(None),
            Some(text) => text
                .parse::<i64>()
                .map(Some)
                .map_err(|_no_id| Error::NotFound),
        };
        let media = self.media_ids.iter().filter(|id| !id.is_empty());
        Ok(Draft {
            text: self.status,
            // Apps choose one by the first words, or by the first hashtag.
            flair: String::new(),
            title: self.title,
            spoiler_text: self.spoiler_text,
            visibility: visibility(self.visibility.as_deref())?,
            sensitive: self.sensitive,
            language: self.language,
            in_reply_to: id(self.in_reply_to_id)?.map(StatusId),
            media: media.map(|id| media_id(id)).collect::<Result<_>>()?,
            group: id(self.group_id)?.map(AccountId),
            app,
            quoted: id(self.quoted_status_id)?.map(StatusId),
            quote_policy: policy(self.quote_approval_policy.as_deref())?,
            poll: self.poll.asked(),
            scheduled: None,
        })
    }
}

fn media_id(text: &str) -> Result<MediaId> {
    text.parse().map_err(|_no_id| {
        Error::Unprocessable("Validation failed: Media attachments do not exist".to_owned())
    })
}

/// An audience in the API's words. pl-fe writes `group` beside a `group_id`: the group decides then.
pub(super) fn visibility(word: Option<&str>) -> Result<Option<Visibility>> {
    match word {
        None | Some("group") => Ok(None),
        Some(word) => word.parse().map(Some).map_err(|_unknown| {
            Error::Unprocessable(
                "Validation failed: Visibility is not included in the list".to_owned(),
            )
        }),
    }
}

async fn create(
    auth: Auth<scopes::WriteStatuses>,
    State(state): State<AppState>,
    IdempotencyKey(key): IdempotencyKey,
    PrintedParams(new, print): PrintedParams<NewStatus>,
) -> Result<Json<Posted>> {
    let once = key.map(|key| Idempotency {
        token: auth.token,
        key,
        request_hash: digest(&SHA256, &print).as_ref().to_vec(),
    });
    let due = new.scheduled_at.as_deref().map(time).transpose()?;
    let draft = new.into_draft(auth.app.map(|app| app.id))?;
    let (ctx, viewer) = (&state.ctx, &auth.viewer);
    Ok(Json(match due {
        Some(due) => {
            let view = scheduled::schedule(ctx, viewer, draft, due, once).await?;
            Posted::Later(Box::new(ScheduledStatus::of(&ctx.place, &view)))
        }
        None => {
            let view = statuses::publish(ctx, viewer, draft, once).await?;
            Posted::Now(Box::new(Status::of(&ctx.place, &view)))
        }
    }))
}

/// What a new status became: with `scheduled_at` it waits.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
enum Posted {
    /// A status.
    Now(Box<Status>),
    /// One that waits.
    Later(Box<ScheduledStatus>),
}

/// An edit as apps write it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct EditForm {
    status: Option<String>,
    spoiler_text: Option<String>,
    #[serde(deserialize_with = "maybe")]
    sensitive: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    language: Option<String>,
    media_ids: Option<Vec<String>>,
    media_attributes: Vec<MediaForm>,
    #[serde(deserialize_with = "maybe")]
    quote_approval_policy: Option<String>,
    poll: Option<PollForm>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct MediaForm {
    id: String,
    description: Option<String>,
    /// `x,y`, each from -1 to 1.
    #[serde(deserialize_with = "maybe")]
    focus: Option<String>,
}

impl EditForm {
    fn into_edit(self) -> Result<Edit> {
        let all = |ids: Vec<String>| {
            ids.iter()
                .filter(|id| !id.is_empty())
                .map(|id| media_id(id))
                .collect::<Result<_>>()
        };
        let pictures = self.media_attributes.into_iter().map(|media| {
            Ok(PictureEdit {
                id: media_id(&media.id)?,
                description: media.description,
                focus: media.focus.as_deref().map(focus).transpose()?,
            })
        });
        Ok(Edit {
            text: self.status,
            spoiler_text: self.spoiler_text,
            sensitive: self.sensitive,
            language: self.language,
            media: self.media_ids.map(all).transpose()?,
            pictures: pictures.collect::<Result<_>>()?,
            quote_policy: policy(self.quote_approval_policy.as_deref())?,
            // A poll that is named without options is to go.
            poll: self.poll.map(|poll| poll.asked().unwrap_or_default()),
        })
    }
}

async fn edit(
    auth: Auth<scopes::WriteStatuses>,
    State(state): State<AppState>,
    At(id): At<StatusId>,
    Params(form): Params<EditForm>,
) -> Result<Json<Status>> {
    let view = statuses::edit(&state.ctx, &auth.viewer, id, form.into_edit()?).await?;
    Ok(Json(Status::of(&state.ctx.place, &view)))
}

async fn delete(
    auth: Auth<scopes::WriteStatuses>,
    State(state): State<AppState>,
    At(id): At<StatusId>,
) -> Result<Json<Status>> {
    let (view, source) = statuses::delete(&state.ctx, &auth.viewer, id).await?;
    Ok(Json(Status::deleted(&state.ctx.place, &view, &source)))
}

async fn many(
    auth: MaybeAuth<scopes::ReadStatuses>,
    State(state): State<AppState>,
    Params(ids): Params<Ids<StatusId>>,
) -> Result<Json<Vec<Status>>> {
    let found = status::load(
        &state.ctx,
        auth.viewer(),
        super::relationships::within(ids.id.0)?,
    )
    .await?;
    Ok(Json(
        found
            .iter()
            .map(|view| Status::of(&state.ctx.place, view))
            .collect(),
    ))
}

async fn show(
    auth: MaybeAuth<scopes::ReadStatuses>,
    State(state): State<AppState>,
    At(id): At<StatusId>,
) -> Result<Json<Status>> {
    let view = status::one(&state.ctx, auth.viewer(), id).await?;
    Ok(Json(Status::of(&state.ctx.place, &view)))
}

async fn context(
    auth: MaybeAuth<scopes::ReadStatuses>,
    State(state): State<AppState>,
    At(id): At<StatusId>,
) -> Result<Json<Context>> {
    let thread = statuses::thread(&state.ctx, auth.viewer(), id).await?;
    Ok(Json(Context::of(&state.ctx.place, &thread)))
}

async fn source(
    auth: Auth<scopes::ReadStatuses>,
    State(state): State<AppState>,
    At(id): At<StatusId>,
) -> Result<Json<StatusSource>> {
    let source = statuses::source(&state.ctx, &auth.viewer, id).await?;
    Ok(Json(source.into()))
}

async fn history(
    auth: MaybeAuth<scopes::ReadStatuses>,
    State(state): State<AppState>,
    At(id): At<StatusId>,
) -> Result<Json<Vec<StatusEdit>>> {
    let edits = statuses::history(&state.ctx, auth.viewer(), id).await?;
    Ok(Json(
        edits
            .iter()
            .map(|edit| StatusEdit::of(&state.ctx.place, edit))
            .collect(),
    ))
}

async fn reblogged_by(
    auth: MaybeAuth<scopes::ReadStatuses>,
    State(state): State<AppState>,
    At(id): At<StatusId>,
    paging: Paging<Accounts>,
) -> Result<Response> {
    let ctx = &state.ctx;
    let page = statuses::boosted_by(ctx, auth.viewer(), id, paging.page).await?;
    Ok(paging
        .listing
        .answer(&ctx.place, page, |view| Account::of(&ctx.place, &view)))
}

async fn favourited_by(
    auth: MaybeAuth<scopes::ReadStatuses>,
    State(state): State<AppState>,
    At(id): At<StatusId>,
    paging: Paging<Accounts>,
) -> Result<Response> {
    let ctx = &state.ctx;
    let page = statuses::favourited_by(ctx, auth.viewer(), id, paging.page).await?;
    Ok(paging
        .listing
        .answer(&ctx.place, page, |view| Account::of(&ctx.place, &view)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Tree;
    use crate::extract::decode;

    fn draft(form: &str) -> Result<Draft> {
        let new: NewStatus = decode(Tree::from_form(form.as_bytes()).unwrap())?;
        new.into_draft(None)
    }

    fn refused(form: &str) -> (u16, String) {
        let error = draft(form).unwrap_err();
        (error.status().as_u16(), error.text())
    }

    #[test]
    fn a_form_becomes_a_draft() {
        let draft =
            draft("status=Halo&visibility=private&media_ids[]=7&in_reply_to_id=&sensitive=false")
                .unwrap();
        assert_eq!(draft.text, "Halo");
        assert_eq!(draft.visibility, Some(Visibility::Private));
        assert_eq!(draft.media, [MediaId(7)]);
        assert_eq!(draft.in_reply_to, None);
        assert_eq!(draft.sensitive, Some(false));
    }

    #[test]
    fn the_group_decides_where_one_is_named() {
        let draft = draft("status=Halo&visibility=group&group_id=12").unwrap();
        assert_eq!((draft.group, draft.visibility), (Some(AccountId(12)), None));
    }

    #[test]
    fn what_is_not_built_is_refused_and_not_dropped() {
        assert_eq!(refused("status=x&quote_approval_policy=friends").0, 422);
        assert_eq!(refused("status=x&quoted_status_id=abc").0, 404);
        assert_eq!(refused("status=x&visibility=friends").0, 422);
        assert_eq!(refused("status=x&in_reply_to_id=abc").0, 404);
        assert_eq!(refused("status=x&media_ids[]=abc").0, 422);
    }
}
