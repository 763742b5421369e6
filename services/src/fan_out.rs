//! From an event to the home timelines and notifications of the people here. The first of the two
//! consumers of events; it may run twice for one event and then changes nothing the second time.

use model::Event;

use crate::context::Ctx;
use crate::error::Result;

/// Writes what follows from an event for the people here: home entries, notifications, conversations.
///
/// # Errors
/// The database; the event is tried again later.
pub async fn consume(ctx: &Ctx, event: &Event) -> Result<()> {
    todo!("{ctx:?} {event:?}")
}

/// Fills the home timeline of someone anew from what they follow (400 entries at most).
///
/// # Errors
/// The database.
pub async fn rebuild_home(ctx: &Ctx, owner: model::AccountId) -> Result<()> {
    todo!("{ctx:?} {owner:?}")
}
