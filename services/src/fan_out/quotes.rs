//! What follows from quotes: the quoted author hears of them, who quotes hears of edits.

use database::quotes;
use database::statuses::Status;
use database::{Conn, visible};
use model::{NotificationKind, QuoteState, StatusId};

use super::posts;
use crate::context::Context;
use crate::error::Result;
use crate::notifications::tell::{News, tell};

/// A quote stands: the quoted author hears of it, where they may see what quotes them.
pub(super) fn tell_of_quote(ctx: &Context, conn: &mut Conn, id: StatusId) -> Result<()> {
    let Some(quote) = quotes::find(conn, id)? else {
        return Ok(());
    };
    let (QuoteState::Accepted, Some(author)) = (quote.state, quote.quoted_account_id) else {
        return Ok(());
    };
    let Some(status) = visible::find(conn, author, id)? else {
        return Ok(());
    };
    if !posts::is_fresh(ctx, &status) {
        return Ok(());
    }
    let from = quote.account_id;
    let news = News::new(NotificationKind::Quote, from).about(&status);
    tell(ctx, conn, &news, &[author])?;
    Ok(())
}

/// A post was edited: who here quotes it hears of that, about their own post.
pub(super) fn tell_quoters(ctx: &Context, conn: &mut Conn, edited: &Status) -> Result<()> {
    for (quoter, quoting) in quotes::local_quoters(conn, edited.id)? {
        let Some(quoting) = visible::find(conn, quoter, quoting)? else {
            continue;
        };
        if visible::find(conn, quoter, edited.id)?.is_some() {
            let from = edited.account_id;
            let at = edited.edited_at.map_or(0, |at| at.0);
            let news = News::new(NotificationKind::QuotedUpdate, from)
                .about(&quoting)
                .object(at);
            tell(ctx, conn, &news, &[quoter])?;
        }
    }
    Ok(())
}
