//! What the server's staff may do: Mastodon's permission bits, so that apps show the right buttons.

use crate::account::ServerRole;

/// One thing that a role may do. The numbers are those of Mastodon's `permissions`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u64)]
pub enum Power {
    /// Everything.
    Administrator = 1,
    /// Read the log of what the staff did.
    ViewAuditLog = 1 << 2,
    /// Read measures and totals.
    ViewDashboard = 1 << 3,
    /// Work on reports.
    ManageReports = 1 << 4,
    /// Block and allow other servers.
    ManageFederation = 1 << 5,
    /// Change the settings of the place.
    ManageSettings = 1 << 6,
    /// Block e-mail and network addresses.
    ManageBlocks = 1 << 7,
    /// Decide what trends, and about hashtags.
    ManageTaxonomies = 1 << 8,
    /// Decide about appeals.
    ManageAppeals = 1 << 9,
    /// Look at people, approve them, limit them.
    ManageUsers = 1 << 10,
    /// Make invites for others.
    ManageInvites = 1 << 11,
    /// Change the rules.
    ManageRules = 1 << 12,
    /// Tell everyone something.
    ManageAnnouncements = 1 << 13,
    /// Add custom emoji.
    ManageCustomEmojis = 1 << 14,
    /// Invite people.
    InviteUsers = 1 << 16,
    /// Give and take roles.
    ManageRoles = 1 << 17,
    /// Delete what a suspended account left.
    DeleteUserData = 1 << 19,
}

impl Power {
    /// Its bit.
    #[must_use]
    pub const fn bit(self) -> u64 {
        self as u64
    }
}

const EVERYONE: u64 = Power::InviteUsers.bit();

const MODERATOR: u64 = EVERYONE
    | Power::ViewAuditLog.bit()
    | Power::ViewDashboard.bit()
    | Power::ManageReports.bit()
    | Power::ManageTaxonomies.bit()
    | Power::ManageAppeals.bit()
    | Power::ManageUsers.bit();

const ADMIN: u64 = MODERATOR
    | Power::ManageFederation.bit()
    | Power::ManageSettings.bit()
    | Power::ManageBlocks.bit()
    | Power::ManageInvites.bit()
    | Power::ManageRules.bit()
    | Power::ManageAnnouncements.bit()
    | Power::ManageCustomEmojis.bit()
    | Power::ManageRoles.bit()
    | Power::DeleteUserData.bit();

impl ServerRole {
    /// The bits of what this role may do.
    #[must_use]
    pub const fn permissions(self) -> u64 {
        match self {
            Self::Member => EVERYONE,
            Self::Moderator => MODERATOR,
            Self::Admin => ADMIN,
            Self::Owner => ADMIN | Power::Administrator.bit(),
        }
    }

    /// May this role do that?
    #[must_use]
    pub const fn may(self, power: Power) -> bool {
        self.permissions() & (power.bit() | Power::Administrator.bit()) != 0
    }

    /// Does this role stand above that one? Nobody acts upon their equals, but an owner.
    #[must_use]
    pub const fn outranks(self, other: Self) -> bool {
        self.number() > other.number()
    }

    /// The id of the role in the API: Mastodon's own numbers, everyone's role being -99.
    #[must_use]
    pub const fn api_id(self) -> i64 {
        match self {
            Self::Member => -99,
            Self::Moderator => 1,
            Self::Admin => 2,
            Self::Owner => 3,
        }
    }

    /// The role with this id in the API.
    #[must_use]
    pub fn of_api_id(id: i64) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.api_id() == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_more_than_the_one_below() {
        for pair in ServerRole::ALL.windows(2) {
            let (below, above) = (pair[0], pair[1]);
            assert_eq!(
                below.permissions() & above.permissions(),
                below.permissions()
            );
            assert!(above.outranks(below) && !below.outranks(above) && !below.outranks(below));
        }
    }

    #[test]
    fn a_moderator_works_on_reports_and_leaves_the_server_alone() {
        let moderator = ServerRole::Moderator;
        assert!(moderator.may(Power::ManageReports) && moderator.may(Power::ManageUsers));
        for power in [
            Power::ManageFederation,
            Power::ManageBlocks,
            Power::DeleteUserData,
            Power::ManageAnnouncements,
            Power::Administrator,
        ] {
            assert!(!moderator.may(power), "{power:?}");
        }
        assert!(!ServerRole::Member.may(Power::ViewDashboard));
        assert!(ServerRole::Owner.may(Power::ManageRoles));
    }
}
