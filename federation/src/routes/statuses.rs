//! Statuses as documents, the activities that made them, and the collections that hang on them.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::response::Response;
use database::collections as rows;
use database::statuses::{self, Status};
use database::visible::NOBODY;
use http::StatusCode;
use http::request::Parts;
use model::{AccountId, StatusId};
use serde_json::json;
use services::views::StatusView;

use super::actors::activity_of;
use super::reply::{self, Asker};
use crate::build::{self, notes};
use crate::engine::Federation;
use crate::error::Error;
use crate::reading;
use crate::vocabulary::NoteKind;
use crate::vocabulary::write::{collections, document, notes as write};

/// Entries of one page.
const PAGE: i64 = 100;

/// A status, or the `Announce` that a boost is.
pub(super) async fn show(
    State(fed): State<Arc<Federation>>,
    Path((name, id)): Path<(String, String)>,
    request: Request,
) -> Response {
    let (head, _) = request.into_parts();
    note(&fed, &head, &name, &id).await
}

/// The same by its page, `/@name/id`.
pub(super) async fn page(
    State(fed): State<Arc<Federation>>,
    Path((page, id)): Path<(String, String)>,
    request: Request,
) -> Response {
    let (head, _) = request.into_parts();
    match page.strip_prefix('@') {
        Some(name) => note(&fed, &head, name, &id).await,
        None => reply::not_found(),
    }
}

async fn note(fed: &Arc<Federation>, head: &Parts, name: &str, id: &str) -> Response {
    let (asker, view) = match found(fed, head, name, id).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let value = async {
        if view.reblog.is_some() {
            return activity_of(fed, &view).await;
        }
        Ok(write::note(&notes::document(fed, &view).await?))
    };
    match value.await {
        Ok(value) => reply::activity(asker, value),
        Err(error) => reply::failed(&error),
    }
}

/// The activity that made it, with its author's proof: what a server fetches that cannot believe a copy.
pub(super) async fn activity(
    State(fed): State<Arc<Federation>>,
    Path((name, id)): Path<(String, String)>,
    request: Request,
) -> Response {
    let (head, _) = request.into_parts();
    let (asker, view) = match found(&fed, &head, &name, &id).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let body = async {
        let value = activity_of(&fed, &view).await?;
        build::sealed(&fed, view.status.account_id, value).await
    };
    match body.await {
        Ok(body) => reply::text(asker, StatusCode::OK, body),
        Err(error) => reply::failed(&error),
    }
}

/// How many like it; who, is told to nobody.
pub(super) async fn likes(
    State(fed): State<Arc<Federation>>,
    Path((name, id)): Path<(String, String)>,
    request: Request,
) -> Response {
    let count = |status: &Status| status.favourites_count;
    total(&fed, request, &name, &id, "likes", count).await
}

/// How many boosted it.
pub(super) async fn shares(
    State(fed): State<Arc<Federation>>,
    Path((name, id)): Path<(String, String)>,
    request: Request,
) -> Response {
    let count = |status: &Status| status.reblogs_count;
    total(&fed, request, &name, &id, "shares", count).await
}

async fn total(
    fed: &Arc<Federation>,
    request: Request,
    name: &str,
    id: &str,
    collection: &str,
    count: fn(&Status) -> i64,
) -> Response {
    let (head, _) = request.into_parts();
    match found(fed, &head, name, id).await {
        Ok((asker, view)) => {
            let uri = format!("{}/{collection}", view.status.uri);
            let total = u64::try_from(count(&view.status)).unwrap_or(0);
            reply::activity(asker, collections::count_only(&uri, total))
        }
        Err(response) => response,
    }
}

/// Which of the two collections of statuses.
#[derive(Clone, Copy)]
enum Kind {
    Replies,
    Context,
}

/// Its open answers.
pub(super) async fn replies(
    State(fed): State<Arc<Federation>>,
    Path((name, id)): Path<(String, String)>,
    request: Request,
) -> Response {
    let (head, _) = request.into_parts();
    listed(&fed, &head, &name, &id, Kind::Replies).await
}

/// The open posts of its whole thread (FEP-7888): Mastodon fetches from here what its members miss.
pub(super) async fn context(
    State(fed): State<Arc<Federation>>,
    Path((name, id)): Path<(String, String)>,
    request: Request,
) -> Response {
    let (head, _) = request.into_parts();
    listed(&fed, &head, &name, &id, Kind::Context).await
}

