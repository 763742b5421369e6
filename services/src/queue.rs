//! Who waits at the door of a group, and whether its moderators have looked: one letter goes out until they do.

use std::sync::Arc;

use database::memberships::{self, Membership};
use database::{Conn, queue_looks};
use model::{AccountId, MembershipId, MembershipState, Millis, Page, Paged, Role};

use crate::context::{Context, Ctx};
use crate::error::Result;
use crate::policy;
use crate::views::account::{self, AccountView, Viewer};

/// A letter that was not answered by a look for so long is forgotten: the next request is told of again.
const PATIENCE: i64 = 7 * Millis::DAY;

/// Who waits; for moderators, as themselves or as the group. They have looked then.
///
/// # Errors
/// `NotFound` where it is no group of ours, `Forbidden` for others.
pub(crate) async fn page(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    page: Page,
) -> Result<Paged<AccountView>> {
    let (viewer, now) = (viewer.clone(), ctx.now());
    let (found, is_news) = ctx
        .db
        .read(move |conn| {
            policy::moderator(conn, &viewer, group)?;
            let looked = queue_looks::of(conn, group)?;
            let end = (now.plus(1), MembershipId(0));
            let is_news = memberships::waits_between(conn, group, looked, end)?;
            Ok::<_, crate::Error>((page_in(conn, group, &page)?, is_news))
        })
        .await?;
    if is_news {
        let context = Arc::clone(ctx);
        ctx.write_later(move |conn| {
            Ok::<_, crate::Error>(queue_looks::put(conn, group, context.now())?)
        })
        .await?;
    }
    Ok(found)
}

/// Who waits; asks nobody whether they may know.
pub(crate) fn page_in(
    conn: &mut Conn,
    group: AccountId,
    page: &Page,
) -> Result<Paged<AccountView>> {
    let rows = memberships::page(conn, group, MembershipState::Requested, Role::ALL, page)?;
    let rows = rows
        .into_iter()
        .map(|(row, who, _role)| (row, who))
        .collect();
    account::page_in(conn, rows, page)
}

/// Do the moderators know already, by a letter about an earlier request, that somebody waits?
pub(crate) fn is_known(ctx: &Context, conn: &mut Conn, request: &Membership) -> Result<bool> {
    let looked = queue_looks::of(conn, request.group_id)?;
    let since = looked.max(ctx.now().plus(-PATIENCE));
    let until = (request.updated_at, request.id);
    Ok(memberships::waits_between(
        conn,
        request.group_id,
        since,
        until,
    )?)
}
