//! Logging in as a group: which groups somebody may act for, and how that ends.

use std::sync::Arc;

use database::{Conn, access_grants, access_tokens, accounts, memberships};
use model::{AccountId, Millis};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::policy;
use crate::views::account::{self, AccountView, Viewer};

/// The groups that this human may act for: those of this server that he moderates now.
///
/// # Errors
/// The database.
pub async fn groups_of(ctx: &Ctx, viewer: &Viewer) -> Result<Vec<AccountView>> {
    let human = viewer.human.id;
    ctx.db
        .read(move |conn| {
            let ids = memberships::moderated_by(conn, human)?;
            account::load_in(conn, &ids)
        })
        .await
}

/// The same human, who acts for this group.
///
/// # Errors
/// `NotFound` where it is no group of ours, `Forbidden` where he does not moderate it.
pub async fn acting_for(ctx: &Ctx, viewer: &Viewer, group: AccountId) -> Result<Viewer> {
    let viewer = viewer.clone();
    ctx.db
        .read(move |conn| {
            let account = accounts::get(conn, group)?;
            if !account.is_group() {
                return Err(Error::NotFound);
            }
            let acting = viewer.acting_for(Arc::new(account));
            policy::may_act(conn, &acting)?;
            Ok(acting)
        })
        .await
}

/// Ends everything by which this human acts for this group: tokens (with them streams), push, codes that
/// wait. Whatever takes a moderating role away calls this, in its own transaction.
pub(crate) fn end_group_tokens(
    conn: &mut Conn,
    group: AccountId,
    human: AccountId,
    now: Millis,
) -> Result<()> {
    access_tokens::revoke_for_group(conn, group, human, now)?;
    Ok(access_grants::delete_for_group(conn, group, human)?)
}
