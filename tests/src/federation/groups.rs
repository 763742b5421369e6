//! Somebody on another server in a group of ours.

use model::GroupKind;
use serde_json::{Value, json};

use crate::harness::{Stage, TwoPlaces, eventually, id_of, in_list, on_both_engines, text_of};

on_both_engines![
    dan_joins_posts_and_reads_the_answer_from_elsewhere,
    a_thread_of_this_server_reaches_the_members_elsewhere,
    an_edit_and_a_deletion_reach_everyone_in_the_group,
    a_removed_thread_is_taken_back_everywhere,
    who_is_banned_elsewhere_is_out,
    an_approved_group_asks_its_moderators_about_dan,
    leaving_from_elsewhere_ends_it_on_both_servers,
];

fn list_there(places: &TwoPlaces) -> String {
    let list = places.dan.items("/api/v1/lists").into_iter().find(|list| {
        let path = format!("/api/v1/lists/{}/accounts", id_of(list));
        places.dan.get(&path).ids() == [places.garden_there.as_str()]
    });
    id_of(&list.expect("the joined group is a list there too"))
}

fn boosted(reader: &crate::harness::Person, group: &str, uri: &Value) -> Option<Value> {
    let shown = reader.items(&format!("/api/v1/accounts/{group}/statuses"));
    shown
        .into_iter()
        .find(|status| status["reblog"]["uri"] == *uri)
}

fn dan_joins_posts_and_reads_the_answer_from_elsewhere(stage: &Stage) {
    let places = TwoPlaces::joined(*stage);
    let (world, dan) = (&places.first, &places.dan);
    let stand = dan.get(&format!(
        "/api/v1/groups/relationships?id[]={}",
        places.garden_there
    ));
    assert_eq!(stand.ok()[0]["member"], true);
    let group = world
        .ana
        .get(&format!("/api/v1/groups/{}", world.garden.id))
        .ok();
    assert_eq!(group["members_count"], 4);

    let thread = places.dan_posts("who has seeds?");
    // Here: boosted by the group, in ben's list and home, readable.
    eventually("the garden boosts it", || {
        boosted(&world.ben, &world.garden.id, &thread["uri"])
    });
    let list = id_of(&world.ben.list_of(&world.garden).expect("a list"));
    let here = eventually("it is in ben's list", || {
        in_list(&world.ben, &list, &thread["uri"])
    });
    assert!(text_of(here["content"].as_str().unwrap()).contains("who has seeds?"));
    assert_eq!(
        here["account"]["acct"],
        format!("dan@{}", places.second.domain())
    );
    eventually("it is at ben's home", || {
        let home = world.ben.home();
        home.into_iter()
            .find(|status| status["reblog"]["uri"] == thread["uri"])
    });
    // There: the group's boost comes back.
    eventually("dan sees the boost", || {
        boosted(dan, &places.garden_there, &thread["uri"])
    });

    let answer = world.ana.reply(&id_of(&here), "I have beans");
    let read = eventually("the answer reaches dan", || {
        let below = dan.answers(&id_of(&thread));
        below
            .into_iter()
            .find(|status| status["uri"] == answer["uri"])
    });
    assert!(text_of(read["content"].as_str().unwrap()).contains("I have beans"));
    assert_eq!(read["in_reply_to_id"], thread["id"]);
    assert_eq!(
        read["account"]["acct"],
        format!("ana@{}", world.place.domain())
    );

    // And once more back and forth; then a like.
    let thanks = dan.reply(
        &id_of(&read),
        &format!("@ana@{} thanks", world.place.domain()),
    );
    let seen = eventually("the thanks reach ana", || {
        let below = world.ana.answers(&id_of(&here));
        below
            .into_iter()
            .find(|status| status["uri"] == thanks["uri"])
    });
    assert_eq!(seen["in_reply_to_id"], answer["id"]);
    dan.act(&id_of(&read), "favourite").ok();
    let told = eventually("ana is told of the like", || {
        world.ana.notified_of("favourite").pop()
    });
    assert_eq!(told["status"]["id"], answer["id"]);
    // The list shows the thread and no answer.
    places.second.settle();
    world.place.settle();
    let shown = dan
        .get(&format!("/api/v1/timelines/list/{}", list_there(&places)))
        .ids();
    assert_eq!(shown, [id_of(&thread)]);
    assert_eq!(
        world
            .ben
            .get(&format!("/api/v1/timelines/list/{list}"))
            .ids(),
        [id_of(&here)]
    );
}

