//! What waits for the moderators of a group: posts, proposals, who may not write for now, a wave of strangers.

use std::sync::Arc;

use database::{group_mutes, groups, held_statuses};
use model::{AccountId, ActionId, StatusId};

use crate::context::Ctx;
use crate::error::Result;
use crate::policy::status::Wait;
use crate::views::account::{self, AccountView, Viewer};
use crate::views::status::{self, StatusView};
use crate::{policy, stewardship, waves};

/// So many posts that wait are shown at a time.
const MOST_HELD: i64 = 40;

/// What waits for the moderators beside requests to join.
#[derive(Clone, Debug, Default)]
pub struct Waiting {
    /// Posts that wait, the oldest first, and why.
    pub held: Vec<(StatusView, Wait)>,
    /// What others have to agree to: the entries of the log.
    pub proposals: Vec<(ActionId, String)>,
    /// Who may not write for now.
    pub muted: Vec<AccountView>,
    /// How many strangers came in the last hour, where that is a wave and nothing keeps them out yet.
    pub wave: Option<i64>,
}

/// What waits; for moderators.
///
/// # Errors
/// `NotFound` where it is no group of ours, `Forbidden` for others.
pub async fn waiting(ctx: &Ctx, viewer: &Viewer, group: AccountId) -> Result<Waiting> {
    let (context, viewer) = (Arc::clone(ctx), viewer.clone());
    ctx.db
        .read(move |conn| {
            let by = policy::moderator(conn, &viewer, group)?;
            let rows = held_statuses::of(conn, group, MOST_HELD)?;
            let ids: Vec<StatusId> = rows.iter().map(|row| row.0.status_id).collect();
            let mut views = status::held_in(conn, &by, &ids)?;
            let held = rows
                .into_iter()
                .filter_map(|(row, _status)| {
                    let at = views
                        .iter()
                        .position(|view| view.status.id == row.status_id)?;
                    let wait = Wait {
                        reason: row.reason,
                        word: row.word,
                    };
                    Some((views.swap_remove(at), wait))
                })
                .collect();
            let muted: Vec<AccountId> = group_mutes::all(conn, group, context.now())?
                .into_iter()
                .map(|row| row.account_id)
                .collect();
            Ok(Waiting {
                held,
                proposals: stewardship::open_proposals(&context, conn, &by)?
                    .into_iter()
                    .map(|entry| (entry.id, entry.kind))
                    .collect(),
                muted: account::load_in(conn, &muted)?,
                wave: match groups::find(conn, group)?.and_then(|row| row.shield_until) {
                    Some(until) if until > context.now() => None,
                    _ => waves::of(conn, group, context.now())?,
                },
            })
        })
        .await
}
