//! Collections of other servers, read page by page: never more than a few, never on another host,
//! never in a circle.

use crate::engine::Federation;
use crate::error::{Error, Result};
use crate::fetch::{Trip, document};
use crate::vocabulary::{Collection, First, Item, ObjectUri, same_origin};

/// The most pages of one collection.
const MAX_PAGES: usize = 5;
/// The most items of one collection.
const MAX_ITEMS: usize = 200;

/// Does a collection contain this?
pub(crate) async fn contains(
    fed: &Federation,
    list: &ObjectUri,
    wanted: &ObjectUri,
    trip: &Trip,
) -> Result<bool> {
    Ok(items(fed, list, trip).await?.contains(wanted))
}

/// The addresses in a collection, as many as are read.
pub(crate) async fn items(
    fed: &Federation,
    list: &ObjectUri,
    trip: &Trip,
) -> Result<Vec<ObjectUri>> {
    let mut found = Vec::new();
    let mut visited = Vec::new();
    let mut next = Some(list.clone());
    while let Some(uri) = next.take() {
        let may_go_on = visited.len() <= MAX_PAGES && found.len() < MAX_ITEMS;
        if !may_go_on || visited.contains(&uri) || !same_origin(&uri, list) {
            break;
        }
        let (at, value) = document(fed, &uri, trip).await?;
        if !same_origin(&at, list) {
            return Err(Error::rejected("a collection that leads to another server"));
        }
        visited.push(uri);
        let mut page = Collection::read(&value)?;
        if let Some(First::Embedded(first)) = page.first.take() {
            take(&mut found, &first);
            next = first.next.clone();
        } else {
            take(&mut found, &page);
            next = page.next.clone();
        }
        if let (None, Some(First::Uri(first))) = (&next, Collection::read(&value)?.first) {
            next = Some(first);
        }
    }
    Ok(found)
}

fn take(found: &mut Vec<ObjectUri>, page: &Collection) {
    let room = MAX_ITEMS.saturating_sub(found.len());
    found.extend(page.items.iter().filter_map(Item::uri).take(room).cloned());
}
