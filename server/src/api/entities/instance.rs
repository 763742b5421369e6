//! Instance, in both versions.

use model::settings::Settings;
use serde::Serialize;
use serde_json::{Value, json};
use services::Place;
use services::accounts::Statistics;
use services::compose::MAX_CHARACTERS;
use services::media::{MOST_BYTES, MOST_PIXELS, MOST_RATE, Means};
use services::sign_up::Door;
use services::{polls, profile};

use super::Nothing;
use super::account::Account;
use crate::api::about::Rule;

/// Mastodon's version whose API we speak, and our own.
pub(crate) const VERSION: &str =
    concat!("4.5.0 (compatible; Balai ", env!("CARGO_PKG_VERSION"), ")");

/// What of Mastodon's API works, in the number by which apps choose: 7 is grouped notifications, their
/// policy, PKCE, Web Push as standardised, endorsements and quotes.
const API_VERSION: u8 = 7;

/// The languages of our pages.
const LANGUAGES: [&str; 2] = ["id", "en"];

const PICTURES: [&str; 4] = ["image/jpeg", "image/png", "image/gif", "image/webp"];

/// <https://docs.joinmastodon.org/entities/Instance/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Instance {
    domain: String,
    title: String,
    version: &'static str,
    source_url: String,
    description: String,
    usage: Value,
    thumbnail: Value,
    icon: Nothing,
    languages: [&'static str; 2],
    configuration: Value,
    registrations: Value,
    api_versions: Value,
    contact: Contact,
    rules: Vec<Rule>,
}

/// Where and whom to ask.
#[derive(Clone, Debug, Serialize)]
struct Contact {
    email: String,
    account: Option<Account>,
}

impl Instance {
    /// With whom to ask.
    pub(crate) fn with_contact(mut self, account: Option<Account>) -> Self {
        self.contact.account = account;
        self
    }

    /// With the rules of the place.
    pub(crate) fn with_rules(mut self, rules: Vec<Rule>) -> Self {
        self.rules = rules;
        self
    }

    /// Prints the place.
    pub(crate) fn of(place: &Place, settings: &Settings, door: Door, totals: Statistics) -> Self {
        Self {
            domain: place.domain().as_str().to_owned(),
            title: settings.title.clone(),
            version: VERSION,
            source_url: format!("{}/about", place.base()),
            description: settings.description.clone(),
            usage: json!({"users": {"active_month": totals.active_month}}),
            thumbnail: json!({
                "url": thumbnail(place),
                "blurhash": null,
                "description": "",
                "versions": {},
            }),
            icon: [],
            languages: LANGUAGES,
            configuration: configuration(place, settings),
            registrations: registrations(place, settings, door),
            api_versions: json!({"mastodon": API_VERSION}),
            contact: Contact {
                email: settings.contact_email.clone(),
                account: None,
            },
            rules: Vec::new(),
        }
    }
}

impl Instance {
    /// With the key of Web Push.
    pub(crate) fn with_push_key(mut self, key: &str) -> Self {
        if let Some(configuration) = self.configuration.as_object_mut() {
            configuration.insert("vapid".to_owned(), json!({"public_key": key}));
        }
        self
    }

    /// The same with what this machine can do with media.
    #[must_use]
    pub(crate) fn with_media(mut self, means: &Means) -> Self {
        media_limits(&mut self.configuration, means);
        self
    }
}

impl InstanceV1 {
    /// With whom to ask.
    pub(crate) fn with_contact(mut self, account: Option<Account>) -> Self {
        self.contact_account = account;
        self
    }

    /// With the rules of the place.
    pub(crate) fn with_rules(mut self, rules: Vec<Rule>) -> Self {
        self.rules = rules;
        self
    }

    /// As [`Instance::with_media`].
    #[must_use]
    pub(crate) fn with_media(mut self, means: &Means) -> Self {
        media_limits(&mut self.configuration, means);
        self
    }
}

/// What may be uploaded, said as truthfully as this machine can do it: without ffmpeg no sound and no
/// film.
fn media_limits(configuration: &mut Value, means: &Means) {
    let film = |most: i64| if means.converts() { most } else { 0 };
    if let Some(limits) = configuration.get_mut("media_attachments") {
        *limits = json!({
            "supported_mime_types": means.accepted(),
            "description_limit": 1_500,
            "image_size_limit": 16 * 1024 * 1024,
            "image_matrix_limit": 33_177_600,
            "video_size_limit": film(i64::try_from(MOST_BYTES).unwrap_or(0)),
            "video_frame_rate_limit": film(MOST_RATE),
            "video_matrix_limit": film(MOST_PIXELS),
        });
    }
}

