//! People who sign in here.

use diesel::prelude::*;
use model::{AccountId, Millis, ServerRole, Visibility};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::{accounts, users};
use crate::sql::one_of;

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

impl User {
    /// May this person sign in and act: confirmed, approved, not disabled?
    #[must_use]
    pub fn may_act(&self) -> bool {
        self.confirmed_at.is_some() && self.approved_at.is_some() && self.disabled_at.is_none()
    }
}

/// The person behind this account.
///
/// # Errors
/// The database.
pub fn find(conn: &mut Conn, account: AccountId) -> Result<Option<User>> {
    Ok(both!(conn => users::table
        .find(account)
        .select(User::as_select())
        .get_result(conn)
        .optional())?)
}

/// The person with this e-mail address (lower case) or, where it has no `@`, this name.
///
/// # Errors
/// The database.
pub fn by_login(conn: &mut Conn, login: &str) -> Result<Option<User>> {
    if login.contains('@') {
        return Ok(both!(conn => users::table
            .filter(users::email_key.eq(login))
            .select(User::as_select())
            .get_result(conn)
            .optional())?);
    }
    Ok(both!(conn => users::table
        .inner_join(accounts::table.on(accounts::id.eq(users::account_id)))
        .filter(accounts::username_key.eq(login))
        .filter(accounts::domain.eq(""))
        .select(User::as_select())
        .get_result(conn)
        .optional())?)
}

/// Is this e-mail address (lower case) taken?
///
/// # Errors
/// The database.
pub fn has_email(conn: &mut Conn, email_key: &str) -> Result<bool> {
    Ok(both!(conn => diesel::select(diesel::dsl::exists(
        users::table.filter(users::email_key.eq(email_key))
    ))
    .get_result(conn))?)
}

/// Adds a person.
///
/// # Errors
/// `Conflict` where the e-mail address is taken.
pub fn insert(conn: &mut Conn, user: &User) -> Result<()> {
    both!(conn => diesel::insert_into(users::table).values(user).execute(conn))?;
    Ok(())
}

/// Is there someone who owns the place?
///
/// # Errors
/// The database.
pub fn has_owner(conn: &mut Conn) -> Result<bool> {
    Ok(both!(conn => diesel::select(diesel::dsl::exists(
        users::table.filter(users::role.eq(ServerRole::Owner))
    ))
    .get_result(conn))?)
}

/// Changes what goes for new posts.
///
/// # Errors
/// The database.
pub fn set_defaults(
    conn: &mut Conn,
    account: AccountId,
    visibility: Visibility,
    sensitive: bool,
    language: Option<&str>,
) -> Result<()> {
    both!(conn => diesel::update(users::table.find(account))
        .set((
            users::default_visibility.eq(visibility),
            users::default_sensitive.eq(sensitive),
            users::default_language.eq(language),
        ))
        .execute(conn))?;
    Ok(())
}

/// Lets a person in no more, or again.
///
/// # Errors
/// The database.
pub fn set_disabled(conn: &mut Conn, account: AccountId, at: Option<Millis>) -> Result<()> {
    both!(conn => diesel::update(users::table.find(account))
        .set(users::disabled_at.eq(at))
        .execute(conn))?;
    Ok(())
}

/// The languages of those of these accounts who sign in here.
///
/// # Errors
/// The database.
pub fn locales(conn: &mut Conn, accounts: &[AccountId]) -> Result<Vec<(AccountId, String)>> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => users::table
        .filter(one_of("users.account_id", accounts))
        .select((users::account_id, users::locale))
        .load(conn))?)
}

/// This person was here. Kept to the day, as the times of browsers and apps are; it outlives both.
///
/// # Errors
/// The database.
pub fn seen(conn: &mut Conn, account: AccountId, now: Millis) -> Result<()> {
    both!(conn => diesel::update(users::table.find(account))
        .filter(users::seen_at.is_null().or(users::seen_at.lt(now)))
        .set(users::seen_at.eq(now))
        .execute(conn))?;
    Ok(())
}

/// The people behind those of these accounts who sign in here.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, accounts: &[AccountId]) -> Result<Vec<User>> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => users::table
        .filter(one_of("users.account_id", accounts))
        .select(User::as_select())
        .load(conn))?)
}

/// Lets someone in who waited for approval, or lets them wait.
///
/// # Errors
/// The database.
pub fn set_approved(conn: &mut Conn, account: AccountId, at: Option<Millis>) -> Result<()> {
    both!(conn => diesel::update(users::table.find(account))
        .set(users::approved_at.eq(at))
        .execute(conn))?;
    Ok(())
}

/// Gives a person another role.
///
/// # Errors
/// The database.
pub fn set_role(conn: &mut Conn, account: AccountId, role: ServerRole) -> Result<()> {
    both!(conn => diesel::update(users::table.find(account))
        .set(users::role.eq(role))
        .execute(conn))?;
    Ok(())
}

/// Who may act and has one of these roles.
///
/// # Errors
/// The database.
pub fn with_roles(conn: &mut Conn, roles: &[ServerRole]) -> Result<Vec<AccountId>> {
    Ok(both!(conn => users::table
        .inner_join(accounts::table.on(accounts::id.eq(users::account_id)))
        .filter(users::role.eq_any(roles))
        .filter(users::disabled_at.is_null())
        .filter(users::approved_at.is_not_null())
        .filter(users::confirmed_at.is_not_null())
        .filter(accounts::suspended_at.is_null())
        .order(users::account_id)
        .select(users::account_id)
        .load(conn))?)
}

/// Sets the hash of a new password.
///
/// # Errors
/// The database.
pub fn set_password(conn: &mut Conn, account: AccountId, hash: &str) -> Result<()> {
    both!(conn => diesel::update(users::table.find(account))
        .set(users::password_hash.eq(hash))
        .execute(conn))?;
    Ok(())
}

/// Sets another e-mail address, confirmed or not.
///
/// # Errors
/// `Conflict` where someone else has it.
pub fn set_email(
    conn: &mut Conn,
    account: AccountId,
    email: &str,
    email_key: &str,
    confirmed_at: Option<Millis>,
) -> Result<()> {
    both!(conn => diesel::update(users::table.find(account))
        .set((
            users::email.eq(email),
            users::email_key.eq(email_key),
            users::confirmed_at.eq(confirmed_at),
        ))
        .execute(conn))?;
    Ok(())
}

/// The e-mail address is confirmed now, unless it was before; `false` then.
///
/// # Errors
/// The database.
pub fn confirm(conn: &mut Conn, account: AccountId, now: Millis) -> Result<bool> {
    let rows = both!(conn => diesel::update(users::table.find(account))
        .filter(users::confirmed_at.is_null())
        .set(users::confirmed_at.eq(now))
        .execute(conn))?;
    Ok(rows > 0)
}

/// A moderator agrees now, unless one did before; `false` then.
///
/// # Errors
/// The database.
pub fn approve(conn: &mut Conn, account: AccountId, now: Millis) -> Result<bool> {
    let rows = both!(conn => diesel::update(users::table.find(account))
        .filter(users::approved_at.is_null())
        .set(users::approved_at.eq(now))
        .execute(conn))?;
    Ok(rows > 0)
}
