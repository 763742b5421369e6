//! Stories of groups that nobody looks after.

use database::{group_bans, moderation_actions, users};
use model::{Event, Page, RowId};

use super::*;
use crate::groups::join;
use crate::testing::{self, World, log_is_whole};

const DAY: i64 = Millis::DAY;

/// The words of the log of the garden, oldest first.
async fn log(world: &World) -> Vec<String> {
    let garden = world.garden.id;
    let mut rows = world
        .db(move |c| Ok(moderation_actions::page(c, garden, &Page::first(200))?))
        .await;
    rows.reverse();
    rows.into_iter().map(|row| row.kind).collect()
}

async fn seen(world: &World, who: &Viewer) {
    let (who, now) = (who.id(), world.ctx.now());
    world.db(move |c| Ok(users::seen(c, who, now)?)).await;
}

async fn role(world: &World, who: &Viewer) -> Role {
    let (garden, who) = (world.garden.id, who.id());
    let found = world
        .db(move |c| Ok(memberships::find(c, garden, who)?))
        .await;
    found.unwrap().role
}

/// The garden after a month in which ana did not come, with ben and chi in it from the beginning; asked.
async fn left_alone(world: &World) {
    let (ctx, garden) = (&world.ctx, world.garden.id);
    for who in [&world.ben, &world.chi] {
        join(ctx, who, garden).await.unwrap();
    }
    world.pass(30 * DAY);
    sweep(ctx).await.unwrap();
    assert!(
        log(world).await.is_empty(),
        "a month to the day is not over"
    );
    world.pass(DAY);
    sweep(ctx).await.unwrap();
    assert_eq!(log(world).await, ["succession_asked"]);
    world.events().await;
}

fn forbidden<T: std::fmt::Debug>(outcome: &Result<T>) {
    assert!(matches!(outcome, Err(Error::Forbidden(_))), "{outcome:?}");
}

fn gone<T: std::fmt::Debug>(outcome: &Result<T>) {
    assert!(matches!(outcome, Err(Error::NotFound)), "{outcome:?}");
}

