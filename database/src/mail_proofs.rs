//! What links in mails prove. Stored are the hashes of their tokens only.

use diesel::prelude::*;
use model::{AccountId, Millis};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::mail_proofs;

/// This address is read by who asked for the mail.
pub const ADDRESS: i16 = 0;
/// A new password may be set.
pub const PASSWORD: i16 = 1;

/// A row of `mail_proofs`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = mail_proofs, treat_none_as_default_value = false)]
pub struct MailProof {
    /// SHA-256 of the token.
    pub token_hash: Vec<u8>,
    /// Whose.
    pub account_id: AccountId,
    /// [`ADDRESS`] or [`PASSWORD`].
    pub purpose: i16,
    /// Where the mail went.
    pub email: String,
    /// The same in the form in which addresses are compared.
    pub email_key: String,
    /// Until when.
    pub expires_at: Millis,
}

/// Adds a proof in the place of those that the same person has for the same purpose, and throws away
/// what ran out.
///
/// # Errors
/// The database.
pub fn put(conn: &mut Conn, proof: &MailProof, now: Millis) -> Result<()> {
    both!(conn => diesel::delete(mail_proofs::table.filter(
        mail_proofs::expires_at.le(now).or(mail_proofs::account_id
            .eq(proof.account_id)
            .and(mail_proofs::purpose.eq(proof.purpose)))
    ))
    .execute(conn))?;
    both!(conn => diesel::insert_into(mail_proofs::table).values(proof).execute(conn))?;
    Ok(())
}

/// The proof with this hash, unless it ran out.
///
/// # Errors
/// The database.
pub fn find(conn: &mut Conn, hash: &[u8], purpose: i16, now: Millis) -> Result<Option<MailProof>> {
    Ok(both!(conn => mail_proofs::table
        .find(hash)
        .filter(mail_proofs::purpose.eq(purpose))
        .filter(mail_proofs::expires_at.gt(now))
        .select(MailProof::as_select())
        .get_result(conn)
        .optional())?)
}

/// Spends a proof; `false` where it was spent before.
///
/// # Errors
/// The database.
pub fn spend(conn: &mut Conn, hash: &[u8]) -> Result<bool> {
    let rows = both!(conn => diesel::delete(mail_proofs::table.find(hash)).execute(conn))?;
    Ok(rows > 0)
}

/// The address that this person has not confirmed yet.
///
/// # Errors
/// The database.
pub fn awaited_address(conn: &mut Conn, account: AccountId, now: Millis) -> Result<Option<String>> {
    Ok(both!(conn => mail_proofs::table
        .filter(mail_proofs::account_id.eq(account))
        .filter(mail_proofs::purpose.eq(ADDRESS))
        .filter(mail_proofs::expires_at.gt(now))
        .select(mail_proofs::email)
        .first(conn)
        .optional())?)
}

/// Takes back every link that was sent to this person.
///
/// # Errors
/// The database.
pub fn delete_all_of(conn: &mut Conn, account: AccountId) -> Result<()> {
    both!(conn => diesel::delete(
        mail_proofs::table.filter(mail_proofs::account_id.eq(account))
    )
    .execute(conn))?;
    Ok(())
}
