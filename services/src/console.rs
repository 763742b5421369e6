//! What a moderator does in the name of his group and that is no deed against anyone: he speaks for it, pins,
//! changes how it looks. It stands in the group's log like all others, with the human behind it.

use database::Conn;
use database::statuses::Status;

use crate::context::Ctx;
use crate::error::Result;
use crate::ledger::{self, Act};
use crate::policy;
use crate::views::account::Viewer;

/// Notes an act about a status; of someone who acts as himself nothing is noted.
pub(crate) fn note(
    ctx: &Ctx,
    conn: &mut Conn,
    viewer: &Viewer,
    kind: &'static str,
    status: &Status,
) -> Result<()> {
    let act = Act {
        kind,
        account: Some(status.account_id),
        status: Some(status.id),
        reason: "",
    };
    append(ctx, conn, viewer, &act)
}

/// Notes that these parts of the group's profile, or of its settings, are others now.
pub(crate) fn note_parts(
    ctx: &Ctx,
    conn: &mut Conn,
    viewer: &Viewer,
    kind: &'static str,
    parts: &[(&str, bool)],
) -> Result<()> {
    let parts: Vec<&str> = parts
        .iter()
        .filter_map(|(part, changed)| changed.then_some(*part))
        .collect();
    if parts.is_empty() {
        return Ok(());
    }
    let act = Act {
        kind,
        account: None,
        status: None,
        reason: &parts.join(", "),
    };
    append(ctx, conn, viewer, &act)
}

fn append(ctx: &Ctx, conn: &mut Conn, viewer: &Viewer, act: &Act<'_>) -> Result<()> {
    if !viewer.is_group() {
        return Ok(());
    }
    let by = policy::moderator(conn, viewer, viewer.id())?;
    ledger::append(ctx, conn, &by, act)
}
