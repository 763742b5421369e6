//! `/@GROUP/export`: everything in a group that its moderators may take along, as one JSON document that is made and
//! sent in parts: however large the group is, little of it is in memory.

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use futures::stream;
use model::{AccountId, ActionId, MembershipId, Millis, StatusId};
use serde_json::{Value, json};
use services::Place;
use services::group_export::{self, Head, Part, Post, Someone};
use services::group_log::LogEntry;
use services::views::AccountView;
use services::views::account::Viewer;

use super::failure::Failure;
use super::queue::moderated;
use super::viewer::PageViewer;
use crate::client::Client;
use crate::limits::EXPORTS;
use crate::state::AppState;

/// Which part comes next.
#[derive(Clone, Copy, Debug)]
enum Next {
    Members(MembershipId),
    Log(ActionId),
    Posts(StatusId),
    End,
}

impl Next {
    /// What stands before the next list, or closes the document.
    const fn open(self) -> &'static str {
        match self {
            Self::Members(_) => ",\n\"members\": [",
            Self::Log(_) => "\n],\n\"log\": [",
            Self::Posts(_) => "\n],\n\"posts\": [",
            Self::End => "\n]\n}\n",
        }
    }
}

/// Where the document has come to.
struct Writer {
    app: AppState,
    viewer: Viewer,
    group: AccountId,
    next: Next,
    /// Was something written into this list already?
    is_begun: bool,
}

