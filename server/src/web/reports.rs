//! `/@GROUP/reports`: what moderators of a group answer, with what belongs to it; `/@GROUP/answers`: the answers
//! that they keep ready.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::{AccountId, GroupReportState, Millis, ReportId, RowId, StatusId};
use services::Error;
use services::canned_answers;
use services::group_reports::{self, Dossier, GroupReportView, Past};
use services::groups::{self, Deed, Why};
use services::views::account::Viewer;

use super::cards::{NameCard, PostCard, text_of};
use super::failure::Failure;
use super::form::{Fields, MemberForm};
use super::group_log;
use super::layout::{Layout, Wrong, print, print_as, wrongs};
use super::queue::moderated;
use super::redirects::see_other;
use super::report::{category, state};
use super::timelines::{Cursor, reader};
use super::viewer::{PageQuery, PageViewer};
use crate::i18n::{Lang, Words};
use crate::state::AppState;

/// What was just done, and which reports are shown.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    did: String,
    #[serde(default)]
    answered: String,
}

/// A report in the list.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReportCard {
    pub(crate) id: String,
    pub(crate) target: NameCard,
    pub(crate) reporter: NameCard,
    pub(crate) comment: String,
    /// The rule of the group that the reporter names.
    pub(crate) rule: String,
    pub(crate) category: String,
    pub(crate) when: String,
    pub(crate) state: String,
    pub(crate) is_open: bool,
    /// Who works on it; empty for nobody.
    pub(crate) claimed: String,
    pub(crate) is_mine: bool,
    /// Did the reader report it?
    pub(crate) is_own: bool,
    pub(crate) answered: String,
    pub(crate) answer: String,
    /// The first words of the reported posts.
    pub(crate) excerpts: Vec<String>,
}

impl ReportCard {
    fn of(app: &AppState, w: Words, view: &GroupReportView) -> Self {
        let place = &app.ctx.place;
        let name = |one: &Option<services::views::AccountView>| {
            one.as_ref()
                .map(|view| NameCard::of(place, view).name)
                .unwrap_or_default()
        };
        Self {
            id: view.report.id.to_string(),
            target: NameCard::of(place, &view.target),
            reporter: NameCard::of(place, &view.reporter),
            comment: view.report.comment.clone(),
            rule: view.row.rule.clone(),
            category: category(w, view.report.category),
            when: w.when(view.report.created_at, app.ctx.now()),
            state: state(w, view.row.state),
            is_open: view.row.state == GroupReportState::Open,
            claimed: name(&view.claimed),
            is_mine: view.is_mine,
            is_own: view.is_own,
            answered: name(&view.answered),
            answer: view.row.answer.clone(),
            excerpts: view
                .statuses
                .iter()
                .map(|status| text_of(&status.status.content, 160))
                .collect(),
        }
    }
}

#[derive(Template)]
#[template(path = "group_reports.html")]
pub(crate) struct GroupReportsPage {
    pub(crate) l: Layout,
    pub(crate) group: NameCard,
    pub(crate) done: String,
    /// Are those shown that were answered?
    pub(crate) answered: bool,
    pub(crate) reports: Vec<ReportCard>,
    /// The query of the next page; empty at the end.
    pub(crate) older: String,
}

fn done(w: Words, did: &str) -> String {
    match did {
        "claim" | "free" | "resolve" | "dismiss" | "hand" | "reopen" | "remove" | "ban" => {
            w.say(&format!("did-{did}"))
        }
        _ => String::new(),
    }
}

/// `GET /@GROUP/reports`
pub(crate) async fn list(
    State(app): State<AppState>,
    Path(name): Path<String>,
    PageQuery(cursor): PageQuery<Cursor>,
    PageQuery(asked): PageQuery<Asked>,
    page: PageViewer,
) -> Result<Response, Failure> {
    let viewer = page.member()?;
    let view = moderated(&app, &name, viewer).await?;
    let answered = !asked.answered.is_empty();
    let id = view.account.id;
    let found = group_reports::page(&app.ctx, viewer, id, !answered, cursor.page()).await?;
    let w = page.words;
    let group = NameCard::of(&app.ctx.place, &view);
    let more = if answered { "&answered=1" } else { "" };
    print(&GroupReportsPage {
        l: Layout::new(&app, &page, w.named("reports-title", &group.name))
            .at("groups")
            .private(),
        done: done(w, &asked.did),
        answered,
        reports: found
            .items
            .iter()
            .map(|view| ReportCard::of(&app, w, view))
            .collect(),
        older: found
            .oldest
            .map(|oldest| format!("max_id={oldest}{more}"))
            .unwrap_or_default(),
        group,
    })
}

