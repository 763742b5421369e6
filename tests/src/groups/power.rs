//! Power in a group: roles, rules, settings, what several have to agree to; the log of it, and the answers of those
//! whom it concerns.

use model::GroupKind;
use serde_json::{Value, json};

use crate::harness::{Browser, Person, Stage, World, eventually, id_of, on_both_engines};

on_both_engines![
    owners_give_roles_and_nobody_takes_the_group,
    options_are_set_by_the_api_and_by_the_page,
    the_rules_stand_on_the_page_and_acts_name_them,
    the_log_is_a_page_and_a_feed_and_is_whole,
    who_is_banned_is_told_and_answers_on_the_page_of_the_entry,
    two_moderators_agree_to_a_ban,
    a_first_post_waits_in_the_queue,
    a_private_group_is_its_members_alone,
];

fn api(world: &World, rest: &str) -> String {
    format!("/api/v1/groups/{}{rest}", world.garden.id)
}

fn role_of(world: &World, who: &Person) -> Value {
    let members = world.ana.items(&api(world, "/memberships"));
    members
        .iter()
        .find(|member| member["account"]["id"] == who.id.as_str())
        .map_or(Value::Null, |member| member["role"].clone())
}

fn owners_give_roles_and_nobody_takes_the_group(stage: &Stage) {
    let world = World::new(*stage);
    let (ana, ben, chi) = (&world.ana, &world.ben, &world.chi);
    let whom = |who: &Person, role: &str| json!({"account_ids": [who.id], "role": role});
    let promote = format!("/api/v1/groups/{}/promote", world.garden.id);
    let demote = format!("/api/v1/groups/{}/demote", world.garden.id);
    // Neither a member nor a moderator gives roles.
    ben.post(&promote, &whom(ben, "owner")).refused(403);
    chi.post(&promote, &whom(ben, "admin")).refused(403);
    chi.post(&demote, &whom(ana, "user")).refused(403);
    let told = ana.post(&promote, &whom(ben, "admin")).ok();
    assert_eq!(told[0]["role"], "admin", "{told}");
    assert_eq!(role_of(&world, ben), "admin");
    // The last owner stays, and another owner is not to be taken down.
    ana.post(&demote, &whom(ana, "user")).refused(403);
    ana.post(&promote, &whom(chi, "owner")).ok();
    chi.post(&demote, &whom(ana, "user")).refused(403);
    ana.post(&promote, &whom(ben, "king")).refused(422);
    let eve = world.place.person("eve");
    ana.post(&promote, &whom(&eve, "admin")).refused(404);
    // All or none of them.
    let some = json!({"account_ids": [ben.id, eve.id], "role": "user"});
    ana.post(&demote, &some).refused(404);
    assert_eq!(role_of(&world, ben), "admin");
    ana.post(&demote, &whom(ben, "user")).ok();
    assert_eq!(role_of(&world, ben), "user");
}

fn options_are_set_by_the_api_and_by_the_page(stage: &Stage) {
    let world = World::new(*stage);
    let (ana, ben, chi) = (&world.ana, &world.ben, &world.chi);
    let group = api(&world, "");
    let options = json!({"note": "For all who dig.", "threads_by": "moderators", "slow_mode": 30});
    ben.put(&group, &options).refused(403);
    let told = chi.put(&group, &options).ok();
    assert!(
        told["note"]
            .as_str()
            .is_some_and(|note| note.contains("dig")),
        "{told}"
    );
    let refused = ben.post("/api/v1/statuses", &json!({"status": "@garden beans"}));
    assert!(refused.refused(422).contains("moderators"));
    // The kind of the group is its owners' to say.
    chi.put(&group, &json!({"kind": "private"})).refused(403);
    ana.put(&group, &json!({"slow_mode": 90_000})).refused(422);
    ana.put(&group, &json!({"kind": "secret"})).refused(422);
    // All of it or nothing: neither half stands where the other is refused.
    let long = "x".repeat(600);
    let both = json!({"kind": "approved", "display_name": long});
    ana.put(&group, &both).refused(422);
    let both = json!({"display_name": "Another name", "slow_mode": 90_000});
    ana.put(&group, &both).refused(422);
    let seen = world.place.visitor().get(&group).ok();
    assert_eq!(
        (&seen["locked"], &seen["display_name"]),
        (&json!(false), &json!("The garden")),
        "{seen}"
    );
    ana.patch(&group, &json!({"kind": "approved"})).ok();
    let seen = world.place.visitor().get(&group).ok();
    assert_eq!(seen["locked"], true, "{seen}");

    let browser = Browser::of(&world.place, ana);
    let page = browser.open("/@garden/settings");
    let form = page.form_with("slow_mode", Some("30"));
    browser.submit(
        &form
            .fill("slow_mode", "0")
            .fill("kind", "open")
            .press("do", "options"),
    );
    let seen = world.place.visitor().get(&group).ok();
    assert_eq!(seen["locked"], false, "{seen}");
    // For others there is no such page.
    let answer = Browser::of(&world.place, ben).ask(http::Method::GET, "/@garden/settings", None);
    assert_eq!(answer.status, 404);
}

