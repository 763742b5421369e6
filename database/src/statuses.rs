//! Statuses and boosts: rows, mentions, edits, counts, tombstones.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable};
use model::{AccountId, AppId, Millis, Page, StatusId, Visibility};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::{accounts, statuses};
use crate::sql::Sql;
use crate::visible::among;

/// A row of `statuses`.
#[derive(
    Clone, Debug, PartialEq, Eq, Queryable, Selectable, Identifiable, Insertable, AsChangeset,
)]
#[diesel(table_name = statuses, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Status {
    /// Its id; boosts share the order.
    pub id: StatusId,
    /// The ActivityPub id (of a boost: of its Announce).
    pub uri: String,
    /// The page.
    pub url: String,
    /// The author.
    pub account_id: AccountId,
    /// Written here.
    pub local: bool,
    /// The audience.
    pub visibility: Visibility,
    /// The first status of the thread; its own id there.
    pub root_id: StatusId,
    /// The status that it answers.
    pub in_reply_to_id: Option<StatusId>,
    /// The author of that.
    pub in_reply_to_account_id: Option<AccountId>,
    /// Set: this is a boost of that.
    pub reblog_of_id: Option<StatusId>,
    /// The group in whose thread it stands.
    pub group_id: Option<AccountId>,
    /// Set: a moderator took it out of the group.
    pub removed_at: Option<Millis>,
    /// Plain text; empty for none.
    pub title: String,
    /// Clean HTML.
    pub content: String,
    /// What the author typed; empty for what came from elsewhere.
    pub source: String,
    /// Plain text; empty for none.
    pub spoiler_text: String,
    /// Pictures are covered.
    pub sensitive: bool,
    /// ISO 639.
    pub language: Option<String>,
    /// The app it was written with.
    pub app_id: Option<AppId>,
    /// Answers that are not gone.
    pub replies_count: i64,
    /// Boosts.
    pub reblogs_count: i64,
    /// Favourites.
    pub favourites_count: i64,
    /// When it was written.
    pub created_at: Millis,
    /// When it was last edited.
    pub edited_at: Option<Millis>,
    /// Set: a tombstone.
    pub deleted_at: Option<Millis>,
    /// Set: nobody may answer it, or anything below it.
    pub locked_at: Option<Millis>,
    /// Does it never leave this server?
    pub local_only: bool,
}

impl Status {
    /// Is it gone?
    #[must_use]
    pub const fn is_deleted(&self) -> bool {
        self.deleted_at.is_some()
    }

    /// Is it for nobody on another server: written where nothing leaves, or waiting? What is for the members of
    /// a group leaves for their servers alone (`services::policy::servers`).
    #[must_use]
    pub const fn stays_here(&self) -> bool {
        self.local_only || matches!(self.visibility, Visibility::Held)
    }

    /// The group in whose pages it stands: none where a moderator took it out.
    #[must_use]
    pub const fn group(&self) -> Option<AccountId> {
        if self.removed_at.is_some() {
            None
        } else {
            self.group_id
        }
    }

    /// A row with nothing in it but who, when and where.
    #[must_use]
    pub const fn blank(id: StatusId, account: AccountId, uri: String, at: Millis) -> Self {
        Self {
            id,
            uri,
            url: String::new(),
            account_id: account,
            local: false,
            visibility: Visibility::Direct,
            root_id: id,
            in_reply_to_id: None,
            in_reply_to_account_id: None,
            reblog_of_id: None,
            group_id: None,
            removed_at: None,
            title: String::new(),
            content: String::new(),
            source: String::new(),
            spoiler_text: String::new(),
            sensitive: false,
            language: None,
            app_id: None,
            replies_count: 0,
            reblogs_count: 0,
            favourites_count: 0,
            created_at: at,
            edited_at: None,
            deleted_at: None,
            locked_at: None,
            local_only: false,
        }
    }
}

/// What an edit changes.
#[derive(Clone, Debug, AsChangeset)]
#[diesel(table_name = statuses, treat_none_as_null = true)]
pub struct Words {
    /// Plain text.
    pub title: String,
    /// Clean HTML.
    pub content: String,
    /// What was typed.
    pub source: String,
    /// Plain text.
    pub spoiler_text: String,
    /// Pictures are covered.
    pub sensitive: bool,
    /// ISO 639.
    pub language: Option<String>,
    /// The audience: never wider than before.
    pub visibility: Visibility,
    /// When.
    pub edited_at: Option<Millis>,
}

