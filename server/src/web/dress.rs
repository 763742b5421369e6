//! What every page wears: error pages in the reader's language, the headers that keep a browser from
//! doing what we did not mean, and the choice of a language for next time.

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION,
    REFERRER_POLICY, SET_COOKIE, STRICT_TRANSPORT_SECURITY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use super::failure::{Unprinted, error_page};
use super::viewer::{self, chosen_language};
use crate::i18n::Lang;
use crate::state::AppState;

/// No script at all, nothing from elsewhere, forms only to ourselves (threats, row 94).
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
                      frame-ancestors 'none'; base-uri 'none'";

/// The policy of a page whose form is answered by a redirect to `target`: Chromium holds `form-action`
/// against redirects too, so that the app's own scheme or origin has to stand in it.
pub(crate) fn policy_towards(target: &str) -> String {
    match form_target(target) {
        Some(source) => POLICY.replace(
            "form-action 'self'",
            &format!("form-action 'self' {source}"),
        ),
        None => POLICY.to_owned(),
    }
}

/// `https://elk.example` for web addresses, `scheme:` for those of apps.
fn form_target(target: &str) -> Option<String> {
    let (scheme, _) = target.split_once(':')?;
    let named = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
    match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" => {
            let origin = url::Url::parse(target).ok()?.origin();
            origin.is_tuple().then(|| origin.ascii_serialization())
        }
        "urn" => None,
        scheme => named.then(|| format!("{scheme}:")),
    }
}

/// The layer around all pages, OAuth's among them.
pub async fn dress(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let asked = request.uri().query().and_then(chosen_language);
    let lang = asked
        .or_else(|| viewer::language_of(request.headers()))
        .unwrap_or_default();
    let signed_in = viewer::has_session_cookie(&app, request.headers());
    let mut response = next.run(request).await;
    if is_bare(&response) {
        let cookies: Vec<HeaderValue> = response
            .headers()
            .get_all(SET_COOKIE)
            .iter()
            .cloned()
            .collect();
        response = error_page(response.status(), lang);
        for cookie in cookies {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
    }
    let secure = app.ctx.place.is_secure();
    let headers = response.headers_mut();
    if let Some(lang) = asked {
        remember(headers, lang, secure);
    }
    put_headers(headers, signed_in, secure);
    response
}

/// Is there no page yet? Failures of ours are marked; a wrong method or a path that is no text is
/// refused by the router in words for programmers.
fn is_bare(response: &Response) -> bool {
    let is_page = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    response.extensions().get::<Unprinted>().is_some()
        || (response.status().is_client_error() && !is_page)
}

fn remember(headers: &mut HeaderMap, lang: Lang, secure: bool) {
    let end = if secure { "; Secure" } else { "" };
    let cookie = format!(
        "{}={}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax{end}",
        viewer::LANGUAGE_COOKIE,
        lang.code()
    );
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        headers.append(SET_COOKIE, cookie);
    }
}

fn put_headers(headers: &mut HeaderMap, signed_in: bool, secure: bool) {
    let is_page = headers
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let unless_set: &[(HeaderName, &'static str)] = &[
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "same-origin"),
        (CONTENT_SECURITY_POLICY, POLICY),
    ];
    for (name, value) in unless_set {
        if !headers.contains_key(name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if secure {
        headers.insert(
            STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000"),
        );
    }
    if headers.contains_key(CACHE_CONTROL) {
        return;
    }
    let moves = headers.contains_key(LOCATION);
    // A page with a cookie in it is its reader's alone, also before any session.
    let own = signed_in || headers.contains_key(SET_COOKIE);
    headers.insert(
        CACHE_CONTROL,
        HeaderValue::from_static(if own { "private, no-store" } else { "no-cache" }),
    );
    if is_page || moves {
        headers.append(
            VARY,
            HeaderValue::from_static("Accept, Cookie, Accept-Language"),
        );
    }
    if is_page && !headers.contains_key(CONTENT_LANGUAGE) {
        headers.insert(
            HeaderName::from_static("cross-origin-resource-policy"),
            HeaderValue::from_static("same-origin"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_may_lead_to_the_app_that_asked_and_nowhere_else() {
        for (target, expected) in [
            (
                "mastodon-android-auth://callback",
                Some("mastodon-android-auth:"),
            ),
            ("icecubesapp://", Some("icecubesapp:")),
            (
                "https://elk.example/api/x/oauth?y=1",
                Some("https://elk.example"),
            ),
            ("http://127.0.0.1:4000/cb", Some("http://127.0.0.1:4000")),
            ("http://[::1]:4000/cb", Some("http://[::1]:4000")),
            ("urn:ietf:wg:oauth:2.0:oob", None),
            ("bad scheme;x://callback", None),
            ("'unsafe-inline'://x", None),
            ("nothing", None),
        ] {
            assert_eq!(form_target(target).as_deref(), expected, "{target}");
        }
        assert_eq!(
            policy_towards("a.b://c"),
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' a.b:; \
             frame-ancestors 'none'; base-uri 'none'"
        );
    }

    #[test]
    fn what_a_member_sees_is_never_kept_and_what_a_file_says_stands() {
        let mut page = HeaderMap::new();
        page.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        );
        let mut open = page.clone();
        put_headers(&mut page, true, true);
        assert_eq!(page[CACHE_CONTROL], "private, no-store");
        assert!(page.contains_key(STRICT_TRANSPORT_SECURITY));
        assert_eq!(page[CONTENT_SECURITY_POLICY], POLICY);
        put_headers(&mut open, false, false);
        assert_eq!(open[CACHE_CONTROL], "no-cache");
        assert_eq!(open[VARY], "Accept, Cookie, Accept-Language");
        assert!(!open.contains_key(STRICT_TRANSPORT_SECURITY));

        let mut file = HeaderMap::new();
        file.insert(CACHE_CONTROL, HeaderValue::from_static("public, immutable"));
        file.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox"));
        put_headers(&mut file, true, false);
        assert_eq!(file[CACHE_CONTROL], "public, immutable");
        assert_eq!(file[CONTENT_SECURITY_POLICY], "sandbox");
    }
}
