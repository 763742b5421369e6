//! Activities. An object goes in as a value: the id as a string, or a whole document.

use model::Millis;
use serde_json::{Map, Value, json};

use super::actors::{ActorDoc, actor};
use super::notes::{NoteDoc, note};
use super::{Addressing, members, set};

/// What every activity has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Envelope {
    /// Its id.
    pub id: String,
    /// Who did it.
    pub actor: String,
    /// Whom it is addressed to.
    pub addressing: Addressing,
    /// When.
    pub published: Option<Millis>,
}

impl Envelope {
    fn around(&self, kind: &str, object: Value) -> Map<String, Value> {
        let mut map = members(json!({"id": self.id, "type": kind, "actor": self.actor}));
        map.insert("object".into(), object);
        self.addressing.put(&mut map);
        set(
            &mut map,
            "published",
            self.published.map(Millis::iso_seconds),
        );
        map
    }

    fn simple(&self, kind: &str, object: Value) -> Value {
        Value::Object(self.around(kind, object))
    }

    fn of_note(id: &str, doc: &NoteDoc, published: Option<Millis>) -> Self {
        Self {
            id: id.to_owned(),
            actor: doc.attributed_to.clone(),
            addressing: doc.addressing.clone(),
            published,
        }
    }
}

/// A ban of a group, or a block between people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BlockDoc {
    /// Who is blocked.
    pub object: String,
    /// The group; between people none.
    pub target: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// When it ends.
    pub end_time: Option<Millis>,
    /// What he wrote there goes too.
    pub remove_data: bool,
}

/// Something was written. Author and addresses are those of the note.
#[must_use]
pub fn create(id: &str, doc: &NoteDoc) -> Value {
    Envelope::of_note(id, doc, doc.published).simple("Create", note(doc))
}

/// Something written was changed by its author.
#[must_use]
pub fn update_note(id: &str, doc: &NoteDoc) -> Value {
    let mut map = Envelope::of_note(id, doc, doc.published).around("Update", note(doc));
    set(&mut map, "updated", doc.updated.map(Millis::iso_seconds));
    Value::Object(map)
}

/// The profile of a person or a group was changed.
#[must_use]
pub fn update_actor(envelope: &Envelope, doc: &ActorDoc) -> Value {
    envelope.simple("Update", actor(doc))
}

/// Something was removed. `object` is a tombstone for posts, an id for accounts; `reason` only
/// from moderators, by which Lemmy tells a removal from a deletion.
#[must_use]
pub fn delete(envelope: &Envelope, object: Value, reason: Option<&str>) -> Value {
    let mut map = envelope.around("Delete", object);
    set(&mut map, "summary", reason);
    Value::Object(map)
}

/// A boost of an id, or the distribution of an activity that is embedded unchanged.
#[must_use]
pub fn announce(envelope: &Envelope, object: Value) -> Value {
    envelope.simple("Announce", object)
}

/// A like.
#[must_use]
pub fn like(envelope: &Envelope, object: &str) -> Value {
    envelope.simple("Like", json!(object))
}

/// Wants to follow, or to join a group.
#[must_use]
pub fn follow(envelope: &Envelope, object: &str) -> Value {
    envelope.simple("Follow", json!(object))
}

/// Says yes. Lemmy and Mastodon want the Follow embedded.
#[must_use]
pub fn accept(envelope: &Envelope, object: Value) -> Value {
    envelope.simple("Accept", object)
}

/// Says yes, with a stamp that proves it (FEP-044f).
#[must_use]
pub fn accept_with(envelope: &Envelope, object: Value, stamp: &str) -> Value {
    let mut map = envelope.around("Accept", object);
    map.insert("result".into(), json!(stamp));
    Value::Object(map)
}

/// Asks to quote `quoted` in `quoting`: its address, or the whole note.
#[must_use]
pub fn quote_request(envelope: &Envelope, quoted: &str, quoting: Value) -> Value {
    let mut map = envelope.around("QuoteRequest", json!(quoted));
    map.insert("instrument".into(), quoting);
    Value::Object(map)
}

/// The stamp by which the author of `quoted` agrees to `quoting`.
#[must_use]
pub fn quote_authorization(id: &str, author: &str, quoting: &str, quoted: &str) -> Value {
    json!({
        "id": id,
        "type": "QuoteAuthorization",
        "attributedTo": author,
        "interactingObject": quoting,
        "interactionTarget": quoted,
    })
}

/// Asks someone to join a group.
#[must_use]
pub fn invite(envelope: &Envelope, group: &str, guest: &str) -> Value {
    let mut map = envelope.around("Invite", json!(group));
    map.insert("target".into(), json!(guest));
    Value::Object(map)
}

/// Says no.
#[must_use]
pub fn reject(envelope: &Envelope, object: Value) -> Value {
    envelope.simple("Reject", object)
}

/// Takes back; the embedded activity carries the id under which it was sent.
#[must_use]
pub fn undo(envelope: &Envelope, object: Value) -> Value {
    envelope.simple("Undo", object)
}

/// As [`undo`], by a moderator who says why.
#[must_use]
pub fn undo_with(envelope: &Envelope, object: Value, reason: Option<&str>) -> Value {
    let mut map = envelope.around("Undo", object);
    set(&mut map, "summary", reason);
    Value::Object(map)
}

/// A block or a ban.
#[must_use]
pub fn block(envelope: &Envelope, doc: &BlockDoc) -> Value {
    let mut map = envelope.around("Block", json!(doc.object));
    set(&mut map, "target", doc.target.as_deref());
    set(&mut map, "summary", doc.reason.as_deref());
    // Lemmy reads the one, Mbin and `PieFed` the other.
    for name in ["endTime", "expires"] {
        set(&mut map, name, doc.end_time.map(Millis::iso_seconds));
    }
    if doc.target.is_some() {
        map.insert("removeData".into(), json!(doc.remove_data));
    }
    Value::Object(map)
}

/// Puts a person among the moderators, or a post among the pinned ones.
#[must_use]
pub fn add(envelope: &Envelope, object: &str, target: &str) -> Value {
    let mut map = envelope.around("Add", json!(object));
    map.insert("target".into(), json!(target));
    Value::Object(map)
}

/// Takes out what [`add`] put in.
#[must_use]
pub fn remove(envelope: &Envelope, object: &str, target: &str) -> Value {
    let mut map = envelope.around("Remove", json!(object));
    map.insert("target".into(), json!(target));
    Value::Object(map)
}

/// Lets nobody answer any more.
#[must_use]
pub fn lock(envelope: &Envelope, object: &str, reason: Option<&str>) -> Value {
    let mut map = envelope.around("Lock", json!(object));
    set(&mut map, "summary", reason);
    Value::Object(map)
}

/// Reports. Mastodon wants a list that begins with the person and reads `content`; Lemmy wants
/// one post and reads `summary`: a list of one is sent as a bare id, the reason in both places.
#[must_use]
pub fn flag(envelope: &Envelope, objects: &[String], reason: &str) -> Value {
    let object = match objects {
        [one] => json!(one),
        many => json!(many),
    };
    let mut map = envelope.around("Flag", object);
    map.insert("summary".into(), json!(reason));
    map.insert("content".into(), json!(reason));
    Value::Object(map)
}

/// A person or a group lives elsewhere from now on.
#[must_use]
pub fn move_to(envelope: &Envelope, target: &str) -> Value {
    let mut map = envelope.around("Move", json!(envelope.actor));
    map.insert("target".into(), json!(target));
    Value::Object(map)
}
