//! What becomes of single activities. The captured ones are in `tests/samples.rs`.

use serde_json::json;

use super::*;

fn activity(kind: &str, more: Value) -> Result<Activity, Refusal> {
    let mut value = json!({
        "id": "https://far.example/a#1", "type": kind, "actor": "https://far.example/u",
        "object": "https://near.example/1",
    });
    let Value::Object(more) = more else { panic!() };
    value.as_object_mut().unwrap().extend(more);
    Activity::read(&value)
}

fn act(kind: &str, more: Value) -> Act {
    activity(kind, more).unwrap().act
}

fn why(kind: &str, more: Value) -> String {
    activity(kind, more).unwrap_err().to_string()
}

fn uri(text: &str) -> ObjectUri {
    ObjectUri::parse(text).unwrap()
}

fn note() -> Value {
    json!({"id": "https://far.example/1", "type": "Note", "attributedTo": "https://far.example/u"})
}

#[test]
fn a_refusal_names_the_field() {
    assert_eq!(why("Travel", json!({})), "unknown type: Travel");
    assert_eq!(why("Follow", json!({"id": null})), "id: missing");
    assert_eq!(why("Follow", json!({"id": 5})), "id: not one address");
    assert_eq!(why("Follow", json!({"actor": null})), "actor: missing");
    assert_eq!(
        why("Follow", json!({"actor": ["a"]})),
        "actor: not one address"
    );
    assert_eq!(why("Follow", json!({"actor": {}})), "actor.id: missing");
    assert_eq!(why("Follow", json!({"object": null})), "object: missing");
    assert_eq!(
        why("Like", json!({"object": []})),
        "object: not one address"
    );
    assert_eq!(why("Add", json!({})), "target: missing");
    assert_eq!(
        why("Create", json!({"object": []})),
        "object: not one object"
    );
    assert_eq!(
        why(
            "Create",
            json!({"object": {"type": "TopicCreationRequest"}})
        ),
        "object: unknown type: TopicCreationRequest"
    );
    let mut anonymous = note();
    anonymous["id"] = Value::Null;
    assert_eq!(
        why("Create", json!({"object": anonymous})),
        "object.id: missing"
    );
    let mut nobody = note();
    nobody["attributedTo"] = Value::Null;
    let create = json!({"type": "Create", "actor": "https://far.example/u", "object": nobody});
    assert_eq!(
        why("Announce", json!({"object": create})),
        "object.object.attributedTo: missing"
    );
}

#[test]
fn an_accept_names_or_embeds_the_follow() {
    let by_id = act("Accept", json!({"object": "https://near.example/f/1"}));
    let Act::Accept(of, None) = by_id else {
        panic!()
    };
    assert_eq!(of.id(), Some(&uri("https://near.example/f/1")));

    let follow = json!({"type": "Follow", "actor": "https://near.example/u",
        "object": "https://far.example/u"});
    let Act::Accept(of, _) = act("Accept", json!({"object": follow})) else {
        panic!()
    };
    assert_eq!(of.id(), None);
    assert_eq!(
        of.activity().unwrap().act,
        Act::Follow(uri("https://far.example/u"))
    );
}

#[test]
fn what_is_undone_but_unknown_is_known_by_its_id() {
    let unknown = json!({"type": "View", "id": "https://far.example/v"});
    let Act::Undo(of) = act("Undo", json!({"object": unknown})) else {
        panic!()
    };
    assert_eq!(of, Reference::Uri(uri("https://far.example/v")));
    assert_eq!(
        why("Undo", json!({"object": {"type": "View"}})),
        "object: unknown type: View"
    );
}

#[test]
fn envelopes_are_opened_a_few_times_only() {
    let mut value = json!("https://far.example/1");
    for n in 0..3 {
        value = json!({"id": format!("https://far.example/{n}"), "type": "Announce",
            "actor": "https://far.example/g", "object": value});
    }
    assert!(activity("Announce", json!({"object": value})).is_ok());
    let value = json!({"id": "https://far.example/x", "type": "Announce",
        "actor": "https://far.example/g", "object": value});
    assert_eq!(
        why("Announce", json!({"object": value})),
        "object.object.object.object: an activity too many inside another"
    );
}

