//! Somebody else's things under every address that takes an id (threats, row 82): they answer with the
//! bytes of what never was, and nothing of them is changed.

use http::Method;
use serde_json::json;
use server::api::{self, Route};

use super::house::{House, call, fill, names, title};
use crate::harness::{Answer, Body, Browser, Form, Stage, id_of, on_both_engines};

on_both_engines![
    what_is_hers_answers_like_what_never_was,
    what_only_moderators_may_do_is_refused_to_others,
    her_things_are_nothing_in_the_words_of_others,
    her_things_are_nothing_on_the_pages_of_others,
];

/// Whoever knows the id of a collection may look at it, as with Mastodon.
fn is_open(route: &Route) -> bool {
    let is_collection = route.method == Method::GET && route.path == "/api/v1/collections/{id}";
    is_collection || OPEN.iter().any(|(start, _)| route.path.starts_with(start))
}

/// Routes whose id names nothing that somebody could have for themselves, and why.
const OPEN: &[(&str, &str)] = &[
    (
        "/api/v1/accounts/{",
        "people are public; what is between two of them is told in api/relationships.rs",
    ),
    ("/api/v1/admin/", "for the staff: abuse/roles.rs"),
    ("/api/v1/annual_reports/{", "a year of one's own"),
    ("/api/v1/announcements/{", "said to everyone"),
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

/// Routes that say yes to whatever they are asked, and why.
const SAYS_YES: &[(&str, &str)] = &[(
    "/api/v2/notifications/{group_key}/dismiss",
    "a group that is gone is dismissed, too",
)];

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
        if kinds.is_empty() || is_open(route) {
            continue;
        }
        tried += 1;
        let hers = face(&house, route, |name| house.id(name).to_owned());
        let none = face(&house, route, |name| never(house.id(name)));
        assert_eq!(hers, none, "{} tells them apart", title(route));
        let expected = SAYS_YES.iter().any(|(path, _)| route.path == *path);
        let expected = if expected { 200 } else { 404 };
        assert_eq!(hers.0, expected, "{}: {}", title(route), hers.2);
    }
    assert!(tried > 80, "{tried} routes");
    house.place.is_unchanged(&before, "a stranger");
    // The same words are right ones, where the thing is one's own.
    for route in api::table().iter() {
        if names(route).is_empty() || is_open(route) || route.method != Method::GET {
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

/// Requests of eve's with ana's things in the words: how it is asked and the words, in which `[thing]` stands
/// for an id of ana's and `OWN thing` for one of eve's, and the answer.
const WORDS: &[(&str, &str, u16)] = &[
    (
        "POST /api/v1/statuses",
        r#"{"status": "x", "in_reply_to_id": "[status]"}"#,
        404,
    ),
    (
        "POST /api/v1/statuses",
        r#"{"status": "x", "quoted_status_id": "[status]"}"#,
        404,
    ),
    (
        "POST /api/v1/statuses",
        r#"{"status": "x", "media_ids": ["[media]"]}"#,
        422,
    ),
    (
        "POST /api/v1/statuses",
        r#"{"status": "x", "group_id": "[list]"}"#,
        404,
    ),
    (
        "POST /api/v1/statuses",
        r#"{"status": "x", "in_reply_to_id": "[status]", "scheduled_at": "LATER"}"#,
        404,
    ),
    (
        "POST /api/v1/statuses",
        r#"{"status": "x", "quoted_status_id": "[status]", "scheduled_at": "LATER"}"#,
        404,
    ),
    (
        "POST /api/v1/statuses",
        r#"{"status": "x", "media_ids": ["[media]"], "scheduled_at": "LATER"}"#,
        422,
    ),
    (
        "PUT /api/v1/statuses/OWN status",
        r#"{"status": "x", "media_ids": ["[media]"]}"#,
        422,
    ),
    (
        "POST /api/v2/filters/OWN filter/statuses",
        r#"{"status_id": "[status]"}"#,
        404,
    ),
    (
        "PUT /api/v2/filters/OWN filter",
        r#"{"keywords_attributes": [{"id": "[keyword]", "keyword": "x"}]}"#,
        404,
    ),
    (
        "PUT /api/v2/filters/OWN filter",
        r#"{"keywords_attributes": [{"id": "[keyword]", "_destroy": true}]}"#,
        404,
    ),
    (
        "POST /api/v1/reports",
        r#"{"account_id": "[ana]", "status_ids": ["[status]"]}"#,
        404,
    ),
    (
        "POST /api/v1/notifications/requests/accept",
        r#"{"id": ["[request of a stranger]"]}"#,
        404,
    ),
    (
        "POST /api/v1/notifications/requests/dismiss",
        r#"{"id": ["[request of a stranger]"]}"#,
        404,
    ),
    (
        "POST /api/v1/lists/OWN list/accounts",
        r#"{"account_ids": ["[ana]"]}"#,
        404,
    ),
    (
        "POST /api/v1/lists/[list]/accounts",
        r#"{"account_ids": ["OWN friend"]}"#,
        404,
    ),
];

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

const OWN: &[&str] = &["status", "filter", "list", "friend"];

fn her_things_are_nothing_in_the_words_of_others(stage: &Stage) {
    let house = House::new(*stage);
    let own = own(&house);
    let before = house.place.contents();
    let later = crate::harness::now().plus(3_600_000).iso();
    for (asked, words, expected) in WORDS {
        let case = format!("{asked} {words}");
        let ask = |exist: bool| {
            let fill = |text: &str| {
                let text = text.replace("LATER", &later);
                let text = OWN.iter().fold(text, |text, name| {
                    text.replace(&format!("OWN {name}"), &own(name))
                });
                house.with_these_ids(&text, |id| if exist { id.to_owned() } else { never(id) })
            };
            let (method, path) = asked.split_once(' ').expect("a method and a path");
            let body = Body {
                kind: "application/json".to_owned(),
                bytes: fill(words).into_bytes(),
            };
            let method = method.parse().expect("a method");
            house.eve.ask(method, &fill(path), &[], Some(body))
        };
        let (hers, none) = (ask(true), ask(false));
        assert_eq!(hers.status, *expected, "{case}: {}", hers.text());
        // Of ana herself everyone may know.
        if !case.contains("[ana]") {
            let told = |answer: &Answer, of: fn(&str) -> String| {
                let (status, headers, text) = answer.face("no id");
                (status, headers, house.without_these_ids(&text, of))
            };
            assert_eq!(
                told(&hers, str::to_owned),
                told(&none, never),
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

/// The first id that ana's page offers to this address.
fn offered(ana: &Browser, page: &str, action: &str) -> String {
    let forms = ana.open(page).forms();
    let mut fields = forms
        .iter()
        .filter(|form| form.action.ends_with(action))
        .flat_map(|form| form.fields.iter().chain(&form.buttons));
    let id = fields.find(|field| field.0 == "id" && field.1.parse::<i64>().is_ok());
    id.unwrap_or_else(|| panic!("ana has nothing for {action}"))
        .1
        .clone()
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
    let mut word = word.fields.into_iter().filter(|field| field.0 == "csrf");
    let word = word.next().expect("a word").1;
    let invite = offered(&ana, "/settings/invites", "/settings/invites/close");
    let browser = offered(&ana, "/settings/security", "/settings/browsers");
    let (status, poll) = (house.id("status"), house.id("poll"));
    let before = place.contents();
    let [mark, vote, delete] =
        ["mark", "vote", "delete"].map(|verb| format!("/@ana/{status}/{verb}"));
    for (action, fields) in [
        ("/settings/invites/close", vec![("id", invite.as_str())]),
        ("/settings/browsers", vec![("id", browser.as_str())]),
        (mark.as_str(), vec![("do", "favourite")]),
        (mark.as_str(), vec![("do", "boost")]),
        (vote.as_str(), vec![("poll", poll), ("choice", "0")]),
        (delete.as_str(), vec![]),
        ("/new", vec![("reply", status), ("text", "an answer")]),
        (
            "/@circle/queue",
            vec![("who", house.id("cho")), ("do", "authorize")],
        ),
    ] {
        let ask = |exists: bool| {
            let of = |text: &str| match text.len() {
                0..=10 => text.to_owned(),
                _ if exists => text.to_owned(),
                _ => never(text),
            };
            let form = Form {
                action: of(action),
                posts: true,
                ..Form::default()
            };
            let form = form.fill("csrf", &word);
            let fields = fields.iter();
            eve.send(&fields.fold(form, |form, (name, text)| form.fill(name, &of(text))))
        };
        let (hers, none) = (ask(true), ask(false));
        let case = format!("{action} {fields:?}");
        let is_queue = action.ends_with("/queue");
        let expected: &[u16] = if is_queue { &[403, 404] } else { &[404] };
        assert!(expected.contains(&hers.status), "{case}: {}", hers.text());
        assert_eq!(hers.status, none.status, "{case} tells them apart");
        place.is_unchanged(&before, &case);
    }
    let answer = eve.ask(Method::GET, &format!("/new?reply={status}"), None);
    assert_eq!(answer.status, 404);
}
