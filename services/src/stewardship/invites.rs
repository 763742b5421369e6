//! Invitations: links into the group, and people who are asked by name. Whoever comes by one waits for nobody.

use database::accounts::Account;
use database::group_invitations::{self, GroupInvitation};
use database::invites::{self, Invite};
use database::mentions::{self, Mention};
use database::{Conn, accounts, group_bans, memberships, statuses, users};
use model::{
    AccountId, AccountKind, ActionId, Event, InvitationId, InvitationState, InviteId,
    MembershipState, Millis,
};

use super::Hand;
use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::{bonds, letters, policy};

/// Open links of one group.
const MOST_LINKS: usize = 50;
/// Open links of a member who does not moderate.
const MOST_LINKS_OF_MEMBER: usize = 5;
/// People who are asked by one group and have not answered.
const MOST_ASKED: i64 = 50;
/// So long someone can answer.
const STANDS: i64 = 30 * Millis::DAY;
/// Who did not want to come is left in peace for so long.
const RESTS: i64 = 30 * Millis::DAY;

/// For how many people a link works (`None`: any number), and how long (`None`: for ever).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(crate) uses: Option<i64>,
    pub(crate) lasts: Option<i64>,
}

/// A moderator makes a link.
///
/// # Errors
/// `Invalid` for impossible numbers, and for too many links.
pub(super) fn open_link(
    conn: &mut Conn,
    hand: &Hand<'_>,
    bounds: Bounds,
) -> Result<Option<ActionId>> {
    let maker = (hand.group(), hand.by.human());
    make_link(hand.ctx, conn, maker, bounds, true, |conn, detail| {
        hand.write(conn, "invite_made", None, None, detail)
    })
    .map(Some)
}

/// Makes a link; `log` writes the entry about it.
///
/// # Errors
/// As [`open_link`].
pub(crate) fn make_link(
    ctx: &Ctx,
    conn: &mut Conn,
    (group, maker): (AccountId, AccountId),
    bounds: Bounds,
    moderates: bool,
    log: impl FnOnce(&mut Conn, String) -> Result<ActionId>,
) -> Result<ActionId> {
    policy::standing(conn, group)?;
    let Bounds { uses, lasts } = bounds;
    crate::invites::check(uses, lasts)?;
    let now = ctx.now();
    // Two at the same time are counted one after the other.
    database::groups::lock(conn, group)?;
    let makers = invites::makers_of_open(conn, group, now)?;
    let own = makers.iter().filter(|one| **one == maker).count();
    if makers.len() >= MOST_LINKS || !moderates && own >= MOST_LINKS_OF_MEMBER {
        return too_many();
    }
    let expires_at = lasts.map(|lasts| now.plus(lasts));
    let detail = serde_json::json!({ "max_uses": uses, "expires_at": expires_at }).to_string();
    let action = log(conn, detail)?;
    let row = Invite {
        id: ctx.id(),
        account_id: maker,
        code: ctx.random_hex::<16>()?,
        max_uses: uses,
        uses: 0,
        expires_at,
        created_at: now,
        group_id: Some(group),
        action_id: Some(action),
    };
    invites::insert(conn, &row)?;
    Ok(action)
}

/// A moderator ends a link; whoever came by it stays.
///
/// # Errors
/// `NotFound` for a link that does not lead into the group.
pub(super) fn close_link(
    conn: &mut Conn,
    hand: &Hand<'_>,
    id: InviteId,
) -> Result<Option<ActionId>> {
    let (group, now) = (hand.group(), hand.ctx.now());
    if !end_link(conn, group, id, None, now)? {
        return Ok(None);
    }
    hand.write(conn, "invite_closed", None, None, String::new())
        .map(Some)
}

/// Ends a link, of anyone or of this member; `false` where it was closed already.
///
/// # Errors
/// `NotFound` for a link that does not lead into the group, or is not theirs.
pub(crate) fn end_link(
    conn: &mut Conn,
    group: AccountId,
    id: InviteId,
    of: Option<AccountId>,
    now: Millis,
) -> Result<bool> {
    let was_open = invites::get(conn, id)?.is_some_and(|row| row.is_open(now));
    if !invites::close(conn, id, Some(group), of, now)? {
        return Err(Error::NotFound);
    }
    Ok(was_open)
}

