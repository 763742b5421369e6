//! Tables, queries and the visibility gate, once for SQLite and PostgreSQL.
//!
//! **The only crate that knows SQL.** Functions are synchronous and take `&mut Conn`, so nothing can
//! await inside a transaction; the two asynchronous functions are [`Db::read`] and [`Db::write`].

pub mod access_grants;
pub mod access_tokens;
pub mod account_domain_blocks;
pub mod account_notes;
pub mod account_restrictions;
pub mod account_warnings;
pub mod accounts;
pub mod actor_keys;
pub mod admin_accounts;
pub mod announcements;
pub mod announces;
pub mod apps;
pub mod blocks;
pub mod bookmarks;
pub mod canned_answers;
pub mod cards;
pub mod collections;
pub mod conn;
pub mod conversations;
pub mod custom_emojis;
pub mod deliveries;
pub mod directory;
pub mod domain_blocks;
pub mod endorsements;
pub mod error;
pub mod events;
pub mod favourites;
pub mod featured_collections;
pub mod featured_groups;
pub mod featured_tags;
pub mod filters;
pub mod follow_languages;
pub mod followed_tags;
pub mod follows;
pub mod group_bans;
pub mod group_domain_blocks;
pub mod group_knocks;
pub mod group_mutes;
pub mod group_notes;
pub mod group_reports;
pub mod group_rules;
pub mod group_topics;
pub mod group_words;
pub mod groups;
pub mod held_statuses;
pub mod home_entries;
pub mod idempotency_keys;
pub mod inbox;
pub mod instances;
pub mod invites;
pub mod jobs;
pub mod lists;
pub mod live;
pub mod loose_files;
pub mod mail_proofs;
pub mod markers;
pub mod marks;
pub mod measures;
pub mod media_attachments;
pub mod memberships;
pub mod mentions;
pub mod migrate;
pub mod moderation_actions;
pub mod mutes;
pub mod notification_groups;
pub mod notification_policies;
pub mod notification_requests;
pub mod notifications;
mod paging;
pub mod polls;
mod pool;
pub mod profiles;
pub mod push;
pub mod queue_looks;
pub mod quotes;
pub mod remote_files;
pub mod reports;
pub mod reviews;
pub mod scheduled_statuses;
mod schema;
pub mod search;
pub mod search_index;
pub mod server_keys;
pub mod settings;
pub mod setup_codes;
pub mod severance_events;
pub mod sign_up_blocks;
pub mod sign_ups;
mod sql;
pub mod statistics;
pub mod status_edits;
pub mod status_pins;
pub mod statuses;
pub mod tags;
#[cfg(any(test, feature = "testing"))]
#[expect(
    clippy::expect_used,
    reason = "a story without its fresh database has to fail"
)]
pub mod testing;
pub mod thread_mutes;
pub mod timelines;
pub mod translations;
pub mod trends;
mod url;
pub mod users;
pub mod visible;
pub mod web_sessions;
mod words;

pub use conn::{Conn, Engine};
pub use error::{Error, Result};
pub use pool::{Db, Lane};
pub use url::Address;
