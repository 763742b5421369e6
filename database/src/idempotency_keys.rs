//! Keys that make a post that is sent twice one post; each belongs to one token.

use diesel::prelude::*;
use model::{Millis, StatusId, TokenId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::idempotency_keys;

/// What was made with this key: the hash of the request, the status, when.
///
/// # Errors
/// The database.
pub fn find(
    conn: &mut Conn,
    token: TokenId,
    key: &str,
) -> Result<Option<(Vec<u8>, StatusId, Millis)>> {
    Ok(both!(conn => idempotency_keys::table
        .find((token, key))
        .select((
            idempotency_keys::request_hash,
            idempotency_keys::status_id,
            idempotency_keys::created_at,
        ))
        .get_result(conn)
        .optional())?)
}

/// Keeps what was made with this key; one that ran out is replaced.
///
/// # Errors
/// The database.
pub fn put(
    conn: &mut Conn,
    token: TokenId,
    key: &str,
    hash: &[u8],
    status: StatusId,
    now: Millis,
) -> Result<()> {
    both!(conn => diesel::delete(idempotency_keys::table.find((token, key))).execute(conn))?;
    both!(conn => diesel::insert_into(idempotency_keys::table)
        .values((
            idempotency_keys::token_id.eq(token),
            idempotency_keys::idempotency_key.eq(key),
            idempotency_keys::request_hash.eq(hash),
            idempotency_keys::status_id.eq(status),
            idempotency_keys::created_at.eq(now),
        ))
        .execute(conn))?;
    Ok(())
}

/// Forgets the keys from before `before`.
///
/// # Errors
/// The database.
pub fn forget(conn: &mut Conn, before: Millis) -> Result<usize> {
    Ok(both!(conn => diesel::delete(idempotency_keys::table
        .filter(idempotency_keys::created_at.lt(before)))
        .execute(conn))?)
}
