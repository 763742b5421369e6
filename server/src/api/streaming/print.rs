//! What is heard, as the API prints it: the same entities, in frames or as server-sent events.

use services::Place;
use services::live::{Said, What};

use super::names::words;
use crate::api::entities::announcement::Announcement;
use crate::api::entities::various::Conversation;
use crate::api::entities::{Notification, Status};
use crate::error::Error;

/// The name of an event.
pub(super) const fn event(what: &What) -> &'static str {
    match what {
        What::Update(_) => "update",
        What::StatusUpdate(_) => "status.update",
        What::Delete(_) => "delete",
        What::Notification(_) => "notification",
        What::Conversation(_) => "conversation",
        What::FiltersChanged => "filters_changed",
        What::NotificationsMerged => "notifications_merged",
        What::Announcement(_) => "announcement",
        What::AnnouncementReaction(..) => "announcement.reaction",
        What::AnnouncementDelete(_) => "announcement.delete",
    }
}

/// Its payload: an entity in JSON, or a bare id; empty where there is none.
fn payload(place: &Place, what: &What) -> String {
    let printed = match what {
        What::Update(view) | What::StatusUpdate(view) => {
            serde_json::to_string(&Status::of(place, view))
        }
        What::Delete(id) => Ok(id.to_string()),
        What::Notification(view) => serde_json::to_string(&Notification::of(place, view)),
        What::Conversation(view) => serde_json::to_string(&Conversation::of(place, view)),
        What::FiltersChanged => Ok(String::new()),
        What::NotificationsMerged => Ok("1".to_owned()),
        What::Announcement(view) => serde_json::to_string(&Announcement::of(place, view)),
        What::AnnouncementReaction(id, name, count) => serde_json::to_string(
            &serde_json::json!({"name": name, "count": count, "announcement_id": id}),
        ),
        What::AnnouncementDelete(id) => Ok(id.to_string()),
    };
    printed.unwrap_or_default()
}

/// A frame of a socket; the payload is text inside of it.
pub(super) fn frame(place: &Place, said: &Said) -> String {
    let message = &said.message;
    let stream = serde_json::Value::from(words(&said.stream));
    let event = event(&message.what);
    let printed = message.printed(|what| payload(place, what));
    if printed.payload.is_empty() {
        format!(r#"{{"stream":{stream},"event":"{event}"}}"#)
    } else {
        let payload = &printed.quoted;
        format!(r#"{{"stream":{stream},"event":"{event}","payload":{payload}}}"#)
    }
}

/// A server-sent event.
pub(super) fn sent(place: &Place, said: &Said) -> String {
    let event = event(&said.message.what);
    let printed = said.message.printed(|what| payload(place, what));
    // A line of data must be there, or the event is none; what has no payload is null to who decodes it.
    let data = match printed.payload.as_str() {
        "" => "null",
        payload => payload,
    };
    format!("event: {event}\ndata: {data}\n\n")
}

/// What a socket is told that it may not have.
pub(super) fn refusal(error: &Error) -> String {
    serde_json::json!({"error": error.text(), "status": error.status().as_u16()}).to_string()
}