fn a_thread_of_this_server_reaches_the_members_elsewhere(stage: &Stage) {
    let places = TwoPlaces::joined(*stage);
    let thread = places.first.ben.publish("@garden sowing day on Sunday");
    let list = list_there(&places);
    let there = eventually("it is in dan's list", || {
        in_list(&places.dan, &list, &thread["uri"])
    });
    let text = text_of(there["content"].as_str().unwrap());
    assert_eq!(text, "@garden sowing day on Sunday");
    eventually("it is at dan's home", || {
        let home = places.dan.home();
        home.into_iter()
            .find(|status| status["reblog"]["uri"] == thread["uri"])
    });
    // An answer of somebody whom dan does not follow comes with the group.
    let answer = places.first.chi.reply(&id_of(&thread), "@ben I come");
    eventually("the answer is in the thread there", || {
        let below = places.dan.answers(&id_of(&there));
        below
            .into_iter()
            .find(|status| status["uri"] == answer["uri"])
    });
}

fn an_edit_and_a_deletion_reach_everyone_in_the_group(stage: &Stage) {
    let places = TwoPlaces::joined(*stage);
    let (ben, dan) = (&places.first.ben, &places.dan);
    let thread = ben.publish("@garden on Sunday");
    let there = TwoPlaces::arrives(dan, &thread);
    let path = format!("/api/v1/statuses/{}", id_of(&thread));
    ben.put(&path, &json!({ "status": "@garden on Monday" }))
        .ok();
    eventually("the edit arrives", || {
        let now = dan.status(&id_of(&there)).ok();
        (text_of(now["content"].as_str()?).contains("on Monday")).then_some(())
    });
    let history = dan
        .get(&format!("/api/v1/statuses/{}/history", id_of(&there)))
        .ok();
    assert_eq!(history.as_array().map(Vec::len), Some(2));
    ben.delete(&path).ok();
    eventually("the deletion arrives", || {
        (dan.status(&id_of(&there)).status == 404).then_some(())
    });

    // And the other way round, through the group.
    let thread = places.dan_posts("on Tuesday");
    let here = TwoPlaces::arrives(ben, &thread);
    let path = format!("/api/v1/statuses/{}", id_of(&thread));
    let text = format!("@{} on Friday", places.first.garden.handle);
    dan.put(&path, &json!({ "status": text })).ok();
    eventually("the edit arrives", || {
        let now = ben.status(&id_of(&here)).ok();
        (text_of(now["content"].as_str()?).contains("on Friday")).then_some(())
    });
    dan.delete(&path).ok();
    eventually("the deletion arrives", || {
        (ben.status(&id_of(&here)).status == 404).then_some(())
    });
}

fn a_removed_thread_is_taken_back_everywhere(stage: &Stage) {
    let places = TwoPlaces::joined(*stage);
    let (world, dan) = (&places.first, &places.dan);
    let thread = places.dan_posts("buy my seeds");
    let here = TwoPlaces::arrives(&world.chi, &thread);
    eventually("dan sees the boost", || {
        boosted(dan, &places.garden_there, &thread["uri"])
    });
    let path = format!(
        "/api/v1/groups/{}/statuses/{}",
        world.garden.id,
        id_of(&here)
    );
    world.chi.delete(&path).ok();
    eventually("the boost is undone there", || {
        boosted(dan, &places.garden_there, &thread["uri"])
            .is_none()
            .then_some(())
    });
    let list = list_there(&places);
    eventually("it has left the list there", || {
        in_list(dan, &list, &thread["uri"]).is_none().then_some(())
    });
    // It is still dan's.
    dan.status(&id_of(&thread)).ok();
}

