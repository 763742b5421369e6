//! Actors: people, groups, and the servers themselves. Whether an actor is who he says (origin
//! of his inbox, WebFinger) is decided by the inbox.

mod keys;

use std::fmt;

use model::Millis;
use serde_json::Value;

pub use self::keys::{Multikey, PublicKey};

use super::lenient::{Fields, cut, link};
use super::media::Attachment;
use super::object::{MAX_NAME, MAX_SUMMARY, Source};
use super::refusal::{Refusal, Why};
use super::tags::{Emoji, Tags};
use super::uri::ObjectUri;

/// The longest user name that is read, in characters.
const MAX_USERNAME: usize = 255;
/// The most profile fields, and the longest part of one, as Mastodon reads them.
const MAX_FIELDS: usize = 50;
const MAX_FIELD: usize = 2047;
/// The most other addresses of one actor, as Mastodon reads them.
const MAX_ALIASES: usize = 256;
/// The most owners of a group that are read.
const MAX_OWNERS: usize = 50;

/// What kind of actor.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ActorKind {
    /// A human.
    #[default]
    Person,
    /// A group.
    Group,
    /// A bot.
    Service,
    /// A program or a server.
    Application,
    /// An organisation.
    Organization,
}

impl ActorKind {
    /// The kind of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "Person" => Self::Person,
            "Group" => Self::Group,
            "Service" => Self::Service,
            "Application" => Self::Application,
            "Organization" => Self::Organization,
            _ => return None,
        })
    }

    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Person => "Person",
            Self::Group => "Group",
            Self::Service => "Service",
            Self::Application => "Application",
            Self::Organization => "Organization",
        }
    }
}

/// One row of a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Label in plain text.
    pub name: String,
    /// Value, HTML, not sanitised.
    pub value: String,
}

/// An actor.
#[derive(Debug, Clone, PartialEq)]
pub struct Actor {
    /// His id, without a fragment.
    pub id: ObjectUri,
    /// What he is.
    pub kind: ActorKind,
    /// The part of his handle before the host.
    pub preferred_username: String,
    /// Display name in plain text.
    pub name: Option<String>,
    /// Biography or description, HTML, not sanitised.
    pub summary: Option<String>,
    /// What was typed for it.
    pub source: Option<Source>,
    /// The page for people.
    pub url: Option<ObjectUri>,
    /// Where his activities are delivered.
    pub inbox: ObjectUri,
    /// The inbox of his whole server.
    pub shared_inbox: Option<ObjectUri>,
    /// What he did.
    pub outbox: Option<ObjectUri>,
    /// Who follows him.
    pub followers: Option<ObjectUri>,
    /// Whom he follows.
    pub following: Option<ObjectUri>,
    /// His pinned posts.
    pub featured: Option<ObjectUri>,
    /// The collection of a group's moderators.
    pub moderators: Option<ObjectUri>,
    /// The people that a group belongs to (`PeerTube`, Smithereen).
    pub owners: Vec<ObjectUri>,
    /// The collection of a group's members (Mobilizon).
    pub members: Option<ObjectUri>,
    /// Followers have to be accepted; Lemmy 1.0: the group is private.
    pub manually_approves_followers: bool,
    /// The threads of a group are for its members (Smithereen's `accessType`).
    pub members_only: bool,
    /// Wants to be found, where it was said.
    pub discoverable: Option<bool>,
    /// Public posts may be searched, where it was said (FEP-5feb).
    pub indexable: Option<bool>,
    /// Only moderators may open threads (Lemmy, Mbin, WordPress).
    pub posting_restricted_to_mods: bool,
    /// The posts of a group are to be hidden at first.
    pub sensitive: bool,
    /// Avatar.
    pub icon: Option<Attachment>,
    /// Banner.
    pub image: Option<Attachment>,
    /// Profile fields.
    pub fields: Vec<Field>,
    /// Custom emoji in name, summary and fields.
    pub emojis: Vec<Emoji>,
    /// RSA keys, in PEM.
    pub public_keys: Vec<PublicKey>,
    /// Keys of `assertionMethod` (FEP-521a).
    pub assertion_methods: Vec<Multikey>,
    /// Other addresses that are him.
    pub also_known_as: Vec<ObjectUri>,
    /// Where he moved.
    pub moved_to: Option<ObjectUri>,
    /// When he joined, by his server's word.
    pub published: Option<Millis>,
    /// `name@host` by his server's word (FEP-2c59), without `acct:` or `@`.
    pub webfinger: Option<String>,
    /// Suspended by his server.
    pub suspended: bool,
    /// He died.
    pub memorial: bool,
    /// Specifications that his server says it implements (FEP-844e).
    pub implements: Vec<String>,
}

