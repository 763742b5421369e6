//! The table of routes: what it promises on paper and over HTTP.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use axum::response::Response;
use services::{Context, Place};
use tower::ServiceExt as _;

use super::{router, table};
use crate::auth::Caller;
use crate::state::AppState;

mod coverage;

async fn state(name: &str) -> AppState {
    let folder = std::env::temp_dir().join(format!("balai-api-{name}-{}", std::process::id()));
    let place = Place::new("https://balai.example").unwrap();
    let ctx = Context::open(None, &folder, place, true).await.unwrap();
    AppState { ctx }
}

async fn ask(state: &AppState, request: Request<Body>) -> (Response<()>, String) {
    let app = router().with_state(state.clone());
    let (parts, body) = app.oneshot(request).await.unwrap().into_parts();
    let bytes = axum::body::to_bytes(body, 1_000_000).await.unwrap();
    (
        Response::from_parts(parts, ()),
        String::from_utf8(bytes.to_vec()).unwrap(),
    )
}

fn request(method: &Method, path: &str) -> Request<Body> {
    Request::builder()
        .method(method)
        .uri(path)
        .body(Body::empty())
        .unwrap()
}

#[test]
fn coverage_page_is_up_to_date() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../docs/developers/api-coverage.md"
    );
    let called = coverage::calls();
    let page = table().page(|route| coverage::test_of(&called, route));
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        written == page,
        "run: UPDATE_DOCS=1 cargo test -p server coverage"
    );
}

#[test]
fn every_route_that_works_is_called_by_a_test() {
    let called = coverage::calls();
    let without: Vec<String> = table()
        .iter()
        .filter(|route| route.stand == super::Stand::Works)
        .filter(|route| coverage::test_of(&called, route).is_none())
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    assert!(without.is_empty(), "{}", without.join("\n"));
}

#[test]
fn the_description_names_every_route() {
    let described = serde_json::to_value(table().described()).unwrap();
    for route in table().iter() {
        let method = route.method.as_str().to_ascii_lowercase();
        let operation = &described["paths"][route.path][&method];
        assert!(operation.is_object(), "{} {}", route.method, route.path);
        let statuses = operation["responses"].as_object().unwrap();
        assert!(statuses.contains_key("200"));
    }
}

#[test]
fn no_route_stands_in_the_table_twice() {
    let mut seen = BTreeSet::new();
    for route in table().iter() {
        let key = format!("{} {}", route.method, route.path);
        assert!(seen.insert(key.clone()), "{key}");
    }
}

#[test]
fn whoever_writes_needs_a_scope_to_write() {
    for route in table().iter() {
        let writes = route.method != Method::GET;
        let scopes: Vec<_> = route
            .access
            .scopes
            .iter()
            .map(|scope| scope.as_str())
            .collect();
        let fits = scopes.iter().all(|scope| {
            scope.starts_with("write:")
                || scope.starts_with("admin:write")
                || reads_by_posting(route.path, scope)
                || *scope == "push"
                || (route.path.ends_with("/translate") && *scope == "read:statuses")
                || (route.path == "/api/v1/suggestions/{id}" && *scope == "read")
        });
        let registers = route.path == "/api/v1/apps";
        if writes {
            assert!(
                registers || (fits && !scopes.is_empty()),
                "{} {} {scopes:?}",
                route.method,
                route.path
            );
            assert!(
                registers || route.access.caller != Caller::Anyone,
                "{}",
                route.path
            );
        }
    }
}

/// What the staff asks for in a body: Mastodon made these readings POSTs.
fn reads_by_posting(path: &str, scope: &str) -> bool {
    scope.starts_with("admin:read")
        && [
            "/api/v1/admin/canonical_email_blocks/test",
            "/api/v1/admin/measures",
            "/api/v1/admin/dimensions",
            "/api/v1/admin/retention",
        ]
        .contains(&path)
}

#[tokio::test]
async fn without_a_token_no_door_opens_that_asks_for_one() {
    let state = state("tokens").await;
    for route in table().iter() {
        if !matches!(route.access.caller, Caller::App | Caller::Person) {
            continue;
        }
        let path = route.path.replace(['{', '}'], "");
        let path = path.replace("/id", "/1");
        let (answer, body) = ask(&state, request(&route.method, &path)).await;
        assert_eq!(
            answer.status(),
            StatusCode::UNAUTHORIZED,
            "{} {path}",
            route.method
        );
        assert_eq!(body, r#"{"error":"The access token is invalid"}"#, "{path}");
    }
}

#[tokio::test]
async fn what_does_not_exist_is_answered_in_json() {
    let state = state("unknown").await;
    for path in [
        "/api",
        "/api/",
        "/api/v1/nothing",
        "/api/v9/statuses/1",
        "/api/v1/statuses/1/nothing",
    ] {
        let (answer, body) = ask(&state, request(&Method::GET, path)).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(
            answer.headers()["content-type"],
            "application/json",
            "{path}"
        );
        assert_eq!(body, r#"{"error":"Record not found"}"#, "{path}");
    }
    let (answer, body) = ask(&state, request(&Method::DELETE, "/api/v1/timelines/home")).await;
    assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(body, r#"{"error":"Method not allowed"}"#);
}

#[tokio::test]
async fn an_id_that_cannot_be_one_is_an_id_that_does_not_exist() {
    let state = state("ids").await;
    for path in [
        "/api/v1/accounts/abc",
        "/api/v1/statuses/-1",
        "/api/v1/statuses/%00",
        "/api/v1/statuses/1e5",
    ] {
        let (answer, body) = ask(&state, request(&Method::GET, path)).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(body, r#"{"error":"Record not found"}"#, "{path}");
    }
}

#[tokio::test]
async fn a_page_of_another_origin_may_ask_with_its_token() {
    let state = state("cors").await;
    let preflight = Request::builder()
        .method(Method::OPTIONS)
        .uri("/api/v1/statuses")
        .header("origin", "https://phanpy.example")
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "authorization,idempotency-key",
        )
        .body(Body::empty())
        .unwrap();
    let (answer, _body) = ask(&state, preflight).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let headers = answer.headers();
    assert_eq!(headers["access-control-allow-origin"], "*");
    assert_eq!(
        headers["access-control-allow-headers"],
        "authorization,idempotency-key"
    );
    assert!(
        headers["access-control-allow-methods"]
            .to_str()
            .unwrap()
            .contains("PATCH")
    );
    assert_eq!(headers.get("access-control-allow-credentials"), None);

    let mut plain = request(&Method::GET, "/api/v1/custom_emojis");
    plain
        .headers_mut()
        .insert("origin", "https://phanpy.example".parse().unwrap());
    let (answer, body) = ask(&state, plain).await;
    assert_eq!(body, "[]");
    let exposed = answer.headers()["access-control-expose-headers"]
        .to_str()
        .unwrap();
    assert!(
        exposed.contains("link") && exposed.contains("x-ratelimit-reset"),
        "{exposed}"
    );
    assert_eq!(answer.headers()["cache-control"], "private, no-store");
}