/// Adds a status or boost.
///
/// # Errors
/// `Conflict` where its id or address is taken.
pub fn insert(conn: &mut Conn, status: &Status) -> Result<()> {
    both!(conn => diesel::insert_into(statuses::table).values(status).execute(conn))?;
    Ok(())
}

/// The row with this id, tombstones too, past the gate: for those who write.
///
/// # Errors
/// `NotFound`.
pub fn get(conn: &mut Conn, id: StatusId) -> Result<Status> {
    Ok(both!(conn => statuses::table
        .find(id)
        .select(Status::as_select())
        .get_result(conn))?)
}

/// As [`get`]; `None` for what does not exist.
///
/// # Errors
/// The database.
pub fn find(conn: &mut Conn, id: StatusId) -> Result<Option<Status>> {
    Ok(both!(conn => statuses::table
        .find(id)
        .select(Status::as_select())
        .get_result(conn)
        .optional())?)
}

/// The row with this ActivityPub id, tombstones too, past the gate.
///
/// # Errors
/// The database.
pub fn by_uri(conn: &mut Conn, uri: &str) -> Result<Option<Status>> {
    Ok(both!(conn => statuses::table
        .filter(statuses::uri.eq(uri))
        .select(Status::as_select())
        .get_result(conn)
        .optional())?)
}

/// The id of what has this ActivityPub id or, failing that, this page; nothing that is gone.
///
/// # Errors
/// The database.
pub fn id_by_address(conn: &mut Conn, address: &str) -> Result<Option<StatusId>> {
    let found: Option<StatusId> = both!(conn => statuses::table
        .filter(statuses::uri.eq(address))
        .filter(statuses::deleted_at.is_null())
        .select(statuses::id)
        .get_result(conn)
        .optional())?;
    if found.is_some() || address.is_empty() {
        return Ok(found);
    }
    Ok(both!(conn => statuses::table
        .filter(statuses::url.eq(address))
        .filter(statuses::deleted_at.is_null())
        .filter(statuses::reblog_of_id.is_null())
        .order(statuses::id)
        .limit(1)
        .select(statuses::id)
        .get_result(conn)
        .optional())?)
}

/// Id and address of each of these.
///
/// # Errors
/// The database.
pub fn addresses(conn: &mut Conn, ids: &[StatusId]) -> Result<Vec<(StatusId, String)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => statuses::table
        .filter(among(ids))
        .select((statuses::id, statuses::uri))
        .load(conn))?)
}

/// Is this id taken?
///
/// # Errors
/// The database.
pub fn exists(conn: &mut Conn, id: StatusId) -> Result<bool> {
    Ok(
        both!(conn => diesel::select(diesel::dsl::exists(statuses::table.find(id))).get_result(conn))?,
    )
}

/// Writes the words of an edit.
///
/// # Errors
/// The database.
pub fn reword(conn: &mut Conn, id: StatusId, words: &Words) -> Result<()> {
    both!(conn => diesel::update(statuses::table.find(id)).set(words).execute(conn))?;
    Ok(())
}

/// One more (or fewer) answer, boost, favourite.
///
/// # Errors
/// The database.
pub fn count(
    conn: &mut Conn,
    id: StatusId,
    replies: i64,
    reblogs: i64,
    favourites: i64,
) -> Result<()> {
    both!(conn => diesel::update(statuses::table.find(id))
        .set((
            statuses::replies_count.eq(statuses::replies_count + replies),
            statuses::reblogs_count.eq(statuses::reblogs_count + reblogs),
            statuses::favourites_count.eq(statuses::favourites_count + favourites),
        ))
        .execute(conn))?;
    Ok(())
}

/// One more status of an account, written at this time.
///
/// # Errors
/// The database.
pub fn count_posted(conn: &mut Conn, account: AccountId, at: Millis) -> Result<()> {
    let text = "UPDATE accounts SET statuses_count = statuses_count + 1, last_status_at = \
        CASE WHEN last_status_at IS NULL OR last_status_at < :at THEN :at ELSE last_status_at END \
        WHERE id = :account";
    let sql = Sql::<()>::new(text)
        .number("at", at.0)
        .id("account", account);
    both!(conn => sql.execute(conn))?;
    Ok(())
}

