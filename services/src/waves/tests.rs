//! Stories of waves: what is one, and who hears of it.

use model::{AccountKind, Event, GroupKind, Millis};

use super::*;
use crate::groups::{Deed, GroupChange, Why, act, join};
use crate::testing::{self, World};

async fn knock_often(world: &World, group: AccountId, times: usize) {
    for _time in 0..times {
        let ctx = Ctx::clone(&world.ctx);
        world.db(move |c| knock(&ctx, c, group)).await;
    }
}

fn waves_in(events: &[Event]) -> usize {
    events
        .iter()
        .filter(|event| matches!(event, Event::Wave { .. }))
        .count()
}

database::both_engines! {
    fn twenty_strangers_are_a_wave_and_are_told_of_once(fresh: &Fresh) {
        let world = World::new(fresh);
        testing::run(async {
            let hut = world.group(&world.ana, "hut", GroupKind::Approved).await;
            let now = world.ctx.now();
            for number in 0..30 {
                let who = world.person(&format!("stranger{number}")).await;
                join(&world.ctx, &who, hut.id).await.unwrap();
                let seen = world.db(move |c| of(c, hut.id, now)).await;
                assert_eq!(seen.is_some(), number >= 19, "{number}");
            }
            assert_eq!(waves_in(&world.events().await), 1);
            // Half a day later they would hear of the next one.
            world.pass(2 * Millis::HOUR);
            let now = world.ctx.now();
            assert_eq!(world.db(move |c| of(c, hut.id, now)).await, None);
            world.pass(10 * Millis::HOUR);
            knock_often(&world, hut.id, 20).await;
            assert_eq!(waves_in(&world.events().await), 1);
        });
    }

    fn what_a_group_is_used_to_is_no_wave_and_a_shield_needs_no_letter(fresh: &Fresh) {
        let world = World::new(fresh);
        let (garden, ana) = (world.garden.id, &world.ana);
        testing::run(async {
            // Ten every hour for three days: twenty in one are no wave, fifty are.
            for _hour in 0..72 {
                let ctx = Ctx::clone(&world.ctx);
                world.db(move |c| {
                    for _one in 0..10 {
                        knock(&ctx, c, garden)?;
                    }
                    Ok(())
                }).await;
                world.pass(Millis::HOUR);
            }
            assert_eq!(waves_in(&world.events().await), 0);
            let shield = GroupChange { shield_hours: Some(24), ..GroupChange::default() };
            act(&world.ctx, ana, garden, Deed::Change { change: shield }, Why::default()).await.unwrap();
            knock_often(&world, garden, 60).await;
            let now = world.ctx.now();
            assert_eq!(world.db(move |c| of(c, garden, now)).await, Some(60));
            assert_eq!(waves_in(&world.events().await), 0);
        });
    }

    fn groups_elsewhere_count_nothing(fresh: &Fresh) {
        let world = World::new(fresh);
        testing::run(async {
            let far = world.remote(AccountKind::Group, "far", "far.example").await;
            knock_often(&world, far.id, 25).await;
            let now = world.ctx.now();
            assert_eq!(world.db(move |c| of(c, far.id, now)).await, None);
        });
    }
}
