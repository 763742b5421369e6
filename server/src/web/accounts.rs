//! `/@NAME`: the page of a person, here or elsewhere; groups go on to `groups`.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use model::Handle;
use services::relationships::{self, FollowWish};
use services::timelines::AccountFilter;
use services::views::{AccountView, account};

use super::cards::{NameCard, text_of, web_only};
use super::failure::Failure;
use super::feed;
use super::form::MemberForm;
use super::groups;
use super::layout::{Layout, print};
use super::redirects::see_other;
use super::timelines::{Cursor, Posts, reader};
use super::viewer::{PageQuery, PageViewer};
use crate::state::AppState;

#[derive(Template)]
#[template(path = "account.html")]
pub(crate) struct AccountPage {
    pub(crate) l: Layout,
    pub(crate) name: NameCard,
    pub(crate) handle: String,
    pub(crate) header: String,
    pub(crate) note: String,
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) tags: Vec<String>,
    pub(crate) joined: String,
    pub(crate) origin: String,
    pub(crate) is_bot: bool,
    pub(crate) is_locked: bool,
    pub(crate) is_me: bool,
    pub(crate) following: bool,
    pub(crate) requested: bool,
    pub(crate) followed_by: bool,
    pub(crate) posts_count: i64,
    pub(crate) followers_count: i64,
    pub(crate) following_count: i64,
    pub(crate) with_replies: bool,
    pub(crate) posts: Posts,
}

/// Who stands at `/@NAME`.
pub(crate) async fn named(app: &AppState, name: &str) -> Result<AccountView, Failure> {
    let handle: Handle = name.parse().map_err(|_e| Failure::NOT_FOUND)?;
    let view = services::accounts::lookup(&app.ctx, &handle).await?;
    if view.account.suspended_at.is_some() {
        return Err(Failure::NOT_FOUND);
    }
    Ok(view)
}

/// A group of this server by its name.
pub(super) async fn own_group(app: &AppState, name: &str) -> Result<AccountView, Failure> {
    let view = named(app, name).await?;
    if view.account.is_local() && view.account.is_group() {
        Ok(view)
    } else {
        Err(Failure::NOT_FOUND)
    }
}

/// A flair that a reader of a group chose.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct WithFlair {
    #[serde(default)]
    flair: String,
}

/// `GET /@NAME`
pub(crate) async fn page(
    State(app): State<AppState>,
    Path(name): Path<String>,
    PageQuery(cursor): PageQuery<Cursor>,
    PageQuery(WithFlair { flair }): PageQuery<WithFlair>,
    headers: HeaderMap,
    page: PageViewer,
) -> Result<Response, Failure> {
    // No name of ours has a dot in it; names elsewhere have an `@`.
    if let Some(group) = name.strip_suffix(".rss").filter(|name| !name.contains('@')) {
        return feed::of(&app, group, &headers).await;
    }
    let view = named(&app, &name).await?;
    if !view.account.is_local() && page.viewer().is_none() {
        return elsewhere(&app, &page, &view, &view.account.url);
    }
    if view.account.is_group() {
        return groups::page(&app, &page, &view, (cursor, &flair)).await;
    }
    person(&app, &page, &view, cursor).await
}

