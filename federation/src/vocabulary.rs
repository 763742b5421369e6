//! The language of the wire: every document of another server is read here into strict types, or
//! refused with the field and the reason, and every document of ours is written here. All
//! leniency is in `lenient`. No I/O, no clock; nobody is believed here, only understood.

pub mod activity;
pub mod actor;
pub mod addresses;
pub mod collection;
pub mod discovery;
pub mod document;
mod lenient;
pub mod media;
pub mod object;
pub mod refusal;
pub mod tags;
mod understand;
pub mod uri;
pub mod write;

pub use self::activity::{
    Act, Activity, Added, Announced, Block, Delete, Flag, Move, Reaction, Reference, Request,
    RequestKind, Subject, Updated,
};
pub use self::actor::{Actor, ActorKind, Field, Multikey, PublicKey};
pub use self::addresses::{Addresses, Recipient};
pub use self::collection::{Collection, CollectionKind, First, Item};
pub use self::discovery::{Jrd, JrdLink, NodeInfo, NodeInfoLinks};
pub use self::document::Document;
pub use self::media::{Attachment, AttachmentKind};
pub use self::object::{
    Body, CanQuote, ContentType, Displayed, Event, Note, NoteKind, Place, Poll, PollOption, Source,
    TargetCollection,
};
pub use self::refusal::{Refusal, Why};
pub use self::tags::{Emoji, Hashtag, Mention, Tags};
pub use self::understand::{Authorization, Key, Tombstone, Understanding, understand};
pub use self::uri::{AS_PUBLIC, ObjectUri, is_public, same_origin};
