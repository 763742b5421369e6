//! Groups: a new one, and the page of one. The list of all is in `directory`.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::{GroupKind, Page, Power, Role};
use services::admin::limits;
use services::discovery::groups as directory;
use services::groups::{NewGroup, bridge};
use services::views::{AccountView, account};

use super::accounts::{handle, named, picture};
use super::cards::{GroupCard, NameCard, text_of, web_only};
use super::failure::Failure;
use super::form::MemberForm;
use super::layout::{Layout, Wrong, print, print_as, wrongs};
use super::redirects::{query, see_other};
use super::timelines::{Cursor, Posts, reader};
use super::viewer::PageViewer;
use crate::state::AppState;

#[derive(Template)]
#[template(path = "group_new.html")]
pub(crate) struct NewGroupPage {
    pub(crate) l: Layout,
    pub(crate) domain: String,
    pub(crate) title: String,
    pub(crate) name: String,
    pub(crate) note: String,
    pub(crate) kind: GroupKind,
    pub(crate) wrong: Vec<Wrong>,
}

/// `GET /groups/new`
pub(crate) async fn form(
    State(app): State<AppState>,
    page: PageViewer,
) -> Result<Response, Failure> {
    page.member()?;
    show_form(&app, &page, &NewGroup::default(), Vec::new())
}

fn show_form(
    app: &AppState,
    page: &PageViewer,
    new: &NewGroup,
    wrong: Vec<Wrong>,
) -> Result<Response, Failure> {
    let status = if wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let form = NewGroupPage {
        l: Layout::new(app, page, page.words.say("group-new-title"))
            .at("groups")
            .private(),
        domain: app.ctx.place.domain().to_string(),
        title: new.title.clone(),
        name: new.name.clone(),
        note: new.note.clone(),
        kind: new.kind.unwrap_or(GroupKind::Open),
        wrong,
    };
    print_as(status, &form)
}

/// `POST /groups/new`
pub(crate) async fn create(
    State(app): State<AppState>,
    MemberForm {
        page,
        session,
        fields,
    }: MemberForm,
) -> Result<Response, Failure> {
    let new = NewGroup {
        name: fields.line("name").trim_start_matches('@').to_owned(),
        title: fields.line("title").to_owned(),
        note: fields.lines("note"),
        kind: Some(match fields.get("kind") {
            "approved" => GroupKind::Approved,
            "private" => GroupKind::Private,
            _ => GroupKind::Open,
        }),
        ..NewGroup::default()
    };
    match services::groups::create(&app.ctx, &session.viewer, new.clone()).await {
        Ok(group) => Ok(see_other(&format!("/@{}", group.account.account.acct()))),
        Err(error) => {
            let wrong = wrongs(page.words, error)?;
            show_form(&app, &page, &new, wrong)
        }
    }
}

#[derive(Template)]
#[template(path = "group.html")]
pub(crate) struct GroupPage {
    pub(crate) l: Layout,
    pub(crate) group: GroupCard,
    pub(crate) handle: String,
    pub(crate) header: String,
    pub(crate) note: String,
    pub(crate) moderators: Vec<NameCard>,
    pub(crate) origin: String,
    pub(crate) is_banned: bool,
    pub(crate) is_moderator: bool,
    pub(crate) is_owner: bool,
    pub(crate) follows_only: bool,
    /// May the reader let others in?
    pub(crate) may_invite: bool,
    /// Has the reader written here what only members read, and may open it?
    pub(crate) may_open: bool,
    /// Are the members asked who looks after it?
    pub(crate) is_asked: bool,
    /// One of this server, with rules and a log of its own.
    pub(crate) is_ours: bool,
    pub(crate) rules: Vec<services::groups::RuleView>,
    /// Is the reader of the staff, who chooses what is shown first?
    pub(crate) may_feature: bool,
    pub(crate) is_featured: bool,
    /// Is the reader an administrator of this place?
    pub(crate) may_administer: bool,
    /// The day on which the group leaves; empty for none.
    pub(crate) leaves: String,
    pub(crate) is_frozen: bool,
    /// The servers to which a private group writes letters; empty for none.
    pub(crate) bridge: String,
    /// What its threads can be about.
    pub(crate) flairs: Vec<FlairChoice>,
    pub(crate) posts: Posts,
}

/// A flair that the group offers.
#[derive(Clone, Debug)]
pub(crate) struct FlairChoice {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) chosen: bool,
}

fn flairs(view: &AccountView, chosen: &str) -> Vec<FlairChoice> {
    let offered = view.group.as_ref().map(services::flairs::offered);
    offered
        .unwrap_or_default()
        .into_iter()
        .map(|name| FlairChoice {
            path: format!("/@{}?{}", view.account.acct(), query(&[("flair", &name)])),
            chosen: name == chosen,
            name,
        })
        .collect()
}

