//! What the server's staff does: look after people, answer reports, block servers and addresses, read
//! totals. Each act asks for the role first, stands in the log with the human who did it, and is told to
//! whom it concerns. Nothing here posts as someone else, changes their words or takes an account over.

use model::Power;

use crate::context::Ctx;
use crate::error::Result;
use crate::policy::staff;
use crate::views::account::Viewer;

pub mod accounts;
pub mod domains;
pub mod groups;
pub mod limits;
pub mod measures;
pub(crate) mod removal;
pub mod reports;
pub(crate) mod severance;
pub mod sign_up;
pub mod taxonomies;
pub mod trends;

/// May this person do that now? Asked at the door; each act asks once more in its own transaction.
///
/// # Errors
/// `Forbidden`.
pub async fn check(ctx: &Ctx, viewer: &Viewer, power: Power) -> Result<()> {
    let viewer = viewer.clone();
    ctx.db
        .read(move |conn| staff::staff(conn, &viewer, power).map(|_proof| ()))
        .await
}