#[test]
fn a_group_announces_in_four_forms() {
    let announced = |object: Value| match act("Announce", json!({"object": object})) {
        Act::Announce(what) => what,
        other => panic!("{other}"),
    };
    assert_eq!(
        announced(json!({"id": "https://far.example/1"})),
        Announced::Uri(uri("https://far.example/1"))
    );
    assert!(matches!(announced(note()), Announced::Note(_)));
    let like = json!({"type": "Like", "id": "https://far.example/l",
        "actor": "https://far.example/v", "object": "https://far.example/1"});
    assert!(matches!(announced(like.clone()), Announced::Activity(_)));
    let pack = json!({"type": "OrderedCollection",
        "orderedItems": [like, {"type": "Strange"}, like]});
    let Announced::Activities(votes) = announced(pack) else {
        panic!()
    };
    assert_eq!(votes.len(), 2);
    assert_eq!(
        why(
            "Announce",
            json!({"object": {"type": "Hashtag", "id": "https://far.example/1"}})
        ),
        "object: unknown type: Hashtag"
    );
}

#[test]
fn a_ban_ends_by_either_name() {
    for name in ["endTime", "expires"] {
        let Act::Block(block) = act(
            "Block",
            json!({name: "2026-01-01T00:00:00Z", "target": "https://far.example/g",
                "removeData": true, "summary": "spam"}),
        ) else {
            panic!()
        };
        assert_eq!(block.end_time, Millis::parse("2026-01-01T00:00:00Z"));
        assert!(block.remove_data);
        assert_eq!(block.reason.as_deref(), Some("spam"));
    }
}

#[test]
fn a_report_names_one_or_many() {
    let Act::Flag(flag) = act("Flag", json!({"content": "look", "summary": " "})) else {
        panic!()
    };
    assert_eq!(flag.objects.len(), 1);
    assert_eq!(flag.reason.as_deref(), Some("look"));
    let many = json!({"object": vec!["https://near.example/1"; 10_000]});
    let Act::Flag(flag) = act("Flag", many) else {
        panic!()
    };
    assert_eq!(flag.objects.len(), 50);
}

#[test]
fn reactions_carry_their_emoji() {
    let tag =
        json!([{"type": "Emoji", "name": ":cow:", "icon": {"url": "https://far.example/c.png"}}]);
    let Act::Like(like) = act("EmojiReact", json!({"content": ":cow:", "tag": tag})) else {
        panic!()
    };
    assert_eq!(like.emoji.as_deref(), Some(":cow:"));
    assert_eq!(like.custom.unwrap().shortcode, "cow");
    let Act::Like(like) = act("Like", json!({})) else {
        panic!()
    };
    assert_eq!(like.emoji, None);
}

#[test]
fn a_wall_post_is_added_with_its_target() {
    let target = json!({"type": "Collection", "id": "https://far.example/g/wall",
        "attributedTo": "https://far.example/g"});
    let Act::Add(Added::Note(_), wall) = act("Add", json!({"object": note(), "target": target}))
    else {
        panic!()
    };
    assert_eq!(wall, uri("https://far.example/g/wall"));
    let tag =
        json!({"type": "Hashtag", "name": "#books", "href": "https://far.example/tags/books"});
    let target = "https://far.example/u/featured";
    let Act::Add(Added::Hashtag(tag), _) = act("Add", json!({"object": tag, "target": target}))
    else {
        panic!()
    };
    assert_eq!(tag.name, "books");
}

#[test]
fn a_quote_request_brings_the_quoting_post() {
    let Act::Request(request) = act("QuoteRequest", json!({"instrument": note()})) else {
        panic!()
    };
    assert_eq!(request.kind, RequestKind::Quote);
    assert_eq!(request.instrument, Some(uri("https://far.example/1")));
    assert!(request.note.is_some());
}

#[test]
fn a_deletion_is_known_by_its_id_in_every_form() {
    for object in [
        json!("https://far.example/1"),
        json!({"type": "Tombstone", "id": "https://far.example/1"}),
        note(),
    ] {
        let Act::Delete(delete) = act("Delete", json!({"object": object, "summary": " "})) else {
            panic!()
        };
        assert_eq!(delete.object, uri("https://far.example/1"));
        assert_eq!(delete.reason, None);
    }
}

#[test]
fn a_note_without_addresses_has_those_of_its_create() {
    let public =
        json!({"object": note(), "to": ["as:Public"], "audience": "https://far.example/g"});
    let Act::Create(subject) = act("Create", public) else {
        panic!()
    };
    let read = subject.embedded().unwrap();
    assert!(read.addresses.is_public());
    assert_eq!(read.addresses.audience.len(), 1);

    // Not if it has any of its own, and not if another wrote it.
    let mut private = note();
    private["to"] = json!("https://near.example/u");
    let mut foreign = note();
    foreign["attributedTo"] = json!("https://other.example/u");
    for object in [private, foreign] {
        let Act::Create(subject) = act("Create", json!({"object": object, "to": "as:Public"}))
        else {
            panic!()
        };
        assert!(!subject.embedded().unwrap().addresses.is_public());
    }
}
