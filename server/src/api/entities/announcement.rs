//! `Announcement` with its reactions.

use model::Millis;
use serde::Serialize;
use services::Place;
use services::announcements::AnnouncementView;

use super::Nothing;
use super::emoji::CustomEmoji;

/// <https://docs.joinmastodon.org/entities/Announcement/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Announcement {
    id: String,
    content: String,
    starts_at: Option<String>,
    ends_at: Option<String>,
    all_day: bool,
    published_at: String,
    updated_at: String,
    read: bool,
    mentions: Nothing,
    statuses: Nothing,
    tags: Nothing,
    emojis: Vec<CustomEmoji>,
    reactions: Vec<Reaction>,
}

/// <https://docs.joinmastodon.org/entities/Reaction/>
#[derive(Clone, Debug, Serialize)]
struct Reaction {
    name: String,
    count: i64,
    me: bool,
    /// Of a custom emoji: where its picture is.
    #[serde(flatten)]
    picture: Option<Picture>,
}

#[derive(Clone, Debug, Serialize)]
struct Picture {
    url: String,
    static_url: String,
}

impl Announcement {
    /// Prints an announcement as someone sees it.
    pub(crate) fn of(place: &Place, view: &AnnouncementView) -> Self {
        let row = &view.announcement;
        Self {
            id: row.id.to_string(),
            content: row.content.clone(),
            starts_at: row.starts_at.map(Millis::iso),
            ends_at: row.ends_at.map(Millis::iso),
            all_day: row.all_day,
            published_at: row.published_at.unwrap_or(row.created_at).iso(),
            updated_at: row.updated_at.iso(),
            read: view.read,
            mentions: [],
            statuses: [],
            tags: [],
            emojis: CustomEmoji::all(place, &view.emojis),
            reactions: view
                .reactions
                .iter()
                .map(|(name, count, me)| Reaction {
                    name: name.clone(),
                    count: *count,
                    me: *me,
                    picture: view
                        .emojis
                        .iter()
                        .find(|emoji| emoji.shortcode == *name)
                        .map(|emoji| {
                            let (url, static_url) = CustomEmoji::of(place, emoji).pictures();
                            Picture { url, static_url }
                        }),
                })
                .collect(),
        }
    }
}