/// One status fewer of an account.
///
/// # Errors
/// The database.
pub fn count_gone(conn: &mut Conn, account: AccountId) -> Result<()> {
    both!(conn => diesel::update(accounts::table.find(account))
        .set(accounts::statuses_count.eq(accounts::statuses_count - 1))
        .execute(conn))?;
    Ok(())
}

/// The boost of this status by this account, where there is one that is not gone.
///
/// # Errors
/// The database.
pub fn boost_by(conn: &mut Conn, account: AccountId, original: StatusId) -> Result<Option<Status>> {
    Ok(both!(conn => statuses::table
        .filter(statuses::reblog_of_id.eq(original))
        .filter(statuses::account_id.eq(account))
        .filter(statuses::deleted_at.is_null())
        .order(statuses::id)
        .limit(1)
        .select(Status::as_select())
        .get_result(conn)
        .optional())?)
}

/// The boosts of a status that were made here.
///
/// # Errors
/// The database.
pub fn local_boosts(conn: &mut Conn, original: StatusId) -> Result<Vec<StatusId>> {
    Ok(both!(conn => statuses::table
        .filter(statuses::reblog_of_id.eq(original))
        .filter(statuses::local.eq(true))
        .filter(statuses::deleted_at.is_null())
        .select(statuses::id)
        .load(conn))?)
}

/// Did this account ever boost this status, also where it took that back?
///
/// # Errors
/// The database.
pub fn was_boosted_by(conn: &mut Conn, account: AccountId, original: StatusId) -> Result<bool> {
    Ok(both!(conn => diesel::select(diesel::dsl::exists(
        statuses::table
            .filter(statuses::reblog_of_id.eq(original))
            .filter(statuses::account_id.eq(account))
    ))
    .get_result(conn))?)
}

/// The boosts of a thread by groups of this server in which it does not stand: these pass it on.
///
/// # Errors
/// The database.
pub fn passed_on(conn: &mut Conn, thread: &Status) -> Result<Vec<Status>> {
    Ok(both!(conn => statuses::table
        .inner_join(accounts::table.on(accounts::id.eq(statuses::account_id)))
        .filter(statuses::reblog_of_id.eq(thread.id))
        .filter(statuses::account_id.ne(thread.group_id.unwrap_or(thread.account_id)))
        .filter(statuses::local.eq(true))
        .filter(statuses::deleted_at.is_null())
        .filter(accounts::kind.eq(model::AccountKind::Group))
        .order(statuses::id)
        .select(Status::as_select())
        .load(conn))?)
}

/// The groups of this server that pass a thread on, in which it does not stand; of one that is deleted, all that ever
/// did.
///
/// # Errors
/// The database.
pub fn passing_groups(conn: &mut Conn, thread: &Status) -> Result<Vec<AccountId>> {
    let rows: Vec<(AccountId, Option<Millis>)> = both!(conn => statuses::table
        .inner_join(accounts::table.on(accounts::id.eq(statuses::account_id)))
        .filter(statuses::reblog_of_id.eq(thread.id))
        .filter(statuses::account_id.ne(thread.group_id.unwrap_or(thread.account_id)))
        .filter(statuses::local.eq(true))
        .filter(accounts::kind.eq(model::AccountKind::Group))
        .order(statuses::account_id)
        .select((statuses::account_id, statuses::deleted_at))
        .load(conn))?;
    let mut groups: Vec<AccountId> = rows
        .into_iter()
        .filter(|(_group, taken_back)| taken_back.is_none() || thread.is_deleted())
        .map(|(group, _taken_back)| group)
        .collect();
    groups.dedup();
    Ok(groups)
}

/// The people here who boosted a status.
///
/// # Errors
/// The database.
pub fn local_boosters(conn: &mut Conn, original: StatusId) -> Result<Vec<AccountId>> {
    Ok(both!(conn => statuses::table
        .inner_join(accounts::table.on(accounts::id.eq(statuses::account_id)))
        .filter(statuses::reblog_of_id.eq(original))
        .filter(statuses::local.eq(true))
        .filter(statuses::deleted_at.is_null())
        .filter(accounts::kind.ne(model::AccountKind::Group))
        .select(statuses::account_id)
        .load(conn))?)
}

