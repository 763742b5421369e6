//! Actors and their collections: outbox, followers, following, pinned posts, moderators.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::response::Response;
use database::timelines::{self, OfAccount, Reader};
use database::visible::NOBODY;
use database::{accounts, memberships, status_pins};
use http::request::Parts;
use model::{Page, StatusId};
use serde_json::{Value, json};
use services::views::{AccountView, StatusView, account};

use super::reply::{self, Asker};
use crate::build::{self, notes, pins};
use crate::engine::Federation;
use crate::error::{Error, Result};
use crate::keyring;
use crate::outbox::boost_addressing;
use crate::reading;
use crate::vocabulary::write::activities::{self, Envelope};
use crate::vocabulary::write::{actors, collections, notes as write_notes};

/// Entries of one page of an outbox.
const PAGE: i64 = 20;

/// A person or a group by its address.
pub(super) async fn show(
    State(fed): State<Arc<Federation>>,
    Path(name): Path<String>,
    request: Request,
) -> Response {
    let (head, _) = request.into_parts();
    let asker = match reply::asker(&fed, &head).await {
        Ok(asker) => asker,
        Err(response) => return response,
    };
    match whoever(&fed, &name).await {
        Ok(Some(view)) if fits(&head, &view) => document(&fed, asker, &view).await,
        Ok(_) => reply::not_found(),
        Err(error) => reply::failed(&error),
    }
}

/// A person or a group by its page, `/@name`.
pub(super) async fn page(
    State(fed): State<Arc<Federation>>,
    Path(page): Path<String>,
    request: Request,
) -> Response {
    let (head, _) = request.into_parts();
    let Some(name) = page.strip_prefix('@') else {
        return reply::not_found();
    };
    let asker = match reply::asker(&fed, &head).await {
        Ok(asker) => asker,
        Err(response) => return response,
    };
    match whoever(&fed, name).await {
        Ok(Some(view)) => document(&fed, asker, &view).await,
        Ok(None) => reply::not_found(),
        Err(error) => reply::failed(&error),
    }
}

/// The server's own actor: readable without a signature even in secure mode, or two servers would wait
/// for each other's keys for ever.
pub(super) async fn server(State(fed): State<Arc<Federation>>) -> Response {
    let view = async {
        let id = keyring::server_account(&fed).await?;
        Ok::<_, Error>(account::one(&fed.ctx, id).await?)
    };
    match view.await {
        Ok(view) => document(&fed, Asker::Anyone, &view).await,
        Err(error) => reply::failed(&error),
    }
}

/// The server itself says nothing.
pub(super) async fn server_outbox(State(fed): State<Arc<Federation>>) -> Response {
    let id = format!("{}/actor/outbox", fed.ctx.place.base());
    reply::activity(Asker::Anyone, collections::with_items(&id, Vec::new()))
}

async fn document(fed: &Arc<Federation>, asker: Asker, view: &AccountView) -> Response {
    match build::actors::document(fed, view).await {
        Ok(doc) => reply::activity(asker, actors::actor(&doc)),
        Err(error) => reply::failed(&error),
    }
}

/// Totals; the entries are for nobody but their owner.
pub(super) async fn followers(
    State(fed): State<Arc<Federation>>,
    Path(name): Path<String>,
    request: Request,
) -> Response {
    if let Some(person) = reply::value(request.uri(), "is_follower") {
        return is_follower(&fed, request, &name, &person).await;
    }
    let count = |view: &AccountView| view.account.followers_count;
    total(&fed, request, &name, "followers", count).await
}

/// Is this person a member of a group? Lemmy 1.0 asks so before it shows a server what stands in a private group
/// of another one. Answered to servers with a member alone; everyone else is told that there is no such thing.
async fn is_follower(
    fed: &Arc<Federation>,
    request: Request,
    name: &str,
    person: &str,
) -> Response {
    let (head, _) = request.into_parts();
    let found = found(fed, &head, name).await;
    let view = match found {
        Ok((_, view)) if view.account.is_group() => view,
        Ok(_) => return reply::not_found(),
        Err(response) => return response,
    };
    let asking = match reply::signed(fed, &head).await {
        Ok(Some(account)) => account,
        Ok(None) => return reply::not_found(),
        Err(response) => return response,
    };
    let told =
        services::groups::servers::tells_of(&fed.ctx, view.account.id, asking, person.to_owned());
    match told.await {
        Ok(true) => {
            let id = format!("{}/followers", view.account.uri);
            reply::activity(
                Asker::Someone(asking),
                collections::with_items(&id, Vec::new()),
            )
        }
        Ok(false) => reply::not_found(),
        Err(error) => reply::failed(&error.into()),
    }
}