/// Asks someone by name, here or elsewhere.
///
/// # Errors
/// `Invalid` for someone who cannot come, waits at the door, or did not want to a short while ago, and where too
/// many have not answered yet.
pub(super) fn invite(conn: &mut Conn, hand: &Hand<'_>, who: AccountId) -> Result<Option<ActionId>> {
    let (ctx, group, now) = (hand.ctx, hand.group(), hand.ctx.now());
    policy::standing(conn, group)?;
    database::groups::lock(conn, group)?;
    let account = accounts::get(conn, group)?;
    let person = accounts::get(conn, who)?;
    match memberships::find(conn, group, who)?.map(|row| row.state) {
        Some(MembershipState::Member) => return Ok(None),
        Some(MembershipState::Requested) => {
            let why = "this person waits in the queue: let them in there";
            return refused("ERR_WAITS", why);
        }
        Some(MembershipState::Left | MembershipState::Closed) | None => {}
    }
    may_be_asked(conn, hand, &person, &account)?;
    match group_invitations::find(conn, group, who)? {
        Some(row) if row.is_open(now) => return Ok(None),
        Some(row) if row.state == InvitationState::Declined && row.changed_at.plus(RESTS) > now => {
            // No word of why: who did not want to come said so to nobody.
            return cannot_come("this person cannot be asked now");
        }
        _ => {}
    }
    let most = usize::try_from(MOST_ASKED).unwrap_or(usize::MAX);
    if group_invitations::open(conn, group, now, MOST_ASKED)?.len() >= most {
        return too_many();
    }
    let action = hand.log(conn, "member_invited", who)?;
    let row = GroupInvitation {
        id: ctx.id(),
        group_id: group,
        account_id: who,
        state: InvitationState::Open,
        action_id: action,
        created_at: now,
        expires_at: now.plus(STANDS),
        changed_at: now,
    };
    group_invitations::put(conn, &row)?;
    write_to(conn, hand, &account, &person, row.expires_at)?;
    if !person.is_local() {
        let event = Event::Invited {
            group,
            account: who,
            invitation: row.id,
        };
        ctx.record(conn, &event)?;
    }
    Ok(Some(action))
}

fn refused<T>(code: &'static str, why: &str) -> Result<T> {
    let words = format!("Validation failed: {why}");
    Err(Error::invalid("who", code, words))
}

fn cannot_come<T>(why: &str) -> Result<T> {
    refused("ERR_CANNOT_COME", why)
}

fn too_many<T>() -> Result<T> {
    let why = "too many invitations are open; close some first";
    refused("ERR_TOO_MANY", why)
}

fn may_be_asked(conn: &mut Conn, hand: &Hand<'_>, person: &Account, group: &Account) -> Result<()> {
    if !matches!(person.kind, AccountKind::Person | AccountKind::Bot) {
        return cannot_come("people are invited, not groups");
    }
    if person.is_local() && !users::find(conn, person.id)?.is_some_and(|user| user.may_act()) {
        return cannot_come("nobody signs in with this account");
    }
    if person.suspended_at.is_some() {
        return cannot_come("this account is suspended");
    }
    if group_bans::is_banned(conn, group.id, person.id, hand.ctx.now())? {
        return cannot_come("this person is banned from the group");
    }
    match bonds::may_follow(hand.ctx, conn, person, group) {
        Err(Error::Forbidden(why)) => cannot_come(why),
        other => other,
    }
}

