//! Tells the people here which of their follows ended by an act that was not theirs.

use std::collections::BTreeMap;

use database::follows::Follow;
use database::severance_events::{self, SeveranceEvent};
use database::{Conn, accounts};
use model::{AccountId, NotificationKind, SeveranceKind};

use crate::context::Ctx;
use crate::error::Result;
use crate::notifications::tell::{News, tell as notify};

/// Writes down, for each person of this server among these follows, how many they lost. Called in the
/// transaction that ends them, before it does.
pub(crate) fn tell(
    ctx: &Ctx,
    conn: &mut Conn,
    kind: SeveranceKind,
    target: &str,
    ties: &[Follow],
) -> Result<()> {
    let mut ids: Vec<AccountId> = ties
        .iter()
        .flat_map(|tie| [tie.account_id, tie.target_id])
        .collect();
    ids.sort();
    ids.dedup();
    let known: BTreeMap<AccountId, bool> = accounts::by_ids(conn, &ids)?
        .into_iter()
        .map(|account| (account.id, account.is_local() && !account.is_group()))
        .collect();
    let lives_here = |id: &AccountId| known.get(id).copied().unwrap_or_default();
    // Followers lost, follows ended.
    let mut lost: BTreeMap<AccountId, (i64, i64)> = BTreeMap::new();
    for tie in ties {
        if lives_here(&tie.account_id) {
            lost.entry(tie.account_id).or_default().1 += 1;
        }
        if lives_here(&tie.target_id) {
            lost.entry(tie.target_id).or_default().0 += 1;
        }
    }
    for (account, (followers, following)) in lost {
        let event = SeveranceEvent {
            id: ctx.id(),
            account_id: account,
            kind,
            target_name: target.to_owned(),
            followers_count: followers,
            following_count: following,
            created_at: ctx.now(),
        };
        severance_events::insert(conn, &event)?;
        let news = News::new(NotificationKind::SeveredRelationships, account).object(event.id.0);
        notify(ctx, conn, &news, &[account])?;
    }
    Ok(())
}
