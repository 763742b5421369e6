//! Hashtags that people here follow.

use diesel::prelude::*;
use model::{AccountId, Millis, Page, RowId, TagId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::paging::page_of;
use crate::schema::{followed_tags, tags};
use crate::sql::one_of;

/// Which of these hashtags someone follows.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, account: AccountId, among: &[TagId]) -> Result<Vec<TagId>> {
    if among.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => followed_tags::table
        .filter(followed_tags::account_id.eq(account))
        .filter(one_of("followed_tags.tag_id", among))
        .select(followed_tags::tag_id)
        .load(conn))?)
}

/// Follows a hashtag; one that is followed already keeps its place.
///
/// # Errors
/// The database.
pub fn insert(
    conn: &mut Conn,
    id: RowId,
    account: AccountId,
    tag: TagId,
    now: Millis,
) -> Result<()> {
    both!(conn => diesel::insert_into(followed_tags::table)
        .values((
            followed_tags::id.eq(id),
            followed_tags::account_id.eq(account),
            followed_tags::tag_id.eq(tag),
            followed_tags::created_at.eq(now),
        ))
        .on_conflict((followed_tags::account_id, followed_tags::tag_id))
        .do_nothing()
        .execute(conn))?;
    Ok(())
}

/// Follows a hashtag no more. Was it followed?
///
/// # Errors
/// The database.
pub fn delete(conn: &mut Conn, account: AccountId, tag: TagId) -> Result<bool> {
    let gone = both!(conn => diesel::delete(followed_tags::table
        .filter(followed_tags::account_id.eq(account))
        .filter(followed_tags::tag_id.eq(tag)))
        .execute(conn))?;
    Ok(gone > 0)
}

/// How many someone follows.
///
/// # Errors
/// The database.
pub fn count(conn: &mut Conn, account: AccountId) -> Result<i64> {
    Ok(both!(conn => followed_tags::table
        .filter(followed_tags::account_id.eq(account))
        .count()
        .get_result(conn))?)
}

/// What someone follows, the newest follow first.
///
/// # Errors
/// The database.
pub fn page(
    conn: &mut Conn,
    account: AccountId,
    page: &Page,
) -> Result<Vec<(RowId, TagId, String)>> {
    Ok(both!(conn => page_of!(
        conn,
        Db,
        followed_tags::table
            .inner_join(tags::table.on(tags::id.eq(followed_tags::tag_id)))
            .filter(followed_tags::account_id.eq(account))
            .select((followed_tags::id, tags::id, tags::name)),
        followed_tags::id,
        page
    ))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tags::ensure;
    use crate::visible::tests::account;

    crate::both_engines! {
        fn hashtags_are_followed_once_and_paged_by_their_rows(fresh: &Fresh) {
            let conn = &mut fresh.conn();
            let me = AccountId(7);
            crate::accounts::insert(conn, &account(me, None)).unwrap();
            for (at, name) in (1..).zip(["tea", "soup", "rice"]) {
                let names = [name.to_owned()];
                let (tag, _name) = ensure(conn, &names, Millis(1), || TagId(at)).unwrap().remove(0);
                insert(conn, RowId(100 - at), me, tag, Millis(at)).unwrap();
                insert(conn, RowId(200 + at), me, tag, Millis(at)).unwrap();
            }
            assert_eq!(count(conn, me).unwrap(), 3);
            let first = page(conn, me, &Page::first(2)).unwrap();
            let names: Vec<&str> = first.iter().map(|row| row.2.as_str()).collect();
            assert_eq!(names, ["tea", "soup"]);
            let later = Page { max_id: Some(first[1].0.0), ..Page::first(2) };
            assert_eq!(page(conn, me, &later).unwrap(), [(RowId(97), TagId(3), "rice".to_owned())]);
            assert!(delete(conn, me, TagId(3)).unwrap());
            assert!(!delete(conn, me, TagId(3)).unwrap());
            let mut left = of(conn, me, &[TagId(1), TagId(2), TagId(3)]).unwrap();
            left.sort();
            assert_eq!(left, [TagId(1), TagId(2)]);
        }
    }
}
