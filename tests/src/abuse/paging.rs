//! Pages that nobody could mean (threats, row 85): sizes and cursors beyond all measure are clamped or
//! refused, on every route that has pages or takes a list.

use http::Method;
use serde_json::{Value, json};
use server::api::{self, Route};
use server::extract::Shape;

use super::house::{House, call, fill, title};
use crate::harness::{Answer, Body, Client, Stage, on_both_engines};

on_both_engines![
    no_page_is_larger_than_allowed,
    no_list_is_longer_than_allowed,
];

/// No page of anything has more.
const MOST: usize = 200;

const SIZES: &[&str] = &[
    "1e9",
    "-1",
    "0",
    "abc",
    "NaN",
    "1e400",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "' OR 1",
    "1;2",
    "",
    "[]",
];

const CURSORS: &[&str] = &[
    "' OR 1",
    "-1",
    "0",
    "abc",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "1e400",
    "1.5",
    "%00",
    "0x10",
    "",
];

/// Cursors that contradict each other.
const PAIRS: &[&str] = &[
    "since_id=900&max_id=5",
    "min_id=900&max_id=5",
    "since_id=900&min_id=5&max_id=1",
    "max_id=5&max_id=900",
    "max_id[]=5",
    "max_id[x]=5",
    "limit[]=5",
    "limit=1&limit=1e9",
];

/// What a route reads, by name, with what is in an object inside of it left out.
pub(super) fn parameters(route: &Route) -> Vec<(&'static str, Shape)> {
    let mut found = route.reads.query.clone();
    for shape in &route.reads.parameters {
        if let Shape::Object(fields) = shape {
            found.extend(fields.iter().cloned());
        }
    }
    found
}

/// With whom a route is tried: the staff's with the staff.
pub(super) fn caller<'a>(house: &'a House, route: &Route) -> &'a Client {
    if route.path.contains("/admin/") {
        &house.boss
    } else {
        &house.ana
    }
}

fn check(case: &str, answer: &Answer) {
    assert!(
        matches!(answer.status, 200 | 400 | 404 | 422),
        "{case}: {} {}",
        answer.status,
        answer.text()
    );
    let size = match answer.json() {
        Value::Array(list) => list.len(),
        Value::Object(parts) => parts
            .values()
            .filter_map(Value::as_array)
            .map(Vec::len)
            .max()
            .unwrap_or_default(),
        _ => 0,
    };
    assert!(size <= MOST, "{case}: {size} entries");
}

fn no_page_is_larger_than_allowed(stage: &Stage) {
    let house = House::new(*stage);
    for number in 0..45 {
        house.ana.publish(&format!("post {number}"));
    }
    let mut tried = 0;
    for route in api::table().iter() {
        if route.method != Method::GET || route.path.starts_with("/api/v1/streaming") {
            continue;
        }
        let known: Vec<&str> = parameters(route).iter().map(|found| found.0).collect();
        let mut cases: Vec<String> = Vec::new();
        for (name, values) in [
            ("limit", SIZES),
            ("offset", SIZES),
            ("max_id", CURSORS),
            ("since_id", CURSORS),
            ("min_id", CURSORS),
        ] {
            if known.contains(&name) {
                cases.extend(values.iter().map(|value| {
                    let value = if *value == "%00" {
                        (*value).to_owned()
                    } else {
                        url::form_urlencoded::byte_serialize(value.as_bytes()).collect()
                    };
                    format!("{name}={value}")
                }));
            }
        }
        if known.contains(&"max_id") {
            cases.extend(PAIRS.iter().map(|pair| (*pair).to_owned()));
        }
        let path = fill(route, |name| house.id(name).to_owned());
        tried += usize::from(!cases.is_empty());
        for case in cases {
            let answer = caller(&house, route).get(&format!("{path}?{case}"));
            check(&format!("{} ? {case}", title(route)), &answer);
        }
    }
    assert!(tried > 40, "{tried} routes with pages");
    // Where there is more than a page, a page is what comes.
    let profile = format!("/api/v1/accounts/{}/statuses", house.ana.id);
    for path in [
        "/api/v1/timelines/public",
        "/api/v1/timelines/home",
        &profile,
    ] {
        let usual = house.ana.items(path).len();
        let most = house.ana.items(&format!("{path}?limit=1e9")).len();
        let least = house.ana.items(&format!("{path}?limit=-1")).len();
        assert_eq!((usual, most, least), (20, 40, 1), "{path}");
    }
}

fn no_list_is_longer_than_allowed(stage: &Stage) {
    let house = House::new(*stage);
    let before = house.place.contents();
    let mut tried = 0;
    for route in api::table().iter() {
        for (name, shape) in parameters(route) {
            let Shape::List(items) = shape else { continue };
            if matches!(*items, Shape::Object(_)) {
                continue;
            }
            tried += 1;
            let path = fill(route, |name| house.id(name).to_owned());
            for count in [101, 10_000] {
                let mut words = house.words(route);
                words[name] = (0..count).map(|id: usize| json!(id.to_string())).collect();
                let who = caller(&house, route);
                let case = format!("{} with {count} {name}[]", title(route));
                // In a body, also where one is unusual, and in the query where it fits.
                let body = Some(Body::json(&words));
                let answer = who.ask(route.method.clone(), &path, &[], body);
                assert!(
                    matches!(answer.status, 400 | 422),
                    "{case}: {} {}",
                    answer.status,
                    answer.text()
                );
                if count < 1_000 && matches!(route.method, Method::GET | Method::DELETE) {
                    let answer = call(who, route, &path, &words);
                    assert!(
                        matches!(answer.status, 400 | 422),
                        "{case} in the query: {} {}",
                        answer.status,
                        answer.text()
                    );
                }
            }
        }
    }
    assert!(tried > 15, "{tried} lists");
    house.place.is_unchanged(&before, "a list that is too long");
}
