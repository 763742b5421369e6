//! The letters that members get by e-mail. A letter says what it is about; its words, and the link in it,
//! are made when it is sent.

use serde::{Deserialize, Serialize};

/// What a member is written about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "letter", rename_all = "snake_case")]
pub enum Letter {
    /// Is this address yours? With a link.
    ConfirmAddress {
        /// The address in question, where it is not yet the member's; it was checked.
        email: Option<String>,
    },
    /// A link with which to choose a new password.
    NewPassword,
    /// The password was changed, and all that was signed in is not any more.
    PasswordChanged,
    /// The address was changed; goes to the one before.
    AddressChanged {
        /// The one before.
        before: String,
    },
    /// A moderator agreed: the member may sign in.
    Approved,
    /// The moderators of a group did something that concerns the member.
    FromModerators {
        /// What, in the member's language.
        text: String,
        /// Where the member can answer.
        link: String,
    },
    /// Those who run the place did something to a group that the member looks after.
    ToModerators {
        /// What, in the member's language.
        text: String,
        /// The entry in the group's log.
        link: String,
    },
}
