//! Activities: who did what to whom. Dispatch is by hand on the type of the activity and of its
//! object, so that a refusal names the field. Whether the actor may do it is the inbox's matter.

mod acts;
mod line;
mod parts;

use model::Millis;
use serde_json::Value;

pub use self::acts::{
    Act, Added, Announced, Block, Delete, Flag, Move, Reaction, Request, RequestKind, Updated,
};
pub use self::parts::{Reference, Subject};

use super::addresses::Addresses;
use super::lenient::Fields;
use super::object::MAX_SUMMARY;
use super::refusal::{Refusal, Why};
use super::uri::ObjectUri;

/// How many activities may stand inside each other: `Announce{Undo{Delete}}` has three,
/// a `Reject` of such one more.
const MAX_NESTING: u8 = 4;

/// One activity.
#[derive(Debug, Clone, PartialEq)]
pub struct Activity {
    /// Its id. Always there on what arrives by itself; embedded ones may lack it.
    pub id: Option<ObjectUri>,
    /// Who did it.
    pub actor: ObjectUri,
    /// Whom it is addressed to.
    pub addresses: Addresses,
    /// When, by the sender's word.
    pub published: Option<Millis>,
    /// It carries an integrity proof (FEP-8b32), not yet verified.
    pub has_proof: bool,
    /// What was done.
    pub act: Act,
}

impl Activity {
    /// Reads an activity that arrived by itself: it has to have an id, without which it could be
    /// processed twice.
    ///
    /// # Errors
    /// A [`Refusal`] that names the field.
    pub fn read(value: &Value) -> Result<Self, Refusal> {
        let activity = Self::nested(value, 1)?;
        if activity.id.is_none() {
            return Err(Refusal::new("id", Why::Missing));
        }
        Ok(activity)
    }

    /// Reads an activity that stands inside `depth - 1` others.
    fn nested(value: &Value, depth: u8) -> Result<Self, Refusal> {
        let fields = Fields::of(value)?;
        let kind = fields.kind()?;
        if !is_activity(kind) {
            return Err(Refusal::unknown_type("", kind));
        }
        if depth > MAX_NESTING {
            return Err(Refusal::whole(Why::NestedTooOften));
        }
        let id = match fields.get("id") {
            None => None,
            Some(Value::String(id)) => {
                Some(ObjectUri::parse(id).map_err(|refusal| refusal.inside("id"))?)
            }
            Some(_) => return Err(Refusal::new("id", Why::Expected("one address"))),
        };
        let actor = fields.required_link("actor")?;
        let mut act = Act::read(kind, fields, &actor, depth)?;
        let addresses = Addresses::read(fields);
        address_alike(&mut act, &actor, &addresses);
        Ok(Self {
            id,
            actor,
            addresses,
            published: fields.date("published"),
            has_proof: fields.get("proof").is_some(),
            act,
        })
    }
}

/// Discourse addresses its activities, but not the notes in them: an author's note without any
/// address is for whom its Create or Update is.
fn address_alike(act: &mut Act, actor: &ObjectUri, addresses: &Addresses) {
    let (Act::Create(Subject::Embedded(note)) | Act::Update(Updated::Note(note))) = act else {
        return;
    };
    if note.author == *actor && note.addresses.to.is_empty() && note.addresses.cc.is_empty() {
        note.addresses.to.clone_from(&addresses.to);
        note.addresses.cc.clone_from(&addresses.cc);
        if note.addresses.audience.is_empty() {
            note.addresses.audience.clone_from(&addresses.audience);
        }
    }
}

/// The names of activities that we process.
const ACTIVITIES: [&str; 27] = [
    "Accept",
    "Add",
    "Announce",
    "AnnounceRequest",
    "Block",
    "Create",
    "Delete",
    "Dislike",
    "EmojiReact",
    "FeatureRequest",
    "Flag",
    "Follow",
    "Invite",
    "Join",
    "Leave",
    "Like",
    "LikeRequest",
    "Lock",
    "Move",
    "QuoteRequest",
    "Reject",
    "Remove",
    "ReplyRequest",
    "Resolve",
    "Undo",
    "Update",
    "Warn",
];

/// Whether a type is that of an activity that we process.
#[must_use]
pub fn is_activity(kind: &str) -> bool {
    ACTIVITIES.contains(&kind)
}

/// The reason that stands in an activity: Mastodon writes a report's in `content`, Lemmy all of
/// them in `summary`, Mbin both (LemmyNet/lemmy#4323). White space alone (Mbin) is none.
fn reason(fields: Fields<'_>) -> Option<String> {
    ["summary", "content"]
        .iter()
        .filter_map(|name| fields.text(name, MAX_SUMMARY))
        .find(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests;
