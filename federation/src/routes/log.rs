//! The log of a group as a collection: what its moderators did, as everyone may read it, newest first. Of a private
//! group there is none.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::response::Response;
use model::{ActionId, Page};
use serde_json::{Value, json};
use services::group_log::{self, LogEntry};

use super::actors;
use super::reply;
use crate::engine::Federation;
use crate::vocabulary::write::collections;

/// Entries of one page.
const PAGE: i64 = 40;

/// The log of the group of this name.
pub(super) async fn show(
    State(fed): State<Arc<Federation>>,
    Path(name): Path<String>,
    request: Request,
) -> Response {
    let (head, _) = request.into_parts();
    let (asker, view) = match actors::found(&fed, &head, &name).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let group = view.account.id;
    let id = format!("{}/log", view.account.uri);
    let below = reply::parameter(&head, "max_id").and_then(|id| id.parse::<ActionId>().ok());
    let page = Page {
        max_id: below.map(|id| id.0),
        ..Page::first(PAGE)
    };
    let found = match group_log::page(&fed.ctx, None, group, page).await {
        Ok(found) => found,
        Err(error) => return reply::failed(&error.into()),
    };
    if reply::parameter(&head, "page").is_none() {
        let total = match group_log::verify(&fed.ctx, group).await {
            Ok(verdict) => u64::try_from(verdict.entries).unwrap_or(0),
            Err(error) => return reply::failed(&error.into()),
        };
        let first = format!("{id}?page=true");
        let cover = collections::with_pages(&id, total, &first, Some(&view.account.uri));
        return reply::activity(asker, cover);
    }
    let server = fed.ctx.place.account_uri(model::AccountKind::Server, "");
    let address = |entry: ActionId| fed.ctx.place.log_entry_url(&view.account.username, entry);
    let items = found
        .items
        .iter()
        .map(|entry| item(&view.account.uri, &server, entry, &address))
        .collect();
    let this = match below {
        Some(below) => format!("{id}?page=true&max_id={below}"),
        None => format!("{id}?page=true"),
    };
    let next = found
        .oldest
        .map(|oldest| format!("{id}?page=true&max_id={oldest}"));
    let page = collections::page(&this, &id, items, next.as_deref());
    reply::activity(asker, page)
}

/// An entry as a plain `Activity`: none of the narrower types says what all of these are, and nobody shall act
/// upon them.
fn item(
    group: &str,
    server: &str,
    entry: &LogEntry,
    address: &impl Fn(ActionId) -> String,
) -> Value {
    let mut value = json!({
        "id": address(entry.id),
        "type": "Activity",
        "actor": if entry.by_administrators {
            server
        } else {
            entry.by.as_ref().map_or(group, |by| by.account.uri.as_str())
        },
        "context": group,
        "name": format!("{} ({})", entry.kind, entry.state),
        "published": entry.created_at.iso(),
        "hash": entry.hash,
    });
    let more = [
        (
            "target",
            entry.whom.as_ref().map(|whom| whom.account.uri.clone()),
        ),
        ("content", entry.rule.clone()),
        (
            "summary",
            Some(entry.reason.clone()).filter(|reason| !reason.is_empty()),
        ),
        ("endTime", entry.ends_at.map(model::Millis::iso)),
        ("inReplyTo", entry.refers_to.map(address)),
    ];
    if let Some(map) = value.as_object_mut() {
        for (name, text) in more {
            if let Some(text) = text {
                map.insert(name.to_owned(), Value::String(text));
            }
        }
    }
    value
}
