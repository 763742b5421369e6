//! `/@GROUP/log`: what the moderators of a group did, for whoever may read the group; its feed; and the page of
//! one entry, where the person concerned answers, others decide, and moderators agree to what was proposed.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use model::{ActionId, ActionState, Handle, Page};
use services::appeals::{self, Standing};
use services::group_log::{self, LogEntry};
use services::groups::{self, Why};
use services::views::AccountView;

use super::cards::NameCard;
use super::failure::Failure;
use super::feed::{self, Channel, Item};
use super::form::MemberForm;
use super::layout::{Layout, print};
use super::options;
use super::redirects::see_other;
use super::viewer::{PageQuery, PageViewer};
use crate::i18n::Words;
use crate::state::AppState;

/// Entries of a page.
const ENTRIES: i64 = 40;

/// An entry as a page shows it.
#[derive(Clone, Debug)]
pub(crate) struct EntryCard {
    id: String,
    what: String,
    state: String,
    rule: String,
    reason: String,
    until: String,
    when: String,
    refers_to: String,
    hash: String,
    is_forgotten: bool,
    by_administrators: String,
    by: Option<NameCard>,
    whom: Option<NameCard>,
    status: String,
    words: String,
    /// The options that were changed, each in a line.
    changes: Vec<String>,
}

impl EntryCard {
    fn of(app: &AppState, w: Words, entry: &LogEntry) -> Self {
        let card = |view: &Option<AccountView>| {
            view.as_ref().map(|view| NameCard::of(&app.ctx.place, view))
        };
        let whom = card(&entry.whom);
        let status = match (&whom, entry.status) {
            (Some(author), Some(id)) => format!("/@{}/{id}", author.acct),
            _ => String::new(),
        };
        Self {
            id: entry.id.to_string(),
            what: what(w, &entry.kind),
            state: match entry.state {
                ActionState::Executed => String::new(),
                state => w.say(&format!("log-state-{state}")),
            },
            rule: entry.rule.clone().unwrap_or_default(),
            reason: entry.reason.clone(),
            until: entry.ends_at.map(|at| w.day(at)).unwrap_or_default(),
            when: w.day(entry.created_at),
            refers_to: entry
                .refers_to
                .map(|first| first.to_string())
                .unwrap_or_default(),
            hash: entry.hash.chars().take(16).collect(),
            is_forgotten: entry.is_forgotten,
            by_administrators: if entry.by_administrators {
                w.named("log-by-administrators", app.ctx.place.domain().as_str())
            } else {
                String::new()
            },
            by: card(&entry.by),
            whom,
            status,
            words: entry.words.clone().unwrap_or_default(),
            changes: entry
                .change
                .as_ref()
                .map(|change| options::told(w, change))
                .unwrap_or_default(),
        }
    }
}

/// An act in the reader's words.
pub(super) fn what(w: Words, kind: &str) -> String {
    let key = format!("log-{}", kind.replace('_', "-"));
    if w.knows(&key) {
        w.say(&key)
    } else {
        kind.replace('_', " ")
    }
}

#[derive(Template)]
#[template(path = "group_log.html")]
struct LogPage {
    l: Layout,
    group: NameCard,
    entries: Vec<EntryCard>,
    older: String,
    is_later: bool,
    /// Where a machine checks it.
    is_whole: bool,
    count: i64,
}

/// The cursor of a log.
#[derive(Clone, Copy, Debug, Default, serde::Deserialize)]
pub(crate) struct Below {
    #[serde(default)]
    max_id: Option<i64>,
}

/// A group of this server by its name; also one that is closed: who was in it still reads its log.
async fn own_group(app: &AppState, name: &str) -> Result<AccountView, Failure> {
    let handle: Handle = name.parse().map_err(|_e| Failure::NOT_FOUND)?;
    let view = services::accounts::lookup(&app.ctx, &handle).await?;
    if view.account.is_local() && view.account.is_group() {
        Ok(view)
    } else {
        Err(Failure::NOT_FOUND)
    }
}

/// `GET /@GROUP/log`
pub(crate) async fn page(
    State(app): State<AppState>,
    Path(name): Path<String>,
    PageQuery(Below { max_id }): PageQuery<Below>,
    page: PageViewer,
) -> Result<Response, Failure> {
    let view = own_group(&app, &name).await?;
    let id = view.account.id;
    let below = Page {
        max_id,
        ..Page::first(ENTRIES)
    };
    let found = group_log::page(&app.ctx, page.viewer(), id, below).await?;
    let verdict = group_log::verify(&app.ctx, id).await?;
    let group = NameCard::of(&app.ctx.place, &view);
    let mut l = Layout::new(&app, &page, page.words.named("log-title", &group.name)).at("groups");
    if view
        .group
        .as_ref()
        .is_some_and(|row| row.kind.is_readable() && row.closed_at.is_none())
    {
        l.feed = format!("/@{}/log.rss", group.acct);
    } else {
        l = l.private();
    }
    print(&LogPage {
        l,
        entries: found
            .items
            .iter()
            .map(|entry| EntryCard::of(&app, page.words, entry))
            .collect(),
        older: found
            .oldest
            .map(|oldest| format!("max_id={oldest}"))
            .unwrap_or_default(),
        is_later: max_id.is_some(),
        is_whole: verdict.broken_at.is_none(),
        count: i64::try_from(verdict.entries).unwrap_or(i64::MAX),
        group,
    })
}

