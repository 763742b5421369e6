//! The pages: plain HTML that works without script. Here: which address leads to which page.
//!
//! Pages call use cases and print; they decide nothing. What they look like is in `templates/`, what
//! they say in `locales/`.

mod accounts;
pub(crate) mod cards;
mod compose;
mod directory;
mod dress;
mod failure;
mod feed;
mod files;
mod filtered;
pub(crate) mod form;
mod group_admin;
mod group_export;
mod group_invites;
mod group_log;
mod group_people;
mod group_servers;
mod group_settings;
mod group_words;
mod groups;
mod invites;
mod join;
mod landing;
pub(crate) mod layout;
mod media;
mod options;
mod proofs;
mod queue;
pub(crate) mod redirects;
mod report;
mod reports;
mod search;
mod security;
mod settings;
mod sign_in;
mod statuses;
mod succession;
mod timelines;
mod told;
pub(crate) mod viewer;

use axum::Router;
use axum::routing::{get, post};

use crate::state::AppState;

pub(crate) use cards::web_only;
pub use dress::dress;
pub(crate) use dress::policy_towards;
pub use failure::{Failure, error_page, error_page_for, not_found};
pub use redirects::safe_path;
pub use viewer::PageViewer;

/// Pages whose address is also that of an ActivityPub document: whoever does not ask for one gets these.
pub fn negotiated() -> Router<AppState> {
    Router::new()
        .route("/", get(landing::landing))
        .route("/@{name}", get(accounts::page))
        .route("/@{name}/{id}", get(statuses::page))
        .route("/tags/{name}", get(timelines::tag))
        .route("/users/{name}", get(redirects::account))
        .route("/g/{name}", get(redirects::account))
        .route("/users/{name}/statuses/{id}", get(redirects::status))
        .route("/g/{name}/statuses/{id}", get(redirects::status))
}

/// All other pages, and the files that they need.
pub fn router() -> Router<AppState> {
    of_groups()
        .merge(of_files())
        .route("/login", get(sign_in::form).post(sign_in::sign_in))
        .route("/join", get(join::form).post(join::join))
        .route("/join/next", get(join::next))
        .route("/invite/{code}", get(join::invited))
        .route("/auth/sign_up", get(join::elsewhere))
        .route("/confirm", get(proofs::confirm_form).post(proofs::confirm))
        .route("/forgot", get(proofs::forgot_form).post(proofs::forgot))
        .route("/reset", get(proofs::reset_form).post(proofs::reset))
        .route("/logout", post(sign_in::sign_out))
        .route("/setup", get(sign_in::setup_form).post(sign_in::setup))
        .route("/home", get(timelines::home))
        .route("/new", get(compose::form).post(compose::publish))
        .route("/groups", get(directory::page))
        .route("/groups/new", get(groups::form).post(groups::create))
        .route("/@{name}/follow", post(accounts::follow))
        .route("/@{name}/unfollow", post(accounts::unfollow))
        .route("/report", get(report::form).post(report::send))
        .route("/settings/reports", get(report::own))
        .route("/@{name}/{id}/mark", post(statuses::mark))
        .route("/@{name}/{id}/vote", post(statuses::vote))
        .route("/@{name}/{id}/delete", post(statuses::delete))
        .route("/@{name}/{id}/open", post(statuses::open))
        .route("/search", get(search::page))
        .route("/settings", get(redirects::settings))
        .route(
            "/settings/profile",
            get(settings::form).post(settings::save),
        )
        .route("/settings/security", get(security::form))
        .route("/settings/password", post(security::password))
        .route("/settings/email", post(security::email))
        .route("/settings/browsers", post(security::browsers))
        .route("/settings/apps", post(security::apps))
        .route("/settings/invites", get(invites::list).post(invites::make))
        .route("/settings/invites/close", post(invites::close))
        .route("/about", get(landing::about))
        .route("/c/{name}", get(redirects::community))
        .route(
            "/.well-known/change-password",
            get(redirects::change_password),
        )
}

/// What the people of a group do on its pages.
fn of_groups() -> Router<AppState> {
    Router::new()
        .route("/@{name}/open", post(groups::open))
        .route("/@{name}/feature", post(groups::feature))
        .route("/@{name}/queue", get(queue::page).post(queue::act))
        .route(
            "/@{name}/settings",
            get(group_settings::form).post(group_settings::save),
        )
        .route(
            "/@{name}/invites",
            get(group_invites::list).post(group_invites::act),
        )
        .route(
            "/@{name}/invite/{code}",
            get(group_invites::link).post(group_invites::join),
        )
        .route(
            "/@{name}/invitation",
            get(group_invites::asked).post(group_invites::answer),
        )
        .route(
            "/@{name}/succession",
            get(succession::page).post(succession::act),
        )
        .route(
            "/@{name}/administration",
            get(group_admin::form).post(group_admin::act),
        )
        .route("/@{name}/export", get(group_export::download))
        .route("/@{name}/log", get(group_log::page))
        .route("/@{name}/log.rss", get(group_log::rss))
        .route(
            "/@{name}/log/{id}",
            get(group_log::entry).post(group_log::act),
        )
        .route("/@{name}/reports", get(reports::list))
        .route(
            "/@{name}/reports/{id}",
            get(reports::one).post(reports::act),
        )
        .route(
            "/@{name}/words",
            get(group_words::form).post(group_words::save),
        )
        .route(
            "/@{name}/people/{id}",
            get(group_people::page).post(group_people::note),
        )
        .route(
            "/@{name}/servers",
            get(group_servers::page).post(group_servers::act),
        )
        .route("/@{name}/answers", get(reports::ready).post(reports::keep))
}

/// What pages, apps and other servers load.
fn of_files() -> Router<AppState> {
    Router::new()
        .route("/robots.txt", get(files::robots))
        .route("/favicon.ico", get(files::icon))
        .route("/static/{file}", get(files::fixed))
        .route("/default/{file}", get(files::placeholder))
        .route("/media/{key}", get(media::ours))
        .route("/media/proxy/{key}/{address}", get(media::copy))
        .route("/media/proxy/{key}/{address}/small", get(media::small_copy))
        .route(
            "/media/only/{media}/{reader}/{until}/{seal}",
            get(media::sealed),
        )
        .route(
            "/media/only/{media}/{reader}/{until}/{seal}/small",
            get(media::small_sealed),
        )
}

#[cfg(test)]
mod story;
#[cfg(test)]
mod tests;
