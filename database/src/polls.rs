//! Polls: what is asked, how often each option was chosen, and who chose.

use diesel::prelude::*;
use model::{AccountId, Millis, PollId, RowId, StatusId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::{poll_options, poll_votes, polls};
use crate::sql::one_of;

/// A row of `polls`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Identifiable, Insertable)]
#[diesel(table_name = polls, treat_none_as_default_value = false)]
pub struct Poll {
    /// Its id.
    pub id: PollId,
    /// The status that it hangs on.
    pub status_id: StatusId,
    /// Who asks.
    pub account_id: AccountId,
    /// More than one option may be chosen.
    pub multiple: bool,
    /// Nobody sees the counts of the options before the end.
    pub hide_totals: bool,
    /// When it ends; `None` for never.
    pub expires_at: Option<Millis>,
    /// Over: set by the clock, or by the word of its own server.
    pub ended: bool,
    /// How many people voted, where that is known.
    pub voters_count: Option<i64>,
    /// Set while others have yet to be told of new votes.
    pub telling_at: Option<Millis>,
    /// Elsewhere: when its own server was last asked.
    pub asked_at: Millis,
    /// When it was made.
    pub created_at: Millis,
}

impl Poll {
    /// Is it over?
    #[must_use]
    pub fn is_over(&self, now: Millis) -> bool {
        self.ended || self.expires_at.is_some_and(|end| end <= now)
    }
}

/// A row of `poll_options`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = poll_options)]
pub struct PollOption {
    /// Of which poll.
    pub poll_id: PollId,
    /// Its place, from 0.
    pub position: i16,
    /// What is chosen.
    pub title: String,
    /// How often.
    pub votes_count: i64,
}

/// A row of `poll_votes`: one choice of one person.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = poll_votes, treat_none_as_default_value = false)]
pub struct PollVote {
    /// Its id.
    pub id: RowId,
    /// In which poll.
    pub poll_id: PollId,
    /// Who.
    pub account_id: AccountId,
    /// The place of the option.
    pub choice: i16,
    /// The address of the ballot where it came from elsewhere.
    pub uri: Option<String>,
    /// When.
    pub created_at: Millis,
}

/// What of a poll may change.
#[derive(Clone, Copy, Debug, AsChangeset)]
#[diesel(table_name = polls, treat_none_as_null = true)]
pub struct Terms {
    /// More than one option may be chosen.
    pub multiple: bool,
    /// Nobody sees the counts before the end.
    pub hide_totals: bool,
    /// When it ends.
    pub expires_at: Option<Millis>,
    /// Over.
    pub ended: bool,
    /// How many people voted.
    pub voters_count: Option<i64>,
}

/// Adds a poll with its options.
///
/// # Errors
/// `Conflict` where the status has one.
pub fn insert(conn: &mut Conn, poll: &Poll, options: &[PollOption]) -> Result<()> {
    both!(conn => diesel::insert_into(polls::table).values(poll).execute(conn))?;
    put_options(conn, options)
}

/// Adds options; there are none in their places.
fn put_options(conn: &mut Conn, options: &[PollOption]) -> Result<()> {
    if options.is_empty() {
        return Ok(());
    }
    both!(conn => diesel::insert_into(poll_options::table).values(options).execute(conn))?;
    Ok(())
}

/// Puts other options in the place of all; who voted voted for others, so those votes go.
///
/// # Errors
/// The database.
pub fn ask_anew(conn: &mut Conn, poll: PollId, options: &[PollOption]) -> Result<()> {
    both!(conn => diesel::delete(poll_votes::table.filter(poll_votes::poll_id.eq(poll)))
        .execute(conn))?;
    both!(conn => diesel::delete(poll_options::table.filter(poll_options::poll_id.eq(poll)))
        .execute(conn))?;
    put_options(conn, options)
}

/// Writes its terms.
///
/// # Errors
/// The database.
pub fn set_terms(conn: &mut Conn, poll: PollId, terms: &Terms) -> Result<()> {
    both!(conn => diesel::update(polls::table.find(poll)).set(terms).execute(conn))?;
    Ok(())
}

/// The poll with this id. Past the gate: whether it may be shown is decided by its status.
///
/// # Errors
/// `NotFound`.
pub fn get(conn: &mut Conn, id: PollId) -> Result<Poll> {
    Ok(both!(conn => polls::table
        .find(id)
        .select(Poll::as_select())
        .get_result(conn))?)
}

/// The poll of a status.
///
/// # Errors
/// The database.
pub fn of_status(conn: &mut Conn, status: StatusId) -> Result<Option<Poll>> {
    Ok(both!(conn => polls::table
        .filter(polls::status_id.eq(status))
        .select(Poll::as_select())
        .get_result(conn)
        .optional())?)
}

/// The polls of these statuses.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, statuses: &[StatusId]) -> Result<Vec<Poll>> {
    if statuses.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => polls::table
        .filter(one_of("polls.status_id", statuses))
        .select(Poll::as_select())
        .load(conn))?)
}

