//! From bytes to meaning: what kind of document it is, by its `type`, or by its shape where
//! there is none (WebFinger, `NodeInfo`, bare keys).

use std::fmt;

use model::Millis;
use serde_json::Value;

use super::activity::{Activity, is_activity};
use super::actor::{Actor, ActorKind, Multikey, PublicKey};
use super::collection::{Collection, CollectionKind, First};
use super::discovery::{Jrd, NodeInfo, NodeInfoLinks};
use super::document::Document;
use super::lenient::Fields;
use super::object::{Note, NoteKind};
use super::refusal::{Refusal, shown};
use super::uri::ObjectUri;

/// What a document is.
#[derive(Debug, Clone, PartialEq)]
pub enum Understanding {
    /// Something was done.
    Activity(Box<Activity>),
    /// Something was written.
    Note(Box<Note>),
    /// A person, a group, a server.
    Actor(Box<Actor>),
    /// A list, or a page of one.
    Collection(Box<Collection>),
    /// Something is gone.
    Tombstone(Tombstone),
    /// A key by itself.
    Key(Key),
    /// A stamp of consent (FEP-044f, `GoToSocial`).
    Authorization(Authorization),
    /// An answer of WebFinger.
    WebFinger(Jrd),
    /// The list of `NodeInfo` documents.
    NodeInfoLinks(NodeInfoLinks),
    /// What a server says of itself.
    NodeInfo(NodeInfo),
}

/// Something is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    /// What it was known by.
    pub id: ObjectUri,
    /// What it had been.
    pub former_type: Option<String>,
    /// Since when, by its server's word.
    pub deleted: Option<Millis>,
}

/// A key by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// In PEM.
    Pem(PublicKey),
    /// In multibase.
    Multikey(Multikey),
}

/// A stamp by which the author of `target` agrees to `object`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization {
    /// Its id.
    pub id: ObjectUri,
    /// `QuoteAuthorization`, `LikeApproval` and their like.
    pub kind: &'static str,
    /// Who agrees.
    pub attributed_to: ObjectUri,
    /// What was made: the quoting post.
    pub object: ObjectUri,
    /// Of what: the quoted post.
    pub target: ObjectUri,
}

/// The stamps that we know, by the names of FEP-044f and of `GoToSocial`.
const AUTHORIZATIONS: [&str; 7] = [
    "QuoteAuthorization",
    "LikeAuthorization",
    "ReplyAuthorization",
    "AnnounceAuthorization",
    "LikeApproval",
    "ReplyApproval",
    "AnnounceApproval",
];

/// Reads a document of any kind.
///
/// # Errors
/// A [`Refusal`] that names the field and the reason.
pub fn understand(bytes: &[u8]) -> Result<Understanding, Refusal> {
    let document = Document::parse(bytes)?;
    Understanding::read(document.value())
}

impl Understanding {
    /// Reads a value that came out of a [`Document`].
    ///
    /// # Errors
    /// A [`Refusal`] that names the field and the reason.
    pub fn read(value: &Value) -> Result<Self, Refusal> {
        let fields = Fields::of(value)?;
        if fields.get("type").is_none()
            && let Some(found) = typeless(value, fields)
        {
            return Ok(found);
        }
        let kind = fields.kind()?;
        if is_activity(kind) {
            return Activity::read(value).map(|a| Self::Activity(Box::new(a)));
        }
        if NoteKind::named(kind).is_some() {
            return Note::read(value).map(|n| Self::Note(Box::new(n)));
        }
        if ActorKind::named(kind).is_some() {
            return actor(value, fields);
        }
        if CollectionKind::named(kind).is_some() {
            return Collection::read(value).map(|c| Self::Collection(Box::new(c)));
        }
        if let Some(kind) = AUTHORIZATIONS.into_iter().find(|known| *known == kind) {
            return Ok(Self::Authorization(Authorization {
                id: fields.object_id()?,
                kind,
                attributed_to: fields.required_link("attributedTo")?,
                object: fields.required_link("interactingObject")?,
                target: fields.required_link("interactionTarget")?,
            }));
        }
        match kind {
            "Tombstone" => Ok(Self::Tombstone(Tombstone {
                id: fields.object_id()?,
                // Lotide spells it `former_type`.
                former_type: fields
                    .text("formerType", 64)
                    .or_else(|| fields.text("former_type", 64)),
                deleted: fields.date("deleted"),
            })),
            "Key" | "CryptographicKey" | "PublicKey" => {
                PublicKey::read(value).map(|k| Self::Key(Key::Pem(k)))
            }
            "Multikey" => Multikey::read(value).map(|k| Self::Key(Key::Multikey(k))),
            _ => Err(Refusal::unknown_type("", kind)),
        }
    }
}

