//! Keys of actors: ours with their private half, those of others without.

use diesel::prelude::*;
use model::{AccountId, KeyId, Millis};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::actor_keys;

/// A key that signs requests: RSA.
pub const RSA: i16 = 0;
/// A key that signs proofs: Ed25519.
pub const ED25519: i16 = 1;

/// A row of `actor_keys`.
#[derive(Clone, PartialEq, Eq, Queryable, Selectable, Identifiable, Insertable)]
#[diesel(table_name = actor_keys, treat_none_as_default_value = false)]
pub struct ActorKey {
    /// Its row.
    pub id: KeyId,
    /// Whose.
    pub account_id: AccountId,
    /// The address by which signatures name it.
    pub uri: String,
    /// [`RSA`] or [`ED25519`].
    pub kind: i16,
    /// RSA: `SubjectPublicKeyInfo`; Ed25519: the 32 bytes.
    pub public_der: Vec<u8>,
    /// PKCS#8; only of our own accounts.
    pub private_der: Option<Vec<u8>>,
    /// When it was made or read.
    pub fetched_at: Millis,
}

impl std::fmt::Debug for ActorKey {
    /// Without the private half.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ActorKey({})", self.uri)
    }
}

/// The key of this address.
///
/// # Errors
/// The database.
pub fn by_uri(conn: &mut Conn, uri: &str) -> Result<Option<ActorKey>> {
    Ok(both!(conn => actor_keys::table
        .filter(actor_keys::uri.eq(uri))
        .select(ActorKey::as_select())
        .get_result(conn)
        .optional())?)
}

/// The keys of an account, RSA first.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, account: AccountId) -> Result<Vec<ActorKey>> {
    Ok(both!(conn => actor_keys::table
        .filter(actor_keys::account_id.eq(account))
        .order((actor_keys::kind, actor_keys::id))
        .select(ActorKey::as_select())
        .load(conn))?)
}

/// Puts these keys in the place of those that the account has. An address that belongs to a key of
/// another account stays with that one.
///
/// # Errors
/// The database.
pub fn replace(conn: &mut Conn, account: AccountId, keys: &[ActorKey]) -> Result<()> {
    both!(conn => diesel::delete(actor_keys::table.filter(actor_keys::account_id.eq(account)))
        .execute(conn))?;
    if !keys.is_empty() {
        both!(conn => diesel::insert_into(actor_keys::table)
            .values(keys)
            .on_conflict(actor_keys::uri)
            .do_nothing()
            .execute(conn))?;
    }
    Ok(())
}
