//! The words of statuses: FTS5 on SQLite, `tsvector` on PostgreSQL, filled with the same folded words.
//! Kept true in the transaction of the status; what was typed is never handed to either engine's syntax.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use model::{AccountId, StatusId};

use crate::conn::{Conn, Engine, both};
use crate::error::Result;
use crate::schema::statuses as rows;
use crate::sql::Sql;
use crate::statuses::Status;
use crate::{media_attachments, polls, statuses, visible, words};

/// Words of one status that are found; the rest is not.
const MOST_WORDS: usize = 5_000;
/// Words of one phrase that is looked for.
const MOST_IN_PHRASE: usize = 32;
/// The newest so many that hold the words are looked through for what the viewer may find.
const MOST_HITS: i64 = 10_000;
/// No search takes longer, in milliseconds (threats, row 87).
const LONGEST: i64 = 2_000;
/// The newest hits, which are looked through before all others.
const NEAR: i64 = 200;
/// What is asked of a status besides its words.
const MOST_TRAITS: usize = 20;
/// Statuses that are indexed in one go when the index is made.
const CHUNK: i64 = 500;

/// What a status must be, besides holding words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trait {
    /// By this account.
    From(AccountId),
    /// One's own, or marked by oneself.
    InLibrary,
    /// Open to all who search.
    InPublic,
    /// With a file of any kind.
    Media,
    /// With a file of this kind: `image`, `video`, `audio`.
    Kind(&'static str),
    /// With a poll.
    Poll,
    /// With a link.
    Link,
    /// It answers something.
    Reply,
    /// Its pictures are covered.
    Sensitive,
    /// In this language (ISO 639).
    Language(String),
}

/// Which statuses to look for.
#[derive(Clone, Debug)]
pub struct StatusQuery {
    /// Who looks.
    pub viewer: AccountId,
    /// Words and phrases that it holds.
    pub holds: Vec<String>,
    /// Words and phrases that it does not hold.
    pub lacks: Vec<String>,
    /// What it is (`true`) and is not.
    pub traits: Vec<(bool, Trait)>,
    /// Ids below this.
    pub below: i64,
    /// Ids above this.
    pub above: i64,
    /// At most so many.
    pub limit: i64,
    /// Skip so many.
    pub offset: i64,
}

/// Puts the words of a status into the index, or takes what is gone or a boost out of it.
///
/// # Errors
/// The database.
pub fn put(conn: &mut Conn, id: StatusId) -> Result<()> {
    remove(conn, id)?;
    let Some(status) = statuses::find(conn, id)? else {
        return Ok(());
    };
    if status.is_deleted() || status.reblog_of_id.is_some() {
        return Ok(());
    }
    let text = text_of(conn, &status)?;
    let words = document(conn.engine(), &text, status.account_id);
    let statement = match conn.engine() {
        Engine::Sqlite => "INSERT INTO __status_words (rowid, words) VALUES (:id, :words)",
        Engine::Postgres => {
            "INSERT INTO __status_words (rowid, words) VALUES (:id, CAST(:words AS tsvector))"
        }
    };
    let sql = Sql::<()>::new(statement).id("id", id).text("words", &words);
    both!(conn => sql.execute(conn))?;
    Ok(())
}

/// Takes a status out of the index.
///
/// # Errors
/// The database.
pub fn remove(conn: &mut Conn, id: StatusId) -> Result<()> {
    let sql = Sql::<()>::new("DELETE FROM __status_words WHERE rowid = :id").id("id", id);
    both!(conn => sql.execute(conn))?;
    Ok(())
}

/// All that can be read of a status: title, warning, text, what its poll asks, what its pictures show.
fn text_of(conn: &mut Conn, status: &Status) -> Result<String> {
    let mut parts = vec![
        status.title.clone(),
        status.spoiler_text.clone(),
        words::of_html(&status.content),
    ];
    if let Some(poll) = polls::of_status(conn, status.id)? {
        let options = polls::options(conn, &[poll.id])?;
        parts.extend(options.into_iter().map(|option| option.title));
    }
    let media = media_attachments::of(conn, &[status.id])?;
    parts.extend(media.into_iter().map(|file| file.description));
    Ok(parts.join("\n"))
}

/// A word that nobody can type: letters for private use are no letters to `words`.
fn by(author: AccountId) -> String {
    format!("\u{e000}{author}")
}

/// Stands in every status, for what is looked for without words.
const ANY: &str = "\u{e000}";

fn document(engine: Engine, text: &str, author: AccountId) -> String {
    let found = words::of(text, MOST_WORDS);
    let marks = [ANY.to_owned(), by(author)];
    let all = marks.iter().chain(&found);
    match engine {
        Engine::Sqlite => all.map(String::as_str).collect::<Vec<_>>().join(" "),
        Engine::Postgres => all
            .enumerate()
            .map(|(at, word)| format!("'{word}':{}", at + 1))
            .collect::<Vec<_>>()
            .join(" "),
    }
}

