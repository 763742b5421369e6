//! `Collection` and what is in it.

use serde::Serialize;
use services::Place;
use services::featured_collections::CollectionView;
use services::rows::{ACCEPTED, Item};

/// <https://docs.joinmastodon.org/entities/Collection/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Collection {
    id: String,
    account_id: String,
    uri: String,
    url: Option<String>,
    name: String,
    description: String,
    language: Option<String>,
    local: bool,
    sensitive: bool,
    discoverable: bool,
    tag: Option<ShallowTag>,
    created_at: String,
    updated_at: String,
    item_count: usize,
    items: Vec<CollectionItem>,
}

/// A hashtag by name and page alone.
#[derive(Clone, Debug, Serialize)]
struct ShallowTag {
    name: String,
    url: String,
}

/// <https://docs.joinmastodon.org/entities/CollectionItem/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CollectionItem {
    id: String,
    account_id: Option<String>,
    state: &'static str,
    created_at: String,
}

impl Collection {
    /// Prints a collection. There is no page of it yet: its address is the one in the API.
    pub(crate) fn of(place: &Place, view: &CollectionView) -> Self {
        let row = &view.collection;
        let inside = view.items.iter().filter(|item| item.state == ACCEPTED);
        Self {
            id: row.id.to_string(),
            account_id: row.account_id.to_string(),
            uri: format!("{}/api/v1/collections/{}", place.base(), row.id),
            url: None,
            name: row.name.clone(),
            description: row.description.clone(),
            language: row.language.clone(),
            local: true,
            sensitive: row.sensitive,
            discoverable: row.discoverable,
            tag: (!row.tag.is_empty()).then(|| ShallowTag {
                name: row.tag.clone(),
                url: place.tag_url(&row.tag.to_lowercase()),
            }),
            created_at: row.created_at.iso(),
            updated_at: row.updated_at.iso(),
            item_count: inside.count(),
            items: view.items.iter().map(CollectionItem::from).collect(),
        }
    }
}

impl From<&Item> for CollectionItem {
    fn from(item: &Item) -> Self {
        Self {
            id: item.id.to_string(),
            account_id: Some(item.account_id.to_string()),
            state: if item.state == ACCEPTED {
                "accepted"
            } else {
                "revoked"
            },
            created_at: item.created_at.iso(),
        }
    }
}
