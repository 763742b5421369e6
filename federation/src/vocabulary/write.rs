//! The documents that we send: actors, notes, activities, collections, as JSON values without
//! `@context`, so that they can stand inside each other; [`document`] puts it on top, once.
//! Everything comes in as plain strings; who is addressed and what is said is decided elsewhere.

pub mod activities;
pub mod actors;
pub mod collections;
pub mod notes;

use serde_json::{Map, Value, json};

/// Whom an activity and its object are addressed to: the same on both, because Lemmy and
/// `PieFed` read the one and Mastodon the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Addressing {
    /// Primary recipients.
    pub to: Vec<String>,
    /// Secondary recipients.
    pub cc: Vec<String>,
    /// The group it is written for (FEP-1b12).
    pub audience: Option<String>,
}

impl Addressing {
    /// To one recipient and nobody else.
    #[must_use]
    pub fn only_to(recipient: &str) -> Self {
        Self {
            to: vec![recipient.to_owned()],
            ..Self::default()
        }
    }

    fn put(&self, on: &mut Map<String, Value>) {
        on.insert("to".into(), json!(self.to));
        // Lemmy refuses a Create without `cc`, so it is there even when it is empty.
        on.insert("cc".into(), json!(self.cc));
        set(on, "audience", self.audience.as_deref());
    }
}

/// A document of its own: `value` with our `@context` on top.
#[must_use]
pub fn document(value: Value) -> Value {
    let mut map = members(json!({"@context": context()}));
    map.extend(members(value));
    Value::Object(map)
}

/// Terms beyond ActivityStreams whose values are texts, numbers or objects.
const TERMS: [(&str, &str); 36] = [
    ("toot", "http://joinmastodon.org/ns#"),
    ("schema", "http://schema.org#"),
    ("lemmy", "https://join-lemmy.org/ns#"),
    ("sec", "https://w3id.org/security#"),
    ("PropertyValue", "schema:PropertyValue"),
    ("value", "schema:value"),
    ("manuallyApprovesFollowers", "as:manuallyApprovesFollowers"),
    ("sensitive", "as:sensitive"),
    ("Hashtag", "as:Hashtag"),
    ("Emoji", "toot:Emoji"),
    ("discoverable", "toot:discoverable"),
    ("indexable", "toot:indexable"),
    ("suspended", "toot:suspended"),
    ("memorial", "toot:memorial"),
    ("blurhash", "toot:blurhash"),
    ("votersCount", "toot:votersCount"),
    ("gts", "https://gotosocial.org/ns#"),
    ("quoteUri", "http://fedibird.com/ns#quoteUri"),
    ("quoteUrl", "as:quoteUrl"),
    ("QuoteRequest", "https://w3id.org/fep/044f#QuoteRequest"),
    (
        "QuoteAuthorization",
        "https://w3id.org/fep/044f#QuoteAuthorization",
    ),
    ("interactionPolicy", "gts:interactionPolicy"),
    ("canQuote", "gts:canQuote"),
    (
        "_misskey_quote",
        "https://misskey-hub.net/ns/#_misskey_quote",
    ),
    ("sm", "http://smithereen.software/ns#"),
    ("accessType", "sm:accessType"),
    ("postingRestrictedToMods", "lemmy:postingRestrictedToMods"),
    ("removeData", "lemmy:removeData"),
    ("commentsEnabled", "lemmy:commentsEnabled"),
    ("Lock", "lemmy:Lock"),
    ("expires", "sec:expiration"),
    ("language", "schema:inLanguage"),
    ("identifier", "schema:identifier"),
    ("Multikey", "sec:Multikey"),
    ("publicKeyMultibase", "sec:publicKeyMultibase"),
    (
        "webfinger",
        "https://purl.archive.org/socialweb/webfinger#webfinger",
    ),
];

/// Terms whose values are addresses.
const LINK_TERMS: [(&str, &str); 12] = [
    ("movedTo", "as:movedTo"),
    ("alsoKnownAs", "as:alsoKnownAs"),
    ("featured", "toot:featured"),
    ("featuredTags", "toot:featuredTags"),
    ("moderators", "lemmy:moderators"),
    ("quote", "https://w3id.org/fep/044f#quote"),
    (
        "quoteAuthorization",
        "https://w3id.org/fep/044f#quoteAuthorization",
    ),
    ("automaticApproval", "gts:automaticApproval"),
    ("manualApproval", "gts:manualApproval"),
    ("interactingObject", "gts:interactingObject"),
    ("interactionTarget", "gts:interactionTarget"),
    ("assertionMethod", "sec:assertionMethod"),
];

/// The one context of all our documents. It spells out every term that we use beyond the three
/// contexts that every implementation has at hand, so that nobody has to fetch anything.
#[must_use]
pub fn context() -> Value {
    let mut terms = Map::new();
    for (name, iri) in TERMS {
        terms.insert(name.to_owned(), json!(iri));
    }
    for (name, iri) in LINK_TERMS {
        terms.insert(name.to_owned(), json!({"@id": iri, "@type": "@id"}));
    }
    // The order of the two coordinates counts.
    terms.insert(
        "focalPoint".to_owned(),
        json!({"@id": "toot:focalPoint", "@container": "@list"}),
    );
    json!([
        "https://www.w3.org/ns/activitystreams",
        "https://w3id.org/security/v1",
        "https://w3id.org/security/data-integrity/v1",
        terms
    ])
}

/// Sets `name` when there is something to set.
fn set(on: &mut Map<String, Value>, name: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        on.insert(name.to_owned(), value.into());
    }
}

/// The members of a `json!` object.
fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests;