async fn person(
    app: &AppState,
    page: &PageViewer,
    view: &AccountView,
    cursor: Cursor,
) -> Result<Response, Failure> {
    let row = &view.account;
    let with_replies = cursor.replies == Some(1);
    let filter = AccountFilter {
        exclude_replies: !with_replies,
        ..AccountFilter::default()
    };
    let paged =
        services::timelines::account(&app.ctx, page.viewer(), row.id, filter, cursor.page())
            .await?;
    let relation = match page.viewer() {
        Some(viewer) => account::relationships(&app.ctx, viewer.id(), vec![row.id])
            .await?
            .pop()
            .unwrap_or_default(),
        None => account::RelationshipView::default(),
    };
    let tags = services::featured_tags::of(&app.ctx, page.viewer(), row.id).await?;
    let name = NameCard::of(&app.ctx.place, view);
    let mut l = Layout::new(app, page, &name.name);
    l.description = text_of(&row.note, 200);
    l.indexable = row.indexable && row.is_local();
    l.document = if row.is_local() {
        row.uri.clone()
    } else {
        String::new()
    };
    print(&AccountPage {
        handle: handle(app, view),
        header: picture(app, view, &row.header),
        note: row.note.clone(),
        fields: fields(&row.fields),
        tags: tags.into_iter().map(|tag| tag.name).collect(),
        joined: page.words.day(row.created_at),
        origin: if row.is_local() {
            String::new()
        } else {
            web_only(&row.url)
        },
        is_bot: row.kind == model::AccountKind::Bot,
        is_locked: row.locked,
        is_me: page.viewer().is_some_and(|viewer| viewer.id() == row.id),
        following: relation.following,
        requested: relation.requested,
        followed_by: relation.followed_by,
        posts_count: row.statuses_count,
        followers_count: row.followers_count,
        following_count: row.following_count,
        with_replies,
        posts: Posts::of(
            &paged,
            cursor,
            reader(app, page).within(model::FilterContext::Account),
        ),
        name,
        l,
    })
}

/// `@name@domain`, as one types it anywhere.
pub(crate) fn handle(app: &AppState, view: &AccountView) -> String {
    let account = &view.account;
    if account.is_local() {
        format!("@{}@{}", account.username, app.ctx.place.domain())
    } else {
        format!("@{}", account.acct())
    }
}

/// The path of the band on top of a profile, ours or our copy; empty for none.
pub(crate) fn picture(app: &AppState, view: &AccountView, file: &str) -> String {
    let local = view.account.is_local();
    if local || file.is_empty() {
        super::cards::file_path(&app.ctx.place, local, file)
    } else {
        app.ctx.place.copy_path(file)
    }
}

/// Name and clean HTML of each field of a profile.
fn fields(fields: &serde_json::Value) -> Vec<(String, String)> {
    let text = |field: &serde_json::Value, name: &str| {
        field
            .get(name)
            .and_then(|value| value.as_str())
            .unwrap_or_default()
            .to_owned()
    };
    fields
        .as_array()
        .into_iter()
        .flatten()
        .take(8)
        .map(|field| (text(field, "name"), text(field, "value")))
        .filter(|(name, _)| !name.is_empty())
        .collect()
}

#[derive(Template)]
#[template(path = "elsewhere.html")]
pub(crate) struct ElsewherePage {
    pub(crate) l: Layout,
    pub(crate) name: NameCard,
    pub(crate) handle: String,
    pub(crate) domain: String,
    pub(crate) origin: String,
}

/// Whoever is not signed in gets a link to the original: we hold copies for our members alone.
pub(super) fn elsewhere(
    app: &AppState,
    page: &PageViewer,
    view: &AccountView,
    original: &str,
) -> Result<Response, Failure> {
    let name = NameCard::of(&app.ctx.place, view);
    print(&ElsewherePage {
        l: Layout::new(app, page, &name.name).private(),
        handle: handle(app, view),
        domain: view.account.domain.clone(),
        origin: web_only(original),
        name,
    })
}

/// `POST /@NAME/follow`: follow a person, join a group; with `only`, follow a group without joining.
pub(crate) async fn follow(
    State(app): State<AppState>,
    Path(name): Path<String>,
    MemberForm {
        session, fields, ..
    }: MemberForm,
) -> Result<Response, Failure> {
    let view = named(&app, &name).await?;
    let (viewer, id) = (&session.viewer, view.account.id);
    if fields.has("only") {
        relationships::follow_only(&app.ctx, viewer, id).await?;
    } else {
        relationships::follow(&app.ctx, viewer, id, FollowWish::default()).await?;
    }
    Ok(see_other(&format!("/@{}", view.account.acct())))
}

/// `POST /@NAME/unfollow`: the opposite, or takes a request back.
pub(crate) async fn unfollow(
    State(app): State<AppState>,
    Path(name): Path<String>,
    MemberForm { session, .. }: MemberForm,
) -> Result<Response, Failure> {
    let view = named(&app, &name).await?;
    relationships::unfollow(&app.ctx, &session.viewer, view.account.id).await?;
    Ok(see_other(&format!("/@{}", view.account.acct())))
}
