//! Whom an activity or an object is addressed to: `to`, `cc` and `audience`.
//! What follows from it for visibility is decided elsewhere.

use serde_json::Value;

use super::lenient::{Fields, link};
use super::uri::{ObjectUri, is_public};

/// The most entries that are read of `to` and `cc` together.
pub const MAX_RECIPIENTS: usize = 1000;
/// The most entries that are read of `audience`.
const MAX_AUDIENCE: usize = 10;

/// One address in `to` or `cc`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    /// Everyone.
    Public,
    /// An actor, or a collection such as someone's followers.
    Uri(ObjectUri),
}

/// The addresses of an activity or an object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Addresses {
    /// Primary recipients.
    pub to: Vec<Recipient>,
    /// Secondary recipients.
    pub cc: Vec<Recipient>,
    /// The groups it was written for (FEP-1b12).
    pub audience: Vec<ObjectUri>,
}

impl Addresses {
    pub(crate) fn read(fields: Fields<'_>) -> Self {
        let list = |name, max| -> Vec<Recipient> {
            fields
                .many(name)
                .iter()
                .filter_map(recipient)
                .take(max)
                .collect()
        };
        let to = list("to", MAX_RECIPIENTS);
        let cc = list("cc", MAX_RECIPIENTS - to.len());
        Self {
            to,
            cc,
            audience: fields.links("audience", MAX_AUDIENCE),
        }
    }

    /// Everyone is in `to`.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.to.contains(&Recipient::Public)
    }

    /// Everyone is in `cc` only: readable by all, shown in no public list.
    #[must_use]
    pub fn is_unlisted(&self) -> bool {
        !self.is_public() && self.cc.contains(&Recipient::Public)
    }

    /// Every address in `to` and `cc` except everyone, in the order of the document.
    pub fn uris(&self) -> impl Iterator<Item = &ObjectUri> {
        self.to.iter().chain(&self.cc).filter_map(|r| match r {
            Recipient::Uri(uri) => Some(uri),
            Recipient::Public => None,
        })
    }

    /// Whether `uri` is named in `to`, `cc` or `audience`.
    #[must_use]
    pub fn names(&self, uri: &ObjectUri) -> bool {
        self.uris().any(|u| u == uri) || self.audience.contains(uri)
    }

    /// Nobody is named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.to.is_empty() && self.cc.is_empty() && self.audience.is_empty()
    }
}

/// An entry that is no address (`acct:`, `tag:`, a relative path) reaches nobody and is skipped.
pub(crate) fn recipient(value: &Value) -> Option<Recipient> {
    if value.as_str().is_some_and(is_public) {
        return Some(Recipient::Public);
    }
    link(value).map(|uri| {
        if is_public(uri.as_str()) {
            Recipient::Public
        } else {
            Recipient::Uri(uri)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(value: &Value) -> Addresses {
        Addresses::read(Fields::of(value).unwrap())
    }

    #[test]
    fn everyone_has_three_spellings() {
        for public in [
            "https://www.w3.org/ns/activitystreams#Public",
            "as:Public",
            "Public",
        ] {
            assert!(read(&json!({"to": public})).is_public());
            assert!(read(&json!({"to": [], "cc": [public]})).is_unlisted());
        }
        assert!(!read(&json!({"to": "public"})).is_public());
    }

    #[test]
    fn a_hundred_thousand_recipients_are_cut() {
        let many: Vec<_> = (0..1500)
            .map(|n| format!("https://far.example/{n}"))
            .collect();
        let read = read(&json!({"to": many, "cc": many}));
        assert_eq!(read.to.len(), MAX_RECIPIENTS);
        assert!(read.cc.is_empty());
    }

    #[test]
    fn what_is_no_address_is_skipped() {
        let read = read(&json!({
            "to": [5, null, {}, "acct:ana@far.example", {"id": "https://far.example/u"}],
            "audience": "https://far.example/g",
        }));
        assert_eq!(read.uris().count(), 1);
        assert!(read.names(&ObjectUri::parse("https://far.example/g").unwrap()));
    }
}
