//! Stories of marks: each done twice is done once, and nothing is done to what may not be seen.

use database::both_engines;

use super::*;
use crate::statuses::tests::saying;
use crate::statuses::{Draft, publish};
use crate::testing::{World, run};

both_engines! {
    fn marks_count_once_and_go_again(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let ctx = &world.ctx;
            let id = publish(ctx, &world.ana, saying("hello"), None).await.unwrap().status.id;
            world.events().await;
            for _ in 0..2 {
                favourite(ctx, &world.ben, id).await.unwrap();
                bookmark(ctx, &world.ben, id).await.unwrap();
                boost(ctx, &world.ben, id, None).await.unwrap();
            }
            assert_eq!(world.events().await.len(), 2, "a favourite and a boost");
            let boosted = boost(ctx, &world.ben, id, None).await.unwrap();
            let view = favourite(ctx, &world.chi, boosted.status.id).await.unwrap();
            assert_eq!(view.status.id, id, "of a boost the original");
            assert_eq!((view.status.favourites_count, view.status.reblogs_count), (2, 1));
            let kept = bookmarks(ctx, &world.ben, Page::first(20)).await.unwrap();
            assert!(kept.items[0].bookmarked && kept.items[0].reblogged && kept.items[0].favourited);
            let back = unboost(ctx, &world.ben, id).await.unwrap();
            unboost(ctx, &world.ben, id).await.unwrap();
            assert_eq!((back.status.reblogs_count, back.reblogged), (0, false));
            unfavourite(ctx, &world.ben, id).await.unwrap();
            let view = unfavourite(ctx, &world.ben, id).await.unwrap();
            assert_eq!(view.status.favourites_count, 1);
            assert!(favourites(ctx, &world.ben, Page::first(20)).await.unwrap().items.is_empty());
            let who = crate::statuses::favourited_by(ctx, Some(&world.ana), id, Page::first(20)).await.unwrap();
            assert_eq!(who.items[0].account.username, "chi");
            let none = crate::statuses::favourited_by(ctx, Some(&world.ben), id, Page::first(20)).await.unwrap();
            assert!(none.items.is_empty(), "entries for the author alone");
        });
    }

    fn what_may_not_be_seen_may_not_be_touched(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let ctx = &world.ctx;
            let draft = Draft { visibility: Some(Visibility::Private), ..saying("for my followers") };
            let id = publish(ctx, &world.ana, draft, None).await.unwrap().status.id;
            let ben = &world.ben;
            let missing = StatusId(id.0 + 1);
            for id in [id, missing] {
                let outcomes = [
                    favourite(ctx, ben, id).await,
                    unfavourite(ctx, ben, id).await,
                    boost(ctx, ben, id, None).await,
                    unboost(ctx, ben, id).await,
                    bookmark(ctx, ben, id).await,
                    unbookmark(ctx, ben, id).await,
                    pin(ctx, ben, id).await,
                    unpin(ctx, ben, id).await,
                    mute_thread(ctx, ben, id).await,
                    unmute_thread(ctx, ben, id).await,
                ];
                for outcome in outcomes {
                    assert!(matches!(outcome, Err(Error::NotFound)), "{outcome:?}");
                }
            }
            let own = boost(ctx, &world.ana, id, None).await.unwrap();
            assert_eq!(own.status.visibility, Visibility::Private);
            let draft = Draft { visibility: Some(Visibility::Direct), ..saying("@ben psst") };
            let letter = publish(ctx, &world.ana, draft, None).await.unwrap().status.id;
            assert!(matches!(boost(ctx, ben, letter, None).await, Err(Error::Invalid(_))));
            assert!(matches!(pin(ctx, &world.ana, letter).await, Err(Error::Invalid(_))));
        });
    }

    fn five_pins_and_no_more(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let ctx = &world.ctx;
            let mut ids = Vec::new();
            for at in 0..6 {
                let text = format!("@garden number {at}");
                ids.push(publish(ctx, &world.ana, saying(&text), None).await.unwrap().status.id);
            }
            for id in &ids[..5] {
                assert!(pin(ctx, &world.ana, *id).await.unwrap().pinned);
            }
            pin(ctx, &world.ana, ids[0]).await.unwrap();
            let sixth = pin(ctx, &world.ana, ids[5]).await.unwrap_err();
            assert_eq!(sixth.to_string(), "Validation failed: You have already pinned the maximum number of posts");
            assert!(matches!(pin(ctx, &world.ben, ids[0]).await, Err(Error::Invalid(_))), "not ben's");
            let garden = World::acting(&world.ana, &world.garden);
            pin(ctx, &garden, ids[5]).await.unwrap();
            let filter = crate::timelines::AccountFilter { pinned: true, ..Default::default() };
            let top = crate::timelines::account(ctx, None, world.garden.id, filter, Page::first(20)).await.unwrap();
            assert_eq!(top.items[0].status.id, ids[5], "a group pins its threads");
        });
    }

    fn likes_and_boosts_come_from_elsewhere(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let (ctx, dan) = (&world.ctx, world.dan.id);
            let post = publish(ctx, &world.ana, saying("hello"), None).await.unwrap();
            let (id, uri) = (post.status.id, post.status.uri);
            for _ in 0..2 {
                receive_like(ctx, dan, &uri, "https://far.example/l/1").await.unwrap();
                receive_boost(ctx, dan, id, "https://far.example/b/1", Visibility::Public, None).await.unwrap();
            }
            receive_boost(ctx, dan, id, "https://far.example/b/2", Visibility::Public, None).await.unwrap();
            receive_boost(ctx, dan, id, "https://balai.example/users/ana/statuses/1/activity", Visibility::Public, None).await.unwrap();
            let view = crate::views::status::one(ctx, None, id).await.unwrap();
            assert_eq!((view.status.favourites_count, view.status.reblogs_count), (1, 1));
            let eve = world.remote(model::AccountKind::Person, "eve", "far.example").await;
            receive_unboost(ctx, eve.id, "https://far.example/b/1").await.unwrap();
            receive_unlike(ctx, eve.id, &uri).await.unwrap();
            let view = crate::views::status::one(ctx, None, id).await.unwrap();
            assert_eq!((view.status.favourites_count, view.status.reblogs_count), (1, 1), "not eve's");
            receive_unboost(ctx, dan, &uri).await.unwrap();
            receive_unlike(ctx, dan, &uri).await.unwrap();
            let view = crate::views::status::one(ctx, None, id).await.unwrap();
            assert_eq!((view.status.favourites_count, view.status.reblogs_count), (0, 0));
        });
    }
}
