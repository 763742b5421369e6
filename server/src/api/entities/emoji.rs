//! `CustomEmoji`.

use serde::Serialize;
use services::Place;
use services::emojis::EmojiView;

/// <https://docs.joinmastodon.org/entities/CustomEmoji/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CustomEmoji {
    shortcode: String,
    url: String,
    static_url: String,
    visible_in_picker: bool,
    category: Option<String>,
}

impl CustomEmoji {
    /// Prints an emoji of ours or of another server.
    pub(crate) fn of(place: &Place, view: &EmojiView) -> Self {
        let url = address(place, view, &view.image);
        let static_url = if view.still.is_empty() {
            url.clone()
        } else {
            address(place, view, &view.still)
        };
        Self {
            shortcode: view.shortcode.clone(),
            url,
            static_url,
            visible_in_picker: view.in_picker,
            category: (!view.category.is_empty()).then(|| view.category.clone()),
        }
    }

    /// Where the picture, and the one that does not move, are.
    pub(crate) fn pictures(self) -> (String, String) {
        (self.url, self.static_url)
    }

    /// Prints several.
    pub(crate) fn all(place: &Place, views: &[EmojiView]) -> Vec<Self> {
        views.iter().map(|view| Self::of(place, view)).collect()
    }
}

fn address(place: &Place, view: &EmojiView, file: &str) -> String {
    if view.domain.is_empty() {
        place.media_url(file)
    } else {
        // Never from its own server: that would learn who reads what.
        place.copy_url(file)
    }
}
