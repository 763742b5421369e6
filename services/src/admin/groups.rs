//! Groups in the hands of the staff: which are shown first. What happens inside of a group is its people's
//! business.

use std::sync::Arc;

use model::{AccountId, Power};

use super::accounts::log;
use crate::context::Ctx;
use crate::discovery::groups;
use crate::error::Result;
use crate::policy::staff;
use crate::views::account::Viewer;

/// Shows a group first in the directory, on the front page and among the suggestions, or no more.
///
/// # Errors
/// `Forbidden`; else as [`groups::feature`].
pub async fn feature(ctx: &Ctx, viewer: &Viewer, group: AccountId, first: bool) -> Result<()> {
    let (context, viewer) = (Arc::clone(ctx), viewer.clone());
    ctx.write(move |conn| {
        let staff = staff::staff(conn, &viewer, Power::ManageTaxonomies)?;
        if groups::set_featured(conn, group, first, context.now())? {
            let kind = if first {
                "group_featured"
            } else {
                "group_unfeatured"
            };
            log(&context, conn, &staff, kind, group, "")?;
        }
        Ok(())
    })
    .await
}
