//! Files that pages need: the stylesheet, placeholders, and a few words for robots. What members and other
//! servers sent is in `media`.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};

use super::failure::Failure;

const STYLE: &str = include_str!("../../assets/style.css");
const ICON: &[u8] = include_bytes!("../../assets/icon.png");
const AVATAR: &[u8] = include_bytes!("../../assets/avatar.png");
const HEADER: &[u8] = include_bytes!("../../assets/header.png");

/// A year: the name changes when the content does.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";
const A_DAY: &str = "public, max-age=86400";

/// The path of the stylesheet, which changes with its content.
pub(crate) fn style_path() -> &'static str {
    static PATH: LazyLock<String> = LazyLock::new(|| format!("/static/{}", style_name()));
    &PATH
}

fn style_name() -> String {
    // FNV-1a: a name for caches, nothing that protects.
    let hash = STYLE.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("style-{hash:016x}.css")
}

fn answer(kind: &'static str, cache: &'static str, bytes: impl IntoResponse) -> Response {
    let headers = [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, cache),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "cross-origin",
        ),
    ];
    (headers, bytes).into_response()
}

/// `/static/style-HASH.css`
pub(crate) async fn fixed(Path(file): Path<String>) -> Result<Response, Failure> {
    if format!("/static/{file}") == style_path() {
        Ok(answer("text/css; charset=utf-8", FOR_GOOD, STYLE))
    } else {
        Err(Failure::NOT_FOUND)
    }
}

/// `/default/avatar.png` and `/default/header.png`: apps want an address for every account.
pub(crate) async fn placeholder(Path(file): Path<String>) -> Result<Response, Failure> {
    let bytes = match file.as_str() {
        "avatar.png" => AVATAR,
        "header.png" => HEADER,
        _ => return Err(Failure::NOT_FOUND),
    };
    let mut response = answer("image/png", A_DAY, bytes);
    let any = HeaderValue::from_static("*");
    response
        .headers_mut()
        .insert(ACCESS_CONTROL_ALLOW_ORIGIN, any);
    Ok(response)
}

/// `/favicon.ico`
pub(crate) async fn icon() -> Response {
    answer("image/png", A_DAY, ICON)
}

/// `/robots.txt`: what is public may be found, forms and members' pages need no visit.
pub(crate) async fn robots() -> Response {
    let text = "User-agent: *\nDisallow: /api/\nDisallow: /oauth/\nDisallow: /home\nDisallow: /new\n\
                Disallow: /login\nDisallow: /settings\n";
    answer("text/plain; charset=utf-8", A_DAY, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stylesheet_is_small() {
        // Compressed it is about a third.
        assert!(STYLE.len() <= 16 * 1024, "{} bytes", STYLE.len());
        assert!(
            !STYLE.contains("url("),
            "nothing is loaded by the stylesheet"
        );
        assert!(!STYLE.contains("@import"));
    }

    #[tokio::test]
    async fn files_have_a_fixed_type_and_only_the_present_stylesheet_is_there() {
        let response = fixed(Path(style_name())).await.unwrap();
        assert_eq!(response.headers()[CONTENT_TYPE], "text/css; charset=utf-8");
        assert_eq!(response.headers()[CACHE_CONTROL], FOR_GOOD);
        assert_eq!(response.headers()[X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert!(fixed(Path("style-0.css".to_owned())).await.is_err());
        assert!(placeholder(Path("../avatar.png".to_owned())).await.is_err());
        assert!(placeholder(Path("header.png".to_owned())).await.is_ok());
    }
}
