//! `/@GROUP/queue`: what moderators of a group work through: requests to join, recent posts, bans.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use model::{AccountId, Millis, Page, Role, StatusId};
use services::groups::{self, Deed, Why};
use services::views::AccountView;

use super::accounts::own_group;
use super::cards::{NameCard, PostCard};
use super::failure::Failure;
use super::form::{Fields, MemberForm};
use super::group_log;
use super::layout::{Layout, print};
use super::redirects::see_other;
use super::timelines::{Cursor, Posts, reader};
use super::viewer::{PageQuery, PageViewer};
use crate::state::AppState;

/// What was just done, to be told at the top of the page.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Done {
    #[serde(default)]
    did: String,
}

#[derive(Template)]
#[template(path = "queue.html")]
pub(crate) struct QueuePage {
    pub(crate) l: Layout,
    pub(crate) group: NameCard,
    pub(crate) done: String,
    /// How many reports wait.
    pub(crate) reports: i64,
    pub(crate) requests: Vec<Request>,
    pub(crate) more_requests: bool,
    pub(crate) bans: Vec<NameCard>,
    pub(crate) muted: Vec<NameCard>,
    pub(crate) held: Vec<Held>,
    /// How many strangers came in the last hour, where that is a wave; else 0.
    pub(crate) wave: i64,
    /// What others proposed: the number of the entry, and its word.
    pub(crate) proposals: Vec<(String, String)>,
    pub(crate) rules: Vec<groups::RuleView>,
    pub(crate) is_shielded: bool,
    /// Do members alone read the group?
    pub(crate) is_private: bool,
    pub(crate) posts: Posts,
}

/// Someone who wants to join.
pub(crate) struct Request {
    pub(crate) who: NameCard,
    /// How much is noted about them.
    pub(crate) notes: i64,
}

/// A post that waits.
pub(crate) struct Held {
    pub(crate) post: PostCard,
    /// Why, in a sentence, and the word that is meant.
    pub(crate) why: String,
    pub(crate) word: String,
    /// How much is noted about its author.
    pub(crate) notes: i64,
}

/// The group, if this reader may moderate it. Whoever may not is told that there is no such page.
pub(super) async fn moderated(
    app: &AppState,
    name: &str,
    viewer: &services::views::account::Viewer,
) -> Result<AccountView, Failure> {
    let view = own_group(app, name).await?;
    let group = groups::show(&app.ctx, Some(viewer), view.account.id).await?;
    if group.viewer_role.is_some_and(Role::moderates) {
        Ok(view)
    } else {
        Err(Failure::NOT_FOUND)
    }
}

/// `GET /@GROUP/queue`
pub(crate) async fn page(
    State(app): State<AppState>,
    Path(name): Path<String>,
    PageQuery(cursor): PageQuery<Cursor>,
    PageQuery(Done { did }): PageQuery<Done>,
    page: PageViewer,
) -> Result<Response, Failure> {
    const MOST: i64 = 40;
    let viewer = page.member()?;
    let view = moderated(&app, &name, viewer).await?;
    let id = view.account.id;
    let requests = groups::membership_requests(&app.ctx, viewer, id, Page::first(MOST)).await?;
    let bans = groups::bans(&app.ctx, viewer, id, Page::first(MOST)).await?;
    let paged = services::timelines::group(&app.ctx, Some(viewer), id, cursor.page()).await?;
    let waiting = groups::waiting(&app.ctx, viewer, id).await?;
    let people = requests.items.iter().map(|view| view.account.id);
    let authors = waiting
        .held
        .iter()
        .map(|(view, _why)| view.status.account_id);
    let concerned: Vec<AccountId> = people.chain(authors).collect();
    let noted: HashMap<AccountId, i64> =
        services::group_notes::noted(&app.ctx, viewer, id, concerned)
            .await?
            .into_iter()
            .collect();
    let notes = |who: AccountId| noted.get(&who).copied().unwrap_or_default();
    let w = page.words;
    let done = match did.as_str() {
        "authorize" | "reject" | "remove" | "ban" | "unban" | "mute" | "unmute" | "warn"
        | "lock" | "unlock" | "pin" | "unpin" | "release" | "withhold" | "shield" | "unshield" => {
            w.say(&format!("did-{did}"))
        }
        _ => String::new(),
    };
    let group = NameCard::of(&app.ctx.place, &view);
    print(&QueuePage {
        l: Layout::new(&app, &page, w.named("queue-title", &group.name))
            .at("groups")
            .private(),
        done,
        reports: services::group_reports::waiting(&app.ctx, viewer, id).await?,
        more_requests: requests.oldest.is_some(),
        requests: requests
            .items
            .iter()
            .map(|it| Request {
                who: NameCard::of(&app.ctx.place, it),
                notes: notes(it.account.id),
            })
            .collect(),
        bans: bans
            .items
            .iter()
            .map(|it| NameCard::of(&app.ctx.place, it))
            .collect(),
        muted: waiting
            .muted
            .iter()
            .map(|it| NameCard::of(&app.ctx.place, it))
            .collect(),
        held: waiting
            .held
            .iter()
            .map(|(view, wait)| Held {
                post: PostCard::of(view, reader(&app, &page)),
                why: w.say(&format!("held-{}", wait.reason)),
                word: wait.word.clone(),
                notes: notes(view.status.account_id),
            })
            .collect(),
        wave: waiting.wave.unwrap_or_default(),
        proposals: waiting
            .proposals
            .iter()
            .map(|(id, kind)| (id.to_string(), group_log::what(w, kind)))
            .collect(),
        rules: groups::rules(&app.ctx, id, w.lang.code()).await?,
        is_private: view
            .group
            .as_ref()
            .is_some_and(|row| !row.kind.is_readable()),
        is_shielded: view
            .group
            .as_ref()
            .and_then(|row| row.shield_until)
            .is_some_and(|until| until > app.ctx.now()),
        posts: Posts::of(&paged, cursor, reader(&app, &page)).in_group(&group.id),
        group,
    })
}

