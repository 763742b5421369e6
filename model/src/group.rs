//! Words for groups: kinds, roles, memberships, and what a role may do.

use crate::columns::small_enum;

small_enum! {
    /// Who may read and join (the table of kinds in the product's plan).
    GroupKind {
        /// Anyone reads, anyone joins.
        Open = 0, "open";
        /// Anyone reads, one joins by approval.
        Approved = 1, "approved";
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
    }
}