/// The options of these polls, in their places.
///
/// # Errors
/// The database.
pub fn options(conn: &mut Conn, polls: &[PollId]) -> Result<Vec<PollOption>> {
    if polls.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => poll_options::table
        .filter(one_of("poll_options.poll_id", polls))
        .order((poll_options::poll_id, poll_options::position))
        .select(PollOption::as_select())
        .load(conn))?)
}

/// What this account chose in these polls.
///
/// # Errors
/// The database.
pub fn choices(conn: &mut Conn, polls: &[PollId], account: AccountId) -> Result<Vec<PollVote>> {
    if polls.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => poll_votes::table
        .filter(one_of("poll_votes.poll_id", polls))
        .filter(poll_votes::account_id.eq(account))
        .order((poll_votes::poll_id, poll_votes::choice))
        .select(PollVote::as_select())
        .load(conn))?)
}

/// Keeps a choice and counts it; `false` where it was made before. `is_first` counts the voter too.
///
/// # Errors
/// The database.
pub fn vote(conn: &mut Conn, vote: &PollVote, is_first: bool) -> Result<bool> {
    let kept = both!(conn => diesel::insert_into(poll_votes::table)
        .values(vote)
        .on_conflict((poll_votes::poll_id, poll_votes::account_id, poll_votes::choice))
        .do_nothing()
        .execute(conn))?;
    if kept == 0 {
        return Ok(false);
    }
    both!(conn => diesel::update(poll_options::table.find((vote.poll_id, vote.choice)))
        .set(poll_options::votes_count.eq(poll_options::votes_count + 1))
        .execute(conn))?;
    if is_first {
        both!(conn => diesel::update(polls::table.find(vote.poll_id))
            .set(polls::voters_count.eq(polls::voters_count + 1))
            .execute(conn))?;
    }
    Ok(true)
}

/// Keeps whoever votes in it now waiting until this transaction is over: two ballots of one person that
/// arrive together must not both be the first.
///
/// # Errors
/// The database.
pub fn lock(conn: &mut Conn, poll: PollId) -> Result<()> {
    both!(conn => diesel::update(polls::table.find(poll))
        .set(polls::multiple.eq(polls::multiple))
        .execute(conn))?;
    Ok(())
}

/// Takes over what its own server counted: one number an option, in their places.
///
/// # Errors
/// The database.
pub fn set_counts(conn: &mut Conn, poll: PollId, votes: &[i64]) -> Result<()> {
    for (position, votes) in (0_i16..).zip(votes) {
        both!(conn => diesel::update(poll_options::table.find((poll, position)))
            .set(poll_options::votes_count.eq(*votes))
            .execute(conn))?;
    }
    Ok(())
}

/// It is over; `false` where it was over already.
///
/// # Errors
/// The database.
pub fn end(conn: &mut Conn, poll: PollId) -> Result<bool> {
    let rows = both!(conn => diesel::update(polls::table.find(poll).filter(polls::ended.eq(false)))
        .set(polls::ended.eq(true))
        .execute(conn))?;
    Ok(rows > 0)
}

/// Says since when others have yet to be told of votes; `None` for told.
///
/// # Errors
/// The database.
pub fn set_telling(conn: &mut Conn, poll: PollId, at: Option<Millis>) -> Result<()> {
    both!(conn => diesel::update(polls::table.find(poll))
        .set(polls::telling_at.eq(at))
        .execute(conn))?;
    Ok(())
}

/// Says when its own server was asked.
///
/// # Errors
/// The database.
pub fn set_asked(conn: &mut Conn, poll: PollId, at: Millis) -> Result<()> {
    both!(conn => diesel::update(polls::table.find(poll))
        .set(polls::asked_at.eq(at))
        .execute(conn))?;
    Ok(())
}

/// Who voted in it, each once.
///
/// # Errors
/// The database.
pub fn voters(conn: &mut Conn, poll: PollId) -> Result<Vec<AccountId>> {
    Ok(both!(conn => poll_votes::table
        .filter(poll_votes::poll_id.eq(poll))
        .select(poll_votes::account_id)
        .distinct()
        .load(conn))?)
}

/// The people here who voted in it.
///
/// # Errors
/// The database.
pub fn voters_here(conn: &mut Conn, poll: PollId) -> Result<Vec<AccountId>> {
    use crate::schema::accounts;
    Ok(both!(conn => poll_votes::table
        .inner_join(accounts::table.on(accounts::id.eq(poll_votes::account_id)))
        .filter(poll_votes::poll_id.eq(poll))
        .filter(accounts::domain.eq(""))
        .select(poll_votes::account_id)
        .distinct()
        .load(conn))?)
}

/// Removes the poll of a status, with its options and votes.
///
/// # Errors
/// The database.
pub fn delete_of(conn: &mut Conn, status: StatusId) -> Result<()> {
    both!(conn => diesel::delete(polls::table.filter(polls::status_id.eq(status))).execute(conn))?;
    Ok(())
}