/// Who boosted a status, newest first: the row of the boost, and who.
///
/// # Errors
/// The database.
pub fn boosters(
    conn: &mut Conn,
    viewer: AccountId,
    original: StatusId,
    page: &Page,
) -> Result<Vec<(StatusId, AccountId)>> {
    use crate::paging::page_of;
    Ok(both!(conn => page_of!(
        conn,
        Db,
        statuses::table
            .filter(statuses::reblog_of_id.eq(original))
            .filter(crate::visible::to(viewer))
            .select((statuses::id, statuses::account_id)),
        statuses::id,
        page
    ))?)
}

/// Makes tombstones of a status and of the boosts of it, and counts both down at their accounts. What
/// hangs on them goes, but for the mentions: who was named has to hear that it is gone.
///
/// # Errors
/// The database.
pub fn bury(conn: &mut Conn, status: &Status, now: Millis) -> Result<()> {
    let id = status.id;
    let texts = [
        "UPDATE accounts SET statuses_count = statuses_count - 1 WHERE id IN \
         (SELECT account_id FROM statuses WHERE reblog_of_id = :id AND deleted_at IS NULL)",
        "DELETE FROM home_entries WHERE status_id = :id OR status_id IN \
         (SELECT id FROM statuses WHERE reblog_of_id = :id)",
        "DELETE FROM notifications WHERE status_id = :id",
        "DELETE FROM status_tags WHERE status_id = :id",
        "DELETE FROM status_edits WHERE status_id = :id",
        "DELETE FROM media_attachments WHERE status_id = :id",
        "DELETE FROM favourites WHERE status_id = :id",
        "DELETE FROM bookmarks WHERE status_id = :id",
        "DELETE FROM status_pins WHERE status_id = :id",
        "DELETE FROM quotes WHERE status_id = :id",
        "DELETE FROM status_cards WHERE status_id = :id",
        "DELETE FROM translations WHERE status_id = :id",
        "DELETE FROM quote_policies WHERE status_id = :id",
        "UPDATE quotes SET state = 4, updated_at = :now WHERE quoted_id = :id AND state IN (0, 1)",
        "DELETE FROM polls WHERE status_id = :id",
        "DELETE FROM __status_words WHERE rowid = :id",
        "UPDATE conversations SET last_status_id = COALESCE((SELECT max(s.id) FROM statuses s \
           WHERE s.root_id = conversations.root_id AND s.id <> :id AND s.visibility = 3 AND s.deleted_at IS NULL \
           AND (s.account_id = conversations.account_id OR EXISTS (SELECT 1 FROM mentions m \
             WHERE m.status_id = s.id AND m.account_id = conversations.account_id))), :id) \
         WHERE last_status_id = :id",
        "DELETE FROM conversations WHERE last_status_id = :id",
        "UPDATE statuses SET deleted_at = :now, title = '', content = '', source = '', spoiler_text = '', \
         replies_count = 0, reblogs_count = 0, favourites_count = 0 \
         WHERE (id = :id OR reblog_of_id = :id) AND deleted_at IS NULL",
    ];
    for text in texts {
        let sql = Sql::<()>::new(text).id("id", id).number("now", now.0);
        both!(conn => sql.execute(conn))?;
    }
    if counts_for_author(status) {
        count_gone(conn, status.account_id)?;
    }
    if let Some(parent) = status.in_reply_to_id
        && counts_for_parent(status)
    {
        count(conn, parent, -1, 0, 0)?;
    }
    Ok(())
}

/// Letters do not count among the posts of an account, nor does what is said in private groups: the number
/// is for everyone's eyes.
#[must_use]
pub fn counts_for_author(status: &Status) -> bool {
    status.visibility.is_open() || status.visibility == Visibility::Private
}

/// Answers that those who see what they answer see, too.
#[must_use]
pub fn counts_for_parent(status: &Status) -> bool {
    status.visibility.is_open() || status.visibility == Visibility::Members
}

/// Makes a tombstone of a boost and counts it down.
///
/// # Errors
/// The database.
pub fn bury_boost(conn: &mut Conn, boost: &Status, now: Millis) -> Result<()> {
    both!(conn => diesel::update(statuses::table.find(boost.id))
        .set(statuses::deleted_at.eq(now))
        .execute(conn))?;
    if boost.visibility.is_open() {
        count_gone(conn, boost.account_id)?;
    }
    if let Some(original) = boost.reblog_of_id {
        count(conn, original, 0, -1, 0)?;
    }
    Ok(())
}

