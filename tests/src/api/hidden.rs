//! What a viewer may not see is answered with the bytes of what never existed, whatever is asked of it
//! (threats, row 83).

use http::Method;
use serde_json::json;

use crate::harness::{Body, Client, Stage, id_of, now, on_both_engines};

on_both_engines![
    a_hidden_status_answers_like_one_that_never_was,
    a_hidden_poll_is_asked_in_vain,
    somebody_elses_things_answer_like_none,
];

fn compare(
    who: &Client,
    method: &Method,
    path: &str,
    body: Option<&str>,
    hidden: &str,
    never: &str,
) {
    let ask = |id: &str| {
        let body = body.map(|body| Body {
            kind: "application/json".to_owned(),
            bytes: body.replace("ID", id).into_bytes(),
        });
        let answer = who.ask(method.clone(), &path.replace("ID", id), &[], body);
        answer.face(id)
    };
    let (one, other) = (ask(hidden), ask(never));
    assert_eq!(one, other, "{method} {path} tells them apart");
    let is_search = path.contains("/search");
    assert!(
        is_search || matches!(one.0, 404 | 422),
        "{method} {path}: {}",
        one.0
    );
}

/// Everything that reads a status, as anyone may try it.
fn reads(who: &Client, hidden: &str, never: &str) {
    for verb in ["", "/context", "/history", "/reblogged_by", "/card"] {
        let path = format!("/api/v1/statuses/ID{verb}");
        compare(who, &Method::GET, &path, None, hidden, never);
    }
    compare(who, &Method::GET, "/@ana/ID", None, hidden, never);
    for shown in ["/@ana/ID", "/users/ana/statuses/ID"] {
        let path = format!("/api/oembed?url={}{shown}", who.base());
        compare(who, &Method::GET, &path, None, hidden, never);
    }
}

/// What other servers read.
fn documents(who: &Client, hidden: &str, never: &str) {
    for path in ["", "/activity", "/replies", "/likes", "/shares"] {
        let path = format!("/users/ana/statuses/ID{path}");
        let ask = |id: &str| who.document(&path.replace("ID", id)).face(id);
        assert_eq!(ask(hidden), ask(never), "{path}");
    }
}

/// Everything that somebody who is signed in may try.
fn verbs(who: &Client, address: &str, hidden: &str, never: &str) {
    const BUTTONS: &[&str] = &[
        "favourite",
        "unfavourite",
        "reblog",
        "unreblog",
        "bookmark",
        "unbookmark",
        "pin",
        "unpin",
        "mute",
        "unmute",
        "translate",
    ];
    for button in BUTTONS {
        let path = format!("/api/v1/statuses/ID/{button}");
        compare(who, &Method::POST, &path, None, hidden, never);
    }
    let status = "/api/v1/statuses/ID";
    let search = format!("/api/v2/search?q={address}&resolve=true");
    let page = format!(
        "/api/v2/search?q={}&resolve=true",
        address.replace("/users/ana/statuses/", "/@ana/")
    );
    let edit = Some(r#"{"status": "mine now"}"#);
    let answer = Some(r#"{"status": "an answer", "in_reply_to_id": "ID"}"#);
    let quote = Some(r#"{"status": "look", "quoted_status_id": "ID"}"#);
    let later = now().plus(3_600_000).iso();
    let late_answer =
        format!(r#"{{"status": "x", "in_reply_to_id": "ID", "scheduled_at": "{later}"}}"#);
    let late_quote =
        format!(r#"{{"status": "x", "quoted_status_id": "ID", "scheduled_at": "{later}"}}"#);
    let policy = Some(r#"{"quote_approval_policy": "nobody"}"#);
    let report = Some(r#"{"account_id": "1", "status_ids": ["ID"]}"#);
    for (method, path, body) in [
        (Method::GET, "/api/v1/statuses/ID/source", None),
        (Method::GET, "/api/v1/statuses/ID/favourited_by", None),
        (Method::GET, search.as_str(), None),
        (Method::GET, page.as_str(), None),
        (Method::GET, "/api/v1/statuses/ID/quotes", None),
        (
            Method::PUT,
            "/api/v1/statuses/ID/interaction_policy",
            policy,
        ),
        (Method::POST, "/api/v1/statuses", quote),
        (Method::POST, "/api/v1/statuses", Some(late_answer.as_str())),
        (Method::POST, "/api/v1/statuses", Some(late_quote.as_str())),
        (Method::DELETE, status, None),
        (Method::PUT, status, edit),
        (Method::POST, "/api/v1/statuses", answer),
        (Method::POST, "/api/v1/reports", report),
    ] {
        compare(who, &method, path, body, hidden, never);
    }
    let found = who.items(&format!("/api/v1/statuses?id[]={hidden}"));
    assert!(found.is_empty(), "{found:?}");
}

fn a_hidden_status_answers_like_one_that_never_was(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben, chi] = ["ana", "ben", "chi"].map(|name| place.person(name));
    chi.towards(&ana.id, "follow").ok();
    let private = id_of(&ana.publish_to("private", "for followers"));
    let direct = id_of(&ana.publish_to("direct", "@chi for you"));
    let gone = id_of(&ana.publish("soon gone"));
    ana.delete(&format!("/api/v1/statuses/{gone}")).ok();
    chi.status(&private).ok();
    // An id of the same shape that was never given out.
    let never = (private.parse::<i64>().expect("an id") + 12_345).to_string();
    let before = place.row_counts();
    let address = place.url("/users/ana/statuses/ID");
    for hidden in [&private, &direct, &gone] {
        for who in [&*ben, &place.visitor()] {
            reads(who, hidden, &never);
            // What was public and is gone is told to other servers as gone.
            if *hidden != gone {
                documents(who, hidden, &never);
            }
        }
        verbs(&ben, &address, hidden, &never);
    }
    assert_eq!(place.row_counts(), before, "nothing of it was stored");
    // Nor does it stand on any page.
    let profile = format!("/api/v1/accounts/{}/statuses", ana.id);
    for path in ["/api/v1/timelines/public", &profile] {
        assert!(ben.items(path).is_empty(), "{path}");
    }
}

/// A poll has its own id, and its votes.
fn a_hidden_poll_is_asked_in_vain(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben] = ["ana", "ben"].map(|name| place.person(name));
    let draft = json!({"status": "tea?", "visibility": "private",
        "poll": {"options": ["yes", "no"], "expires_in": 3600}});
    let poll = id_of(&ana.post("/api/v1/statuses", &draft).ok()["poll"]);
    let never = (poll.parse::<i64>().expect("an id") + 12_345).to_string();
    let before = place.row_counts();
    for who in [&*ben, &place.visitor()] {
        compare(who, &Method::GET, "/api/v1/polls/ID", None, &poll, &never);
    }
    for choices in ["[\"0\"]", "[0, 1]", "[7]", "[]"] {
        let votes = format!(r#"{{"choices": {choices}}}"#);
        let path = "/api/v1/polls/ID/votes";
        compare(&ben, &Method::POST, path, Some(&votes), &poll, &never);
    }
    assert_eq!(place.row_counts(), before);
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
    assert_eq!(
        ana.get(&format!("/api/v1/lists/{list}")).ok()["title"],
        "Mine"
    );
}
