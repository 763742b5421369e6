//! Stories of what comes home and who is told.

use database::memberships::Membership;
use database::statuses::Status;
use database::{both_engines, follows, lists, memberships};
use model::{FollowState, GroupKind, Millis, Page, Visibility};

use super::*;
use crate::interactions;
use crate::notifications::{self as told, Filter};
use crate::statuses::tests::saying;
use crate::statuses::{self as posts, Draft, Edit};
use crate::testing::{World, run};
use crate::timelines;
use crate::views::account::Viewer;

/// Consumes all that was recorded, each event twice: the second time must change nothing.
async fn settle(world: &World) {
    for event in world.events().await {
        consume(&world.ctx, &event).await.unwrap();
        consume(&world.ctx, &event).await.unwrap();
    }
}

async fn follow(world: &World, who: &Viewer, whom: AccountId, notify: bool) {
    let (ctx, who) = (Arc::clone(&world.ctx), who.id());
    world
        .db(move |conn| {
            let follow = follows::Follow {
                id: ctx.id(),
                account_id: who,
                target_id: whom,
                state: FollowState::Accepted,
                reblogs: true,
                notify,
                uri: None,
                created_at: Millis(1),
            };
            follows::insert(conn, &follow)?;
            Ok(())
        })
        .await;
}

async fn home(world: &World, who: &Viewer) -> Vec<String> {
    timelines::home(&world.ctx, who, Page::first(40))
        .await
        .unwrap()
        .items
        .iter()
        .map(|view| {
            let shown = view.reblog.as_ref().map_or(view, |original| original);
            shown.status.source.clone()
        })
        .collect()
}

async fn heard(world: &World, who: &Viewer) -> Vec<String> {
    told::page(&world.ctx, who, Filter::default(), Page::first(40))
        .await
        .unwrap()
        .items
        .iter()
        .map(|view| format!("{} {}", view.account.account.username, view.kind))
        .collect()
}

async fn say(world: &World, who: &Viewer, text: &str) -> StatusId {
    posts::publish(&world.ctx, who, saying(text), None)
        .await
        .unwrap()
        .status
        .id
}

async fn answer(world: &World, who: &Viewer, to: StatusId, text: &str) -> StatusId {
    let draft = Draft {
        in_reply_to: Some(to),
        ..saying(text)
    };
    posts::publish(&world.ctx, who, draft, None)
        .await
        .unwrap()
        .status
        .id
}

