//! What the groups of this server are about: the languages and hashtags of their threads of late. Counted now
//! and then and kept; only what everyone may read counts.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use model::{AccountId, Millis, TopicKind};

use crate::conn::{Conn, both};
use crate::directory::FINDABLE;
use crate::error::Result;
use crate::schema::group_topics;
use crate::sql::Sql;
use crate::trends::{counts, made_at};

/// Threads older than this say no more what a group is about.
const OLDEST: i64 = 90 * Millis::DAY;

/// No hashtag (of the row `gt`) that the staff keeps from being found.
pub(crate) const SEEMLY: &str = "NOT EXISTS (SELECT 1 FROM tags ht JOIN tag_reviews hr ON hr.tag_id = ht.id \
     WHERE gt.kind = 1 AND ht.name = gt.word AND NOT (hr.usable AND hr.listable))";

/// A row of `group_topics`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Queryable, Insertable)]
#[diesel(table_name = group_topics, treat_none_as_default_value = false)]
pub struct Topic {
    /// Which group.
    pub group_id: AccountId,
    /// What the word is.
    pub kind: TopicKind,
    /// A code of a language, or a hashtag without `#`.
    pub word: String,
}

/// How many public threads of late each group that may be found has in each language, or with each hashtag.
///
/// # Errors
/// The database.
pub fn used(
    conn: &mut Conn,
    kind: TopicKind,
    now: Millis,
) -> Result<Vec<(AccountId, String, i64)>> {
    let (word, more) = match kind {
        TopicKind::Language => ("s.language", ""),
        TopicKind::Hashtag => (
            "t.name",
            " JOIN status_tags x ON x.status_id = s.id JOIN tags t ON t.id = x.tag_id",
        ),
    };
    let text = format!(
        "SELECT a.id, {word}, count(*) FROM statuses s JOIN accounts a ON a.id = s.group_id \
         JOIN groups g ON g.account_id = a.id{more} \
         WHERE s.id >= :since AND s.in_reply_to_id IS NULL AND s.removed_at IS NULL AND {word} IS NOT NULL \
         AND {} AND {FINDABLE} GROUP BY a.id, {word} ORDER BY a.id, count(*) DESC, {word}",
        counts()
    );
    let sql = Sql::<(BigInt, Text, BigInt)>::new(&text).number("since", made_at(now.plus(-OLDEST)));
    Ok(both!(conn => sql.load(conn))?)
}

/// What groups that may be found say of themselves, where there is a hashtag in it.
///
/// # Errors
/// The database.
pub fn descriptions(conn: &mut Conn) -> Result<Vec<(AccountId, String)>> {
    let text = format!(
        "SELECT a.id, a.note_source FROM accounts a JOIN groups g ON g.account_id = a.id \
         WHERE a.note_source LIKE '%#%' AND {FINDABLE} ORDER BY a.id"
    );
    let sql = Sql::<(BigInt, Text)>::new(&text);
    Ok(both!(conn => sql.load(conn))?)
}

/// What was counted last.
///
/// # Errors
/// The database.
pub fn kept(conn: &mut Conn) -> Result<Vec<Topic>> {
    Ok(both!(conn => group_topics::table
        .order((group_topics::group_id, group_topics::kind, group_topics::word))
        .load(conn))?)
}

/// Keeps what was counted, in the place of what was counted before.
///
/// # Errors
/// The database.
pub fn replace(conn: &mut Conn, topics: &[Topic]) -> Result<()> {
    // SQLite takes some thousands of values in one statement.
    const AT_ONCE: usize = 500;
    both!(conn => diesel::delete(group_topics::table).execute(conn))?;
    for part in topics.chunks(AT_ONCE) {
        both!(conn => diesel::insert_into(group_topics::table)
            .values(part)
            .on_conflict_do_nothing()
            .execute(conn))?;
    }
    Ok(())
}

/// The words by which the directory can be sorted, those of most groups first.
///
/// # Errors
/// The database.
pub fn words(conn: &mut Conn, kind: TopicKind, limit: i64) -> Result<Vec<String>> {
    let text = format!(
        "SELECT gt.word FROM group_topics gt JOIN accounts a ON a.id = gt.group_id \
         WHERE gt.kind = :kind AND {SEEMLY} AND {FINDABLE} \
         GROUP BY gt.word ORDER BY count(*) DESC, gt.word LIMIT :limit"
    );
    let sql = Sql::<Text>::new(&text)
        .number("kind", i64::from(kind as i16))
        .number("limit", limit);
    Ok(both!(conn => sql.load(conn))?)
}