/// Totals, as for followers.
pub(super) async fn following(
    State(fed): State<Arc<Federation>>,
    Path(name): Path<String>,
    request: Request,
) -> Response {
    let count = |view: &AccountView| view.account.following_count;
    total(&fed, request, &name, "following", count).await
}

async fn total(
    fed: &Arc<Federation>,
    request: Request,
    name: &str,
    collection: &str,
    count: fn(&AccountView) -> i64,
) -> Response {
    let (head, _) = request.into_parts();
    match found(fed, &head, name).await {
        Ok((asker, view)) => {
            let id = format!("{}/{collection}", view.account.uri);
            let total = u64::try_from(count(&view)).unwrap_or(0);
            reply::activity(asker, collections::count_only(&id, total))
        }
        Err(response) => response,
    }
}

/// Pinned posts, whole: Mastodon reads them here.
pub(super) async fn featured(
    State(fed): State<Arc<Federation>>,
    Path(name): Path<String>,
    request: Request,
) -> Response {
    let (head, _) = request.into_parts();
    let (asker, view) = match found(&fed, &head, &name).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let owner = view.account.id;
    let items = async {
        let views = fed
            .ctx
            .db
            .read(move |conn| {
                let ids = status_pins::of(conn, owner)?;
                reading::shown(conn, NOBODY, &ids)
            })
            .await?;
        let mut items = Vec::new();
        for status in &views {
            items.push(write_notes::note(&notes::document(&fed, status).await?));
        }
        if view.account.is_group() {
            items.extend(
                pins::note(&fed, &view.account)
                    .await?
                    .map(|doc| write_notes::note(&doc)),
            );
        }
        Ok::<_, Error>(items)
    };
    match items.await {
        Ok(items) => {
            let id = format!("{}/featured", view.account.uri);
            reply::activity(asker, collections::with_items(&id, items))
        }
        Err(error) => reply::failed(&error),
    }
}

/// The pinned threads of a group as one note of its own.
pub(super) async fn pins(
    State(fed): State<Arc<Federation>>,
    Path(name): Path<String>,
    request: Request,
) -> Response {
    let (head, _) = request.into_parts();
    let (asker, view) = match found(&fed, &head, &name).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    if !view.account.is_group() {
        return reply::not_found();
    }
    match pins::note(&fed, &view.account).await {
        Ok(Some(doc)) => reply::activity(asker, write_notes::note(&doc)),
        Ok(None) => reply::not_found(),
        Err(error) => reply::failed(&error),
    }
}

/// Who moderates a group: Lemmy checks every act of a moderator against this.
pub(super) async fn moderators(
    State(fed): State<Arc<Federation>>,
    Path(name): Path<String>,
    request: Request,
) -> Response {
    let (head, _) = request.into_parts();
    let (asker, view) = match found(&fed, &head, &name).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    if !view.account.is_group() {
        return reply::not_found();
    }
    let group = view.account.id;
    let people = fed
        .ctx
        .db
        .read(move |conn| {
            let ids = memberships::moderators(conn, group)?;
            let mut people = accounts::by_ids(conn, &ids)?;
            people.sort_by_key(|person| ids.iter().position(|id| *id == person.id));
            Ok::<_, database::Error>(people)
        })
        .await;
    match people {
        Ok(people) => {
            let id = format!("{}/moderators", view.account.uri);
            let items = people.into_iter().map(|person| json!(person.uri)).collect();
            reply::activity(asker, collections::with_items(&id, items))
        }
        Err(error) => reply::failed(&error.into()),
    }
}

