//! What a viewer may not see is answered with the bytes of what never existed, whatever is asked of it
//! (threats, row 83).

use http::{HeaderMap, Method};
use serde_json::json;

use crate::harness::{Answer, Body, Client, Stage, id_of, on_both_engines};

on_both_engines![
    a_hidden_status_answers_like_one_that_never_was,
    somebody_elses_things_answer_like_none,
];

/// All that a client could tell two answers apart by, without what differs between any two.
fn face(answer: &Answer, id: &str) -> (u16, Vec<(String, String)>, String) {
    let mut headers: HeaderMap = answer.headers.clone();
    for each in ["date", "x-request-id", "x-ratelimit-remaining", "x-ratelimit-reset"] {
        headers.remove(each);
    }
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(id, "ID");
    let mut pairs: Vec<(String, String)> = headers
        .iter()
        .map(|(name, value)| (name.to_string(), text(value.as_bytes())))
        .collect();
    pairs.sort();
    (answer.status, pairs, text(&answer.bytes))
}

fn compare(who: &Client, method: &Method, path: &str, body: Option<&str>, hidden: &str, never: &str) {
    let ask = |id: &str| {
        let body = body.map(|body| Body {
            kind: "application/json".to_owned(),
            bytes: body.replace("ID", id).into_bytes(),
        });
        let answer = who.ask(method.clone(), &path.replace("ID", id), &[], body);
        face(&answer, id)
    };
    let (one, other) = (ask(hidden), ask(never));
    assert_eq!(one, other, "{method} {path} tells them apart");
    let is_search = path.contains("/search");
    assert!(is_search || matches!(one.0, 404 | 422), "{method} {path}: {}", one.0);
}

fn a_hidden_status_answers_like_one_that_never_was(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben, chi] = ["ana", "ben", "chi"].map(|name| place.person(name));
    chi.towards(&ana.id, "follow").ok();
    let private = ana.publish_to("private", "for followers");
    let direct = ana.publish_to("direct", "@chi for you");
    let gone = id_of(&ana.publish("soon gone"));
    ana.delete(&format!("/api/v1/statuses/{gone}")).ok();
    chi.status(&id_of(&private)).ok();
    // An id of the same shape that was never given out.
    let never = {
        let id: i64 = id_of(&private).parse().expect("an id");
        (id + 12_345).to_string()
    };
    let before = place.row_counts();
    for hidden in [id_of(&private), id_of(&direct), gone.clone()] {
        for who in [&*ben, &place.visitor()] {
            for verb in ["", "/context", "/history", "/reblogged_by", "/card"] {
                compare(who, &Method::GET, &format!("/api/v1/statuses/ID{verb}"), None, &hidden, &never);
            }
            compare(who, &Method::GET, "/@ana/ID", None, &hidden, &never);
            for path in ["", "/activity", "/replies", "/likes", "/shares"] {
                if hidden == gone {
                    // It was public: other servers are told that it is gone.
                    continue;
                }
                let path = format!("/users/ana/statuses/ID{path}");
                let ask = |id: &str| {
                    let accept = [("accept", "application/activity+json")];
                    who.ask(Method::GET, &path.replace("ID", id), &accept, None)
                };
                assert_eq!(face(&ask(&hidden), &hidden), face(&ask(&never), &never), "{path}");
            }
        }
        for verb in [
            "favourite", "unfavourite", "reblog", "unreblog", "bookmark", "unbookmark", "pin", "unpin",
            "mute", "unmute", "translate",
        ] {
            let path = format!("/api/v1/statuses/ID/{verb}");
            compare(&ben, &Method::POST, &path, None, &hidden, &never);
        }
        for verb in ["/source", "/favourited_by"] {
            let path = format!("/api/v1/statuses/ID{verb}");
            compare(&ben, &Method::GET, &path, None, &hidden, &never);
        }
        compare(&ben, &Method::DELETE, "/api/v1/statuses/ID", None, &hidden, &never);
        let edit = Some(r#"{"status": "mine now"}"#);
        compare(&ben, &Method::PUT, "/api/v1/statuses/ID", edit, &hidden, &never);
        let answer = Some(r#"{"status": "an answer", "in_reply_to_id": "ID"}"#);
        compare(&ben, &Method::POST, "/api/v1/statuses", answer, &hidden, &never);
        let report = json!({ "account_id": ana.id, "status_ids": ["ID"] }).to_string();
        compare(&ben, &Method::POST, "/api/v1/reports", Some(&report), &hidden, &never);
        let address = place.url("/users/ana/statuses/ID");
        let path = format!("/api/v2/search?q={address}&resolve=true");
        compare(&ben, &Method::GET, &path, None, &hidden, &never);
        assert!(ben.items("/api/v1/statuses?id[]=".to_owned().as_str()).is_empty());
        assert!(ben.items(&format!("/api/v1/statuses?id[]={hidden}")).is_empty());
    }
    assert_eq!(place.row_counts(), before, "nothing of it was stored");
    // Nor does it stand on any page.
    for path in ["/api/v1/timelines/public", &format!("/api/v1/accounts/{}/statuses", ana.id)] {
        assert!(ben.items(path).is_empty(), "{path}");
    }
}

fn somebody_elses_things_answer_like_none(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben] = ["ana", "ben"].map(|name| place.person(name));
    let list = id_of(&ana.post("/api/v1/lists", &json!({ "title": "Mine" })).ok());
    let never = (list.parse::<i64>().expect("an id") + 12_345).to_string();
    let body = Some(r#"{"title": "Yours", "account_ids": []}"#);
    for (method, path, body) in [
        (Method::GET, "/api/v1/lists/ID", None),
        (Method::PUT, "/api/v1/lists/ID", body),
        (Method::DELETE, "/api/v1/lists/ID", None),
        (Method::GET, "/api/v1/lists/ID/accounts", None),
        (Method::POST, "/api/v1/lists/ID/accounts", body),
        (Method::DELETE, "/api/v1/lists/ID/accounts", body),
        (Method::GET, "/api/v1/timelines/list/ID", None),
    ] {
        compare(&ben, &method, path, body, &list, &never);
    }
    assert_eq!(ana.get(&format!("/api/v1/lists/{list}")).ok()["title"], "Mine");
}