both_engines! {
    fn posts_come_home_to_followers(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            follow(&world, &world.ben, world.ana.id(), false).await;
            let hello = say(&world, &world.ana, "hello").await;
            assert_eq!(home(&world, &world.ana).await, ["hello"], "at once for the author");
            settle(&world).await;
            assert_eq!(home(&world, &world.ben).await, ["hello"]);
            assert!(home(&world, &world.chi).await.is_empty());

            // Answers to people whom ben does not follow stay away; to those whom he follows they come.
            let chi = say(&world, &world.chi, "chi speaks").await;
            answer(&world, &world.ana, chi, "to chi").await;
            answer(&world, &world.ana, hello, "to myself").await;
            let draft = Draft { visibility: Some(Visibility::Direct), ..saying("@ben a letter") };
            posts::publish(&world.ctx, &world.ana, draft, None).await.unwrap();
            settle(&world).await;
            assert_eq!(home(&world, &world.ben).await, ["to myself", "hello"]);

            // One entry an original: ana's boost of her own post adds none; her boost of chi does.
            interactions::boost(&world.ctx, &world.ana, hello, None).await.unwrap();
            interactions::boost(&world.ctx, &world.ana, chi, None).await.unwrap();
            settle(&world).await;
            assert_eq!(home(&world, &world.ben).await, ["chi speaks", "to myself", "hello"]);
            interactions::unboost(&world.ctx, &world.ana, chi).await.unwrap();
            settle(&world).await;
            assert_eq!(home(&world, &world.ben).await, ["to myself", "hello"]);
            posts::delete(&world.ctx, &world.ana, hello).await.unwrap();
            settle(&world).await;
            assert_eq!(home(&world, &world.ben).await, ["to myself"]);

            rebuild_home(&world.ctx, world.ben.id()).await.unwrap();
            assert_eq!(home(&world, &world.ben).await, ["to myself"]);
        });
    }

    fn threads_of_the_garden_come_home_once(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let garden = world.garden.id;
            follow(&world, &world.chi, garden, false).await;
            follow(&world, &world.chi, world.ben.id(), false).await;
            let thread = say(&world, &world.ben, "@garden seeds?").await;
            answer(&world, &world.ana, thread, "@ben beans").await;
            settle(&world).await;
            assert_eq!(home(&world, &world.chi).await, ["@garden seeds?"], "no comment, and once");
            assert_eq!(home(&world, &world.ana).await, ["@ben beans", "@garden seeds?"]);
            assert_eq!(heard(&world, &world.ben).await, ["ana mention"], "not of the group's boost");

            // "Only in its list."
            let chi = world.chi.id();
            let ctx = Arc::clone(&world.ctx);
            world.db(move |conn| {
                memberships::insert(conn, &Membership {
                    list_exclusive: true,
                    ..Membership::new(ctx.id(), garden, chi, Millis(1))
                })?;
                Ok(())
            }).await;
            let second = say(&world, &world.ben, "@garden more seeds").await;
            settle(&world).await;
            assert_eq!(home(&world, &world.chi).await, ["@garden seeds?"]);
            let list = world.db(move |conn| Ok(memberships::find(conn, garden, chi)?.unwrap().id)).await;
            let shown = timelines::list(&world.ctx, &world.chi, list.0, Page::first(20)).await.unwrap();
            let ids: Vec<StatusId> = shown.items.iter().map(|view| view.status.id).collect();
            assert_eq!(ids, [second, thread], "threads, no comments");
            let stranger = timelines::list(&world.ctx, &world.ben, list.0, Page::first(20)).await;
            assert!(matches!(stranger, Err(crate::Error::NotFound)));
        });
    }

    fn lists_of_people_keep_them_out_of_home_where_exclusive(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            follow(&world, &world.chi, world.ana.id(), false).await;
            let (chi, ana, ctx) = (world.chi.id(), world.ana.id(), Arc::clone(&world.ctx));
            let list = world.db(move |conn| {
                let list = lists::List { id: ctx.id(), owner_id: chi, title: "quiet".to_owned(), replies_policy: 1, exclusive: true, created_at: Millis(1) };
                lists::insert(conn, &list)?;
                lists::add(conn, ctx.id(), list.id, ana)?;
                Ok(list.id)
            }).await;
            let post = say(&world, &world.ana, "hush").await;
            let other = say(&world, &world.ben, "hi").await;
            answer(&world, &world.ana, other, "to ben").await;
            settle(&world).await;
            assert!(home(&world, &world.chi).await.is_empty());
            let shown = timelines::list(&world.ctx, &world.chi, list.0, Page::first(20)).await.unwrap();
            assert_eq!(shown.items.iter().map(|view| view.status.id).collect::<Vec<_>>(), [post]);
        });
    }

    fn people_are_told_once_and_only_of_what_they_want(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let ctx = &world.ctx;
            follow(&world, &world.chi, world.ana.id(), true).await;
            let post = say(&world, &world.ana, "hello @ben").await;
            settle(&world).await;
            assert_eq!(heard(&world, &world.ben).await, ["ana mention"]);
            assert_eq!(heard(&world, &world.chi).await, ["ana status"]);

            interactions::favourite(ctx, &world.ben, post).await.unwrap();
            interactions::favourite(ctx, &world.ben, post).await.unwrap();
            interactions::boost(ctx, &world.chi, post, None).await.unwrap();
            settle(&world).await;
            assert_eq!(heard(&world, &world.ana).await, ["chi reblog", "ben favourite"]);
            let view = crate::views::status::one(ctx, Some(&world.ben), post).await.unwrap();
            assert!(view.favourited && !view.reblogged);
            assert_eq!((view.status.favourites_count, view.status.reblogs_count), (1, 1));
            let edited = Edit { text: Some("hello again @ben".to_owned()), ..Edit::default() };
            posts::edit(ctx, &world.ana, post, edited).await.unwrap();
            interactions::unfavourite(ctx, &world.ben, post).await.unwrap();
            settle(&world).await;
            assert_eq!(heard(&world, &world.chi).await, ["ana update", "ana status"]);
            assert_eq!(heard(&world, &world.ana).await, ["chi reblog"]);

            // A muted thread, a block.
            interactions::mute_thread(ctx, &world.ana, post).await.unwrap();
            answer(&world, &world.ben, post, "@ana are you there?").await;
            settle(&world).await;
            assert_eq!(heard(&world, &world.ana).await, ["chi reblog"]);
            told::clear(ctx, &world.ana).await.unwrap();
            assert_eq!(told::unread_count(ctx, &world.ana, Filter::default(), 10).await.unwrap(), 0);
        });
    }

    fn letters_make_conversations(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let ctx = &world.ctx;
            let draft = Draft { visibility: Some(Visibility::Direct), ..saying("@ben dinner?") };
            let letter = posts::publish(ctx, &world.ana, draft, None).await.unwrap().status.id;
            settle(&world).await;
            let page = crate::conversations::page(ctx, &world.ben, Page::first(20)).await.unwrap();
            let [conversation] = page.items.as_slice() else { panic!("one conversation") };
            assert!(conversation.unread && conversation.accounts[0].account.username == "ana");
            crate::conversations::mark(ctx, &world.ben, conversation.id, false).await.unwrap();
            let reply = answer(&world, &world.ben, letter, "@ana yes").await;
            settle(&world).await;
            let ana = crate::conversations::page(ctx, &world.ana, Page::first(20)).await.unwrap();
            assert!(ana.items[0].unread);
            assert_eq!(ana.items[0].last_status.as_ref().unwrap().status.id, reply);
            posts::delete(ctx, &world.ben, reply).await.unwrap();
            let ana = crate::conversations::page(ctx, &world.ana, Page::first(20)).await.unwrap();
            assert_eq!(ana.items[0].last_status.as_ref().unwrap().status.id, letter);
            assert!(crate::conversations::page(ctx, &world.chi, Page::first(20)).await.unwrap().items.is_empty());
        });
    }

    fn moderators_hear_of_the_queue_once_for_each_request(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let council = world.group(&world.ana, "council", GroupKind::Approved).await;
            let (group, ben, ctx) = (council.id, world.ben.id(), Arc::clone(&world.ctx));
            world.db(move |conn| {
                memberships::insert(conn, &Membership {
                    state: model::MembershipState::Requested,
                    ..Membership::new(ctx.id(), group, ben, Millis(1))
                })?;
                Ok(())
            }).await;
            let asked = Event::JoinRequested { group, account: ben };
            consume(&world.ctx, &asked).await.unwrap();
            consume(&world.ctx, &asked).await.unwrap();
            assert_eq!(heard(&world, &world.ana).await, ["council mention"]);
            let told = told::page(&world.ctx, &world.ana, Filter::default(), Page::first(1)).await.unwrap();
            let letter = told.items[0].status.as_ref().unwrap();
            assert!(letter.status.content.contains("https://balai.example/@council/queue"), "{}", letter.status.content);
            let as_group = World::acting(&world.ana, &council);
            assert_eq!(heard(&world, &as_group).await, ["ben follow_request"]);
            assert!(heard(&world, &world.ben).await.is_empty());
        });
    }

    fn homes_stay_bounded(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let (ana, ctx) = (world.ana.id(), Arc::clone(&world.ctx));
            world.db(move |conn| {
                for at in 0..450_i64 {
                    let (id, at) = (ctx.id::<StatusId>(), Millis(ctx.now().0 - at));
                    let status = Status { visibility: Visibility::Public, ..Status::blank(id, ana, format!("x:{id}"), at) };
                    statuses::insert(conn, &status)?;
                    home_entries::put(conn, ana, id, id)?;
                }
                Ok(())
            }).await;
            rebuild_home(&world.ctx, ana).await.unwrap();
            assert_eq!(world.db(move |conn| Ok(home_entries::count(conn, ana)?)).await, home_entries::KEPT);
        });
    }
}
