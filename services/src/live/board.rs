//! Announcements: heard by everyone who listens to their home.

use std::sync::Arc;

use super::{Change, Channel, Message, What};
use crate::announcements;
use crate::context::Ctx;
use crate::error::Result;

/// Tells everyone of an announcement, of an answer to it, or that it is gone.
pub(super) async fn tell(ctx: &Ctx, change: &Change) -> Result<()> {
    let what = match change {
        Change::Announced(id) => What::Announcement(Box::new(announcements::one(ctx, *id).await?)),
        Change::AnnouncementAnswered(id, name) => {
            let count = announcements::count(ctx, *id, name).await?;
            What::AnnouncementReaction(*id, name.clone(), count)
        }
        Change::AnnouncementGone(id) => What::AnnouncementDelete(*id),
        _ => return Ok(()),
    };
    let message = Message::new(what);
    for account in ctx.live.listeners(|one| matches!(one, Channel::Home(_))) {
        ctx.live
            .say(&Channel::Home(account), |_| Some(Arc::clone(&message)));
    }
    Ok(())
}
