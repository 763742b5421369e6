//! What moderators do: take a post out, keep somebody out, let somebody back in.

use serde_json::{Value, json};

use crate::harness::{Answer, Browser, Client, Stage, World, eventually, id_of, on_both_engines};

on_both_engines![
    a_removed_thread_leaves_the_group_and_stays_its_authors,
    a_removed_thread_is_removed_on_the_page_of_the_queue_too,
    who_is_banned_is_out_and_stays_out,
    only_moderators_moderate,
];

fn in_group(world: &World, thread: &Value) -> bool {
    let path = format!("/api/v1/accounts/{}/statuses", world.garden.id);
    let shown = world.place.visitor().items(&path);
    shown
        .iter()
        .any(|status| status["reblog"]["id"] == thread["id"])
}

fn remove(world: &World, who: &Client, thread: &Value) -> Answer {
    who.delete(&format!(
        "/api/v1/groups/{}/statuses/{}",
        world.garden.id,
        id_of(thread)
    ))
}

fn a_removed_thread_leaves_the_group_and_stays_its_authors(stage: &Stage) {
    let world = World::new(*stage);
    let thread = world.ben.publish("@garden buy my seeds");
    let list = id_of(&world.ana.list_of(&world.garden).expect("a list"));
    let path = format!("/api/v1/timelines/list/{list}");
    eventually("it is in the list", || {
        (!world.ana.items(&path).is_empty()).then_some(())
    });
    assert!(in_group(&world, &thread));
    remove(&world, &world.chi, &thread).ok();
    assert!(!in_group(&world, &thread));
    eventually("it has left the list", || {
        world.ana.items(&path).is_empty().then_some(())
    });
    eventually("it has left home", || {
        let home = world.ana.home();
        home.iter()
            .all(|status| status["reblog"]["id"] != thread["id"])
            .then_some(())
    });
    // It is still his.
    let shown = world
        .ben
        .items(&format!("/api/v1/accounts/{}/statuses", world.ben.id));
    assert_eq!(shown[0]["id"], thread["id"]);
    // Again is no error, and what is in no group is not found.
    remove(&world, &world.chi, &thread).ok();
    let other = world.ben.publish("in no group");
    remove(&world, &world.chi, &other).refused(404);
    let page = Browser::new(&world.place).open("/@garden");
    assert!(!page.text().contains("buy my seeds"), "{}", page.text());
}

fn a_removed_thread_is_removed_on_the_page_of_the_queue_too(stage: &Stage) {
    let world = World::new(*stage);
    let thread = world.ben.publish("@garden buy my seeds");
    assert!(in_group(&world, &thread));
    let browser = Browser::of(&world.place, &world.chi);
    let page = browser.open("/@garden/queue");
    let form = page.form_with("status", Some(&id_of(&thread)));
    browser.submit(&form.press("do", "remove").fill("reason", "no advertising"));
    assert!(!in_group(&world, &thread));
}

fn who_is_banned_is_out_and_stays_out(stage: &Stage) {
    let world = World::new(*stage);
    let blocks = format!("/api/v1/groups/{}/blocks", world.garden.id);
    world
        .chi
        .post(&blocks, &json!({ "account_ids": [world.ben.id] }))
        .ok();
    assert_eq!(world.chi.get(&blocks).ids(), [world.ben.id.as_str()]);
    assert_eq!(world.ben.relationship(&world.garden.id)["following"], false);
    assert!(world.ben.list_of(&world.garden).is_none());
    let before = world.place.row_counts();
    world
        .ben
        .post("/api/v1/statuses", &json!({ "status": "@garden me again" }))
        .refused(403);
    world.ben.towards(&world.garden.id, "follow").refused(403);
    assert_eq!(world.place.row_counts(), before);
    // The group stays readable for him, as for everyone.
    world
        .ben
        .get(&format!("/api/v1/accounts/{}", world.garden.id))
        .ok();

    let body = crate::harness::Body::json(&json!({ "account_ids": [world.ben.id] }));
    world
        .chi
        .ask(http::Method::DELETE, &blocks, &[], Some(body))
        .ok();
    assert!(world.chi.items(&blocks).is_empty());
    assert_eq!(
        world.ben.towards(&world.garden.id, "follow").ok()["following"],
        true
    );
}

fn only_moderators_moderate(stage: &Stage) {
    let world = World::new(*stage);
    let thread = world.ana.publish("@garden hello");
    let eka = world.place.person("eka");
    let blocks = format!("/api/v1/groups/{}/blocks", world.garden.id);
    let before = world.place.row_counts();
    for other in [&world.ben, &eka] {
        for answer in [
            remove(&world, other, &thread),
            other.get(&blocks),
            other.post(&blocks, &json!({ "account_ids": [world.chi.id] })),
        ] {
            assert!(matches!(answer.status, 403 | 404), "{}", answer.status);
        }
        let page = Browser::of(&world.place, other).open("/@garden/queue");
        assert_eq!(page.answer.status, 404);
    }
    assert!(in_group(&world, &thread));
    let sessions: Vec<String> = vec!["web_sessions".to_owned()];
    let mut after = world.place.row_counts();
    let mut before = before;
    for table in &sessions {
        after.remove(table);
        before.remove(table);
    }
    assert_eq!(after, before);
    // A moderator is not banned by another moderator, nor is the owner.
    for whom in [&world.ana.id, &world.chi.id] {
        world
            .chi
            .post(&blocks, &json!({ "account_ids": [whom] }))
            .refused(403);
    }
}
