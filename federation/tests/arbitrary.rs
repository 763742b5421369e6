//! Whatever arrives, the reader answers: it never panics, and what it refuses it refuses with a
//! short reason.

use federation::vocabulary::{Document, Understanding, understand};
use proptest::prelude::*;
use serde_json::{Map, Value};

/// Words that the reader looks for, so that the values come near to something it reads.
const KEYS: [&str; 30] = [
    "id",
    "type",
    "actor",
    "object",
    "target",
    "attributedTo",
    "to",
    "cc",
    "audience",
    "content",
    "contentMap",
    "name",
    "summary",
    "tag",
    "attachment",
    "url",
    "href",
    "icon",
    "inbox",
    "preferredUsername",
    "publicKey",
    "publicKeyPem",
    "first",
    "orderedItems",
    "links",
    "subject",
    "published",
    "oneOf",
    "location",
    "mediaType",
];
const WORDS: [&str; 24] = [
    "Note",
    "Page",
    "Question",
    "Event",
    "Person",
    "Group",
    "Create",
    "Announce",
    "Undo",
    "Add",
    "Follow",
    "Flag",
    "Block",
    "Delete",
    "OrderedCollection",
    "Tombstone",
    "Link",
    "Mention",
    "Hashtag",
    "https://far.example/1",
    "https://far.example/u#k",
    "as:Public",
    "text/html",
    "2026-01-01T00:00:00Z",
];

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        prop::sample::select(&WORDS[..]).prop_map(Value::from),
        prop::sample::select(&WORDS[..]).prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 200, 10, |inner| {
        let key = prop_oneof![
            9 => prop::sample::select(&KEYS[..]).prop_map(str::to_owned),
            1 => ".{0,8}",
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..14)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// An object that has what most documents need, and anything beside it.
fn nearly_something() -> impl Strategy<Value = Value> {
    (anything(), anything(), prop::sample::select(&WORDS[..19])).prop_map(|(a, b, kind)| {
        let mut map = a.as_object().cloned().unwrap_or_default();
        map.insert("id".into(), "https://far.example/1".into());
        map.insert("type".into(), kind.into());
        map.insert("actor".into(), "https://far.example/u".into());
        map.insert("object".into(), b);
        Value::Object(map)
    })
}

fn judge(bytes: &[u8]) {
    match understand(bytes) {
        Ok(understood) => {
            let line = understood.to_string();
            assert!(
                !line.is_empty() && !line.chars().any(char::is_control),
                "{line}"
            );
        }
        Err(refusal) => assert!(refusal.to_string().len() < 300, "{refusal}"),
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        judge(&bytes);
    }

    #[test]
    fn arbitrary_text(text in "[\\[\\]{}\",:\\\\u0-9a-z ]{0,300}") {
        judge(text.as_bytes());
    }

    #[test]
    fn arbitrary_json(value in anything()) {
        judge(value.to_string().as_bytes());
    }

    #[test]
    fn json_that_is_nearly_something(value in nearly_something()) {
        judge(value.to_string().as_bytes());
    }

    /// What the scanner lets through the parser reads alike: it is stricter, never looser.
    #[test]
    fn a_document_is_what_was_sent(value in anything()) {
        let text = value.to_string();
        if let Ok(document) = Document::parse(text.as_bytes()) {
            prop_assert_eq!(document.value(), &serde_json::from_str::<Value>(&text).unwrap());
            let _ = Understanding::read(document.value());
        }
    }
}
