//! Activities in one line, for logs and snapshots: `Announce(Create(Note ID) by ACTOR) by GROUP`.

use std::fmt;

use super::super::refusal::shown;
use super::{Act, Activity, Added, Announced, Updated};

impl fmt::Display for Activity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} by {}", self.act, self.actor)
    }
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.name())?;
        match self {
            Self::Follow(uri)
            | Self::Dislike(uri)
            | Self::Leave(uri)
            | Self::Join(uri, _)
            | Self::Warn { object: uri, .. }
            | Self::Lock { object: uri, .. } => write!(f, "{uri}"),
            Self::Accept(of, _) | Self::Reject(of) | Self::Undo(of) | Self::Resolve(of) => {
                write!(f, "{of}")
            }
            Self::Create(subject) => write!(f, "{subject}"),
            Self::Update(updated) => write!(f, "{updated}"),
            Self::Delete(delete) => {
                let word = if delete.reason.is_some() {
                    ", reason"
                } else {
                    ""
                };
                write!(f, "{}{word}", delete.object)
            }
            Self::Like(like) => {
                write!(f, "{}", like.object)?;
                like.emoji
                    .as_ref()
                    .map_or(Ok(()), |emoji| write!(f, ", {}", shown(emoji)))
            }
            Self::Announce(announced) => write!(f, "{announced}"),
            Self::Add(what, target) => write!(f, "{what} to {target}"),
            Self::Remove(what, target) => write!(f, "{what} from {target}"),
            Self::Block(block) => {
                write!(f, "{}", block.object)?;
                block
                    .target
                    .as_ref()
                    .map_or(Ok(()), |from| write!(f, " from {from}"))
            }
            Self::Flag(flag) => write!(f, "{} objects", flag.objects.len()),
            Self::Move(moved) => {
                write!(f, "{}", moved.object)?;
                moved
                    .target
                    .as_ref()
                    .map_or(Ok(()), |to| write!(f, " to {to}"))
            }
            Self::Invite(to, guest) => {
                write!(f, "{to}")?;
                guest.as_ref().map_or(Ok(()), |who| write!(f, " for {who}"))
            }
            Self::Request(request) => write!(f, "{}", request.object),
        }?;
        f.write_str(")")
    }
}

impl fmt::Display for Updated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Uri(uri) => write!(f, "{uri}"),
            Self::Note(note) => write!(f, "{note}"),
            Self::Actor(actor) => write!(f, "{actor}"),
        }
    }
}

impl fmt::Display for Announced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Uri(uri) => write!(f, "{uri}"),
            Self::Note(note) => write!(f, "{note}"),
            Self::Activity(activity) => write!(f, "{activity}"),
            Self::Activities(many) => write!(f, "{} activities", many.len()),
        }
    }
}

impl fmt::Display for Added {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Uri(uri) => write!(f, "{uri}"),
            Self::Note(note) => write!(f, "{note}"),
            Self::Activity(activity) => write!(f, "{activity}"),
            Self::Hashtag(tag) => write!(f, "#{}", shown(&tag.name)),
        }
    }
}