fn write_rules(world: &World, rules: &[&str]) {
    let browser = Browser::of(&world.place, &world.ana);
    let page = browser.open("/@garden/settings");
    let mut form = page.form_with("rule_text", Some(""));
    for rule in rules {
        form = form.fill("rule_text", rule);
    }
    browser.submit(&form.press("do", "rules"));
}

fn the_rules_stand_on_the_page_and_acts_name_them(stage: &Stage) {
    let world = World::new(*stage);
    write_rules(&world, &["Be <kind>"]);
    let page = Browser::new(&world.place).open("/@garden");
    assert!(page.text().contains("Be <kind>"), "{}", page.text());
    let thread = world.ben.publish("@garden rude words");
    let queue = Browser::of(&world.place, &world.chi);
    let form = queue
        .open("/@garden/queue")
        .form_with("status", Some(&id_of(&thread)));
    let rule = queue
        .open("/@garden/queue")
        .source
        .split("<option value=\"")
        .skip(1)
        .filter_map(|part| part.split('"').next())
        .find(|value| value.len() > 10)
        .expect("a rule to choose")
        .to_owned();
    queue.submit(&form.fill("rule", &rule).press("do", "remove"));
    let log = Browser::new(&world.place).open("/@garden/log");
    assert!(log.text().contains("1. Be <kind>"), "{}", log.text());
}

fn the_log_is_a_page_and_a_feed_and_is_whole(stage: &Stage) {
    let world = World::new(*stage);
    let thread = world.ben.publish("@garden rude words");
    let path = format!(
        "{}?reason=no+<b>ads</b>",
        api(&world, &format!("/statuses/{}", id_of(&thread)))
    );
    world.chi.delete(&path).ok();
    let visitor = Browser::new(&world.place);
    let page = visitor.open("/@garden/log");
    let text = page.text();
    assert!(
        text.contains("A post was taken out") && text.contains("no <b>ads</b>"),
        "{text}"
    );
    assert!(text.contains("the one entry is whole"), "{text}");
    // Nobody is named: neither who did it nor whose post it was.
    assert!(!text.contains("ben") && !text.contains("chi"), "{text}");
    let feed = world.place.visitor().get("/@garden/log.rss");
    assert_eq!(
        feed.header("content-type"),
        Some("application/rss+xml; charset=utf-8")
    );
    assert!(
        feed.text().contains("A post was taken out") && !feed.text().contains("<b>ads"),
        "{}",
        feed.text()
    );
    world
        .ana
        .put(&api(&world, ""), &json!({"log_names": true}))
        .ok();
    let text = visitor.open("/@garden/log").text();
    assert!(text.contains("ben") && text.contains("chi"), "{text}");
    // Someone with the database changes an entry: the page says so.
    let mut conn = world.place.conn();
    let id = crate::harness::account_id(&world.garden.id);
    let page = model::Page::first(10);
    let mut first = database::moderation_actions::page(&mut conn, id, &page)
        .expect("the log")
        .remove(1);
    first.reason = "for fun".to_owned();
    database::moderation_actions::put_forgotten(&mut conn, &first).expect("a forged entry");
    let text = visitor.open("/@garden/log").text();
    assert!(text.contains("changed or removed"), "{text}");
}

fn who_is_banned_is_told_and_answers_on_the_page_of_the_entry(stage: &Stage) {
    let world = World::new(*stage);
    let body = json!({"account_ids": [world.ben.id], "reason": "shouting", "expires_in": 86_400});
    world.chi.post(&api(&world, "/blocks"), &body).ok();
    let told = eventually("ben is told", || {
        world
            .ben
            .notified_of("moderation_warning")
            .into_iter()
            .next()
    });
    let text = told["moderation_warning"]["text"].as_str().expect("words");
    assert!(
        text.contains("shouting") && text.contains("The garden") && !text.contains("chi"),
        "{text}"
    );
    let link = text
        .split_whitespace()
        .find(|word| word.contains("/log/"))
        .expect("a link");
    let path = link
        .split_once("/@")
        .map(|(_, rest)| format!("/@{rest}"))
        .expect("a path");
    let his = Browser::of(&world.place, &world.ben);
    let form = his.open(&path).form_with("words", None);
    his.submit(
        &form
            .fill("words", "It was a quotation")
            .press("do", "appeal"),
    );
    // What he said is for those who decide.
    let page = Browser::new(&world.place).open(&path);
    assert!(!page.text().contains("quotation"), "{}", page.text());
    // Chi decided it, so ana decides now; she was written to.
    let letter = eventually("ana is asked", || {
        let told = world.ana.notified_of("mention");
        told.into_iter()
            .find(|one| one["status"]["content"].to_string().contains("/log/"))
    });
    assert_eq!(letter["account"]["acct"], "garden", "{letter}");
    let chis = Browser::of(&world.place, &world.chi);
    let form = chis.open(&path).form_with("words", None);
    assert_eq!(chis.send(&form.press("do", "uphold")).status, 403);
    let anas = Browser::of(&world.place, &world.ana);
    let page = anas.open(&path);
    assert!(
        page.text().contains("It was a quotation"),
        "{}",
        page.text()
    );
    anas.submit(&page.form_with("words", None).press("do", "overturn"));
    assert!(world.ana.items(&api(&world, "/blocks")).is_empty());
    let text = Browser::new(&world.place).open(&path).text();
    assert!(text.contains("taken back"), "{text}");
}

