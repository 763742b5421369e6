//! Who moderates, and whose the group is. A group always has an owner, and only an owner himself lays
//! that down: nobody takes a group over.

use database::memberships::{self, Membership};
use database::{Conn, groups, invites};
use model::{AccountId, ActionId, Event, Role};

use super::Hand;
use crate::error::{Error, Result};
use crate::oauth;

fn member(conn: &mut Conn, hand: &Hand<'_>, who: AccountId) -> Result<Membership> {
    memberships::find(conn, hand.group(), who)?
        .filter(Membership::is_member)
        .ok_or(Error::NotFound)
}

/// Gives a member a role.
///
/// # Errors
/// `NotFound` for who is no member; `Forbidden` against another owner, and for the last owner.
pub(super) fn set(
    conn: &mut Conn,
    hand: &Hand<'_>,
    who: AccountId,
    role: Role,
) -> Result<Option<ActionId>> {
    // Two at the same time are decided one after the other.
    groups::lock(conn, hand.group())?;
    let row = member(conn, hand, who)?;
    if row.role == role {
        return Ok(None);
    }
    if row.role == Role::Owner {
        if who != hand.by.human() && who != hand.wanted_by {
            return Err(Error::Forbidden("only an owner himself lays that down"));
        }
        if memberships::owners(conn, &[hand.group()])?.len() <= 1 {
            return Err(Error::Forbidden("a group has an owner: hand it over first"));
        }
    }
    let detail = serde_json::json!({ "from": row.role, "to": role }).to_string();
    let action = hand.write(conn, "role_changed", Some(who), None, detail)?;
    put(conn, hand, &row, role, action)?;
    Ok(Some(action))
}

/// An owner hands the group to a member, and is a moderator from then on.
///
/// # Errors
/// `NotFound` for who is no member; `Forbidden` for who is no owner himself.
pub(super) fn transfer(
    conn: &mut Conn,
    hand: &Hand<'_>,
    to: AccountId,
) -> Result<Option<ActionId>> {
    groups::lock(conn, hand.group())?;
    let next = member(conn, hand, to)?;
    let own = member(conn, hand, hand.by.human())?;
    if own.role != Role::Owner {
        return Err(Error::Forbidden("only owners of the group may do this"));
    }
    if next.id == own.id {
        return Ok(None);
    }
    let action = hand.log(conn, "ownership_transferred", to)?;
    put(conn, hand, &next, Role::Owner, action)?;
    put(conn, hand, &own, Role::Moderator, action)?;
    Ok(Some(action))
}

fn put(
    conn: &mut Conn,
    hand: &Hand<'_>,
    row: &Membership,
    role: Role,
    action: ActionId,
) -> Result<()> {
    memberships::set_state(conn, row.id, row.state, role, hand.ctx.now())?;
    let (group, account) = (row.group_id, row.account_id);
    if row.role.moderates() && !role.moderates() {
        oauth::end_group_tokens(conn, group, account, hand.ctx.now())?;
        // His links were the moderator's; as a member he makes others, where members do.
        invites::close_all_of(conn, group, account, hand.ctx.now())?;
    }
    let event = match (row.role.moderates(), role.moderates()) {
        (false, true) => Event::ModeratorAdded {
            group,
            account,
            action,
        },
        (true, false) => Event::ModeratorRemoved {
            group,
            account,
            action,
        },
        _ => return Ok(()),
    };
    Ok(hand.ctx.record(conn, &event)?)
}
