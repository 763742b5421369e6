//! Entities of a few lines each: List, Marker, Preferences, Search, Conversation, applications.

use model::QuotePolicy;
use serde::Serialize;
use services::Place;
use services::conversations::ConversationView;
use services::lists::{ListView, RepliesPolicy};
use services::markers;
use services::oauth::{App, Issued};
use services::rows::User;
use services::search::Found;
use services::views::TagView;

use super::{Account, Status};

/// <https://docs.joinmastodon.org/entities/List/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct List {
    id: String,
    title: String,
    replies_policy: &'static str,
    exclusive: bool,
}

impl From<ListView> for List {
    fn from(view: ListView) -> Self {
        Self {
            id: view.id.to_string(),
            title: view.title,
            replies_policy: match view.replies_policy {
                RepliesPolicy::Followed => "followed",
                RepliesPolicy::List => "list",
                RepliesPolicy::None => "none",
            },
            exclusive: view.exclusive,
        }
    }
}

/// <https://docs.joinmastodon.org/entities/Marker/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Marker {
    last_read_id: String,
    version: i64,
    updated_at: String,
}

impl From<&markers::Marker> for Marker {
    fn from(marker: &markers::Marker) -> Self {
        Self {
            last_read_id: marker.last_read_id.to_string(),
            version: marker.version,
            updated_at: marker.updated_at.iso(),
        }
    }
}

/// <https://docs.joinmastodon.org/entities/Preferences/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Preferences {
    #[serde(rename = "posting:default:visibility")]
    visibility: String,
    #[serde(rename = "posting:default:sensitive")]
    sensitive: bool,
    #[serde(rename = "posting:default:language")]
    language: Option<String>,
    #[serde(rename = "posting:default:quote_policy")]
    quote_policy: QuotePolicy,
    #[serde(rename = "reading:expand:media")]
    media: &'static str,
    #[serde(rename = "reading:expand:spoilers")]
    spoilers: bool,
    #[serde(rename = "reading:autoplay:gifs")]
    gifs: bool,
}

impl Preferences {
    /// Prints what someone chose for new posts.
    pub(crate) fn of(user: &User, quote_policy: QuotePolicy) -> Self {
        Self {
            visibility: user.default_visibility.to_string(),
            sensitive: user.default_sensitive,
            language: user.default_language.clone(),
            quote_policy,
            media: "default",
            spoilers: false,
            gifs: false,
        }
    }
}

/// <https://docs.joinmastodon.org/entities/Search/>; the first version of search names tags only.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Search<T> {
    accounts: Vec<Account>,
    statuses: Vec<Status>,
    hashtags: Vec<T>,
}

impl<T> Search<T> {
    /// Prints what was found.
    pub(crate) fn of(place: &Place, found: &Found, tag: impl Fn(&Place, &TagView) -> T) -> Self {
        Self {
            accounts: found
                .accounts
                .iter()
                .map(|it| Account::of(place, it))
                .collect(),
            statuses: found
                .statuses
                .iter()
                .map(|it| Status::of(place, it))
                .collect(),
            hashtags: found.hashtags.iter().map(|it| tag(place, it)).collect(),
        }
    }
}

/// <https://docs.joinmastodon.org/entities/Conversation/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Conversation {
    id: String,
    unread: bool,
    accounts: Vec<Account>,
    last_status: Option<Status>,
}

impl Conversation {
    /// Prints a conversation as one participant sees it.
    pub(crate) fn of(place: &Place, view: &ConversationView) -> Self {
        Self {
            id: view.id.to_string(),
            unread: view.unread,
            accounts: view
                .accounts
                .iter()
                .map(|it| Account::of(place, it))
                .collect(),
            last_status: view.last_status.as_ref().map(|it| Status::of(place, it)),
        }
    }
}

/// <https://docs.joinmastodon.org/entities/Application/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Application {
    id: String,
    name: String,
    website: Option<String>,
    scopes: Vec<&'static str>,
    redirect_uri: String,
    redirect_uris: Vec<String>,
    /// The key of Web Push; apps of today read it from the instance.
    vapid_key: String,
}

impl Application {
    /// Prints an application, with our key of Web Push.
    pub(crate) fn of(app: &App, vapid_key: String) -> Self {
        Self {
            id: app.id.to_string(),
            name: app.name.clone(),
            website: app.website.clone().filter(|website| !website.is_empty()),
            scopes: app.scopes.iter().map(model::Scope::as_str).collect(),
            redirect_uri: app.redirect_uris.join("\n"),
            redirect_uris: app.redirect_uris.clone(),
            vapid_key,
        }
    }
}

/// <https://docs.joinmastodon.org/entities/Application/#CredentialApplication>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CredentialApplication {
    #[serde(flatten)]
    app: Application,
    client_id: String,
    client_secret: String,
    client_secret_expires_at: i64,
}

impl CredentialApplication {
    /// Prints an application for itself.
    pub(crate) fn of(app: &App, vapid_key: String) -> Self {
        Self {
            app: Application::of(app, vapid_key),
            client_id: app.client_id.clone(),
            client_secret: app.client_secret.0.clone(),
            client_secret_expires_at: 0,
        }
    }
}

/// <https://docs.joinmastodon.org/entities/Token/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Token {
    access_token: String,
    token_type: &'static str,
    scope: String,
    created_at: i64,
}

impl From<&Issued> for Token {
    fn from(issued: &Issued) -> Self {
        Self {
            access_token: issued.token.0.clone(),
            token_type: "Bearer",
            scope: issued.scopes.to_string(),
            created_at: issued.created_at.0.div_euclid(1000),
        }
    }
}
