//! What follows from polls for the people here: that one which they made or voted in is over.

use database::{Conn, polls, statuses};
use model::{NotificationKind, StatusId};

use crate::context::Context;
use crate::error::Result;
use crate::notifications::tell::{News, tell};

/// A poll is over: its author hears of it, and whoever here voted in it.
pub(super) fn tell_of_end(ctx: &Context, conn: &mut Conn, id: StatusId) -> Result<()> {
    let Some(status) = statuses::find(conn, id)?.filter(|status| !status.is_deleted()) else {
        return Ok(());
    };
    let Some(poll) = polls::of_status(conn, id)? else {
        return Ok(());
    };
    let mut whom = polls::voters_here(conn, poll.id)?;
    whom.push(status.account_id);
    let news = News::new(NotificationKind::Poll, status.account_id).about(&status);
    tell(ctx, conn, &news, &whom)?;
    Ok(())
}
