//! Groups in the hands of the staff: which are shown first. What happens inside of a group is its people's
//! business.

use std::sync::Arc;

use database::Conn;
use model::{AccountId, Power, Username};

use super::accounts::log;
use crate::context::Ctx;
use crate::discovery::groups;
use crate::error::{Error, Result};
use crate::policy::staff::{self, Staff};
use crate::views::account::Viewer;

/// The same by the command line, for a group of this name; `false` where it was so already.
///
/// # Errors
/// `NotFound` where there is no such group here; else as [`groups::set_featured`].
pub async fn feature_by_hand(ctx: &Ctx, name: &str, first: bool) -> Result<bool> {
    let name: Username = name
        .trim_start_matches(['@', '!'])
        .parse()
        .map_err(|_e| Error::NotFound)?;
    let group = ctx
        .db
        .read(move |conn| groups::by_name(conn, &name))
        .await?;
    let actor = crate::accounts::server_actor(ctx).await?.account.id;
    let context = Arc::clone(ctx);
    ctx.write(move |conn| change(&context, conn, &staff::by_hand(actor), group, first))
        .await
}

fn change(ctx: &Ctx, conn: &mut Conn, by: &Staff, group: AccountId, first: bool) -> Result<bool> {
    let changed = groups::set_featured(conn, group, first, ctx.now())?;
    if changed {
        let kind = if first {
            "group_featured"
        } else {
            "group_unfeatured"
        };
        log(ctx, conn, by, kind, group, "")?;
    }
    Ok(changed)
}

/// Shows a group first in the directory, on the front page and among the suggestions, or no more.
///
/// # Errors
/// `Forbidden`; else as [`groups::feature`].
pub async fn feature(ctx: &Ctx, viewer: &Viewer, group: AccountId, first: bool) -> Result<()> {
    let (context, viewer) = (Arc::clone(ctx), viewer.clone());
    ctx.write(move |conn| {
        let staff = staff::staff(conn, &viewer, Power::ManageTaxonomies)?;
        change(&context, conn, &staff, group, first).map(|_changed| ())
    })
    .await
}
