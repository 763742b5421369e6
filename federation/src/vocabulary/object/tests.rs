//! What becomes of single objects of each kind. The captured ones are in `tests/samples.rs`.

use serde_json::json;

use super::*;

fn note(more: Value) -> Result<Note, Refusal> {
    let mut value = json!({
        "id": "https://far.example/1", "type": "Note",
        "attributedTo": "https://far.example/u", "content": "<p>hi</p>",
    });
    let Value::Object(more) = more else { panic!() };
    value.as_object_mut().unwrap().extend(more);
    Note::read(&value)
}

fn why(more: Value) -> String {
    note(more).unwrap_err().to_string()
}

fn uri(text: &str) -> ObjectUri {
    ObjectUri::parse(text).unwrap()
}

#[test]
fn a_note_without_an_id_an_author_or_a_kind_is_refused() {
    assert_eq!(why(json!({"id": null})), "id: missing");
    assert_eq!(why(json!({"id": 5})), "id: not one address");
    assert_eq!(why(json!({"id": ["a", "b"]})), "id: not one address");
    assert_eq!(
        why(json!({"id": "https://far.example/1#x"})),
        "id: not without a fragment"
    );
    assert_eq!(why(json!({"attributedTo": null})), "attributedTo: missing");
    assert_eq!(
        why(json!({"type": ["Note", "Person"]})),
        "type: not one string"
    );
    assert_eq!(why(json!({"type": null})), "type: missing");
    assert_eq!(
        why(json!({"type": "Relationship"})),
        "unknown type: Relationship"
    );
    assert_eq!(
        why(json!({"content": "x".repeat(MAX_CONTENT + 1)})),
        "content: too long"
    );
}

#[test]
fn the_author_is_a_person_before_a_group() {
    let peertube = note(json!({"attributedTo": [
        {"type": "Group", "id": "https://far.example/channel"},
        {"type": "Person", "id": "https://far.example/u"},
    ]}))
    .unwrap();
    assert_eq!(peertube.author, uri("https://far.example/u"));
    assert_eq!(peertube.group, Some(uri("https://far.example/channel")));
    assert_eq!(peertube.attributed_to.len(), 2);

    let mobilizon = note(json!({
        "attributedTo": "https://far.example/@group", "actor": "https://far.example/@user",
    }))
    .unwrap();
    assert_eq!(mobilizon.author, uri("https://far.example/@user"));
    assert_eq!(mobilizon.group, Some(uri("https://far.example/@group")));

    let pleroma = note(json!({"actor": "https://far.example/u"})).unwrap();
    assert_eq!(pleroma.author, uri("https://far.example/u"));
    assert_eq!(pleroma.group, None);
}

#[test]
fn a_quote_has_many_names() {
    for name in ["quote", "quoteUri", "quoteUrl", "_misskey_quote"] {
        let read = note(json!({name: "https://far.example/2"})).unwrap();
        assert_eq!(read.quote, Some(uri("https://far.example/2")), "{name}");
    }
}

#[test]
fn a_wall_post_names_its_group() {
    let read = note(json!({"target": {
        "type": "Collection", "id": "https://far.example/g/wall",
        "attributedTo": "https://far.example/g",
    }}))
    .unwrap();
    let target = read.target.unwrap();
    assert_eq!(target.attributed_to, Some(uri("https://far.example/g")));
}

#[test]
fn a_ballot_is_no_title() {
    let read = note(json!({
        "id": "https://far.example/users/ana#votes/1", "content": null, "name": "Tea", "inReplyTo": "https://far.example/poll",
    }))
    .unwrap();
    assert!(read.is_ballot());
    assert_eq!(read.display().title, None);
    // Lemmy's and NodeBB's titled posts are none.
    assert!(!note(json!({"name": "Tea"})).unwrap().is_ballot());
}

#[test]
fn a_poll_keeps_its_options() {
    let read = note(json!({
        "type": "Question", "endTime": "2026-01-01T00:00:00Z", "votersCount": 3,
        "oneOf": [
            {"type": "Note", "name": "Tea", "replies": {"type": "Collection", "totalItems": 2}},
            {"type": "Note", "name": "Coffee"},
            {"type": "Note"},
        ],
    }))
    .unwrap();
    let poll = read.poll.unwrap();
    assert!(!poll.multiple);
    assert_eq!(poll.options.len(), 2);
    assert_eq!(poll.options[0].votes, 2);
    assert_eq!(poll.voters, Some(3));
}

#[test]
fn an_event_does_not_end_before_it_begins() {
    let read = note(json!({
        "type": "Event", "startTime": "2026-01-02T00:00:00Z", "endTime": "2026-01-01T00:00:00Z",
        "location": {"type": "Place", "name": "The Kenn Centre", "latitude": 50.6, "longitude": 500,
            "address": {"type": "PostalAddress", "postalCode": "EX6", "addressRegion": null}},
    }))
    .unwrap();
    let event = read.event.unwrap();
    assert_eq!(event.end_time, None);
    let place = event.location.unwrap();
    assert_eq!(place.address.as_deref(), Some("EX6"));
    assert_eq!(place.coordinates, None);
}

#[test]
fn a_summary_warns_before_a_note_and_teases_before_an_article() {
    let read = note(json!({"summary": "spiders"})).unwrap().display();
    assert_eq!(read.spoiler.as_deref(), Some("spiders"));
    let read = note(json!({"type": "Article", "name": "T", "summary": "about"})).unwrap();
    assert_eq!(read.display().spoiler, None);
    assert_eq!(read.display().body, Body::Html("<p>hi</p>".into()));
    let mbin = note(json!({"type": "Page", "name": "T", "content": null, "summary": "a <b\n#x"}));
    let shown = mbin.unwrap().display();
    assert_eq!(shown.title.as_deref(), Some("T"));
}

#[test]
fn link_posts_carry_their_link() {
    let lotide = note(json!({
        "type": "Page", "name": "T", "summary": "T", "content": null,
        "url": "https://news.example/story",
    }))
    .unwrap()
    .display();
    assert_eq!(lotide.link, Some(uri("https://news.example/story")));
    assert_eq!(lotide.body, Body::Html(String::new()));

    let lemmy = note(json!({
        "type": "Page", "name": "T", "url": "https://far.example/1",
        "attachment": [{"type": "Link", "href": "https://news.example/story"}],
    }))
    .unwrap();
    assert_eq!(lemmy.link(), Some(&uri("https://news.example/story")));
    let own = note(json!({"type": "Page", "url": "https://far.example/@u/1"})).unwrap();
    assert_eq!(own.link(), None);
}

#[test]
fn plain_text_is_escaped_and_markdown_is_marked() {
    let plain = note(json!({"content": "a < b\n\nc\nd", "mediaType": "text/plain"})).unwrap();
    assert_eq!(
        plain.display().body,
        Body::Html("<p>a &lt; b</p><p>c<br>d</p>".into())
    );
    let markdown = note(json!({"content": "*a*", "mediaType": "text/markdown"})).unwrap();
    assert_eq!(markdown.display().body, Body::Markdown("*a*".into()));
}
