//! Link cards: what stands behind an address, and the posts that have it.

use diesel::prelude::*;
use model::{Millis, RowId, StatusId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::{preview_cards, status_cards};
use crate::sql::one_of;

/// A row of `preview_cards`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = preview_cards)]
#[diesel(treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Card {
    /// Its id.
    pub id: RowId,
    /// SHA-256 of the address, in hexadecimal.
    pub url_key: String,
    /// The address.
    pub url: String,
    /// Nothing could be said of it.
    pub empty: bool,
    /// 0 link, 1 photo, 2 video.
    pub kind: i16,
    /// Plain text.
    pub title: String,
    /// Plain text.
    pub description: String,
    /// ISO 639; empty for unknown.
    pub language: String,
    /// Plain text.
    pub author_name: String,
    /// An address; empty for none.
    pub author_url: String,
    /// The name of the place.
    pub provider_name: String,
    /// The address of the place; empty for none.
    pub provider_url: String,
    /// The file key of the picture; empty for none.
    pub image: String,
    /// Alternative text.
    pub image_description: String,
    /// Pixels; 0 for no picture.
    pub width: i32,
    /// Pixels; 0 for no picture.
    pub height: i32,
    /// Coloured blur; empty for no picture.
    pub blurhash: String,
    /// When it was published, by its own word.
    pub published_at: Option<Millis>,
    /// When it was read.
    pub fetched_at: Millis,
}

/// The card of an address, by the hash of that.
///
/// # Errors
/// The database.
pub fn by_key(conn: &mut Conn, key: &str) -> Result<Option<Card>> {
    Ok(both!(conn => preview_cards::table
        .filter(preview_cards::url_key.eq(key))
        .select(Card::as_select())
        .get_result(conn)
        .optional())?)
}

/// One by its id.
///
/// # Errors
/// The database.
pub fn by_id(conn: &mut Conn, id: RowId) -> Result<Option<Card>> {
    Ok(both!(conn => preview_cards::table
        .find(id)
        .select(Card::as_select())
        .get_result(conn)
        .optional())?)
}

/// These, in no order.
///
/// # Errors
/// The database.
pub fn by_ids(conn: &mut Conn, ids: &[RowId]) -> Result<Vec<Card>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => preview_cards::table
        .filter(one_of("preview_cards.id", ids))
        .select(Card::as_select())
        .load(conn))?)
}

/// A card by the address that it shows.
///
/// # Errors
/// The database.
pub fn by_url(conn: &mut Conn, url: &str) -> Result<Option<Card>> {
    Ok(both!(conn => preview_cards::table
        .filter(preview_cards::url.eq(url))
        .order(preview_cards::id)
        .limit(1)
        .select(Card::as_select())
        .get_result(conn)
        .optional())?)
}

/// Writes a card; one that stands keeps its id. Answers the id.
///
/// # Errors
/// The database.
pub fn put(conn: &mut Conn, card: &Card) -> Result<RowId> {
    let known = by_key(conn, &card.url_key)?;
    let id = known.map_or(card.id, |known| known.id);
    let card = Card { id, ..card.clone() };
    both!(conn => diesel::insert_into(preview_cards::table)
        .values(&card)
        .on_conflict(preview_cards::id)
        .do_update()
        .set(&card)
        .execute(conn))?;
    Ok(id)
}

/// A post has this card.
///
/// # Errors
/// The database.
pub fn link(conn: &mut Conn, status: StatusId, card: RowId) -> Result<()> {
    both!(conn => diesel::insert_into(status_cards::table)
        .values((status_cards::status_id.eq(status), status_cards::card_id.eq(card)))
        .on_conflict(status_cards::status_id)
        .do_update()
        .set(status_cards::card_id.eq(card))
        .execute(conn))?;
    Ok(())
}

/// A post has no card.
///
/// # Errors
/// The database.
pub fn unlink(conn: &mut Conn, status: StatusId) -> Result<()> {
    both!(conn => diesel::delete(status_cards::table.find(status)).execute(conn))?;
    Ok(())
}

/// The cards of these posts that have something to show.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, ids: &[StatusId]) -> Result<Vec<(StatusId, Card)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => status_cards::table
        .inner_join(preview_cards::table.on(preview_cards::id.eq(status_cards::card_id)))
        .filter(one_of("status_cards.status_id", ids))
        .filter(preview_cards::empty.eq(false))
        .select((status_cards::status_id, Card::as_select()))
        .load(conn))?)
}
