//! A hashtag as a collection: the newest public posts with it that are known here; and the hashtags that
//! someone features.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::response::Response;
use model::Page;
use serde_json::json;
use services::featured_tags;
use services::timelines::{self, TagFilter};

use super::{actors, reply};
use crate::engine::Federation;
use crate::vocabulary::write::collections;

/// Entries of the collection.
const NEWEST: i64 = 40;

/// The posts with a hashtag, by their addresses.
pub(super) async fn show(
    State(fed): State<Arc<Federation>>,
    Path(name): Path<String>,
    request: Request,
) -> Response {
    let (head, _) = request.into_parts();
    let asker = match reply::asker(&fed, &head).await {
        Ok(asker) => asker,
        Err(response) => return response,
    };
    let filter = TagFilter {
        any: vec![name.clone()],
        ..TagFilter::default()
    };
    match timelines::tag(&fed.ctx, None, filter, Page::first(NEWEST)).await {
        Ok(found) => {
            let posts = found.items.iter().map(|view| json!(view.status.uri));
            let id = fed.ctx.place.tag_url(&name);
            reply::activity(asker, collections::with_items(&id, posts.collect()))
        }
        Err(error) => reply::failed(&error.into()),
    }
}

/// The hashtags that a person or group of ours features, whole: Mastodon reads them here.
pub(super) async fn featured(
    State(fed): State<Arc<Federation>>,
    Path(name): Path<String>,
    request: Request,
) -> Response {
    let (head, _) = request.into_parts();
    let (asker, view) = match actors::found(&fed, &head, &name).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    match featured_tags::of(&fed.ctx, None, view.account.id).await {
        Ok(found) => {
            let hashtag = |name: &str| json!({"type": "Hashtag", "href": fed.ctx.place.tag_url(name), "name": format!("#{name}")});
            let items = found.iter().map(|tag| hashtag(&tag.name)).collect();
            let id = format!("{}/featured_tags", view.account.uri);
            reply::activity(asker, collections::with_items(&id, items))
        }
        Err(error) => reply::failed(&error.into()),
    }
}
