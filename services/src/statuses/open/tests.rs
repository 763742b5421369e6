//! Stories of authors who open what they wrote in a group that was private then.

use database::groups;
use model::{GroupKind, Page};

use super::*;
use crate::groups::{Deed, GroupChange, Why, act, join};
use crate::statuses::{Draft, publish, thread};
use crate::testing::{self, World};
use crate::timelines;
use crate::views::status;

fn draft(group: AccountId, text: &str, to: Option<StatusId>) -> Draft {
    Draft {
        text: text.to_owned(),
        in_reply_to: to,
        group: to.is_none().then_some(group),
        ..Draft::default()
    }
}

async fn say(
    world: &World,
    by: &Viewer,
    group: AccountId,
    text: &str,
    to: Option<StatusId>,
) -> StatusId {
    let posted = publish(&world.ctx, by, draft(group, text, to), None).await;
    let row = posted.unwrap().status;
    assert_eq!(row.visibility, Visibility::Members);
    row.id
}

async fn kind(world: &World, group: AccountId, kind: GroupKind) {
    let change = GroupChange {
        kind: Some(kind),
        ..GroupChange::default()
    };
    let deed = Deed::Change { change };
    act(&world.ctx, &world.ana, group, deed, Why::default())
        .await
        .unwrap();
}

fn forbidden(outcome: &Result<()>) {
    assert!(matches!(outcome, Err(Error::Forbidden(_))), "{outcome:?}");
}

database::both_engines! {
    fn each_author_opens_what_is_theirs_and_nothing_else(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, ben, chi) = (&world.ctx, &world.ana, &world.ben, &world.chi);
        testing::run(async {
            let hall = world.group(ana, "hall", GroupKind::Private).await.id;
            let eve = world.person("eve").await;
            kind(&world, hall, GroupKind::Open).await;
            for who in [ben, chi] {
                join(ctx, who, hall).await.unwrap();
            }
            kind(&world, hall, GroupKind::Private).await;
            let root = say(&world, ben, hall, "the key is under the mat", None).await;
            let comment = say(&world, chi, hall, "I moved it", Some(root)).await;
            let below = say(&world, ben, hall, "where to?", Some(comment)).await;
            forbidden(&open(ctx, ben, root).await);
            forbidden(&open_all(ctx, ben, hall).await.map(|_count| ()));
            assert!(!may_open_some(ctx, ben, hall).await.unwrap());

            kind(&world, hall, GroupKind::Open).await;
            let seen = async |id: StatusId| status::one(ctx, Some(&eve), id).await;
            for id in [root, comment, below] {
                assert!(matches!(seen(id).await, Err(Error::NotFound)), "nothing opens by itself");
            }
            // Neither a moderator nor the group opens what is another's.
            for (who, id) in [(ana, root), (ben, comment), (&eve, root)] {
                assert!(matches!(open(ctx, who, id).await, Err(Error::NotFound)));
            }
            let group = world.account(hall).await;
            let as_group = World::acting(ana, &group);
            assert!(matches!(open(ctx, &as_group, root).await, Err(Error::NotFound)));
            assert_eq!(open_all(ctx, ana, hall).await.unwrap(), 0);
            world.events().await;

            // A comment by itself: what it answers, and what answers it, stays closed.
            open(ctx, chi, comment).await.unwrap();
            let view = seen(comment).await.unwrap();
            assert_eq!(view.status.in_reply_to_id, None);
            assert_eq!(view.status.in_reply_to_account_id, None, "who was answered is no news");
            assert_eq!(view.in_reply_to_uri, None);
            let around = thread(ctx, Some(&eve), comment).await.unwrap();
            assert!(around.ancestors.is_empty() && around.descendants.is_empty());
            for id in [root, below] {
                assert!(matches!(seen(id).await, Err(Error::NotFound)));
            }
            // To members it stands where it stood.
            let inside = thread(ctx, Some(ben), comment).await.unwrap();
            assert_eq!((inside.ancestors.len(), inside.descendants.len()), (1, 1));
            let events = world.events().await;
            assert_eq!(events, [Event::StatusPublished { status: comment }]);
            open(ctx, chi, comment).await.unwrap();
            assert!(world.events().await.is_empty(), "twice is once");

            // The first post with its group's boost; the rest of what is his.
            assert!(may_open_some(ctx, ben, hall).await.unwrap());
            let before = timelines::group(ctx, Some(&eve), hall, Page::first(20)).await.unwrap();
            assert!(before.items.is_empty());
            assert_eq!(open_all(ctx, ben, hall).await.unwrap(), 2);
            assert!(!may_open_some(ctx, ben, hall).await.unwrap());
            let after = timelines::group(ctx, Some(&eve), hall, Page::first(20)).await.unwrap();
            assert_eq!(after.items.len(), 1);
            assert_eq!(seen(below).await.unwrap().status.in_reply_to_id, Some(comment));
            assert_eq!(seen(comment).await.unwrap().status.in_reply_to_id, Some(root));
            let events = world.events().await;
            assert_eq!(events.len(), 3, "{events:?}");
            let boosted = events.iter().find_map(|event| match event {
                Event::Boosted { boost } => Some(*boost),
                _ => None,
            });
            let boost = status::one(ctx, Some(&eve), boosted.unwrap()).await.unwrap();
            assert_eq!((boost.status.account_id, boost.status.reblog_of_id), (hall, Some(root)));
        });
    }

    fn what_was_taken_out_and_who_is_out_stays_out(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, ben) = (&world.ctx, &world.ana, &world.ben);
        testing::run(async {
            let hall = world.group(ana, "hall", GroupKind::Open).await.id;
            join(ctx, ben, hall).await.unwrap();
            kind(&world, hall, GroupKind::Private).await;
            let (bad, good) = (
                say(&world, ben, hall, "buy this", None).await,
                say(&world, ben, hall, "seeds", None).await,
            );
            let deed = Deed::RemoveStatus { status: bad };
            act(ctx, ana, hall, deed, Why::default()).await.unwrap();
            kind(&world, hall, GroupKind::Approved).await;
            forbidden(&open(ctx, ben, bad).await);
            let now = ctx.now();
            let frozen = async |at| {
                world.db(move |c| {
                    let row = groups::find(c, hall)?.ok_or(Error::NotFound)?;
                    Ok(groups::update(c, &groups::Group { frozen_at: at, ..row })?)
                }).await;
            };
            frozen(Some(now)).await;
            forbidden(&open(ctx, ben, good).await);
            frozen(None).await;
            crate::groups::leave(ctx, ben, hall).await.unwrap();
            forbidden(&open(ctx, ben, good).await);
        });
    }
}

