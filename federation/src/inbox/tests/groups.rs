//! Groups elsewhere that pass on what their members did, and groups here that do the same.

use super::ownership::follow;
use super::*;
use services::groups::{Deed, NewGroup, Why};

database::both_engines! {
    fn a_group_elsewhere_is_believed_about_its_own_server_alone(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let (lemmy, third) = (Peer::start().await, Peer::start().await);
            let (books, eve) = (lemmy.group("books"), lemmy.person("eve"));
            let kim = third.person("kim");
            let ana = world.person("ana").await;
            follow(&world, &ana, &books).await;

            // A thread of a person on the group's own server: its copy counts.
            let page = eve.note("p1", json!({"type": "Page", "name": "A book",
                "audience": books.uri, "cc": [books.uri]}));
            world.takes(&books, &books.does("Announce", "a1", eve.creates(&page))).await;
            let stored = world.status(page["id"].as_str().unwrap()).await.unwrap();
            assert_eq!(stored.group_id, Some(world.account(&books.uri).await.unwrap().id));
            assert_eq!(stored.title, "A book");
            let boost = world.status(&format!("{}/a1", books.uri)).await.unwrap();
            assert_eq!(boost.reblog_of_id, Some(stored.id));

            // 33: a comment from a third server is read there, whatever the group says.
            let comment = kim.note("c1", json!({"inReplyTo": page["id"], "content": "<p>true</p>"}));
            third.serve(&comment);
            let mut forged = comment.clone();
            forged["content"] = json!("<p>forged</p>");
            world.takes(&books, &books.does("Announce", "a2", kim.creates(&forged))).await;
            let read = world.status(comment["id"].as_str().unwrap()).await.unwrap();
            assert_eq!((read.content.as_str(), read.in_reply_to_id), ("<p>true</p>", Some(stored.id)));
            assert!(world.status(&format!("{}/a2", books.uri)).await.is_none(), "no boost of comments");
            let invented = kim.note("c2", json!({"inReplyTo": page["id"]}));
            world.refuses(&books, &books.does("Announce", "a3", kim.creates(&invented))).await;

            // An edit and a deletion by a third are read there too.
            world.pass(Millis::MINUTE);
            let updated = world.ctx.now().iso();
            forged["updated"] = json!(updated);
            let update = kim.does("Update", "u1", forged);
            world.takes(&books, &books.does("Announce", "a4", update)).await;
            let delete = kim.does("Delete", "d1", comment["id"].clone());
            world.refuses(&books, &books.does("Announce", "a5", delete.clone())).await;
            assert_eq!(world.status(comment["id"].as_str().unwrap()).await.unwrap().content, "<p>true</p>");
            third.fail("/users/kim/c1", StatusCode::GONE);
            let mut again = books.does("Announce", "a6", delete);
            again["object"]["id"] = json!(format!("{}/d2", kim.uri));
            world.takes(&books, &again).await;
            assert!(world.status(comment["id"].as_str().unwrap()).await.unwrap().is_deleted());

            // 33: nobody but moderators takes a thread out.
            let mallory = lemmy.person("mallory");
            let removal = mallory.does("Delete", "d3", page["id"].clone());
            world.refuses(&books, &books.does("Announce", "a7", removal.clone())).await;
            let mut with_moderators = books.document();
            let list = format!("{}/moderators", books.uri);
            with_moderators["attributedTo"] = json!(list);
            lemmy.serve(&with_moderators);
            lemmy.serve(&json!({"id": list, "type": "OrderedCollection",
                "orderedItems": [mallory.uri]}));
            world.takes(&books, &books.does("Update", "u2", with_moderators)).await;
            world.takes(&books, &books.does("Announce", "a8", removal)).await;
            assert!(!world.status(page["id"].as_str().unwrap()).await.unwrap().is_deleted());
            assert!(world.status(&format!("{}/a1", books.uri)).await.unwrap().is_deleted());
        });
    }

    fn a_thread_stands_where_its_audience_says_whoever_passes_it_on(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let far = Peer::start().await;
            let (garden, kitchen) = (far.group("garden"), far.group("kitchen"));
            let dan = far.person("dan");
            let ana = world.person("ana").await;
            follow(&world, &ana, &kitchen).await;
            let named = [&kitchen, &garden].map(|group| json!({"type": "Mention", "href": group.uri}));
            let note = |id: &str, more: Value| {
                let mut note = dan.note(id, more);
                note["cc"] = json!([garden.uri, kitchen.uri]);
                note["tag"] = json!(named);
                far.serve(&note);
                note["id"].clone()
            };
            let beans = note("beans", json!({"audience": garden.uri}));
            world.takes(&kitchen, &kitchen.does("Announce", "a1", beans.clone())).await;
            let stored = world.status(beans.as_str().unwrap()).await.unwrap();
            assert_eq!(stored.group_id, Some(world.account(&garden.uri).await.unwrap().id));
            let boost = world.status(&format!("{}/a1", kitchen.uri)).await.unwrap();
            assert_eq!(boost.reblog_of_id, Some(stored.id));
            // Where it says nothing, it stands in the group that passes it on.
            let peas = note("peas", json!({}));
            world.takes(&kitchen, &kitchen.does("Announce", "a2", peas.clone())).await;
            let stored = world.status(peas.as_str().unwrap()).await.unwrap();
            assert_eq!(stored.group_id, Some(world.account(&kitchen.uri).await.unwrap().id));
        });
    }

    fn a_person_passes_nothing_on(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let far = Peer::start().await;
            let (dan, eve) = (far.person("dan"), far.person("eve"));
            let ana = world.person("ana").await;
            follow(&world, &ana, &dan).await;
            let note = eve.note("n1", json!({}));
            let envelope = dan.does("Announce", "a1", eve.creates(&note));
            world.refuses(&dan, &envelope).await;
            assert!(world.status(note["id"].as_str().unwrap()).await.is_none());
        });
    }

    fn who_was_asked_comes_by_a_follow_or_says_no(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let far = Peer::start().await;
            let (dan, eve) = (far.person("dan"), far.person("eve"));
            let ana = world.person("ana").await;
            let new = NewGroup { name: "garden".to_owned(), title: "Garden".to_owned(),
                kind: Some(model::GroupKind::Approved), ..NewGroup::default() };
            let garden = services::groups::create(&world.ctx, &ana, new).await.unwrap();
            let garden = garden.account.account.clone();
            // Both are known here: they follow ana.
            for who in [&dan, &eve] {
                world.takes(who, &who.does("Follow", "f0", json!(ana.account.uri))).await;
            }
            let (dan_here, eve_here) =
                (world.account(&dan.uri).await.unwrap().id, world.account(&eve.uri).await.unwrap().id);
            let (id, ctx) = (garden.id, &world.ctx);
            for who in [dan_here, eve_here] {
                services::groups::act(ctx, &ana, id, Deed::Invite { who }, Why::default()).await.unwrap();
            }
            let asked = async |who| {
                let found = ctx.db.read(move |conn| database::group_invitations::find(conn, id, who));
                found.await.unwrap().unwrap()
            };
            let invite = format!("{}#invites/{}", garden.uri, asked(eve_here).await.id);
            // Nobody says no for another.
            world.refuses(&dan, &dan.does("Reject", "r1", json!(invite))).await;
            assert_eq!(asked(eve_here).await.state, model::InvitationState::Open);
            world.takes(&eve, &eve.does("Reject", "r2", json!({
                "type": "Invite", "id": invite, "actor": garden.uri, "object": garden.uri, "target": eve.uri,
            }))).await;
            assert_eq!(asked(eve_here).await.state, model::InvitationState::Declined);
            world.refuses(&eve, &eve.does("Reject", "r3", json!(invite))).await;
            world.takes(&dan, &dan.does("Follow", "f1", json!(garden.uri))).await;
            assert!(services::groups::is_member(ctx, id, dan_here).await.unwrap());
            world.takes(&eve, &eve.does("Follow", "f2", json!(garden.uri))).await;
            assert!(!services::groups::is_member(ctx, id, eve_here).await.unwrap());
        });
    }

    fn a_group_here_passes_on_what_members_do(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let far = Peer::start().await;
            let (dan, eve) = (far.person("dan"), far.person("eve"));
            let ana = world.person("ana").await;
            let new = NewGroup { name: "garden".to_owned(), title: "Garden".to_owned(),
                kind: Some(model::GroupKind::Approved), ..NewGroup::default() };
            let garden = services::groups::create(&world.ctx, &ana, new).await.unwrap();
            let garden = garden.account.account.clone();
            world.takes(&dan, &dan.does("Follow", "f1", json!(garden.uri))).await;
            let dan_here = world.account(&dan.uri).await.unwrap();
            let deed = Deed::Approve { who: dan_here.id };
            services::groups::act(&world.ctx, &ana, garden.id, deed, Why::default()).await.unwrap();
            let thread = |who: &Actor, id: &str| who.note(id, json!({"cc": [garden.uri],
                "tag": [{"type": "Mention", "href": garden.uri, "name": "@garden"}]}));

            let post = thread(&dan, "t1");
            relayed(&world).await;
            world.takes(&dan, &dan.creates(&post)).await;
            assert_eq!(relayed(&world).await, 1);
            let stored = world.status(post["id"].as_str().unwrap()).await.unwrap();
            assert_eq!(stored.group_id, Some(garden.id));

            // Who is no member gets nothing in, and nothing goes on.
            let outside = thread(&eve, "t2");
            world.refuses(&eve, &eve.creates(&outside)).await;
            assert!(world.status(outside["id"].as_str().unwrap()).await.is_none());
            assert_eq!(relayed(&world).await, 0);

            // Likes stay between the two servers, unless the group shares them.
            world.takes(&dan, &dan.does("Like", "l1", post["id"].clone())).await;
            assert_eq!(relayed(&world).await, 0);
            world.pass(Millis::MINUTE);
            let mut edited = post.clone();
            edited["content"] = json!("<p>better</p>");
            edited["updated"] = json!(world.ctx.now().iso());
            world.takes(&dan, &dan.does("Update", "u1", edited)).await;
            assert_eq!(relayed(&world).await, 1);
            world.takes(&dan, &dan.does("Delete", "d1", post["id"].clone())).await;
            assert_eq!(relayed(&world).await, 1);
        });
    }
}

/// How many activities were handed to be passed on since the last question.
pub(super) async fn relayed(world: &World) -> usize {
    let waiting = world.ctx.db.write(|conn| {
        let waiting = database::events::due(conn, Millis(i64::MAX), 1000)?;
        for one in &waiting {
            for consumer in [
                database::events::Consumer::FanOut,
                database::events::Consumer::Deliver,
            ] {
                database::events::done(conn, one.id, consumer)?;
            }
        }
        Ok::<_, database::Error>(waiting)
    });
    let waiting = waiting.await.unwrap();
    let is_relay = |event: &model::Event| matches!(event, model::Event::Relayed { .. });
    waiting.iter().filter(|one| is_relay(&one.event)).count()
}
