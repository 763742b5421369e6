//! The Mastodon API, from the first screen of an app to a conversation. What groups add to it is in
//! `groups`, what other servers see of it in `federation`.

mod accounts;
mod admin_accounts;
mod admin_blocks;
mod admin_measures;
mod admin_reports;
mod announcements;
mod boot;
mod bucket;
mod cards;
mod copies;
mod emojis;
mod errors;
mod films;
mod filters;
mod hidden;
mod media;
mod notifications;
mod notifications_v2;
mod oauth;
mod polls;
mod push;
mod quotes;
mod rate_limits;
mod reports;
mod scheduled;
mod scopes;
mod sessions;
pub(crate) mod sign_up;
mod search;
mod statuses;
mod streaming;
mod timelines;
mod translation;
