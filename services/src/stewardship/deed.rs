//! The acts of moderators as data: what a door hands in, what a proposal keeps until enough agree.

use model::{
    AccountId, ActionId, Circle, FirstContact, GroupKind, GroupRuleId, GroupWordAct, GroupWordKind,
    InviteId, Millis, QuotePolicy, Role, StatusId,
};
use serde::{Deserialize, Serialize};

use super::{LONGEST, MOST_REASON};
use crate::context::Ctx;
use crate::error::{Error, Result};

/// What a moderator does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "deed", rename_all = "snake_case")]
pub enum Deed {
    /// Lets someone in who waits.
    Approve {
        /// Whom.
        who: AccountId,
    },
    /// Refuses someone who waits.
    Refuse {
        /// Whom.
        who: AccountId,
    },
    /// Ends a membership; they may come again.
    Kick {
        /// Whose.
        who: AccountId,
    },
    /// Sends someone away, for good or until a time.
    Ban {
        /// Whom.
        who: AccountId,
    },
    /// Lifts a ban.
    Unban {
        /// Whose.
        who: AccountId,
    },
    /// Lets someone read and not write, for good or until a time.
    Mute {
        /// Whom.
        who: AccountId,
    },
    /// Lets them write again.
    Unmute {
        /// Whom.
        who: AccountId,
    },
    /// Says a word to someone, about a post or not.
    Warn {
        /// To whom.
        who: AccountId,
        /// About what.
        status: Option<StatusId>,
    },
    /// Takes a thread or comment out of the group; it stays its author's. Of a thread of another group: shows it no more.
    RemoveStatus {
        /// What.
        status: StatusId,
    },
    /// Lets it back in.
    RestoreStatus {
        /// What.
        status: StatusId,
    },
    /// Closes a thread to answers.
    Lock {
        /// Its first post.
        status: StatusId,
    },
    /// Opens it again.
    Unlock {
        /// Its first post.
        status: StatusId,
    },
    /// Puts a thread at the top of the group's page.
    Pin {
        /// Its first post.
        status: StatusId,
    },
    /// Takes it from there.
    Unpin {
        /// Its first post.
        status: StatusId,
    },
    /// Shows a thread of another group in this one.
    PassOn {
        /// Its first post.
        status: StatusId,
    },
    /// Lets a post through that waits.
    Release {
        /// Which.
        status: StatusId,
    },
    /// Does not let it through: it stays its author's alone.
    Withhold {
        /// Which.
        status: StatusId,
    },
    /// Gives a member a role.
    SetRole {
        /// To whom.
        who: AccountId,
        /// Which.
        role: Role,
    },
    /// An owner hands the group to a member, and is a moderator from then on.
    Transfer {
        /// To whom.
        to: AccountId,
    },
    /// What the group decides about itself.
    Change {
        /// All of it.
        change: GroupChange,
    },
    /// The rules of the group, all of them.
    Rules {
        /// In their order.
        rules: Vec<RuleText>,
    },
    /// Makes a link by which others come in.
    OpenLink {
        /// For so many people; `None` for any number.
        uses: Option<i64>,
        /// So long, in milliseconds; `None` for ever.
        lasts: Option<i64>,
    },
    /// Ends such a link.
    CloseLink {
        /// Which.
        link: InviteId,
    },
    /// Asks someone by name to come in.
    Invite {
        /// Whom.
        who: AccountId,
    },
    /// Asks them no more.
    Withdraw {
        /// Whom.
        who: AccountId,
    },
    /// The end of the group.
    Close,
    /// Lets people of a server elsewhere ask to join a private group.
    AllowServer {
        /// Its domain.
        host: String,
    },
    /// Takes a server from that list.
    DropServer {
        /// Its domain.
        host: String,
    },
    /// The words and links that the group wants to look at, or refuses, all of them.
    Words {
        /// In their order.
        words: Vec<WordText>,
    },
    /// Takes nobody of these servers any more.
    BlockServers {
        /// Which, and why.
        servers: Vec<ServerText>,
    },
    /// Takes people of these servers again.
    UnblockServers {
        /// Which.
        domains: Vec<String>,
    },
}