impl Actor {
    /// Reads an object that `type` names as one of [`ActorKind`].
    ///
    /// # Errors
    /// A [`Refusal`] that names the field.
    pub fn read(value: &Value) -> Result<Self, Refusal> {
        let fields = Fields::of(value)?;
        let name = fields.kind()?;
        let Some(kind) = ActorKind::named(name) else {
            return Err(Refusal::unknown_type("", name));
        };
        let id = fields.object_id()?;
        let endpoints = fields.get("endpoints").and_then(Fields::part);
        let (moderators, owners) = leaders(fields, kind);
        let (summary, _) = fields.said("summary", "summaryMap");
        let (display_name, _) = fields.said("name", "nameMap");
        Ok(Self {
            kind,
            preferred_username: username(fields)?,
            name: display_name.and_then(|n| cut(n.trim(), MAX_NAME)),
            summary: summary.and_then(|s| cut(s, MAX_SUMMARY)),
            source: fields.get("source").and_then(Fields::part).and_then(|s| {
                Some(Source {
                    content: s.text("content", MAX_SUMMARY)?,
                    media_type: s.text("mediaType", 127),
                })
            }),
            url: fields.page(),
            inbox: fields.required_link("inbox")?,
            // Discourse has it beside `endpoints`.
            shared_inbox: endpoints
                .and_then(|e| e.link("sharedInbox"))
                .or_else(|| fields.link("sharedInbox")),
            outbox: fields.link("outbox"),
            followers: fields.link("followers"),
            following: fields.link("following"),
            featured: fields.link("featured"),
            moderators,
            owners,
            members: fields
                .link("members")
                .or_else(|| endpoints?.link("members")),
            manually_approves_followers: fields.flag("manuallyApprovesFollowers").unwrap_or(false),
            members_only: kind == ActorKind::Group
                && matches!(
                    fields.text("accessType", 20).as_deref(),
                    Some("closed" | "private")
                ),
            discoverable: fields.flag("discoverable"),
            indexable: fields.flag("indexable"),
            posting_restricted_to_mods: fields.flag("postingRestrictedToMods").unwrap_or(false),
            sensitive: fields.flag("sensitive").unwrap_or(false),
            icon: Attachment::picture(fields, "icon"),
            image: Attachment::picture(fields, "image"),
            fields: profile_fields(fields),
            emojis: Tags::read(fields).emojis,
            public_keys: keys::public_keys(fields),
            assertion_methods: keys::multikeys(fields),
            also_known_as: fields.links("alsoKnownAs", MAX_ALIASES),
            moved_to: fields.link("movedTo"),
            published: fields.date("published"),
            webfinger: webfinger(fields),
            suspended: fields.flag("suspended").unwrap_or(false),
            memorial: fields.flag("memorial").unwrap_or(false),
            implements: implements(fields),
            id,
        })
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.name(), self.id)
    }
}

/// The user name stands in handles, addresses of pages and mentions, so it may not hold what
/// would end it there.
fn username(fields: Fields<'_>) -> Result<String, Refusal> {
    let field = "preferredUsername";
    let Some(name) = fields.get(field) else {
        return Err(Refusal::new(field, Why::Missing));
    };
    let name = name.as_str().unwrap_or_default();
    let sound = !name.is_empty()
        && !name
            .chars()
            .any(|c| c.is_control() || c.is_whitespace() || "@/\\<>\"'?#:".contains(c));
    if !sound {
        return Err(Refusal::new(field, Why::Expected("a user name")));
    }
    if name.chars().count() > MAX_USERNAME {
        return Err(Refusal::new(field, Why::TooLong));
    }
    Ok(name.to_owned())
}

/// `attributedTo` of a group is the address of its moderators' collection (Lemmy, Mbin), or the
/// list of people who own it (`PeerTube`, Smithereen); WordPress and `PieFed` name `moderators`.
fn leaders(fields: Fields<'_>, kind: ActorKind) -> (Option<ObjectUri>, Vec<ObjectUri>) {
    let named = fields.link("moderators");
    if kind != ActorKind::Group {
        return (named, Vec::new());
    }
    match fields.get("attributedTo") {
        Some(one @ Value::String(_)) => (named.or_else(|| link(one)), Vec::new()),
        Some(_) => (named, fields.links("attributedTo", MAX_OWNERS)),
        None => (named, Vec::new()),
    }
}