/// `GET /@GROUP/log.rss`: as someone reads it who is not signed in.
pub(crate) async fn rss(
    State(app): State<AppState>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let view = own_group(&app, &name).await?;
    let newest = Page::first(ENTRIES);
    let found = group_log::page(&app.ctx, None, view.account.id, newest).await?;
    let w = Words::default();
    let place = &app.ctx.place;
    let username = &view.account.username;
    let group = NameCard::of(place, &view);
    let items = found
        .items
        .iter()
        .map(|entry| {
            let card = EntryCard::of(&app, w, entry);
            let parts = [&card.state, &card.rule, &card.reason];
            let text: Vec<&str> = parts
                .into_iter()
                .map(String::as_str)
                .filter(|part| !part.is_empty())
                .collect();
            Item {
                title: card.what,
                link: place.log_entry_url(username, entry.id),
                uri: place.log_entry_url(username, entry.id),
                at: entry.created_at,
                by: card
                    .by
                    .map(|by| format!("@{}", by.acct))
                    .unwrap_or_default(),
                categories: Vec::new(),
                text: text.join("\n"),
            }
        })
        .collect();
    let channel = Channel {
        title: w.named("log-title", &group.name),
        link: place.log_url(username),
        description: String::new(),
        own: format!("{}.rss", place.log_url(username)),
        changed: found
            .items
            .first()
            .map_or(view.account.created_at, |newest| newest.created_at),
        items,
    };
    Ok(feed::answer(&headers, channel.print()))
}

#[derive(Template)]
#[template(path = "group_log_entry.html")]
struct EntryPage {
    l: Layout,
    group: NameCard,
    entry: EntryCard,
    answers: Vec<EntryCard>,
    standing: String,
    may_answer: bool,
    may_decide: bool,
    may_agree: bool,
    may_take_back: bool,
}

/// `GET /@GROUP/log/ID`
pub(crate) async fn entry(
    State(app): State<AppState>,
    Path((name, id)): Path<(String, String)>,
    page: PageViewer,
) -> Result<Response, Failure> {
    let view = own_group(&app, &name).await?;
    let id: ActionId = id.parse().map_err(|_e| Failure::NOT_FOUND)?;
    let found = group_log::entry(&app.ctx, page.viewer(), view.account.id, id).await?;
    let w = page.words;
    let group = NameCard::of(&app.ctx.place, &view);
    let standing = match found.standing {
        Standing::Appealed(until) => w.named("log-appealed-until", &w.day(until)),
        Standing::Upheld => w.say("log-state-upheld"),
        Standing::Overturned => w.say("log-state-overturned"),
        Standing::Answerable | Standing::Closed => String::new(),
    };
    let appealed = matches!(found.standing, Standing::Appealed(_));
    let is_staff = page
        .viewer()
        .is_some_and(|viewer| viewer.user.role.may(model::Power::ManageReports));
    print(&EntryPage {
        l: Layout::new(&app, &page, w.named("log-title", &group.name))
            .at("groups")
            .private(),
        group,
        answers: found
            .answers
            .iter()
            .map(|answer| EntryCard::of(&app, w, answer))
            .collect(),
        entry: EntryCard::of(&app, w, &found.entry),
        standing,
        may_answer: found.is_mine && found.standing == Standing::Answerable,
        may_decide: appealed && (found.moderates || is_staff) && !found.is_mine,
        may_agree: found.moderates && found.is_open_proposal,
        may_take_back: found.moderates && found.is_reversible,
    })
}

/// `POST /@GROUP/log/ID`
pub(crate) async fn act(
    State(app): State<AppState>,
    Path((name, id)): Path<(String, String)>,
    MemberForm {
        session, fields, ..
    }: MemberForm,
) -> Result<Response, Failure> {
    let view = own_group(&app, &name).await?;
    let id: ActionId = id.parse().map_err(|_e| Failure::NOT_FOUND)?;
    let (ctx, viewer, group) = (&app.ctx, &session.viewer, view.account.id);
    let words = fields.lines("words");
    match fields.get("do") {
        "appeal" => appeals::appeal(ctx, viewer, group, id, &words).await?,
        "uphold" => appeals::decide(ctx, viewer, group, id, true, &words).await?,
        "overturn" => appeals::decide(ctx, viewer, group, id, false, &words).await?,
        "take-back" => appeals::take_back(ctx, viewer, group, id, &words).await?,
        "agree" => {
            groups::agree(ctx, viewer, group, id).await?;
        }
        "withdraw" => {
            groups::withdraw(ctx, viewer, group, id, Why::because(&words)).await?;
        }
        _ => return Err(Failure::NOT_FOUND),
    }
    Ok(see_other(&format!("/@{}/log/{id}", view.account.acct())))
}