/// One word or phrase in the words of the engine; `None` where there is no letter in it.
fn term(engine: Engine, text: &str) -> Option<String> {
    let (found, is_beginning) = words::phrase(text, MOST_IN_PHRASE);
    if found.is_empty() {
        return None;
    }
    Some(match engine {
        Engine::Sqlite => {
            let star = if is_beginning { " *" } else { "" };
            format!("\"{}\"{star}", found.join(" "))
        }
        Engine::Postgres => {
            let star = if is_beginning { ":*" } else { "" };
            let quoted: Vec<String> = found.iter().map(|word| format!("'{word}'{star}")).collect();
            format!("({})", quoted.join(" <-> "))
        }
    })
}

/// The whole expression, with the author where one is named.
fn expression(engine: Engine, query: &StatusQuery, author: Option<AccountId>) -> String {
    let holds = query.holds.iter().filter_map(|text| term(engine, text));
    let lacks: Vec<String> = query
        .lacks
        .iter()
        .filter_map(|text| term(engine, text))
        .collect();
    let mark = author.map_or_else(|| ANY.to_owned(), by);
    let (mark, and, not) = match engine {
        Engine::Sqlite => (format!("\"{mark}\""), " AND ", " NOT "),
        Engine::Postgres => (format!("'{mark}'"), " & ", " & !"),
    };
    let all: Vec<String> = std::iter::once(mark).chain(holds).collect();
    let mut out = format!("({})", all.join(and));
    for term in lacks {
        out.push_str(not);
        out.push_str(&term);
    }
    out
}

/// Is there anything to look for?
#[must_use]
pub fn says_something(query: &StatusQuery) -> bool {
    let is_word = |text: &String| !words::phrase(text, 1).0.is_empty();
    query.holds.iter().any(is_word) || !query.traits.is_empty()
}

/// The viewer has marked it: liked, kept, boosted, answered, or is named in it.
const MARKED: &str = "(s.account_id = :viewer \
     OR EXISTS (SELECT 1 FROM favourites f WHERE f.account_id = :viewer AND f.status_id = s.id) \
     OR EXISTS (SELECT 1 FROM bookmarks k WHERE k.account_id = :viewer AND k.status_id = s.id) \
     OR EXISTS (SELECT 1 FROM mentions n WHERE n.account_id = :viewer AND n.status_id = s.id) \
     OR EXISTS (SELECT 1 FROM statuses r WHERE r.in_reply_to_id = s.id AND r.account_id = :viewer \
       AND r.deleted_at IS NULL) \
     OR EXISTS (SELECT 1 FROM statuses b WHERE b.reblog_of_id = s.id AND b.account_id = :viewer \
       AND b.deleted_at IS NULL))";

/// Open to all who search: public, and its author lets himself be found.
const OPEN: &str = "(s.visibility = 0 AND EXISTS (SELECT 1 FROM accounts i \
     WHERE i.id = s.account_id AND i.indexable) \
     AND (s.group_id IS NULL OR s.removed_at IS NOT NULL \
       OR NOT EXISTS (SELECT 1 FROM account_restrictions lim WHERE lim.account_id = s.group_id AND lim.silenced_at IS NOT NULL) \
       OR EXISTS (SELECT 1 FROM follows lim_f WHERE lim_f.account_id = :viewer AND lim_f.target_id = s.group_id AND lim_f.state = 1)))";

fn condition(wanted: &Trait, at: usize) -> String {
    match wanted {
        Trait::From(_) => format!("s.account_id = :from_{}", letter(at)),
        Trait::InLibrary => MARKED.to_owned(),
        Trait::InPublic => OPEN.to_owned(),
        Trait::Media => {
            "EXISTS (SELECT 1 FROM media_attachments m WHERE m.status_id = s.id)".to_owned()
        }
        Trait::Kind(kind) => {
            let kinds = match *kind {
                "image" => "'image'",
                "video" => "'video', 'gifv'",
                _ => "'audio'",
            };
            format!(
                "EXISTS (SELECT 1 FROM media_attachments m WHERE m.status_id = s.id AND m.kind IN ({kinds}))"
            )
        }
        Trait::Poll => "EXISTS (SELECT 1 FROM polls p WHERE p.status_id = s.id)".to_owned(),
        // Long addresses are cut into spans, by us as by Mastodon; names and hashtags are not.
        Trait::Link => "s.content LIKE '%class=\"invisible\"%'".to_owned(),
        Trait::Reply => "s.in_reply_to_id IS NOT NULL".to_owned(),
        Trait::Sensitive => "s.sensitive".to_owned(),
        Trait::Language(_) => format!("COALESCE(s.language, '') = :language_{}", letter(at)),
    }
}

/// Names of values are letters.
fn letter(at: usize) -> char {
    let at = u8::try_from(at.min(25)).unwrap_or_default();
    char::from(b'a' + at)
}

/// The newest that hold the words of `:words`, whoever may see them.
fn hits(engine: Engine) -> String {
    let matches = match engine {
        Engine::Sqlite => "__status_words MATCH :words",
        Engine::Postgres => "words @@ CAST(:words AS tsquery)",
    };
    format!(
        "SELECT rowid FROM __status_words WHERE {matches} AND rowid < :below AND rowid > :above \
         ORDER BY rowid DESC LIMIT :hits"
    )
}

