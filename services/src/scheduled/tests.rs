//! Stories of statuses that wait: their time, their quotas, and what became impossible meanwhile.

use database::both_engines;

use super::*;
use crate::testing::{World, run};
use crate::timelines::{self, AccountFilter};

fn saying(text: &str) -> Draft {
    Draft {
        text: text.to_owned(),
        ..Draft::default()
    }
}

async fn said(world: &World) -> Vec<String> {
    let page = Page::first(20);
    let filter = AccountFilter::default();
    let found = timelines::account(&world.ctx, None, world.ana.id(), filter, page);
    let found = found.await.unwrap();
    found
        .items
        .iter()
        .map(|view| view.status.source.clone())
        .collect()
}

async fn waiting(world: &World) -> usize {
    list(&world.ctx, &world.ana, Page::first(40))
        .await
        .unwrap()
        .items
        .len()
}

both_engines! {
    fn it_appears_at_its_time_and_once(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let ctx = &world.ctx;
            let due = ctx.now().plus(Millis::HOUR);
            let soon = ctx.now().plus(AHEAD - 1);
            assert!(matches!(schedule(ctx, &world.ana, saying("x"), soon, None).await, Err(Error::Invalid(_))));
            assert!(matches!(schedule(ctx, &world.ana, saying(" "), due, None).await, Err(Error::Invalid(_))));
            let view = schedule(ctx, &world.ana, saying("later"), due, None).await.unwrap();
            assert_eq!((view.due_at, view.draft.text.as_str()), (due, "later"));
            assert!(matches!(show(ctx, &world.ben, view.id).await, Err(Error::NotFound)));
            assert!(matches!(cancel(ctx, &world.ben, view.id).await, Err(Error::NotFound)));
            let later = due.plus(Millis::HOUR);
            put_off(ctx, &world.ana, view.id, Some(later)).await.unwrap();
            world.pass(Millis::HOUR);
            publish(ctx, view.id).await.unwrap();
            jobs::work(ctx).await.unwrap();
            assert!(said(&world).await.is_empty(), "it was put off");
            world.pass(Millis::HOUR);
            jobs::work(ctx).await.unwrap();
            assert_eq!(said(&world).await, ["later"]);
            assert!(matches!(publish(ctx, view.id).await, Err(Error::NotFound)), "never twice");
            assert_eq!((said(&world).await.len(), waiting(&world).await), (1, 0));
        });
    }

    fn a_day_takes_twenty_five_and_a_lifetime_three_hundred(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let ctx = &world.ctx;
            let mut kept = 0;
            for day in 1..=13 {
                for minute in 0..26 {
                    let due = ctx.now().plus(day * Millis::DAY + minute * Millis::MINUTE);
                    kept += i64::from(schedule(ctx, &world.ana, saying("x"), due, None).await.is_ok());
                }
                assert_eq!(kept, (day * MOST_A_DAY).min(MOST));
            }
            let due = ctx.now().plus(Millis::DAY);
            assert!(schedule(ctx, &world.ben, saying("x"), due, None).await.is_ok(), "each has their own");
        });
    }

    fn what_became_impossible_is_dropped(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let ctx = &world.ctx;
            let question = statuses::publish(ctx, &world.ben, saying("well?"), None).await.unwrap();
            let due = ctx.now().plus(Millis::HOUR);
            let answer = Draft { in_reply_to: Some(question.status.id), ..saying("so") };
            schedule(ctx, &world.ana, answer, due, None).await.unwrap();
            statuses::delete(ctx, &world.ben, question.status.id).await.unwrap();
            world.pass(Millis::HOUR);
            jobs::work(ctx).await.unwrap();
            assert!(said(&world).await.is_empty());
            assert_eq!(waiting(&world).await, 0);
        });
    }
}