/// Takes a status out of its group.
///
/// # Errors
/// The database.
pub fn remove_from_group(conn: &mut Conn, id: StatusId, now: Millis) -> Result<()> {
    both!(conn => diesel::update(statuses::table.find(id))
        .set(statuses::removed_at.eq(now))
        .execute(conn))?;
    Ok(())
}

/// What stands in a group, threads and answers, behind this one and oldest first; also what waits there.
///
/// # Errors
/// The database.
pub fn in_group(
    conn: &mut Conn,
    group: AccountId,
    above: StatusId,
    limit: i64,
) -> Result<Vec<StatusId>> {
    // Threads and answers have an index each.
    let mut ids: Vec<StatusId> = both!(conn => statuses::table
        .filter(statuses::group_id.eq(group))
        .filter(statuses::in_reply_to_id.is_null())
        .filter(statuses::removed_at.is_null())
        .filter(statuses::id.gt(above))
        .order(statuses::id)
        .limit(limit)
        .select(statuses::id)
        .load(conn))?;
    let answers: Vec<StatusId> = both!(conn => statuses::table
        .filter(statuses::group_id.eq(group))
        .filter(statuses::in_reply_to_id.is_not_null())
        .filter(statuses::removed_at.is_null())
        .filter(statuses::id.gt(above))
        .order(statuses::id)
        .limit(limit)
        .select(statuses::id)
        .load(conn))?;
    ids.extend(answers);
    ids.sort_unstable();
    ids.truncate(usize::try_from(limit).unwrap_or_default());
    Ok(ids)
}

/// Lets a status back into its group.
///
/// # Errors
/// The database.
pub fn restore_to_group(conn: &mut Conn, id: StatusId) -> Result<()> {
    both!(conn => diesel::update(statuses::table.find(id))
        .set(statuses::removed_at.eq(None::<Millis>))
        .execute(conn))?;
    Ok(())
}

/// Says since when nobody may answer a status; `None`: it may be answered.
///
/// # Errors
/// The database.
pub fn set_locked(conn: &mut Conn, id: StatusId, since: Option<Millis>) -> Result<()> {
    both!(conn => diesel::update(statuses::table.find(id))
        .set(statuses::locked_at.eq(since))
        .execute(conn))?;
    Ok(())
}

/// Is this locked, or anything above it?
///
/// # Errors
/// The database.
pub fn is_locked(conn: &mut Conn, id: StatusId) -> Result<bool> {
    let text = "WITH RECURSIVE up (parent, locked) AS (\
           SELECT s.in_reply_to_id, s.locked_at FROM statuses s WHERE s.id = :id \
           UNION \
           SELECT s.in_reply_to_id, s.locked_at FROM up JOIN statuses s ON s.id = up.parent) \
         SELECT EXISTS (SELECT 1 FROM up WHERE locked IS NOT NULL)";
    let sql = Sql::<Bool>::new(text).id("id", id);
    Ok(both!(conn => sql.get_result(conn))?)
}

/// Gives a status its audience, after it waited.
///
/// # Errors
/// The database.
pub fn set_visibility(conn: &mut Conn, id: StatusId, visibility: Visibility) -> Result<()> {
    both!(conn => diesel::update(statuses::table.find(id))
        .set(statuses::visibility.eq(visibility))
        .execute(conn))?;
    Ok(())
}

/// When this account last wrote into this group (what waits counts, too); `None` for never.
///
/// # Errors
/// The database.
pub fn last_in_group(
    conn: &mut Conn,
    group: AccountId,
    account: AccountId,
) -> Result<Option<Millis>> {
    Ok(both!(conn => statuses::table
        .filter(statuses::account_id.eq(account))
        .filter(statuses::group_id.eq(group))
        .order(statuses::id.desc())
        .limit(1)
        .select(statuses::created_at)
        .get_result(conn)
        .optional())?)
}

/// Did this group pass on a thread of this account since then?
///
/// # Errors
/// The database.
pub fn was_passed_on_since(
    conn: &mut Conn,
    group: AccountId,
    account: AccountId,
    since: Millis,
) -> Result<bool> {
    let text = "SELECT EXISTS (SELECT 1 FROM statuses b JOIN statuses s ON s.id = b.reblog_of_id \
         WHERE b.account_id = :group AND b.id > :above AND s.account_id = :account \
         AND s.group_id <> :group)";
    let sql = Sql::<Bool>::new(text)
        .id("group", group)
        .id("account", account)
        .number("above", since.0.saturating_mul(1 << 16));
    Ok(both!(conn => sql.get_result(conn))?)
}

