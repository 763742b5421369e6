//! What a moderator does in the name of his group from an app: the deeds of its moderation, and what he says,
//! which is none and stands in the log like all others, with the human behind it.

use database::Conn;
use database::statuses::Status;
use model::Millis;

use crate::context::Ctx;
use crate::error::Result;
use crate::ledger::{self, Act};
use crate::policy;
use crate::stewardship::{self, Deed, Why};
use crate::views::account::Viewer;

/// Does it as the group; an app gives no reasons, at most an end.
pub(crate) fn act(
    ctx: &Ctx,
    conn: &mut Conn,
    viewer: &Viewer,
    deed: &Deed,
    ends_at: Option<Millis>,
) -> Result<()> {
    let by = policy::moderator(conn, viewer, viewer.id())?;
    let why = Why {
        ends_at,
        ..Why::default()
    };
    stewardship::act(ctx, conn, &by, deed, &why).map(|_done| ())
}

/// Notes an act about a status; of someone who acts as himself nothing is noted.
pub(crate) fn note(
    ctx: &Ctx,
    conn: &mut Conn,
    viewer: &Viewer,
    kind: &'static str,
    status: &Status,
) -> Result<()> {
    if !viewer.is_group() {
        return Ok(());
    }
    let by = policy::moderator(conn, viewer, viewer.id())?;
    let act = Act {
        kind,
        account: Some(status.account_id),
        status: Some(status.id),
        ..Act::default()
    };
    ledger::append(ctx, conn, &by, &act).map(|_entry| ())
}