/// `POST /@GROUP/queue`
pub(crate) async fn act(
    State(app): State<AppState>,
    Path(name): Path<String>,
    MemberForm {
        session, fields, ..
    }: MemberForm,
) -> Result<Response, Failure> {
    let viewer = &session.viewer;
    let view = moderated(&app, &name, viewer).await?;
    let (ctx, id) = (&app.ctx, view.account.id);
    let reason: String = fields.line("reason").chars().take(500).collect();
    let what = fields.get("do");
    let why = Why {
        rule: fields.get("rule").parse().ok(),
        reason,
        ends_at: match fields.get("days").parse::<i64>() {
            Ok(days @ 1..=3650) if what == "ban" || what == "mute" => {
                Some(ctx.now().plus(days * Millis::DAY))
            }
            _ => None,
        },
    };
    groups::act(ctx, viewer, id, deed(what, &fields)?, why).await?;
    // To what waits next, so that a decision leads to the one after it.
    Ok(see_other(&format!(
        "/@{}/queue?did={what}#next",
        view.account.acct()
    )))
}

/// The act that a button stands for.
fn deed(what: &str, fields: &Fields) -> Result<Deed, Failure> {
    Ok(match what {
        "authorize" => Deed::Approve { who: who(fields)? },
        "reject" => Deed::Refuse { who: who(fields)? },
        "ban" => Deed::Ban { who: who(fields)? },
        "unban" => Deed::Unban { who: who(fields)? },
        "mute" => Deed::Mute { who: who(fields)? },
        "unmute" => Deed::Unmute { who: who(fields)? },
        "warn" => Deed::Warn {
            who: who(fields)?,
            status: fields.get("status").parse().ok(),
        },
        "remove" => Deed::RemoveStatus {
            status: post(fields)?,
        },
        "lock" => Deed::Lock {
            status: post(fields)?,
        },
        "unlock" => Deed::Unlock {
            status: post(fields)?,
        },
        "pin" => Deed::Pin {
            status: post(fields)?,
        },
        "unpin" => Deed::Unpin {
            status: post(fields)?,
        },
        "release" => Deed::Release {
            status: post(fields)?,
        },
        "withhold" => Deed::Withhold {
            status: post(fields)?,
        },
        _ => return Err(Failure::NOT_FOUND),
    })
}

fn post(fields: &Fields) -> Result<StatusId, Failure> {
    fields
        .get("status")
        .parse()
        .map_err(|_e| Failure::NOT_FOUND)
}

fn who(fields: &Fields) -> Result<AccountId, Failure> {
    fields.get("who").parse().map_err(|_e| Failure::NOT_FOUND)
}
