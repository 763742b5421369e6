//! Into a group: by a mention, by an answer, by the form; and who may not.

use model::GroupKind;
use serde_json::{Value, json};

use crate::harness::{Browser, Stage, World, eventually, id_of, on_both_engines};

on_both_engines![
    a_mention_starts_a_thread_that_the_group_boosts,
    an_answer_belongs_to_the_thread_and_is_not_boosted,
    a_first_post_joins_an_open_group,
    who_is_no_member_of_an_approved_group_cannot_post_into_it,
    a_direct_message_to_a_group_is_never_published,
    followers_only_is_never_boosted,
    the_form_posts_into_a_group,
];

fn boosts(world: &World, thread: &Value) -> Vec<Value> {
    let path = format!("/api/v1/accounts/{}/statuses", world.garden.id);
    let shown = world.place.visitor().items(&path);
    shown
        .into_iter()
        .filter(|status| status["reblog"]["id"] == thread["id"])
        .collect()
}

fn a_mention_starts_a_thread_that_the_group_boosts(stage: &Stage) {
    let world = World::new(*stage);
    let thread = world.ben.publish("@garden who has seeds?");
    assert_eq!(thread["mentions"][0]["id"], world.garden.id.as_str());
    assert_eq!(thread["visibility"], "public");
    assert_eq!(thread["group"]["id"], world.garden.id.as_str());
    let boost = eventually("the group boosts it", || boosts(&world, &thread).pop());
    assert_eq!(boost["account"]["group"], true);
    // One entry at home, by the group, for a member who follows nobody else.
    let home = eventually("it is at chi's home", || {
        let home = world.chi.home();
        (!home.is_empty()).then_some(home)
    });
    assert_eq!(home.len(), 1);
    assert_eq!(home[0]["reblog"]["id"], thread["id"]);
    assert_eq!(home[0]["account"]["id"], world.garden.id.as_str());
    world.place.settle();
    assert_eq!(boosts(&world, &thread).len(), 1);
    // Apps that ask for threads alone still see it.
    let path = format!(
        "/api/v1/accounts/{}/statuses?exclude_replies=true",
        world.garden.id
    );
    assert_eq!(world.place.visitor().items(&path).len(), 1);
    assert!(
        world.ben.notified_of("reblog").is_empty(),
        "the author is not told of it"
    );
}

fn an_answer_belongs_to_the_thread_and_is_not_boosted(stage: &Stage) {
    let world = World::new(*stage);
    let thread = world.ben.publish("@garden who has seeds?");
    let answer = world.ana.reply(&id_of(&thread), "@ben I have");
    assert_eq!(answer["group"]["id"], world.garden.id.as_str());
    let loud = world.chi.reply(&id_of(&thread), "@garden me too");
    let texts: Vec<Value> = world
        .ben
        .answers(&id_of(&thread))
        .iter()
        .map(|one| one["id"].clone())
        .collect();
    assert_eq!(texts, [answer["id"].clone(), loud["id"].clone()]);
    world.place.settle();
    assert!(boosts(&world, &answer).is_empty());
    assert!(boosts(&world, &loud).is_empty());
    let told = eventually("ben is told", || world.ben.notified_of("mention").pop());
    assert_eq!(told["status"]["id"], answer["id"]);
}

fn a_first_post_joins_an_open_group(stage: &Stage) {
    let world = World::new(*stage);
    let eka = world.place.person("eka");
    let thread = eka.publish("@garden hello, I am new");
    eventually("the group boosts it", || boosts(&world, &thread).pop());
    let path = format!("/api/v1/groups/relationships?id[]={}", world.garden.id);
    assert_eq!(eka.get(&path).ok()[0]["member"], true);
}

fn who_is_no_member_of_an_approved_group_cannot_post_into_it(stage: &Stage) {
    let world = World::new(*stage);
    let circle = world
        .place
        .group("circle", "Circle", &world.ana, GroupKind::Approved);
    let before = world.place.row_counts();
    let draft = json!({ "status": "@circle let me in" });
    world.ben.post("/api/v1/statuses", &draft).refused(403);
    assert_eq!(world.place.row_counts(), before);
    let path = format!("/api/v1/accounts/{}/statuses", circle.id);
    assert!(world.ben.items(&path).is_empty());
    // One who waits is no member yet.
    world.ben.towards(&circle.id, "follow").ok();
    world.ben.post("/api/v1/statuses", &draft).refused(403);
    let queue = format!("/api/v1/groups/{}/membership_requests", circle.id);
    world
        .ana
        .press(&format!("{queue}/{}/authorize", world.ben.id))
        .ok();
    let thread = world.ben.post("/api/v1/statuses", &draft).ok();
    eventually("the circle boosts it", || {
        let shown = world.ben.items(&path);
        shown
            .into_iter()
            .find(|status| status["reblog"]["id"] == thread["id"])
    });
}

fn a_direct_message_to_a_group_is_never_published(stage: &Stage) {
    let world = World::new(*stage);
    let mail = world
        .ben
        .publish_to("direct", "@garden there is a thief among us");
    world.place.settle();
    assert!(boosts(&world, &mail).is_empty());
    for reader in [&world.place.visitor(), &*world.place.person("eka")] {
        reader.status(&id_of(&mail)).refused(404);
    }
    let list = id_of(&world.ana.list_of(&world.garden).expect("a list"));
    assert!(
        world
            .ana
            .items(&format!("/api/v1/timelines/list/{list}"))
            .is_empty()
    );
}

fn followers_only_is_never_boosted(stage: &Stage) {
    let world = World::new(*stage);
    world.chi.towards(&world.ben.id, "follow").ok();
    let private = world.ben.publish_to("private", "@garden for my followers");
    let id = id_of(&private);
    eventually("it is at a follower's home", || {
        world
            .chi
            .home()
            .iter()
            .any(|status| status["id"] == id.as_str())
            .then_some(())
    });
    world.place.settle();
    assert!(boosts(&world, &private).is_empty());
    world.ana.status(&id).refused(404);
}

fn the_form_posts_into_a_group(stage: &Stage) {
    let world = World::new(*stage);
    let browser = Browser::of(&world.place, &world.ben);
    let page = browser.open("/new?group=garden");
    let form = page.form_to("/new");
    assert!(
        form.fields
            .contains(&("group".to_owned(), "garden".to_owned())),
        "{form:?}"
    );
    let thread = browser.submit(&form.fill("title", "Seeds").fill("text", "Who has some?"));
    assert!(thread.text().contains("Who has some?"), "{}", thread.text());
    assert!(thread.text().contains("Seeds"), "{}", thread.text());
    let group = browser.open("/@garden");
    assert!(group.text().contains("Seeds"), "{}", group.text());
    let path = format!("/api/v1/accounts/{}/statuses", world.garden.id);
    let boost = &world.chi.items(&path)[0];
    assert_eq!(boost["reblog"]["account"]["username"], "ben");
    // Nothing typed: the form comes back with what was typed.
    let empty = browser.submit(&browser.open("/new").form_to("/new").fill("text", ""));
    assert_eq!(empty.answer.status, 422);
}
