//! People who sign in here.

use diesel::prelude::*;
use model::{AccountId, Millis, ServerRole, Visibility};

use crate::schema::users;

/// A row of `users`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = users, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct User {
    /// The account that this person is.
    pub account_id: AccountId,
    /// As it was typed.
    pub email: String,
    /// Lower case, unique.
    pub email_key: String,
    /// PHC string.
    pub password_hash: String,
    /// On the server as a whole.
    pub role: ServerRole,
    /// BCP 47 tag of the language of pages and mails.
    pub locale: String,
    /// For new posts.
    pub default_visibility: Visibility,
    /// For new posts.
    pub default_sensitive: bool,
    /// For new posts; `None`: detected.
    pub default_language: Option<String>,
    /// When the e-mail address was confirmed.
    pub confirmed_at: Option<Millis>,
    /// When a moderator agreed.
    pub approved_at: Option<Millis>,
    /// Set: may not sign in.
    pub disabled_at: Option<Millis>,
    /// When it was made.
    pub created_at: Millis,
}
