//! Status with what hangs on it: mentions, tags, `Context`, `StatusSource`, `StatusEdit`.

use serde::Serialize;
use services::Place;
use services::statuses::Source;
use services::views::status::{EditView, MentionView, StatusView, ThreadView};

use super::card::PreviewCard;
use super::emoji::CustomEmoji;
use super::filter::FilterResult;
use super::quote::{Quote, QuoteApproval};
use super::{Account, Group, MediaAttachment, Nothing, Poll};

/// <https://docs.joinmastodon.org/entities/Status/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Status {
    id: String,
    uri: String,
    url: String,
    created_at: String,
    edited_at: Option<String>,
    account: Account,
    content: String,
    /// What the author typed; only in the answer to a deletion.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    visibility: String,
    sensitive: bool,
    spoiler_text: String,
    language: Option<String>,
    in_reply_to_id: Option<String>,
    in_reply_to_account_id: Option<String>,
    media_attachments: Vec<MediaAttachment>,
    mentions: Vec<Mention>,
    tags: Vec<TagLink>,
    emojis: Vec<CustomEmoji>,
    application: Option<Application>,
    reblogs_count: i64,
    favourites_count: i64,
    replies_count: i64,
    quotes_count: i64,
    favourited: bool,
    reblogged: bool,
    bookmarked: bool,
    muted: bool,
    pinned: bool,
    filtered: Vec<FilterResult>,
    reblog: Option<Box<Status>>,
    card: Option<PreviewCard>,
    poll: Option<Poll>,
    quote: Option<Quote>,
    quote_approval: QuoteApproval,
    /// The group in whose thread it stands, as pl-fe reads it; null outside of groups.
    group: Option<Group>,
}

#[derive(Clone, Debug, Serialize)]
struct Mention {
    id: String,
    username: String,
    acct: String,
    url: String,
}

#[derive(Clone, Debug, Serialize)]
struct TagLink {
    name: String,
    url: String,
}

#[derive(Clone, Debug, Serialize)]
struct Application {
    name: String,
    website: Option<String>,
}

impl Status {
    /// Prints a status or a boost.
    pub(crate) fn of(place: &Place, view: &StatusView) -> Self {
        let status = &view.status;
        let page = if status.url.is_empty() {
            &status.uri
        } else {
            &status.url
        };
        Self {
            id: status.id.to_string(),
            uri: status.uri.clone(),
            url: page.clone(),
            created_at: status.created_at.iso(),
            edited_at: status.edited_at.map(model::Millis::iso),
            account: Account::of(place, &view.author),
            content: with_title(view),
            text: None,
            visibility: status.visibility.api_word().to_owned(),
            sensitive: status.sensitive || view.author.sensitized,
            spoiler_text: status.spoiler_text.clone(),
            language: status.language.clone(),
            in_reply_to_id: status.in_reply_to_id.map(|id| id.to_string()),
            in_reply_to_account_id: status.in_reply_to_account_id.map(|id| id.to_string()),
            media_attachments: view
                .media
                .iter()
                .map(|it| MediaAttachment::of(place, it))
                .collect(),
            mentions: view
                .mentions
                .iter()
                .filter(|it| !it.silent)
                .map(Mention::of)
                .collect(),
            tags: view
                .tags
                .iter()
                .map(|name| TagLink::of(place, name))
                .collect(),
            emojis: CustomEmoji::all(place, &view.emojis),
            application: view
                .application
                .as_ref()
                .map(|(name, website)| Application {
                    name: name.clone(),
                    website: website.clone(),
                }),
            reblogs_count: status.reblogs_count,
            favourites_count: status.favourites_count,
            replies_count: status.replies_count,
            quotes_count: view.quoting.count,
            favourited: view.favourited,
            reblogged: view.reblogged,
            bookmarked: view.bookmarked,
            muted: view.muted,
            pinned: view.pinned,
            filtered: view.filtered.iter().map(FilterResult::from).collect(),
            reblog: view
                .reblog
                .as_deref()
                .map(|of| Box::new(Self::of(place, of))),
            card: view.card.as_ref().map(|it| PreviewCard::of(place, it)),
            poll: view.poll.as_ref().map(Poll::from),
            quote: view.quoting.quote.as_ref().map(|it| Quote::of(place, it)),
            quote_approval: QuoteApproval::of(&view.quoting),
            group: view.group.as_ref().map(|group| Group::short(place, group)),
        }
    }

