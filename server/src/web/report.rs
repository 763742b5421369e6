//! `/report`: telling those who answer that someone does what they should not; `/settings/reports`: what became
//! of it.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::{GroupReportState, ReportCategory, StatusId};
use services::reports::{self, Draft, OwnReport};
use services::views::{AccountView, status};

use super::accounts::named;
use super::cards::{NameCard, text_of};
use super::failure::Failure;
use super::form::{Fields, MemberForm};
use super::layout::{Layout, Wrong, print, print_as, wrongs};
use super::redirects::see_other;
use super::viewer::{PageQuery, PageViewer};
use crate::i18n::Words;
use crate::state::AppState;

/// What is reported: a post, or someone.
#[derive(Clone, Debug, Default, serde::Deserialize)]
pub(crate) struct About {
    #[serde(default)]
    status: String,
    #[serde(default)]
    who: String,
}

/// A rule of the place.
#[derive(Clone, Debug, Default)]
pub(crate) struct RuleChoice {
    pub(crate) id: String,
    pub(crate) text: String,
    pub(crate) chosen: bool,
}

#[derive(Template)]
#[template(path = "report.html")]
pub(crate) struct ReportPage {
    pub(crate) l: Layout,
    pub(crate) target: NameCard,
    /// The id of the post; empty where someone is reported as a whole.
    pub(crate) status: String,
    /// The first words of the post.
    pub(crate) excerpt: String,
    /// The group of ours in which it stands; empty for none.
    pub(crate) group: String,
    /// Its rules.
    pub(crate) group_rules: Vec<String>,
    /// The server on which the reported lives; empty for ours.
    pub(crate) elsewhere: String,
    pub(crate) rules: Vec<RuleChoice>,
    pub(crate) categories: Vec<(&'static str, String, bool)>,
    pub(crate) comment: String,
    pub(crate) group_rule: String,
    pub(crate) forward: bool,
    pub(crate) wrong: Vec<Wrong>,
}

/// What stands behind [`About`].
struct Subject {
    target: AccountView,
    status: Option<StatusId>,
    excerpt: String,
    group: String,
    group_rules: Vec<String>,
}

async fn subject(app: &AppState, page: &PageViewer, about: &About) -> Result<Subject, Failure> {
    if about.status.is_empty() {
        return Ok(Subject {
            target: named(app, &about.who).await?,
            status: None,
            excerpt: String::new(),
            group: String::new(),
            group_rules: Vec::new(),
        });
    }
    let id: StatusId = about.status.parse().map_err(|_e| Failure::NOT_FOUND)?;
    let view = status::one(&app.ctx, page.viewer(), id).await?;
    let shown = view.reblog.as_deref().unwrap_or(&view);
    let ours = shown
        .group
        .as_ref()
        .filter(|group| group.account.is_local());
    Ok(Subject {
        target: shown.author.clone(),
        status: Some(shown.status.id),
        excerpt: text_of(&shown.status.content, 300),
        group_rules: match ours {
            Some(group) => reports::rules_of(&app.ctx, group.account.id).await?,
            None => Vec::new(),
        },
        group: ours
            .map(|group| NameCard::of(&app.ctx.place, group).name)
            .unwrap_or_default(),
    })
}

/// `GET /report`
pub(crate) async fn form(
    State(app): State<AppState>,
    PageQuery(about): PageQuery<About>,
    page: PageViewer,
) -> Result<Response, Failure> {
    page.member()?;
    let subject = subject(&app, &page, &about).await?;
    show(&app, &page, subject, &Draft::default(), Vec::new())
}

/// What a report is about, in words.
pub(crate) fn category(w: Words, category: ReportCategory) -> String {
    match category {
        ReportCategory::Other => w.say("report-other"),
        ReportCategory::Spam => w.say("report-spam"),
        ReportCategory::Legal => w.say("report-legal"),
        ReportCategory::Violation => w.say("report-violation"),
    }
}

/// Those to choose from; that a rule of the place is broken is told by naming it.
fn categories(w: Words, chosen: Option<ReportCategory>) -> Vec<(&'static str, String, bool)> {
    use ReportCategory::{Legal, Other, Spam};
    [Other, Spam, Legal]
        .into_iter()
        .map(|it| (it.as_str(), category(w, it), chosen == Some(it)))
        .collect()
}

fn show(
    app: &AppState,
    page: &PageViewer,
    subject: Subject,
    draft: &Draft,
    wrong: Vec<Wrong>,
) -> Result<Response, Failure> {
    let target = NameCard::of(&app.ctx.place, &subject.target);
    let status = if wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let rules = app.ctx.settings().about.rules();
    let rules = rules.into_iter().zip(1_u32..).map(|(rule, number)| {
        let id = number.to_string();
        RuleChoice {
            chosen: draft.rules.contains(&id),
            text: rule.wording.text,
            id,
        }
    });
    let form = ReportPage {
        l: Layout::new(app, page, page.words.named("report-title", &target.name)).private(),
        target,
        status: subject.status.map(|id| id.to_string()).unwrap_or_default(),
        excerpt: subject.excerpt,
        group: subject.group,
        group_rules: subject.group_rules,
        elsewhere: subject.target.account.domain.clone(),
        rules: rules.collect(),
        categories: categories(page.words, draft.category),
        comment: draft.comment.clone(),
        group_rule: draft.group_rule.clone(),
        forward: draft.forward,
        wrong,
    };
    print_as(status, &form)
}

fn draft(subject: &Subject, fields: &Fields) -> Draft {
    Draft {
        target: subject.target.account.id,
        statuses: subject.status.into_iter().collect(),
        comment: fields.lines("comment"),
        forward: fields.has("forward"),
        category: fields.get("category").parse().ok(),
        rules: fields.all("rule").map(str::to_owned).collect(),
        group_rule: fields.line("group_rule").to_owned(),
    }
}

/// `POST /report`
pub(crate) async fn send(
    State(app): State<AppState>,
    MemberForm {
        page,
        session,
        fields,
    }: MemberForm,
) -> Result<Response, Failure> {
    let about = About {
        status: fields.get("status").to_owned(),
        who: fields.get("who").to_owned(),
    };
    let subject = subject(&app, &page, &about).await?;
    let draft = draft(&subject, &fields);
    match reports::create(&app.ctx, &session.viewer, draft.clone()).await {
        Ok(_made) => Ok(see_other("/settings/reports?sent=1")),
        Err(error) => {
            let wrong = wrongs(page.words, error)?;
            show(&app, &page, subject, &draft, wrong)
        }
    }
}

/// What became of a report, in a group or with the staff.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outcome {
    /// Who answers: a group by its name, or empty for the staff.
    pub(crate) group: String,
    pub(crate) state: String,
    /// In the moderators' words.
    pub(crate) answer: String,
}