impl Deed {
    /// Does it weigh on a person, or on the group? Then several have to agree, where the group wants that.
    /// What protects people now (a removal, a lock, a mute) is done at once.
    #[must_use]
    pub const fn weighs(&self) -> bool {
        matches!(
            self,
            Self::Kick { .. }
                | Self::Ban { .. }
                | Self::SetRole { .. }
                | Self::Change { .. }
                | Self::Rules { .. }
                | Self::Close
                | Self::AllowServer { .. }
                | Self::BlockServers { .. }
        )
    }

    /// Is it for owners alone?
    #[must_use]
    pub fn needs_owner(&self) -> bool {
        match self {
            Self::SetRole { .. } | Self::Transfer { .. } | Self::Close => true,
            Self::Change { change } => change.needs_owner(),
            _ => false,
        }
    }

    /// The word for it in the log, where it was done.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Approve { .. } => "member_approved",
            Self::Refuse { .. } => "member_refused",
            Self::Kick { .. } => "member_removed",
            Self::Ban { .. } => "member_banned",
            Self::Unban { .. } => "member_unbanned",
            Self::Mute { .. } => "member_muted",
            Self::Unmute { .. } => "member_unmuted",
            Self::Warn { .. } => "member_warned",
            Self::RemoveStatus { .. } => "status_removed",
            Self::RestoreStatus { .. } => "status_restored",
            Self::Lock { .. } => "thread_locked",
            Self::Unlock { .. } => "thread_unlocked",
            Self::Pin { .. } => "thread_pinned",
            Self::Unpin { .. } => "thread_unpinned",
            Self::PassOn { .. } => "thread_passed_on",
            Self::Release { .. } => "status_released",
            Self::Withhold { .. } => "status_withheld",
            Self::SetRole { .. } => "role_changed",
            Self::Transfer { .. } => "ownership_transferred",
            Self::Change { .. } => "settings_changed",
            Self::Rules { .. } => "rules_changed",
            Self::OpenLink { .. } => "invite_made",
            Self::CloseLink { .. } => "invite_closed",
            Self::Invite { .. } => "member_invited",
            Self::Withdraw { .. } => "invitation_withdrawn",
            Self::Close => "group_closed",
            Self::AllowServer { .. } => "server_allowed",
            Self::DropServer { .. } => "server_dropped",
            Self::Words { .. } => "words_changed",
            Self::BlockServers { .. } => "servers_blocked",
            Self::UnblockServers { .. } => "servers_unblocked",
        }
    }

    /// Whom it concerns, where that is one person.
    #[must_use]
    pub const fn person(&self) -> Option<AccountId> {
        match self {
            Self::Approve { who }
            | Self::Refuse { who }
            | Self::Kick { who }
            | Self::Ban { who }
            | Self::Unban { who }
            | Self::Mute { who }
            | Self::Unmute { who }
            | Self::Invite { who }
            | Self::Withdraw { who }
            | Self::Warn { who, .. }
            | Self::SetRole { who, .. } => Some(*who),
            Self::Transfer { to } => Some(*to),
            _ => None,
        }
    }
}

/// Why a moderator acts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Why {
    /// The rule of the group that it names.
    pub rule: Option<GroupRuleId>,
    /// In the moderator's words; at most 500 letters.
    pub reason: String,
    /// Until when a ban or a mute holds; `None` for good.
    pub ends_at: Option<Millis>,
}

impl Why {
    /// For this reason.
    #[must_use]
    pub fn because(reason: &str) -> Self {
        Self {
            reason: reason.to_owned(),
            ..Self::default()
        }
    }