/// What was with one side before, in words.
#[derive(Clone, Debug, Default)]
pub(crate) struct PastCard {
    /// How many reports about them, and how many of those were dismissed.
    pub(crate) about: i64,
    pub(crate) about_dismissed: i64,
    /// How many by them, and how many of those were dismissed.
    pub(crate) made: i64,
    pub(crate) made_dismissed: i64,
    /// What stands in the log: what, when, why.
    pub(crate) acts: Vec<(String, String, String)>,
}

impl PastCard {
    fn of(w: Words, now: Millis, past: &Past) -> Self {
        let count = |states: &[GroupReportState]| i64::try_from(states.len()).unwrap_or(i64::MAX);
        let dismissed = |states: &[GroupReportState]| {
            let found = states
                .iter()
                .filter(|state| **state == GroupReportState::Dismissed);
            i64::try_from(found.count()).unwrap_or(i64::MAX)
        };
        Self {
            about: count(&past.about),
            about_dismissed: dismissed(&past.about),
            made: count(&past.made),
            made_dismissed: dismissed(&past.made),
            acts: past
                .acts
                .iter()
                .map(|(kind, at, why)| {
                    let what = group_log::what(w, kind);
                    (what, w.when(*at, now), why.clone())
                })
                .collect(),
        }
    }
}

/// An answer to choose.
#[derive(Clone, Debug, Default)]
pub(crate) struct AnswerChoice {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) body: String,
}

#[derive(Template)]
#[template(path = "group_report.html")]
pub(crate) struct GroupReportPage {
    pub(crate) l: Layout,
    pub(crate) group: NameCard,
    pub(crate) done: String,
    pub(crate) report: ReportCard,
    pub(crate) above: Vec<PostCard>,
    pub(crate) posts: Vec<PostCard>,
    /// What was before: with who was reported, and with who reported.
    pub(crate) sides: Vec<(NameCard, PastCard)>,
    pub(crate) answers: Vec<AnswerChoice>,
    pub(crate) wrong: Vec<Wrong>,
}

/// The answers that are ready: those of the group, and ours in the language of who reads them.
async fn answers(
    app: &AppState,
    viewer: &Viewer,
    group: AccountId,
    w: Words,
) -> Result<Vec<AnswerChoice>, Failure> {
    let own = canned_answers::all(&app.ctx, viewer, group).await?;
    let own = own.into_iter().map(|row| AnswerChoice {
        id: row.id.to_string(),
        title: row.title,
        body: row.body,
    });
    let ours = [
        (
            "removed",
            w.say("canned-removed-title"),
            w.say("canned-removed"),
        ),
        (
            "talked",
            w.say("canned-talked-title"),
            w.say("canned-talked"),
        ),
        (
            "nothing",
            w.say("canned-nothing-title"),
            w.say("canned-nothing"),
        ),
        (
            "handed",
            w.say("canned-handed-title"),
            w.say("canned-handed"),
        ),
    ];
    let ours = ours.into_iter().map(|(id, title, body)| AnswerChoice {
        id: id.to_owned(),
        title,
        body,
    });
    Ok(own.chain(ours).collect())
}

/// The words of whoever reads the answer, where that is known.
fn words_of(dossier: &Dossier, page: &PageViewer) -> Words {
    let lang = dossier.locale.as_deref().and_then(Lang::of_tag);
    lang.map_or(page.words, Words::of)
}

/// `GET /@GROUP/reports/ID`
pub(crate) async fn one(
    State(app): State<AppState>,
    Path((name, id)): Path<(String, String)>,
    PageQuery(asked): PageQuery<Asked>,
    page: PageViewer,
) -> Result<Response, Failure> {
    let viewer = page.member()?;
    let done = done(page.words, &asked.did);
    show(&app, &page, viewer, (&name, &id), done, Vec::new()).await
}