/// Did anyone ever let something of this account stand in this group?
///
/// # Errors
/// The database.
pub fn was_seen_in_group(conn: &mut Conn, group: AccountId, account: AccountId) -> Result<bool> {
    Ok(both!(conn => diesel::select(diesel::dsl::exists(
        statuses::table
            .filter(statuses::account_id.eq(account))
            .filter(statuses::group_id.eq(group))
            .filter(statuses::removed_at.is_null())
            .filter(statuses::visibility.ne(Visibility::Held))
    ))
    .get_result(conn))?)
}

/// Did a post of anyone of this server ever stand in this group's threads, so that others saw it?
///
/// # Errors
/// The database.
pub fn was_server_seen_in_group(conn: &mut Conn, group: AccountId, domain: &str) -> Result<bool> {
    Ok(both!(conn => diesel::select(diesel::dsl::exists(
        accounts::table
            .inner_join(statuses::table.on(statuses::account_id.eq(accounts::id)))
            .filter(accounts::domain.eq(domain))
            .filter(statuses::group_id.eq(group))
            .filter(statuses::removed_at.is_null())
            .filter(statuses::visibility.ne(Visibility::Held))
    ))
    .get_result(conn))?)
}

/// Says in whose thread a status stands that has none yet.
///
/// # Errors
/// The database.
pub fn put_in_group(conn: &mut Conn, id: StatusId, group: AccountId) -> Result<()> {
    both!(conn => diesel::update(statuses::table.find(id).filter(statuses::group_id.is_null()))
        .set(statuses::group_id.eq(group))
        .execute(conn))?;
    Ok(())
}

/// What stands above a status, the root first, at most `limit`; past the gate.
///
/// # Errors
/// The database.
pub fn ancestors(conn: &mut Conn, id: StatusId, limit: i64) -> Result<Vec<StatusId>> {
    let text = "WITH RECURSIVE up (id, parent, depth) AS (\
           SELECT s.id, s.in_reply_to_id, 0 FROM statuses s WHERE s.id = :id \
           UNION ALL \
           SELECT s.id, s.in_reply_to_id, up.depth + 1 FROM up JOIN statuses s ON s.id = up.parent \
           WHERE up.depth < :limit) \
         SELECT id FROM up WHERE depth > 0 ORDER BY depth DESC";
    let sql = Sql::<BigInt>::new(text).id("id", id).number("limit", limit);
    Ok(both!(conn => sql.load(conn))?)
}

/// What stands below a status, level by level, at most `limit`: each with what it answers; past the gate.
///
/// # Errors
/// The database.
pub fn descendants(
    conn: &mut Conn,
    id: StatusId,
    limit: i64,
) -> Result<Vec<(StatusId, Option<StatusId>)>> {
    let text = "WITH RECURSIVE down (id, parent) AS (\
           SELECT s.id, s.in_reply_to_id FROM statuses s WHERE s.in_reply_to_id = :id \
           UNION ALL \
           SELECT s.id, s.in_reply_to_id FROM down JOIN statuses s ON s.in_reply_to_id = down.id) \
         SELECT id, parent FROM down LIMIT :limit";
    let sql = Sql::<(BigInt, Nullable<BigInt>)>::new(text)
        .id("id", id)
        .number("limit", limit);
    Ok(both!(conn => sql.load(conn))?)
}

/// Does someone here wait for the posts of this account: a follower, or a member of the group that it is?
///
/// # Errors
/// The database.
pub fn has_readers_here(conn: &mut Conn, account: AccountId) -> Result<bool> {
    let text = "SELECT EXISTS (SELECT 1 FROM follows f JOIN users u ON u.account_id = f.account_id \
           WHERE f.target_id = :account AND f.state = 1) \
         OR EXISTS (SELECT 1 FROM memberships m JOIN users u ON u.account_id = m.account_id \
           WHERE m.group_id = :account AND m.state = 1)";
    let sql = Sql::<Bool>::new(text).id("account", account);
    Ok(both!(conn => sql.get_result(conn))?)
}
