//! Who may not sign up: e-mail domains, networks, single e-mail addresses as hashes.

use diesel::prelude::*;
use model::{AccountId, IpBlockSeverity, Millis, Page, RowId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::paging::page_of;
use crate::schema::{
    canonical_email_blocks, email_domain_attempts, email_domain_blocks, ip_blocks,
};
use crate::sql::one_of;

/// A row of `email_domain_blocks`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = email_domain_blocks)]
pub struct EmailDomainBlock {
    /// Its id.
    pub id: RowId,
    /// Canonical; what is below it is meant too.
    pub domain: String,
    /// Sign-ups wait for approval instead of being refused.
    pub allow_with_approval: bool,
    /// When.
    pub created_at: Millis,
}

/// A row of `ip_blocks`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = ip_blocks, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct IpBlock {
    /// Its id.
    pub id: RowId,
    /// A network in its canonical form.
    pub ip: String,
    /// How far it goes.
    pub severity: IpBlockSeverity,
    /// For the staff.
    pub comment: String,
    /// Until when.
    pub expires_at: Option<Millis>,
    /// When.
    pub created_at: Millis,
}

/// A row of `canonical_email_blocks`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = canonical_email_blocks, treat_none_as_default_value = false)]
pub struct CanonicalEmailBlock {
    /// Its id.
    pub id: RowId,
    /// SHA-256 in hexadecimal.
    pub canonical_email_hash: String,
    /// Whose address it was.
    pub reference_account_id: Option<AccountId>,
    /// When.
    pub created_at: Millis,
}

macro_rules! table {
    ($table:ident, $row:ident: $page:ident, $get:ident, $insert:ident, $delete:ident) => {
        /// A page of them, newest first.
        ///
        /// # Errors
        /// The database.
        pub fn $page(conn: &mut Conn, page: &Page) -> Result<Vec<$row>> {
            Ok(both!(conn => page_of!(
                conn,
                Db,
                $table::table.select($row::as_select()),
                $table::id,
                page
            ))?)
        }

        /// One by its id.
        ///
        /// # Errors
        /// `NotFound`.
        pub fn $get(conn: &mut Conn, id: RowId) -> Result<$row> {
            Ok(both!(conn => $table::table
                .find(id)
                .select($row::as_select())
                .get_result(conn))?)
        }

        /// Adds one.
        ///
        /// # Errors
        /// `Conflict` where there is one for the same.
        pub fn $insert(conn: &mut Conn, row: &$row) -> Result<()> {
            both!(conn => diesel::insert_into($table::table).values(row).execute(conn))?;
            Ok(())
        }

        /// Takes one away; `false` where there is none.
        ///
        /// # Errors
        /// The database.
        pub fn $delete(conn: &mut Conn, id: RowId) -> Result<bool> {
            Ok(both!(conn => diesel::delete($table::table.find(id)).execute(conn))? > 0)
        }
    };
}

table!(email_domain_blocks, EmailDomainBlock: email_domains, email_domain, block_email_domain, unblock_email_domain);
table!(ip_blocks, IpBlock: ips, ip, block_ip, unblock_ip);
table!(canonical_email_blocks, CanonicalEmailBlock: emails, email, block_email, unblock_email);

/// The blocks of one of these e-mail domains.
///
/// # Errors
/// The database.
pub fn among(conn: &mut Conn, domains: &[String]) -> Result<Vec<EmailDomainBlock>> {
    Ok(both!(conn => email_domain_blocks::table
        .filter(email_domain_blocks::domain.eq_any(domains))
        .select(EmailDomainBlock::as_select())
        .load(conn))?)
}

/// A blocked e-mail domain was tried on this day (days since 1970).
///
/// # Errors
/// The database.
pub fn count_attempt(conn: &mut Conn, block: RowId, day: i64) -> Result<()> {
    both!(conn => diesel::insert_into(email_domain_attempts::table)
        .values((
            email_domain_attempts::block_id.eq(block),
            email_domain_attempts::day.eq(day),
            email_domain_attempts::uses.eq(1_i64),
        ))
        .on_conflict((email_domain_attempts::block_id, email_domain_attempts::day))
        .do_update()
        .set(email_domain_attempts::uses.eq(email_domain_attempts::uses + 1))
        .execute(conn))?;
    Ok(())
}

/// How often these were tried since a day: block, day, how often.
///
/// # Errors
/// The database.
pub fn attempts(conn: &mut Conn, blocks: &[RowId], since: i64) -> Result<Vec<(RowId, i64, i64)>> {
    if blocks.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => email_domain_attempts::table
        .filter(one_of("email_domain_attempts.block_id", blocks))
        .filter(email_domain_attempts::day.ge(since))
        .select((
            email_domain_attempts::block_id,
            email_domain_attempts::day,
            email_domain_attempts::uses,
        ))
        .load(conn))?)
}

/// Changes a block of a network.
///
/// # Errors
/// `Conflict` where another one is for the same network.
pub fn set_ip(conn: &mut Conn, row: &IpBlock) -> Result<()> {
    both!(conn => diesel::update(ip_blocks::table.find(row.id)).set(row).execute(conn))?;
    Ok(())
}

/// Every block of a network that has not ended.
///
/// # Errors
/// The database.
pub fn ips_in_force(conn: &mut Conn, now: Millis) -> Result<Vec<IpBlock>> {
    Ok(both!(conn => ip_blocks::table
        .filter(ip_blocks::expires_at.is_null().or(ip_blocks::expires_at.gt(now)))
        .select(IpBlock::as_select())
        .load(conn))?)
}

/// Those with this hash.
///
/// # Errors
/// The database.
pub fn with_hash(conn: &mut Conn, hash: &str) -> Result<Vec<CanonicalEmailBlock>> {
    Ok(both!(conn => canonical_email_blocks::table
        .filter(canonical_email_blocks::canonical_email_hash.eq(hash))
        .select(CanonicalEmailBlock::as_select())
        .load(conn))?)
}
