//! The words of Balai: ids, times, handles, visibility, roles, events, scopes, settings.
//!
//! Nothing here does I/O and nothing fails except parsing. Of `diesel` only the type mapping of ids
//! and enums is used: no query and no backend lives here.

pub mod about;
pub mod account;
mod columns;
pub mod directory;
pub mod event;
pub mod filter;
pub mod group;
pub mod handle;
pub mod ids;
pub mod job;
pub mod letter;
pub mod notification;
pub mod page;
pub mod power;
pub mod push;
pub mod quote;
pub mod scope;
pub mod secret;
pub mod settings;
pub mod staff;
pub mod time;
pub mod visibility;

pub use account::{AccountKind, FollowState, ServerRole};
pub use directory::{GroupActivity, GroupSize, TopicKind};
pub use event::Event;
pub use filter::{FilterAction, FilterContext};
pub use group::{
    ActionState, Circle, FirstContact, GroupKind, GroupLimit, GroupWordAct, GroupWordKind, HeldFor,
    InvitationState, MembershipState, Role, SuccessionState,
};
pub use handle::{Domain, Handle, Username};
pub use ids::*;
pub use job::Job;
pub use letter::Letter;
pub use notification::{GroupKey, NotificationKind, SeveranceKind, Verdict};
pub use page::{Page, Paged};
pub use power::Power;
pub use quote::{Crowd, Leave, QuotePolicy, QuoteRules, QuoteState, Standing};
pub use scope::{Scope, Scopes};
pub use secret::Secret;
pub use staff::{
    DomainBlockSeverity, GroupReportState, IpBlockSeverity, ReportCategory, WarningAction,
};
pub use time::Millis;
pub use visibility::{Facts, Visibility};
