//! More said than asked, and the same said twice (threats, row 90): fields that nobody may set are not
//! read, the body stands over the query, and a key makes one thing, for one token and one body.

use http::Method;
use serde_json::{Value, json};
use server::api;

use super::house::{House, call, fill, title};
use super::paging::caller;
use crate::harness::{Answer, Body, Client, Stage, id_of, on_both_engines};

on_both_engines![
    nobody_makes_themselves_more_than_they_are,
    the_body_stands_over_the_query,
    a_key_is_for_one_token_and_one_body,
];

/// What somebody could hope that we read.
fn wishes(house: &House) -> Value {
    json!({
        "id": house.ben.id, "account_id": house.ben.id, "user_id": house.ben.id, "owner_id": house.ben.id,
        "admin": true, "moderator": true, "is_admin": true, "role": "owner", "role_id": "3", "server_role": "owner",
        "confirmed": true, "approved": true, "confirmed_at": "2020-01-01", "suspended": false, "limited": false,
        "username": "boss", "acct": "boss", "uri": "https://evil.example/1", "url": "https://evil.example/1",
        "email": "eve@evil.example", "password": "correct horse battery", "password_hash": "x",
        "created_at": "2000-01-01T00:00:00Z", "edited_at": "2000-01-01T00:00:00Z",
        "followers_count": 1_000_000, "statuses_count": 1_000_000, "favourites_count": 1_000_000,
        "local": false, "private_key": "x", "public_key": "x", "moved_to_account_id": house.ben.id,
        "account": {"id": house.ben.id}, "user": {"role": "owner"}, "__proto__": {"admin": true},
    })
}

/// Fields of a wish that some routes do read, so that they are no test there.
const READ: &[(&str, &str)] = &[
    ("/api/v1/apps", "username"),
    ("/api/v1/collections/{id}/items", "account_id"),
    ("/api/v1/reports", "account_id"),
    ("/api/v1/notifications/requests/accept", "id"),
    ("/api/v1/notifications/requests/dismiss", "id"),
];

fn nobody_makes_themselves_more_than_they_are(stage: &Stage) {
    let house = House::new(*stage);
    let me = "/api/v1/accounts/verify_credentials";
    let people = |tables: &std::collections::BTreeMap<String, Vec<String>>| {
        ["users", "memberships", "actor_keys"].map(|name| tables[name].clone())
    };
    let before = people(&house.place.contents());
    let names = ["username", "acct", "id", "uri", "created_at", "role"];
    let first = house.ana.get(me).ok();
    for route in api::table().iter() {
        let skipped = [
            // They change people, and are meant to.
            "/api/v1/admin/",
            "/api/v1/groups",
            "/api/v1/follow_requests",
            "/api/v1/accounts/update_credentials",
            "/api/v1/profile",
            "/api/v1/emails/",
        ];
        let writes = matches!(route.method, Method::POST | Method::PUT);
        let is_sign_up = route.path == "/api/v1/accounts";
        if !writes || is_sign_up || skipped.iter().any(|start| route.path.starts_with(start)) {
            continue;
        }
        let mut words = house.words(route);
        for (name, value) in wishes(&house).as_object().into_iter().flatten() {
            let is_read = READ.contains(&(route.path, name.as_str()));
            if !is_read && words.get(name).is_none() {
                words[name] = value.clone();
            }
        }
        let path = fill(route, |name| house.id(name).to_owned());
        let answer = call(caller(&house, route), route, &path, &words);
        assert!(answer.status < 500, "{}: {}", title(route), answer.text());
        let text = answer.text();
        if route.path == "/api/v1/statuses" {
            let made = answer.ok();
            assert_eq!(made["account"]["id"], house.ana.id.as_str(), "{made}");
            assert_eq!(made["favourites_count"], 0, "{made}");
            assert_ne!(made["id"], house.ben.id.as_str());
        }
        assert!(!text.contains("password_hash"), "{}: {text}", title(route));
    }
    assert_eq!(
        people(&house.place.contents()),
        before,
        "of people nothing changed"
    );
    for path in ["/api/v1/accounts/update_credentials", "/api/v1/profile"] {
        house.ana.patch(path, &wishes(&house)).ok();
        let now = house.ana.get(me).ok();
        for name in names {
            assert_eq!(now[name], first[name], "{path} {name}");
        }
        assert_eq!(house.ana.get("/api/v1/admin/accounts").status, 403);
    }
    let people = people(&house.place.contents());
    assert_eq!(people[1..], before[1..], "of people nothing changed");
    let owners = people[0].iter().filter(|row| row.contains("owner")).count();
    assert_eq!(owners, 0, "nobody is an owner now");
}

fn the_body_stands_over_the_query(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let path = "/api/v1/statuses?status=query&visibility=direct";
    for body in [
        Body::json(&json!({"status": "body", "visibility": "unlisted"})),
        Body::form(&[("status", "body"), ("visibility", "unlisted")]),
        Body::form(&[
            ("status", "first"),
            ("status", "body"),
            ("visibility", "unlisted"),
        ]),
    ] {
        let made = ana.ask(Method::POST, path, &[], Some(body)).ok();
        assert!(
            made["content"]
                .as_str()
                .is_some_and(|html| html.contains("body")),
            "{made}"
        );
        assert_eq!(made["visibility"], "unlisted");
    }
    // One key twice in JSON: the last one counts everywhere, whoever looks.
    let body = Body {
        kind: "application/json".to_owned(),
        bytes: br#"{"status": "x", "visibility": "public", "visibility": "private"}"#.to_vec(),
    };
    let made = ana
        .ask(Method::POST, "/api/v1/statuses", &[], Some(body))
        .ok();
    assert_eq!(made["visibility"], "private");
    // An object where a text belongs, and a text where an object does.
    for words in [
        json!({"status": {"a": "b"}}),
        json!({"status": "x", "poll": "y"}),
        json!({"status": "x", "media_ids": {"a": "b"}}),
        json!({"status": "x", "sensitive": "perhaps"}),
        json!({"status": "x", "in_reply_to_id": {"id": "1"}}),
    ] {
        ana.post("/api/v1/statuses", &words).refused(422);
    }
}

fn a_key_is_for_one_token_and_one_body(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben) = (place.person("ana"), place.person("ben"));
    let phone = place.with_token(&place.token("ana", "read write"));
    let send = |who: &Client, key: &str, words: &Value| -> Answer {
        let headers = [("idempotency-key", key)];
        who.ask(
            Method::POST,
            "/api/v1/statuses",
            &headers,
            Some(Body::json(words)),
        )
    };
    let once = json!({"status": "once"});
    let first = id_of(&send(&ana, "key", &once).ok());
    assert_eq!(id_of(&send(&ana, "key", &once).ok()), first);
    for (who, name) in [
        (&ben.app, "another person"),
        (&phone, "another app of hers"),
    ] {
        assert_ne!(id_of(&send(who, "key", &once).ok()), first, "{name}");
    }
    for words in [
        json!({"status": "twice"}),
        json!({"status": "once", "visibility": "direct"}),
        json!({"status": "once", "poll": {"options": ["a", "b"], "expires_in": 300}}),
    ] {
        send(&ana, "key", &words).refused(422);
    }
    // A key is a text: however long or odd, nothing breaks, and what differs late differs.
    for key in ["' OR 1=1 --", "%00", &"k".repeat(5_000), " "] {
        let made = id_of(&send(&ana, key, &once).ok());
        assert_ne!(made, first, "{key:.20}");
    }
}
