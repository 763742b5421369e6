//! `ScheduledStatus`.

use serde::Serialize;
use services::Place;
use services::scheduled::ScheduledView;

use super::MediaAttachment;

/// <https://docs.joinmastodon.org/entities/ScheduledStatus/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ScheduledStatus {
    id: String,
    scheduled_at: String,
    params: Plan,
    media_attachments: Vec<MediaAttachment>,
}

/// What will be published, in the words of the form that it came by.
#[derive(Clone, Debug, Serialize)]
struct Plan {
    text: String,
    poll: Option<PlannedPoll>,
    media_ids: Option<Vec<String>>,
    sensitive: Option<bool>,
    spoiler_text: Option<String>,
    visibility: String,
    /// A number, where all other ids are texts: so it is in Mastodon.
    in_reply_to_id: Option<i64>,
    language: Option<String>,
    application_id: i64,
    /// It has its time beside it; here Mastodon writes null.
    scheduled_at: Option<String>,
    idempotency: Option<String>,
    with_rate_limit: bool,
}

#[derive(Clone, Debug, Serialize)]
struct PlannedPoll {
    options: Vec<String>,
    expires_in: i64,
    multiple: bool,
    hide_totals: bool,
}

impl ScheduledStatus {
    /// Prints one.
    pub(crate) fn of(place: &Place, view: &ScheduledView) -> Self {
        let draft = &view.draft;
        let media: Vec<String> = draft.media.iter().map(ToString::to_string).collect();
        Self {
            id: view.id.to_string(),
            scheduled_at: view.due_at.iso(),
            params: Plan {
                text: draft.text.clone(),
                poll: draft.poll.as_ref().map(|poll| PlannedPoll {
                    options: poll.options.clone(),
                    expires_in: poll.expires_in,
                    multiple: poll.multiple,
                    hide_totals: poll.hide_totals,
                }),
                media_ids: Some(media).filter(|media| !media.is_empty()),
                sensitive: draft.sensitive,
                spoiler_text: Some(draft.spoiler_text.clone()).filter(|text| !text.is_empty()),
                visibility: draft
                    .visibility
                    .unwrap_or(model::Visibility::Public)
                    .to_string(),
                in_reply_to_id: draft.in_reply_to.map(|id| id.0),
                language: draft.language.clone(),
                application_id: draft.app.map_or(0, |app| app.0),
                scheduled_at: None,
                idempotency: None,
                with_rate_limit: false,
            },
            media_attachments: view
                .media
                .iter()
                .map(|it| MediaAttachment::of(place, it))
                .collect(),
        }
    }
}