database::both_engines! {
    fn who_joins_an_opened_group_reads_nothing_from_before(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, ben, chi) = (&world.ctx, &world.ana, &world.ben, &world.chi);
        testing::run(async {
            let hall = world.group(ana, "hall", GroupKind::Private).await.id;
            join(ctx, ben, hall).await.unwrap();
            let let_in = Deed::Approve { who: ben.id() };
            act(ctx, ana, hall, let_in, Why::default()).await.unwrap();
            let post = say(&world, ana, hall, "among us", None).await;
            world.pass(1_000);
            kind(&world, hall, GroupKind::Open).await;
            join(ctx, chi, hall).await.unwrap();
            assert!(status::one(ctx, Some(ben), post).await.is_ok(), "he was there");
            assert!(
                matches!(status::one(ctx, Some(chi), post).await, Err(Error::NotFound)),
                "she came when everyone could"
            );
            // Leaving and coming back opens nothing either; being let in by a moderator once it is private again does.
            crate::groups::leave(ctx, ben, hall).await.unwrap();
            join(ctx, ben, hall).await.unwrap();
            assert!(status::one(ctx, Some(ben), post).await.is_err());
            crate::groups::leave(ctx, chi, hall).await.unwrap();
            kind(&world, hall, GroupKind::Private).await;
            join(ctx, chi, hall).await.unwrap();
            let let_in = Deed::Approve { who: chi.id() };
            act(ctx, ana, hall, let_in, Why::default()).await.unwrap();
            assert!(status::one(ctx, Some(chi), post).await.is_ok());
        });
    }
}
