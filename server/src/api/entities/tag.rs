//! `Tag`, with the days of its use, and `FeaturedTag`.

use model::Millis;
use serde::Serialize;
use services::Place;
use services::featured_tags::FeaturedTagView;
use services::views::TagView;
use services::views::tag::Uses;

/// The uses of a hashtag or link in one day: numbers as texts, as Mastodon prints them.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Day {
    day: String,
    uses: String,
    accounts: String,
}

impl Day {
    /// Prints a day by its midnight.
    pub(crate) fn of(midnight: Millis, uses: i64, accounts: i64) -> Self {
        Self {
            day: (midnight.0 / Millis::SECOND).to_string(),
            uses: uses.to_string(),
            accounts: accounts.to_string(),
        }
    }
}

impl From<&Uses> for Day {
    fn from(uses: &Uses) -> Self {
        let midnight = Millis(uses.day.saturating_mul(Millis::DAY));
        Self::of(midnight, uses.uses, uses.accounts)
    }
}

/// <https://docs.joinmastodon.org/entities/Tag/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Tag {
    /// Tags are known by their names.
    id: String,
    name: String,
    url: String,
    history: Vec<Day>,
    /// Only for who is signed in, as the next.
    #[serde(skip_serializing_if = "Option::is_none")]
    following: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    featuring: Option<bool>,
}

impl Tag {
    /// Prints a hashtag.
    pub(crate) fn of(place: &Place, view: &TagView) -> Self {
        Self {
            id: view.name.clone(),
            name: view.name.clone(),
            url: place.tag_url(&view.name),
            history: view.history.iter().map(Day::from).collect(),
            following: view.mine.map(|mine| mine.following),
            featuring: view.mine.map(|mine| mine.featuring),
        }
    }

    /// Prints many.
    pub(crate) fn all(place: &Place, views: &[TagView]) -> Vec<Self> {
        views.iter().map(|view| Self::of(place, view)).collect()
    }
}

/// <https://docs.joinmastodon.org/entities/FeaturedTag/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FeaturedTag {
    id: String,
    name: String,
    url: String,
    statuses_count: String,
    last_status_at: Option<String>,
}

impl FeaturedTag {
    /// Prints a hashtag that someone features.
    pub(crate) fn of(place: &Place, view: &FeaturedTagView) -> Self {
        Self {
            id: view.id.to_string(),
            name: view.name.clone(),
            url: place.tag_url(&view.name),
            statuses_count: view.uses.to_string(),
            last_status_at: view.last.map(Millis::day),
        }
    }

    /// Prints many.
    pub(crate) fn all(place: &Place, views: &[FeaturedTagView]) -> Vec<Self> {
        views.iter().map(|view| Self::of(place, view)).collect()
    }
}
