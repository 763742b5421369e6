//! Stories of hashtags on profiles.

use model::Visibility;

use super::*;
use crate::relationships;
use crate::statuses::tests::saying;
use crate::statuses::{self as posts, Draft};
use crate::testing::{World, run};

async fn say(world: &World, who: &Viewer, visibility: Visibility, text: &str) {
    let draft = Draft {
        visibility: Some(visibility),
        ..saying(text)
    };
    posts::publish(&world.ctx, who, draft, None).await.unwrap();
}

database::both_engines! {
    fn the_uses_of_ones_own_open_posts_are_shown(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let (ctx, ana) = (&world.ctx, &world.ana);
            say(&world, ana, Visibility::Public, "#tea #soup").await;
            say(&world, ana, Visibility::Unlisted, "#tea").await;
            say(&world, ana, Visibility::Private, "#tea #secret").await;
            say(&world, &world.ben, Visibility::Public, "#tea").await;
            let suggested = suggestions(ctx, ana).await.unwrap();
            assert_eq!(suggested.iter().map(|view| view.name.as_str()).collect::<Vec<_>>(), ["tea", "soup"]);
            let rice = add(ctx, ana, "rice").await.unwrap();
            assert_eq!((rice.uses, rice.last), (0, None));
            let tea = add(ctx, ana, "#Tea").await.unwrap();
            assert_eq!((tea.uses, tea.last.map(Millis::day)), (2, Some(ctx.now().day())));
            assert_eq!(add(ctx, ana, "tea").await.unwrap().id, tea.id, "once");
            let shown = of(ctx, Some(&world.ben), ana.id()).await.unwrap();
            assert_eq!(shown.iter().map(|view| view.name.as_str()).collect::<Vec<_>>(), ["tea", "rice"]);
            assert_eq!(of(ctx, None, ana.id()).await.unwrap(), shown);

            assert!(matches!(remove(ctx, &world.ben, tea.id).await, Err(Error::NotFound)));
            remove(ctx, ana, tea.id).await.unwrap();
            assert!(set(ctx, ana, "soup", true).await.unwrap().mine.unwrap().featuring);
            assert!(!set(ctx, ana, "soup", false).await.unwrap().mine.unwrap().featuring);
            assert_eq!(of(ctx, Some(ana), ana.id()).await.unwrap().len(), 1);
            relationships::block(ctx, ana, world.ben.id()).await.unwrap();
            assert!(of(ctx, Some(&world.ben), ana.id()).await.unwrap().is_empty());
            assert!(matches!(of(ctx, None, AccountId(4)).await, Err(Error::NotFound)));
        });
    }

    fn ten_are_as_many_as_there_may_be(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            for at in 0..MOST_FEATURED {
                add(&world.ctx, &world.ana, &format!("t{at}")).await.unwrap();
            }
            add(&world.ctx, &world.ana, "t3").await.unwrap();
            assert!(matches!(add(&world.ctx, &world.ana, "tea").await, Err(Error::LimitExceeded(_))));
            assert!(matches!(set(&world.ctx, &world.ana, "tea", true).await, Err(Error::LimitExceeded(_))));
            assert!(matches!(add(&world.ctx, &world.ana, "two words").await, Err(Error::Invalid(_))));
        });
    }
}
