//! A joined group is a list in every app, with a number that stays.

use serde_json::json;

use crate::harness::{Stage, World, eventually, id_of, in_list, on_both_engines};

on_both_engines![
    the_list_shows_threads_and_never_answers,
    leaving_and_coming_back_keeps_the_number,
    an_exclusive_list_keeps_the_group_out_of_home,
    deleting_the_list_hides_it_and_leaves_nothing,
];

fn the_list_shows_threads_and_never_answers(stage: &Stage) {
    let world = World::new(*stage);
    let list = world.ben.list_of(&world.garden).expect("a list");
    let id = id_of(&list);
    assert_eq!(list["title"], "The garden");
    assert_eq!(world.ben.get(&format!("/api/v1/lists/{id}")).ok(), list);
    let members = world.ben.get(&format!("/api/v1/lists/{id}/accounts")).ids();
    assert_eq!(members, [world.garden.id.as_str()]);
    let thread = world.ana.publish("@garden who has seeds?");
    let shown = eventually("the thread is in the list", || {
        in_list(&world.ben, &id, &thread["uri"])
    });
    assert_eq!(
        shown["id"], thread["id"],
        "unwrapped, as the author wrote it"
    );
    assert_eq!(shown["reblog"], json!(null));
    let answer = world.chi.reply(&id_of(&thread), "@ana I have");
    assert!(
        world
            .ben
            .answers(&id_of(&thread))
            .iter()
            .any(|one| one["id"] == answer["id"])
    );
    world.place.settle();
    let ids = world.ben.get(&format!("/api/v1/timelines/list/{id}")).ids();
    assert_eq!(ids, [id_of(&thread)]);
    // Each member has a list of one's own.
    let other = id_of(&world.ana.list_of(&world.garden).expect("a list"));
    assert_ne!(other, id);
    world
        .ana
        .get(&format!("/api/v1/timelines/list/{id}"))
        .refused(404);
    // Nobody is put into the list of a group.
    let path = format!("/api/v1/lists/{id}/accounts");
    world
        .ben
        .post(&path, &json!({ "account_ids": [world.ana.id] }))
        .refused(422);
}

fn leaving_and_coming_back_keeps_the_number(stage: &Stage) {
    let world = World::new(*stage);
    let before = id_of(&world.ben.list_of(&world.garden).expect("a list"));
    world.ben.towards(&world.garden.id, "unfollow").ok();
    world
        .ben
        .get(&format!("/api/v1/lists/{before}"))
        .refused(404);
    world.ben.towards(&world.garden.id, "follow").ok();
    assert_eq!(
        id_of(&world.ben.list_of(&world.garden).expect("a list")),
        before
    );
}

fn an_exclusive_list_keeps_the_group_out_of_home(stage: &Stage) {
    let world = World::new(*stage);
    let list = id_of(&world.ben.list_of(&world.garden).expect("a list"));
    let path = format!("/api/v1/lists/{list}");
    let changed = world
        .ben
        .put(&path, &json!({ "exclusive": true, "title": "Green" }))
        .ok();
    assert_eq!(
        (&changed["exclusive"], &changed["title"]),
        (&json!(true), &json!("Green"))
    );
    let thread = world.ana.publish("@garden only in the list");
    eventually("it is in the list", || {
        in_list(&world.ben, &list, &thread["uri"])
    });
    eventually("it is at chi's home", || {
        at_home(&world.chi.home(), &id_of(&thread)).then_some(())
    });
    world.place.settle();
    assert!(!at_home(&world.ben.home(), &id_of(&thread)));
    world.ben.put(&path, &json!({ "exclusive": false })).ok();
    let next = world.ana.publish("@garden again at home");
    eventually("it is at home", || {
        at_home(&world.ben.home(), &id_of(&next)).then_some(())
    });
}

fn deleting_the_list_hides_it_and_leaves_nothing(stage: &Stage) {
    let world = World::new(*stage);
    let list = id_of(&world.ben.list_of(&world.garden).expect("a list"));
    world.ben.delete(&format!("/api/v1/lists/{list}")).ok();
    assert!(world.ben.list_of(&world.garden).is_none());
    assert_eq!(world.ben.relationship(&world.garden.id)["following"], true);
    let path = format!("/api/v1/groups/relationships?id[]={}", world.garden.id);
    assert_eq!(world.ben.get(&path).ok()[0]["member"], true);
    world.ben.publish("@garden still in");
}

fn at_home(home: &[serde_json::Value], id: &str) -> bool {
    home.iter()
        .any(|status| status["id"] == id || status["reblog"]["id"] == id)
}
