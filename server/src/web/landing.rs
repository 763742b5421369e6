//! The front page, and the page about the place.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::cards::GroupCard;
use super::failure::Failure;
use super::layout::{Layout, print};
use super::redirects::see_other;
use super::viewer::PageViewer;
use crate::state::AppState;

#[derive(Template)]
#[template(path = "landing.html")]
pub(crate) struct LandingPage {
    pub(crate) l: Layout,
    pub(crate) purpose: String,
    pub(crate) groups: Vec<GroupCard>,
    pub(crate) may_join: bool,
}

/// `/`: what this place is, for whoever comes by; members go home.
pub(crate) async fn landing(
    State(app): State<AppState>,
    page: PageViewer,
) -> Result<Response, Failure> {
    if page.viewer().is_some() {
        return Ok(see_other("/home"));
    }
    let groups = services::discovery::groups::first(&app.ctx, 12).await?;
    let settings = app.ctx.settings();
    let mut l = Layout::new(&app, &page, page.words.say("landing-title"));
    l.description.clone_from(&settings.description);
    print(&LandingPage {
        l,
        purpose: settings.description.clone(),
        groups: groups
            .iter()
            .map(|group| GroupCard::listed(&app.ctx.place, group))
            .collect(),
        may_join: services::sign_up::door(&app.ctx).open,
    })
}

#[derive(Template)]
#[template(path = "about.html")]
pub(crate) struct AboutPage {
    pub(crate) l: Layout,
    pub(crate) purpose: String,
    pub(crate) contact: String,
    pub(crate) domain: String,
    pub(crate) registrations: String,
    pub(crate) people: i64,
    pub(crate) posts: i64,
    pub(crate) servers: i64,
}

/// `/about`: who runs it, who may join, how large it is.
pub(crate) async fn about(
    State(app): State<AppState>,
    page: PageViewer,
) -> Result<Response, Failure> {
    let statistics = services::accounts::statistics(&app.ctx).await?;
    let settings = app.ctx.settings();
    let w = page.words;
    print(&AboutPage {
        l: Layout::new(&app, &page, w.say("about-title")).at("about"),
        purpose: settings.description.clone(),
        contact: settings.contact_email.clone(),
        domain: app.ctx.place.domain().to_string(),
        registrations: w.say(&format!("registrations-{}", settings.registrations)),
        people: statistics.users,
        posts: statistics.statuses,
        servers: statistics.domains,
    })
}
