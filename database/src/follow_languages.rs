//! The languages that a follow brings home; a follow without rows brings all.

use diesel::prelude::*;
use model::FollowId;

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::follow_languages;
use crate::sql::one_of;

/// The languages of these follows.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, follows: &[FollowId]) -> Result<Vec<(FollowId, String)>> {
    if follows.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => follow_languages::table
        .filter(one_of("follow_languages.follow_id", follows))
        .order((follow_languages::follow_id, follow_languages::language))
        .select((follow_languages::follow_id, follow_languages::language))
        .load(conn))?)
}

/// Sets the languages of a follow.
///
/// # Errors
/// The database.
pub fn set(conn: &mut Conn, follow: FollowId, languages: &[String]) -> Result<()> {
    both!(conn => diesel::delete(follow_languages::table
        .filter(follow_languages::follow_id.eq(follow)))
        .execute(conn))?;
    for language in languages {
        both!(conn => diesel::insert_into(follow_languages::table)
            .values((
                follow_languages::follow_id.eq(follow),
                follow_languages::language.eq(language),
            ))
            .on_conflict_do_nothing()
            .execute(conn))?;
    }
    Ok(())
}
