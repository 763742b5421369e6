//! Servers whose people a group does not take. Blocks of the whole place are `domain_blocks`.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use model::{AccountId, Millis};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::group_domain_blocks;
use crate::sql::Sql;

/// A row of `group_domain_blocks`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = group_domain_blocks, treat_none_as_default_value = false)]
pub struct GroupDomainBlock {
    /// Whose.
    pub group_id: AccountId,
    /// Which server, with all below it.
    pub domain: String,
    /// Why.
    pub reason: String,
    /// Since when.
    pub created_at: Millis,
}

/// The people of a server in a group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Queryable, QueryableByName)]
pub struct Presence {
    /// The server.
    #[diesel(sql_type = Text)]
    pub domain: String,
    /// Members and those who ask to be.
    #[diesel(sql_type = BigInt)]
    pub members: i64,
    /// Those of them who wrote in it of late.
    #[diesel(sql_type = BigInt)]
    pub writers: i64,
    /// Who follows it.
    #[diesel(sql_type = BigInt)]
    pub followers: i64,
}

/// All of a group's, by name.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, group: AccountId) -> Result<Vec<GroupDomainBlock>> {
    Ok(both!(conn => group_domain_blocks::table
        .filter(group_domain_blocks::group_id.eq(group))
        .order(group_domain_blocks::domain)
        .select(GroupDomainBlock::as_select())
        .load(conn))?)
}

/// How many.
///
/// # Errors
/// The database.
pub fn count(conn: &mut Conn, group: AccountId) -> Result<i64> {
    Ok(both!(conn => group_domain_blocks::table
        .filter(group_domain_blocks::group_id.eq(group))
        .count()
        .get_result(conn))?)
}

/// Is one of these names among them?
///
/// # Errors
/// The database.
pub fn any(conn: &mut Conn, group: AccountId, names: &[String]) -> Result<bool> {
    Ok(
        both!(conn => diesel::select(diesel::dsl::exists(group_domain_blocks::table
        .filter(group_domain_blocks::group_id.eq(group))
        .filter(group_domain_blocks::domain.eq_any(names))))
        .get_result(conn))?,
    )
}

/// Adds them; what is there already stays as it is.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, rows: &[GroupDomainBlock]) -> Result<()> {
    // SQLite binds at most 32,766 values in a statement; a row has four.
    for chunk in rows.chunks(2000) {
        both!(conn => diesel::insert_into(group_domain_blocks::table)
            .values(chunk)
            .on_conflict((group_domain_blocks::group_id, group_domain_blocks::domain))
            .do_nothing()
            .execute(conn))?;
    }
    Ok(())
}

/// Takes them out; answers how many there were.
///
/// # Errors
/// The database.
pub fn delete(conn: &mut Conn, group: AccountId, names: &[String]) -> Result<usize> {
    let mut gone = 0;
    for chunk in names.chunks(10_000) {
        gone += both!(conn => diesel::delete(group_domain_blocks::table
            .filter(group_domain_blocks::group_id.eq(group))
            .filter(group_domain_blocks::domain.eq_any(chunk)))
            .execute(conn))?;
    }
    Ok(gone)
}

/// The servers elsewhere that have people in a group, with how many; who wrote since `since` counts as a writer.
///
/// # Errors
/// The database.
pub fn presence(conn: &mut Conn, group: AccountId, since: Millis) -> Result<Vec<Presence>> {
    let text = "SELECT a.domain AS domain, \
         CAST(SUM(CASE WHEN t.part = 0 THEN 1 ELSE 0 END) AS BIGINT) AS members, \
         CAST(SUM(CASE WHEN t.part = 0 AND EXISTS (SELECT 1 FROM statuses s WHERE s.account_id = t.account_id \
             AND s.group_id = :group AND s.created_at >= :since) THEN 1 ELSE 0 END) AS BIGINT) AS writers, \
         CAST(SUM(CASE WHEN t.part = 1 THEN 1 ELSE 0 END) AS BIGINT) AS followers \
         FROM (SELECT account_id, 0 AS part FROM memberships WHERE group_id = :group AND state <> 2 \
             UNION ALL SELECT account_id, 1 AS part FROM follows WHERE target_id = :group) t \
         JOIN accounts a ON a.id = t.account_id WHERE a.domain <> '' \
         GROUP BY a.domain ORDER BY a.domain";
    let sql = Sql::<(Text, BigInt, BigInt, BigInt)>::new(text)
        .id("group", group)
        .number("since", since.0);
    Ok(both!(conn => sql.load(conn))?)
}

/// Everyone of these servers who is a member, asks to be, or follows.
///
/// # Errors
/// The database.
pub fn people(conn: &mut Conn, group: AccountId, domains: &[String]) -> Result<Vec<AccountId>> {
    let text = "SELECT a.id FROM accounts a WHERE a.domain = :domain AND \
         (EXISTS (SELECT 1 FROM memberships m WHERE m.group_id = :group AND m.account_id = a.id AND m.state <> 2) \
         OR EXISTS (SELECT 1 FROM follows f WHERE f.target_id = :group AND f.account_id = a.id)) ORDER BY a.id";
    let mut found: Vec<AccountId> = Vec::new();
    for domain in domains {
        let sql = Sql::<BigInt>::new(text)
            .id("group", group)
            .text("domain", domain);
        let ids: Vec<i64> = both!(conn => sql.load(conn))?;
        found.extend(ids.into_iter().map(AccountId));
    }
    Ok(found)
}
