//! Stories of following hashtags.

use database::reviews::{self, TagReview};
use database::{account_domain_blocks, account_restrictions, follows};
use model::{FollowState, Visibility};

use super::*;
use crate::statuses::tests::saying;
use crate::statuses::{self as posts, Draft, Incoming, Received};
use crate::testing::{World, run};
use crate::{fan_out, relationships, timelines};

async fn settle(world: &World) {
    for event in world.events().await {
        fan_out::consume(&world.ctx, &event).await.unwrap();
        fan_out::consume(&world.ctx, &event).await.unwrap();
    }
}

async fn home(world: &World, who: &Viewer) -> Vec<String> {
    let page = timelines::home(&world.ctx, who, Page::first(40))
        .await
        .unwrap();
    page.items
        .iter()
        .map(|view| view.status.content.clone())
        .collect()
}

/// How many posts are in someone's home.
async fn count(world: &World, who: &Viewer) -> usize {
    settle(world).await;
    home(world, who).await.len()
}

async fn say(world: &World, who: &Viewer, visibility: Visibility, text: &str) -> model::StatusId {
    let draft = Draft {
        visibility: Some(visibility),
        ..saying(text)
    };
    posts::publish(&world.ctx, who, draft, None)
        .await
        .unwrap()
        .status
        .id
}

/// A public post of dan, who lives elsewhere, whom nobody here follows.
async fn dan_says(world: &World, at: i64, tag: &str) {
    let note = Incoming {
        uri: format!("https://far.example/n/{at}"),
        content: "<p>from afar</p>".to_owned(),
        visibility: Some(Visibility::Public),
        tags: vec![tag.to_owned()],
        ..Incoming::default()
    };
    let kept = posts::receive(&world.ctx, world.dan.id, note, true)
        .await
        .unwrap();
    assert!(matches!(kept, Received::New(_)));
}

