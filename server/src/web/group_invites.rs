//! `/@GROUP/invites`: links into a group, and people who are asked by name; `/@GROUP/invite/CODE`, the link itself; and
//! `/@GROUP/invitation`, where someone answers who was asked.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::{AccountId, InviteId, Millis};
use services::group_invites::{self, Invitations};
use services::groups::{self, Deed, Why, bridge};
use services::views::AccountView;

use super::accounts::{handle, own_group};
use super::cards::{GroupCard, NameCard};
use super::failure::Failure;
use super::form::MemberForm;
use super::invites::InviteRow;
use super::layout::{Layout, Wrong, print, print_as, wrongs};
use super::redirects::{query, see_other};
use super::told::{Told, tell};
use super::viewer::PageViewer;
use crate::client::Client;
use crate::i18n::Key;
use crate::limits::NEW_INVITES;
use crate::state::AppState;

/// Someone who was asked.
struct AskedRow {
    name: NameCard,
    ends: String,
}

#[derive(Template)]
#[template(path = "group_invites.html")]
struct InvitationsPage {
    l: Layout,
    group: NameCard,
    moderates: bool,
    invites: Vec<InviteRow>,
    asked: Vec<AskedRow>,
    who: String,
    words: String,
    wrong: Vec<Wrong>,
}

/// `GET /@GROUP/invites`
pub(crate) async fn list(
    State(app): State<AppState>,
    Path(name): Path<String>,
    page: PageViewer,
) -> Result<Response, Failure> {
    page.member()?;
    let view = own_group(&app, &name).await?;
    show(&app, &page, &view, ("", ""), Vec::new()).await
}

async fn show(
    app: &AppState,
    page: &PageViewer,
    view: &AccountView,
    (who, words): (&str, &str),
    wrong: Vec<Wrong>,
) -> Result<Response, Failure> {
    let viewer = page.member()?;
    let Invitations {
        links,
        asked,
        moderates,
    } = match group_invites::all(&app.ctx, viewer, view.account.id).await {
        // For others there is no such page.
        Err(services::Error::Forbidden(_)) => return Err(Failure::NOT_FOUND),
        other => other?,
    };
    let w = page.words;
    let group = NameCard::of(&app.ctx.place, view);
    let status = if wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    print_as(
        status,
        &InvitationsPage {
            l: Layout::new(app, page, w.named("group-invites-title", &group.name))
                .at("groups")
                .private(),
            group,
            moderates,
            invites: links
                .into_iter()
                .map(|link| InviteRow::of(w, link, moderates))
                .collect(),
            asked: asked
                .iter()
                .map(|one| AskedRow {
                    name: NameCard::of(&app.ctx.place, &one.account),
                    ends: w.day(one.expires_at),
                })
                .collect(),
            who: who.to_owned(),
            words: words.to_owned(),
            wrong,
        },
    )
}

/// `POST /@GROUP/invites`
pub(crate) async fn act(
    State(app): State<AppState>,
    Path(name): Path<String>,
    from: Client,
    MemberForm {
        page,
        session,
        fields,
    }: MemberForm,
) -> Result<Response, Failure> {
    let viewer = &session.viewer;
    let view = own_group(&app, &name).await?;
    let (ctx, group) = (&app.ctx, view.account.id);
    let what = fields.get("do");
    if matches!(what, "make" | "invite") && from.count(NEW_INVITES, viewer.human.id).is_err() {
        return Err(Failure::Status(StatusCode::TOO_MANY_REQUESTS));
    }
    let number = |name: &str| fields.line(name).parse::<i64>().ok();
    let (who, words) = (fields.line("who"), fields.lines("words"));
    let done = match what {
        "make" => {
            let lasts = number("days").map(|days| days.saturating_mul(Millis::DAY));
            group_invites::make(ctx, viewer, group, number("uses"), lasts).await
        }
        "close" => {
            let id: InviteId = fields.get("id").parse().map_err(|_e| Failure::NOT_FOUND)?;
            group_invites::close(ctx, viewer, group, id).await
        }
        "invite" => group_invites::invite(ctx, viewer, group, who, Why::because(&words)).await,
        "withdraw" => {
            let who: AccountId = who.parse().map_err(|_e| Failure::NOT_FOUND)?;
            groups::act(ctx, viewer, group, Deed::Withdraw { who }, Why::default())
                .await
                .map(|_done| ())
        }
        _ => return Err(Failure::NOT_FOUND),
    };
    match done {
        Ok(()) => Ok(see_other(&format!("/@{}/invites", view.account.acct()))),
        Err(error @ services::Error::Forbidden(_)) => Err(error.into()),
        Err(error) => {
            let wrong = wrongs(page.words, error)?;
            show(&app, &page, &view, (who, &words), wrong).await
        }
    }
}

