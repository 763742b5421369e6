//! The list of servers whose people may ask to join a private group.

use database::group_servers::{self, GroupServer};
use database::groups::Group;
use database::{Conn, accounts, memberships};
use model::{AccountId, ActionId, Domain};

use super::{Deed, Hand, members, own};
use crate::error::{Error, Result};
use crate::groups::turned_away::{self, Reason};
use crate::policy::servers::admits_server;

/// So many servers stand on the list of one group.
const MOST: usize = 100;

fn domain(typed: &str) -> Result<Domain> {
    let typed = typed
        .trim()
        .trim_start_matches("https://")
        .trim_end_matches('/')
        .to_lowercase();
    typed.parse().map_err(|_e| {
        Error::invalid(
            "host",
            "ERR_INVALID",
            "Validation failed: this is not the name of a server",
        )
    })
}

/// Lets people of a server ask to join.
///
/// # Errors
/// `Invalid` for what is no server elsewhere, or one too many.
pub(super) fn allow(conn: &mut Conn, hand: &Hand<'_>, host: &str) -> Result<Option<ActionId>> {
    let domain = domain(host)?;
    let invalid = |words: &str| Err(Error::invalid("host", "ERR_INVALID", words));
    if domain == *hand.ctx.place.domain() {
        return invalid("Validation failed: this server needs no permission");
    }
    if group_servers::of(conn, hand.group())?.len() >= MOST {
        return invalid("Validation failed: there are too many servers on the list");
    }
    let row = GroupServer {
        group_id: hand.group(),
        domain: domain.to_string(),
        added_by: Some(hand.by.human()),
        created_at: hand.ctx.now(),
    };
    if !group_servers::insert(conn, &row)? {
        return Ok(None);
    }
    let host = row.domain;
    log(conn, hand, "server_allowed", &Deed::AllowServer { host }).map(Some)
}

/// Takes a server from the list: whoever lives there is a member no longer, unless the server is known to keep
/// private what the group writes.
///
/// # Errors
/// `Forbidden` while someone there moderates the group; `Invalid` for what is no name of a server.
pub(super) fn take_off(conn: &mut Conn, hand: &Hand<'_>, host: &str) -> Result<Option<ActionId>> {
    let domain = domain(host)?;
    if !group_servers::delete(conn, hand.group(), domain.as_str())? {
        return Ok(None);
    }
    let group = own(conn, hand.group())?;
    keep_only_admitted(conn, hand, &group)?;
    let host = domain.to_string();
    log(conn, hand, "server_dropped", &Deed::DropServer { host }).map(Some)
}

/// The entry says which server: it names nobody.
fn log(conn: &mut Conn, hand: &Hand<'_>, kind: &'static str, deed: &Deed) -> Result<ActionId> {
    let (Deed::AllowServer { host } | Deed::DropServer { host }) = deed else {
        return Err(Error::NotFound);
    };
    let reason = if hand.why.reason.is_empty() {
        host.clone()
    } else {
        format!("{host}: {}", hand.why.reason)
    };
    let detail = serde_json::to_string(deed).unwrap_or_default();
    let act = crate::ledger::Act {
        kind,
        rule: hand.rule.as_deref(),
        reason: &reason,
        refers_to: hand.refers_to,
        detail,
        ..crate::ledger::Act::default()
    };
    crate::ledger::append(hand.ctx, conn, hand.by, &act)
}

/// Ends what people have with a private group whose server it does not admit (any more): membership, follow and
/// request; they are told.
///
/// # Errors
/// `Forbidden` while one of them moderates the group.
pub(super) fn keep_only_admitted(conn: &mut Conn, hand: &Hand<'_>, group: &Group) -> Result<()> {
    if group.kind.is_readable() {
        return Ok(());
    }
    let id = group.account_id;
    let mut leaving: Vec<AccountId> = Vec::new();
    for (who, server) in group_servers::people(conn, id)? {
        if !admits_server(conn, group, &server)? {
            leaving.push(who);
        }
    }
    for who in leaving {
        if memberships::find(conn, id, who)?.is_some_and(|row| row.moderates()) {
            return Err(Error::Forbidden("owners and moderators are demoted first"));
        }
        members::send_away(conn, hand, who)?;
        let (group, person) = (accounts::get(conn, id)?, accounts::get(conn, who)?);
        turned_away::tell(hand.ctx, conn, &group, &person, Reason::Dropped)?;
    }
    Ok(())
}
