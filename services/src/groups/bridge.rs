//! The bridge of a private group: its letters to members on servers of its list that are not known to keep private
//! what is for members. Each new thread, and each answer to something of theirs, comes to them as a letter of the
//! group; what they answer stands in the thread.
//!
//! A letter is no status: it says what the post says, to one person, and is made of the post when it is sent. Whether
//! they may still read the post, the gate is asked each time.

use database::bridge_letters::{self, Addressee, BridgeLetter};
use database::statuses::{self, Status};
use database::{Conn, group_servers, groups, instances};
use model::{AccountId, StatusId, Visibility};

use crate::context::{Context, Ctx};
use crate::error::Result;
use crate::policy::servers;
use crate::views::status::{self, StatusView};

/// So many letters are taken back at a time: from someone who is no member any more, or because an account is gone.
const MOST_TAKEN_BACK: i64 = 1000;

/// Someone across the bridge, and a post as they read it.
#[derive(Clone, Debug)]
pub struct Told {
    /// Who, and where a letter reaches them.
    pub reader: Addressee,
    /// The post, through the gate.
    pub post: StatusView,
}

/// Who is written to about a post, and has not been yet: of a thread everyone across the bridge, of an answer the one
/// to whom it is given.
///
/// # Errors
/// The database.
pub fn to_be_told(conn: &mut Conn, group: AccountId, status: StatusId) -> Result<Vec<Told>> {
    let row = statuses::get(conn, status)?;
    let is_in = row.visibility == Visibility::Members && row.group() == Some(group);
    // What was written while nothing left this place does not leave it later.
    if !is_in || row.stays_here() {
        return Ok(Vec::new());
    }
    let only = row.in_reply_to_account_id;
    if row.in_reply_to_id.is_some() && only.is_none() {
        return Ok(Vec::new());
    }
    let told = bridge_letters::about(conn, status)?;
    let mut whom = Vec::new();
    for reader in servers::across_the_bridge(conn, group, only)? {
        let is_known = told.iter().any(|row| row.account_id == reader.account);
        if reader.account == row.account_id || is_known {
            continue;
        }
        if let Some(post) = status::load_in(conn, reader.account, &[status])?.pop() {
            whom.push(Told { reader, post });
        }
    }
    Ok(whom)
}

/// The letters about a post whose readers may still read it.
///
/// # Errors
/// The database.
pub fn told(conn: &mut Conn, status: StatusId) -> Result<Vec<(BridgeLetter, Told)>> {
    let mut told = Vec::new();
    for letter in bridge_letters::about(conn, status)? {
        let across = servers::across_the_bridge(conn, letter.group_id, Some(letter.account_id))?;
        let post = status::load_in(conn, letter.account_id, &[status])?.pop();
        if let (Some(reader), Some(post)) = (across.into_iter().next(), post) {
            told.push((letter, Told { reader, post }));
        }
    }
    Ok(told)
}

/// The letters that someone got who is no member any more: their server is asked to forget them.
///
/// # Errors
/// The database.
pub fn of_who_left(
    conn: &mut Conn,
    group: AccountId,
    account: AccountId,
) -> Result<Vec<BridgeLetter>> {
    Ok(bridge_letters::to(conn, group, account, MOST_TAKEN_BACK)?)
}

/// The letters about what someone wrote whose account is deleted; of a group that ends, all that it wrote.
///
/// # Errors
/// The database.
pub fn of_who_is_gone(conn: &mut Conn, account: AccountId) -> Result<Vec<BridgeLetter>> {
    Ok(bridge_letters::of_who_is_gone(
        conn,
        account,
        MOST_TAKEN_BACK,
    )?)
}

/// May a letter of this group still go to this person? Asked before each attempt.
///
/// # Errors
/// The database.
pub fn reaches(conn: &mut Conn, group: AccountId, account: AccountId) -> Result<bool> {
    Ok(!servers::across_the_bridge(conn, group, Some(account))?.is_empty())
}

/// What someone elsewhere means by this address: the status that has it; of a letter to them the post of which it
/// told.
///
/// # Errors
/// The database.
pub(crate) fn meant_by(
    ctx: &Context,
    conn: &mut Conn,
    uri: &str,
    reader: AccountId,
) -> Result<Option<Status>> {
    match statuses::by_uri(conn, uri)? {
        None => post_of(ctx, conn, uri, reader),
        found => Ok(found),
    }
}

fn post_of(ctx: &Context, conn: &mut Conn, uri: &str, reader: AccountId) -> Result<Option<Status>> {
    let Some(id) = ctx.place.bridge_letter_at(uri) else {
        return Ok(None);
    };
    match bridge_letters::find(conn, id)?.filter(|letter| letter.account_id == reader) {
        Some(letter) => Ok(statuses::find(conn, letter.status_id)?),
        None => Ok(None),
    }
}

/// The servers to whose people this group writes letters, by its list: told to whoever thinks of joining. Whether
/// anybody lives there it does not say.
///
/// # Errors
/// The database.
pub async fn servers(ctx: &Ctx, group: AccountId) -> Result<Vec<String>> {
    ctx.db
        .read(move |conn| {
            if !groups::find(conn, group)?.is_some_and(|row| servers::is_bridged(&row)) {
                return Ok(Vec::new());
            }
            let mut domains = Vec::new();
            for row in group_servers::of(conn, group)? {
                let known = instances::by_domain(conn, &row.domain)?;
                if !known.is_some_and(|server| servers::is_capable(&server)) {
                    domains.push(row.domain);
                }
            }
            Ok(domains)
        })
        .await
}