async fn show(
    app: &AppState,
    page: &PageViewer,
    viewer: &Viewer,
    (name, id): (&str, &str),
    done: String,
    wrong: Vec<Wrong>,
) -> Result<Response, Failure> {
    let id: ReportId = id.parse().map_err(|_e| Failure::NOT_FOUND)?;
    let view = moderated(app, name, viewer).await?;
    let group = view.account.id;
    let dossier = group_reports::dossier(&app.ctx, viewer, group, id).await?;
    let (w, now) = (page.words, app.ctx.now());
    let reader = reader(app, page);
    let cards = |posts: &[services::views::StatusView]| -> Vec<PostCard> {
        posts
            .iter()
            .map(|post| PostCard::of(post, reader))
            .collect()
    };
    let status = if wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let report = ReportCard::of(app, w, &dossier.view);
    let found = GroupReportPage {
        l: Layout::new(app, page, w.say("report-one-title"))
            .at("groups")
            .private(),
        group: NameCard::of(&app.ctx.place, &view),
        done,
        sides: vec![
            (
                report.target.clone(),
                PastCard::of(w, now, &dossier.reported),
            ),
            (
                report.reporter.clone(),
                PastCard::of(w, now, &dossier.reporter),
            ),
        ],
        report,
        above: cards(&dossier.above),
        posts: cards(&dossier.view.statuses),
        answers: answers(app, viewer, group, words_of(&dossier, page)).await?,
        wrong,
    };
    print_as(status, &found)
}

/// `POST /@GROUP/reports/ID`
pub(crate) async fn act(
    State(app): State<AppState>,
    Path((name, id)): Path<(String, String)>,
    MemberForm {
        page,
        session,
        fields,
    }: MemberForm,
) -> Result<Response, Failure> {
    let viewer = &session.viewer;
    let view = moderated(&app, &name, viewer).await?;
    let report: ReportId = id.parse().map_err(|_e| Failure::NOT_FOUND)?;
    match perform(&app, &page, viewer, view.account.id, report, &fields).await {
        Ok(did) => Ok(see_other(&format!(
            "/@{}/reports/{report}?did={did}",
            view.account.acct()
        ))),
        Err(Failure::Refused(Error::Conflict(_))) => {
            let taken = Wrong {
                field: "do",
                text: page.words.say("report-taken"),
            };
            show(
                &app,
                &page,
                viewer,
                (&name, &id),
                String::new(),
                vec![taken],
            )
            .await
        }
        Err(Failure::Refused(error)) => {
            let wrong = wrongs(page.words, error)?;
            show(&app, &page, viewer, (&name, &id), String::new(), wrong).await
        }
        Err(other) => Err(other),
    }
}

async fn perform(
    app: &AppState,
    page: &PageViewer,
    viewer: &Viewer,
    group: AccountId,
    id: ReportId,
    fields: &Fields,
) -> Result<&'static str, Failure> {
    let ctx = &app.ctx;
    let answer = answer_of(app, page, viewer, group, id, fields).await?;
    let did = match fields.get("do") {
        "claim" => group_reports::claim(ctx, viewer, group, id)
            .await
            .map(|_view| "claim"),
        "release" => group_reports::release(ctx, viewer, group, id)
            .await
            .map(|_view| "free"),
        "resolve" => group_reports::answer(ctx, viewer, group, id, true, &answer)
            .await
            .map(|_view| "resolve"),
        "dismiss" => group_reports::answer(ctx, viewer, group, id, false, &answer)
            .await
            .map(|_view| "dismiss"),
        "hand" => group_reports::hand_over(ctx, viewer, group, id, &answer)
            .await
            .map(|_view| "hand"),
        "reopen" => group_reports::reopen(ctx, viewer, group, id)
            .await
            .map(|_view| "reopen"),
        _ => return punish(app, viewer, group, id, fields).await,
    };
    Ok(did?)
}