    /// As it is stored.
    pub(super) fn checked(&self, ctx: &Ctx) -> Result<Self> {
        if text::characters(&self.reason) > MOST_REASON {
            let words = format!("Reason is too long (maximum is {MOST_REASON} characters)");
            return Err(Error::invalid("reason", "ERR_TOO_LONG", words));
        }
        let now = ctx.now();
        if self
            .ends_at
            .is_some_and(|end| end <= now || end > now.plus(LONGEST))
        {
            return Err(Error::invalid(
                "expires_at",
                "ERR_INVALID",
                "Validation failed: the end must be in the future, and within ten years",
            ));
        }
        Ok(Self {
            reason: text::multiline(&self.reason, MOST_REASON),
            ..self.clone()
        })
    }
}

/// What became of an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// It was done: the entry in the log.
    Executed(ActionId),
    /// It waits for others to agree: the entry in the log.
    Proposed(ActionId),
    /// It was so already. The log is unchanged.
    Already,
}

impl Done {
    pub(super) const fn of(entry: Option<ActionId>) -> Self {
        match entry {
            Some(id) => Self::Executed(id),
            None => Self::Already,
        }
    }
}

/// What a group decides about itself; `None` leaves a thing as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GroupChange {
    /// Who may read and join. For owners.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<GroupKind>,
    /// Does it stand in directories?
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listed: Option<bool>,
    /// May anyone see who is a member?
    #[serde(skip_serializing_if = "Option::is_none")]
    pub members_shown: Option<bool>,
    /// Are likes passed on to other group servers?
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shares_votes: Option<bool>,
    /// Does it reach nobody on another server?
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local_only: Option<bool>,
    /// Who may start a thread.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threads_by: Option<Circle>,
    /// Who may answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replies_by: Option<Circle>,
    /// Who may quote what stands in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quotes: Option<QuotePolicy>,
    /// Whose posts wait for a moderator until one was let through?
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_contact: Option<FirstContact>,
    /// Seconds between two posts of one member; 0 for none, at most a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slow_mode: Option<i64>,
    /// ISO 639 codes, at most ten.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub languages: Option<Vec<String>>,
    /// So many have to agree to what weighs, 1 to 9. For owners.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approvals: Option<i16>,
    /// Does the public log name people? For owners.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_names: Option<bool>,
    /// Days in which an appeal is decided, 1 to 90. For owners.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appeal_days: Option<i64>,
    /// Days after which the log forgets people, 30 to 3650. For owners.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forget_days: Option<i64>,
    /// Hours for which members alone may post, 1 to 168; 0 ends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shield_hours: Option<i64>,
    /// Who makes links by which others come in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invites_by: Option<Circle>,
    /// The tags of which one stands on a thread: at most 20.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flairs: Option<Vec<String>>,
    /// Does a private group write letters to members on servers that are not known to keep things private? For owners.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bridged: Option<bool>,
}

impl GroupChange {
    fn needs_owner(&self) -> bool {
        self.kind.is_some()
            || self.approvals.is_some()
            || self.log_names.is_some()
            || self.appeal_days.is_some()
            || self.forget_days.is_some()
            || self.bridged.is_some()
    }
}

/// A line of the group's list of words, as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordText {
    /// What is looked for.
    pub kind: GroupWordKind,
    /// The words, at most 100 letters; of a link the domain, or an address there.
    pub phrase: String,
    /// What becomes of a post in which it is found.
    pub act: GroupWordAct,
    /// The rule that a refused author is told.
    pub rule: Option<GroupRuleId>,
}

/// A server that a group does not take people from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerText {
    /// Its domain.
    pub domain: String,
    /// Why, at most 300 letters.
    pub reason: String,
}

/// A rule as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RuleText {
    /// The rule that it changes; `None` for a new one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<GroupRuleId>,
    /// In one sentence, at most 300 letters.
    pub text: String,
    /// More about it, at most 1000 letters.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub hint: String,
    /// Text and hint in other languages, by their ISO 639 codes.
    #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub translations: std::collections::BTreeMap<String, (String, String)>,
}