/// One of one's own reports.
#[derive(Clone, Debug, Default)]
pub(crate) struct OwnCard {
    pub(crate) target: NameCard,
    pub(crate) comment: String,
    pub(crate) when: String,
    pub(crate) outcomes: Vec<Outcome>,
}

#[derive(Template)]
#[template(path = "own_reports.html")]
pub(crate) struct OwnReportsPage {
    pub(crate) l: Layout,
    pub(crate) sent: bool,
    pub(crate) reports: Vec<OwnCard>,
}

/// Was one just sent?
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Sent {
    #[serde(default)]
    sent: String,
}

/// `GET /settings/reports`
pub(crate) async fn own(
    State(app): State<AppState>,
    PageQuery(Sent { sent }): PageQuery<Sent>,
    page: PageViewer,
) -> Result<Response, Failure> {
    let viewer = page.member()?;
    let found = reports::own(&app.ctx, viewer).await?;
    print(&OwnReportsPage {
        l: Layout::new(&app, &page, page.words.say("own-reports-title"))
            .at("me")
            .private(),
        sent: !sent.is_empty(),
        reports: found.iter().map(|one| card(&app, &page, one)).collect(),
    })
}

fn card(app: &AppState, page: &PageViewer, one: &OwnReport) -> OwnCard {
    let w = page.words;
    let of_groups = one.groups.iter().map(|(group, row)| Outcome {
        group: NameCard::of(&app.ctx.place, group).name,
        state: state(w, row.state),
        answer: row.answer.clone(),
    });
    let of_staff = one.report.staff_at.map(|_| Outcome {
        group: String::new(),
        state: state(
            w,
            match one.report.action_taken_at {
                Some(_) => GroupReportState::Resolved,
                None => GroupReportState::Open,
            },
        ),
        answer: String::new(),
    });
    OwnCard {
        target: NameCard::of(&app.ctx.place, &one.target),
        comment: one.report.comment.clone(),
        when: w.when(one.report.created_at, app.ctx.now()),
        outcomes: of_groups.chain(of_staff).collect(),
    }
}

/// How far a report has come, in words.
pub(crate) fn state(w: Words, state: GroupReportState) -> String {
    w.say(&format!("report-state-{state}"))
}