/// What is done to a reported post, or to who wrote it. Both stand in the log by themselves.
async fn punish(
    app: &AppState,
    viewer: &Viewer,
    group: AccountId,
    id: ReportId,
    fields: &Fields,
) -> Result<&'static str, Failure> {
    let ctx = &app.ctx;
    let view = group_reports::show(ctx, viewer, group, id).await?;
    let reason: String = fields.line("reason").chars().take(500).collect();
    let (did, deed) = match fields.get("do") {
        "remove" => {
            let status: StatusId = fields
                .get("status")
                .parse()
                .map_err(|_e| Failure::NOT_FOUND)?;
            ("remove", Deed::RemoveStatus { status })
        }
        "ban" => {
            let who = view.target.account.id;
            ("ban", Deed::Ban { who })
        }
        _ => return Err(Failure::NOT_FOUND),
    };
    groups::act(ctx, viewer, group, deed, Why::because(&reason)).await?;
    Ok(did)
}

/// What the reporter is told: what was typed, or the answer that was chosen.
async fn answer_of(
    app: &AppState,
    page: &PageViewer,
    viewer: &Viewer,
    group: AccountId,
    id: ReportId,
    fields: &Fields,
) -> Result<String, Failure> {
    let (typed, chosen) = (fields.lines("answer"), fields.get("canned"));
    if !typed.is_empty() || chosen.is_empty() {
        return Ok(typed);
    }
    let dossier = group_reports::dossier(&app.ctx, viewer, group, id).await?;
    answers(app, viewer, group, words_of(&dossier, page))
        .await?
        .into_iter()
        .find(|answer| answer.id == chosen)
        .map(|answer| answer.body)
        .ok_or(Failure::NOT_FOUND)
}

#[derive(Template)]
#[template(path = "answers.html")]
pub(crate) struct AnswersPage {
    pub(crate) l: Layout,
    pub(crate) group: NameCard,
    pub(crate) answers: Vec<AnswerChoice>,
    pub(crate) wrong: Vec<Wrong>,
}

/// `GET /@GROUP/answers`
pub(crate) async fn ready(
    State(app): State<AppState>,
    Path(name): Path<String>,
    page: PageViewer,
) -> Result<Response, Failure> {
    let viewer = page.member()?;
    show_ready(&app, &page, viewer, &name, Vec::new()).await
}

async fn show_ready(
    app: &AppState,
    page: &PageViewer,
    viewer: &Viewer,
    name: &str,
    wrong: Vec<Wrong>,
) -> Result<Response, Failure> {
    let view = moderated(app, name, viewer).await?;
    let own = canned_answers::all(&app.ctx, viewer, view.account.id).await?;
    let status = if wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let found = AnswersPage {
        l: Layout::new(app, page, page.words.say("answers-title"))
            .at("groups")
            .private(),
        group: NameCard::of(&app.ctx.place, &view),
        answers: own
            .into_iter()
            .map(|row| AnswerChoice {
                id: row.id.to_string(),
                title: row.title,
                body: row.body,
            })
            .collect(),
        wrong,
    };
    print_as(status, &found)
}

/// `POST /@GROUP/answers`
pub(crate) async fn keep(
    State(app): State<AppState>,
    Path(name): Path<String>,
    MemberForm {
        page,
        session,
        fields,
    }: MemberForm,
) -> Result<Response, Failure> {
    let (ctx, viewer) = (&app.ctx, &session.viewer);
    let view = moderated(&app, &name, viewer).await?;
    let group = view.account.id;
    let id: Option<RowId> = match fields.get("id") {
        "" => None,
        id => Some(id.parse().map_err(|_e| Failure::NOT_FOUND)?),
    };
    let (title, body) = (fields.line("title"), fields.lines("body"));
    let kept = match (fields.get("do"), id) {
        ("put", id) => canned_answers::put(ctx, viewer, group, id, title, &body).await,
        ("delete", Some(id)) => canned_answers::delete(ctx, viewer, group, id).await,
        _ => return Err(Failure::NOT_FOUND),
    };
    match kept {
        Ok(()) => Ok(see_other(&format!("/@{}/answers", view.account.acct()))),
        Err(error) => {
            let wrong = wrongs(page.words, error)?;
            show_ready(&app, &page, viewer, &name, wrong).await
        }
    }
}
