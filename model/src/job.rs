//! What is due later, or takes too long for a request: the jobs that use cases leave behind.
//!
//! A job carries ids; what it needs is read when it runs. It may run twice, so it has to find out
//! whether there is still something to do. `services::jobs` matches without a catch-all arm.

use serde::{Deserialize, Serialize};

use crate::ids::{
    AccountId, ActionId, AnnouncementId, FilterId, MediaId, MembershipId, NotificationId, PollId,
    PushId, ReportId, ScheduledId, StatusId, SuccessionId,
};
use crate::letter::Letter;

/// Something to be done later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "job", rename_all = "snake_case")]
pub enum Job {
    /// A filter of someone's words has come to its end.
    FilterEnds {
        /// Which.
        filter: FilterId,
    },
    /// Show an announcement whose time has come.
    Announce {
        /// Which.
        announcement: AnnouncementId,
    },
    /// Delete what a suspended account of this server left.
    RemoveAccount {
        /// Whose.
        account: AccountId,
    },
    /// Ask the home of a remote account for its profile again.
    RefreshAccount {
        /// Whose.
        account: AccountId,
    },
    /// A poll is over.
    EndPoll {
        /// Which.
        poll: PollId,
    },
    /// Tell other servers what was voted in a poll of ours.
    TellPoll {
        /// Which.
        poll: PollId,
    },
    /// Ask the server of a poll for its counts.
    AskPoll {
        /// Which.
        poll: PollId,
    },
    /// Read what stands behind the first link of a post.
    FetchCard {
        /// Which post.
        status: StatusId,
    },
    /// Find out whether a post from elsewhere may quote what it quotes.
    SettleQuote {
        /// Which post.
        status: StatusId,
    },
    /// Tell an app of a notification.
    Push {
        /// Which app.
        subscription: PushId,
        /// Of what.
        notification: NotificationId,
    },
    /// Make an upload of sound or film fit to be shown.
    ConvertMedia {
        /// Which.
        media: MediaId,
    },
    /// Write to a member by e-mail.
    SendLetter {
        /// To whom.
        account: AccountId,
        /// What about.
        letter: Letter,
    },
    /// Write to whoever has forgotten a password, if there is someone of this name or address.
    FindForgotten {
        /// In the form in which names and addresses are compared.
        login: String,
    },
    /// The term in which an appeal is decided is over.
    EndAppeal {
        /// In which group.
        group: AccountId,
        /// The act in its log.
        act: ActionId,
    },
    /// Ask members of a group, one part after the other, who should look after it.
    AskSuccession {
        /// The question.
        succession: SuccessionId,
        /// Those behind this one are still to be asked.
        after: MembershipId,
    },
    /// The time of a scheduled status has come.
    PublishScheduled {
        /// Which.
        scheduled: ScheduledId,
    },
    /// The moderators of a group had their time to answer a report.
    ReportOverdue {
        /// Which.
        report: ReportId,
    },
    /// The day has come on which a group leaves this server.
    CloseGroup {
        /// Which.
        group: AccountId,
    },
    /// Ask the pages behind the links of a profile whether they link back.
    VerifyLinks {
        /// Whose.
        account: AccountId,
    },
}

impl Job {
    /// Does it take long (seconds of processor time)? Slow ones wait for each other, never the quick
    /// ones for them.
    #[must_use]
    pub const fn is_slow(&self) -> bool {
        match self {
            Self::Announce { .. }
            | Self::RemoveAccount { .. }
            | Self::CloseGroup { .. }
            | Self::ReportOverdue { .. } => false,
            Self::RefreshAccount { .. }
            | Self::FilterEnds { .. }
            | Self::EndAppeal { .. }
            | Self::AskSuccession { .. }
            | Self::VerifyLinks { .. }
            | Self::EndPoll { .. }
            | Self::TellPoll { .. }
            | Self::AskPoll { .. }
            | Self::FetchCard { .. }
            | Self::SettleQuote { .. }
            | Self::Push { .. }
            | Self::SendLetter { .. }
            | Self::FindForgotten { .. }
            | Self::PublishScheduled { .. } => false,
            Self::ConvertMedia { .. } => true,
        }
    }

    /// How often it is tried before it is given up.
    #[must_use]
    pub const fn attempts(&self) -> i32 {
        match self {
            Self::FilterEnds { .. }
            | Self::Announce { .. }
            | Self::RemoveAccount { .. }
            | Self::CloseGroup { .. }
            | Self::ReportOverdue { .. } => 10,
            Self::FetchCard { .. } => 2,
            Self::AskPoll { .. } => 1,
            Self::EndPoll { .. }
            | Self::TellPoll { .. }
            | Self::EndAppeal { .. }
            | Self::AskSuccession { .. }
            | Self::PublishScheduled { .. } => 12,
            // A push service that is away for a day has lost more than ours.
            Self::Push { .. } => 6,
            Self::RefreshAccount { .. }
            | Self::VerifyLinks { .. }
            | Self::SettleQuote { .. }
            | Self::ConvertMedia { .. }
            | Self::FindForgotten { .. } => 3,
            // About eight hours.
            Self::SendLetter { .. } => 10,
        }
    }
}