async fn listed(fed: &Arc<Federation>, head: &Parts, name: &str, id: &str, kind: Kind) -> Response {
    let (asker, view) = match found(fed, head, name, id).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let of = &view.status;
    let word = match kind {
        Kind::Replies => "replies",
        Kind::Context => "context",
    };
    let uri = format!("{}/{word}", of.uri);
    let first = format!("{uri}?page=true");
    if reply::parameter(head, "page").is_none() {
        let status = of.clone();
        let total = fed
            .ctx
            .db
            .read(move |conn| match kind {
                Kind::Replies => Ok(status.replies_count),
                Kind::Context => rows::thread_count(conn, status.root_id, status.visibility),
            })
            .await;
        let owner = match &view.group {
            Some(group) => &group.account.uri,
            None => &view.author.account.uri,
        };
        return match total {
            Ok(total) => {
                let total = u64::try_from(total).unwrap_or(0);
                let cover = collections::with_pages(&uri, total, &first, Some(owner));
                reply::activity(asker, cover)
            }
            Err(error) => reply::failed(&error.into()),
        };
    }
    let above = reply::parameter(head, "min_id").and_then(|id| id.parse::<StatusId>().ok());
    let (start, root, parent) = (above.unwrap_or(StatusId(0)), of.root_id, of.id);
    let (visibility, group) = (of.visibility, of.group());
    let loaded = fed
        .ctx
        .db
        .read(move |conn| {
            let ids = match kind {
                Kind::Replies => rows::replies(conn, parent, visibility, start, PAGE)?,
                Kind::Context => rows::thread(conn, root, visibility, start, PAGE)?,
            };
            let views = match asker {
                Asker::Member(member) => reading::shown_to_member(conn, member, group, &ids)?,
                Asker::Anyone | Asker::Someone(_) => reading::shown(conn, NOBODY, &ids)?,
            };
            Ok::<_, services::Error>((ids, views))
        })
        .await;
    let (ids, views) = match loaded {
        Ok(loaded) => loaded,
        Err(error) => return reply::failed(&error.into()),
    };
    let full = i64::try_from(ids.len()).unwrap_or(PAGE) >= PAGE;
    let next = ids
        .last()
        .filter(|_| full)
        .map(|last| format!("{first}&min_id={last}"));
    let this = above.map_or_else(|| first.clone(), |above| format!("{first}&min_id={above}"));
    // Addresses only: what others wrote is believed from their own servers alone.
    let items = views.iter().map(|view| json!(view.status.uri)).collect();
    let page = collections::page(&this, &uri, items, next.as_deref());
    reply::activity(asker, page)
}

/// A status of ours at this address, where whoever asks may see it. What is hidden, and what never was,
/// is answered alike; what was for everyone and is gone, by its tombstone.
async fn found(
    fed: &Arc<Federation>,
    head: &Parts,
    name: &str,
    id: &str,
) -> Result<(Asker, StatusView), Response> {
    let asker = reply::asker(fed, head).await?;
    let Ok(id) = id.parse::<StatusId>() else {
        return Err(reply::not_found());
    };
    let fits = |view: &StatusView| {
        let author = &view.author.account;
        let path = head.uri.path();
        let place = !path.starts_with("/users/") && !path.starts_with("/g/");
        author.is_local()
            && author.username_key == name.to_lowercase()
            && (place || path.starts_with("/g/") == author.is_group())
    };
    let load = async |viewer: AccountId| {
        let views = fed
            .ctx
            .db
            .read(move |conn| reading::shown(conn, viewer, &[id]))
            .await;
        views
            .map(Vec::pop_owned)
            .map_err(|error| reply::failed(&error.into()))
    };
    let known = match asker {
        Asker::Anyone => None,
        Asker::Someone(account) | Asker::Member(account) => Some(account),
    };
    if let Some(view) = load(known.unwrap_or(NOBODY)).await?.filter(fits) {
        return Ok((asker, view));
    }
    let asking = match known {
        Some(account) => Some(account),
        None => reply::signed(fed, head).await?,
    };
    if let Some(account) = asking {
        if known.is_none()
            && let Some(view) = load(account).await?.filter(fits)
        {
            return Ok((Asker::Someone(account), view));
        }
        let now = fed.ctx.now();
        let read = fed
            .ctx
            .db
            .read(move |conn| reading::as_member(conn, account, id, now))
            .await
            .map_err(|error| reply::failed(&error.into()))?;
        if let Some((member, view)) = read.filter(|(_, view)| fits(view)) {
            return Ok((Asker::Member(member), view));
        }
    }
    Err(tombstone(fed, asker, name, id).await)
}

/// The last of a page of one.
trait PopOwned<T> {
    fn pop_owned(self) -> Option<T>;
}

impl<T> PopOwned<T> for Vec<T> {
    fn pop_owned(mut self) -> Option<T> {
        self.pop()
    }
}

async fn tombstone(fed: &Arc<Federation>, asker: Asker, name: &str, id: StatusId) -> Response {
    let row = fed
        .ctx
        .db
        .read(move |conn| {
            let Some(status) = statuses::find(conn, id)? else {
                return Ok::<_, database::Error>(None);
            };
            let author = database::accounts::get(conn, status.account_id)?;
            Ok(Some((status, author)))
        })
        .await;
    match row {
        Ok(Some((status, author)))
            if status.is_deleted()
                && status.visibility.is_open()
                && status.reblog_of_id.is_none()
                && author.is_local()
                && author.suspended_at.is_none()
                && author.username_key == name.to_lowercase() =>
        {
            let gone = write::tombstone(&status.uri, Some(NoteKind::Note), status.deleted_at);
            reply::text(asker, StatusCode::GONE, document(gone).to_string())
        }
        Ok(_) => reply::not_found(),
        Err(error) => reply::failed(&Error::from(error)),
    }
}