database::both_engines! {
    fn public_posts_with_a_followed_hashtag_come_home(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let (ctx, ben) = (&world.ctx, &world.ben);
            say(&world, &world.ana, Visibility::Public, "early #tea").await;
            settle(&world).await;
            let view = follow(ctx, ben, "#Tea").await.unwrap();
            assert_eq!((view.name.as_str(), view.mine.unwrap().following), ("tea", true));
            assert_eq!(count(&world, ben).await, 1, "the newest come at once");

            let thread = say(&world, &world.ana, Visibility::Public, "#tea and #soup").await;
            say(&world, &world.ana, Visibility::Unlisted, "quiet #tea").await;
            say(&world, &world.ana, Visibility::Private, "#tea for friends").await;
            say(&world, &world.chi, Visibility::Public, "no hashtag").await;
            let answer = Draft { in_reply_to: Some(thread), ..saying("more #tea") };
            posts::publish(ctx, &world.chi, answer, None).await.unwrap();
            dan_says(&world, 1, "#TEA").await;
            assert_eq!(count(&world, ben).await, 4, "answers and what comes from elsewhere too");
            assert!(count(&world, &world.chi).await == 2, "only one's own");

            // Filled anew it is the same.
            fan_out::rebuild_home(ctx, ben.id()).await.unwrap();
            assert_eq!(home(&world, ben).await.len(), 4);

            // One hashtag of two is still followed: that post stays.
            follow(ctx, ben, "soup").await.unwrap();
            unfollow(ctx, ben, "tea").await.unwrap();
            assert_eq!(home(&world, ben).await.len(), 1);
            say(&world, &world.ana, Visibility::Public, "late #tea").await;
            assert_eq!(count(&world, ben).await, 1);
            let left = followed(ctx, ben, Page::first(10)).await.unwrap().items;
            assert_eq!(left.iter().map(|view| view.name.as_str()).collect::<Vec<_>>(), ["soup"]);
        });
    }

    fn what_someone_keeps_out_stays_out_of_hashtags_too(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let (ctx, ben) = (&world.ctx, &world.ben);
            let (ana, chi, me) = (world.ana.id(), world.chi.id(), ben.id());
            follow(ctx, ben, "tea").await.unwrap();
            relationships::mute(ctx, ben, ana, false, None).await.unwrap();
            relationships::block(ctx, ben, chi).await.unwrap();
            let home_ctx = Arc::clone(ctx);
            world.db(move |conn| {
                Ok(account_domain_blocks::insert(conn, home_ctx.id(), me, "far.example", home_ctx.now())?)
            }).await;
            for who in [&world.ana, &world.chi] {
                say(&world, who, Visibility::Public, "#tea").await;
            }
            dan_says(&world, 2, "tea").await;
            assert_eq!(count(&world, ben).await, 0);
            fan_out::rebuild_home(ctx, me).await.unwrap();
            assert_eq!(home(&world, ben).await.len(), 0);
        });
    }

    fn whom_only_followers_find_hashtags_do_not_find(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let (ctx, ana) = (&world.ctx, world.ana.id());
            follow(ctx, &world.ben, "tea").await.unwrap();
            follow(ctx, &world.chi, "tea").await.unwrap();
            let (chi, home_ctx) = (world.chi.id(), Arc::clone(ctx));
            world.db(move |conn| {
                account_restrictions::set_silenced(conn, ana, Some(home_ctx.now()))?;
                follows::insert(conn, &follows::Follow {
                    id: home_ctx.id(), account_id: chi, target_id: ana, state: FollowState::Accepted,
                    reblogs: true, notify: false, uri: None, created_at: Millis(1),
                })?;
                Ok(())
            }).await;
            say(&world, &world.ana, Visibility::Public, "#tea").await;
            assert_eq!(count(&world, &world.ben).await, 0);
            assert_eq!(count(&world, &world.chi).await, 1);
            // Of whom one follows it stays when the hashtag is followed no more.
            unfollow(ctx, &world.chi, "tea").await.unwrap();
            assert_eq!(home(&world, &world.chi).await.len(), 1);
        });
    }

    fn hashtags_are_named_as_posts_name_them_and_bounded(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let (ctx, ben) = (&world.ctx, &world.ben);
            for wrong in ["", "#", "two words", "123", "a/b", "#a#b", &"x".repeat(101)] {
                assert!(matches!(show(ctx, None, wrong).await, Err(Error::NotFound)), "{wrong}");
                assert!(matches!(follow(ctx, ben, wrong).await, Err(Error::NotFound)), "{wrong}");
            }
            let unknown = show(ctx, None, "Nothing").await.unwrap();
            assert_eq!((unknown.name.as_str(), unknown.mine, unknown.history.len()), ("nothing", None, 7));
            let none = unfollow(ctx, ben, "nothing").await.unwrap();
            assert!(!none.mine.unwrap().following);

            let (me, home_ctx) = (ben.id(), Arc::clone(ctx));
            world.db(move |conn| {
                let names: Vec<String> = (0..MOST_FOLLOWED).map(|at| format!("t{at}")).collect();
                for (tag, _name) in tags::ensure(conn, &names, Millis(1), || home_ctx.id())? {
                    followed_tags::insert(conn, home_ctx.id(), me, tag, Millis(1))?;
                }
                Ok(())
            }).await;
            assert!(matches!(follow(ctx, ben, "tea").await, Err(Error::LimitExceeded(_))));
            follow(ctx, ben, "t1").await.unwrap();
            let first = followed(ctx, ben, Page::first(2)).await.unwrap();
            assert_eq!((first.items.len(), first.oldest.is_some()), (2, true));
        });
    }

    fn a_refused_hashtag_is_put_on_no_post(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            say(&world, &world.ana, Visibility::Public, "#spam").await;
            world.db(|conn| {
                let (tag, _name) = tags::named(conn, &["spam".to_owned()])?.remove(0);
                reviews::put(conn, &TagReview { usable: false, ..TagReview::usual(tag) })?;
                Ok(())
            }).await;
            let view = posts::publish(&world.ctx, &world.ana, saying("#spam and #tea"), None).await.unwrap();
            assert_eq!(view.tags, ["tea"]);
            let used = show(&world.ctx, None, "spam").await.unwrap().history;
            assert_eq!((used[0].uses, used[0].accounts), (1, 1));
        });
    }

    fn many_hashtags_cost_as_many_statements_as_one(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let (me, now, home_ctx) = (world.ben.id(), world.ctx.now(), Arc::clone(&world.ctx));
            world.db(move |conn| {
                let names: Vec<String> = (0..20).map(|at| format!("t{at}")).collect();
                let found = tags::ensure(conn, &names, now, || home_ctx.id())?;
                let one = found[..1].to_vec();
                let (_, few) = database::testing::count_statements(conn, |conn| {
                    tag::of(conn, Some(me), one, now).unwrap()
                });
                let (views, many) = database::testing::count_statements(conn, |conn| {
                    tag::of(conn, Some(me), found, now).unwrap()
                });
                assert_eq!((views.len(), few), (20, many));
                Ok(())
            }).await;
        });
    }
}
