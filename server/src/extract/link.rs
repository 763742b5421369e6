//! The `Link` header: absolute addresses of the pages beside this one, other parameters kept.

use axum::Json;
use axum::extract::OriginalUri;
use axum::http::header::{HeaderValue, LINK};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use model::Paged;
use serde::Serialize;
use services::Place;

/// Which list is being paged through: its path and the parameters that are no cursors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    path: String,
    kept: Vec<(String, String)>,
}

impl Listing {
    /// The list that a request asks for.
    #[must_use]
    pub fn of(parts: &Parts) -> Self {
        let uri = parts
            .extensions
            .get::<OriginalUri>()
            .map_or(&parts.uri, |original| &original.0);
        let query = uri.query().unwrap_or_default().as_bytes();
        let kept = url::form_urlencoded::parse(query)
            .filter(|(key, _)| !matches!(&**key, "max_id" | "since_id" | "min_id" | "access_token"))
            .map(|(key, value)| (key.into_owned(), value.into_owned()))
            .collect();
        Self {
            path: uri.path().to_owned(),
            kept,
        }
    }

    /// The header of a page with these cursors; `None` where there is nothing on either side.
    #[must_use]
    pub fn header(
        &self,
        place: &Place,
        newest: Option<i64>,
        oldest: Option<i64>,
    ) -> Option<HeaderValue> {
        let link = |cursor: &str, id: i64, rel: &str| {
            let query = url::form_urlencoded::Serializer::new(String::new())
                .extend_pairs(&self.kept)
                .append_pair(cursor, &id.to_string())
                .finish();
            format!("<{}{}?{query}>; rel=\"{rel}\"", place.base(), self.path)
        };
        let links: Vec<String> = [
            oldest.map(|id| link("max_id", id, "next")),
            newest.map(|id| link("min_id", id, "prev")),
        ]
        .into_iter()
        .flatten()
        .collect();
        (!links.is_empty())
            .then(|| HeaderValue::from_str(&links.join(", ")).ok())
            .flatten()
    }

    /// A page as JSON with its `Link` header.
    pub fn answer<T, U: Serialize>(
        &self,
        place: &Place,
        page: Paged<T>,
        print: impl FnMut(T) -> U,
    ) -> Response {
        let header = self.header(place, page.newest, page.oldest);
        let items: Vec<U> = page.items.into_iter().map(print).collect();
        let mut response = Json(items).into_response();
        if let Some(header) = header {
            response.headers_mut().insert(LINK, header);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    #[test]
    fn links_keep_the_other_parameters_and_name_the_configured_host() {
        let place = Place::new("https://balai.example").unwrap();
        let request = Request::builder()
            .uri("/api/v1/timelines/tag/kopi?any[]=teh&limit=2&max_id=9&access_token=secret")
            .header("host", "evil.example")
            .body(())
            .unwrap();
        let listing = Listing::of(&request.into_parts().0);
        let header = listing.header(&place, Some(8), Some(5)).unwrap();
        assert_eq!(
            header.to_str().unwrap(),
            "<https://balai.example/api/v1/timelines/tag/kopi?any%5B%5D=teh&limit=2&max_id=5>; rel=\"next\", \
             <https://balai.example/api/v1/timelines/tag/kopi?any%5B%5D=teh&limit=2&min_id=8>; rel=\"prev\""
        );
        let last = listing.header(&place, Some(8), None).unwrap();
        assert!(!last.to_str().unwrap().contains("next"));
        assert_eq!(listing.header(&place, None, None), None);
    }
}
