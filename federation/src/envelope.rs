//! What the door reads of a document before anyone is believed: who says he did what to what. Just
//! enough to refuse cheaply and to put it into a line; the meaning is read by the worker.

use serde_json::Value;

use crate::error::{Error, Result};
use crate::vocabulary::{ObjectUri, activity::is_activity};

/// How deep an object within an object is looked for.
const MAX_DEPTH: usize = 4;

/// The outside of an activity.
#[derive(Debug)]
pub(crate) struct Envelope {
    /// Its id.
    pub(crate) id: ObjectUri,
    /// Who says he did it.
    pub(crate) actor: ObjectUri,
    /// Its type.
    pub(crate) kind: String,
    /// What it is about, where that has an address.
    pub(crate) object: Option<ObjectUri>,
    /// Addresses of what is inside and of who made it.
    pub(crate) inner: Vec<ObjectUri>,
    /// Activities with the same key are worked through one after the other.
    pub(crate) key: String,
}

impl Envelope {
    /// Reads the outside of an activity.
    pub(crate) fn read(value: &Value) -> Result<Self> {
        let kind = value.get("type").and_then(Value::as_str);
        let kind = kind.ok_or_else(|| Error::rejected("type: missing"))?;
        let id = value.get("id").and_then(Value::as_str);
        let id = ObjectUri::parse(id.ok_or_else(|| Error::rejected("id: missing"))?)?;
        let actor = value.get("actor").and_then(address);
        let actor = actor.ok_or_else(|| Error::rejected("actor: missing"))?;
        let mut inner = Vec::new();
        collect(value, MAX_DEPTH, &mut inner);
        let object = value.get("object").and_then(address);
        let key = line(value).unwrap_or_else(|| id.to_string());
        Ok(Self {
            kind: kind.to_owned(),
            object,
            inner,
            key,
            id,
            actor,
        })
    }

    /// Means nothing where its actor is unknown, and so is not worth a look for the key: an actor tells
    /// of its own change, or something is gone that can never have been here. Mastodon sends these to
    /// every server it ever heard of.
    pub(crate) fn is_idle_from_strangers(&self) -> bool {
        match self.kind.as_str() {
            "Delete" => true,
            "Update" => self.object.as_ref() == Some(&self.actor),
            _ => false,
        }
    }
}

/// One address: a string, or an object with an id.
fn address(value: &Value) -> Option<ObjectUri> {
    let text = match value {
        Value::String(text) => text,
        Value::Object(object) => object.get("id")?.as_str()?,
        _ => return None,
    };
    ObjectUri::parse(text).ok()
}

/// The objects inside, and who made them.
fn collect(value: &Value, depth: usize, found: &mut Vec<ObjectUri>) {
    let Some(object) = value.get("object").filter(|_| depth > 0) else {
        return;
    };
    found.extend(address(object));
    found.extend(object.get("actor").and_then(address));
    found.extend(object.get("attributedTo").and_then(address));
    collect(object, depth - 1, found);
}

/// In which line it has to wait. Whatever is done to one object has one line; a follow and its end
/// have one too, which is not that of the followed, whom thousands may follow at once.
fn line(value: &Value) -> Option<String> {
    let mut at = value;
    for _ in 0..MAX_DEPTH {
        let kind = at.get("type").and_then(Value::as_str)?;
        let object = at.get("object")?;
        if matches!(kind, "Follow" | "Join" | "Leave" | "Block") {
            let actor = at.get("actor").and_then(address)?;
            return Some(format!("{actor} {}", address(object)?));
        }
        let is_inner = object
            .get("type")
            .and_then(Value::as_str)
            .is_some_and(is_activity);
        if !is_inner {
            return Some(address(object)?.to_string());
        }
        at = object;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(value: &Value) -> Envelope {
        Envelope::read(value).unwrap()
    }

    fn follow(id: u8) -> Value {
        json!({"id": format!("https://far.example/{id}"), "type": "Follow",
            "actor": "https://far.example/u", "object": "https://home.example/g/garden"})
    }

    #[test]
    fn what_is_done_to_one_thing_has_one_line() {
        let actor = "https://far.example/u";
        let note = json!({"id": "https://far.example/n", "type": "Note", "attributedTo": actor});
        let create = json!({"id": "https://far.example/c", "type": "Create", "actor": actor,
            "object": note});
        let delete = json!({"id": "https://far.example/d", "type": "Delete", "actor": actor,
            "object": {"id": "https://far.example/n", "type": "Tombstone"}});
        let announce = json!({"id": "https://far.example/a", "type": "Announce",
            "actor": "https://far.example/g", "object": create});
        for activity in [&create, &delete, &announce] {
            assert_eq!(read(activity).key, "https://far.example/n");
        }
        let undo = json!({"id": "https://far.example/9", "type": "Undo", "actor": actor,
            "object": follow(1)});
        assert_eq!(read(&undo).key, read(&follow(2)).key);
        assert_ne!(read(&follow(2)).key, "https://home.example/g/garden");
        assert_eq!(
            read(&announce)
                .inner
                .iter()
                .map(ObjectUri::as_str)
                .collect::<Vec<_>>(),
            [
                "https://far.example/c",
                actor,
                "https://far.example/n",
                actor
            ]
        );
    }

    #[test]
    fn what_strangers_delete_was_never_here() {
        let idle = |kind: &str, object: Value| {
            read(&json!({"id": "https://far.example/d", "type": kind,
                "actor": "https://far.example/u", "object": object}))
            .is_idle_from_strangers()
        };
        assert!(idle("Delete", json!("https://far.example/n")));
        assert!(idle("Update", json!({"id": "https://far.example/u"})));
        assert!(!idle("Update", json!("https://far.example/n")));
        assert!(!idle("Create", json!("https://far.example/u")));
    }

    #[test]
    fn what_lacks_the_outside_is_no_activity() {
        let sound = follow(1);
        for field in ["id", "type", "actor"] {
            for wrong in [Value::Null, json!(5), json!(["https://far.example/u"])] {
                let mut value = sound.clone();
                value[field] = wrong;
                assert!(Envelope::read(&value).is_err(), "{value}");
            }
        }
    }
}
