//! Statuses and boosts: rows, mentions, edits, counts, tombstones.

use diesel::prelude::*;
use model::{AccountId, AppId, Millis, StatusId, Visibility};

use crate::schema::statuses;

/// A row of `statuses`.
#[derive(
    Clone, Debug, PartialEq, Eq, Queryable, Selectable, Identifiable, Insertable, AsChangeset,
)]
#[diesel(table_name = statuses, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Status {
    /// Its id; boosts share the order.
    pub id: StatusId,
    /// The ActivityPub id (of a boost: of its Announce).
    pub uri: String,
    /// The page.
    pub url: String,
    /// The author.
    pub account_id: AccountId,
    /// Written here.
    pub local: bool,
    /// The audience.
    pub visibility: Visibility,
    /// The first status of the thread; its own id there.
    pub root_id: StatusId,
    /// The status that it answers.
    pub in_reply_to_id: Option<StatusId>,
    /// The author of that.
    pub in_reply_to_account_id: Option<AccountId>,
    /// Set: this is a boost of that.
    pub reblog_of_id: Option<StatusId>,
    /// The group in whose thread it stands.
    pub group_id: Option<AccountId>,
    /// Set: a moderator took it out of the group.
    pub removed_at: Option<Millis>,
    /// Plain text; empty for none.
    pub title: String,
    /// Clean HTML.
    pub content: String,
    /// What the author typed; empty for what came from elsewhere.
    pub source: String,
    /// Plain text; empty for none.
    pub spoiler_text: String,
    /// Pictures are covered.
    pub sensitive: bool,
    /// ISO 639.
    pub language: Option<String>,
    /// The app it was written with.
    pub app_id: Option<AppId>,
    /// Answers that are not gone.
    pub replies_count: i64,
    /// Boosts.
    pub reblogs_count: i64,
    /// Favourites.
    pub favourites_count: i64,
    /// When it was written.
    pub created_at: Millis,
    /// When it was last edited.
    pub edited_at: Option<Millis>,
    /// Set: a tombstone.
    pub deleted_at: Option<Millis>,
}
