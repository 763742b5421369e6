//! Filters of words: there are none yet, in either version of their API.

use axum::http::Method;

use super::{Routes, absent, empty_list};
use crate::auth::{Auth, scopes};

type Reads = Auth<scopes::ReadFilters>;
type Writes = Auth<scopes::WriteFilters>;

pub(super) fn routes() -> Routes {
    const POST: &[Method] = &[Method::POST];
    const DELETE: &[Method] = &[Method::DELETE];
    const CHANGE: &[Method] = &[Method::PUT, Method::PATCH, Method::DELETE];
    Routes::new()
        .empty("/api/v1/filters", empty_list::<Reads>)
        .not_built::<Writes>(POST, "/api/v1/filters")
        .empty("/api/v1/filters/{id}", absent::<Reads>)
        .not_built::<Writes>(CHANGE, "/api/v1/filters/{id}")
        .empty("/api/v2/filters", empty_list::<Reads>)
        .not_built::<Writes>(POST, "/api/v2/filters")
        .empty("/api/v2/filters/{id}", absent::<Reads>)
        .not_built::<Writes>(CHANGE, "/api/v2/filters/{id}")
        .empty("/api/v2/filters/{id}/keywords", empty_list::<Reads>)
        .not_built::<Writes>(POST, "/api/v2/filters/{id}/keywords")
        .empty("/api/v2/filters/keywords/{id}", absent::<Reads>)
        .not_built::<Writes>(CHANGE, "/api/v2/filters/keywords/{id}")
        .empty("/api/v2/filters/{id}/statuses", empty_list::<Reads>)
        .not_built::<Writes>(POST, "/api/v2/filters/{id}/statuses")
        .empty("/api/v2/filters/statuses/{id}", absent::<Reads>)
        .not_built::<Writes>(DELETE, "/api/v2/filters/statuses/{id}")
}
