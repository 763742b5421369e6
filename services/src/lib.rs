//! Use cases: who may do what, what changes (one transaction), what happened (an event).
//!
//! **The only crate that decides. It knows neither HTTP nor JSON-LD.** Every door (API, pages, inbox,
//! command line) calls the same functions. Use cases do not call each other: what two share goes down
//! to `policy`, `compose` or `views`.

pub mod about;
pub mod account_domain_blocks;
pub mod accounts;
pub mod admin;
pub mod announcements;
pub mod appeals;
mod bonds;
pub mod canned_answers;
pub mod cards;
pub mod compose;
mod console;
pub mod context;
pub mod conversations;
pub mod copies;
pub mod credentials;
pub mod discovery;
mod door;
pub mod emojis;
pub mod endorsements;
mod enrol;
pub mod error;
pub mod events;
pub mod fan_out;
pub mod featured_collections;
pub mod featured_tags;
pub mod fediverse;
mod files;
pub mod filters;
pub mod group_export;
pub mod group_log;
pub mod group_reports;
pub mod groups;
pub mod interactions;
pub mod invites;
pub mod jobs;
mod keys;
mod ledger;
pub mod lists;
pub mod live;
pub mod mail;
pub mod markers;
pub mod media;
pub mod moderation;
mod names;
pub mod notifications;
pub mod oauth;
pub mod outward;
mod passwords;
mod people;
pub mod place;
pub mod policy;
pub mod polls;
pub mod profile;
pub mod push;
mod queue;
pub mod quotes;
pub mod relationships;
pub mod remote_files;
pub mod reports;
pub mod rows;
pub mod scheduled;
pub mod search;
pub mod sessions;
pub mod settings;
pub mod sign_in;
pub mod sign_up;
pub mod statuses;
mod stewardship;
pub mod storage;
pub mod tags;
#[cfg(test)]
pub(crate) mod testing;
pub mod timelines;
mod tokens;
pub mod translation;
pub mod trends;
mod verification;
pub mod views;

pub use context::{Context, Ctx};
pub use error::{Error, Problem, Result};
pub use place::Place;
