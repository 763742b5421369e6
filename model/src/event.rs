//! What happened: the events that a use case records in the transaction of its change.
//!
//! Two consumers read them afterwards, in order: `services::fan_out` (home feeds, notifications) and
//! `federation::outbox` (activities to other servers). Events carry ids, and of what is gone from its
//! table the address that an `Undo` has to name. Both consumers match without a catch-all arm, so
//! that a new event does not compile until both have an answer to it.

use serde::{Deserialize, Serialize};

use crate::ids::{
    AccountId, ActionId, FollowId, InboxId, InvitationId, ReportId, RowId, StatusId, WarningId,
};

/// A change that others have to hear of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// Someone here published a status (no boost).
    StatusPublished {
        /// The status.
        status: StatusId,
    },
    /// A status from another server was stored.
    StatusReceived {
        /// The status.
        status: StatusId,
    },
    /// A status was edited, here or elsewhere.
    StatusEdited {
        /// The status.
        status: StatusId,
    },
    /// A status is gone; its row stays as a tombstone.
    StatusDeleted {
        /// The status.
        status: StatusId,
    },
    /// Someone (or a group) boosted a status; the boost is a status itself.
    Boosted {
        /// The boost.
        boost: StatusId,
    },
    /// A boost was taken back; its row stays as a tombstone.
    Unboosted {
        /// The boost.
        boost: StatusId,
    },
    /// A favourite was given.
    Favourited {
        /// Who.
        account: AccountId,
        /// What.
        status: StatusId,
        /// The favourite's row, which is part of its address.
        favourite: RowId,
    },
    /// A favourite was taken back.
    Unfavourited {
        /// Who.
        account: AccountId,
        /// What.
        status: StatusId,
        /// The row that was deleted.
        favourite: RowId,
    },
    /// Someone here voted in a poll of another server.
    Voted {
        /// Who.
        account: AccountId,
        /// The status with the poll.
        status: StatusId,
        /// The rows of the choices.
        votes: Vec<RowId>,
    },
    /// Votes were counted in a poll of ours; said once for many of them.
    PollCounted {
        /// The status with the poll.
        status: StatusId,
    },
    /// A poll, of ours or elsewhere, is over.
    PollEnded {
        /// The status with the poll.
        status: StatusId,
    },
    /// A follow was made or asked for.
    FollowRequested {
        /// The row.
        follow: FollowId,
    },
    /// A follow is in force: at once, or after its approval.
    FollowAccepted {
        /// The row.
        follow: FollowId,
    },
    /// A request was refused, or a follower was removed.
    FollowRejected {
        /// Who followed.
        account: AccountId,
        /// Who refused.
        target: AccountId,
        /// The row that was deleted.
        follow: FollowId,
        /// The address of the `Follow`, where it came from elsewhere.
        uri: Option<String>,
    },
    /// Someone stopped following.
    Unfollowed {
        /// Who followed.
        account: AccountId,
        /// Whom.
        target: AccountId,
        /// The row that was deleted.
        follow: FollowId,
        /// The address of the `Follow` that was sent, where the row had one.
        uri: Option<String>,
    },
    /// A block was set.
    Blocked {
        /// Who.
        account: AccountId,
        /// Whom.
        target: AccountId,
    },
    /// A block was lifted.
    Unblocked {
        /// Who.
        account: AccountId,
        /// Whom.
        target: AccountId,
    },
    /// A profile of someone here (person or group) changed.
    ProfileUpdated {
        /// Whose.
        account: AccountId,
    },
    /// A group of ours passes on, byte for byte, an activity that a member sent to it.
    Relayed {
        /// The group.
        group: AccountId,
        /// The stored activity.
        inbox: InboxId,
    },
    /// A quote has its author's consent: the quoted author here agreed, or the one elsewhere answered yes.
    QuoteAccepted {
        /// What quotes.
        status: StatusId,
    },
    /// A quote has no consent: it was refused or taken back.
    QuoteRevoked {
        /// What quotes.
        status: StatusId,
    },
    /// Someone elsewhere asked to quote a post of ours and may not.
    QuoteRefused {
        /// The post of ours.
        quoted: StatusId,
        /// Who asked.
        account: AccountId,
        /// The ActivityPub id of what would quote it.
        quoting: String,
        /// The address of the request.
        request: String,
    },
    /// The author of a post of ours said anew who may quote it.
    QuotePolicyChanged {
        /// The post.
        status: StatusId,
    },
    /// Someone asked to join a group of ours.
    JoinRequested {
        /// The group.
        group: AccountId,
        /// Who.
        account: AccountId,
    },
    /// Someone is a member of a group now.
    Joined {
        /// The group.
        group: AccountId,
        /// Who.
        account: AccountId,
    },
    /// A moderator took a thread or comment out of a group of ours.
    RemovedFromGroup {
        /// The group.
        group: AccountId,
        /// The status.
        status: StatusId,
        /// The group's boost of it, where it had one (a tombstone now).
        boost: Option<StatusId>,
    },
    /// A moderator let a thread or comment back into a group of ours. (Where it opens a thread, the group's
    /// new boost of it is an event of its own.)
    RestoredToGroup {
        /// The group.
        group: AccountId,
        /// The status.
        status: StatusId,
        /// The entry in the group's log: by whom and why.
        action: ActionId,
    },
    /// Nobody may answer this any more in a group of ours.
    StatusLocked {
        /// The group.
        group: AccountId,
        /// The thread or comment.
        status: StatusId,
        /// The entry in the group's log.
        action: ActionId,
    },
    /// It may be answered again.
    StatusUnlocked {
        /// The group.
        group: AccountId,
        /// The thread or comment.
        status: StatusId,
        /// The entry in the group's log.
        action: ActionId,
    },
    /// A group of ours put a thread at the top of its page.
    Featured {
        /// The group.
        group: AccountId,
        /// The thread.
        status: StatusId,
        /// The entry in the group's log.
        action: ActionId,
    },
    /// It took it from there.
    Unfeatured {
        /// The group.
        group: AccountId,
        /// The thread.
        status: StatusId,
        /// The entry in the group's log.
        action: ActionId,
    },
    /// Someone moderates a group of ours who did not before.
    ModeratorAdded {
        /// The group.
        group: AccountId,
        /// Who.
        account: AccountId,
        /// The entry in the group's log.
        action: ActionId,
    },
    /// Someone moderates a group of ours no more.
    ModeratorRemoved {
        /// The group.
        group: AccountId,
        /// Who.
        account: AccountId,
        /// The entry in the group's log.
        action: ActionId,
    },
    /// A group of ours banned someone.
    Banned {
        /// The group.
        group: AccountId,
        /// Whom.
        account: AccountId,
    },
    /// A ban was lifted.
    Unbanned {
        /// The group.
        group: AccountId,
        /// Whom.
        account: AccountId,
    },
    /// A group of ours asked someone elsewhere to join.
    Invited {
        /// The group.
        group: AccountId,
        /// Whom.
        account: AccountId,
        /// The row of it.
        invitation: InvitationId,
    },
    /// It asks them no more.
    InvitationWithdrawn {
        /// The group.
        group: AccountId,
        /// Whom.
        account: AccountId,
        /// The row of it.
        invitation: InvitationId,
    },
    /// Strangers come to a group of ours in a wave.
    Wave {
        /// The group.
        group: AccountId,
    },
    /// Someone answered what the moderators of a group did.
    Appealed {
        /// The group.
        group: AccountId,
        /// The entry of the appeal in its log.
        appeal: ActionId,
    },
    /// The administrators limited, froze or evicted a group of this server, or took that back.
    GroupLimited {
        /// The group.
        group: AccountId,
        /// The entry in its log.
        action: ActionId,
    },
    /// The staff did something about an account of this server, and tells its owner.
    Warned {
        /// What they are told.
        warning: WarningId,
    },
    /// The staff let someone in who waited.
    Approved {
        /// Whom.
        account: AccountId,
    },
    /// Someone reported an account.
    Reported {
        /// The report.
        report: ReportId,
    },
    /// An account of this server was deleted for good; its followers were told in the act.
    AccountDeleted {
        /// Whose.
        account: AccountId,
    },
    /// Someone signed up here, with an address that is confirmed where that is asked for.
    SignedUp {
        /// Who.
        account: AccountId,
    },
}

