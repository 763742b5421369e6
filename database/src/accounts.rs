//! Accounts: people, groups and servers' actors, here and elsewhere; where those elsewhere receive.

use diesel::prelude::*;
use model::{AccountId, AccountKind, InstanceId, Millis};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::follower_inboxes;
use crate::schema::{accounts, remote_actors, statuses};
use crate::sql::one_of;
use crate::statuses::Status;

/// A row of `accounts`.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Identifiable, Insertable, AsChangeset)]
#[diesel(table_name = accounts, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Account {
    /// Its id; a group's id in the API too.
    pub id: AccountId,
    /// Canonical domain; empty for accounts of this server.
    pub domain: String,
    /// The name as it was written.
    pub username: String,
    /// The name in lower case.
    pub username_key: String,
    /// Person, group, bot, server.
    pub kind: AccountKind,
    /// The ActivityPub id.
    pub uri: String,
    /// The page.
    pub url: String,
    /// Plain text, may be empty.
    pub display_name: String,
    /// Clean HTML.
    pub note: String,
    /// What the owner typed.
    pub note_source: String,
    /// `[{"name": "..", "value": "<html>", "source": ".."}]`
    pub fields: serde_json::Value,
    /// File key (ours) or address (elsewhere); empty for none.
    pub avatar: String,
    /// As `avatar`.
    pub header: String,
    /// Followers need approval.
    pub locked: bool,
    /// May be suggested.
    pub discoverable: bool,
    /// Public posts may be found by search.
    pub indexable: bool,
    /// Followers and following may be listed by anyone.
    pub show_collections: bool,
    /// Statuses that are not gone.
    pub statuses_count: i64,
    /// Accepted followers.
    pub followers_count: i64,
    /// Accepted follows.
    pub following_count: i64,
    /// When it last posted.
    pub last_status_at: Option<Millis>,
    /// When it was made.
    pub created_at: Millis,
    /// When the profile last changed.
    pub updated_at: Millis,
    /// Set: sent away by this server's staff.
    pub suspended_at: Option<Millis>,
}

impl Account {
    /// Does it live on this server?
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.domain.is_empty()
    }

    /// `name` here, `name@domain` elsewhere.
    #[must_use]
    pub fn acct(&self) -> String {
        if self.is_local() {
            self.username.clone()
        } else {
            format!("{}@{}", self.username, self.domain)
        }
    }

    /// Is it a group?
    #[must_use]
    pub fn is_group(&self) -> bool {
        self.kind == AccountKind::Group
    }
}

/// A row of `remote_actors`: where an account elsewhere receives.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = remote_actors, treat_none_as_default_value = false)]
pub struct RemoteActor {
    /// Whose.
    pub account_id: AccountId,
    /// Its own inbox.
    pub inbox: String,
    /// The shared inbox where there is one, else the inbox.
    pub delivery_inbox: String,
    /// Empty for none.
    pub outbox: String,
    /// Empty for none.
    pub followers: String,
    /// Empty for none.
    pub featured: String,
    /// A group's collection of moderators; empty for none.
    pub moderators: String,
    /// The server.
    pub instance_id: InstanceId,
    /// When the document was last read.
    pub fetched_at: Millis,
    /// A group whose threads are for its members.
    pub members_only: bool,
}

/// The account with this id.
///
/// # Errors
/// `NotFound`, or the database.
pub fn get(conn: &mut Conn, id: AccountId) -> Result<Account> {
    Ok(both!(conn => accounts::table
        .find(id)
        .select(Account::as_select())
        .get_result(conn))?)
}

/// The accounts with these ids, in no particular order; what does not exist is left out.
///
/// # Errors
/// The database.
pub fn by_ids(conn: &mut Conn, ids: &[AccountId]) -> Result<Vec<Account>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => accounts::table
        .filter(one_of("accounts.id", ids))
        .select(Account::as_select())
        .load(conn))?)
}

/// Which of these ids are accounts.
///
/// # Errors
/// The database.
pub fn existing(conn: &mut Conn, ids: &[AccountId]) -> Result<Vec<AccountId>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => accounts::table
        .filter(one_of("accounts.id", ids))
        .select(accounts::id)
        .load(conn))?)
}

