//! `/@GROUP/words`: the words and links that a group wants to look at, or refuses.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::{GroupWordAct, GroupWordKind};
use services::group_words::{self, GroupWord};
use services::groups::{self, Deed, RuleView, Why, WordText};
use services::views::AccountView;

use super::cards::NameCard;
use super::failure::Failure;
use super::form::{Fields, MemberForm, WideForm};
use super::layout::{Layout, Wrong, print_as, wrongs};
use super::queue::moderated;
use super::redirects::see_other;
use super::viewer::PageViewer;
use crate::state::AppState;

/// So many empty lines for new words.
const NEW: usize = 4;

#[derive(Template)]
#[template(path = "group_words.html")]
pub(crate) struct WordsPage {
    pub(crate) l: Layout,
    pub(crate) group: NameCard,
    pub(crate) lines: Vec<Line>,
    pub(crate) rules: Vec<RuleView>,
    pub(crate) wrong: Vec<Wrong>,
}

/// A line of the form.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) phrase: String,
    pub(crate) kind: GroupWordKind,
    pub(crate) act: GroupWordAct,
    /// The number of the rule; empty for none.
    pub(crate) rule: String,
}

impl From<GroupWord> for Line {
    fn from(row: GroupWord) -> Self {
        Self {
            phrase: row.phrase,
            kind: row.kind,
            act: row.act,
            rule: row.rule_id.map(|id| id.to_string()).unwrap_or_default(),
        }
    }
}

/// `GET /@GROUP/words`
pub(crate) async fn form(
    State(app): State<AppState>,
    Path(name): Path<String>,
    page: PageViewer,
) -> Result<Response, Failure> {
    let viewer = page.member()?;
    let view = moderated(&app, &name, viewer).await?;
    let rows = group_words::list(&app.ctx, viewer, view.account.id).await?;
    let lines = rows.into_iter().map(Line::from).collect();
    show(&app, &page, &view, lines, Vec::new()).await
}

async fn show(
    app: &AppState,
    page: &PageViewer,
    view: &AccountView,
    mut lines: Vec<Line>,
    wrong: Vec<Wrong>,
) -> Result<Response, Failure> {
    let group = NameCard::of(&app.ctx.place, view);
    let status = if wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    for _line in 0..NEW {
        lines.push(Line {
            phrase: String::new(),
            kind: GroupWordKind::Word,
            act: GroupWordAct::Hold,
            rule: String::new(),
        });
    }
    print_as(
        status,
        &WordsPage {
            l: Layout::new(app, page, page.words.named("words-title", &group.name))
                .at("groups")
                .private(),
            rules: groups::rules(&app.ctx, view.account.id, page.words.lang.code()).await?,
            group,
            lines,
            wrong,
        },
    )
}

/// `POST /@GROUP/words`
pub(crate) async fn save(
    State(app): State<AppState>,
    Path(name): Path<String>,
    WideForm(MemberForm {
        page,
        session,
        fields,
    }): WideForm,
) -> Result<Response, Failure> {
    let view = moderated(&app, &name, &session.viewer).await?;
    let words = words(&fields)?;
    let lines: Vec<Line> = words
        .iter()
        .map(|word| Line {
            phrase: word.phrase.clone(),
            kind: word.kind,
            act: word.act,
            rule: word.rule.map(|id| id.to_string()).unwrap_or_default(),
        })
        .collect();
    let deed = Deed::Words { words };
    let done = groups::act(
        &app.ctx,
        &session.viewer,
        view.account.id,
        deed,
        Why::default(),
    );
    match done.await {
        Ok(_done) => Ok(see_other(&format!("/@{}/words", view.account.acct()))),
        Err(error) => {
            let wrong = wrongs(page.words, error)?;
            show(&app, &page, &view, lines, wrong).await
        }
    }
}

/// The lines of the form in their order; an empty one is none.
fn words(fields: &Fields) -> Result<Vec<WordText>, Failure> {
    let phrases = fields.all("phrase");
    let kinds = fields.all("kind").zip(fields.all("act"));
    let mut words = Vec::new();
    for (phrase, ((kind, act), rule)) in phrases.zip(kinds.zip(fields.all("rule"))) {
        if phrase.trim().is_empty() {
            continue;
        }
        words.push(WordText {
            kind: kind.parse().map_err(|_e| Failure::NOT_FOUND)?,
            phrase: phrase.trim().to_owned(),
            act: act.parse().map_err(|_e| Failure::NOT_FOUND)?,
            rule: rule.parse().ok(),
        });
    }
    Ok(words)
}
