//! Collections and their pages. Walking from page to page is done by whoever fetches.

use std::fmt;

use serde_json::Value;

use super::lenient::{Fields, link};
use super::refusal::Refusal;
use super::uri::ObjectUri;

/// The most items that are read of one page.
pub const MAX_ITEMS: usize = 2000;

/// Which of the four types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CollectionKind {
    /// Without an order.
    Collection,
    /// Newest first, as a rule.
    OrderedCollection,
    /// A part of a `Collection`.
    CollectionPage,
    /// A part of an `OrderedCollection`.
    OrderedCollectionPage,
}

impl CollectionKind {
    /// The kind of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "Collection" => Self::Collection,
            "OrderedCollection" => Self::OrderedCollection,
            "CollectionPage" => Self::CollectionPage,
            "OrderedCollectionPage" => Self::OrderedCollectionPage,
            _ => return None,
        })
    }

    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Collection => "Collection",
            Self::OrderedCollection => "OrderedCollection",
            Self::CollectionPage => "CollectionPage",
            Self::OrderedCollectionPage => "OrderedCollectionPage",
        }
    }
}

/// One item.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// Its address.
    Uri(ObjectUri),
    /// The thing itself, not yet read, and its id if it has one.
    Embedded(Option<ObjectUri>, Value),
}

impl Item {
    /// Its address, where it has one.
    #[must_use]
    pub fn uri(&self) -> Option<&ObjectUri> {
        match self {
            Self::Uri(uri) => Some(uri),
            Self::Embedded(uri, _) => uri.as_ref(),
        }
    }

    pub(crate) fn read(value: &Value) -> Option<Self> {
        match value {
            Value::String(_) => link(value).map(Self::Uri),
            Value::Object(_) => Some(Self::Embedded(link(value), value.clone())),
            _ => None,
        }
    }
}

/// The first page.
#[derive(Debug, Clone, PartialEq)]
pub enum First {
    /// Its address.
    Uri(ObjectUri),
    /// The page itself (Mastodon's replies, Mobilizon's members).
    Embedded(Box<Collection>),
}

/// A collection or a page of one.
#[derive(Debug, Clone, PartialEq)]
pub struct Collection {
    /// Its id; inline pages have none.
    pub id: Option<ObjectUri>,
    /// Which type.
    pub kind: CollectionKind,
    /// How many items there are, by its server's word.
    pub total_items: Option<u64>,
    /// Items of this page.
    pub items: Vec<Item>,
    /// The first page.
    pub first: Option<First>,
    /// The next page.
    pub next: Option<ObjectUri>,
    /// The collection that this is a page of.
    pub part_of: Option<ObjectUri>,
    /// Whose it is.
    pub attributed_to: Option<ObjectUri>,
}

impl Collection {
    /// Reads a collection or a page.
    ///
    /// # Errors
    /// A [`Refusal`] that names the field.
    pub fn read(value: &Value) -> Result<Self, Refusal> {
        Self::read_page(value, true)
    }

    fn read_page(value: &Value, with_first: bool) -> Result<Self, Refusal> {
        let fields = Fields::of(value)?;
        let name = fields.kind()?;
        let Some(kind) = CollectionKind::named(name) else {
            return Err(Refusal::unknown_type("", name));
        };
        // Lemmy before 0.18 and Mastodon's replies use `items` in ordered ones as well.
        let items = ["orderedItems", "items"]
            .iter()
            .map(|name| fields.many(name))
            .find(|list| !list.is_empty())
            .unwrap_or_default();
        Ok(Self {
            id: fields.link("id"),
            kind,
            total_items: fields.number("totalItems"),
            items: items
                .iter()
                .take(MAX_ITEMS)
                .filter_map(Item::read)
                .collect(),
            first: fields.get("first").filter(|_| with_first).and_then(first),
            next: fields.link("next"),
            part_of: fields.link("partOf"),
            attributed_to: fields.link("attributedTo"),
        })
    }
}

impl fmt::Display for Collection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.kind.name())?;
        match &self.id {
            Some(id) => write!(f, "{id}"),
            None => f.write_str("without id"),
        }
    }
}

/// An embedded page has no first page of its own, so there is nothing to descend into.
fn first(value: &Value) -> Option<First> {
    if value.is_object() {
        let page = Collection::read_page(value, false).ok()?;
        return Some(First::Embedded(Box::new(page)));
    }
    link(value).map(First::Uri)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn items_are_addresses_or_objects() {
        let read = Collection::read(&json!({
            "type": "OrderedCollection", "id": "https://far.example/c", "totalItems": 3,
            "orderedItems": ["https://far.example/1", {"id": "https://far.example/2"}, {"a": 1}, 5],
        }))
        .unwrap();
        assert_eq!(read.items.len(), 3);
        assert_eq!(read.items.iter().filter_map(Item::uri).count(), 2);
        assert_eq!(read.total_items, Some(3));
    }

    #[test]
    fn a_first_page_may_be_embedded_once() {
        let read = Collection::read(&json!({
            "type": "Collection", "first": {"type": "CollectionPage", "items": "https://far.example/1",
                "next": "https://far.example/p2",
                "first": {"type": "CollectionPage"}},
        }))
        .unwrap();
        let Some(First::Embedded(page)) = read.first else {
            panic!()
        };
        assert_eq!(page.items.len(), 1);
        assert!(page.next.is_some());
        assert_eq!(page.first, None);
    }

    #[test]
    fn a_long_page_is_cut() {
        let read = Collection::read(&json!({
            "type": "Collection", "items": vec!["https://far.example/1"; 5000],
        }));
        assert_eq!(read.unwrap().items.len(), MAX_ITEMS);
    }
}
