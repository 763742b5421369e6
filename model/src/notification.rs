//! The kinds of notifications, with Mastodon's words, and what a policy may say to them.

use crate::columns::small_enum;
use crate::handle::ParseError;
use crate::ids::{NotificationId, StatusId};

small_enum! {
    /// Why someone is told.
    NotificationKind {
        /// Someone mentioned you, or answered you.
        Mention = 0, "mention";
        /// Someone whose posts you asked to hear of has posted.
        Status = 1, "status";
        /// Someone boosted your post.
        Reblog = 2, "reblog";
        /// Someone follows you.
        Follow = 3, "follow";
        /// Someone asks to follow you.
        FollowRequest = 4, "follow_request";
        /// Someone favourited your post.
        Favourite = 5, "favourite";
        /// A post that you boosted was edited.
        Update = 6, "update";
        /// A poll that you made or voted in has ended.
        Poll = 7, "poll";
        /// Someone quoted your post.
        Quote = 8, "quote";
        /// A post that you quoted was edited.
        QuotedUpdate = 9, "quoted_update";
        /// Someone signed up here (staff alone is told).
        AdminSignUp = 10, "admin.sign_up";
        /// Someone reported something (staff alone is told).
        AdminReport = 11, "admin.report";
        /// A moderator acted against you.
        ModerationWarning = 12, "moderation_warning";
        /// You lost follows, as a server or an account was blocked.
        SeveredRelationships = 13, "severed_relationships";
        /// Someone put you into a collection.
        AddedToCollection = 14, "added_to_collection";
        /// A collection that you are in has changed.
        CollectionUpdate = 15, "collection_update";
    }
}

small_enum! {
    /// What a policy says to notifications of strangers.
    Verdict {
        /// Tell.
        Accept = 0, "accept";
        /// Keep apart, under a request.
        Filter = 1, "filter";
        /// Tell nothing.
        Drop = 2, "drop";
    }
}

small_enum! {
    /// Why follows ended that nobody ended.
    SeveranceKind {
        /// This server blocked a server.
        DomainBlock = 0, "domain_block";
        /// The person blocked a server.
        UserDomainBlock = 1, "user_domain_block";
        /// This server suspended an account.
        AccountSuspension = 2, "account_suspension";
    }
}

impl NotificationKind {
    /// Can a policy keep it back? What was asked for, and what the server has to say, it cannot.
    #[must_use]
    pub const fn can_be_held_back(self) -> bool {
        matches!(
            self,
            Self::Mention
                | Self::Reblog
                | Self::Follow
                | Self::FollowRequest
                | Self::Favourite
                | Self::Quote
                | Self::AddedToCollection
        )
    }

    /// Do several of it about one thing make one entry in the list of groups?
    #[must_use]
    pub const fn is_grouped(self) -> bool {
        matches!(
            self,
            Self::Favourite | Self::Reblog | Self::Follow | Self::AdminSignUp
        )
    }

    /// May it come from oneself: one's own poll, what the server says about one's own account?
    #[must_use]
    pub const fn can_be_from_oneself(self) -> bool {
        matches!(
            self,
            Self::Poll | Self::ModerationWarning | Self::SeveredRelationships
        )
    }

    /// Does a held-back one stand in the list of requests? The others wait without a word.
    #[must_use]
    pub const fn asks(self) -> bool {
        matches!(self, Self::Mention | Self::Quote)
    }
}

/// What a group of notifications is called: opaque to apps, in Mastodon's words to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GroupKey {
    /// One that stands alone.
    One(NotificationId),
    /// What happened of one kind to one status from an hour on.
    Several {
        /// Of which kind.
        kind: NotificationKind,
        /// To which status; 0 for kinds that are about none.
        status: StatusId,
        /// From which hour on (Unix time / 3600).
        bucket: i64,
    },
}

impl GroupKey {
    /// The key of a notification, from its columns.
    #[must_use]
    pub const fn of(
        id: NotificationId,
        kind: NotificationKind,
        status: StatusId,
        bucket: i64,
    ) -> Self {
        if bucket > 0 {
            Self::Several {
                kind,
                status,
                bucket,
            }
        } else {
            Self::One(id)
        }
    }
}

impl std::fmt::Display for GroupKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::One(id) => write!(f, "ungrouped-{id}"),
            Self::Several {
                kind,
                status: StatusId(0),
                bucket,
            } => write!(f, "{kind}-{bucket}"),
            Self::Several {
                kind,
                status,
                bucket,
            } => write!(f, "{kind}-{status}-{bucket}"),
        }
    }
}

impl std::str::FromStr for GroupKey {
    type Err = ParseError;
    fn from_str(text: &str) -> Result<Self, ParseError> {
        const WRONG: ParseError = ParseError("not a group of notifications");
        let (word, rest) = text.split_once('-').ok_or(WRONG)?;
        if word == "ungrouped" {
            return rest.parse().map(Self::One);
        }
        let kind: NotificationKind = word.parse()?;
        let (status, bucket) = rest.split_once('-').unwrap_or(("0", rest));
        let bucket: i64 = bucket.parse().map_err(|_error| WRONG)?;
        if bucket <= 0 || !kind.is_grouped() {
            return Err(WRONG);
        }
        Ok(Self::Several {
            kind,
            status: status.parse()?,
            bucket,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_is_written() {
        let several = |kind, status| GroupKey::Several {
            kind,
            status: StatusId(status),
            bucket: 498_720,
        };
        for (key, text) in [
            (GroupKey::One(NotificationId(7)), "ungrouped-7"),
            (
                several(NotificationKind::Favourite, 12),
                "favourite-12-498720",
            ),
            (several(NotificationKind::Follow, 0), "follow-498720"),
            (
                several(NotificationKind::AdminSignUp, 0),
                "admin.sign_up-498720",
            ),
        ] {
            assert_eq!(key.to_string(), text);
            assert_eq!(text.parse::<GroupKey>(), Ok(key));
        }
        for text in [
            "",
            "x",
            "ungrouped-",
            "ungrouped--1",
            "mention-1-2",
            "follow-0",
            "follow--1",
            "follow-x",
            "favourite-1-2-3",
            "favourite-1' OR 1-2",
        ] {
            assert!(text.parse::<GroupKey>().is_err(), "{text}");
        }
    }
}