database::both_engines! {
    fn members_choose_who_looks_after_the_group(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, ben, chi, garden) =
            (&world.ctx, &world.ana, &world.ben, &world.chi, world.garden.id);
        testing::run(async {
            gone(&ballot(ctx, ben, garden).await);
            left_alone(&world).await;
            let eve = world.person("eve").await;
            gone(&ballot(ctx, &eve, garden).await);
            // Who comes now neither votes nor stands.
            world.pass(Millis::MINUTE);
            join(ctx, &eve, garden).await.unwrap();
            let hers = ballot(ctx, &eve, garden).await.unwrap();
            assert!(!hers.may_vote && !hers.may_stand);
            forbidden(&stand(ctx, &eve, garden, true).await);
            gone(&vote(ctx, ben, garden, chi.id()).await);
            stand(ctx, chi, garden, true).await.unwrap();
            stand(ctx, ben, garden, true).await.unwrap();
            forbidden(&vote(ctx, &eve, garden, chi.id()).await);
            gone(&vote(ctx, ben, garden, eve.id()).await);
            // One vote each, and it can be changed.
            vote(ctx, ben, garden, ben.id()).await.unwrap();
            vote(ctx, ben, garden, chi.id()).await.unwrap();
            let seen = ballot(ctx, ben, garden).await.unwrap();
            assert_eq!((seen.choice, seen.candidates.len(), seen.stands), (Some(chi.id()), 2, true));
            world.pass(13 * DAY);
            sweep(ctx).await.unwrap();
            assert_eq!(log(&world).await.len(), 1);
            world.pass(DAY);
            world.events().await;
            sweep(ctx).await.unwrap();
            assert_eq!(
                log(&world).await,
                ["succession_asked", "succession_decided", "role_changed"]
            );
            assert_eq!(role(&world, chi).await, Role::Owner);
            assert_eq!(role(&world, ben).await, Role::Member);
            assert_eq!(role(&world, ana).await, Role::Owner, "nothing is taken from her");
            let events = world.events().await;
            assert!(matches!(events[..], [Event::ModeratorAdded { account, .. }] if account == chi.id()), "{events:?}");
            assert!(log_is_whole(ctx, garden).await.unwrap());
            gone(&ballot(ctx, ben, garden).await);
            // Chi is there now: nobody is asked again.
            sweep(ctx).await.unwrap();
            assert_eq!(log(&world).await.len(), 3);
        });
    }

    fn a_tie_goes_to_who_was_there_longest_and_only_members_count(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ben, chi, garden) = (&world.ctx, &world.ben, &world.chi, world.garden.id);
        testing::run(async {
            let eve = world.person("eve").await;
            join(ctx, chi, garden).await.unwrap();
            world.pass(DAY);
            join(ctx, ben, garden).await.unwrap();
            join(ctx, &eve, garden).await.unwrap();
            world.pass(31 * DAY);
            sweep(ctx).await.unwrap();
            for who in [ben, chi, &eve] {
                stand(ctx, who, garden, true).await.unwrap();
                vote(ctx, who, garden, who.id()).await.unwrap();
            }
            // Whoever chose eve has no vote for anyone when she stands no more.
            stand(ctx, &eve, garden, false).await.unwrap();
            assert_eq!(ballot(ctx, &eve, garden).await.unwrap().choice, None);
            vote(ctx, &eve, garden, ben.id()).await.unwrap();
            // Her vote would decide it, but she is banned by then.
            let (who, now) = (eve.id(), ctx.now());
            world.db(move |c| {
                let row = group_bans::GroupBan {
                    id: RowId(7), group_id: garden, account_id: who, ends_at: None, created_at: now,
                };
                Ok(group_bans::insert(c, &row)?)
            }).await;
            world.pass(14 * DAY);
            sweep(ctx).await.unwrap();
            assert_eq!(role(&world, chi).await, Role::Owner);
            assert_eq!(role(&world, ben).await, Role::Member);
        });
    }

    fn a_moderator_who_comes_back_stops_it(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, ben, chi, garden) =
            (&world.ctx, &world.ana, &world.ben, &world.chi, world.garden.id);
        testing::run(async {
            left_alone(&world).await;
            stand(ctx, ben, garden, true).await.unwrap();
            vote(ctx, chi, garden, ben.id()).await.unwrap();
            world.pass(DAY);
            seen(&world, ana).await;
            // The next vote finds out, and that is written down though the vote is refused.
            forbidden(&vote(ctx, ben, garden, ben.id()).await);
            assert_eq!(log(&world).await, ["succession_asked", "succession_stopped"]);
            world.pass(14 * DAY);
            sweep(ctx).await.unwrap();
            assert_eq!(role(&world, ben).await, Role::Member);
            // She goes again: after another month they are asked again.
            world.pass(16 * DAY);
            sweep(ctx).await.unwrap();
            assert_eq!(log(&world).await.len(), 2);
            world.pass(2 * DAY);
            sweep(ctx).await.unwrap();
            assert_eq!(log(&world).await.last().unwrap(), "succession_asked");
        });
    }

    fn without_candidates_they_are_asked_again_in_a_month(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ben, garden) = (&world.ctx, &world.ben, world.garden.id);
        testing::run(async {
            left_alone(&world).await;
            stand(ctx, ben, garden, true).await.unwrap();
            world.pass(14 * DAY);
            sweep(ctx).await.unwrap();
            assert_eq!(role(&world, ben).await, Role::Member, "nobody chose him, himself neither");
            world.pass(29 * DAY);
            sweep(ctx).await.unwrap();
            assert_eq!(log(&world).await, ["succession_asked", "succession_without_result"]);
            world.pass(DAY);
            sweep(ctx).await.unwrap();
            assert_eq!(log(&world).await.len(), 3);
        });
    }

    fn each_member_who_comes_here_is_written_to_alone(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ben, chi, garden) = (&world.ctx, &world.ben, &world.chi, world.garden.id);
        testing::run(async {
            join(ctx, ben, garden).await.unwrap();
            join(ctx, chi, garden).await.unwrap();
            world.pass(100 * DAY);
            seen(&world, ben).await;
            sweep(ctx).await.unwrap();
            for _twice in 0..2 {
                jobs::work(ctx).await.unwrap();
            }
            let told = async |who: &Viewer| {
                let who = who.id();
                world.db(move |c| Ok(database::conversations::page(c, who, &Page::first(10))?)).await.len()
            };
            assert_eq!(told(ben).await, 1);
            // Chi was not here for three months, ana moderates and was not either.
            assert_eq!((told(chi).await, told(&world.ana).await), (0, 0));
        });
    }
}
