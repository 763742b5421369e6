//! Somebody else's things under every address that takes an id (threats, row 82): they answer with the
//! bytes of what never was, and nothing of them is changed.

use http::Method;
use serde_json::{Value, json};
use server::api::{self, Route};

use super::house::{House, call, fill, names, title};
use crate::harness::{Body, Browser, Stage, id_of, on_both_engines};

on_both_engines![
    what_is_hers_answers_like_what_never_was,
    what_only_moderators_may_do_is_refused_to_others,
    her_things_are_nothing_in_the_words_of_others,
    her_things_are_nothing_on_the_pages_of_others,
];

/// Routes whose id names nothing that somebody could have for themselves, and why.
const OPEN: &[(&str, &str)] = &[
    (
        "/api/v1/accounts/{",
        "people are public; what is between two of them is told in api/relationships.rs",
    ),
    ("/api/v1/admin/", "for the staff: abuse/roles.rs"),
    ("/api/v1/announcements/{", "said to everyone"),
    ("/api/v1/featured_tags/{", "not built"),
    (
        "/api/v1/groups/{",
        "groups are public; what their moderators may is told below",
    ),
    ("/api/v1/instance/", "said to everyone"),
    ("/api/v1/suggestions/{", "puts away one's own suggestion"),
    ("/api/v1/tags/{", "a word"),
    ("/api/v1/timelines/tag/{", "a word"),
    ("/api/v1/timelines/group/{", "groups are public"),
    ("/api/v1_alpha/async_refreshes/{", "there are none"),
];

/// What moderators of a group do, and only they.
const MODERATORS: &[&str] = &[
    "/api/v1/groups/{id}/blocks",
    "/api/v1/groups/{id}/kick",
    "/api/v1/groups/{id}/membership_requests",
    "/api/v1/groups/{id}/membership_requests/{account}/authorize",
    "/api/v1/groups/{id}/membership_requests/{account}/reject",
    "/api/v1/groups/{id}/statuses/{status}",
];

/// An id of the same shape that was never given out: each number in it is another.
fn never(id: &str) -> String {
    let mut other = String::new();
    let mut number = String::new();
    for letter in id.chars().chain(['\0']) {
        if letter.is_ascii_digit() {
            number.push(letter);
            continue;
        }
        if let Ok(value) = number.parse::<i64>() {
            other.push_str(&(value + 12_345).to_string());
        }
        number.clear();
        other.push(letter);
    }
    other.pop();
    other
}

