//! Accounts: people, groups and servers' actors, here and elsewhere; where those elsewhere receive.

use diesel::prelude::*;
use model::{AccountId, AccountKind, InstanceId, Millis};

use crate::schema::{accounts, remote_actors};

/// A row of `accounts`.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Identifiable, Insertable, AsChangeset)]
#[diesel(table_name = accounts, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Account {
    /// Its id; a group's id in the API too.
    pub id: AccountId,
    /// Canonical domain; empty for accounts of this server.
    pub domain: String,
    /// The name as it was written.
    pub username: String,
    /// The name in lower case.
    pub username_key: String,
    /// Person, group, bot, server.
    pub kind: AccountKind,
    /// The ActivityPub id.
    pub uri: String,
    /// The page.
    pub url: String,
    /// Plain text, may be empty.
    pub display_name: String,
    /// Clean HTML.
    pub note: String,
    /// What the owner typed.
    pub note_source: String,
    /// `[{"name": "..", "value": "<html>", "source": ".."}]`
    pub fields: serde_json::Value,
    /// File key (ours) or address (elsewhere); empty for none.
    pub avatar: String,
    /// As `avatar`.
    pub header: String,
    /// Followers need approval.
    pub locked: bool,
    /// May be suggested.
    pub discoverable: bool,
    /// Public posts may be found by search.
    pub indexable: bool,
    /// Followers and following may be listed by anyone.
    pub show_collections: bool,
    /// Statuses that are not gone.
    pub statuses_count: i64,
    /// Accepted followers.
    pub followers_count: i64,
    /// Accepted follows.
    pub following_count: i64,
    /// When it last posted.
    pub last_status_at: Option<Millis>,
    /// When it was made.
    pub created_at: Millis,
    /// When the profile last changed.
    pub updated_at: Millis,
    /// Set: sent away by this server's staff.
    pub suspended_at: Option<Millis>,
}

impl Account {
    /// Does it live on this server?
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.domain.is_empty()
    }

    /// `name` here, `name@domain` elsewhere.
    #[must_use]
    pub fn acct(&self) -> String {
        if self.is_local() {
            self.username.clone()
        } else {
            format!("{}@{}", self.username, self.domain)
        }
    }

    /// Is it a group?
    #[must_use]
    pub fn is_group(&self) -> bool {
        self.kind == AccountKind::Group
    }
}

/// A row of `remote_actors`: where an account elsewhere receives.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = remote_actors, treat_none_as_default_value = false)]
pub struct RemoteActor {
    /// Whose.
    pub account_id: AccountId,
    /// Its own inbox.
    pub inbox: String,
    /// The shared inbox where there is one, else the inbox.
    pub delivery_inbox: String,
    /// Empty for none.
    pub outbox: String,
    /// Empty for none.
    pub followers: String,
    /// Empty for none.
    pub featured: String,
    /// A group's collection of moderators; empty for none.
    pub moderators: String,
    /// The server.
    pub instance_id: InstanceId,
    /// When the document was last read.
    pub fetched_at: Millis,
}