fn two_moderators_agree_to_a_ban(stage: &Stage) {
    let world = World::new(*stage);
    world
        .ana
        .put(&api(&world, ""), &json!({"approvals": 2}))
        .ok();
    let body = json!({"account_ids": [world.ben.id]});
    world.chi.post(&api(&world, "/blocks"), &body).ok();
    assert!(world.ana.items(&api(&world, "/blocks")).is_empty());
    let anas = Browser::of(&world.place, &world.ana);
    let queue = anas.open("/@garden/queue");
    assert!(
        queue.text().contains("Someone was excluded"),
        "{}",
        queue.text()
    );
    let path = queue
        .source
        .split('"')
        .find(|part| part.starts_with("/@garden/log/"))
        .expect("a link to what waits")
        .to_owned();
    anas.submit(
        &anas
            .open(&path)
            .form_with("words", None)
            .press("do", "agree"),
    );
    let banned = world.ana.items(&api(&world, "/blocks"));
    assert_eq!(banned[0]["id"], world.ben.id.as_str());
}

fn a_first_post_waits_in_the_queue(stage: &Stage) {
    let world = World::new(*stage);
    world
        .ana
        .put(&api(&world, ""), &json!({"holds_first": true}))
        .ok();
    let eve = world.place.person("eve");
    let thread = eve.publish("@garden my first words");
    let id = id_of(&thread);
    world.ben.status(&id).refused(404);
    eve.status(&id).ok();
    let chis = Browser::of(&world.place, &world.chi);
    let queue = chis.open("/@garden/queue");
    assert!(queue.text().contains("my first words"), "{}", queue.text());
    chis.submit(&queue.form_with("status", Some(&id)).press("do", "release"));
    world.ben.status(&id).ok();
    let path = format!("/api/v1/accounts/{}/statuses", world.garden.id);
    eventually("the group passes it on", || {
        let shown = world.place.visitor().items(&path);
        shown
            .iter()
            .any(|one| one["reblog"]["id"] == id.as_str())
            .then_some(())
    });
}

fn a_private_group_is_its_members_alone(stage: &Stage) {
    let world = World::new(*stage);
    let (ana, ben) = (&world.ana, &world.ben);
    let hut = world.place.group("hut", "The hut", ana, GroupKind::Private);
    let eve = world.place.person("eve");
    // One asks, whichever door one takes; nobody only follows.
    eve.towards(&hut.id, "follow").ok();
    assert_eq!(eve.relationship(&hut.id)["requested"], true);
    ben.press(&format!("/api/v1/groups/{}/join", hut.id)).ok();
    let queue = ana.items(&format!("/api/v1/groups/{}/membership_requests", hut.id));
    assert_eq!(queue.len(), 2);
    ana.press(&format!(
        "/api/v1/groups/{}/membership_requests/{}/authorize",
        hut.id, ben.id
    ))
    .ok();
    // Whatever audience his app offers, what he writes to the group alone is for its members.
    for audience in ["public", "unlisted", "private", "direct"] {
        let post = ben.publish_to(audience, &format!("@hut in the audience {audience}"));
        assert_eq!(post["visibility"], "private", "{audience}: {post}");
        assert_eq!(post["group"]["id"], hut.id.as_str(), "{audience}: {post}");
        ana.status(&id_of(&post)).ok();
        eve.status(&id_of(&post)).refused(404);
    }
    // A letter to a member stays a letter.
    let letter = ben.publish_to("direct", "@hut @ana only for you");
    assert_eq!(letter["visibility"], "direct", "{letter}");
    let list = id_of(&ana.list_of(&hut).expect("a list"));
    eventually("the list shows the threads", || {
        let shown = ana.items(&format!("/api/v1/timelines/list/{list}"));
        (shown.len() == 4).then_some(())
    });
    // Who is no member does not write either.
    let refused = json!({"status": "let me in", "group_id": hut.id});
    assert_ne!(eve.post("/api/v1/statuses", &refused).status, 200);
}