/// What an app could tell two answers apart by, with all that stands for the ids taken out.
fn face(
    house: &House,
    route: &Route,
    with: impl Fn(&'static str) -> String,
) -> (u16, Vec<(String, String)>, String) {
    let path = fill(route, &with);
    let answer = call(&house.eve, route, &path, &house.words(route));
    let (status, headers, mut text) = answer.face("no id");
    for name in names(route) {
        text = text.replace(&with(name), "ID");
    }
    (status, headers, text)
}

fn what_is_hers_answers_like_what_never_was(stage: &Stage) {
    let house = House::new(*stage);
    let before = house.place.contents();
    let mut tried = 0;
    for route in api::table().iter() {
        let kinds = names(route);
        let is_open = OPEN.iter().any(|(start, _)| route.path.starts_with(start));
        if kinds.is_empty() || is_open {
            continue;
        }
        tried += 1;
        let hers = face(&house, route, |name| house.id(name).to_owned());
        let none = face(&house, route, |name| never(house.id(name)));
        assert_eq!(hers, none, "{} tells them apart", title(route));
        assert_eq!(hers.0, 404, "{}: {}", title(route), hers.2);
    }
    assert!(tried > 80, "{tried} routes");
    house.place.is_unchanged(&before, "a stranger");
    // The same words are right ones, where the thing is one's own.
    for route in api::table().iter() {
        let is_open = OPEN.iter().any(|(start, _)| route.path.starts_with(start));
        if names(route).is_empty() || is_open || route.method != Method::GET {
            continue;
        }
        let path = fill(route, |name| house.id(name).to_owned());
        call(&house.ana, route, &path, &house.words(route)).is(200);
    }
}

fn what_only_moderators_may_do_is_refused_to_others(stage: &Stage) {
    let house = House::new(*stage);
    house
        .ben
        .press(&format!("/api/v1/groups/{}/join", house.id("group")))
        .ok();
    let before = house.place.contents();
    for route in api::table().iter() {
        if !MODERATORS.contains(&route.path) {
            continue;
        }
        let path = fill(route, |name| house.id(name).to_owned());
        for (who, name) in [(&house.eve, "a stranger"), (&house.ben, "who asks")] {
            let answer = call(who, route, &path, &house.words(route));
            assert!(
                matches!(answer.status, 403 | 404),
                "{} by {name}: {} {}",
                title(route),
                answer.status,
                answer.text()
            );
        }
        house.place.is_unchanged(&before, &title(route));
    }
}

/// Requests of eve's with her own things in the path and ana's in the words: method, path, words in which
/// `HER thing` stands for an id of ana's and `OWN thing` for one of eve's, and the answer.
fn words() -> Vec<(Method, &'static str, Value, u16)> {
    let status = "/api/v1/statuses";
    vec![
        (
            Method::POST,
            status,
            json!({"status": "x", "in_reply_to_id": "HER status"}),
            404,
        ),
        (
            Method::POST,
            status,
            json!({"status": "x", "quoted_status_id": "HER status"}),
            404,
        ),
        (
            Method::POST,
            status,
            json!({"status": "x", "media_ids": ["HER media"]}),
            422,
        ),
        (
            Method::POST,
            status,
            json!({"status": "x", "group_id": "HER list"}),
            404,
        ),
        (
            Method::POST,
            status,
            json!({"status": "x", "in_reply_to_id": "HER status", "scheduled_at": "LATER"}),
            404,
        ),
        (
            Method::POST,
            status,
            json!({"status": "x", "quoted_status_id": "HER status", "scheduled_at": "LATER"}),
            404,
        ),
        (
            Method::POST,
            status,
            json!({"status": "x", "media_ids": ["HER media"], "scheduled_at": "LATER"}),
            422,
        ),
        (
            Method::PUT,
            "/api/v1/statuses/OWN status",
            json!({"status": "x", "media_ids": ["HER media"]}),
            422,
        ),
        (
            Method::POST,
            "/api/v2/filters/OWN filter/statuses",
            json!({"status_id": "HER status"}),
            404,
        ),
        (
            Method::PUT,
            "/api/v2/filters/OWN filter",
            json!({"keywords_attributes": [{"id": "HER keyword", "keyword": "x"}]}),
            404,
        ),
        (
            Method::PUT,
            "/api/v2/filters/OWN filter",
            json!({"keywords_attributes": [{"id": "HER keyword", "_destroy": true}]}),
            404,
        ),
        (
            Method::POST,
            "/api/v1/reports",
            json!({"account_id": "HER ana", "status_ids": ["HER status"]}),
            404,
        ),
        (
            Method::POST,
            "/api/v1/notifications/requests/accept",
            json!({"id": ["HER request of a stranger"]}),
            404,
        ),
        (
            Method::POST,
            "/api/v1/notifications/requests/dismiss",
            json!({"id": ["HER request of a stranger"]}),
            404,
        ),
        (
            Method::POST,
            "/api/v1/lists/OWN list/accounts",
            json!({"account_ids": ["HER ana"]}),
            404,
        ),
        (
            Method::POST,
            "/api/v1/lists/HER list/accounts",
            json!({"account_ids": ["OWN friend"]}),
            404,
        ),
    ]
}

/// Eve's own things.
fn own(house: &House) -> impl Fn(&str) -> String {
    let eve = &house.eve;
    let post = id_of(&eve.publish("hers is mine"));
    let filter = json!({"title": "t", "context": ["home"]});
    let filter = id_of(&eve.post("/api/v2/filters", &filter).ok());
    let list = id_of(&eve.post("/api/v1/lists", &json!({"title": "t"})).ok());
    let friend = house.ben.id.clone();
    eve.towards(&friend, "follow").ok();
    move |name| match name {
        "status" => post.clone(),
        "filter" => filter.clone(),
        "list" => list.clone(),
        "friend" => friend.clone(),
        other => panic!("eve has no {other}"),
    }
}

const HERS: &[&str] = &[
    "status",
    "media",
    "list",
    "keyword",
    "request of a stranger",
    "ana",
];
const OWN: &[&str] = &["status", "filter", "list", "friend"];

fn her_things_are_nothing_in_the_words_of_others(stage: &Stage) {
    let house = House::new(*stage);
    let own = own(&house);
    let before = house.place.contents();
    let later = crate::harness::now().plus(3_600_000).iso();
    for (method, path, words, expected) in words() {
        let fill = |text: &str, hers: &dyn Fn(&str) -> String| {
            let text = text.replace("LATER", &later);
            let text = HERS.iter().fold(text, |text, name| {
                text.replace(&format!("HER {name}"), &hers(name))
            });
            OWN.iter().fold(text, |text, name| {
                text.replace(&format!("OWN {name}"), &own(name))
            })
        };
        let ask = |hers: &dyn Fn(&str) -> String| {
            let bytes = fill(&words.to_string(), hers).into_bytes();
            let body = Body {
                kind: "application/json".to_owned(),
                bytes,
            };
            house
                .eve
                .ask(method.clone(), &fill(path, hers), &[], Some(body))
        };
        let hers = ask(&|name| house.id(name).to_owned());
        let none = ask(&|name| never(house.id(name)));
        let case = format!("{method} {path} {words}");
        assert_eq!(hers.status, expected, "{case}: {}", hers.text());
        // Of ana herself everyone may know.
        if !case.contains("HER ana") {
            assert_eq!(
                hers.face("no id"),
                none.face("no id"),
                "{case} tells them apart"
            );
        }
        house.place.is_unchanged(&before, &case);
    }
    let found = house
        .eve
        .items(&format!("/api/v1/statuses?id[]={}", house.id("status")));
    assert!(found.is_empty(), "{found:?}");
}

fn her_things_are_nothing_on_the_pages_of_others(stage: &Stage) {
    let house = House::new(*stage);
    let place = &house.place;
    let _phone = Browser::of(place, &house.ana);
    let ana = Browser::of(place, &house.ana);
    let form = ana.open("/settings/invites").form_to("/settings/invites");
    ana.send(&form.fill("uses", "1"));
    let eve = Browser::of(place, &house.eve);
    let word = eve.open("/home").form_to("/logout");
    let word = word
        .fields
        .iter()
        .find(|field| field.0 == "csrf")
        .expect("a word")
        .1
        .clone();
    let value = |page: &str, action: &str| {
        let forms = ana.open(page).forms();
        let ids = forms
            .iter()
            .filter(|form| form.action.ends_with(action))
            .flat_map(|form| form.fields.iter().chain(&form.buttons))
            .filter(|field| field.0 == "id" && field.1.parse::<i64>().is_ok());
        ids.map(|field| field.1.clone())
            .next()
            .unwrap_or_else(|| panic!("ana has nothing for {action}"))
    };
    let invite = value("/settings/invites", "/settings/invites/close");
    let browser = value("/settings/security", "/settings/browsers");
    let (status, poll) = (house.id("status"), house.id("poll"));
    let before = place.contents();
    let mark = format!("/@ana/{status}/mark");
    let vote = format!("/@ana/{status}/vote");
    let delete = format!("/@ana/{status}/delete");
    for (action, fields) in [
        ("/settings/invites/close", vec![("id", invite.as_str())]),
        ("/settings/browsers", vec![("id", browser.as_str())]),
        (mark.as_str(), vec![("do", "favourite")]),
        (mark.as_str(), vec![("do", "boost")]),
        (mark.as_str(), vec![("do", "keep")]),
        (vote.as_str(), vec![("poll", poll), ("choice", "0")]),
        (delete.as_str(), vec![]),
        ("/new", vec![("reply", status), ("text", "an answer")]),
        (
            "/@circle/queue",
            vec![("who", house.id("cho")), ("do", "authorize")],
        ),
    ] {
        let ask = |other: bool| {
            let of = |text: &str| {
                if other && text.len() > 10 {
                    never(text)
                } else {
                    text.to_owned()
                }
            };
            let mut form = crate::harness::Form {
                action: of_path(action, other),
                posts: true,
                ..crate::harness::Form::default()
            };
            form = form.fill("csrf", &word);
            for (name, text) in &fields {
                form = form.fill(name, &of(text));
            }
            eve.send(&form)
        };
        let hers = ask(false);
        if action == "/@circle/queue" {
            assert!(
                matches!(hers.status, 403 | 404),
                "{action}: {}",
                hers.status
            );
        } else {
            assert_eq!(hers.status, 404, "{action} {fields:?}: {}", hers.text());
            assert_eq!(ask(true).status, 404, "{action} {fields:?}");
        }
        place.is_unchanged(&before, action);
    }
    assert_eq!(
        eve.ask(Method::GET, &format!("/new?reply={status}"), None)
            .status,
        404
    );
}

/// The same path with another id in it.
fn of_path(path: &str, other: bool) -> String {
    if other { never(path) } else { path.to_owned() }
}
