//! What a group here must not pass on, and what someone it sent away cannot do in it any more.

use super::groups::relayed;
use super::*;
use database::statuses;
use model::{GroupKind, Visibility};
use services::groups::{Deed, NewGroup, Why};

/// An Open group of this server, and who founded it.
async fn garden(world: &World) -> (Viewer, Account) {
    let ana = world.person("ana").await;
    let new = NewGroup {
        name: "garden".to_owned(),
        title: "Garden".to_owned(),
        kind: Some(GroupKind::Open),
        ..NewGroup::default()
    };
    let made = services::groups::create(&world.ctx, &ana, new)
        .await
        .unwrap();
    (ana, made.account.account.clone())
}

/// A note for everyone that starts a thread in the group.
fn thread(who: &Actor, group: &Account, id: &str) -> Value {
    who.note(
        id,
        json!({"cc": [group.uri],
            "tag": [{"type": "Mention", "href": group.uri, "name": "@garden"}]}),
    )
}

/// An edit of it.
fn edited(world: &World, note: &Value, content: &str) -> Value {
    let mut note = note.clone();
    note["content"] = json!(content);
    note["updated"] = json!(world.ctx.now().iso());
    note
}

fn uri(note: &Value) -> &str {
    note["id"].as_str().unwrap()
}

database::both_engines! {
    fn what_is_for_followers_only_from_now_on_leaves_the_group(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let far = Peer::start().await;
            let dan = far.person("dan");
            let (_, garden) = garden(&world).await;
            let post = thread(&dan, &garden, "t1");
            world.takes(&dan, &dan.creates(&post)).await;
            assert_eq!(relayed(&world).await, 1);
            let stored = world.status(uri(&post)).await.unwrap();
            let (group, id) = (garden.id, stored.id);
            let boost = async || world.db(move |conn| statuses::boost_by(conn, group, id)).await;
            assert!(boost().await.is_some());

            world.pass(Millis::MINUTE);
            let mut narrowed = edited(&world, &post, "<p>for few</p>");
            narrowed["to"] = json!([format!("{}/followers", dan.uri)]);
            world.takes(&dan, &dan.does("Update", "u1", narrowed)).await;
            let after = world.status(uri(&post)).await.unwrap();
            assert_eq!((after.visibility, after.group()), (Visibility::Private, None));
            assert!(boost().await.is_none(), "the group takes its boost back");
            assert_eq!(relayed(&world).await, 0, "the members must not read it");
        });
    }

    fn what_had_no_effect_is_not_passed_on(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let far = Peer::start().await;
            let (dan, eve) = (far.person("dan"), far.person("eve"));
            let (_, garden) = garden(&world).await;
            let post = thread(&dan, &garden, "t1");
            world.takes(&dan, &dan.creates(&post)).await;
            world.takes(&eve, &eve.does("Follow", "f1", json!(garden.uri))).await;
            assert_eq!(relayed(&world).await, 1);

            // 27, 29: of another on the same server.
            world.deliver(&eve, &eve.does("Delete", "d1", json!(uri(&post)))).await;
            world.pass(Millis::MINUTE);
            let mut forged = edited(&world, &post, "<p>forged</p>");
            forged["attributedTo"] = json!(eve.uri);
            world.deliver(&eve, &eve.does("Update", "u1", forged)).await;
            assert_eq!(relayed(&world).await, 0);
            let stored = world.status(uri(&post)).await.unwrap();
            assert_eq!((stored.content.as_str(), stored.is_deleted()), ("<p>t1</p>", false));
        });
    }

    fn who_was_banned_changes_nothing_in_the_group(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let far = Peer::start().await;
            let (dan, eve) = (far.person("dan"), far.person("eve"));
            let (ana, garden) = garden(&world).await;
            let (bad, good) = (thread(&dan, &garden, "t1"), thread(&eve, &garden, "t2"));
            world.takes(&dan, &dan.creates(&bad)).await;
            world.takes(&eve, &eve.creates(&good)).await;
            let banned = world.account(&dan.uri).await.unwrap().id;
            let deed = Deed::Ban { who: banned };
            services::groups::act(&world.ctx, &ana, garden.id, deed, Why::default()).await.unwrap();
            relayed(&world).await;

            // 115: neither a vote nor an edit nor an answer.
            world.deliver(&dan, &dan.does("Like", "l1", json!(uri(&good)))).await;
            world.pass(Millis::MINUTE);
            let spam = edited(&world, &bad, "<p>buy this</p>");
            world.deliver(&dan, &dan.does("Update", "u1", spam)).await;
            let answer = dan.note("c1", json!({"inReplyTo": uri(&good)}));
            world.refuses(&dan, &dan.creates(&answer)).await;
            assert_eq!(world.status(uri(&good)).await.unwrap().favourites_count, 0);
            assert_eq!(world.status(uri(&bad)).await.unwrap().content, "<p>t1</p>");
            assert_eq!(relayed(&world).await, 0);
            // But what is one's own can always be deleted.
            world.takes(&dan, &dan.does("Delete", "d1", json!(uri(&bad)))).await;
            assert!(world.status(uri(&bad)).await.unwrap().is_deleted());
        });
    }

    fn an_answer_to_a_boost_hangs_on_what_was_boosted(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let far = Peer::start().await;
            let (dan, eve) = (far.person("dan"), far.person("eve"));
            let (ana, garden) = garden(&world).await;
            let post = thread(&dan, &garden, "t1");
            world.takes(&dan, &dan.creates(&post)).await;
            let thread = world.status(uri(&post)).await.unwrap();
            let banned = eve.does("Follow", "f1", json!(garden.uri));
            world.takes(&eve, &banned).await;
            let who = world.account(&eve.uri).await.unwrap().id;
            let deed = Deed::Ban { who };
            services::groups::act(&world.ctx, &ana, garden.id, deed, Why::default()).await.unwrap();
            let (group, id) = (garden.id, thread.id);
            let boost = world.db(move |conn| statuses::boost_by(conn, group, id)).await.unwrap();

            // 117: the rules are those of the thread.
            let around = eve.note("c1", json!({"inReplyTo": boost.uri,
                "cc": [garden.uri]}));
            world.refuses(&eve, &eve.creates(&around)).await;
            let answer = dan.note("c2", json!({"inReplyTo": boost.uri}));
            world.takes(&dan, &dan.creates(&answer)).await;
            let answer = world.status(uri(&answer)).await.unwrap();
            assert_eq!((answer.in_reply_to_id, answer.group_id), (Some(thread.id), Some(group)));
        });
    }

    fn what_was_read_before_its_author_told_of_it_is_passed_on_once(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let far = Peer::start().await;
            let (dan, eve) = (far.person("dan"), far.person("eve"));
            let (_, garden) = garden(&world).await;
            let post = thread(&dan, &garden, "t1");
            world.takes(&dan, &dan.creates(&post)).await;
            let comment = dan.note("c1", json!({"inReplyTo": uri(&post)}));
            far.serve(&comment);
            let answer = eve.note("c2", json!({"inReplyTo": uri(&comment), "cc": [garden.uri]}));
            world.takes(&eve, &eve.creates(&answer)).await;
            assert!(world.status(uri(&comment)).await.is_some(), "read as what is answered");
            assert_eq!(relayed(&world).await, 2, "the thread and the answer");

            world.takes(&dan, &dan.creates(&comment)).await;
            assert_eq!(relayed(&world).await, 1);
            let mut again = dan.creates(&comment);
            again["id"] = json!(format!("{}/again", dan.uri));
            world.takes(&dan, &again).await;
            assert_eq!(relayed(&world).await, 0);
        });
    }
}
