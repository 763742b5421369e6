//! Documents by which servers find each other and that are no ActivityStreams: WebFinger (RFC
//! 7033) and `NodeInfo`. Their addresses are built and fetched elsewhere.

use serde_json::Value;

use super::lenient::{Fields, cut, essence, link};
use super::uri::ObjectUri;

/// The most links and aliases that are read.
const MAX_LINKS: usize = 100;
/// The longest subject, relation, or name of a program.
const MAX_TEXT: usize = 512;
/// What the relations of `NodeInfo` begin with; the version follows.
const NODEINFO: &str = "http://nodeinfo.diaspora.software/ns/schema/";

/// One link of a WebFinger answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JrdLink {
    /// What the link is for.
    pub rel: String,
    /// Media type.
    pub media_type: Option<String>,
    /// Where it leads.
    pub href: Option<ObjectUri>,
    /// A pattern with `{uri}` in it.
    pub template: Option<String>,
}

/// An answer of WebFinger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jrd {
    /// `acct:name@host`.
    pub subject: String,
    /// Other addresses of the subject.
    pub aliases: Vec<ObjectUri>,
    /// Links.
    pub links: Vec<JrdLink>,
}

impl Jrd {
    pub(crate) fn read(fields: Fields<'_>) -> Option<Self> {
        Some(Self {
            subject: fields.text("subject", MAX_TEXT)?,
            aliases: fields.links("aliases", MAX_LINKS),
            links: links(fields),
        })
    }

    /// The actor: the `self` link of one of the two media types.
    #[must_use]
    pub fn actor(&self) -> Option<&ObjectUri> {
        self.links
            .iter()
            .filter(|l| l.rel == "self")
            .filter(|l| {
                matches!(
                    l.media_type.as_deref().map(essence).as_deref(),
                    Some("application/activity+json" | "application/ld+json")
                )
            })
            .find_map(|l| l.href.as_ref())
    }

    /// The subject without `acct:`.
    #[must_use]
    pub fn handle(&self) -> &str {
        self.subject.strip_prefix("acct:").unwrap_or(&self.subject)
    }
}

/// What a server says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeInfo {
    /// Name of the program, lower-cased: Mobilizon and others write capitals.
    pub software: String,
    /// Its version.
    pub version: Option<String>,
    /// How many people have an account.
    pub users: Option<u64>,
}

impl NodeInfo {
    pub(crate) fn read(fields: Fields<'_>) -> Option<Self> {
        let software = fields.get("software").and_then(Fields::part)?;
        let users = fields.get("usage").and_then(Fields::part);
        let users = users.and_then(|u| u.get("users")).and_then(Fields::part);
        Some(Self {
            software: software.text("name", 100)?.to_lowercase(),
            version: software.text("version", 100),
            users: users.and_then(|u| u.number("total")),
        })
    }
}

/// The list of a server's `NodeInfo` documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeInfoLinks {
    /// Version and address, as listed.
    pub links: Vec<(String, ObjectUri)>,
    /// The server's own actor (FEP-2677).
    pub application: Option<ObjectUri>,
}

impl NodeInfoLinks {
    pub(crate) fn read(fields: Fields<'_>) -> Option<Self> {
        let mut found = Self {
            links: Vec::new(),
            application: None,
        };
        for link in links(fields) {
            let Some(href) = link.href else { continue };
            if let Some(version) = link.rel.strip_prefix(NODEINFO) {
                found.links.push((version.to_owned(), href));
            } else if link.rel == "https://www.w3.org/ns/activitystreams#Application" {
                found.application = Some(href);
            }
        }
        (!found.links.is_empty()).then_some(found)
    }

    /// The newest document that we read: 2.1 or 2.0, else 1.x, which has the same `software`.
    #[must_use]
    pub fn best(&self) -> Option<&ObjectUri> {
        self.links
            .iter()
            .filter(|(version, _)| version.starts_with("2.") || version.starts_with("1."))
            .max_by(|a, b| a.0.cmp(&b.0))
            .map(|(_, href)| href)
    }
}

fn links(fields: Fields<'_>) -> Vec<JrdLink> {
    fields
        .many("links")
        .iter()
        .take(MAX_LINKS)
        .filter_map(|value: &Value| {
            let part = Fields::part(value)?;
            Some(JrdLink {
                rel: part.text("rel", MAX_TEXT)?,
                media_type: part.text("type", MAX_TEXT),
                href: part.get("href").and_then(link),
                template: part.str("template").and_then(|t| cut(t, 2048)),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_actor_is_the_self_link_of_the_right_type() {
        let jrd = json!({"subject": "acct:ana@far.example", "links": [
            {"rel": "self", "type": "text/html", "href": "https://far.example/@ana"},
            {"rel": "self", "href": "https://far.example/typeless"},
            {"rel": "self", "href": "https://far.example/u",
             "type": "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\""},
        ]});
        let jrd = Jrd::read(Fields::of(&jrd).unwrap()).unwrap();
        assert_eq!(jrd.actor().unwrap().as_str(), "https://far.example/u");
        assert_eq!(jrd.handle(), "ana@far.example");
    }

    #[test]
    fn the_newest_nodeinfo_is_taken() {
        let list = json!({"links": [
            {"rel": "http://nodeinfo.diaspora.software/ns/schema/2.1", "href": "https://far.example/2.1"},
            {"rel": "http://nodeinfo.diaspora.software/ns/schema/2.0", "href": "https://far.example/2.0"},
        ]});
        let list = NodeInfoLinks::read(Fields::of(&list).unwrap()).unwrap();
        assert_eq!(list.best().unwrap().as_str(), "https://far.example/2.1");
    }
}
