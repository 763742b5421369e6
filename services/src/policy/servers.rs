//! Which servers may hear what a private group writes. Whoever runs a server can technically read what lies on
//! it; here stands which programs at least show it to nobody else, and what a group decided beside that.

use database::bridge_letters::{self, Addressee};
use database::group_servers;
use database::groups::{self, Group};
use database::instances::Instance;
use database::memberships;
use database::statuses::Status;
use database::{Conn, accounts, group_bans};
use model::{AccountId, AccountKind, Millis, Visibility};

use crate::error::Result;

/// Why someone elsewhere may not join.
pub const NOT_KEPT: &str = "this group is for people of servers that keep private what it writes";

/// So many members of a server are looked at to find one who may read something.
const LOOKED_AT: i64 = 20;

/// Does a program show what is for the members of a group to nobody else? This one does, and Lemmy since its
/// version 1.0, where a private community is read by signed requests of its followers' servers
/// (`groups-on-the-wire.md` 4.1).
#[must_use]
pub fn keeps_private(software: &str, version: &str) -> bool {
    match software {
        "balai" => true,
        "lemmy" => {
            let major: String = version
                .trim_start_matches('v')
                .chars()
                .take_while(char::is_ascii_digit)
                .collect();
            major.parse::<u32>().is_ok_and(|major| major >= 1)
        }
        _ => false,
    }
}

/// As [`keeps_private`], of a server that was asked what it runs.
#[must_use]
pub fn is_capable(server: &Instance) -> bool {
    keeps_private(server.runs(), &server.version)
}

/// May people of this server ask to join this private group? `false` for a group that reaches nobody elsewhere.
///
/// # Errors
/// The database.
pub fn admits_server(conn: &mut Conn, group: &Group, server: &Instance) -> Result<bool> {
    if group.local_only {
        return Ok(false);
    }
    Ok(is_capable(server) || group_servers::has(conn, group.account_id, &server.domain)?)
}

/// May this account be in this group, as far as its server is concerned? Everyone of this server may; a group
/// that everyone reads keeps nothing from anyone.
///
/// # Errors
/// The database.
pub fn admits(conn: &mut Conn, group: &Group, account: AccountId) -> Result<bool> {
    if accounts::get(conn, account)?.is_local() {
        return Ok(true);
    }
    if group.kind.is_readable() || group.local_only {
        return Ok(!group.local_only);
    }
    match group_servers::home(conn, account)? {
        Some(server) => admits_server(conn, group, &server),
        None => Ok(false),
    }
}

/// Is what this group's members write sent to this server: does it keep that private, and does a member in
/// force live there? Asked when something is to be sent, each time.
///
/// # Errors
/// The database.
pub fn hears(conn: &mut Conn, group: AccountId, server: &Instance) -> Result<bool> {
    let Some(row) = groups::find(conn, group)? else {
        return Ok(false);
    };
    Ok(!row.local_only
        && is_capable(server)
        && !group_servers::members_on(conn, group, server.id, 1)?.is_empty())
}

/// Does a group write to members on servers that are not known to keep private what it says? It does where its
/// owners opened the bridge.
#[must_use]
pub const fn is_bridged(group: &Group) -> bool {
    group.bridged && !group.kind.is_readable() && !group.local_only && group.closed_at.is_none()
}

/// The members to whom a private group writes letters, because their servers hear nothing else of it; of `only` one
/// of them. Asked when something is to be sent, each time.
///
/// # Errors
/// The database.
pub fn across_the_bridge(
    conn: &mut Conn,
    group: AccountId,
    only: Option<AccountId>,
) -> Result<Vec<Addressee>> {
    if !groups::find(conn, group)?.is_some_and(|row| is_bridged(&row)) {
        return Ok(Vec::new());
    }
    let mut found = bridge_letters::addressees(conn, group, only)?;
    found.retain(|one| !is_capable(&one.server));
    Ok(found)
}

/// As whom someone elsewhere who signed a request reads a status that is for the members of a group: as himself,
/// if he is one; a server that keeps such things private, for a member who lives there, or for a group that does.
/// `None` for everyone else.
///
/// # Errors
/// The database.
pub fn reads_as(
    conn: &mut Conn,
    asking: AccountId,
    status: &Status,
    now: Millis,
) -> Result<Vec<AccountId>> {
    let nobody = Vec::new();
    let (Visibility::Members, Some(group)) = (status.visibility, status.group()) else {
        return Ok(nobody);
    };
    let asker = accounts::get(conn, asking)?;
    let Some(server) = group_servers::home(conn, asking)? else {
        return Ok(nobody);
    };
    let Some(row) = groups::find(conn, group)? else {
        // A group elsewhere reads what our people write in it, and so does its server.
        let is_its = group_servers::home(conn, group)?.is_some_and(|home| home.id == server.id);
        let may = asking == group || (asker.kind == AccountKind::Server && is_its);
        return Ok(if may { vec![group] } else { nobody });
    };
    // Also where the group has opened since: who came in after that reads it here, and not there.
    if !admits_server(conn, &row, &server)? {
        return Ok(nobody);
    }
    if asker.kind == AccountKind::Server {
        if !is_capable(&server) {
            return Ok(nobody);
        }
        return Ok(group_servers::members_on(
            conn, group, server.id, LOOKED_AT,
        )?);
    }
    let is_member = memberships::find(conn, group, asking)?.is_some_and(|row| row.is_member());
    Ok(
        if is_member && !group_bans::is_banned(conn, group, asking, now)? {
            vec![asking]
        } else {
            nobody
        },
    )
}

#[cfg(test)]
mod tests {
    use super::keeps_private;

    #[test]
    fn what_keeps_private_what_is_for_members() {
        for (software, version) in [
            ("balai", ""),
            ("balai", "0.1.0"),
            ("lemmy", "1.0.0"),
            ("lemmy", "1.0.0-alpha.5"),
            ("lemmy", "v2.1"),
        ] {
            assert!(keeps_private(software, version), "{software} {version}");
        }
        for (software, version) in [
            ("", ""),
            ("lemmy", ""),
            ("lemmy", "0.19.11"),
            ("lemmy", "unknown"),
            ("mastodon", "4.5.0"),
            ("piefed", "1.3.0"),
            ("mbin", "1.8.0"),
            ("nodebb", "4.0.0"),
        ] {
            assert!(!keeps_private(software, version), "{software} {version}");
        }
    }
}