/// <https://docs.joinmastodon.org/entities/V1_Instance/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct InstanceV1 {
    uri: String,
    title: String,
    short_description: String,
    description: String,
    email: String,
    version: &'static str,
    urls: Value,
    stats: Value,
    thumbnail: String,
    languages: [&'static str; 2],
    registrations: bool,
    approval_required: bool,
    invites_enabled: bool,
    configuration: Value,
    contact_account: Option<Account>,
    rules: Vec<Rule>,
}

impl InstanceV1 {
    /// Prints the place for older apps.
    pub(crate) fn of(place: &Place, settings: &Settings, door: Door, totals: Statistics) -> Self {
        Self {
            uri: place.domain().as_str().to_owned(),
            title: settings.title.clone(),
            short_description: settings.description.clone(),
            description: settings.description.clone(),
            email: settings.contact_email.clone(),
            version: VERSION,
            urls: json!({"streaming_api": streaming(place)}),
            stats: json!({
                "user_count": totals.users,
                "status_count": totals.statuses,
                "domain_count": totals.domains,
            }),
            thumbnail: thumbnail(place),
            languages: LANGUAGES,
            registrations: door.open,
            approval_required: door.approval,
            invites_enabled: door.invites,
            configuration: configuration(place, settings),
            contact_account: None,
            rules: Vec::new(),
        }
    }
}

/// Whether an app may offer to sign up, and what it has to ask.
fn registrations(place: &Place, settings: &Settings, door: Door) -> Value {
    let message = match settings.registrations_message.as_str() {
        // Mastodon shows it only where the door is closed.
        "" if door.lacks_mail => Some("This place cannot send mail yet, which signing up needs."),
        "" => None,
        message => Some(message),
    };
    json!({
        "enabled": door.open,
        "approval_required": door.approval,
        "reason_required": door.approval && settings.reason_required,
        "message": message.filter(|_| !door.open),
        "min_age": (settings.min_age > 0).then_some(settings.min_age),
        // Apps send people to such a page instead of asking themselves.
        "url": (door.by_invite && !door.open).then(|| format!("{}/join", place.base())),
    })
}

fn thumbnail(place: &Place) -> String {
    format!("{}/default/header.png", place.base())
}

/// Absolute, with the scheme of sockets: apps put a path behind it.
fn streaming(place: &Place) -> String {
    let scheme = if place.is_secure() { "wss" } else { "ws" };
    format!("{scheme}://{}", place.domain())
}

fn configuration(place: &Place, settings: &Settings) -> Value {
    json!({
        "urls": {"streaming": streaming(place), "about": format!("{}/about", place.base()), "privacy_policy": null, "terms_of_service": null, "status": null},
        "accounts": {
            "max_featured_tags": services::featured_tags::MOST_FEATURED,
            "max_pinned_statuses": 5,
            "max_profile_fields": profile::MOST_FIELDS,
            "max_display_name_length": profile::MOST_NAME,
            "max_note_length": profile::MOST_NOTE,
            "profile_field_name_limit": profile::MOST_FIELD,
            "profile_field_value_limit": profile::MOST_FIELD,
        },
        "statuses": {
            "max_characters": MAX_CHARACTERS,
            "max_media_attachments": 4,
            "characters_reserved_per_url": 23,
        },
        "media_attachments": {
            "supported_mime_types": PICTURES,
            "description_limit": 1_500,
            "image_size_limit": 16 * 1024 * 1024,
            "image_matrix_limit": 33_177_600,
            "video_size_limit": 0,
            "video_frame_rate_limit": 0,
            "video_matrix_limit": 0,
        },
        "polls": {
            "max_options": polls::MAX_OPTIONS,
            "max_characters_per_option": polls::MAX_OPTION,
            "min_expiration": polls::SHORTEST,
            "max_expiration": polls::LONGEST,
        },
        "translation": {"enabled": !settings.translate_url.is_empty()},
        "timelines_access": {
            "live_feeds": {"local": "public", "remote": "public"},
            "hashtag_feeds": {"local": "public", "remote": "public"},
            "trending_link_feeds": {"local": "public", "remote": "public"},
        },
        "limited_federation": settings.allow_list,
    })
}
