//! In and out: at once where a group is open, through its queue where it approves.

use model::GroupKind;
use serde_json::{Value, json};

use crate::harness::{Browser, Group, Instance, Person, Stage, World, eventually, on_both_engines};

on_both_engines![
    following_an_open_group_joins_it_and_unfollowing_leaves,
    the_groups_family_joins_and_leaves_alike,
    an_approved_group_lets_in_through_the_api,
    an_approved_group_lets_in_on_the_page_of_its_queue,
    the_queue_is_its_moderators_alone,
    the_last_owner_stays,
];

fn is_member(who: &Person, group: &Group) -> (Value, Value) {
    let path = format!("/api/v1/groups/relationships?id[]={}", group.id);
    let found = who.get(&path).ok()[0].clone();
    (found["member"].clone(), found["requested"].clone())
}

const IN: (Value, Value) = (Value::Bool(true), Value::Bool(false));
const ASKED: (Value, Value) = (Value::Bool(false), Value::Bool(true));
const OUT: (Value, Value) = (Value::Bool(false), Value::Bool(false));

fn following_an_open_group_joins_it_and_unfollowing_leaves(stage: &Stage) {
    let world = World::new(*stage);
    let eka = world.place.person("eka");
    assert_eq!(is_member(&eka, &world.garden), OUT);
    eka.towards(&world.garden.id, "follow").ok();
    assert_eq!(is_member(&eka, &world.garden), IN);
    let path = format!("/api/v1/groups/{}", world.garden.id);
    assert_eq!(eka.get(&path).ok()["members_count"], 4);
    assert!(eka.list_of(&world.garden).is_some());
    assert_eq!(
        eka.towards(&world.garden.id, "unfollow").ok()["following"],
        false
    );
    assert_eq!(is_member(&eka, &world.garden), OUT);
    assert!(eka.list_of(&world.garden).is_none());
    assert_eq!(eka.get(&path).ok()["members_count"], 3);
}

fn the_groups_family_joins_and_leaves_alike(stage: &Stage) {
    let world = World::new(*stage);
    let eka = world.place.person("eka");
    let group = format!("/api/v1/groups/{}", world.garden.id);
    let stand = eka.press(&format!("{group}/join")).ok();
    assert_eq!(
        (&stand["member"], &stand["role"]),
        (&json!(true), &json!("user"))
    );
    assert_eq!(eka.relationship(&world.garden.id)["following"], true);
    let members = world.ana.items(&format!("{group}/memberships"));
    let mut names: Vec<&str> = members
        .iter()
        .filter_map(|one| one["account"]["username"].as_str())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["ana", "ben", "chi", "eka"]);
    let owners = world.ana.items(&format!("{group}/memberships?role=owner"));
    assert_eq!(owners.len(), 1);
    assert_eq!(owners[0]["account"]["username"], "ana");
    // Who is in it is for its moderators; who runs it is for all.
    let shown = eka.items(&format!("{group}/memberships"));
    assert!(shown.iter().all(|one| one["role"] != "user"), "{shown:?}");
    assert_eq!(eka.press(&format!("{group}/leave")).ok()["member"], false);
    assert_eq!(eka.relationship(&world.garden.id)["following"], false);
    eka.press(&format!("/api/v1/groups/{}/join", world.ben.id))
        .refused(404);
}

fn approved(stage: Stage) -> (Instance, Person, Person, Group) {
    let place = stage.instance();
    let (ana, ben) = (place.person("ana"), place.person("ben"));
    let group = place.group("circle", "The circle", &ana, GroupKind::Approved);
    (place, ana, ben, group)
}

