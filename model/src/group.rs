//! Words for groups: kinds, roles, memberships, and what a role may do.

use crate::columns::small_enum;

small_enum! {
    /// Who may read and join (the table of kinds in the product's plan).
    GroupKind {
        /// Anyone reads, anyone joins.
        Open = 0, "open";
        /// Anyone reads, one joins by approval.
        Approved = 1, "approved";
        /// Members read, one joins by approval or invitation.
        Private = 2, "private";
    }
}

impl GroupKind {
    /// May anyone read what stands in it?
    #[must_use]
    pub const fn is_readable(self) -> bool {
        matches!(self, Self::Open | Self::Approved)
    }

    /// Does one come in only when a moderator says so?
    #[must_use]
    pub const fn has_door(self) -> bool {
        matches!(self, Self::Approved | Self::Private)
    }
}

small_enum! {
    /// Which people of a group may do something in it.
    Circle {
        /// Every member.
        Members = 0, "members";
        /// Those who moderate.
        Moderators = 1, "moderators";
    }
}

small_enum! {
    /// A person's role in a group.
    Role {
        /// Reads and posts.
        Member = 0, "member";
        /// Works through the queue, removes posts, bans.
        Moderator = 1, "moderator";
        /// A moderator who also appoints moderators.
        Owner = 2, "owner";
    }
}

impl Role {
    /// May this role approve, remove and ban?
    #[must_use]
    pub const fn moderates(self) -> bool {
        matches!(self, Self::Moderator | Self::Owner)
    }

    /// The word of the `/api/v1/groups` family: `owner`, `admin` (our moderator), `user` (our member).
    #[must_use]
    pub const fn api_word(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Moderator => "admin",
            Self::Member => "user",
        }
    }
}

small_enum! {
    /// How far a membership has come. The row stays when someone leaves, so that the id of the
    /// group's list survives leaving and rejoining.
    MembershipState {
        /// Waits for approval.
        Requested = 0, "requested";
        /// A member.
        Member = 1, "member";
        /// Was a member, or was refused.
        Left = 2, "left";
        /// Was a member when the group closed. The row keeps the role: the log of the group stays readable to
        /// who was there.
        Closed = 3, "closed";
    }
}

small_enum! {
    /// What the administrators of a server may do to a group of it, and nothing else. Each can be taken back.
    GroupLimit {
        /// Only who follows it finds it.
        Limit = 0, "limit";
        /// It is read, and nothing is written in it, nobody joins, nobody decides anything.
        Freeze = 1, "freeze";
        /// It closes on a day that is announced; until then its people go on and take what is theirs with them.
        Evict = 2, "evict";
    }
}

small_enum! {
    /// How far a moderating act has come. Each step is an entry of its own in the log, which refers to the
    /// first one.
    ActionState {
        /// A moderator wants it; others have to agree.
        Proposed = 0, "proposed";
        /// Another moderator agrees.
        Approved = 1, "approved";
        /// It was done.
        Executed = 2, "executed";
        /// The person concerned asks someone else to look at it.
        Appealed = 3, "appealed";
        /// It stands.
        Upheld = 4, "upheld";
        /// It was taken back.
        Overturned = 5, "overturned";
    }
}

small_enum! {
    /// Why a post waits for a moderator.
    HeldFor {
        /// The first post of a member, in a group that wants to see it.
        FirstPost = 0, "first_post";
        /// It names too many groups.
        ManyGroups = 1, "many_groups";
        /// The group has not let anything through yet from its author's server.
        NewServer = 2, "new_server";
        /// Its author's account is only a few days old.
        NewAccount = 3, "new_account";
        /// A word or link is in it that the group wants to look at.
        Word = 4, "word";
    }
}

small_enum! {
    /// Whose posts a moderator looks at until the first one was let through.
    FirstContact {
        /// Nobody's.
        Nobody = 0, "nobody";
        /// Those of people on servers that are new to the group, and of accounts that are a few days old.
        Strangers = 1, "strangers";
        /// Everyone's.
        Everyone = 2, "everyone";
    }
}

small_enum! {
    /// What a line of a group's list of words looks for.
    GroupWordKind {
        /// These words, as whole words.
        Word = 0, "word";
        /// These letters, also inside of words.
        Part = 1, "part";
        /// A link to this domain, or to one below it.
        Link = 2, "link";
    }
}

small_enum! {
    /// What becomes of a post in which it is found.
    GroupWordAct {
        /// It waits for a moderator.
        Hold = 0, "hold";
        /// It is refused.
        Refuse = 1, "refuse";
    }
}

small_enum! {
    /// How far the invitation of a person to a group has come.
    InvitationState {
        /// Waits for an answer.
        Open = 0, "open";
        /// They came.
        Accepted = 1, "accepted";
        /// They did not want to.
        Declined = 2, "declined";
        /// The group took it back.
        Withdrawn = 3, "withdrawn";
    }
}

small_enum! {
    /// How far the question has come who looks after a group.
    SuccessionState {
        /// Members stand and vote.
        Open = 0, "open";
        /// Someone was chosen.
        Elected = 1, "elected";
        /// A moderator came back.
        Stopped = 2, "stopped";
        /// Nobody stood, or nobody voted.
        Nobody = 3, "nobody";
    }
}
