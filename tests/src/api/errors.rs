//! Every wrong request gets a clear answer in JSON, and leaves nothing behind.

use http::Method;
use serde_json::json;

use crate::harness::{Body, Stage, id_of, on_both_engines};

on_both_engines![
    every_wrong_request_is_answered_in_json,
    a_body_that_cannot_be_read_is_400_and_one_too_large_413,
    a_token_does_what_it_was_given_for,
    strange_paths_lead_nowhere,
];

fn every_wrong_request_is_answered_in_json(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let before = place.row_counts();
    for path in [
        "/api/v1/nothing",
        "/api/v9/statuses",
        "/api",
        "/api/v1/statuses/1/nothing",
    ] {
        ana.get(path).refused(404);
    }
    for path in [
        "/api/v1/statuses/42",
        "/api/v1/accounts/42",
        "/api/v1/lists/42",
        "/api/v1/media/42",
    ] {
        assert_eq!(ana.get(path).refused(404), "Record not found", "{path}");
    }
    for path in [
        "/api/v1/statuses/abc",
        "/api/v1/accounts/%00",
        "/api/v1/statuses/9999999999999999999999",
    ] {
        assert_eq!(ana.get(path).refused(404), "Record not found", "{path}");
    }
    ana.delete("/api/v1/timelines/home").refused(405);
    ana.delete("/oauth/token").refused(405);
    assert_eq!(ana.get("/oauth/nothing").refused(404), "Record not found");
    ana.ask(
        Method::PUT,
        "/api/v1/apps",
        &[],
        Some(Body::json(&json!({}))),
    )
    .refused(405);
    let visitor = place.visitor();
    for path in [
        "/api/v1/timelines/home",
        "/api/v1/notifications",
        "/api/v1/lists",
        "/api/v1/groups",
    ] {
        assert_eq!(
            visitor.get(path).refused(401),
            "The access token is invalid",
            "{path}"
        );
        assert_eq!(
            place.with_token("wrong").get(path).refused(401),
            "The access token is invalid"
        );
    }
    // A wrong token is refused also where none is needed.
    place
        .with_token("wrong")
        .get("/api/v1/timelines/public")
        .refused(401);
    visitor
        .post("/api/v1/statuses", &json!({ "status": "x" }))
        .refused(401);
    // A token in the address is not looked at.
    let path = format!("/api/v1/timelines/home?access_token={}", ana.token());
    visitor.get(&path).refused(401);
    assert_eq!(place.row_counts(), before);
}

fn a_body_that_cannot_be_read_is_400_and_one_too_large_413(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let before = place.row_counts();
    let post = |kind: &str, bytes: &[u8]| {
        let body = Body {
            kind: kind.to_owned(),
            bytes: bytes.to_vec(),
        };
        ana.ask(Method::POST, "/api/v1/statuses", &[], Some(body))
    };
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    for (kind, bytes) in [
        ("application/json", &b"{\"status\": "[..]),
        ("application/json", b"{\"status\": \"\xff\"}"),
        ("application/json", deep.as_bytes()),
        ("multipart/form-data; boundary=x", b"--y\r\nnothing"),
        ("multipart/form-data", b"--y\r\nnothing"),
    ] {
        post(kind, bytes).refused(400);
    }
    post("application/xml", b"<status>x</status>").refused(415);
    let large = format!("{{\"status\": \"{}\"}}", "x".repeat(8 << 20));
    post("application/json", large.as_bytes()).refused(413);
    post("application/x-www-form-urlencoded", &vec![b'x'; 8 << 20]).refused(413);
    // What can be read and makes no sense is 422.
    for draft in [
        json!({ "status": "x", "visibility": "friends" }),
        json!({ "status": "x", "in_reply_to_id": "abc" }),
        json!({ "status": "x", "media_ids": ["abc"] }),
        json!({ "status": "x", "scheduled_at": "tomorrow" }),
    ] {
        let answer = ana.post("/api/v1/statuses", &draft);
        assert!(
            matches!(answer.status, 404 | 422),
            "{draft}: {}",
            answer.status
        );
        answer.refused(answer.status);
    }
    assert_eq!(place.row_counts(), before);
}

fn a_token_does_what_it_was_given_for(stage: &Stage) {
    let place = stage.instance();
    place.person("ana");
    let reads = place.with_token(&place.token("ana", "read:statuses"));
    reads.get("/api/v1/timelines/home").ok();
    let text = "This action is outside the authorized scopes";
    let draft = json!({ "status": "x" });
    assert_eq!(reads.post("/api/v1/statuses", &draft).refused(403), text);
    assert_eq!(reads.get("/api/v1/notifications").refused(403), text);
    let writes = place.with_token(&place.token("ana", "write:statuses"));
    let id = id_of(&writes.post("/api/v1/statuses", &draft).ok());
    writes.get("/api/v1/timelines/home").refused(403);
    writes.act(&id, "favourite").refused(403);
    let follows = place.with_token(&place.token("ana", "follow"));
    follows.get("/api/v1/blocks").ok();
    follows.get("/api/v1/bookmarks").refused(403);
    let profile = place.with_token(&place.token("ana", "profile"));
    assert_eq!(
        profile.get("/api/v1/accounts/verify_credentials").ok()["username"],
        "ana"
    );
    profile.get("/api/v1/timelines/home").refused(403);
}

fn strange_paths_lead_nowhere(stage: &Stage) {
    let place = stage.instance();
    let visitor = place.visitor();
    for path in [
        "/media/..%2f..%2fbalai.db",
        "/static/%2e%2e%2fbalai.db",
        "/media/%00",
        "/@ana%2f..",
        "/users/..;/x",
        "//evil.example",
    ] {
        let answer = visitor.get(path);
        assert!(
            matches!(answer.status, 400 | 404),
            "{path}: {}",
            answer.status
        );
    }
    for header in ["x-original-url", "x-rewrite-url", "x-http-method-override"] {
        let answer = visitor.ask(
            Method::GET,
            "/api/v1/nothing",
            &[(header, "/api/v2/instance")],
            None,
        );
        assert_eq!(answer.status, 404, "{header}");
    }
}