/// The letter about it: a direct status from the group. Mastodon knows no `Invite`, so it goes to other servers too.
fn write_to(
    conn: &mut Conn,
    hand: &Hand<'_>,
    group: &Account,
    person: &Account,
    until: Millis,
) -> Result<()> {
    let place = &hand.ctx.place;
    let locale = if person.is_local() {
        users::locales(conn, &[person.id])?
            .pop()
            .map(|(_who, locale)| locale)
    } else {
        database::groups::find(conn, group.id)?.map(|row| row.languages)
    };
    let language = match locale {
        Some(locale) if locale.starts_with("id") => "id",
        _ => "en",
    };
    let name = if group.display_name.is_empty() {
        &group.username
    } else {
        &group.display_name
    };
    let day: String = until.iso().chars().take(10).collect();
    let mut lines = if person.is_local() {
        let link = place.invitation_url(&group.username);
        match language {
            "id" => vec![
                format!("Anda diundang bergabung dengan {name}."),
                format!("Lihat dan jawab sampai {day}: {link}"),
            ],
            _ => vec![
                format!("You are invited to join {name}."),
                format!("Have a look and answer until {day}: {link}"),
            ],
        }
    } else {
        let (whom, handle) = (
            person.acct(),
            format!("@{}@{}", group.username, place.domain()),
        );
        let link = &group.url;
        match language {
            "id" => vec![
                format!("@{whom} Anda diundang bergabung dengan {name}."),
                format!("Ikuti {handle} sampai {day}, dan Anda langsung menjadi anggota: {link}"),
            ],
            _ => vec![
                format!("@{whom} You are invited to join {name}."),
                format!("Follow {handle} until {day}, and you are a member at once: {link}"),
            ],
        }
    };
    if !hand.why.reason.is_empty() {
        lines.insert(1, format!("“{}”", hand.why.reason));
    }
    let words = (language, lines.join("\n\n"));
    let letter = letters::written(hand.ctx, group, words, None, Some(person));
    statuses::insert(conn, &letter)?;
    let named = Mention {
        status_id: letter.id,
        account_id: person.id,
        silent: false,
    };
    mentions::insert(conn, &[named])?;
    let event = Event::StatusPublished { status: letter.id };
    Ok(hand.ctx.record(conn, &event)?)
}

/// Takes an invitation back.
///
/// # Errors
/// The database.
pub(super) fn withdraw(
    conn: &mut Conn,
    hand: &Hand<'_>,
    who: AccountId,
) -> Result<Option<ActionId>> {
    let (ctx, group) = (hand.ctx, hand.group());
    if !end(ctx, conn, group, who)? {
        return Ok(None);
    }
    hand.log(conn, "invitation_withdrawn", who).map(Some)
}

/// Ends an open invitation of someone who is asked no more; `false` where there is none.
///
/// # Errors
/// The database.
pub(super) fn end(ctx: &Ctx, conn: &mut Conn, group: AccountId, who: AccountId) -> Result<bool> {
    let now = ctx.now();
    let Some(row) = group_invitations::find(conn, group, who)?.filter(|row| row.is_open(now))
    else {
        return Ok(false);
    };
    let state = InvitationState::Withdrawn;
    group_invitations::set_state(conn, row.id, state, now)?;
    if !accounts::get(conn, who)?.is_local() {
        let event = Event::InvitationWithdrawn {
            group,
            account: who,
            invitation: row.id,
        };
        ctx.record(conn, &event)?;
    }
    Ok(true)
}

/// The invitation of this person that waits for an answer, in a group that nobody has stopped.
///
/// # Errors
/// The database.
pub(crate) fn waiting(
    ctx: &crate::context::Context,
    conn: &mut Conn,
    group: AccountId,
    who: AccountId,
) -> Result<Option<GroupInvitation>> {
    let now = ctx.now();
    let found = group_invitations::find(conn, group, who)?.filter(|row| row.is_open(now));
    if found.is_some() && policy::standing(conn, group).is_err() {
        return Ok(None);
    }
    Ok(found)
}

/// They came.
///
/// # Errors
/// The database.
pub(crate) fn came(conn: &mut Conn, id: InvitationId, now: Millis) -> Result<()> {
    Ok(group_invitations::set_state(
        conn,
        id,
        InvitationState::Accepted,
        now,
    )?)
}