impl Event {
    /// The status that it is about, where it is about one.
    #[must_use]
    pub const fn status(&self) -> Option<StatusId> {
        match self {
            Self::StatusPublished { status }
            | Self::StatusReceived { status }
            | Self::StatusEdited { status }
            | Self::StatusDeleted { status }
            | Self::Favourited { status, .. }
            | Self::Unfavourited { status, .. }
            | Self::Voted { status, .. }
            | Self::PollCounted { status }
            | Self::PollEnded { status }
            | Self::QuoteAccepted { status }
            | Self::QuoteRevoked { status }
            | Self::QuotePolicyChanged { status }
            | Self::RemovedFromGroup { status, .. }
            | Self::RestoredToGroup { status, .. }
            | Self::StatusLocked { status, .. }
            | Self::StatusUnlocked { status, .. }
            | Self::Featured { status, .. }
            | Self::Unfeatured { status, .. }
            | Self::QuoteRefused { quoted: status, .. } => Some(*status),
            Self::Boosted { boost } | Self::Unboosted { boost } => Some(*boost),
            Self::FollowRequested { .. }
            | Self::FollowAccepted { .. }
            | Self::FollowRejected { .. }
            | Self::Unfollowed { .. }
            | Self::Blocked { .. }
            | Self::Unblocked { .. }
            | Self::ProfileUpdated { .. }
            | Self::Relayed { .. }
            | Self::JoinRequested { .. }
            | Self::Joined { .. }
            | Self::ModeratorAdded { .. }
            | Self::ModeratorRemoved { .. }
            | Self::Banned { .. }
            | Self::Unbanned { .. }
            | Self::Invited { .. }
            | Self::InvitationWithdrawn { .. }
            | Self::Wave { .. }
            | Self::Appealed { .. }
            | Self::GroupLimited { .. }
            | Self::Warned { .. }
            | Self::Approved { .. }
            | Self::Reported { .. }
            | Self::AccountDeleted { .. }
            | Self::SignedUp { .. } => None,
        }
    }
}
