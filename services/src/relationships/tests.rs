//! Stories of following, joining and blocking; counts are held against a recount each time.

use database::{Conn, follows, memberships};
use model::{AccountKind, GroupKind};

use super::*;
use crate::testing::{self, World};

/// Counts of everyone in the story, by hand.
async fn counts_hold(world: &World, ids: &[AccountId]) {
    let ids = ids.to_vec();
    world
        .db(move |conn: &mut Conn| {
            for id in ids {
                let account = accounts::get(conn, id)?;
                let around: Vec<_> = follows::all_around(conn, id)?
                    .into_iter()
                    .filter(|follow| follow.state == FollowState::Accepted)
                    .collect();
                let followers = around.iter().filter(|f| f.target_id == id).count();
                let following = around.iter().filter(|f| f.account_id == id).count();
                assert_eq!(account.followers_count, i64::try_from(followers).unwrap());
                assert_eq!(account.following_count, i64::try_from(following).unwrap());
            }
            Ok(())
        })
        .await;
}

fn names(events: &[Event]) -> Vec<String> {
    events
        .iter()
        .map(|event| {
            let json = serde_json::to_value(event).unwrap();
            json["event"].as_str().unwrap().to_owned()
        })
        .collect()
}

database::both_engines! {
    fn ben_follows_chi_once_and_stops(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ben, chi) = (&world.ctx, &world.ben, world.chi.id());
        testing::run(async {
            let wish = FollowWish { notify: Some(true), ..FollowWish::default() };
            let view = follow(ctx, ben, chi, wish).await.unwrap();
            assert!(view.following && view.notifying && view.showing_reblogs && !view.requested);
            assert_eq!(names(&world.events().await), ["follow_accepted"]);
            let wish = FollowWish { reblogs: Some(false), ..FollowWish::default() };
            let view = follow(ctx, ben, chi, wish.clone()).await.unwrap();
            assert!(view.following && view.notifying && !view.showing_reblogs);
            assert!(world.events().await.is_empty());
            counts_hold(&world, &[ben.id(), chi]).await;

            assert!(!unfollow(ctx, ben, chi).await.unwrap().following);
            assert_eq!(names(&world.events().await), ["unfollowed"]);
            unfollow(ctx, ben, chi).await.unwrap();
            assert!(world.events().await.is_empty());
            counts_hold(&world, &[ben.id(), chi]).await;

            assert!(matches!(follow(ctx, ben, ben.id(), wish.clone()).await, Err(Error::Forbidden(_))));
            let nobody = AccountId(1);
            assert!(matches!(follow(ctx, ben, nobody, wish).await, Err(Error::NotFound)));
        });
    }

    fn a_locked_person_decides(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ben, chi) = (&world.ctx, &world.ben, &world.chi);
        testing::run(async {
            let id = chi.id();
            world.db(move |conn| {
                let mut profile = accounts::Profile::of(&accounts::get(conn, id)?);
                profile.locked = true;
                Ok(accounts::set_profile(conn, id, &profile)?)
            }).await;
            let view = follow(ctx, ben, id, FollowWish::default()).await.unwrap();
            assert!(view.requested && !view.following);
            assert_eq!(names(&world.events().await), ["follow_requested"]);
            let waiting = follow_requests(ctx, chi, Page::first(40)).await.unwrap();
            assert_eq!(waiting.items[0].account.id, ben.id());
            counts_hold(&world, &[ben.id(), id]).await;

            let view = authorize(ctx, chi, ben.id()).await.unwrap();
            assert!(view.followed_by && !view.requested_by);
            assert_eq!(names(&world.events().await), ["follow_accepted"]);
            assert!(matches!(authorize(ctx, chi, ben.id()).await, Err(Error::NotFound)));
            counts_hold(&world, &[ben.id(), id]).await;

            remove_follower(ctx, chi, ben.id()).await.unwrap();
            assert_eq!(names(&world.events().await), ["follow_rejected"]);
            counts_hold(&world, &[ben.id(), id]).await;
        });
    }

    fn a_follow_elsewhere_waits_for_its_answer(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ben, dan) = (&world.ctx, &world.ben, world.dan.id);
        testing::run(async {
            // Nobody has asked: an answer changes nothing.
            receive_answer(ctx, dan, ben.id(), true).await.unwrap();
            assert!(world.events().await.is_empty());

            let view = follow(ctx, ben, dan, FollowWish::default()).await.unwrap();
            assert!(view.requested && !view.following);
            let asked = ben.id();
            let uri = world.db(move |c| Ok(follows::find(c, asked, dan)?.unwrap().uri)).await;
            assert!(uri.unwrap().starts_with("https://balai.example/users/ben#follows/"));
            // Someone else's answer is none.
            receive_answer(ctx, world.chi.id(), ben.id(), true).await.unwrap();
            assert_eq!(names(&world.events().await), ["follow_requested"]);

            receive_answer(ctx, dan, ben.id(), true).await.unwrap();
            receive_answer(ctx, dan, ben.id(), true).await.unwrap();
            assert_eq!(names(&world.events().await), ["follow_accepted"]);
            counts_hold(&world, &[ben.id(), dan]).await;
            receive_answer(ctx, dan, ben.id(), false).await.unwrap();
            assert_eq!(names(&world.events().await), ["follow_rejected"]);
            counts_hold(&world, &[ben.id(), dan]).await;
        });
    }

    fn following_a_group_joins_it_and_the_list_keeps_its_id(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ben, garden) = (&world.ctx, &world.ben, world.garden.id);
        testing::run(async {
            let who = ben.id();
            let row = move |c: &mut Conn| Ok(memberships::find(c, garden, who)?.unwrap());
            let view = follow(ctx, ben, garden, FollowWish::default()).await.unwrap();
            assert!(view.following && view.group_member);
            assert_eq!(names(&world.events().await), ["follow_accepted", "joined"]);
            let first = world.db(row).await;
            world.db(move |c| Ok(memberships::set_list(c, first.id, "Kebun", true, true)?)).await;

            let view = unfollow(ctx, ben, garden).await.unwrap();
            assert!(!view.following && !view.group_member);
            counts_hold(&world, &[who, garden]).await;
            follow(ctx, ben, garden, FollowWish::default()).await.unwrap();
            let second = world.db(row).await;
            assert_eq!((second.id, second.list_title.as_str()), (first.id, "Kebun"));
            assert!(second.is_member() && !second.list_hidden);
            counts_hold(&world, &[who, garden]).await;
        });
    }

    fn one_may_follow_a_group_without_joining(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ben) = (&world.ctx, &world.ben);
        testing::run(async {
            let hall = world.group(&world.ana, "hall", GroupKind::Approved).await.id;
            let view = follow_only(ctx, ben, hall).await.unwrap();
            assert!(view.following && !view.group_member);
            let view = follow(ctx, ben, hall, FollowWish::default()).await.unwrap();
            assert!(view.following && view.requested && !view.group_member);
            // Refused as a member, ben reads on.
            let view = reject(ctx, &World::acting(&world.ana, &world.account(hall).await), ben.id())
                .await
                .unwrap();
            assert!(view.followed_by && !view.requested_by);
        });
    }

    fn a_group_elsewhere_is_joined_when_it_says_so(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ben) = (&world.ctx, &world.ben);
        testing::run(async {
            let club = world.remote(AccountKind::Group, "club", "far.example").await.id;
            let view = follow(ctx, ben, club, FollowWish::default()).await.unwrap();
            assert!(view.requested && !view.group_member);
            receive_answer(ctx, club, ben.id(), true).await.unwrap();
            let view = account::relationships(ctx, ben.id(), vec![club]).await.unwrap().pop().unwrap();
            assert!(view.following && view.group_member && !view.requested);
            assert_eq!(
                names(&world.events().await),
                ["follow_requested", "follow_accepted", "joined"]
            );
            receive_answer(ctx, club, ben.id(), false).await.unwrap();
            let view = account::relationships(ctx, ben.id(), vec![club]).await.unwrap().pop().unwrap();
            assert!(!view.following && !view.group_member);
        });
    }

    fn dan_joins_from_elsewhere_unless_banned(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, dan, garden) = (&world.ctx, world.dan.id, world.garden.id);
        testing::run(async {
            receive_follow(ctx, dan, garden, "https://far.example/f/1").await.unwrap();
            assert_eq!(names(&world.events().await), ["follow_accepted", "joined"]);
            // The other side has forgotten: it gets its answer once more, and joins not twice.
            receive_follow(ctx, dan, garden, "https://far.example/f/2").await.unwrap();
            assert_eq!(names(&world.events().await), ["follow_accepted"]);
            counts_hold(&world, &[dan, garden]).await;

            let acting = World::acting(&world.ana, &world.garden);
            assert!(block(ctx, &acting, dan).await.unwrap().blocking);
            assert_eq!(names(&world.events().await), ["follow_rejected", "banned"]);
            receive_follow(ctx, dan, garden, "https://far.example/f/3").await.unwrap();
            let events = world.events().await;
            assert!(matches!(
                &events[..],
                [Event::FollowRejected { uri: Some(uri), .. }] if uri == "https://far.example/f/3"
            ));
            counts_hold(&world, &[dan, garden]).await;
        });
    }

    fn a_block_ends_both_follows(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ben, chi) = (&world.ctx, &world.ben, &world.chi);
        testing::run(async {
            follow(ctx, ben, chi.id(), FollowWish::default()).await.unwrap();
            follow(ctx, chi, ben.id(), FollowWish::default()).await.unwrap();
            world.events().await;
            let view = block(ctx, ben, chi.id()).await.unwrap();
            assert!(view.blocking && !view.following && !view.followed_by);
            assert_eq!(
                names(&world.events().await),
                ["unfollowed", "follow_rejected", "blocked"]
            );
            block(ctx, ben, chi.id()).await.unwrap();
            assert!(world.events().await.is_empty());
            counts_hold(&world, &[ben.id(), chi.id()]).await;
            let refused = follow(ctx, chi, ben.id(), FollowWish::default()).await;
            assert!(matches!(refused, Err(Error::Forbidden(_))));
            let listed = blocks(ctx, ben, Page::first(10)).await.unwrap();
            assert_eq!(listed.items[0].account.id, chi.id());

            unblock(ctx, ben, chi.id()).await.unwrap();
            unblock(ctx, ben, chi.id()).await.unwrap();
            assert_eq!(names(&world.events().await), ["unblocked"]);
        });
    }

    fn a_block_from_elsewhere_ends_both_follows_too(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ben, dan) = (&world.ctx, &world.ben, world.dan.id);
        testing::run(async {
            receive_follow(ctx, dan, ben.id(), "https://far.example/f/1").await.unwrap();
            follow(ctx, ben, dan, FollowWish::default()).await.unwrap();
            receive_answer(ctx, dan, ben.id(), true).await.unwrap();
            let uri = "https://far.example/b/1";
            receive_block(ctx, dan, ben.id(), uri, false).await.unwrap();
            let views = account::relationships(ctx, ben.id(), vec![dan]).await.unwrap();
            let view = &views[0];
            assert!(view.blocked_by && !view.following && !view.followed_by);
            counts_hold(&world, &[ben.id(), dan]).await;
            receive_block(ctx, dan, ben.id(), uri, true).await.unwrap();
            let views = account::relationships(ctx, ben.id(), vec![dan]).await.unwrap();
            assert!(!views[0].blocked_by);
        });
    }

    fn a_mute_ends_by_itself(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ben, chi) = (&world.ctx, &world.ben, world.chi.id());
        testing::run(async {
            let end = ctx.now().plus(Millis::HOUR);
            let view = mute(ctx, ben, chi, true, Some(end)).await.unwrap();
            assert!(view.muting && view.muting_notifications);
            assert_eq!(mutes(ctx, ben, Page::first(10)).await.unwrap().items.len(), 1);
            world.pass(2 * Millis::HOUR);
            assert!(mutes(ctx, ben, Page::first(10)).await.unwrap().items.is_empty());
            assert!(mute(ctx, ben, ben.id(), true, None).await.is_err());
            mute(ctx, ben, chi, false, None).await.unwrap();
            assert!(!unmute(ctx, ben, chi).await.unwrap().muting);
        });
    }
}
