//! Words for what the server's staff does: acts upon accounts, reports, blocks.

use crate::columns::small_enum;

small_enum! {
    /// What was done about an account, as its owner is told.
    WarningAction {
        /// Nothing but these words.
        None = 0, "none";
        /// They may not sign in.
        Disable = 1, "disable";
        /// Some posts were marked as sensitive.
        MarkStatusesAsSensitive = 2, "mark_statuses_as_sensitive";
        /// Some posts were deleted.
        DeleteStatuses = 3, "delete_statuses";
        /// All their pictures are covered.
        Sensitive = 4, "sensitive";
        /// Only followers find them.
        Silence = 5, "silence";
        /// They are gone.
        Suspend = 6, "suspend";
    }
}

small_enum! {
    /// What a report is about.
    ReportCategory {
        /// None of the others.
        Other = 0, "other";
        /// Unwanted advertising and the like.
        Spam = 1, "spam";
        /// Against the law.
        Legal = 2, "legal";
        /// Against a rule of the place.
        Violation = 3, "violation";
    }
}

small_enum! {
    /// How far a report has come in the hands of a group's moderators.
    GroupReportState {
        /// Waits for an answer.
        Open = 0, "open";
        /// What was to be done is done.
        Resolved = 1, "resolved";
        /// There was nothing to do.
        Dismissed = 2, "dismissed";
        /// The server's staff decides.
        HandedOver = 3, "handed_over";
    }
}

small_enum! {
    /// How far a block of a server goes.
    DomainBlockSeverity {
        /// Only what else is set of the block.
        Noop = 0, "noop";
        /// Its people are found by their followers alone.
        Silence = 1, "silence";
        /// Nothing comes from it and nothing goes to it.
        Suspend = 2, "suspend";
    }
}

small_enum! {
    /// How far a block of a network goes.
    IpBlockSeverity {
        /// New accounts from there wait for approval.
        SignUpRequiresApproval = 0, "sign_up_requires_approval";
        /// No new accounts from there.
        SignUpBlock = 1, "sign_up_block";
        /// Nothing is answered there.
        NoAccess = 2, "no_access";
    }
}
