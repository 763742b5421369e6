//! Actor documents: people, groups, and the server's own actor.

use model::Millis;
use serde_json::{Value, json};

use super::notes::EmojiDoc;
use super::{members, set};
use crate::vocabulary::actor::ActorKind;

/// A picture of an actor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PictureDoc {
    /// Where it is.
    pub url: String,
    /// Its media type.
    pub media_type: Option<String>,
    /// Description for who cannot see it.
    pub name: Option<String>,
}

impl PictureDoc {
    fn value(&self) -> Value {
        let mut map = members(json!({"type": "Image", "url": self.url}));
        set(&mut map, "mediaType", self.media_type.as_deref());
        set(&mut map, "name", self.name.as_deref());
        Value::Object(map)
    }
}

/// The RSA key that every peer can read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RsaKeyDoc {
    /// Its id, `…#main-key`.
    pub id: String,
    /// The public half in PEM.
    pub pem: String,
}

/// The Ed25519 key for RFC 9421 and for proofs (FEP-521a).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ed25519KeyDoc {
    /// Its id, `…#ed25519-key`.
    pub id: String,
    /// The public half in multibase, `z6Mk…`.
    pub multibase: String,
}

/// What only groups have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupDoc {
    /// The collection of moderators.
    pub moderators: String,
    /// Only they may open threads.
    pub posting_restricted_to_mods: bool,
    /// Its threads are for its members.
    pub members_only: bool,
    /// Its posts are to be hidden at first.
    pub sensitive: bool,
    /// What is spoken there, as ISO 639 codes.
    pub languages: Vec<String>,
}

/// An actor of ours.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActorDoc {
    /// What he is.
    pub kind: ActorKind,
    /// His id.
    pub id: String,
    /// The part of his handle before the host.
    pub preferred_username: String,
    /// Display name.
    pub name: String,
    /// Biography or description, HTML.
    pub summary: String,
    /// What was typed for it, Markdown.
    pub source: Option<String>,
    /// The page for people.
    pub url: String,
    /// `name@host` (FEP-2c59).
    pub webfinger: Option<String>,
    /// His inbox.
    pub inbox: String,
    /// The inbox of the server.
    pub shared_inbox: Option<String>,
    /// What he did.
    pub outbox: String,
    /// Who follows him.
    pub followers: Option<String>,
    /// Whom he follows.
    pub following: Option<String>,
    /// His pinned posts.
    pub featured: Option<String>,
    /// The hashtags that he features.
    pub featured_tags: Option<String>,
    /// What only groups have.
    pub group: Option<GroupDoc>,
    /// Followers have to be accepted.
    pub manually_approves_followers: bool,
    /// Wants to be found.
    pub discoverable: bool,
    /// Public posts may be searched.
    pub indexable: bool,
    /// When he joined.
    pub published: Option<Millis>,
    /// When the profile was last changed.
    pub updated: Option<Millis>,
    /// Avatar.
    pub icon: Option<PictureDoc>,
    /// Banner.
    pub image: Option<PictureDoc>,
    /// Profile fields: label, and value in HTML.
    pub fields: Vec<(String, String)>,
    /// Custom emoji in name, summary and fields.
    pub emojis: Vec<EmojiDoc>,
    /// His RSA key.
    pub rsa_key: Option<RsaKeyDoc>,
    /// His Ed25519 key.
    pub ed25519_key: Option<Ed25519KeyDoc>,
    /// Other addresses that are him.
    pub also_known_as: Vec<String>,
    /// Where he moved.
    pub moved_to: Option<String>,
    /// Suspended here.
    pub suspended: bool,
    /// He died.
    pub memorial: bool,
}

/// The document of an actor.
#[must_use]
pub fn actor(doc: &ActorDoc) -> Value {
    let mut map = members(json!({
        "id": doc.id,
        "type": doc.kind.name(),
        "preferredUsername": doc.preferred_username,
        "name": doc.name,
        "summary": doc.summary,
        "url": doc.url,
        "inbox": doc.inbox,
        "outbox": doc.outbox,
        "manuallyApprovesFollowers": doc.manually_approves_followers,
        "discoverable": doc.discoverable,
        "indexable": doc.indexable,
    }));
    set(&mut map, "webfinger", doc.webfinger.as_deref());
    set(&mut map, "followers", doc.followers.as_deref());
    set(&mut map, "following", doc.following.as_deref());
    set(&mut map, "featured", doc.featured.as_deref());
    set(&mut map, "featuredTags", doc.featured_tags.as_deref());
    set(
        &mut map,
        "published",
        doc.published.map(Millis::iso_seconds),
    );
    set(&mut map, "updated", doc.updated.map(Millis::iso_seconds));
    set(&mut map, "icon", doc.icon.as_ref().map(PictureDoc::value));
    set(&mut map, "image", doc.image.as_ref().map(PictureDoc::value));
    set(&mut map, "movedTo", doc.moved_to.as_deref());
    set(
        &mut map,
        "source",
        doc.source
            .as_ref()
            .map(|s| json!({"content": s, "mediaType": "text/markdown"})),
    );
    set(
        &mut map,
        "endpoints",
        doc.shared_inbox
            .as_ref()
            .map(|inbox| json!({"sharedInbox": inbox})),
    );
    set(&mut map, "publicKey", rsa_key(doc));
    set(&mut map, "assertionMethod", ed25519_key(doc));
    if let Some(group) = &doc.group {
        // Lemmy and Mbin find the moderators in `attributedTo`, WordPress and PieFed read the
        // other name.
        map.insert("attributedTo".into(), json!(group.moderators));
        map.insert("moderators".into(), json!(group.moderators));
        map.insert(
            "postingRestrictedToMods".into(),
            json!(group.posting_restricted_to_mods),
        );
        map.insert("sensitive".into(), json!(group.sensitive));
        // Smithereen's word: everyone sees the group and may ask to join, members alone read it.
        map.insert(
            "accessType".into(),
            json!(if group.members_only { "closed" } else { "open" }),
        );
        // Lemmy's form; it reads the code, and its own name for it.
        let languages = group.languages.iter();
        let languages: Vec<Value> = languages
            .map(|code| json!({"identifier": code, "name": code}))
            .collect();
        if !languages.is_empty() {
            map.insert("language".into(), Value::Array(languages));
        }
    }
    if !doc.also_known_as.is_empty() {
        map.insert("alsoKnownAs".into(), json!(doc.also_known_as));
    }
    let fields = doc
        .fields
        .iter()
        .map(|(name, value)| json!({"type": "PropertyValue", "name": name, "value": value}));
    map.insert("attachment".into(), fields.collect());
    map.insert(
        "tag".into(),
        doc.emojis.iter().map(EmojiDoc::value).collect(),
    );
    if doc.suspended {
        map.insert("suspended".into(), json!(true));
    }
    if doc.memorial {
        map.insert("memorial".into(), json!(true));
    }
    Value::Object(map)
}

fn rsa_key(doc: &ActorDoc) -> Option<Value> {
    let key = doc.rsa_key.as_ref()?;
    Some(json!({"id": key.id, "owner": doc.id, "publicKeyPem": key.pem}))
}

fn ed25519_key(doc: &ActorDoc) -> Option<Value> {
    let key = doc.ed25519_key.as_ref()?;
    Some(json!([{
        "id": key.id,
        "type": "Multikey",
        "controller": doc.id,
        "publicKeyMultibase": key.multibase,
    }]))
}
