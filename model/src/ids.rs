//! Ids: 64-bit, time-ordered (Unix milliseconds << 16 | 16 bits), decimal strings in JSON.
//!
//! The layout is Mastodon's `timestamp_id`, so that unmodified clients sort and page. The time part
//! is never before 2018-05-11, so that each id has exactly 18 digits until about 2453 and even a
//! client that compares the strings byte by byte sorts right.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::columns::bigint;
use crate::handle::ParseError;
use crate::time::Millis;

macro_rules! ids {
    ($( $(#[$doc:meta])* $name:ident, )+) => { $(
        bigint! { $(#[$doc])* $name }

        impl std::str::FromStr for $name {
            type Err = ParseError;
            fn from_str(text: &str) -> Result<Self, ParseError> {
                match text.parse::<i64>() {
                    Ok(number) if number >= 0 => Ok(Self(number)),
                    _ => Err(ParseError("not an id")),
                }
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(&self.0)
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
        impl Id for $name {
            fn from_number(number: i64) -> Self { Self(number) }
            fn number(self) -> i64 { self.0 }
        }
    )+ };
}

/// What every id can do.
pub trait Id: Copy {
    /// Wraps a number that came from the generator or a column.
    fn from_number(number: i64) -> Self;
    /// The bare number.
    fn number(self) -> i64;
    /// When the thing was made, as its id tells.
    fn made_at(self) -> Millis {
        Millis(self.number() >> 16)
    }
}

ids! {
    /// A person, a group or the server's own actor, here or elsewhere.
    AccountId,
    /// A status or a boost (boosts sort with posts).
    StatusId,
    /// A picture that belongs to a status, or waits for one.
    MediaId,
    /// The row of a follow or of a request to follow.
    FollowId,
    /// The row of a block.
    BlockId,
    /// The row of a mute.
    MuteId,
    /// A person in a group. It is also the id of the group's list in the member's app.
    MembershipId,
    /// A list that a person made.
    ListId,
    /// A notification.
    NotificationId,
    /// A sender whose notifications wait for a word.
    RequestId,
    /// Follows that ended because something was blocked.
    SeveranceId,
    /// A filter.
    FilterId,
    /// A keyword of a filter.
    KeywordId,
    /// A single post of a filter.
    FilterStatusId,
    /// A row that orders favourites, bookmarks, pins and members of lists.
    RowId,
    /// A subscription to Web Push.
    PushId,
    /// A conversation as one participant sees it.
    ConversationId,
    /// A registered application.
    AppId,
    /// An access token.
    TokenId,
    /// A link that lets someone in.
    InviteId,
    /// A signed-in browser.
    SessionId,
    /// A hashtag.
    TagId,
    /// A domain event that waits for its consumers.
    EventId,
    /// A received activity.
    InboxId,
    /// An activity that we send.
    ActivityId,
    /// One delivery of an activity to one inbox.
    DeliveryId,
    /// Another server.
    InstanceId,
    /// A key of an actor.
    KeyId,
    /// A job that is due later.
    JobId,
    /// An entry of a moderation log.
    ActionId,
    /// A rule of a group.
    GroupRuleId,
    /// Someone who was asked by name to join a group.
    InvitationId,
    /// A letter by which a member elsewhere hears of a post in a private group.
    BridgeLetterId,
    /// A vote about who looks after a group.
    SuccessionId,
    /// A poll.
    PollId,
    /// A status that waits for its time.
    ScheduledId,
    /// What someone was told by the staff.
    WarningId,
    /// A report.
    ReportId,
    /// A message to everyone here.
    AnnouncementId,
    /// A collection of accounts that someone recommends.
    CollectionId,
    /// An account in a collection.
    CollectionItemId,
}

/// 2018-05-11T19:12:44Z: from here on a shifted id has 18 digits.
const FIRST: i64 = 100_000_000_000_000_000 >> 16;

/// Makes ids. One per process: the low 16 bits count up from a random start, so that two processes
/// on one database meet only by chance, and the primary key settles that.
#[derive(Debug)]
pub struct Ids(AtomicU64);

impl Ids {
    /// A generator whose counter starts at `start` (a random number).
    #[must_use]
    pub const fn new(start: u64) -> Self {
        Self(AtomicU64::new(start))
    }

    /// The next id for something that happened at `at`; times before May 2018 are raised to it.
    pub fn next<I: Id>(&self, at: Millis) -> I {
        let count = (self.0.fetch_add(1, Ordering::Relaxed) & 0xffff).cast_signed();
        let time = at.0.clamp(FIRST + 1, i64::MAX >> 17);
        I::from_number((time << 16) | count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_strings_of_18_digits_in_json() {
        let ids = Ids::new(7);
        for at in [0, 1_526_066_000_000, 1_790_000_000_000] {
            let id: StatusId = ids.next(Millis(at));
            let json = serde_json::to_string(&id).unwrap();
            assert_eq!(json.len(), 20, "{json}");
            assert_eq!(serde_json::from_str::<StatusId>(&json).unwrap(), id);
        }
    }

    #[test]
    fn ids_of_one_moment_differ_and_tell_their_time() {
        let ids = Ids::new(65_530);
        let at = Millis(1_790_000_000_000);
        let made: std::collections::HashSet<AccountId> = (0..1000).map(|_| ids.next(at)).collect();
        assert_eq!(made.len(), 1000);
        assert!(made.iter().all(|id| id.made_at() == at));
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for text in ["", "-1", "1e3", " 1", "99999999999999999999", "x"] {
            assert!(text.parse::<StatusId>().is_err(), "{text:?}");
        }
    }
}
