//! The servers that have to do with a private group, as its moderators see them; and the questions of the wire.

use database::groups::Group;
use database::{Conn, group_servers, groups};
use model::{AccountId, AccountKind};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::policy::{self, servers};
use crate::views::account::Viewer;

/// A server on the list of a group, or with people in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerView {
    /// Its domain.
    pub domain: String,
    /// Does it stand on the group's list?
    pub is_listed: bool,
    /// Is its program known to keep private what is for members?
    pub is_capable: bool,
    /// How many of its people are members, or ask to be.
    pub people: i64,
}

/// The list of a group, with the servers on which its people live; for moderators.
///
/// # Errors
/// `NotFound` where it is no group of ours, `Forbidden` for others.
pub async fn list(ctx: &Ctx, viewer: &Viewer, group: AccountId) -> Result<Vec<ServerView>> {
    let viewer = viewer.clone();
    ctx.db
        .read(move |conn| {
            policy::moderator(conn, &viewer, group)?;
            listed(conn, group)
        })
        .await
}

fn listed(conn: &mut Conn, group: AccountId) -> Result<Vec<ServerView>> {
    let mut views: Vec<ServerView> = Vec::new();
    for row in group_servers::of(conn, group)? {
        let known = database::instances::by_domain(conn, &row.domain)?;
        views.push(ServerView {
            domain: row.domain,
            is_listed: true,
            is_capable: known.is_some_and(|server| servers::is_capable(&server)),
            people: 0,
        });
    }
    for (_who, server) in group_servers::people(conn, group)? {
        match views.iter_mut().find(|view| view.domain == server.domain) {
            Some(view) => view.people = view.people.saturating_add(1),
            None => views.push(ServerView {
                is_capable: servers::is_capable(&server),
                domain: server.domain,
                is_listed: false,
                people: 1,
            }),
        }
    }
    views.sort_by(|one, other| one.domain.cmp(&other.domain));
    Ok(views)
}

/// Is this a private group of ours that speaks to other servers? Then who asks to join has to be known better.
///
/// # Errors
/// The database.
pub async fn is_choosy(ctx: &Ctx, group: AccountId) -> Result<bool> {
    let row: Option<Group> = ctx
        .db
        .read(move |conn| Ok::<_, Error>(groups::find(conn, group)?))
        .await?;
    Ok(row.is_some_and(|row| !row.kind.is_readable() && !row.local_only))
}

/// Is this person a member of this group, or does this server have one? For a server that has a member itself, and
/// for nobody else.
///
/// # Errors
/// The database.
pub async fn tells_of(
    ctx: &Ctx,
    group: AccountId,
    asking: AccountId,
    person: String,
) -> Result<bool> {
    let now = ctx.now();
    ctx.db
        .read(move |conn| {
            let Some(row) = groups::find(conn, group)?.filter(|row| !row.local_only) else {
                return Ok(false);
            };
            let Some(server) = group_servers::home(conn, asking)? else {
                return Ok(false);
            };
            if !row.kind.is_readable() && !servers::admits_server(conn, &row, &server)? {
                return Ok(false);
            }
            if group_servers::members_on(conn, group, server.id, 1)?.is_empty() {
                return Ok(false);
            }
            let Some(account) = database::accounts::by_uri(conn, &person)? else {
                return Ok(false);
            };
            if account.kind == AccountKind::Server {
                // A server reads for its members, where it keeps private what they read.
                return Ok(match group_servers::home(conn, account.id)? {
                    Some(home) => servers::hears(conn, group, &home)?,
                    None => false,
                });
            }
            Ok(account.suspended_at.is_none()
                && policy::member(conn, group, account.id, now).is_ok())
        })
        .await
}
