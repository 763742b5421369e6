//! Statuses that wait for their time, as an app writes, lists, moves and gives them up.

use serde_json::{Value, json};

use crate::harness::{Body, Stage, id_of, now, on_both_engines};

on_both_engines![
    a_status_waits_and_can_be_moved_and_given_up,
    what_cannot_wait_is_refused,
    the_key_of_a_request_holds_for_what_waits_too,
];

const LIST: &str = "/api/v1/scheduled_statuses";

fn draft(minutes: i64) -> Value {
    let due = now().plus(minutes * 60_000).iso();
    json!({ "status": "later", "scheduled_at": due, "visibility": "unlisted" })
}

fn a_status_waits_and_can_be_moved_and_given_up(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben) = (place.person("ana"), place.person("ben"));
    let first = ana.post("/api/v1/statuses", &draft(60)).ok();
    let second = ana.post("/api/v1/statuses", &draft(120)).ok();
    let at = first["scheduled_at"].as_str().expect("a time");
    assert!(at.ends_with('Z') && at.contains('.'), "{at}");
    assert_eq!(first["params"]["text"], "later");
    assert_eq!(first["params"]["visibility"], "unlisted");
    assert_eq!(first["media_attachments"], json!([]));
    let listed = ana.get(&format!("{LIST}?limit=1"));
    assert_eq!(listed.ids(), [id_of(&second)]);
    assert!(listed.link("next").is_some());
    let path = format!("/api/v1/scheduled_statuses/{}", id_of(&first));
    assert_eq!(ana.get(&path).ok(), first);

    // Of someone else's one learns nothing, and changes nothing.
    let before = place.row_counts();
    let missing = ben.get("/api/v1/scheduled_statuses/1").refused(404);
    let later = json!({ "scheduled_at": now().plus(3 * 3_600_000).iso() });
    assert_eq!(ben.get(&path).refused(404), missing);
    assert_eq!(ben.put(&path, &later).refused(404), missing);
    assert_eq!(ben.delete(&path).refused(404), missing);
    assert_eq!(place.row_counts(), before);
    assert!(ben.items(LIST).is_empty());

    let moved = ana.put(&path, &later).ok();
    assert_eq!(moved["scheduled_at"], later["scheduled_at"]);
    ana.put(&path, &json!({ "scheduled_at": now().iso() }))
        .refused(422);
    ana.delete(&path).ok();
    assert_eq!(ana.get(LIST).ids(), [id_of(&second)]);
    assert!(ana.home().is_empty(), "nothing was published");
}

fn what_cannot_wait_is_refused(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let before = place.row_counts();
    let mut odd = draft(60);
    odd["scheduled_at"] = json!("tomorrow");
    let answer = ana.post("/api/v1/statuses", &odd);
    assert_eq!(
        (answer.status, answer.json()),
        (422, json!({ "error": "Record invalid" }))
    );
    ana.post("/api/v1/statuses", &draft(4)).refused(422);
    let mut empty = draft(60);
    empty["status"] = json!(" ");
    ana.post("/api/v1/statuses", &empty).refused(422);
    let mut answers = draft(60);
    answers["in_reply_to_id"] = json!("1");
    ana.post("/api/v1/statuses", &answers).refused(404);
    assert_eq!(place.row_counts(), before);
}

fn the_key_of_a_request_holds_for_what_waits_too(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let send = |body: &Value| {
        let key = [("idempotency-key", "one")];
        ana.ask(
            http::Method::POST,
            "/api/v1/statuses",
            &key,
            Some(Body::json(body)),
        )
    };
    let body = draft(60);
    let first = send(&body).ok();
    assert_eq!(send(&body).ok()["id"], first["id"]);
    assert_eq!(ana.items(LIST).len(), 1);
    send(&draft(90)).refused(422);
}
