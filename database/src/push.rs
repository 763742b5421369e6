//! Subscriptions to Web Push, one a token, and our own keys for it.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use model::push::Policy;
use model::{AccountId, Millis, NotificationKind, PushId, TokenId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::{push_keys, push_subscriptions};
use crate::sql::{Sql, one_of};

/// A row of `push_subscriptions`.
#[derive(Clone, PartialEq, Eq, Queryable, Selectable, Identifiable, Insertable)]
#[diesel(table_name = push_subscriptions, treat_none_as_default_value = false)]
pub struct PushSubscription {
    /// Its id.
    pub id: PushId,
    /// Of which token.
    pub token_id: TokenId,
    /// Whose notifications.
    pub account_id: AccountId,
    /// Where they are sent to.
    pub endpoint: String,
    /// The app's public key: an uncompressed point on P-256.
    pub p256dh: Vec<u8>,
    /// The app's secret.
    pub auth: Vec<u8>,
    /// As the RFCs say, or as their draft did.
    pub standard: bool,
    /// Because of whom.
    pub policy: Policy,
    /// Which kinds: [`alerts`] writes, [`PushSubscription::wants`] reads.
    pub alerts: String,
    /// The token, sealed.
    pub sealed_token: Vec<u8>,
    /// When.
    pub created_at: Millis,
}

impl std::fmt::Debug for PushSubscription {
    /// Without what others could write to this app with.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PushSubscription({} of {})", self.id, self.account_id)
    }
}

impl PushSubscription {
    /// Is this kind told?
    #[must_use]
    pub fn wants(&self, kind: NotificationKind) -> bool {
        self.alerts.split(' ').any(|word| word == kind.as_str())
    }
}

/// Kinds as the column holds them.
#[must_use]
pub fn alerts(kinds: &[NotificationKind]) -> String {
    let words: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    format!(" {} ", words.join(" "))
}

/// Our own keys.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = push_keys)]
pub struct PushKeys {
    /// The one row's number.
    pub id: i64,
    /// PKCS #8.
    pub vapid: Vec<u8>,
    /// AES-256.
    pub seal: Vec<u8>,
    /// When they were made.
    pub created_at: Millis,
}

impl std::fmt::Debug for PushKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PushKeys")
    }
}

/// Puts a subscription in the place of the token's earlier one, and drops the person's oldest beyond
/// `most`: apps that were thrown away leave theirs behind.
///
/// # Errors
/// The database.
pub fn put(conn: &mut Conn, row: &PushSubscription, most: i64) -> Result<()> {
    remove(conn, row.token_id)?;
    both!(conn => diesel::insert_into(push_subscriptions::table).values(row).execute(conn))?;
    let text = "DELETE FROM push_subscriptions WHERE account_id = :account AND id <= \
         (SELECT p.id FROM push_subscriptions p WHERE p.account_id = :account \
          ORDER BY p.id DESC LIMIT 1 OFFSET :most)";
    let sql = Sql::<()>::new(text)
        .id("account", row.account_id)
        .number("most", most);
    both!(conn => sql.execute(conn))?;
    Ok(())
}

/// The subscription of a token.
///
/// # Errors
/// The database.
pub fn of_token(conn: &mut Conn, token: TokenId) -> Result<Option<PushSubscription>> {
    Ok(both!(conn => push_subscriptions::table
        .filter(push_subscriptions::token_id.eq(token))
        .select(PushSubscription::as_select())
        .get_result(conn)
        .optional())?)
}

/// One.
///
/// # Errors
/// The database.
pub fn find(conn: &mut Conn, id: PushId) -> Result<Option<PushSubscription>> {
    Ok(both!(conn => push_subscriptions::table
        .find(id)
        .select(PushSubscription::as_select())
        .get_result(conn)
        .optional())?)
}

/// Changes what is told.
///
/// # Errors
/// The database.
pub fn set_wishes(conn: &mut Conn, id: PushId, alerts: &str, policy: Policy) -> Result<()> {
    both!(conn => diesel::update(push_subscriptions::table.find(id))
        .set((
            push_subscriptions::alerts.eq(alerts),
            push_subscriptions::policy.eq(policy),
        ))
        .execute(conn))?;
    Ok(())
}

/// Removes the subscription of a token.
///
/// # Errors
/// The database.
pub fn remove(conn: &mut Conn, token: TokenId) -> Result<()> {
    both!(conn => diesel::delete(push_subscriptions::table
        .filter(push_subscriptions::token_id.eq(token)))
        .execute(conn))?;
    Ok(())
}

/// Removes one whose push service knows it no more.
///
/// # Errors
/// The database.
pub fn delete(conn: &mut Conn, id: PushId) -> Result<()> {
    both!(conn => diesel::delete(push_subscriptions::table.find(id)).execute(conn))?;
    Ok(())
}

/// Removes those of every token behind which this human stands.
///
/// # Errors
/// The database.
pub fn remove_all_of(conn: &mut Conn, human: AccountId) -> Result<()> {
    let text = "DELETE FROM push_subscriptions WHERE token_id IN \
         (SELECT t.id FROM access_tokens t WHERE t.human_id = :human)";
    let sql = Sql::<()>::new(text).id("human", human);
    both!(conn => sql.execute(conn))?;
    Ok(())
}

/// Removes those of the tokens with which this human acts for this group.
///
/// # Errors
/// The database.
pub fn remove_for_group(conn: &mut Conn, group: AccountId, human: AccountId) -> Result<()> {
    let text = "DELETE FROM push_subscriptions WHERE token_id IN \
         (SELECT t.id FROM access_tokens t WHERE t.human_id = :human AND t.account_id = :group)";
    let sql = Sql::<()>::new(text).id("human", human).id("group", group);
    both!(conn => sql.execute(conn))?;
    Ok(())
}

/// The subscriptions of these people.
///
/// # Errors
/// The database.
pub fn of_accounts(conn: &mut Conn, accounts: &[AccountId]) -> Result<Vec<PushSubscription>> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => push_subscriptions::table
        .filter(one_of("push_subscriptions.account_id", accounts))
        .select(PushSubscription::as_select())
        .load(conn))?)
}

/// Does `one` follow `other`?
///
/// # Errors
/// The database.
pub fn follows(conn: &mut Conn, one: AccountId, other: AccountId) -> Result<bool> {
    let text = "SELECT count(*) FROM follows f WHERE f.account_id = :one AND f.target_id = :other \
         AND f.state = 1";
    let sql = Sql::<BigInt>::new(text).id("one", one).id("other", other);
    let many: i64 = both!(conn => sql.get_result(conn))?;
    Ok(many > 0)
}

/// Our keys, where they were made.
///
/// # Errors
/// The database.
pub fn keys(conn: &mut Conn) -> Result<Option<PushKeys>> {
    Ok(both!(conn => push_keys::table
        .find(1)
        .select(PushKeys::as_select())
        .get_result(conn)
        .optional())?)
}

/// Keeps new keys, unless another process was faster.
///
/// # Errors
/// The database.
pub fn put_keys(conn: &mut Conn, keys: &PushKeys) -> Result<()> {
    both!(conn => diesel::insert_into(push_keys::table)
        .values(keys)
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(())
}
