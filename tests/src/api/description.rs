//! What the place says about itself and its API, and the small readings that no other story needs.

use serde_json::json;

use crate::harness::{Stage, World, eventually, id_of, on_both_engines};

on_both_engines![
    the_api_describes_itself,
    small_readings_have_their_shape,
    a_letter_is_in_the_timeline_of_letters,
];

fn the_api_describes_itself(stage: &Stage) {
    let place = stage.instance();
    let described = place.visitor().get("/api/openapi.json").ok();
    assert_eq!(described["openapi"], "3.1.0");
    let post = &described["paths"]["/api/v1/statuses"]["post"];
    let fields = &post["requestBody"]["content"]["application/json"]["schema"]["properties"];
    assert_eq!(fields["status"]["type"], "string");
    assert_eq!(fields["sensitive"]["type"], "boolean");
    assert_eq!(fields["media_ids"]["type"], "array");
    assert_eq!(post["security"][0]["bearer"][0], "write:statuses");
    assert!(post["responses"]["422"].is_object());
}

fn small_readings_have_their_shape(stage: &Stage) {
    let world = World::new(*stage);
    let said = world.ana.publish("Rain at last #weather");
    let id = id_of(&said);
    let visitor = world.place.visitor();
    assert!(visitor.get("/api/v1/instance/languages").ok().is_array());
    assert!(
        visitor
            .get("/api/v1/instance/extended_description")
            .ok()
            .is_object()
    );
    assert!(
        visitor
            .get("/api/v1/instance/translation_languages")
            .ok()
            .is_object()
    );
    let source = world.ana.get(&format!("/api/v1/statuses/{id}/source")).ok();
    assert_eq!(source["text"], "Rain at last #weather");
    let of_another = format!("/api/v1/statuses/{id}/source");
    world.ben.get(&of_another).refused(404);
    visitor.get(&format!("/api/v1/statuses/{id}/card")).ok();
    let tag = world.ana.get("/api/v1/tags/weather").ok();
    assert_eq!(tag["name"], "weather");
    assert_eq!(world.ana.items("/api/v1/timelines/tag/weather").len(), 1);
    let page: String =
        url::form_urlencoded::byte_serialize(said["url"].as_str().expect("a page").as_bytes())
            .collect();
    let embedded = visitor.get(&format!("/api/oembed?url={page}")).ok();
    assert_eq!(
        (&embedded["type"], &embedded["author_name"]),
        (&json!("rich"), &json!("ana"))
    );
    let nothing = visitor.get("/api/v1/timelines/link?url=https%3A%2F%2Ffar.example%2F");
    assert_eq!(nothing.ok(), json!([]));
}

fn a_letter_is_in_the_timeline_of_letters(stage: &Stage) {
    let world = World::new(*stage);
    let letter = json!({ "status": "@ben come over", "visibility": "direct" });
    let sent = world.ana.post("/api/v1/statuses", &letter).ok();
    let letters = eventually("ana has a conversation", || {
        let letters = world.ana.items("/api/v1/timelines/direct");
        (!letters.is_empty()).then_some(letters)
    });
    assert_eq!(letters.len(), 1, "{letters:?}");
    assert_eq!(letters[0]["id"], id_of(&sent));
    let found = eventually("ben has a conversation", || {
        world.ben.items("/api/v1/conversations").pop()
    });
    assert_eq!(found["unread"], true);
    let id = id_of(&found);
    let read = format!("/api/v1/conversations/{id}/read");
    assert_eq!(world.ben.press(&read).ok()["unread"], false);
    let unread = format!("/api/v1/conversations/{id}/unread");
    assert_eq!(world.ben.press(&unread).ok()["unread"], true);
    assert_eq!(world.ben.items("/api/v1/conversations")[0]["unread"], true);
    world.ana.press(&unread).refused(404);
}
