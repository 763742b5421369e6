//! Each kind of activity as a strict type of its own, and how it is read.

use model::Millis;
use serde_json::Value;

use super::super::actor::{Actor, ActorKind};
use super::super::collection::{Collection, CollectionKind, Item};
use super::super::lenient::{Fields, link};
use super::super::object::{Note, NoteKind};
use super::super::refusal::{Refusal, Why};
use super::super::tags::{self, Emoji, Hashtag, Tags};
use super::super::uri::ObjectUri;
use super::parts::{kind_of, one};
use super::{Activity, Reference, Subject, reason};

/// The most objects of one report (`threats.md` 37).
const MAX_FLAGGED: usize = 50;
/// The most votes packed into one Announce (FEP-1a11).
const MAX_PACKED: usize = 200;
/// The longest reaction, in characters: an emoji, or `:name:`.
const MAX_REACTION: usize = 300;
/// The longest word with a request to join, in characters.
const MAX_MESSAGE: usize = 5000;

/// What was done.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// Follows an actor, or (Friendica) a thread.
    Follow(ObjectUri),
    /// Says yes; `result` is the stamp that proves it (FEP-044f).
    Accept(Reference, Option<ObjectUri>),
    /// Says no.
    Reject(Reference),
    /// Takes back.
    Undo(Reference),
    /// Wrote something.
    Create(Subject<Note>),
    /// Changed something.
    Update(Updated),
    /// Removed something.
    Delete(Delete),
    /// Likes, or reacts with an emoji.
    Like(Reaction),
    /// Dislikes.
    Dislike(ObjectUri),
    /// Passes on, or boosts.
    Announce(Announced),
    /// Puts something into the collection.
    Add(Added, ObjectUri),
    /// Takes something out of the collection.
    Remove(Added, ObjectUri),
    /// Blocks, or bans from a group or a server.
    Block(Block),
    /// Reports.
    Flag(Flag),
    /// Closes a report (Lemmy 1.0).
    Resolve(Reference),
    /// Warns the author of an object (Lemmy 1.0).
    Warn {
        /// The object.
        object: ObjectUri,
        /// Why.
        reason: Option<String>,
    },
    /// Lets nobody answer any more.
    Lock {
        /// The object.
        object: ObjectUri,
        /// Why.
        reason: Option<String>,
    },
    /// Moves an account, or a thread from group to group.
    Move(Move),
    /// Wants to take part, with a word to the organiser.
    Join(ObjectUri, Option<String>),
    /// Takes part no more.
    Leave(ObjectUri),
    /// Invites `target` to the object.
    Invite(ObjectUri, Option<ObjectUri>),
    /// Asks before interacting.
    Request(Request),
}

/// What was changed.
#[derive(Debug, Clone, PartialEq)]
pub enum Updated {
    /// Only its id is known.
    Uri(ObjectUri),
    /// Something written.
    Note(Box<Note>),
    /// An actor.
    Actor(Box<Actor>),
}

/// Something was removed: by its author, by a moderator, or an account by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delete {
    /// What was removed.
    pub object: ObjectUri,
    /// What it had been, where the sender says so.
    pub former_type: Option<String>,
    /// Why; Lemmy's moderators give a reason, authors none.
    pub reason: Option<String>,
    /// What the account wrote is to go with it (Lemmy, Mbin).
    pub remove_data: bool,
}

/// A like, or an emoji put to something.
#[derive(Debug, Clone, PartialEq)]
pub struct Reaction {
    /// To what.
    pub object: ObjectUri,
    /// The emoji: of an `EmojiReact` (FEP-c0e0), or in the `content` of Misskey's likes.
    pub emoji: Option<String>,
    /// The picture of a custom emoji.
    pub custom: Option<Emoji>,
}

/// What is passed on.
#[derive(Debug, Clone, PartialEq)]
pub enum Announced {
    /// A boost of what is known by its id.
    Uri(ObjectUri),
    /// An object that is embedded, but belongs to its origin: to be fetched there.
    Note(Box<Note>),
    /// An activity that a group distributes (FEP-1b12).
    Activity(Box<Activity>),
    /// Many votes in one envelope (FEP-1a11); those that we understand.
    Activities(Vec<Activity>),
}

/// What is put into a collection or taken out.
#[derive(Debug, Clone, PartialEq)]
pub enum Added {
    /// A person, a post: known by its id.
    Uri(ObjectUri),
    /// A post (FEP-400e).
    Note(Box<Note>),
    /// An activity in a conversation container (FEP-171b).
    Activity(Box<Activity>),
    /// A hashtag on a profile (Mastodon).
    Hashtag(Hashtag),
}

/// A block between people, or a ban.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Who is blocked.
    pub object: ObjectUri,
    /// The group or server he is banned from; between people none.
    pub target: Option<ObjectUri>,
    /// What he wrote there is to go too.
    pub remove_data: bool,
    /// Why.
    pub reason: Option<String>,
    /// When it ends: `endTime` of Lemmy, `expires` of Mbin and `PieFed`.
    pub end_time: Option<Millis>,
}

