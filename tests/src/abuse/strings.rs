//! Texts that nobody means (threats, rows 86 to 88): signs of query languages, NUL, what is far too long,
//! in every text that any route reads.

use http::Method;
use serde_json::{Value, json};
use server::api::{self, Route};
use server::auth::Caller;
use server::extract::Shape;

use super::house::{House, call, fill, title};
use super::paging::caller;
use crate::api::sign_up::app;
use crate::harness::{Answer, Body, Client, Stage, id_of, on_both_engines};

on_both_engines![
    hostile_texts_are_only_texts,
    what_cannot_be_text_is_refused,
    nothing_is_stored_that_is_far_too_long,
    each_text_has_the_end_that_is_told,
];

const HOSTILE: &[&str] = &[
    "' OR 1=1 --",
    "\"; DROP TABLE users; --",
    "%' ESCAPE '",
    "_%\\",
    "NEAR(a b)",
    "\"*\"",
    "\"unbalanced ' (((",
    "content:x AND -y",
    "!a & b | (c <-> d):*",
    "-",
    "^(a+)+$",
    "\u{202e}txt\u{2066}",
    "\u{feff}\u{200b}",
    "a\u{301}\u{302}\u{303}",
    "🫖\u{1f3f4}\u{e0067}",
    "a\r\nBcc: x@evil.example",
    "javascript:alert(1)",
    "//evil.example/\\..",
    "2026-13-45T99:99:99+99:99",
    "-9223372036854775809",
    "<img src=x onerror=alert(1)>",
    "#' @\" ::",
];

