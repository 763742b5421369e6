//! `PreviewCard`, and the same with the days of its use.

use serde::Serialize;
use services::Place;
use services::rows;
use services::trends::LinkView;

use super::Account;
use super::tag::Day;

/// <https://docs.joinmastodon.org/entities/PreviewCard/>; there is never markup in `html`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PreviewCard {
    url: String,
    title: String,
    description: String,
    language: Option<String>,
    #[serde(rename = "type")]
    kind: &'static str,
    author_name: String,
    author_url: String,
    provider_name: String,
    provider_url: String,
    html: &'static str,
    width: i32,
    height: i32,
    image: Option<String>,
    image_description: String,
    embed_url: &'static str,
    blurhash: Option<String>,
    published_at: Option<String>,
    authors: Vec<Author>,
}

#[derive(Clone, Debug, Serialize)]
struct Author {
    name: String,
    url: String,
    account: Option<Account>,
}

impl PreviewCard {
    /// Prints what is known of a link.
    pub(crate) fn of(place: &Place, card: &rows::Card) -> Self {
        let filled = |text: &String| (!text.is_empty()).then(|| text.clone());
        let authors = if card.author_name.is_empty() && card.author_url.is_empty() {
            Vec::new()
        } else {
            vec![Author {
                name: card.author_name.clone(),
                url: card.author_url.clone(),
                account: None,
            }]
        };
        Self {
            url: card.url.clone(),
            title: card.title.clone(),
            description: card.description.clone(),
            language: filled(&card.language),
            kind: match card.kind {
                1 => "photo",
                2 => "video",
                _ => "link",
            },
            author_name: card.author_name.clone(),
            author_url: card.author_url.clone(),
            provider_name: card.provider_name.clone(),
            provider_url: card.provider_url.clone(),
            html: "",
            width: card.width,
            height: card.height,
            image: (!card.image.is_empty()).then(|| place.media_url(&card.image)),
            image_description: card.image_description.clone(),
            embed_url: "",
            blurhash: filled(&card.blurhash),
            published_at: card.published_at.map(model::Millis::iso),
            authors,
        }
    }
}

/// <https://docs.joinmastodon.org/entities/PreviewCard/#trends-link>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct TrendsLink {
    #[serde(flatten)]
    card: PreviewCard,
    history: Vec<Day>,
}

impl TrendsLink {
    /// Prints a link that trends.
    pub(crate) fn of(place: &Place, view: &LinkView) -> Self {
        Self {
            card: PreviewCard::of(place, &view.card),
            history: view.history.iter().map(Day::from).collect(),
        }
    }
}
