//! `/@GROUP/settings`: what a group decides about itself: options, rules, and who has which role.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::{AccountId, Circle, FirstContact, GroupKind, GroupRuleId, Page, Role};
use services::groups::servers::{self, ServerView};
use services::groups::{self, Deed, Done, GroupChange, RuleText, RuleView, Why};
use services::views::AccountView;

use super::cards::NameCard;
use super::failure::Failure;
use super::form::{Fields, MemberForm};
use super::layout::{Layout, Wrong, print_as, wrongs};
use super::queue::moderated;
use super::redirects::see_other;
use super::viewer::PageViewer;
use crate::state::AppState;

/// So many members are shown to be given roles.
const MEMBERS: i64 = 80;
/// So many empty lines for new rules.
const NEW_RULES: usize = 3;

#[derive(Template)]
#[template(path = "group_settings.html")]
struct SettingsPage {
    l: Layout,
    group: NameCard,
    options: Options,
    is_owner: bool,
    rules: Vec<RuleView>,
    blanks: Vec<usize>,
    members: Vec<MemberCard>,
    /// Servers elsewhere that may take part in a private group, or do.
    servers: Vec<ServerView>,
    wrong: Vec<Wrong>,
}

/// The options as the form shows them.
#[derive(Clone, Debug)]
struct Options {
    kind: GroupKind,
    listed: bool,
    members_shown: bool,
    local_only: bool,
    first_contact: FirstContact,
    shares_votes: bool,
    log_names: bool,
    bridged: bool,
    threads_by_moderators: bool,
    replies_by_moderators: bool,
    members_invite: bool,
    slow_mode: i64,
    languages: String,
    flairs: String,
    approvals: i16,
    appeal_days: i64,
    forget_days: i64,
}

/// A member with the role that the form may change.
struct MemberCard {
    name: NameCard,
    role: Role,
}

/// `GET /@GROUP/settings`
pub(crate) async fn form(
    State(app): State<AppState>,
    Path(name): Path<String>,
    page: PageViewer,
) -> Result<Response, Failure> {
    let view = moderated(&app, &name, page.member()?).await?;
    show(&app, &page, &view, Vec::new()).await
}

async fn show(
    app: &AppState,
    page: &PageViewer,
    view: &AccountView,
    wrong: Vec<Wrong>,
) -> Result<Response, Failure> {
    let viewer = page.member()?;
    let id = view.account.id;
    let found = groups::show(&app.ctx, Some(viewer), id).await?;
    let row = view.group.as_ref().ok_or(Failure::NOT_FOUND)?;
    let options = Options {
        kind: row.kind,
        listed: view.account.discoverable,
        members_shown: row.members_shown,
        local_only: row.local_only,
        first_contact: row.first_contact,
        shares_votes: row.shares_votes,
        log_names: row.log_names,
        bridged: row.bridged,
        threads_by_moderators: row.threads_by == Circle::Moderators,
        replies_by_moderators: row.replies_by == Circle::Moderators,
        members_invite: row.invites_by == Circle::Members,
        slow_mode: row.slow_mode,
        languages: row.languages.clone(),
        flairs: row.flairs.clone(),
        approvals: row.approvals,
        appeal_days: row.appeal_days,
        forget_days: row.forget_days,
    };
    let members =
        groups::memberships(&app.ctx, Some(viewer), id, None, Page::first(MEMBERS)).await?;
    let servers = servers::list(&app.ctx, viewer, id).await?;
    let group = NameCard::of(&app.ctx.place, view);
    let status = if wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let rules = groups::rules(&app.ctx, id, "").await?;
    print_as(
        status,
        &SettingsPage {
            l: Layout::new(
                app,
                page,
                page.words.named("group-settings-title", &group.name),
            )
            .at("groups")
            .private(),
            group,
            options,
            is_owner: found.viewer_role == Some(Role::Owner),
            blanks: (rules.len()..rules.len() + NEW_RULES).collect(),
            rules,
            members: members
                .items
                .iter()
                .map(|member| MemberCard {
                    name: NameCard::of(&app.ctx.place, &member.account),
                    role: member.role,
                })
                .collect(),
            servers,
            wrong,
        },
    )
}

