//! Quotes: how far the quoted author's consent is, and whom an author lets quote.

use crate::columns::small_enum;

small_enum! {
    /// How a quote stands.
    QuoteState {
        /// The quoted author has not answered, or the quoted post is not known yet.
        Pending = 0, "pending";
        /// The quoted author agrees.
        Accepted = 1, "accepted";
        /// The quoted author said no.
        Rejected = 2, "rejected";
        /// The quoted author agreed once and does no more.
        Revoked = 3, "revoked";
        /// The quoted post is gone.
        Deleted = 4, "deleted";
    }
}

small_enum! {
    /// Whom someone here lets quote a post, in the words of the API.
    QuotePolicy {
        /// Everyone.
        Public = 0, "public";
        /// Followers.
        Followers = 1, "followers";
        /// The author alone.
        Nobody = 2, "nobody";
    }
}

/// Whom an author, here or elsewhere, lets quote: at once, and after a look at the request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QuoteRules {
    /// At once.
    pub automatic: Crowd,
    /// After a look.
    pub manual: Crowd,
}

/// A set of people seen from an author.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Crowd(i16);

impl Crowd {
    /// Nobody but the author.
    pub const NOBODY: Self = Self(0);
    /// Everyone.
    pub const EVERYONE: Self = Self(1);
    /// The author's followers.
    pub const FOLLOWERS: Self = Self(2);
    /// Those whom the author follows.
    pub const FOLLOWING: Self = Self(4);
    /// Others, whom we cannot tell.
    pub const OTHERS: Self = Self(8);

    /// The set of this number; what we do not know of it is dropped.
    #[must_use]
    pub const fn of(number: i16) -> Self {
        Self(number & 15)
    }

    /// The number of this set.
    #[must_use]
    pub const fn number(self) -> i16 {
        self.0
    }

    /// Both together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Is any of `other` in it?
    #[must_use]
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The words of the API for it.
    #[must_use]
    pub fn words(self) -> Vec<&'static str> {
        [
            (Self::EVERYONE, "public"),
            (Self::FOLLOWERS, "followers"),
            (Self::FOLLOWING, "following"),
            (Self::OTHERS, "unsupported_policy"),
        ]
        .into_iter()
        .filter(|(crowd, _)| self.meets(*crowd))
        .map(|(_, word)| word)
        .collect()
    }
}

impl From<QuotePolicy> for QuoteRules {
    fn from(policy: QuotePolicy) -> Self {
        let automatic = match policy {
            QuotePolicy::Public => Crowd::EVERYONE,
            QuotePolicy::Followers => Crowd::FOLLOWERS,
            QuotePolicy::Nobody => Crowd::NOBODY,
        };
        Self {
            automatic,
            manual: Crowd::NOBODY,
        }
    }
}

/// What someone may do with a post that they may see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Leave {
    /// Quote it at once.
    Automatic,
    /// Ask.
    Manual,
    /// Nothing that we know of.
    Unknown,
    /// Not quote it.
    #[default]
    Denied,
}

impl Leave {
    /// The word of the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::Manual => "manual",
            Self::Unknown => "unknown",
            Self::Denied => "denied",
        }
    }
}

/// How someone stands to the author of a post.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// It is the author.
    pub is_author: bool,
    /// It follows the author.
    pub is_follower: bool,
    /// The author follows it.
    pub is_followed: bool,
}

impl QuoteRules {
    /// What someone who stands like this to the author may do.
    #[must_use]
    pub const fn leave(self, standing: Standing) -> Leave {
        if standing.is_author {
            return Leave::Automatic;
        }
        let mut crowd = Crowd::EVERYONE;
        if standing.is_follower {
            crowd = crowd.and(Crowd::FOLLOWERS);
        }
        if standing.is_followed {
            crowd = crowd.and(Crowd::FOLLOWING);
        }
        if self.automatic.meets(crowd) {
            Leave::Automatic
        } else if self.manual.meets(crowd) {
            Leave::Manual
        } else if self.automatic.and(self.manual).meets(Crowd::OTHERS) {
            Leave::Unknown
        } else {
            Leave::Denied
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn followers_may_where_followers_may() {
        let rules = QuoteRules::from(QuotePolicy::Followers);
        let follower = Standing {
            is_follower: true,
            ..Standing::default()
        };
        assert_eq!(rules.leave(follower), Leave::Automatic);
        assert_eq!(rules.leave(Standing::default()), Leave::Denied);
        assert_eq!(rules.automatic.words(), ["followers"]);
    }

    #[test]
    fn authors_may_always() {
        let author = Standing {
            is_author: true,
            ..Standing::default()
        };
        assert_eq!(QuoteRules::default().leave(author), Leave::Automatic);
    }

    #[test]
    fn who_is_looked_at_may_ask_and_who_cannot_be_told_is_not_denied() {
        let rules = QuoteRules {
            automatic: Crowd::OTHERS,
            manual: Crowd::FOLLOWING,
        };
        let followed = Standing {
            is_followed: true,
            ..Standing::default()
        };
        assert_eq!(rules.leave(followed), Leave::Manual);
        assert_eq!(rules.leave(Standing::default()), Leave::Unknown);
    }
}
