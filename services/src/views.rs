//! Read models: what any printer (API, page, ActivityStreams) needs of a thing, loaded for many at once.
//!
//! A page of forty costs as many statements as a page of one.

pub mod account;
pub mod admin_account;
pub mod group;
pub mod notification;
pub mod poll;
pub mod quote;
pub mod status;
pub mod tag;

pub use account::{AccountView, RelationshipView};
pub use group::{GroupView, MembershipView};
pub use notification::NotificationView;
pub use poll::PollView;
pub use quote::{QuoteView, Quoting};
pub use status::{MediaView, StatusView, ThreadView};
pub use tag::TagView;

#[cfg(test)]
mod tests;
