//! Ways from one page to another: only ever to paths of our own, and old addresses to new ones.

use axum::extract::Path;
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::failure::Failure;

/// A path of our own with its query, or nothing: whatever a browser could take for another server,
/// or a proxy could after decoding it, is refused (threats, row 95).
#[must_use]
pub fn safe_path(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let plain = text.len() <= 4096
        && text.starts_with('/')
        && !text.starts_with("//")
        && !lower.starts_with("/%2f")
        && !lower.starts_with("/%5c")
        && !text.contains('\\')
        && text.bytes().all(|b| b.is_ascii_graphic());
    if !plain {
        return None;
    }
    // The last word has the parser that browsers share.
    let base = url::Url::parse("https://place.invalid/").ok()?;
    let url = base.join(text).ok()?;
    let path = url.path();
    (url.origin() == base.origin() && !path.starts_with("//")).then(|| text.to_owned())
}

/// 303: after a form, or to another page of ours.
pub(crate) fn see_other(path: &str) -> Response {
    towards(StatusCode::SEE_OTHER, path)
}

/// A redirect to any address, which the caller has checked.
pub(crate) fn towards(status: StatusCode, target: &str) -> Response {
    match HeaderValue::try_from(target) {
        Ok(target) => (status, [(LOCATION, target)]).into_response(),
        Err(_) => Failure::Status(StatusCode::BAD_REQUEST).into_response(),
    }
}

/// To the sign-in page and back.
pub(crate) fn to_sign_in(path: &str) -> Response {
    see_other(&format!("/login?{}", query(&[("return_to", path)])))
}

/// Pairs as a query.
pub(crate) fn query(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

/// A part of a path that a name or an id can be; others lead nowhere.
fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 300
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-' | b'@' | b':'))
}

/// `/users/NAME` and `/g/NAME` to `/@NAME`.
pub(crate) async fn account(Path(name): Path<String>) -> Response {
    if !is_word(&name) {
        return Failure::NOT_FOUND.into_response();
    }
    towards(StatusCode::FOUND, &format!("/@{name}"))
}

/// `/users/NAME/statuses/ID` to `/@NAME/ID`.
pub(crate) async fn status(Path((name, id)): Path<(String, String)>) -> Response {
    if !is_word(&name) || !is_word(&id) {
        return Failure::NOT_FOUND.into_response();
    }
    towards(StatusCode::FOUND, &format!("/@{name}/{id}"))
}

/// `/c/NAME`, as Lemmy writes groups, to `/g/NAME`.
pub(crate) async fn community(Path(name): Path<String>) -> Response {
    if !is_word(&name) {
        return Failure::NOT_FOUND.into_response();
    }
    towards(StatusCode::MOVED_PERMANENTLY, &format!("/g/{name}"))
}

/// `/.well-known/change-password`, where password managers look.
pub(crate) async fn change_password() -> Response {
    towards(StatusCode::FOUND, "/settings/security")
}

/// `/settings` to the page that is there.
pub(crate) async fn settings() -> Response {
    towards(StatusCode::FOUND, "/settings/profile")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_our_own_are_ways_back() {
        for good in [
            "/",
            "/home?max_id=12",
            "/oauth/authorize?client_id=a&redirect_uri=https%3A%2F%2Felk.example%2Fcb&state=//x",
            "/@ana/123#p-123",
        ] {
            assert_eq!(safe_path(good).as_deref(), Some(good));
        }
        for bad in [
            "",
            "home",
            "//evil.example",
            "/\\evil.example",
            "/%2f%2fevil.example",
            "/%2F/evil.example",
            "/%5Cevil.example",
            "https:evil.example",
            "https://evil.example/",
            "javascript:alert(1)",
            "/a\r\nSet-Cookie: x=1",
            "/a\tb",
            "/\t/evil.example",
            "/.//evil.example",
            "/a/..//evil.example",
            "/ö",
        ] {
            assert_eq!(safe_path(bad), None, "{bad:?}");
        }
        assert_eq!(safe_path(&format!("/{}", "a".repeat(5000))), None);
    }

    #[test]
    fn no_line_break_gets_into_a_header() {
        let response = towards(StatusCode::FOUND, "/a\r\nSet-Cookie: x=1");
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        assert!(!response.headers().contains_key(LOCATION));
    }
}
