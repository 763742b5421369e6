//! What the moderators of a group note down about someone, for each other: no log, no other server, and no one
//! else hears of it. What is noted about who left for good goes after a year.

use std::sync::Arc;

use database::group_bans;
use database::group_mutes;
use database::group_notes::{self as notes, GroupNote};
use database::memberships::{self, Membership};
use model::{AccountId, Millis, Role, RowId};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::policy;
use crate::views::account::{self, AccountView, Viewer};

/// Letters of a note.
pub const MOST_LETTERS: usize = 2000;
/// Of one person so many are kept; the oldest goes.
const KEPT: usize = 50;
/// After they left so long.
const TERM: i64 = 365 * Millis::DAY;

/// Someone, as the moderators of a group see them.
#[derive(Clone, Debug)]
pub struct Card {
    /// Who.
    pub account: AccountView,
    /// As what they are in the group, and since when; `None` for no member.
    pub role: Option<(Role, Millis)>,
    /// Are they banned from it?
    pub is_banned: bool,
    /// May they read and not write?
    pub is_muted: bool,
    /// What is noted about them, the newest first, and by whom.
    pub notes: Vec<(GroupNote, Option<AccountView>)>,
}

/// What moderators know of someone.
///
/// # Errors
/// `NotFound`; `Forbidden` for who does not moderate the group.
pub async fn card(ctx: &Ctx, viewer: &Viewer, group: AccountId, who: AccountId) -> Result<Card> {
    let (viewer, now) = (viewer.clone(), ctx.now());
    ctx.db
        .read(move |conn| {
            policy::moderator(conn, &viewer, group)?;
            let rows = notes::about(conn, group, who)?;
            let mut ids: Vec<AccountId> = rows.iter().map(|row| row.author_id).collect();
            ids.push(who);
            let views = account::load_in(conn, &ids)?;
            let view = |id: AccountId| views.iter().find(|view| view.account.id == id).cloned();
            let account = view(who).ok_or(Error::NotFound)?;
            let membership = memberships::find(conn, group, who)?.filter(Membership::is_member);
            Ok(Card {
                account,
                role: membership.map(|row| (row.role, row.updated_at)),
                is_banned: group_bans::is_banned(conn, group, who, now)?,
                is_muted: group_mutes::is_muted(conn, group, who, now)?,
                notes: rows
                    .into_iter()
                    .map(|row| {
                        let author = view(row.author_id);
                        (row, author)
                    })
                    .collect(),
            })
        })
        .await
}

/// About whom of these something is noted.
///
/// # Errors
/// `Forbidden` for who does not moderate the group.
pub async fn noted(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    people: Vec<AccountId>,
) -> Result<Vec<(AccountId, i64)>> {
    let viewer = viewer.clone();
    ctx.db
        .read(move |conn| {
            policy::moderator(conn, &viewer, group)?;
            Ok(notes::known(conn, group, &people)?)
        })
        .await
}

/// Notes something down.
///
/// # Errors
/// `Invalid` for nothing and for too much; `NotFound`, `Forbidden`.
pub async fn add(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    who: AccountId,
    body: &str,
) -> Result<()> {
    let body = body.trim();
    if body.is_empty() || text::characters(body) > MOST_LETTERS {
        return Err(Error::invalid(
            "body",
            "ERR_INVALID",
            format!("Validation failed: a note has 1 to {MOST_LETTERS} letters"),
        ));
    }
    let body = text::multiline(body, MOST_LETTERS);
    let (context, viewer) = (Arc::clone(ctx), viewer.clone());
    ctx.write(move |conn| {
        let by = policy::moderator(conn, &viewer, group)?;
        database::accounts::get(conn, who)?;
        let row = GroupNote {
            id: context.id(),
            group_id: group,
            account_id: who,
            author_id: by.human(),
            body,
            created_at: context.now(),
        };
        notes::insert(conn, &row)?;
        for old in notes::about(conn, group, who)?.into_iter().skip(KEPT) {
            notes::delete(conn, group, who, old.id)?;
        }
        Ok(())
    })
    .await
}

/// Takes a note away.
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub async fn delete(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    who: AccountId,
    id: RowId,
) -> Result<()> {
    let viewer = viewer.clone();
    ctx.write(move |conn| {
        policy::moderator(conn, &viewer, group)?;
        if notes::delete(conn, group, who, id)? {
            Ok(())
        } else {
            Err(Error::NotFound)
        }
    })
    .await
}

/// Removes what was noted about people who left a year ago; answers how much.
///
/// # Errors
/// The database.
pub async fn forget(ctx: &Ctx) -> Result<usize> {
    let before = ctx.now().plus(-TERM);
    ctx.write_aside(move |conn| Ok::<_, Error>(notes::forget(conn, before)?))
        .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::groups::{join, leave};
    use crate::testing::{self, World};

    database::both_engines! {
        fn notes_are_for_moderators_and_go_a_year_after_their_subject(fresh: &Fresh) {
            let world = World::new(fresh);
            let (ctx, ana, ben, garden) = (&world.ctx, &world.ana, &world.ben, world.garden.id);
            testing::run(async {
                join(ctx, ben, garden).await.unwrap();
                for number in 0..52 {
                    add(ctx, ana, garden, ben.id(), &format!(" note {number} ")).await.unwrap();
                }
                let seen = card(ctx, ana, garden, ben.id()).await.unwrap();
                assert_eq!(seen.notes.len(), KEPT);
                assert_eq!(seen.notes[0].0.body, "note 51");
                assert_eq!(seen.notes[0].1.as_ref().unwrap().account.id, ana.id());
                assert!(matches!(card(ctx, ben, garden, ben.id()).await, Err(Error::Forbidden(_))));
                assert!(matches!(add(ctx, ben, garden, ben.id(), "x").await, Err(Error::Forbidden(_))));
                for bad in ["  ".to_owned(), "x".repeat(MOST_LETTERS + 1)] {
                    assert!(matches!(add(ctx, ana, garden, ben.id(), &bad).await, Err(Error::Invalid(_))));
                }
                let newest = seen.notes[0].0.id;
                delete(ctx, ana, garden, ben.id(), newest).await.unwrap();
                assert!(matches!(delete(ctx, ana, garden, ben.id(), newest).await, Err(Error::NotFound)));
                assert_eq!(noted(ctx, ana, garden, vec![ben.id(), ana.id()]).await.unwrap(), [(ben.id(), 49)]);

                // Of a member they stay; of who left they go after a year.
                world.pass(400 * Millis::DAY);
                assert_eq!(forget(ctx).await.unwrap(), 0);
                leave(ctx, ben, garden).await.unwrap();
                world.pass(364 * Millis::DAY);
                assert_eq!(forget(ctx).await.unwrap(), 0);
                world.pass(2 * Millis::DAY);
                assert_eq!(forget(ctx).await.unwrap(), 49);
            });
        }
    }
}