/// The statuses that hold these words and that this viewer may find, newest first: one's own, those that
/// one has marked, and public ones of people who let themselves be found. Through the gate.
///
/// The newest hits are looked through first: of a common word they fill the page.
///
/// # Errors
/// The database; `Busy` where PostgreSQL looks for longer than two seconds.
pub fn find(conn: &mut Conn, query: &StatusQuery) -> Result<Vec<StatusId>> {
    match conn.engine() {
        // What it looks through is bounded (`MOST_HITS`), and it has no clock of its own.
        Engine::Sqlite => look(conn, query),
        Engine::Postgres => conn.tx(|conn| {
            conn.give_up_after(LONGEST)?;
            look(conn, query)
        }),
    }
}

fn look(conn: &mut Conn, query: &StatusQuery) -> Result<Vec<StatusId>> {
    let author = author(query);
    let newest = Sql::<BigInt>::new(&hits(conn.engine()))
        .text("words", &expression(conn.engine(), query, author))
        .number("below", query.below)
        .number("above", query.above)
        .number("hits", NEAR + 1);
    let mut near: Vec<StatusId> = both!(conn => newest.load(conn))?;
    let full = |found: &[StatusId], most: i64| i64::try_from(found.len()).is_ok_and(|n| n >= most);
    let more = full(&near, NEAR + 1);
    if more {
        near.pop();
    }
    let sql = findable(query, "s.id :near").ids("near", &near);
    let found: Vec<StatusId> = both!(conn => sql.load(conn))?;
    if more && !full(&found, query.limit) {
        return far(conn, query);
    }
    Ok(found)
}

/// Of very many hits; beyond the newest of them one still finds what one wrote oneself.
fn far(conn: &mut Conn, query: &StatusQuery) -> Result<Vec<StatusId>> {
    let (engine, author) = (conn.engine(), author(query));
    let hits = hits(engine);
    let own = hits.replace(":words", ":own");
    let among = format!(
        "(s.id IN (SELECT rowid FROM ({hits}) h) OR s.id IN (SELECT rowid FROM ({own}) h))"
    );
    let writer = author.unwrap_or(query.viewer);
    let sql = findable(query, &among)
        .number("below", query.below)
        .number("above", query.above)
        .number("hits", MOST_HITS)
        .text("words", &expression(engine, query, author))
        .text("own", &expression(engine, query, Some(writer)));
    Ok(both!(conn => sql.load(conn))?)
}

/// The one author that is asked for.
fn author(query: &StatusQuery) -> Option<AccountId> {
    let mut traits = query.traits.iter().take(MOST_TRAITS);
    traits.find_map(|(is, wanted)| match wanted {
        Trait::From(account) if *is => Some(*account),
        _ => None,
    })
}

/// Those `among` the statuses that the viewer may find and that are as the query wants them.
fn findable(query: &StatusQuery, among: &str) -> Sql<BigInt> {
    let mut text = format!(
        "SELECT s.id FROM statuses s WHERE {among} AND {} AND ({MARKED} OR {OPEN}) \
         AND NOT EXISTS (SELECT 1 FROM mutes q WHERE q.account_id = :viewer AND q.target_id = s.account_id)",
        visible::rule("s"),
    );
    let traits: Vec<&(bool, Trait)> = query.traits.iter().take(MOST_TRAITS).collect();
    for (at, (is, wanted)) in traits.iter().enumerate() {
        let not = if *is { "" } else { "NOT " };
        text.push_str(&format!(" AND {not}({})", condition(wanted, at)));
    }
    text.push_str(" ORDER BY s.id DESC LIMIT :limit OFFSET :offset");
    let mut sql = Sql::<BigInt>::new(&text)
        .id("viewer", query.viewer)
        .number("limit", query.limit)
        .number("offset", query.offset);
    for (at, (_, wanted)) in traits.iter().enumerate() {
        sql = match wanted {
            Trait::From(account) => sql.id(&format!("from_{}", letter(at)), *account),
            Trait::Language(code) => sql.text(&format!("language_{}", letter(at)), code),
            _ => sql,
        };
    }
    sql
}

/// Fills an index that is empty from the statuses that are there: after the migration that makes it.
///
/// # Errors
/// The database.
pub(crate) fn fill(conn: &mut Conn) -> Result<()> {
    conn.tx(|conn| {
        let any = Sql::<BigInt>::new("SELECT rowid FROM __status_words LIMIT 1");
        let first: Option<i64> = both!(conn => any.get_result(conn).optional())?;
        if first.is_some() {
            return Ok(());
        }
        let mut after = StatusId(0);
        loop {
            let ids: Vec<StatusId> = both!(conn => rows::table
                .filter(rows::id.gt(after))
                .filter(rows::deleted_at.is_null())
                .filter(rows::reblog_of_id.is_null())
                .order(rows::id)
                .limit(CHUNK)
                .select(rows::id)
                .load(conn))?;
            let Some(last) = ids.last() else {
                return Ok(());
            };
            after = *last;
            for id in ids {
                put(conn, id)?;
            }
        }
    })
}

#[cfg(test)]
mod tests;