/// `POST /@GROUP/settings`
pub(crate) async fn save(
    State(app): State<AppState>,
    Path(name): Path<String>,
    MemberForm {
        page,
        session,
        fields,
    }: MemberForm,
) -> Result<Response, Failure> {
    let viewer = &session.viewer;
    let view = moderated(&app, &name, viewer).await?;
    let what = fields.get("do");
    let deed = match what {
        "shield" => shield(24),
        "unshield" => shield(0),
        "options" => Deed::Change {
            change: change(&view, &fields),
        },
        "rules" => Deed::Rules {
            rules: rules(&fields),
        },
        "role" => Deed::SetRole {
            who: who(&fields)?,
            role: fields
                .get("role")
                .parse()
                .map_err(|_e| Failure::NOT_FOUND)?,
        },
        "transfer" => Deed::Transfer { to: who(&fields)? },
        "close" if names(&view, &fields) => Deed::Close,
        "close" => {
            let wrong = vec![Wrong {
                field: "close_name",
                text: page.words.say("group-close-other-name"),
            }];
            return show(&app, &page, &view, wrong).await;
        }
        "allow-server" => Deed::AllowServer {
            host: fields.line("host").to_owned(),
        },
        "drop-server" => Deed::DropServer {
            host: fields.line("host").to_owned(),
        },
        _ => return Err(Failure::NOT_FOUND),
    };
    let (ctx, id) = (&app.ctx, view.account.id);
    let why = Why::because(&fields.lines("reason"));
    match groups::act(ctx, viewer, id, deed, why).await {
        // It is gone; where others have to agree, it waits in the queue.
        Ok(Done::Executed(_)) if what == "close" => {
            Ok(see_other(&format!("/@{}/log", view.account.acct())))
        }
        Ok(_done) if what == "shield" || what == "unshield" => Ok(see_other(&format!(
            "/@{}/queue?did={what}",
            view.account.acct()
        ))),
        Ok(_done) => Ok(see_other(&format!("/@{}/settings", view.account.acct()))),
        Err(error) => {
            let wrong = wrongs(page.words, error)?;
            show(&app, &page, &view, wrong).await
        }
    }
}

/// For so many hours members alone may post.
fn shield(hours: i64) -> Deed {
    Deed::Change {
        change: GroupChange {
            shield_hours: Some(hours),
            ..GroupChange::default()
        },
    }
}

/// The end of a group asks for its name: nobody comes upon that by one wrong press.
fn names(view: &AccountView, fields: &Fields) -> bool {
    let typed = fields.line("close_name").trim_start_matches(['@', '!']);
    typed.eq_ignore_ascii_case(&view.account.username)
}

fn who(fields: &Fields) -> Result<AccountId, Failure> {
    fields.get("who").parse().map_err(|_e| Failure::NOT_FOUND)
}

/// What the form says that is not so already: what only owners change stays out of a moderator's form.
fn change(view: &AccountView, fields: &Fields) -> GroupChange {
    let Some(row) = view.group.as_ref() else {
        return GroupChange::default();
    };
    let ticked = |name: &str, now: bool| Some(fields.has(name)).filter(|then| *then != now);
    let circle = |name: &str, now: Circle| {
        let then = if fields.has(name) {
            Circle::Moderators
        } else {
            Circle::Members
        };
        Some(then).filter(|then| *then != now)
    };
    let number = |name: &str, now: i64| fields.get(name).parse().ok().filter(|then| *then != now);
    let owners = fields.has("owner");
    let languages: Vec<String> = fields
        .get("languages")
        .split([' ', ','])
        .filter(|code| !code.is_empty())
        .map(str::to_lowercase)
        .collect();
    let flairs: Vec<String> = fields
        .lines("flairs")
        .lines()
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect();
    GroupChange {
        kind: fields
            .get("kind")
            .parse()
            .ok()
            .filter(|kind| owners && *kind != row.kind),
        listed: ticked("listed", view.account.discoverable),
        members_shown: ticked("members_shown", row.members_shown),
        shares_votes: ticked("shares_votes", row.shares_votes),
        local_only: ticked("local_only", row.local_only),
        threads_by: circle("threads_by_moderators", row.threads_by),
        replies_by: circle("replies_by_moderators", row.replies_by),
        quotes: None,
        first_contact: fields
            .get("first_contact")
            .parse()
            .ok()
            .filter(|then| *then != row.first_contact),
        slow_mode: number("slow_mode", row.slow_mode),
        languages: Some(languages).filter(|codes| codes.join(" ") != row.languages),
        flairs: Some(flairs).filter(|names| names.join("\n") != row.flairs),
        approvals: number("approvals", i64::from(row.approvals))
            .filter(|_| owners)
            .and_then(|count| i16::try_from(count).ok()),
        log_names: ticked("log_names", row.log_names).filter(|_| owners),
        // Only the form of a private group shows it.
        bridged: ticked("bridged", row.bridged).filter(|_| owners && !row.kind.is_readable()),
        appeal_days: number("appeal_days", row.appeal_days).filter(|_| owners),
        forget_days: number("forget_days", row.forget_days).filter(|_| owners),
        shield_hours: None,
        invites_by: ticked("members_invite", row.invites_by == Circle::Members).map(|members| {
            if members {
                Circle::Members
            } else {
                Circle::Moderators
            }
        }),
    }
}

/// The rules of the form in their order; an empty line is none.
fn rules(fields: &Fields) -> Vec<RuleText> {
    let ids = fields.all("rule_id");
    let texts = fields.all("rule_text");
    let hints = fields.all("rule_hint");
    ids.zip(texts.zip(hints))
        .filter(|(_id, (text, _hint))| !text.trim().is_empty())
        .map(|(id, (text, hint))| RuleText {
            id: id.parse::<GroupRuleId>().ok(),
            text: text.trim().to_owned(),
            hint: hint.trim().to_owned(),
            ..RuleText::default()
        })
        .collect()
}
