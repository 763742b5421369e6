//! `/@GROUP/succession`: where the members of a group that nobody looks after choose who should.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use model::AccountId;
use services::succession;

use super::accounts::own_group;
use super::cards::NameCard;
use super::failure::Failure;
use super::form::MemberForm;
use super::layout::{Layout, print};
use super::redirects::see_other;
use super::viewer::PageViewer;
use crate::state::AppState;

/// Someone who stands.
struct Candidate {
    name: NameCard,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "succession.html")]
struct BallotPage {
    l: Layout,
    group: NameCard,
    until: String,
    candidates: Vec<Candidate>,
    stands: bool,
    may_stand: bool,
    may_vote: bool,
}

/// `GET /@GROUP/succession`
pub(crate) async fn page(
    State(app): State<AppState>,
    Path(name): Path<String>,
    page: PageViewer,
) -> Result<Response, Failure> {
    let viewer = page.member()?;
    let view = own_group(&app, &name).await?;
    let ballot = succession::ballot(&app.ctx, viewer, view.account.id).await?;
    let group = NameCard::of(&app.ctx.place, &view);
    print(&BallotPage {
        l: Layout::new(
            &app,
            &page,
            page.words.named("succession-title", &group.name),
        )
        .at("groups")
        .private(),
        group,
        until: page.words.day(ballot.ends_at),
        candidates: ballot
            .candidates
            .iter()
            .map(|one| Candidate {
                name: NameCard::of(&app.ctx.place, one),
                is_chosen: ballot.choice == Some(one.account.id),
            })
            .collect(),
        stands: ballot.stands,
        may_stand: ballot.may_stand,
        may_vote: ballot.may_vote,
    })
}

/// `POST /@GROUP/succession`
pub(crate) async fn act(
    State(app): State<AppState>,
    Path(name): Path<String>,
    MemberForm {
        session, fields, ..
    }: MemberForm,
) -> Result<Response, Failure> {
    let (ctx, viewer) = (&app.ctx, &session.viewer);
    let view = own_group(&app, &name).await?;
    let group = view.account.id;
    match fields.get("do") {
        "stand" => succession::stand(ctx, viewer, group, true).await?,
        "withdraw" => succession::stand(ctx, viewer, group, false).await?,
        "vote" => {
            let who: AccountId = fields.get("who").parse().map_err(|_e| Failure::NOT_FOUND)?;
            succession::vote(ctx, viewer, group, who).await?;
        }
        _ => return Err(Failure::NOT_FOUND),
    }
    Ok(see_other(&format!("/@{}/succession", view.account.acct())))
}