fn an_approved_group_lets_in_through_the_api(stage: &Stage) {
    let (place, ana, ben, circle) = approved(*stage);
    let chi = place.person("chi");
    let relationship = ben.towards(&circle.id, "follow").ok();
    assert_eq!(
        (&relationship["requested"], &relationship["following"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(is_member(&ben, &circle), ASKED);
    chi.press(&format!("/api/v1/groups/{}/join", circle.id))
        .ok();
    let queue = format!("/api/v1/groups/{}/membership_requests", circle.id);
    let mut waiting = ana.get(&queue).ids();
    waiting.sort_unstable();
    let mut expected = [ben.id.clone(), chi.id.clone()];
    expected.sort_unstable();
    assert_eq!(waiting, expected);

    ana.press(&format!("{queue}/{}/authorize", ben.id)).ok();
    ana.press(&format!("{queue}/{}/reject", chi.id)).ok();
    assert_eq!(is_member(&ben, &circle), IN);
    assert_eq!(is_member(&chi, &circle), OUT);
    assert_eq!(ben.relationship(&circle.id)["following"], true);
    assert_eq!(chi.relationship(&circle.id)["requested"], false);
    assert!(ana.items(&queue).is_empty());
    ana.press(&format!("{queue}/{}/authorize", chi.id))
        .refused(404);
    // The moderators hear of the queue by a message with a link.
    let told = eventually("ana hears of the queue", || {
        ana.notified_of("mention").pop()
    });
    assert_eq!(told["account"]["id"], circle.id.as_str());
    assert_eq!(told["status"]["visibility"], "direct");
}

fn an_approved_group_lets_in_on_the_page_of_its_queue(stage: &Stage) {
    let (place, ana, ben, circle) = approved(*stage);
    let chi = place.person("chi");
    ben.towards(&circle.id, "follow").ok();
    chi.towards(&circle.id, "follow").ok();
    let browser = Browser::of(&place, &ana);
    let page = browser.open("/@circle/queue");
    assert!(
        page.text().contains("@ben") && page.text().contains("@chi"),
        "{}",
        page.text()
    );
    let done = browser.submit(
        &page
            .form_with("who", Some(&ben.id))
            .press("do", "authorize"),
    );
    assert!(
        done.path.starts_with("/@circle/queue?did=authorize"),
        "{}",
        done.path
    );
    assert_eq!(is_member(&ben, &circle), IN);
    browser.submit(&done.form_with("who", Some(&chi.id)).press("do", "reject"));
    assert_eq!(is_member(&chi, &circle), OUT);
    let last = browser.open("/@circle/queue");
    assert!(!last.text().contains("@chi"), "{}", last.text());
}

fn the_queue_is_its_moderators_alone(stage: &Stage) {
    let (place, ana, ben, circle) = approved(*stage);
    let chi = place.person("chi");
    ben.towards(&circle.id, "follow").ok();
    let queue = format!("/api/v1/groups/{}/membership_requests", circle.id);
    for other in [&ben, &chi] {
        assert!(matches!(other.get(&queue).status, 403 | 404));
        let answer = other.press(&format!("{queue}/{}/authorize", ben.id));
        assert!(matches!(answer.status, 403 | 404), "{}", answer.status);
        let browser = Browser::of(&place, other);
        assert_eq!(browser.open("/@circle/queue").answer.status, 404);
    }
    place.visitor().get(&queue).refused(401);
    assert_eq!(is_member(&ben, &circle), ASKED);
    assert_eq!(ana.get(&queue).ids(), [ben.id.as_str()]);
    // Whoever asked may take it back.
    ben.towards(&circle.id, "unfollow").ok();
    assert_eq!(is_member(&ben, &circle), OUT);
    assert!(ana.items(&queue).is_empty());
}

fn the_last_owner_stays(stage: &Stage) {
    let world = World::new(*stage);
    let group = format!("/api/v1/groups/{}/leave", world.garden.id);
    world.ana.press(&group).refused(403);
    world.ana.towards(&world.garden.id, "unfollow").refused(403);
    assert_eq!(is_member(&world.ana, &world.garden), IN);
    assert!(world.ana.list_of(&world.garden).is_some(), "her list");
}
