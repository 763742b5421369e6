//! Rows 25 to 36 of the hostile catalogue: everyone acts for himself alone.

use super::*;
use model::FollowState;
use services::relationships::FollowWish;

database::both_engines! {
    fn nobody_writes_edits_or_deletes_for_others(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let (evil, victim) = (Peer::start().await, Peer::start().await);
            let (eve, bob) = (evil.person("eve"), evil.person("bob"));
            let vic = victim.person("vic");
            let ana = world.person("ana").await;
            for author in [&eve, &bob, &vic] {
                follow(&world, &ana, author).await;
            }
            let true_note = vic.note("n1", json!({"content": "<p>true words</p>"}));
            victim.serve(&true_note);
            world.takes(&vic, &vic.creates(&true_note)).await;
            let bobs = bob.note("b1", json!({}));
            world.takes(&bob, &bob.creates(&bobs)).await;
            let stored = (world.status(&uri(&true_note)).await, world.status(&uri(&bobs)).await);

            let forged = vic.note("n1", json!({"content": "<p>forged</p>"}));
            let unheard = vic.note("n2", json!({}));
            let in_vics_name = eve.note("n3", json!({"attributedTo": vic.uri}));
            let as_bob = bob.note("b2", json!({}));
            let two_authors = eve.note("n4", json!({"attributedTo": [eve.uri, bob.uri]}));
            let ours = eve.note("x", json!({"id": "http://home.example/users/ana/statuses/1"}));
            let bobs_forged = bob.note("b1", json!({"content": "<p>forged</p>"}));
            for (n, (kind, object)) in [
                ("Create", unheard), ("Create", in_vics_name), ("Create", as_bob),
                ("Create", two_authors), ("Create", ours), ("Update", forged.clone()),
                ("Update", bobs_forged), ("Update", vic.document()),
                ("Delete", json!(uri(&true_note))), ("Delete", json!(vic.uri)),
                ("Delete", json!({"type": "Tombstone", "id": uri(&true_note)})),
                ("Move", json!(vic.uri)), ("Update", json!(uri(&true_note))),
            ].into_iter().enumerate() {
                world.refuses(&eve, &eve.does(kind, &format!("a{n}"), object)).await;
            }
            // Of another on the same server: no error, but no effect.
            world.deliver(&eve, &eve.does("Delete", "d", json!(uri(&bobs)))).await;
            assert_eq!(world.status(&uri(&true_note)).await, stored.0);
            assert_eq!(world.status(&uri(&bobs)).await, stored.1);
            for id in ["n3", "n4"] {
                assert!(world.status(&format!("{}/{id}", eve.uri)).await.is_none());
            }
            assert!(world.status(&format!("{}/n2", vic.uri)).await.is_none());

            // 32: what is boosted is read where it lies, whatever the copy says.
            let fresh_note = vic.note("n5", json!({"content": "<p>true again</p>"}));
            victim.serve(&fresh_note);
            let mut copy = fresh_note.clone();
            copy["content"] = json!("<p>forged</p>");
            world.takes(&eve, &eve.does("Announce", "boost", copy)).await;
            let read = world.status(&uri(&fresh_note)).await.unwrap();
            assert_eq!(read.content, "<p>true again</p>");
            assert!(world.status(&format!("{}/boost", eve.uri)).await.unwrap().reblog_of_id.is_some());
        });
    }

    fn one_edits_and_deletes_what_is_ones_own(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let far = Peer::start().await;
            let dan = far.person("dan");
            let ana = world.person("ana").await;
            follow(&world, &ana, &dan).await;
            let note = dan.note("n1", json!({}));
            world.takes(&dan, &dan.creates(&note)).await;
            world.pass(Millis::MINUTE);
            let edited = dan.note("n1", json!({"content": "<p>better</p>",
                "updated": world.ctx.now().iso()}));
            world.takes(&dan, &dan.does("Update", "u1", edited)).await;
            assert_eq!(world.status(&uri(&note)).await.unwrap().content, "<p>better</p>");
            world.takes(&dan, &dan.does("Delete", "d1", json!(uri(&note)))).await;
            assert!(world.status(&uri(&note)).await.unwrap().is_deleted());
            // 36: a tombstone wins.
            let mut again = dan.creates(&note);
            again["id"] = json!(format!("{}/again", dan.uri));
            world.deliver(&dan, &again).await;
            assert!(world.status(&uri(&note)).await.unwrap().is_deleted());
            // A new name is read at the origin.
            let mut renamed = dan.document();
            renamed["name"] = json!("Dan the Great");
            far.serve(&renamed);
            world.takes(&dan, &dan.does("Update", "u2", renamed)).await;
            assert_eq!(world.account(&dan.uri).await.unwrap().display_name, "Dan the Great");
            // Gone, and nobody signs for him any more.
            world.takes(&dan, &dan.does("Delete", "d2", json!(dan.uri))).await;
            far.fail("/users/dan", StatusCode::GONE);
            let like = dan.does("Like", "l1", json!("http://home.example/x"));
            let status = world.knock(dan.wire(&world, &like)).await;
            assert!(status.is_client_error(), "{status}");
        });
    }

    fn follows_are_asked_for_answered_and_ended_by_those_they_are_of(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let (far, evil) = (Peer::start().await, Peer::start().await);
            let (dan, eve) = (far.person("dan"), evil.person("eve"));
            let ana = world.person("ana").await;
            let follow = dan.does("Follow", "f1", json!(ana.account.uri));
            world.takes(&dan, &follow).await;
            assert!(state(&world, &dan.uri, &ana.account.uri).await.is_some());
            // 30: another takes it back.
            let undo = eve.does("Undo", "u1", follow.clone());
            world.refuses(&eve, &undo).await;
            assert!(state(&world, &dan.uri, &ana.account.uri).await.is_some());
            world.takes(&dan, &dan.does("Undo", "u2", follow)).await;
            assert!(state(&world, &dan.uri, &ana.account.uri).await.is_none());

            // 31: only the followed accepts, and only what was asked.
            asks(&world, &ana, &eve).await;
            asks(&world, &ana, &dan).await;
            let asked = json!({"type": "Follow", "actor": ana.account.uri, "object": dan.uri});
            world.refuses(&eve, &eve.does("Accept", "a1", asked.clone())).await;
            assert_eq!(state(&world, &ana.account.uri, &dan.uri).await, Some(FollowState::Requested));
            world.takes(&dan, &dan.does("Accept", "a2", asked.clone())).await;
            assert_eq!(state(&world, &ana.account.uri, &dan.uri).await, Some(FollowState::Accepted));
            world.takes(&dan, &dan.does("Reject", "r1", asked)).await;
            assert_eq!(state(&world, &ana.account.uri, &dan.uri).await, None);
            // By its address alone, as guppe and Mitra accept.
            let id = follow_id(&world, &ana.account.uri, &eve.uri).await;
            let address = format!("{}#follows/{id}", ana.account.uri);
            world.refuses(&dan, &dan.does("Accept", "a3", json!(address))).await;
            world.takes(&eve, &eve.does("Accept", "a4", json!(address))).await;
            assert_eq!(state(&world, &ana.account.uri, &eve.uri).await, Some(FollowState::Accepted));

            // Friendica follows threads: nothing happens, and nobody is told off.
            let post = services::statuses::publish(&world.ctx, &ana, draft("hello"), None);
            let post = post.await.unwrap();
            let thread = dan.does("Follow", "f2", json!(post.status.uri));
            world.takes(&dan, &thread).await;
            world.refuses(&dan, &dan.does("Follow", "f3", json!("http://home.example/nobody"))).await;
        });
    }

    fn likes_boosts_and_blocks_come_and_go(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let far = Peer::start().await;
            let dan = far.person("dan");
            let eve = far.person("eve");
            let ana = world.person("ana").await;
            let post = services::statuses::publish(&world.ctx, &ana, draft("hello"), None);
            let post = post.await.unwrap().status.uri.clone();
            let like = dan.does("Like", "l1", json!(post));
            let boost = dan.does("Announce", "b1", json!(post));
            world.takes(&dan, &like).await;
            world.takes(&dan, &boost).await;
            let counts = |status: database::statuses::Status| {
                (status.favourites_count, status.reblogs_count)
            };
            assert_eq!(counts(world.status(&post).await.unwrap()), (1, 1));
            world.refuses(&eve, &eve.does("Undo", "u1", like.clone())).await;
            world.refuses(&eve, &eve.does("Undo", "u2", boost.clone())).await;
            assert_eq!(counts(world.status(&post).await.unwrap()), (1, 1));
            world.takes(&dan, &dan.does("Undo", "u3", like)).await;
            world.takes(&dan, &dan.does("Undo", "u4", boost)).await;
            assert_eq!(counts(world.status(&post).await.unwrap()), (0, 0));
            let block = dan.does("Block", "k1", json!(ana.account.uri));
            world.takes(&dan, &block).await;
            assert_eq!(world.counts().await["blocks"], 1);
            world.takes(&dan, &dan.does("Undo", "u5", block)).await;
            assert_eq!(world.counts().await["blocks"], 0);
            for kind in ["Dislike", "EmojiReact"] {
                world.refuses(&dan, &dan.does(kind, kind, json!(post))).await;
            }
        });
    }
}