/// A step from the words of a request to a text in them.
#[derive(Clone, Debug)]
enum Step {
    Name(&'static str),
    First,
}

/// Every text of a route, as the way that leads to it.
fn texts(route: &Route) -> Vec<Vec<Step>> {
    fn below(way: &[Step], shape: &Shape, found: &mut Vec<Vec<Step>>) {
        match shape {
            Shape::Text | Shape::Any | Shape::Words(_) | Shape::Whole | Shape::Number => {
                found.push(way.to_vec());
            }
            Shape::List(items) => below(&[way, &[Step::First]].concat(), items, found),
            Shape::Object(fields) => {
                for (name, shape) in fields {
                    below(&[way, &[Step::Name(name)]].concat(), shape, found);
                }
            }
            Shape::Flag | Shape::File => {}
        }
    }
    let mut found = Vec::new();
    for shape in &route.reads.parameters {
        below(&[], shape, &mut found);
    }
    for (name, shape) in &route.reads.query {
        below(&[Step::Name(name)], shape, &mut found);
    }
    found
}

/// The words with this text at the end of the way.
fn put(words: &Value, way: &[Step], text: &str) -> Value {
    let Some((step, rest)) = way.split_first() else {
        return json!(text);
    };
    match step {
        Step::Name(name) => {
            let mut words = if words.is_object() {
                words.clone()
            } else {
                json!({})
            };
            words[*name] = put(&words[*name].clone(), rest, text);
            words
        }
        Step::First => json!([put(&words[0], rest, text)]),
    }
}

/// Every route that reads texts, with who calls it, its path, the words of a right call and the texts.
fn tries(house: &House, stranger: &Client, mut each: impl FnMut(&Route, &Client, &str, &[Step])) {
    for route in api::table().iter() {
        // PUT and PATCH are one handler; streams end by themselves only when nobody listens.
        if route.method == Method::PATCH || route.path.starts_with("/api/v1/streaming") {
            continue;
        }
        let who = match (route.path, route.access.caller) {
            ("/api/v1/accounts", Caller::App) => stranger,
            _ => caller(house, route),
        };
        let path = fill(route, |name| house.id(name).to_owned());
        for way in texts(route) {
            each(route, who, &path, &way);
        }
    }
}

fn is_clear(case: &str, answer: &Answer) {
    assert!(
        answer.status < 500,
        "{case}: {} {}",
        answer.status,
        answer.text()
    );
    answer.json();
}

fn hostile_texts_are_only_texts(stage: &Stage) {
    let house = House::new(*stage);
    let stranger = app(&house.place, "read write");
    let mut tried = 0;
    tries(&house, &stranger, |route, who, path, way| {
        tried += 1;
        for text in HOSTILE {
            let words = put(&quick(&house, route), way, text);
            let answer = call(who, route, path, &words);
            is_clear(&format!("{} {words}", title(route)), &answer);
        }
    });
    assert!(tried > 150, "{tried} texts");
    // Where a word of the path is a text, too.
    for route in api::table().iter() {
        if !route.path.contains('{') || route.path.starts_with("/api/v1/admin/trends") {
            continue;
        }
        for text in HOSTILE {
            let text: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
            let path = fill(route, |_name| text.replace('+', "%20"));
            let answer = call(caller(&house, route), route, &path, &json!({}));
            is_clear(&format!("{} as {path}", title(route)), &answer);
        }
    }
    // Nothing was dropped, and ana is still there.
    house.ana.get("/api/v1/accounts/verify_credentials").ok();
    assert!(house.place.row_counts()["users"] > 0);
}

/// The words of a right call; a group's are not quite right, for each new one costs a key.
fn quick(house: &House, route: &Route) -> Value {
    let mut words = house.words(route);
    if route.path == "/api/v1/groups" && route.method == Method::POST {
        words["name"] = json!("circle");
    }
    words
}

fn what_cannot_be_text_is_refused(stage: &Stage) {
    let house = House::new(*stage);
    let stranger = app(&house.place, "read write");
    let before = house.place.contents();
    tries(&house, &stranger, |route, who, path, way| {
        let words = put(&house.words(route), way, "a\0b");
        let case = format!("{} {words}", title(route));
        let answer = call(who, route, path, &words);
        assert_eq!(answer.status, 422, "{case}: {}", answer.text());
        if matches!(route.method, Method::GET | Method::DELETE) {
            return;
        }
        // Half of a pair of surrogates, and bytes that are no UTF-8.
        let words = put(&house.words(route), way, "MARK").to_string();
        for bytes in [&b"\\ud800"[..], &b"\xff\xfe"[..], &b"\xc0\x80"[..]] {
            let parts = words.split_once("MARK").expect("the mark");
            let body = [parts.0.as_bytes(), bytes, parts.1.as_bytes()].concat();
            let body = Body {
                kind: "application/json".to_owned(),
                bytes: body,
            };
            let answer = who.ask(route.method.clone(), path, &[], Some(body));
            assert_eq!(answer.status, 400, "{case}: {}", answer.text());
        }
    });
    // In a path.
    for route in api::table().iter() {
        if route.path.contains('{') {
            let path = fill(route, |_name| "a%00b".to_owned());
            let answer = call(caller(&house, route), route, &path, &house.words(route));
            assert!(
                matches!(answer.status, 400 | 404 | 422),
                "{} with NUL: {} {}",
                title(route),
                answer.status,
                answer.text()
            );
        }
    }
    house.place.is_unchanged(&before, "what is no text");
}

/// Longer than anything that anyone may store, and still within what a body may have.
const FAR_TOO_LONG: usize = 900_000;
/// No row is longer than this.
const LONGEST_ROW: usize = 60_000;

fn nothing_is_stored_that_is_far_too_long(stage: &Stage) {
    let house = House::new(*stage);
    let stranger = app(&house.place, "read write");
    let long = "x ".repeat(FAR_TOO_LONG / 2);
    let solid = "x".repeat(FAR_TOO_LONG);
    let larger = "x".repeat(1024 * 1024);
    tries(&house, &stranger, |route, who, path, way| {
        let name = format!("{} {way:?}", title(route));
        for text in [&long, &solid] {
            let words = put(&quick(&house, route), way, text);
            let body = Some(Body::json(&words));
            let answer = who.ask(route.method.clone(), path, &[], body);
            is_clear(&name, &answer);
        }
        // A body of more than a megabyte is taken where files are, and nowhere else.
        let words = put(&quick(&house, route), way, &larger);
        let body = Some(Body::json(&words));
        let answer = who.ask(route.method.clone(), path, &[], body);
        is_clear(&name, &answer);
        let status = answer.status;
        assert!(matches!(status, 200 | 404 | 413 | 422), "{name}: {status}");
    });
    for (table, rows) in house.place.contents() {
        let longest = rows.iter().map(String::len).max().unwrap_or_default();
        assert!(
            longest < LONGEST_ROW,
            "a row of {table} has {longest} bytes"
        );
    }
}

/// Texts with their ends: how it is asked (`[thing]` stands for its id), the words in which `TEXT` stands for
/// the text, and how long it may be.
const ENDS: &[(&str, &str, usize)] = &[
    ("POST /api/v1/statuses", r#"{"status": "TEXT"}"#, 5000),
    (
        "POST /api/v1/statuses",
        r#"{"status": "a", "title": "TEXT"}"#,
        200,
    ),
    (
        "POST /api/v1/statuses",
        r#"{"status": "a", "spoiler_text": "TEXT"}"#,
        500,
    ),
    (
        "POST /api/v1/statuses",
        r#"{"status": "a", "poll": {"options": ["TEXT", "b"], "expires_in": 3600}}"#,
        50,
    ),
    ("POST /api/v1/lists", r#"{"title": "TEXT"}"#, 255),
    ("PUT /api/v1/lists/[list]", r#"{"title": "TEXT"}"#, 255),
    (
        "POST /api/v2/filters",
        r#"{"title": "TEXT", "context": ["home"]}"#,
        256,
    ),
    (
        "POST /api/v2/filters",
        r#"{"title": "a", "context": ["home"], "keywords_attributes": [{"keyword": "TEXT"}]}"#,
        512,
    ),
    (
        "POST /api/v2/filters/[filter]/keywords",
        r#"{"keyword": "TEXT"}"#,
        512,
    ),
    (
        "PATCH /api/v1/accounts/update_credentials",
        r#"{"display_name": "TEXT"}"#,
        60,
    ),
    (
        "PATCH /api/v1/accounts/update_credentials",
        r#"{"note": "TEXT"}"#,
        2000,
    ),
    (
        "PATCH /api/v1/accounts/update_credentials",
        r#"{"fields_attributes": [{"name": "Town", "value": "TEXT"}]}"#,
        255,
    ),
    (
        "PATCH /api/v1/accounts/update_credentials",
        r#"{"avatar_description": "TEXT"}"#,
        1500,
    ),
    (
        "PUT /api/v1/media/[media]",
        r#"{"description": "TEXT"}"#,
        1500,
    ),
    (
        "POST /api/v1/reports",
        r#"{"account_id": "[ben]", "comment": "TEXT"}"#,
        1000,
    ),
    (
        "POST /api/v1/accounts/[ben]/note",
        r#"{"comment": "TEXT"}"#,
        2000,
    ),
    (
        "PUT /api/v1/collections/[collection]",
        r#"{"name": "TEXT"}"#,
        40,
    ),
    (
        "PUT /api/v1/collections/[collection]",
        r#"{"description": "TEXT"}"#,
        100,
    ),
    (
        "POST /api/v1/apps",
        r#"{"client_name": "TEXT", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob"}"#,
        60,
    ),
    (
        "POST /api/v1/apps",
        r#"{"client_name": "a", "redirect_uris": "app://a/TEXT"}"#,
        1992,
    ),
    (
        "POST /api/v1/groups",
        r#"{"display_name": "TEXT", "name": "long_title"}"#,
        60,
    ),
    (
        "POST /api/v1/groups/[group]/blocks",
        r#"{"account_ids": ["[ben]"], "reason": "TEXT"}"#,
        500,
    ),
];

fn each_text_has_the_end_that_is_told(stage: &Stage) {
    let house = House::new(*stage);
    for (asked, words, most) in ENDS {
        let (method, path) = asked.split_once(' ').expect("a method and a path");
        let path = house.with_ids(path);
        let ask = |count: usize| {
            let body = Body {
                kind: "application/json".to_owned(),
                bytes: house
                    .with_ids(words)
                    .replace("TEXT", &"x".repeat(count))
                    .into_bytes(),
            };
            let method = method.parse().expect("a method");
            house.ana.ask(method, &path, &[], Some(body))
        };
        let case = format!("{asked} {words}");
        let before = house.place.contents();
        for count in [most + 1, most * 10, FAR_TOO_LONG] {
            let answer = ask(count);
            assert_eq!(answer.status, 422, "{case} with {count}: {}", answer.text());
        }
        let status = ask(1024 * 1024).status;
        assert!(
            matches!(status, 413 | 422),
            "{case} with a megabyte: {status}"
        );
        house.place.is_unchanged(&before, &case);
        let answer = ask(*most);
        assert_eq!(answer.status, 200, "{case} with {most}: {}", answer.text());
    }
    // The search has its own end, and its own number of words.
    let many = "a ".repeat(1_000);
    for (text, expected) in [
        ("x".repeat(500), 200),
        ("x".repeat(3_000), 422),
        (many, 422),
    ] {
        let query: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
        let answer = house.ana.get(&format!("/api/v2/search?q={query}"));
        assert_eq!(answer.status, expected, "{} letters", text.len());
    }
    let post = id_of(&house.ana.publish("still here"));
    house.ana.status(&post).ok();
}