/// Which of these ids are accounts, and since when those were sent away that were.
///
/// # Errors
/// The database.
pub fn present(conn: &mut Conn, ids: &[AccountId]) -> Result<Vec<(AccountId, Option<Millis>)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => accounts::table
        .filter(one_of("accounts.id", ids))
        .select((accounts::id, accounts::suspended_at))
        .load(conn))?)
}

/// The account with this ActivityPub id.
///
/// # Errors
/// The database.
pub fn by_uri(conn: &mut Conn, uri: &str) -> Result<Option<Account>> {
    Ok(both!(conn => accounts::table
        .filter(accounts::uri.eq(uri))
        .select(Account::as_select())
        .get_result(conn)
        .optional())?)
}

/// An account elsewhere whose page has this address: `/@name` on the server of its handle, which is
/// how people copy it. There is no index of pages, so the name is taken out of the address.
///
/// # Errors
/// The database.
pub fn by_page(conn: &mut Conn, page: &str) -> Result<Option<Account>> {
    let name = page.rsplit(['/', '@']).next().unwrap_or_default();
    Ok(both!(conn => accounts::table
        .filter(accounts::username_key.eq(name.to_lowercase()))
        .filter(accounts::url.eq(page))
        .order(accounts::id)
        .limit(1)
        .select(Account::as_select())
        .get_result(conn)
        .optional())?)
}

/// The accounts with these ActivityPub ids, in the order of these; what is not known is left out.
///
/// # Errors
/// The database.
pub fn by_uris(conn: &mut Conn, uris: &[String]) -> Result<Vec<Account>> {
    if uris.is_empty() {
        return Ok(Vec::new());
    }
    let mut found: Vec<Account> = both!(conn => accounts::table
        .filter(accounts::uri.eq_any(uris))
        .select(Account::as_select())
        .load(conn))?;
    found.sort_by_key(|account| uris.iter().position(|uri| *uri == account.uri));
    Ok(found)
}

/// The account with this name in lower case; `domain` is empty for this server.
///
/// # Errors
/// The database.
pub fn by_name(conn: &mut Conn, username_key: &str, domain: &str) -> Result<Option<Account>> {
    Ok(both!(conn => accounts::table
        .filter(accounts::username_key.eq(username_key))
        .filter(accounts::domain.eq(domain))
        .select(Account::as_select())
        .get_result(conn)
        .optional())?)
}

/// Adds an account.
///
/// # Errors
/// `Conflict` where its name or address is taken.
pub fn insert(conn: &mut Conn, account: &Account) -> Result<()> {
    both!(conn => diesel::insert_into(accounts::table).values(account).execute(conn))?;
    Ok(())
}

/// What changes of a profile; counts and times of posts are not part of it.
#[derive(Clone, Debug, PartialEq, AsChangeset)]
#[diesel(table_name = accounts)]
pub struct Profile {
    /// Person, group, bot, server.
    pub kind: AccountKind,
    /// The page.
    pub url: String,
    /// The name as it was written.
    pub username: String,
    /// Plain text.
    pub display_name: String,
    /// Clean HTML.
    pub note: String,
    /// What the owner typed.
    pub note_source: String,
    /// As in [`Account`].
    pub fields: serde_json::Value,
    /// As in [`Account`].
    pub avatar: String,
    /// As in [`Account`].
    pub header: String,
    /// Followers need approval.
    pub locked: bool,
    /// May be suggested.
    pub discoverable: bool,
    /// Public posts may be found by search.
    pub indexable: bool,
    /// Followers and following may be listed by anyone.
    pub show_collections: bool,
    /// When it changed.
    pub updated_at: Millis,
}

impl Profile {
    /// The profile that an account has now.
    #[must_use]
    pub fn of(account: &Account) -> Self {
        Self {
            kind: account.kind,
            url: account.url.clone(),
            username: account.username.clone(),
            display_name: account.display_name.clone(),
            note: account.note.clone(),
            note_source: account.note_source.clone(),
            fields: account.fields.clone(),
            avatar: account.avatar.clone(),
            header: account.header.clone(),
            locked: account.locked,
            discoverable: account.discoverable,
            indexable: account.indexable,
            show_collections: account.show_collections,
            updated_at: account.updated_at,
        }
    }
}

