//! Servers with which this one has nothing, or less, to do; and, where only chosen ones are dealt with,
//! those.

use diesel::prelude::*;
use model::{DomainBlockSeverity, Millis, Page, RowId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::paging::page_of;
use crate::schema::{accounts, domain_allows, domain_blocks};
use crate::search::literal;

/// A row of `domain_blocks`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = domain_blocks, treat_none_as_default_value = false)]
pub struct DomainBlock {
    /// Its id in the API.
    pub id: RowId,
    /// Canonical; what is below it is meant too.
    pub domain: String,
    /// How far it goes.
    pub severity: DomainBlockSeverity,
    /// Files of its people are not fetched.
    pub reject_media: bool,
    /// Its reports are not taken.
    pub reject_reports: bool,
    /// Shown to visitors with stars in its name.
    pub obfuscate: bool,
    /// For the staff.
    #[diesel(column_name = reason)]
    pub private_comment: String,
    /// For all.
    pub public_comment: String,
    /// When.
    pub created_at: Millis,
}

/// A row of `domain_allows`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = domain_allows)]
pub struct DomainAllow {
    /// Its id in the API.
    pub id: RowId,
    /// Canonical.
    pub domain: String,
    /// When.
    pub created_at: Millis,
}

/// Is one of these domains cut off?
///
/// # Errors
/// The database.
pub fn any(conn: &mut Conn, domains: &[String]) -> Result<bool> {
    Ok(both!(conn => diesel::select(diesel::dsl::exists(
        domain_blocks::table
            .filter(domain_blocks::domain.eq_any(domains))
            .filter(domain_blocks::severity.eq(DomainBlockSeverity::Suspend))
    ))
    .get_result(conn))?)
}

/// The blocks of these domains.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, domains: &[String]) -> Result<Vec<DomainBlock>> {
    Ok(both!(conn => domain_blocks::table
        .filter(domain_blocks::domain.eq_any(domains))
        .select(DomainBlock::as_select())
        .load(conn))?)
}

/// Every block, by domain.
///
/// # Errors
/// The database.
pub fn all(conn: &mut Conn) -> Result<Vec<DomainBlock>> {
    Ok(both!(conn => domain_blocks::table
        .order(domain_blocks::domain)
        .select(DomainBlock::as_select())
        .load(conn))?)
}

/// A page of them, newest first.
///
/// # Errors
/// The database.
pub fn page(conn: &mut Conn, page: &Page) -> Result<Vec<DomainBlock>> {
    Ok(both!(conn => page_of!(
        conn,
        Db,
        domain_blocks::table.select(DomainBlock::as_select()),
        domain_blocks::id,
        page
    ))?)
}

/// One by its id.
///
/// # Errors
/// `NotFound`.
pub fn get(conn: &mut Conn, id: RowId) -> Result<DomainBlock> {
    Ok(both!(conn => domain_blocks::table
        .filter(domain_blocks::id.eq(id))
        .select(DomainBlock::as_select())
        .get_result(conn))?)
}

/// Adds a block, or changes the one of this domain (whose id and time stay).
///
/// # Errors
/// The database.
pub fn put(conn: &mut Conn, block: &DomainBlock) -> Result<()> {
    both!(conn => diesel::insert_into(domain_blocks::table)
        .values(block)
        .on_conflict(domain_blocks::domain)
        .do_update()
        .set((
            domain_blocks::severity.eq(block.severity),
            domain_blocks::reject_media.eq(block.reject_media),
            domain_blocks::reject_reports.eq(block.reject_reports),
            domain_blocks::obfuscate.eq(block.obfuscate),
            domain_blocks::reason.eq(&block.private_comment),
            domain_blocks::public_comment.eq(&block.public_comment),
        ))
        .execute(conn))?;
    Ok(())
}

/// Lifts a block; `false` where there is none.
///
/// # Errors
/// The database.
pub fn delete(conn: &mut Conn, domain: &str) -> Result<bool> {
    let rows = both!(conn => diesel::delete(domain_blocks::table.find(domain)).execute(conn))?;
    Ok(rows > 0)
}

/// The patterns of `LIKE` for what is below a domain, or is it with a port.
fn below(domain: &str) -> [String; 3] {
    let domain = literal(domain);
    [
        format!("%.{domain}"),
        format!("{domain}:%"),
        format!("%.{domain}:%"),
    ]
}

/// Accounts of this domain and below it, a part at a time: those after this id.
///
/// # Errors
/// The database.
pub fn accounts_within(
    conn: &mut Conn,
    domain: &str,
    after: model::AccountId,
    limit: i64,
) -> Result<Vec<model::AccountId>> {
    let [sub, port, both] = below(domain);
    Ok(both!(conn => accounts::table
        .filter(accounts::id.gt(after))
        .filter(
            accounts::domain.eq(domain)
                .or(accounts::domain.like(&sub).escape('\\'))
                .or(accounts::domain.like(&port).escape('\\'))
                .or(accounts::domain.like(&both).escape('\\')),
        )
        .order(accounts::id)
        .limit(limit)
        .select(accounts::id)
        .load(conn))?)
}

/// Is one of these domains among those that are dealt with?
///
/// # Errors
/// The database.
pub fn any_allowed(conn: &mut Conn, domains: &[String]) -> Result<bool> {
    Ok(both!(conn => diesel::select(diesel::dsl::exists(
        domain_allows::table.filter(domain_allows::domain.eq_any(domains))
    ))
    .get_result(conn))?)
}

/// A page of the allowed ones, newest first.
///
/// # Errors
/// The database.
pub fn allowed_page(conn: &mut Conn, page: &Page) -> Result<Vec<DomainAllow>> {
    Ok(both!(conn => page_of!(
        conn,
        Db,
        domain_allows::table.select(DomainAllow::as_select()),
        domain_allows::id,
        page
    ))?)
}

/// An allowed one by its id.
///
/// # Errors
/// `NotFound`.
pub fn allowed(conn: &mut Conn, id: RowId) -> Result<DomainAllow> {
    Ok(both!(conn => domain_allows::table
        .find(id)
        .select(DomainAllow::as_select())
        .get_result(conn))?)
}

/// Allows a domain; the row that it has then, which may be an older one.
///
/// # Errors
/// The database.
pub fn allow(conn: &mut Conn, row: &DomainAllow) -> Result<DomainAllow> {
    both!(conn => diesel::insert_into(domain_allows::table)
        .values(row)
        .on_conflict(domain_allows::domain)
        .do_nothing()
        .execute(conn))?;
    Ok(both!(conn => domain_allows::table
        .filter(domain_allows::domain.eq(&row.domain))
        .select(DomainAllow::as_select())
        .get_result(conn))?)
}

/// Allows it no more.
///
/// # Errors
/// The database.
pub fn disallow(conn: &mut Conn, id: RowId) -> Result<()> {
    both!(conn => diesel::delete(domain_allows::table.find(id)).execute(conn))?;
    Ok(())
}