fn who_is_banned_elsewhere_is_out(stage: &Stage) {
    let places = TwoPlaces::joined(*stage);
    let (world, dan) = (&places.first, &places.dan);
    let thread = places.dan_posts("hello");
    let here = TwoPlaces::arrives(&world.chi, &thread);
    let who = here["account"]["id"].clone();
    let blocks = format!("/api/v1/groups/{}/blocks", world.garden.id);
    world
        .chi
        .post(&blocks, &json!({ "account_ids": [who] }))
        .ok();
    eventually("dan is out", || {
        (dan.relationship(&places.garden_there)["following"] == false).then_some(())
    });
    let again = dan.post(
        "/api/v1/statuses",
        &json!({ "status": format!("@{} me again", world.garden.handle) }),
    );
    places.second.settle();
    world.place.settle();
    if again.status == 200 {
        let uri = again.json()["uri"].as_str().expect("an address").to_owned();
        assert!(boosted(&world.ana, &world.garden.id, &json!(uri)).is_none());
    }
    // Nor does he get in again.
    dan.towards(&places.garden_there, "follow");
    places.second.settle();
    world.place.settle();
    let members = format!("/api/v1/groups/{}", world.garden.id);
    assert_eq!(world.ana.get(&members).ok()["members_count"], 3);
}

fn an_approved_group_asks_its_moderators_about_dan(stage: &Stage) {
    let places = TwoPlaces::new(*stage);
    let (world, dan) = (&places.first, &places.dan);
    let circle = world
        .place
        .group("circle", "Circle", &world.ana, GroupKind::Approved);
    let document = world.place.visitor().document("/g/circle").ok();
    assert_eq!(document["manuallyApprovesFollowers"], true);
    let there = dan
        .find_account(&format!("@{}", circle.handle))
        .expect("the circle is found");
    assert_eq!(there["locked"], true);
    let there = id_of(&there);
    dan.towards(&there, "follow").ok();
    assert_eq!(dan.relationship(&there)["requested"], true);
    let queue = format!("/api/v1/groups/{}/membership_requests", circle.id);
    let waiting = eventually("dan waits", || world.ana.items(&queue).pop());
    assert_eq!(waiting["acct"], format!("dan@{}", places.second.domain()));
    // Not in yet: what he posts is not taken.
    let early = dan.post(
        "/api/v1/statuses",
        &json!({ "status": format!("@{} too early", circle.handle) }),
    );
    places.second.settle();
    world.place.settle();
    let shown = world
        .place
        .visitor()
        .items(&format!("/api/v1/accounts/{}/statuses", circle.id));
    assert!(shown.is_empty(), "{shown:?}");
    drop(early);

    world
        .ana
        .press(&format!("{queue}/{}/authorize", id_of(&waiting)))
        .ok();
    eventually("dan is in", || {
        (dan.relationship(&there)["following"] == true).then_some(())
    });
    let thread = dan.publish(&format!("@{} now I am in", circle.handle));
    eventually("the circle boosts it", || {
        boosted(&world.ana, &circle.id, &thread["uri"])
    });
    eventually("and dan hears of it", || {
        boosted(dan, &there, &thread["uri"])
    });
}

fn leaving_from_elsewhere_ends_it_on_both_servers(stage: &Stage) {
    let places = TwoPlaces::joined(*stage);
    let (world, dan) = (&places.first, &places.dan);
    let list = list_there(&places);
    dan.towards(&places.garden_there, "unfollow").ok();
    let members = format!("/api/v1/groups/{}", world.garden.id);
    eventually("the garden has one member less", || {
        (world.ana.get(&members).ok()["members_count"] == 3).then_some(())
    });
    world.ben.publish("@garden without dan");
    world.place.settle();
    places.second.settle_inside();
    assert!(dan.items("/api/v1/lists").is_empty());
    places.join();
    assert_eq!(
        list_there(&places),
        list,
        "the number of the list is the same"
    );
}
