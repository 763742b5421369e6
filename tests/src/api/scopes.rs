//! The table of routes against every kind of token (threats, row 81): what a route declares is what it
//! asks for, and nothing less.

use http::Method;
use model::{Scope, Scopes};
use serde_json::json;
use server::api::{self, Route};
use server::auth::Caller;

use crate::harness::{Answer, Body, Client, Stage};

const OUTSIDE: &str = "This action is outside the authorized scopes";

const TOKENS: &[&str] = &[
    "profile",
    "read",
    "write",
    "follow",
    "push",
    "read:accounts",
    "read:statuses",
    "write:media",
    "write:statuses",
    "admin:read",
];

fn ask(client: &Client, route: &Route) -> Answer {
    let mut path = String::new();
    let mut inside = false;
    for letter in route.path.chars() {
        match letter {
            '{' => {
                inside = true;
                path.push_str("42");
            }
            '}' => inside = false,
            _ if !inside => path.push(letter),
            _ => {}
        }
    }
    let body = (route.method != Method::GET).then(|| Body::json(&json!({})));
    client.ask(route.method.clone(), &path, &[], body)
}

fn is_outside(answer: &Answer) -> bool {
    answer.status == 403 && answer.json()["error"] == OUTSIDE
}

#[test]
fn every_route_asks_for_what_it_declares() {
    let place = Stage::sqlite().instance();
    place.person("ana");
    let visitor = place.visitor();
    let table = api::table();
    let routes: Vec<&Route> = table.iter().collect();
    assert!(routes.len() > 100, "a table of {} routes", routes.len());
    for route in &routes {
        let name = format!("{} {}", route.method, route.path);
        let answer = ask(&visitor, route);
        let needs = matches!(route.access.caller, Caller::App | Caller::Person);
        assert_eq!(
            answer.status == 401,
            needs,
            "{name} without a token: {}",
            answer.status
        );
        assert!(!is_outside(&answer), "{name}");
    }
    for scopes in TOKENS {
        let client = place.with_token(&place.token("ana", scopes));
        let held = Scopes::parse(scopes).expect("scopes");
        for route in &routes {
            let name = format!("{} {} with {scopes}", route.method, route.path);
            let wanted: &[Scope] = route.access.scopes;
            let enough = wanted.is_empty() || wanted.iter().any(|scope| held.cover(*scope));
            let answer = ask(&client, route);
            let refuses = route.access.caller != Caller::Anyone && !enough;
            assert_eq!(
                is_outside(&answer),
                refuses,
                "{name}: {} {}",
                answer.status,
                answer.text()
            );
            assert_ne!(answer.status, 401, "{name}");
        }
    }
}

#[test]
fn an_app_alone_is_no_person() {
    let place = Stage::sqlite().instance();
    let visitor = place.visitor();
    let app = visitor
        .form(
            "/api/v1/apps",
            &[
                ("client_name", "App"),
                ("redirect_uris", "urn:ietf:wg:oauth:2.0:oob"),
                ("scopes", "read write follow push profile"),
            ],
        )
        .ok();
    let text = |name: &str| app[name].as_str().expect("text").to_owned();
    let (id, secret) = (text("client_id"), text("client_secret"));
    let grant = [
        ("grant_type", "client_credentials"),
        ("client_id", id.as_str()),
        ("client_secret", secret.as_str()),
        ("scope", "read write follow push profile"),
    ];
    let token = visitor.form("/oauth/token", &grant).ok();
    let client = place.with_token(token["access_token"].as_str().expect("a token"));
    let held = Scopes::parse("read write follow push profile").expect("scopes");
    let before = place.row_counts();
    for route in api::table().iter() {
        let answer = ask(&client, route);
        let name = format!("{} {}", route.method, route.path);
        if route.access.caller == Caller::Person {
            let wanted = route.access.scopes;
            let within = wanted.is_empty() || wanted.iter().any(|scope| held.cover(*scope));
            let expected = if within { 422 } else { 403 };
            assert_eq!(answer.status, expected, "{name}: {}", answer.text());
        }
    }
    let mut after = place.row_counts();
    let mut before = before;
    // An app may register another app.
    for counts in [&mut before, &mut after] {
        counts.remove("apps");
    }
    assert_eq!(after, before);
}
