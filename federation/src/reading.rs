//! What other servers may read of what was written here: the only way to statuses for documents.

use database::{Conn, statuses};
use model::{AccountId, Millis, StatusId, Visibility};
use services::Result;
use services::policy::servers;
use services::views::{StatusView, status};

/// Those of `ids` that this viewer may see on another server: through the gate, and nothing that never leaves. What
/// is for the members of a group has a door of its own ([`as_member`]).
///
/// # Errors
/// The database.
pub(crate) fn shown(
    conn: &mut Conn,
    viewer: AccountId,
    ids: &[StatusId],
) -> Result<Vec<StatusView>> {
    let mut views = status::load_in(conn, viewer, ids)?;
    views.retain(|view| {
        let original = view.reblog.as_deref();
        !view.status.local_only && !for_members(view) && !original.is_some_and(for_members)
    });
    Ok(views)
}

fn for_members(view: &StatusView) -> bool {
    view.status.visibility == Visibility::Members
}

/// A status that is for the members of a group, as a member reads it: asked for by him, or by a server that may
/// read for him; with the member as whom it is read.
///
/// # Errors
/// The database.
pub(crate) fn as_member(
    conn: &mut Conn,
    asking: AccountId,
    id: StatusId,
    now: Millis,
) -> Result<Option<(AccountId, StatusView)>> {
    let Some(row) = statuses::find(conn, id)? else {
        return Ok(None);
    };
    for member in servers::reads_as(conn, asking, &row, now)? {
        let found = status::load_in(conn, member, &[id])?.pop();
        if let Some(view) = found.filter(|view| for_members(view) && !view.status.local_only) {
            return Ok(Some((member, view)));
        }
    }
    Ok(None)
}

/// Those of `ids` that this member may see and that stand in the same group.
///
/// # Errors
/// The database.
pub(crate) fn shown_to_member(
    conn: &mut Conn,
    member: AccountId,
    group: Option<AccountId>,
    ids: &[StatusId],
) -> Result<Vec<StatusView>> {
    let mut views = status::load_in(conn, member, ids)?;
    views.retain(|view| {
        for_members(view) && !view.status.local_only && view.status.group() == group
    });
    Ok(views)
}
