//! Custom emoji, ours and those of other servers.

use diesel::prelude::*;
use model::{Millis, RowId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::custom_emojis;

/// A row of `custom_emojis`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = custom_emojis, treat_none_as_default_value = false)]
pub struct CustomEmoji {
    /// Its id.
    pub id: RowId,
    /// Of which server; empty for ours.
    pub domain: String,
    /// Its name, without the colons.
    pub shortcode: String,
    /// The file key of a picture of ours, or the address of one elsewhere.
    pub image: String,
    /// The same without movement; empty where there is none of its own.
    pub still: String,
    /// The type of the picture.
    pub mime: String,
    /// Under which heading it is offered; empty for none.
    pub category: String,
    /// Is it offered?
    pub in_picker: bool,
    /// When it was added.
    pub created_at: Millis,
    /// When it last changed.
    pub updated_at: Millis,
}

/// Those of one server, by name.
///
/// # Errors
/// The database.
pub fn of_domain(conn: &mut Conn, domain: &str) -> Result<Vec<CustomEmoji>> {
    Ok(both!(conn => custom_emojis::table
        .filter(custom_emojis::domain.eq(domain))
        .order(custom_emojis::shortcode)
        .select(CustomEmoji::as_select())
        .load(conn))?)
}

/// One of them.
///
/// # Errors
/// The database.
pub fn find(conn: &mut Conn, domain: &str, shortcode: &str) -> Result<Option<CustomEmoji>> {
    Ok(both!(conn => custom_emojis::table
        .filter(custom_emojis::domain.eq(domain))
        .filter(custom_emojis::shortcode.eq(shortcode))
        .select(CustomEmoji::as_select())
        .get_result(conn)
        .optional())?)
}

/// Those with one of these names on one of these servers.
///
/// # Errors
/// The database.
pub fn named(
    conn: &mut Conn,
    domains: &[String],
    shortcodes: &[String],
) -> Result<Vec<CustomEmoji>> {
    if shortcodes.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => custom_emojis::table
        .filter(custom_emojis::domain.eq_any(domains))
        .filter(custom_emojis::shortcode.eq_any(shortcodes))
        .select(CustomEmoji::as_select())
        .load(conn))?)
}

/// Adds one, or changes the one of this name.
///
/// # Errors
/// The database.
pub fn put(conn: &mut Conn, emoji: &CustomEmoji) -> Result<()> {
    both!(conn => diesel::insert_into(custom_emojis::table)
        .values(emoji)
        .on_conflict((custom_emojis::domain, custom_emojis::shortcode))
        .do_update()
        .set((
            custom_emojis::image.eq(&emoji.image),
            custom_emojis::still.eq(&emoji.still),
            custom_emojis::mime.eq(&emoji.mime),
            custom_emojis::category.eq(&emoji.category),
            custom_emojis::in_picker.eq(emoji.in_picker),
            custom_emojis::updated_at.eq(emoji.updated_at),
        ))
        .execute(conn))?;
    Ok(())
}

/// Removes one.
///
/// # Errors
/// The database.
pub fn delete(conn: &mut Conn, id: RowId) -> Result<()> {
    both!(conn => diesel::delete(custom_emojis::table.find(id)).execute(conn))?;
    Ok(())
}

/// How many are known of a server.
///
/// # Errors
/// The database.
pub fn count(conn: &mut Conn, domain: &str) -> Result<i64> {
    Ok(both!(conn => custom_emojis::table
        .filter(custom_emojis::domain.eq(domain))
        .count()
        .get_result(conn))?)
}
