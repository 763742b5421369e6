//! Mastodon's JSON: each entity is printed from a view and from where we are, and from nothing else.
//! Every key that the documentation requires is there; keys of ours (`group` of a status,
//! `group_member`) are new ones, never other types for old ones.

pub(crate) mod account;
pub(crate) mod admin;
pub(crate) mod announcement;
pub(crate) mod card;
pub(crate) mod collection;
pub(crate) mod emoji;
pub(crate) mod filter;
pub(crate) mod group;
pub(crate) mod instance;
pub(crate) mod media_attachment;
pub(crate) mod notification;
pub(crate) mod notification_about;
pub(crate) mod notification_policy;
pub(crate) mod poll;
pub(crate) mod push_subscription;
pub(crate) mod quote;
pub(crate) mod relationship;
pub(crate) mod report;
pub(crate) mod scheduled_status;
pub(crate) mod status;
pub(crate) mod tag;
pub(crate) mod various;

pub(crate) use account::{Account, CredentialAccount, MutedAccount, Profile};
pub(crate) use collection::{Collection, CollectionItem};
pub(crate) use group::{Group, GroupRelationship, Membership};
pub(crate) use media_attachment::MediaAttachment;
pub(crate) use notification::{GroupedNotificationsResults, Notification};
pub(crate) use poll::Poll;
pub(crate) use relationship::Relationship;
pub(crate) use scheduled_status::ScheduledStatus;
pub(crate) use status::{Context, Status, StatusEdit, StatusSource};

/// A list that is always empty, so far.
pub(crate) type Nothing = [(); 0];

#[cfg(test)]
mod tests;