fn profile_fields(fields: Fields<'_>) -> Vec<Field> {
    fields
        .many("attachment")
        .iter()
        .filter_map(Fields::part)
        .filter(|f| f.str("type") == Some("PropertyValue"))
        .filter_map(|f| {
            Some(Field {
                name: f.text("name", MAX_FIELD)?,
                value: f.text("value", MAX_FIELD).unwrap_or_default(),
            })
        })
        .take(MAX_FIELDS)
        .collect()
}

fn webfinger(fields: Fields<'_>) -> Option<String> {
    let said = fields.str("webfinger")?;
    let handle = said.strip_prefix("acct:").unwrap_or(said);
    let handle = handle.strip_prefix('@').unwrap_or(handle);
    let (name, host) = handle.split_once('@')?;
    let sound = !name.is_empty()
        && !host.is_empty()
        && !host.contains('@')
        && handle.len() <= 512
        && !handle.chars().any(|c| c.is_control() || c.is_whitespace());
    sound.then(|| handle.to_owned())
}

fn implements(fields: Fields<'_>) -> Vec<String> {
    let generator = fields.get("generator").and_then(Fields::part);
    generator
        .map(|g| g.links("implements", 20))
        .unwrap_or_default()
        .into_iter()
        .map(String::from)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn actor(more: Value) -> Result<Actor, Refusal> {
        let mut value = json!({
            "id": "https://far.example/u", "type": "Person", "preferredUsername": "ana",
            "inbox": "https://far.example/u/inbox",
        });
        let Value::Object(more) = more else { panic!() };
        value.as_object_mut().unwrap().extend(more);
        Actor::read(&value)
    }

    fn why(more: Value) -> String {
        actor(more).unwrap_err().to_string()
    }

    #[test]
    fn an_actor_needs_an_id_a_name_and_an_inbox() {
        assert!(actor(json!({})).is_ok());
        assert_eq!(why(json!({"id": null})), "id: missing");
        assert_eq!(why(json!({"inbox": null})), "inbox: missing");
        assert_eq!(why(json!({"inbox": "x"})), "inbox: not an http address");
        assert_eq!(
            why(json!({"preferredUsername": null})),
            "preferredUsername: missing"
        );
        for name in ["", "a b", "a@b", "a/b", "a\u{202e}\u{7}b", "<b>"] {
            assert_eq!(
                why(json!({"preferredUsername": name})),
                "preferredUsername: not a user name"
            );
        }
        assert_eq!(why(json!({"type": "Feed"})), "unknown type: Feed");
    }

    #[test]
    fn a_group_names_its_moderators_in_two_ways() {
        let lemmy = actor(json!({
            "type": "Group", "attributedTo": "https://far.example/g/moderators",
            "postingRestrictedToMods": true,
        }))
        .unwrap();
        assert_eq!(
            lemmy.moderators.unwrap().as_str(),
            "https://far.example/g/moderators"
        );
        assert!(lemmy.posting_restricted_to_mods);
        let smithereen = actor(json!({"type": "Group", "attributedTo": [
            {"type": "Person", "id": "https://far.example/u/1", "title": "Boss"},
            {"type": "Person", "id": "https://far.example/u/2"},
        ]}))
        .unwrap();
        assert_eq!(smithereen.moderators, None);
        assert_eq!(smithereen.owners.len(), 2);
    }

    #[test]
    fn a_handle_is_read_in_three_spellings() {
        for said in [
            "ana@far.example",
            "acct:ana@far.example",
            "@ana@far.example",
        ] {
            let read = actor(json!({"webfinger": said})).unwrap();
            assert_eq!(read.webfinger.as_deref(), Some("ana@far.example"));
        }
        for said in ["ana", "@", "a@b@c", "a b@c"] {
            assert_eq!(actor(json!({"webfinger": said})).unwrap().webfinger, None);
        }
    }

    #[test]
    fn profile_fields_are_limited() {
        let field = json!({"type": "PropertyValue", "name": "Blog", "value": "x".repeat(9999)});
        let read = actor(json!({"attachment": vec![field; 100]})).unwrap();
        assert_eq!(read.fields.len(), MAX_FIELDS);
        assert_eq!(read.fields[0].value.len(), MAX_FIELD);
    }
}