fn uri(document: &Value) -> String {
    document["id"].as_str().unwrap().to_owned()
}

pub(super) fn draft(text: &str) -> services::statuses::Draft {
    services::statuses::Draft {
        text: text.to_owned(),
        ..Default::default()
    }
}

/// Someone here asks to follow someone elsewhere.
pub(super) async fn asks(world: &World, who: &Viewer, whom: &Actor) {
    let fediverse = world.ctx.fediverse();
    let found = fediverse.fetch_account(&whom.uri).await.unwrap().unwrap();
    let wish = FollowWish::default();
    services::relationships::follow(&world.ctx, who, found, wish)
        .await
        .unwrap();
}

/// Someone here follows someone elsewhere, who agrees.
pub(super) async fn follow(world: &World, who: &Viewer, whom: &Actor) {
    asks(world, who, whom).await;
    let asked = json!({"type": "Follow", "actor": who.account.uri, "object": whom.uri});
    let accept = whom.does("Accept", &format!("accept-{}", who.account.username), asked);
    world.takes(whom, &accept).await;
}

async fn found(world: &World, who: &str, whom: &str) -> Option<database::follows::Follow> {
    let (who, whom) = (world.account(who).await?.id, world.account(whom).await?.id);
    world
        .db(move |conn| database::follows::find(conn, who, whom))
        .await
}

async fn state(world: &World, who: &str, whom: &str) -> Option<FollowState> {
    Some(found(world, who, whom).await?.state)
}

async fn follow_id(world: &World, who: &str, whom: &str) -> model::FollowId {
    found(world, who, whom).await.unwrap().id
}