    /// Prints what was deleted, with what was typed, so that it can be written again.
    pub(crate) fn deleted(place: &Place, view: &StatusView, source: &Source) -> Self {
        Self {
            text: Some(source.text.clone()),
            ..Self::of(place, view)
        }
    }
}

/// Threads of Lemmy and its kin have a title beside their text; apps show the text alone. What is quoted
/// stands above it for apps that know no quotes; those that do hide it by its class.
fn with_title(view: &StatusView) -> String {
    let content = view.content_with_fallback();
    let Some(title) = view.own_title() else {
        return content;
    };
    let escaped = title
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    format!("<p><strong>{escaped}</strong></p>{content}")
}

impl Mention {
    fn of(view: &MentionView) -> Self {
        let page = if view.url.is_empty() {
            &view.uri
        } else {
            &view.url
        };
        Self {
            id: view.id.to_string(),
            username: view.username.clone(),
            acct: view.acct.clone(),
            url: page.clone(),
        }
    }
}

impl TagLink {
    fn of(place: &Place, name: &str) -> Self {
        Self {
            name: name.to_owned(),
            url: place.tag_url(name),
        }
    }
}

/// <https://docs.joinmastodon.org/entities/Context/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Context {
    ancestors: Vec<Status>,
    descendants: Vec<Status>,
}

impl Context {
    /// Prints a thread around a status.
    pub(crate) fn of(place: &Place, thread: &ThreadView) -> Self {
        let print =
            |views: &[StatusView]| views.iter().map(|view| Status::of(place, view)).collect();
        Self {
            ancestors: print(&thread.ancestors),
            descendants: print(&thread.descendants),
        }
    }
}

/// <https://docs.joinmastodon.org/entities/StatusSource/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct StatusSource {
    id: String,
    text: String,
    spoiler_text: String,
    /// Keys of ours: what a form for editing shows beside the words.
    language: Option<String>,
    sensitive: bool,
}

impl From<Source> for StatusSource {
    fn from(source: Source) -> Self {
        Self {
            id: source.id.to_string(),
            text: source.text,
            spoiler_text: source.spoiler_text,
            language: source.language,
            sensitive: source.sensitive,
        }
    }
}

/// <https://docs.joinmastodon.org/entities/StatusEdit/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct StatusEdit {
    content: String,
    spoiler_text: String,
    sensitive: bool,
    created_at: String,
    account: Account,
    media_attachments: Vec<MediaAttachment>,
    emojis: Nothing,
    #[serde(skip_serializing_if = "Option::is_none")]
    poll: Option<Question>,
}

/// The options of a poll at one time, without counts.
#[derive(Clone, Debug, Serialize)]
struct Question {
    options: Vec<Choice>,
}

#[derive(Clone, Debug, Serialize)]
struct Choice {
    title: String,
}

impl StatusEdit {
    /// Prints one version.
    pub(crate) fn of(place: &Place, edit: &EditView) -> Self {
        Self {
            content: edit.content.clone(),
            spoiler_text: edit.spoiler_text.clone(),
            sensitive: edit.sensitive,
            created_at: edit.created_at.iso(),
            account: Account::of(place, &edit.author),
            media_attachments: edit
                .media
                .iter()
                .map(|it| MediaAttachment::of(place, it))
                .collect(),
            emojis: [],
            poll: edit.poll.as_ref().map(|titles| Question {
                options: titles
                    .iter()
                    .map(|title| Choice {
                        title: title.clone(),
                    })
                    .collect(),
            }),
        }
    }
}