#[derive(Template)]
#[template(path = "group_invite.html")]
struct InvitationPage {
    l: Layout,
    group: GroupCard,
    handle: String,
    note: String,
    rules: Vec<groups::RuleView>,
    is_banned: bool,
    /// The servers to which a private group writes letters; empty for none.
    bridge: String,
    /// Until when it can be answered, where someone was asked by name.
    until: String,
    /// Where forms and those who sign in come back to.
    here: String,
    login: String,
    join: String,
    /// May a new account be made here without an invitation to the place?
    may_join: bool,
}

async fn one(
    app: &AppState,
    page: &PageViewer,
    view: &AccountView,
    here: String,
    until: String,
) -> Result<Response, Failure> {
    let id = view.account.id;
    let found = groups::show(&app.ctx, page.viewer(), id).await?;
    let card = GroupCard::of(&app.ctx.place, &found);
    let back = query(&[("return_to", &here)]);
    print(&InvitationPage {
        l: Layout::new(
            app,
            page,
            page.words.named("group-invite-title", &card.name.name),
        )
        .at("groups")
        .private(),
        handle: handle(app, view),
        note: view.account.note.clone(),
        rules: groups::rules(&app.ctx, id, page.words.lang.code()).await?,
        is_banned: found.viewer_banned,
        bridge: bridge::servers(&app.ctx, id).await?.join(", "),
        group: card,
        until,
        login: format!("/login?{back}"),
        join: format!("/join?{back}"),
        may_join: services::sign_up::door(&app.ctx).open,
        here,
    })
}

/// A link that works no more, or never did, says the same.
fn works_no_more(app: &AppState, page: &PageViewer) -> Result<Response, Failure> {
    let told = Told {
        title: Key("group-invite-over-title"),
        text: Key("group-invite-over"),
        go: Some(("/groups", Key("groups-title"))),
    };
    tell(app, page, StatusCode::NOT_FOUND, &told)
}

/// `GET /@GROUP/invite/CODE`
pub(crate) async fn link(
    State(app): State<AppState>,
    Path((name, code)): Path<(String, String)>,
    page: PageViewer,
) -> Result<Response, Failure> {
    let view = own_group(&app, &name).await?;
    if !group_invites::is_open(&app.ctx, view.account.id, &code).await? {
        return works_no_more(&app, &page);
    }
    let here = format!("/@{}/invite/{code}", view.account.acct());
    one(&app, &page, &view, here, String::new()).await
}

/// `POST /@GROUP/invite/CODE`: joins.
pub(crate) async fn join(
    State(app): State<AppState>,
    Path((name, code)): Path<(String, String)>,
    MemberForm { page, session, .. }: MemberForm,
) -> Result<Response, Failure> {
    let view = own_group(&app, &name).await?;
    match group_invites::join(&app.ctx, &session.viewer, view.account.id, &code).await {
        Ok(()) => Ok(see_other(&format!("/@{}", view.account.acct()))),
        Err(services::Error::NotFound) => works_no_more(&app, &page),
        Err(error) => Err(error.into()),
    }
}

/// `GET /@GROUP/invitation`
pub(crate) async fn asked(
    State(app): State<AppState>,
    Path(name): Path<String>,
    page: PageViewer,
) -> Result<Response, Failure> {
    let viewer = page.member()?;
    let view = own_group(&app, &name).await?;
    let until = match group_invites::mine(&app.ctx, viewer, view.account.id).await {
        Ok(until) => page.words.day(until),
        Err(services::Error::NotFound) => return works_no_more(&app, &page),
        Err(error) => return Err(error.into()),
    };
    let here = format!("/@{}/invitation", view.account.acct());
    one(&app, &page, &view, here, until).await
}

/// `POST /@GROUP/invitation`
pub(crate) async fn answer(
    State(app): State<AppState>,
    Path(name): Path<String>,
    MemberForm {
        page,
        session,
        fields,
    }: MemberForm,
) -> Result<Response, Failure> {
    let view = own_group(&app, &name).await?;
    let comes = match fields.get("do") {
        "accept" => true,
        "decline" => false,
        _ => return Err(Failure::NOT_FOUND),
    };
    match group_invites::answer(&app.ctx, &session.viewer, view.account.id, comes).await {
        Ok(()) if comes => Ok(see_other(&format!("/@{}", view.account.acct()))),
        Ok(()) => Ok(see_other("/groups")),
        Err(services::Error::NotFound) => works_no_more(&app, &page),
        Err(error) => Err(error.into()),
    }
}
