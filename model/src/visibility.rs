//! Who may see a status: the rule in words. The same rule as a query is `database::visible`; a
//! property test holds the two against each other on both engines.

use crate::columns::small_enum;

small_enum! {
    /// The audience that an author chose.
    Visibility {
        /// Everyone; stands in public timelines.
        Public = 0, "public";
        /// Everyone who comes by; not in public timelines.
        Unlisted = 1, "unlisted";
        /// Followers and the mentioned.
        Private = 2, "private";
        /// The mentioned alone.
        Direct = 3, "direct";
        /// The members of the private group in which it stands, while they are members.
        Members = 4, "members";
        /// Its author alone: it waits for a moderator of the group to which it is to go.
        Held = 5, "held";
    }
}

impl Visibility {
    /// May anyone read it without being named or following?
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Public | Self::Unlisted)
    }

    /// The narrower of two audiences: what an answer may have at the most.
    #[must_use]
    pub fn at_most(self, other: Self) -> Self {
        if self.rank() >= other.rank() {
            self
        } else {
            other
        }
    }

    /// Audiences by how narrow they are.
    const fn rank(self) -> u8 {
        match self {
            Self::Public => 0,
            Self::Unlisted => 1,
            Self::Private => 2,
            Self::Members => 3,
            Self::Direct => 4,
            Self::Held => 5,
        }
    }

    /// May an author choose it? The others come of the group in which something stands.
    #[must_use]
    pub const fn is_chosen(self) -> bool {
        !matches!(self, Self::Members | Self::Held)
    }

    /// The word for apps, which know four audiences: what only members read, and what waits, is as narrow
    /// to them as what is for followers.
    #[must_use]
    pub const fn api_word(self) -> &'static str {
        match self {
            Self::Members | Self::Held => Self::Private.as_str(),
            known => known.as_str(),
        }
    }
}

/// All that the rule needs to know of one viewer and one status.
///
/// For a boost, `original` holds the facts of the boosted status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The audience.
    pub visibility: Visibility,
    /// The viewer wrote it.
    pub is_author: bool,
    /// The status names the viewer.
    pub is_mentioned: bool,
    /// The author has accepted the viewer as a follower.
    pub is_follower: bool,
    /// It stands in a group (nobody took it out) of which the viewer is a member, and was one when it was written or
    /// was let in where members read what was before them; or which the viewer is.
    pub is_member: bool,
    /// The author blocks the viewer, or the viewer blocks the author.
    pub is_blocked: bool,
    /// The author is suspended on this server.
    pub author_suspended: bool,
    /// The status is gone (its row is a tombstone).
    pub is_deleted: bool,
    /// What is boosted, where this is a boost.
    pub original: Option<Box<Facts>>,
}

/// May this viewer see this status?
///
/// Moderators and administrators have no exception here: what they need for a report is shown to them
/// by the report.
#[must_use]
pub fn may_see(facts: &Facts) -> bool {
    // Nobody sees what is gone, nor what comes from someone who was sent away.
    if facts.is_deleted || facts.author_suspended {
        return false;
    }
    // A boost shows its original: who may not see that one does not see the boost either.
    if let Some(original) = &facts.original
        && !may_see(original)
    {
        return false;
    }
    // Authors see what they wrote.
    if facts.is_author {
        return true;
    }
    // A block works in both directions.
    if facts.is_blocked {
        return false;
    }
    match facts.visibility {
        Visibility::Public | Visibility::Unlisted => true,
        Visibility::Private => facts.is_follower || facts.is_mentioned,
        Visibility::Direct => facts.is_mentioned,
        // Not even who is named: the group is what it was written to.
        Visibility::Members => facts.is_member,
        Visibility::Held => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stranger(visibility: Visibility) -> Facts {
        Facts {
            visibility,
            is_author: false,
            is_mentioned: false,
            is_follower: false,
            is_member: false,
            is_blocked: false,
            author_suspended: false,
            is_deleted: false,
            original: None,
        }
    }

    #[test]
    fn a_stranger_sees_what_is_open() {
        assert!(may_see(&stranger(Visibility::Public)));
        assert!(may_see(&stranger(Visibility::Unlisted)));
        assert!(!may_see(&stranger(Visibility::Private)));
        assert!(!may_see(&stranger(Visibility::Direct)));
    }

    #[test]
    fn a_follower_sees_posts_for_followers_but_no_letters() {
        let follower = |v| Facts {
            is_follower: true,
            ..stranger(v)
        };
        assert!(may_see(&follower(Visibility::Private)));
        assert!(!may_see(&follower(Visibility::Direct)));
    }

    #[test]
    fn a_member_sees_what_is_for_members_and_nobody_what_waits() {
        let member = |v| Facts {
            is_member: true,
            ..stranger(v)
        };
        let named = Facts {
            is_mentioned: true,
            is_follower: true,
            ..stranger(Visibility::Members)
        };
        assert!(may_see(&member(Visibility::Members)));
        assert!(!may_see(&named));
        assert!(!may_see(&member(Visibility::Held)));
    }

    #[test]
    fn an_answer_is_as_narrow_as_the_narrower_of_the_two() {
        use Visibility::{Direct, Members, Private, Public};
        assert_eq!(Public.at_most(Members), Members);
        assert_eq!(Private.at_most(Members), Members);
        assert_eq!(Direct.at_most(Members), Direct);
        assert_eq!(Members.at_most(Direct), Direct);
    }

    #[test]
    fn a_block_hides_even_a_letter() {
        let facts = Facts {
            is_mentioned: true,
            is_blocked: true,
            ..stranger(Visibility::Direct)
        };
        assert!(!may_see(&facts));
    }

    #[test]
    fn a_boost_is_as_hidden_as_its_original() {
        let boost = Facts {
            original: Some(Box::new(stranger(Visibility::Private))),
            ..stranger(Visibility::Public)
        };
        assert!(!may_see(&boost));
    }
}