/// Writes a profile.
///
/// # Errors
/// The database.
pub fn set_profile(conn: &mut Conn, id: AccountId, profile: &Profile) -> Result<()> {
    both!(conn => diesel::update(accounts::table.find(id)).set(profile).execute(conn))?;
    Ok(())
}

/// Says of a group whether one has to ask before one comes in, and whether directories name it.
///
/// # Errors
/// The database.
pub fn set_door(
    conn: &mut Conn,
    group: AccountId,
    locked: bool,
    discoverable: bool,
    now: Millis,
) -> Result<()> {
    both!(conn => diesel::update(accounts::table.find(group))
        .set((
            accounts::locked.eq(locked),
            accounts::discoverable.eq(discoverable),
            accounts::updated_at.eq(now),
        ))
        .execute(conn))?;
    Ok(())
}

/// Writes the fields of a profile, and nothing else of it.
///
/// # Errors
/// The database.
pub fn set_fields(conn: &mut Conn, id: AccountId, fields: &serde_json::Value) -> Result<()> {
    both!(conn => diesel::update(accounts::table.find(id))
        .set(accounts::fields.eq(fields))
        .execute(conn))?;
    Ok(())
}

/// Moves the counts of followers and following; they never go below nothing.
///
/// # Errors
/// The database.
pub fn count_follow(
    conn: &mut Conn,
    follower: AccountId,
    followed: AccountId,
    by: i64,
) -> Result<()> {
    both!(conn => diesel::update(accounts::table.find(followed))
        .filter(accounts::followers_count.ge(-by))
        .set(accounts::followers_count.eq(accounts::followers_count + by))
        .execute(conn))?;
    both!(conn => diesel::update(accounts::table.find(follower))
        .filter(accounts::following_count.ge(-by))
        .set(accounts::following_count.eq(accounts::following_count + by))
        .execute(conn))?;
    Ok(())
}

/// Marks an account as sent away, or as back.
///
/// # Errors
/// The database.
pub fn set_suspended(conn: &mut Conn, id: AccountId, at: Option<Millis>) -> Result<()> {
    both!(conn => diesel::update(accounts::table.find(id))
        .set(accounts::suspended_at.eq(at))
        .execute(conn))?;
    Ok(())
}

/// What this account wrote or boosted and is not gone yet, at most `limit`.
///
/// # Errors
/// The database.
pub fn written(conn: &mut Conn, id: AccountId, limit: i64) -> Result<Vec<Status>> {
    Ok(both!(conn => statuses::table
        .filter(statuses::account_id.eq(id))
        .filter(statuses::deleted_at.is_null())
        .order(statuses::id)
        .limit(limit)
        .select(Status::as_select())
        .load(conn))?)
}

/// Where an account elsewhere receives.
///
/// # Errors
/// The database.
pub fn remote(conn: &mut Conn, id: AccountId) -> Result<Option<RemoteActor>> {
    Ok(both!(conn => remote_actors::table
        .find(id)
        .select(RemoteActor::as_select())
        .get_result(conn)
        .optional())?)
}

/// Where each of these receives; those of this server are left out.
///
/// # Errors
/// The database.
pub fn remotes(conn: &mut Conn, ids: &[AccountId]) -> Result<Vec<RemoteActor>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => remote_actors::table
        .filter(one_of("remote_actors.account_id", ids))
        .select(RemoteActor::as_select())
        .load(conn))?)
}

/// Writes down where an account elsewhere receives.
///
/// # Errors
/// The database.
pub fn put_remote(conn: &mut Conn, remote: &RemoteActor) -> Result<()> {
    follower_inboxes::moved(
        conn,
        remote.account_id,
        &remote.delivery_inbox,
        remote.instance_id,
    )?;
    both!(conn => diesel::insert_into(remote_actors::table)
        .values(remote)
        .on_conflict(remote_actors::account_id)
        .do_update()
        .set(remote)
        .execute(conn))?;
    Ok(())
}

/// Takes an account out whole, with all that hangs on it: of someone who was never let in.
///
/// # Errors
/// The database.
pub fn erase(conn: &mut Conn, id: AccountId) -> Result<()> {
    both!(conn => diesel::delete(accounts::table.find(id)).execute(conn))?;
    Ok(())
}