/// `GoToSocial` serves at the address of a key an actor with nothing but the key.
fn actor(value: &Value, fields: Fields<'_>) -> Result<Understanding, Refusal> {
    let stub = || {
        fields
            .get("publicKey")
            .and_then(|k| PublicKey::read(k).ok())
    };
    match Actor::read(value) {
        Ok(actor) => Ok(Understanding::Actor(Box::new(actor))),
        Err(refusal) if fields.get("inbox").is_none() => match stub() {
            Some(key) => Ok(Understanding::Key(Key::Pem(key))),
            None => Err(refusal),
        },
        Err(refusal) => Err(refusal),
    }
}

fn typeless(value: &Value, fields: Fields<'_>) -> Option<Understanding> {
    if fields.get("publicKeyPem").is_some() {
        return PublicKey::read(value)
            .ok()
            .map(|k| Understanding::Key(Key::Pem(k)));
    }
    Jrd::read(fields)
        .map(Understanding::WebFinger)
        .or_else(|| NodeInfo::read(fields).map(Understanding::NodeInfo))
        .or_else(|| NodeInfoLinks::read(fields).map(Understanding::NodeInfoLinks))
}

impl fmt::Display for Understanding {
    /// One line that says what it is and what it names.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Activity(activity) => write!(f, "{activity}"),
            Self::Note(note) => write!(f, "{note} by {}", note.author),
            Self::Actor(actor) => write!(f, "{actor}"),
            Self::Collection(collection) => {
                write!(f, "{collection}, {} items here", collection.items.len())?;
                if let Some(total) = collection.total_items {
                    write!(f, " of {total}")?;
                }
                match &collection.first {
                    Some(First::Embedded(page)) => {
                        write!(f, ", {} on the first page", page.items.len())
                    }
                    Some(First::Uri(_)) => f.write_str(", in pages"),
                    None => Ok(()),
                }
            }
            Self::Tombstone(tombstone) => write!(f, "Tombstone {}", tombstone.id),
            Self::Key(Key::Pem(key)) => write!(f, "Key {}", key.id),
            Self::Key(Key::Multikey(key)) => write!(f, "Multikey {}", key.id),
            Self::Authorization(stamp) => write!(f, "{} {}", stamp.kind, stamp.id),
            Self::WebFinger(jrd) => match jrd.actor() {
                Some(actor) => write!(f, "WebFinger {} is {actor}", shown(jrd.handle())),
                None => write!(f, "WebFinger {} without an actor", shown(jrd.handle())),
            },
            Self::NodeInfoLinks(list) => write!(f, "NodeInfo list of {}", list.links.len()),
            Self::NodeInfo(info) => {
                let version = shown(info.version.as_deref().unwrap_or("?"));
                write!(f, "NodeInfo {} {version}", shown(&info.software))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(value: &Value) -> Result<Understanding, Refusal> {
        understand(value.to_string().as_bytes())
    }

    #[test]
    fn keys_are_found_in_three_documents() {
        let key = json!({"id": "https://far.example/k", "owner": "https://far.example/u",
            "publicKeyPem": "-----BEGIN"});
        assert!(matches!(read(&key), Ok(Understanding::Key(Key::Pem(_)))));
        let stub = json!({"id": "https://far.example/u", "type": "Person",
            "preferredUsername": "u", "publicKey": key});
        assert!(matches!(read(&stub), Ok(Understanding::Key(Key::Pem(_)))));
        let multikey = json!({"id": "https://far.example/u#ed", "type": "Multikey",
            "controller": "https://far.example/u", "publicKeyMultibase": "z6Mk"});
        assert!(matches!(
            read(&multikey),
            Ok(Understanding::Key(Key::Multikey(_)))
        ));
    }

    #[test]
    fn a_stamp_of_consent_names_both_posts() {
        let stamp = json!({"id": "https://far.example/s", "type": "QuoteAuthorization",
            "attributedTo": "https://far.example/u",
            "interactingObject": "https://near.example/1",
            "interactionTarget": "https://far.example/1"});
        let Ok(Understanding::Authorization(read)) = read(&stamp) else {
            panic!()
        };
        assert_eq!(read.target.as_str(), "https://far.example/1");
    }

    #[test]
    fn what_is_nothing_is_refused() {
        let why = |v: Value| read(&v).unwrap_err().to_string();
        assert_eq!(why(json!({})), "type: missing");
        assert_eq!(
            why(json!({"type": "Relationship"})),
            "unknown type: Relationship"
        );
        assert_eq!(why(json!({"@graph": []})), "expanded JSON-LD");
        let long = "x\n\u{202e}".repeat(1000);
        assert_eq!(
            why(json!({"type": long})),
            format!("unknown type: {}", "x".repeat(64))
        );
    }
}
