//! The further parts of a profile: what the pictures show, whose pages may name the account as author,
//! which tabs it shows. An account without a row has the defaults.

use diesel::prelude::*;
use model::AccountId;

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::profiles;
use crate::sql::one_of;

/// A row of `profiles`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = profiles, treat_none_as_default_value = false)]
pub struct Extras {
    /// Whose.
    pub account_id: AccountId,
    /// What the avatar shows.
    pub avatar_description: String,
    /// What the header shows.
    pub header_description: String,
    /// Domains whose pages may name this account as their author, one a line.
    pub attribution_domains: String,
    /// Is there a tab of pictures?
    pub show_media: bool,
    /// With pictures in answers?
    pub show_media_replies: bool,
    /// Is there a tab of what the account features?
    pub show_featured: bool,
}

impl Extras {
    /// What holds for an account that said nothing.
    #[must_use]
    pub const fn usual(account_id: AccountId) -> Self {
        Self {
            account_id,
            avatar_description: String::new(),
            header_description: String::new(),
            attribution_domains: String::new(),
            show_media: true,
            show_media_replies: true,
            show_featured: true,
        }
    }
}

/// The rows of these accounts; those without one are left out.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, accounts: &[AccountId]) -> Result<Vec<Extras>> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => profiles::table
        .filter(one_of("profiles.account_id", accounts))
        .select(Extras::as_select())
        .load(conn))?)
}

/// The further parts of one account's profile.
///
/// # Errors
/// The database.
pub fn get(conn: &mut Conn, account: AccountId) -> Result<Extras> {
    Ok(of(conn, &[account])?
        .pop()
        .unwrap_or_else(|| Extras::usual(account)))
}

/// Writes them down.
///
/// # Errors
/// The database.
pub fn put(conn: &mut Conn, extras: &Extras) -> Result<()> {
    both!(conn => diesel::insert_into(profiles::table)
        .values(extras)
        .on_conflict(profiles::account_id)
        .do_update()
        .set(extras)
        .execute(conn))?;
    Ok(())
}
