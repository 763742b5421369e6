//! Ordered collections: counts for all, entries for whom the caller lets see them.

use serde_json::{Value, json};

use super::{members, set};

/// Only the number of items: followers, members.
#[must_use]
pub fn count_only(id: &str, total: u64) -> Value {
    json!({"id": id, "type": "OrderedCollection", "totalItems": total})
}

/// All items at once: moderators, pinned posts.
#[must_use]
pub fn with_items(id: &str, items: Vec<Value>) -> Value {
    let total = items.len();
    let mut map = members(json!({"id": id, "type": "OrderedCollection", "totalItems": total}));
    map.insert("orderedItems".into(), Value::Array(items));
    Value::Object(map)
}

/// The cover of a collection in pages.
#[must_use]
pub fn with_pages(id: &str, total: u64, first: &str, attributed_to: Option<&str>) -> Value {
    let mut map = members(json!({
        "id": id, "type": "OrderedCollection", "totalItems": total, "first": first,
    }));
    set(&mut map, "attributedTo", attributed_to);
    Value::Object(map)
}

/// One page.
#[must_use]
pub fn page(id: &str, part_of: &str, items: Vec<Value>, next: Option<&str>) -> Value {
    let mut map = members(json!({"id": id, "type": "OrderedCollectionPage", "partOf": part_of}));
    map.insert("orderedItems".into(), Value::Array(items));
    set(&mut map, "next", next);
    Value::Object(map)
}