/// A report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// What is reported: people and posts in one list (Mastodon), or one post (Lemmy).
    pub objects: Vec<ObjectUri>,
    /// Why.
    pub reason: Option<String>,
}

/// A move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// What moves.
    pub object: ObjectUri,
    /// From where, for threads.
    pub origin: Option<ObjectUri>,
    /// To where.
    pub target: Option<ObjectUri>,
}

/// For what leave is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestKind {
    /// To quote (FEP-044f).
    Quote,
    /// To like (`GoToSocial`).
    Like,
    /// To answer (`GoToSocial`).
    Reply,
    /// To boost (`GoToSocial`).
    Announce,
    /// To feature an account (FEP-7aa9).
    Feature,
}

/// A request for leave.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// For what.
    pub kind: RequestKind,
    /// The post or actor that is asked.
    pub object: ObjectUri,
    /// With what: the quoting post, the answer, the like.
    pub instrument: Option<ObjectUri>,
    /// The quoting post or answer, where it is embedded and understood.
    pub note: Option<Box<Note>>,
}

impl Act {
    pub(super) fn read(
        kind: &str,
        fields: Fields<'_>,
        actor: &ObjectUri,
        depth: u8,
    ) -> Result<Self, Refusal> {
        let object = || fields.required_link("object");
        Ok(match kind {
            "Follow" => Self::Follow(object()?),
            "Accept" => Self::Accept(Reference::read(fields, depth)?, fields.link("result")),
            "Reject" => Self::Reject(Reference::read(fields, depth)?),
            "Undo" => Self::Undo(Reference::read(fields, depth)?),
            "Create" => Self::Create(Subject::read(fields, "object", Note::read)?),
            "Update" => Self::Update(updated(fields)?),
            "Delete" => Self::Delete(delete(fields)?),
            "Like" | "EmojiReact" => Self::Like(reaction(fields)?),
            "Dislike" => Self::Dislike(object()?),
            "Announce" => Self::Announce(announced(fields, depth)?),
            "Add" => Self::Add(added(fields, depth)?, fields.required_link("target")?),
            "Remove" => Self::Remove(added(fields, depth)?, removed_from(fields)?),
            "Block" => Self::Block(Block {
                object: object()?,
                target: fields.link("target"),
                remove_data: fields.flag("removeData").unwrap_or(false),
                reason: reason(fields),
                end_time: fields.date("endTime").or_else(|| fields.date("expires")),
            }),
            "Flag" => Self::Flag(flag(fields)?),
            "Resolve" => Self::Resolve(Reference::read(fields, depth)?),
            "Warn" => Self::Warn {
                object: object()?,
                reason: reason(fields),
            },
            "Lock" => Self::Lock {
                object: object()?,
                reason: reason(fields),
            },
            "Move" => Self::Move(Move {
                object: object()?,
                origin: fields.link("origin"),
                target: fields.link("target"),
            }),
            "Join" => Self::Join(object()?, fields.text("participationMessage", MAX_MESSAGE)),
            "Leave" => Self::Leave(object()?),
            // Mobilizon names the guest in `target`, Smithereen in `to`.
            "Invite" => Self::Invite(
                object()?,
                fields
                    .link("target")
                    .or_else(|| fields.link("to"))
                    .filter(|guest| guest != actor),
            ),
            _ => Self::Request(request(kind, fields)?),
        })
    }

    /// The name on the wire.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Follow(_) => "Follow",
            Self::Accept(..) => "Accept",
            Self::Reject(_) => "Reject",
            Self::Undo(_) => "Undo",
            Self::Create(_) => "Create",
            Self::Update(_) => "Update",
            Self::Delete(_) => "Delete",
            Self::Like(_) => "Like",
            Self::Dislike(_) => "Dislike",
            Self::Announce(_) => "Announce",
            Self::Add(..) => "Add",
            Self::Remove(..) => "Remove",
            Self::Block(_) => "Block",
            Self::Flag(_) => "Flag",
            Self::Resolve(_) => "Resolve",
            Self::Warn { .. } => "Warn",
            Self::Lock { .. } => "Lock",
            Self::Move(_) => "Move",
            Self::Join(..) => "Join",
            Self::Leave(_) => "Leave",
            Self::Invite(..) => "Invite",
            Self::Request(request) => match request.kind {
                RequestKind::Quote => "QuoteRequest",
                RequestKind::Like => "LikeRequest",
                RequestKind::Reply => "ReplyRequest",
                RequestKind::Announce => "AnnounceRequest",
                RequestKind::Feature => "FeatureRequest",
            },
        }
    }
}

fn updated(fields: Fields<'_>) -> Result<Updated, Refusal> {
    let value = one(fields, "object")?;
    if value.is_string() {
        return fields.required_link("object").map(Updated::Uri);
    }
    let kind = kind_of(value).map(|(kind, _)| kind);
    let read = if kind.is_some_and(|kind| ActorKind::named(kind).is_some()) {
        Actor::read(value).map(|actor| Updated::Actor(Box::new(actor)))
    } else {
        Note::read(value).map(|note| Updated::Note(Box::new(note)))
    };
    read.map_err(|refusal| refusal.inside("object"))
}