/// `GET /@GROUP/export`
pub(crate) async fn download(
    State(app): State<AppState>,
    Path(name): Path<String>,
    from: Client,
    page: PageViewer,
) -> Result<Response, Failure> {
    let viewer = page.member()?.clone();
    let view = moderated(&app, &name, &viewer).await?;
    from.count(EXPORTS, viewer.human.id)
        .map_err(|_too_many| Failure::Status(StatusCode::TOO_MANY_REQUESTS))?;
    let group = view.account.id;
    let head = group_export::head(&app.ctx, &viewer, group).await?;
    let now = app.ctx.now();
    let first = beginning(&app.ctx.place, &head, now);
    let name = format!("{}-{}.json", view.account.username, now.day());
    let writer = Writer {
        app,
        viewer,
        group,
        next: Next::Members(MembershipId(0)),
        is_begun: false,
    };
    let rest = stream::try_unfold(writer, Writer::part);
    let start = stream::once(async move { Ok::<_, services::Error>(Bytes::from(first)) });
    let headers = [
        (CONTENT_TYPE, "application/json; charset=utf-8".to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
        (CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    let body = Body::from_stream(futures::StreamExt::chain(start, rest));
    Ok((headers, body).into_response())
}

impl Writer {
    /// The next part of the document; `None` behind its end. An error breaks the answer off: what arrived is no whole
    /// document, and no program takes it for one.
    async fn part(mut self) -> services::Result<Option<(Bytes, Self)>> {
        let ctx = self.app.ctx.clone();
        let (viewer, group) = (self.viewer.clone(), self.group);
        let mut text = String::new();
        match self.next {
            Next::End => return Ok(None),
            Next::Members(above) => {
                let part = group_export::members(&ctx, &viewer, group, above).await?;
                let then = Next::Log(ActionId(0));
                self.write(&mut text, part, Next::Members, then, |one| {
                    member(&ctx.place, one)
                });
            }
            Next::Log(above) => {
                let part = group_export::log(&ctx, &viewer, group, above).await?;
                let then = Next::Posts(StatusId(0));
                self.write(&mut text, part, Next::Log, then, |one| {
                    entry(&ctx.place, one)
                });
            }
            Next::Posts(above) => {
                let part = group_export::posts(&ctx, &viewer, group, above).await?;
                self.write(&mut text, part, Next::Posts, Next::End, |one| {
                    post(&ctx.place, one)
                });
            }
        }
        Ok(Some((Bytes::from(text), self)))
    }

    fn write<T, I>(
        &mut self,
        text: &mut String,
        part: Part<T, I>,
        more: impl Fn(I) -> Next,
        then: Next,
        print: impl Fn(&T) -> Value,
    ) {
        for one in &part.items {
            text.push_str(if self.is_begun { ",\n" } else { "\n" });
            text.push_str(&print(one).to_string());
            self.is_begun = true;
        }
        match part.next {
            Some(above) => self.next = more(above),
            None => {
                self.next = then;
                self.is_begun = false;
                text.push_str(then.open());
            }
        }
    }
}

/// The whole name, as it is known on other servers too.
fn handle(place: &Place, view: &AccountView) -> String {
    let account = &view.account;
    if account.is_local() {
        format!("@{}@{}", account.username, place.domain())
    } else {
        format!("@{}", account.acct())
    }
}

fn beginning(place: &Place, head: &Head, now: Millis) -> String {
    let (account, options) = (&head.account.account, &head.options);
    let rules: Vec<Value> = head
        .rules
        .iter()
        .map(
            |rule| json!({"text": rule.text, "hint": rule.hint, "translations": rule.translations}),
        )
        .collect();
    let group = json!({
        "handle": handle(place, &head.account),
        "uri": account.uri,
        "url": account.url,
        "display_name": account.display_name,
        "note": account.note_source,
        "note_html": account.note,
        "fields": account.fields,
        "kind": options.kind.as_str(),
        "listed": account.discoverable,
        "created_at": account.created_at.iso(),
        "leaves_at": options.leaves_at.map(Millis::iso),
        "options": {
            "members_shown": options.members_shown,
            "shares_votes": options.shares_votes,
            "local_only": options.local_only,
            "threads_by": options.threads_by.as_str(),
            "replies_by": options.replies_by.as_str(),
            "quotes": options.quotes.as_str(),
            "first_contact": options.first_contact.as_str(),
            "invites_by": options.invites_by.as_str(),
            "flairs": options.flairs.lines().collect::<Vec<_>>(),
            "slow_mode": options.slow_mode,
            "languages": options.languages,
            "approvals": options.approvals,
            "log_names": options.log_names,
            "appeal_days": options.appeal_days,
            "forget_days": options.forget_days,
        },
    });
    format!(
        "{{\n\"format\": \"balai-group-1\",\n\"exported_at\": {},\n\"group\": {group},\n\"rules\": {}{}",
        json!(now.iso()),
        json!(rules),
        Next::Members(MembershipId(0)).open()
    )
}

fn member(place: &Place, (row, who): &Someone) -> Value {
    json!({
        "handle": handle(place, who),
        "uri": who.account.uri,
        "role": row.role.as_str(),
        "since": row.created_at.iso(),
    })
}

fn entry(place: &Place, entry: &LogEntry) -> Value {
    let name = |view: &Option<AccountView>| view.as_ref().map(|view| handle(place, view));
    json!({
        "id": entry.id.to_string(),
        "kind": entry.kind,
        "state": entry.state.as_str(),
        "by_administrators": entry.by_administrators,
        "by": name(&entry.by),
        "whom": name(&entry.whom),
        "status": entry.status.map(|id| id.to_string()),
        "rule": entry.rule,
        "reason": entry.reason,
        "words": entry.words,
        "ends_at": entry.ends_at.map(Millis::iso),
        "refers_to": entry.refers_to.map(|id| id.to_string()),
        "created_at": entry.created_at.iso(),
        "hash": entry.hash,
    })
}

fn post(place: &Place, post: &Post) -> Value {
    let (view, row) = (&post.view, &post.view.status);
    let media: Vec<Value> = view
        .media
        .iter()
        .map(|file| {
            let url = if file.file.is_empty() {
                file.remote_url.clone()
            } else {
                place.media_url(&file.file)
            };
            json!({"url": url, "description": file.description})
        })
        .collect();
    json!({
        "id": row.id.to_string(),
        "uri": row.uri,
        "url": row.url,
        "author": handle(place, &view.author),
        "created_at": row.created_at.iso(),
        "edited_at": row.edited_at.map(Millis::iso),
        "in_reply_to": view.in_reply_to_uri,
        "title": row.title,
        "spoiler_text": row.spoiler_text,
        "text": row.source,
        "html": view.content_with_fallback(),
        "language": row.language,
        "visibility": row.visibility.as_str(),
        "held": post.is_held,
        "media": media,
    })
}