/// What it wrote and boosted, as far as it is for everyone.
pub(super) async fn outbox(
    State(fed): State<Arc<Federation>>,
    Path(name): Path<String>,
    request: Request,
) -> Response {
    let (head, _) = request.into_parts();
    let (asker, view) = match found(&fed, &head, &name).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let id = format!("{}/outbox", view.account.uri);
    if reply::parameter(&head, "page").is_none() {
        let total = u64::try_from(view.account.statuses_count).unwrap_or(0);
        let first = format!("{id}?page=true");
        return reply::activity(asker, collections::with_pages(&id, total, &first, None));
    }
    let below = reply::parameter(&head, "max_id").and_then(|id| id.parse::<StatusId>().ok());
    match outbox_page(&fed, &view, &id, below).await {
        Ok(page) => reply::activity(asker, page),
        Err(error) => reply::failed(&error),
    }
}

async fn outbox_page(
    fed: &Arc<Federation>,
    view: &AccountView,
    id: &str,
    below: Option<StatusId>,
) -> Result<Value> {
    let reader = Reader {
        viewer: NOBODY,
        now: fed.ctx.now(),
    };
    let page = Page {
        max_id: below.map(|id| id.0),
        ..Page::first(PAGE)
    };
    let owner = view.account.id;
    let (ids, views) = fed
        .ctx
        .db
        .read(move |conn| {
            let ids = timelines::account(conn, reader, owner, OfAccount::default(), &page)?;
            let views = reading::shown(conn, NOBODY, &ids)?;
            Ok::<_, services::Error>((ids, views))
        })
        .await?;
    let mut items = Vec::new();
    for view in &views {
        items.push(activity_of(fed, view).await?);
    }
    let full = i64::try_from(ids.len()).unwrap_or(PAGE) >= PAGE;
    let next = ids
        .last()
        .filter(|_| full)
        .map(|last| format!("{id}?page=true&max_id={last}"));
    let this = match below {
        Some(below) => format!("{id}?page=true&max_id={below}"),
        None => format!("{id}?page=true"),
    };
    Ok(collections::page(&this, id, items, next.as_deref()))
}

/// The activity that made a status or boost of ours.
pub(super) async fn activity_of(fed: &Arc<Federation>, view: &StatusView) -> Result<Value> {
    let Some(original) = &view.reblog else {
        let uri = fed.ctx.place.activity_uri(&view.status.uri);
        return Ok(activities::create(&uri, &notes::document(fed, view).await?));
    };
    let booster = &view.author.account.uri;
    let envelope = Envelope {
        id: view.status.uri.clone(),
        actor: booster.clone(),
        addressing: boost_addressing(
            booster,
            view.status.visibility,
            &original.author.account.uri,
        ),
        published: Some(view.status.created_at),
    };
    Ok(activities::announce(&envelope, json!(original.status.uri)))
}

/// The account of this name at this address: a person under `/users`, a group under `/g`.
pub(super) async fn found(
    fed: &Arc<Federation>,
    head: &Parts,
    name: &str,
) -> std::result::Result<(Asker, AccountView), Response> {
    let asker = reply::asker(fed, head).await?;
    let view = by_name(fed, name)
        .await
        .map_err(|error| reply::failed(&error))?;
    match view {
        Some(view) if fits(head, &view) => Ok((asker, view)),
        _ => Err(reply::not_found()),
    }
}

/// People live under `/users`, groups under `/g`.
fn fits(head: &Parts, view: &AccountView) -> bool {
    view.account.is_group() == head.uri.path().starts_with("/g/")
}

/// A person or group of this server that was not sent away.
pub(super) async fn by_name(fed: &Federation, name: &str) -> Result<Option<AccountView>> {
    let view = whoever(fed, name).await?;
    Ok(view.filter(|view| view.account.suspended_at.is_none()))
}

/// A person or group of this server, also one that was sent away: other servers read in its document that
/// it is (`suspended`, as Mastodon says it), and find the key with which that was told to them.
async fn whoever(fed: &Federation, name: &str) -> Result<Option<AccountView>> {
    let key = name.to_lowercase();
    Ok(fed
        .ctx
        .db
        .read(move |conn| match accounts::by_name(conn, &key, "")? {
            Some(found) => account::one_in(conn, found.id).map(Some),
            None => Ok(None),
        })
        .await?)
}