/// Lemmy and Lotide name the object, Mastodon and Friendica send a Tombstone, Mastodon an actor
/// as a Person, Mbin the whole object: its id is all that counts.
fn delete(fields: Fields<'_>) -> Result<Delete, Refusal> {
    let former = match kind_of(one(fields, "object")?) {
        // Lotide spells it `former_type`.
        Some(("Tombstone", _)) => fields.get("object").and_then(Fields::part).and_then(|t| {
            t.text("formerType", 64)
                .or_else(|| t.text("former_type", 64))
        }),
        Some((kind, _)) => Some(kind.chars().take(64).collect()),
        None => None,
    };
    Ok(Delete {
        object: fields.required_link("object")?,
        former_type: former,
        reason: reason(fields),
        remove_data: fields.flag("removeData").unwrap_or(false),
    })
}

fn reaction(fields: Fields<'_>) -> Result<Reaction, Refusal> {
    // Misskey repeats the emoji in `_misskey_reaction`.
    let emoji = fields
        .text("content", MAX_REACTION)
        .or_else(|| fields.text("_misskey_reaction", MAX_REACTION));
    let name = emoji.as_deref().map(|e| e.trim_matches(':'));
    let custom = Tags::read(fields)
        .emojis
        .into_iter()
        .find(|e| Some(e.shortcode.as_str()) == name);
    Ok(Reaction {
        object: fields.required_link("object")?,
        emoji,
        custom,
    })
}

fn announced(fields: Fields<'_>, depth: u8) -> Result<Announced, Refusal> {
    let value = one(fields, "object")?;
    let Some((kind, is_activity)) = kind_of(value) else {
        // A string, or an object that gives nothing but its id.
        return fields.required_link("object").map(Announced::Uri);
    };
    if is_activity {
        return Activity::nested(value, depth + 1)
            .map(|activity| Announced::Activity(Box::new(activity)))
            .map_err(|refusal| refusal.inside("object"));
    }
    if NoteKind::named(kind).is_some() {
        return Note::read(value)
            .map(|note| Announced::Note(Box::new(note)))
            .map_err(|refusal| refusal.inside("object"));
    }
    if CollectionKind::named(kind).is_some() {
        return packed(value, depth).map_err(|refusal| refusal.inside("object"));
    }
    Err(Refusal::unknown_type("object", kind))
}

/// What of the pack is not understood is left out: one strange vote does not cost the others.
fn packed(value: &Value, depth: u8) -> Result<Announced, Refusal> {
    let collection = Collection::read(value)?;
    let activities: Vec<Activity> = collection
        .items
        .iter()
        .take(MAX_PACKED)
        .filter_map(|item| match item {
            Item::Uri(_) => None,
            Item::Embedded(_, value) => Activity::nested(value, depth + 1).ok(),
        })
        .collect();
    if activities.is_empty() {
        return Err(Refusal::new("orderedItems", Why::Expected("activities")));
    }
    Ok(Announced::Activities(activities))
}

fn added(fields: Fields<'_>, depth: u8) -> Result<Added, Refusal> {
    let value = one(fields, "object")?;
    let read = match kind_of(value) {
        Some(("Hashtag", _)) => Fields::part(value)
            .and_then(tags::hashtag)
            .map(Added::Hashtag)
            .ok_or_else(|| Refusal::new("name", Why::Missing)),
        Some((_, true)) => Activity::nested(value, depth + 1).map(|a| Added::Activity(Box::new(a))),
        Some((kind, false)) if NoteKind::named(kind).is_some() => {
            Note::read(value).map(|note| Added::Note(Box::new(note)))
        }
        _ => return fields.required_link("object").map(Added::Uri),
    };
    read.map_err(|refusal| refusal.inside("object"))
}

/// `target` says from what; ActivityStreams has `origin` for it, which Mobilizon uses.
fn removed_from(fields: Fields<'_>) -> Result<ObjectUri, Refusal> {
    if fields.get("target").is_none() && fields.get("origin").is_some() {
        return fields.required_link("origin");
    }
    fields.required_link("target")
}

fn flag(fields: Fields<'_>) -> Result<Flag, Refusal> {
    if fields.get("object").is_none() {
        return Err(Refusal::new("object", Why::Missing));
    }
    let objects = fields.links("object", MAX_FLAGGED);
    if objects.is_empty() {
        return Err(Refusal::new("object", Why::Expected("an http address")));
    }
    Ok(Flag {
        objects,
        reason: reason(fields),
    })
}

fn request(kind: &str, fields: Fields<'_>) -> Result<Request, Refusal> {
    let kind = match kind {
        "QuoteRequest" => RequestKind::Quote,
        "LikeRequest" => RequestKind::Like,
        "ReplyRequest" => RequestKind::Reply,
        "AnnounceRequest" => RequestKind::Announce,
        "FeatureRequest" => RequestKind::Feature,
        _ => return Err(Refusal::unknown_type("", kind)),
    };
    let instrument = fields.get("instrument");
    Ok(Request {
        kind,
        object: fields.required_link("object")?,
        instrument: instrument.and_then(link),
        note: instrument
            .and_then(|value| Note::read(value).ok())
            .map(Box::new),
    })
}
