//! Hashtags that people feature on their profiles, and how often they used them.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use model::{AccountId, Millis, RowId, StatusId, TagId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::{featured_tags, tags};
use crate::sql::{Sql, one_of};

/// So many of someone's newest posts are looked at for what they use most.
const LOOKED_AT: i64 = 1000;

/// A featured hashtag.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Featured {
    /// Its row.
    pub id: RowId,
    /// The hashtag.
    pub tag_id: TagId,
    /// Its name.
    pub name: String,
}

/// What someone features, the oldest first.
///
/// # Errors
/// The database.
pub fn all(conn: &mut Conn, account: AccountId) -> Result<Vec<Featured>> {
    Ok(both!(conn => featured_tags::table
        .inner_join(tags::table.on(tags::id.eq(featured_tags::tag_id)))
        .filter(featured_tags::account_id.eq(account))
        .order(featured_tags::id)
        .select((featured_tags::id, tags::id, tags::name))
        .load(conn))?)
}

/// Which of these hashtags someone features.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, account: AccountId, among: &[TagId]) -> Result<Vec<TagId>> {
    if among.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => featured_tags::table
        .filter(featured_tags::account_id.eq(account))
        .filter(one_of("featured_tags.tag_id", among))
        .select(featured_tags::tag_id)
        .load(conn))?)
}

/// Features a hashtag; one that is featured already stays.
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
    both!(conn => diesel::insert_into(featured_tags::table)
        .values((
            featured_tags::id.eq(id),
            featured_tags::account_id.eq(account),
            featured_tags::tag_id.eq(tag),
            featured_tags::created_at.eq(now),
        ))
        .on_conflict((featured_tags::account_id, featured_tags::tag_id))
        .do_nothing()
        .execute(conn))?;
    Ok(())
}

/// Features a hashtag no more, by its row. Was it there?
///
/// # Errors
/// The database.
pub fn delete(conn: &mut Conn, account: AccountId, id: RowId) -> Result<bool> {
    let gone = both!(conn => diesel::delete(featured_tags::table
        .filter(featured_tags::id.eq(id))
        .filter(featured_tags::account_id.eq(account)))
        .execute(conn))?;
    Ok(gone > 0)
}

/// Features a hashtag no more.
///
/// # Errors
/// The database.
pub fn delete_tag(conn: &mut Conn, account: AccountId, tag: TagId) -> Result<()> {
    both!(conn => diesel::delete(featured_tags::table
        .filter(featured_tags::account_id.eq(account))
        .filter(featured_tags::tag_id.eq(tag)))
        .execute(conn))?;
    Ok(())
}

/// In how many open posts of theirs someone used each of these hashtags, and in which one last. Never used:
/// no row.
///
/// # Errors
/// The database.
pub fn uses(
    conn: &mut Conn,
    account: AccountId,
    among: &[TagId],
) -> Result<Vec<(TagId, i64, StatusId)>> {
    if among.is_empty() {
        return Ok(Vec::new());
    }
    // CROSS JOIN keeps SQLite to this order: one's own posts are fewer than all posts with a hashtag.
    let text = "SELECT st.tag_id, count(*), max(st.status_id) \
         FROM statuses s CROSS JOIN status_tags st WHERE st.status_id = s.id \
         AND s.account_id = :account AND s.visibility IN (0, 1) AND s.deleted_at IS NULL \
         AND st.tag_id :among GROUP BY st.tag_id";
    let sql = Sql::<(BigInt, BigInt, BigInt)>::new(text)
        .id("account", account)
        .ids("among", among);
    Ok(both!(conn => sql.load(conn))?)
}

/// The hashtags that someone used most in their newest open posts and does not feature, without those that
/// nobody shall find.
///
/// # Errors
/// The database.
pub fn most_used(conn: &mut Conn, account: AccountId, limit: i64) -> Result<Vec<(TagId, String)>> {
    let text = format!(
        "SELECT t.id, t.name FROM (SELECT s.id FROM statuses s WHERE s.account_id = :account \
           AND s.visibility IN (0, 1) AND s.deleted_at IS NULL ORDER BY s.id DESC LIMIT {LOOKED_AT}) mine \
         JOIN status_tags st ON st.status_id = mine.id JOIN tags t ON t.id = st.tag_id \
         WHERE NOT EXISTS (SELECT 1 FROM featured_tags f WHERE f.account_id = :account AND f.tag_id = t.id) \
         AND NOT EXISTS (SELECT 1 FROM tag_reviews r WHERE r.tag_id = t.id AND NOT (r.listable AND r.usable)) \
         GROUP BY t.id, t.name ORDER BY count(*) DESC, t.id LIMIT :limit"
    );
    let sql = Sql::<(BigInt, Text)>::new(&text)
        .id("account", account)
        .number("limit", limit);
    Ok(both!(conn => sql.load(conn))?)
}

#[cfg(test)]
mod tests {
    use model::Visibility;

    use super::*;
    use crate::statuses::{self, Status};
    use crate::tags::put;
    use crate::visible::tests::account;

    fn say(conn: &mut Conn, id: i64, who: AccountId, visibility: Visibility, names: &[&str]) {
        let status = Status {
            visibility,
            ..Status::blank(StatusId(id), who, format!("uri:{id}"), Millis(1))
        };
        statuses::insert(conn, &status).unwrap();
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let made = std::cell::Cell::new(10 * id);
        put(conn, StatusId(id), &names, Millis(1), || {
            TagId(made.replace(made.get() + 1))
        })
        .unwrap();
    }

    crate::both_engines! {
        fn open_posts_of_ones_own_are_counted(fresh: &Fresh) {
            let conn = &mut fresh.conn();
            let (me, other) = (AccountId(7), AccountId(8));
            for id in [me, other] {
                crate::accounts::insert(conn, &account(id, None)).unwrap();
            }
            say(conn, 1, me, Visibility::Public, &["tea", "soup"]);
            say(conn, 2, me, Visibility::Unlisted, &["tea"]);
            say(conn, 3, me, Visibility::Private, &["tea", "secret"]);
            say(conn, 4, other, Visibility::Public, &["tea"]);
            let tea = crate::tags::named(conn, &["tea".to_owned()]).unwrap()[0].0;
            assert_eq!(uses(conn, me, &[tea]).unwrap(), [(tea, 2, StatusId(2))]);
            let names = |conn: &mut Conn| -> Vec<String> {
                most_used(conn, me, 10).unwrap().into_iter().map(|found| found.1).collect()
            };
            assert_eq!(names(conn), ["tea", "soup"]);
            insert(conn, RowId(1), me, tea, Millis(1)).unwrap();
            insert(conn, RowId(2), me, tea, Millis(1)).unwrap();
            assert_eq!(names(conn), ["soup"]);
            let featured = Featured { id: RowId(1), tag_id: tea, name: "tea".to_owned() };
            assert_eq!(all(conn, me).unwrap(), [featured]);
            assert_eq!(of(conn, me, &[tea]).unwrap(), [tea]);
            assert!(!delete(conn, other, RowId(1)).unwrap(), "of someone else");
            assert!(delete(conn, me, RowId(1)).unwrap());
            let hidden = crate::reviews::TagReview { listable: false, ..crate::reviews::TagReview::usual(tea) };
            crate::reviews::put(conn, &hidden).unwrap();
            assert_eq!(names(conn), ["soup"]);
        }
    }
}