/// The page of a group.
pub(crate) async fn page(
    app: &AppState,
    page: &PageViewer,
    view: &AccountView,
    (cursor, flair): (Cursor, &str),
) -> Result<Response, Failure> {
    let row = &view.account;
    let ours = view.group.as_ref();
    let group = services::groups::show(&app.ctx, page.viewer(), row.id).await?;
    let flairs = flairs(view, flair);
    let paged = if flairs.iter().any(|one| one.chosen) {
        let wanted = cursor.page();
        services::timelines::with_flair(&app.ctx, page.viewer(), row.id, flair, wanted).await?
    } else {
        services::timelines::group(&app.ctx, page.viewer(), row.id, cursor.page()).await?
    };
    let own = row.id.to_string();
    let mut posts = Posts::of(&paged, cursor, reader(app, page)).in_group(&own);
    if !posts.older.is_empty() && flairs.iter().any(|one| one.chosen) {
        posts.older = format!("{}&{}", posts.older, query(&[("flair", flair)]));
    }
    let card = GroupCard::of(&app.ctx.place, &group);
    let role = group.viewer_role.filter(|_| card.is_member);
    let follows_only = match page.viewer() {
        Some(viewer) if !card.is_member && !card.is_requested => {
            account::relationships(&app.ctx, viewer.id(), vec![row.id])
                .await?
                .first()
                .is_some_and(|relation| relation.following)
        }
        _ => false,
    };
    let (may_invite, may_open, is_asked) =
        match page.viewer().filter(|_| card.is_member && row.is_local()) {
            Some(viewer) => (
                services::group_invites::may_invite(&app.ctx, viewer, row.id).await?,
                services::statuses::may_open_some(&app.ctx, viewer, row.id).await?,
                services::succession::is_asked(&app.ctx, viewer, row.id).await?,
            ),
            None => (false, false, false),
        };
    let mut l = Layout::new(app, page, &card.name.name).at("groups");
    // What may not be found is in no preview and in no feed.
    let open = directory::is_open(view);
    if open {
        l.description = text_of(&row.note, 200);
    }
    l.indexable = open && row.is_local();
    if directory::has_feed(view) {
        l.feed = format!("/@{}.rss", row.username);
    }
    l.document = if row.is_local() {
        row.uri.clone()
    } else {
        String::new()
    };
    print(&GroupPage {
        handle: handle(app, view),
        header: picture(app, view, &row.header),
        note: row.note.clone(),
        moderators: moderators(app, page, view).await?,
        origin: if row.is_local() {
            String::new()
        } else {
            web_only(&row.url)
        },
        is_banned: group.viewer_banned,
        is_moderator: row.is_local() && role.is_some_and(Role::moderates),
        is_owner: role == Some(Role::Owner),
        follows_only,
        may_invite,
        may_open,
        is_asked,
        is_ours: row.is_local(),
        rules: services::groups::rules(&app.ctx, row.id, page.words.lang.code()).await?,
        may_feature: l.indexable && may(app, page, Power::ManageTaxonomies).await,
        may_administer: row.is_local() && may(app, page, limits::POWER).await,
        leaves: ours
            .and_then(|row| row.leaves_at)
            .map(|day| page.words.day(day))
            .unwrap_or_default(),
        is_frozen: ours.is_some_and(|row| row.frozen_at.is_some()),
        bridge: bridge::servers(&app.ctx, row.id).await?.join(", "),
        is_featured: l.indexable && directory::is_featured(&app.ctx, row.id).await?,
        l,
        flairs,
        posts,
        group: card,
    })
}

async fn may(app: &AppState, page: &PageViewer, power: Power) -> bool {
    match page.viewer() {
        Some(viewer) => services::admin::check(&app.ctx, viewer, power)
            .await
            .is_ok(),
        None => false,
    }
}

/// `POST /@GROUP/feature`: the staff shows the group first, or no more.
pub(crate) async fn feature(
    State(app): State<AppState>,
    Path(name): Path<String>,
    MemberForm {
        session, fields, ..
    }: MemberForm,
) -> Result<Response, Failure> {
    let view = named(&app, &name).await?;
    let first = match fields.get("do") {
        "feature" => true,
        "unfeature" => false,
        _ => return Err(Failure::NOT_FOUND),
    };
    services::admin::groups::feature(&app.ctx, &session.viewer, view.account.id, first).await?;
    Ok(see_other(&format!("/@{}", view.account.acct())))
}

/// `POST /@GROUP/open`: opens all that the reader wrote here while only members read it.
pub(crate) async fn open(
    State(app): State<AppState>,
    Path(name): Path<String>,
    MemberForm { session, .. }: MemberForm,
) -> Result<Response, Failure> {
    let view = named(&app, &name).await?;
    if !view.account.is_local() || !view.account.is_group() {
        return Err(Failure::NOT_FOUND);
    }
    services::statuses::open_all(&app.ctx, &session.viewer, view.account.id).await?;
    Ok(see_other(&format!("/@{}", view.account.acct())))
}

/// Who runs the group, the owners first.
async fn moderators(
    app: &AppState,
    page: &PageViewer,
    view: &AccountView,
) -> Result<Vec<NameCard>, Failure> {
    if !view.account.is_local() {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    for role in [Role::Owner, Role::Moderator] {
        let members = services::groups::memberships(
            &app.ctx,
            page.viewer(),
            view.account.id,
            Some(role),
            Page::first(20),
        )
        .await?;
        names.extend(
            members
                .items
                .iter()
                .map(|member| NameCard::of(&app.ctx.place, &member.account)),
        );
    }
    Ok(names)
}
