//! Logged in as the group: an unmodified app is its console. Each act is that of the queue's page, and stands
//! in the group's log with the human behind it; what groups do not do changes nothing.

use database::moderation_actions;
use model::{GroupKind, Page};
use serde_json::{Value, json};

use crate::api::oauth::{CALLBACK, code_of, redeem, register, wish};
use crate::harness::{
    Answer, Browser, Client, Group, Instance, Person, Stage, World, account_id, eventually, id_of,
    on_both_engines, runtime,
};

on_both_engines![
    the_consent_page_offers_me_and_each_group_that_i_moderate,
    requests_are_the_queue_and_a_block_is_a_ban,
    a_mute_keeps_somebody_from_writing,
    what_leaves_the_group_is_its_authors_still,
    the_group_speaks_and_pins_in_its_own_name,
    to_edit_the_profile_is_to_set_the_group,
    what_a_group_does_not_do_is_refused,
    moderators_are_written_to_once_until_they_look,
];

/// The form that asks who the app will be, with this answer; where it leads.
pub(crate) fn consent(place: &Instance, who: &Person, client: &str, choice: &str) -> Answer {
    let browser = Browser::of(place, who);
    let page = browser.open(&wish(client, &[]));
    let form = page.form_to("/oauth/authorize").fill("as", choice);
    browser.send(&form.press("answer", "allow"))
}

/// An app in which somebody chose to be this group.
pub(crate) fn log_in(place: &Instance, who: &Person, group: &Group) -> Client {
    let app = register(place, CALLBACK);
    let (code, _) = code_of(&consent(place, who, &app.0, &group.id));
    let token = redeem(place, &app, &code, &[]).ok();
    let token = token["access_token"].as_str().expect("a token");
    place.with_token(token)
}

/// What stands in the group's log, oldest first; each entry names the group and this human.
pub(crate) fn log(place: &Instance, group: &Group, human: &Person) -> Vec<String> {
    let (group, human) = (account_id(&group.id), account_id(&human.id));
    let mut conn = place.conn();
    let page = Page::first(100);
    let mut entries = moderation_actions::page(&mut conn, group, &page).expect("the log");
    entries.reverse();
    let verdict = runtime().block_on(async {
        let ctx = place.ctx();
        services::group_log::verify(&ctx, group).await
    });
    assert!(verdict.expect("the log").broken_at.is_none());
    for entry in &entries {
        let by = (entry.account_id, entry.human_id);
        assert_eq!(by, (group, human), "{}", entry.kind);
    }
    entries.into_iter().map(|entry| entry.kind).collect()
}

fn ids(app: &Client, path: &str) -> Vec<String> {
    app.items(path).iter().map(id_of).collect()
}

fn the_consent_page_offers_me_and_each_group_that_i_moderate(stage: &Stage) {
    let world = World::new(*stage);
    let (place, ana, ben) = (&world.place, &world.ana, &world.ben);
    let closed = place.group("closed", "The closed room", ana, GroupKind::Open);
    let kitchen = place.group("kitchen", "The kitchen", ben, GroupKind::Open);
    ana.towards(&kitchen.id, "follow").ok();
    let boss = crate::api::admin_accounts::staff(place, "boss", model::ServerRole::Admin);
    let action = format!("/api/v1/admin/accounts/{}/action", closed.id);
    boss.post(&action, &json!({"type": "disable", "text": "because"}))
        .ok();

    let app = register(place, CALLBACK);
    let page = Browser::of(place, ana).open(&wish(&app.0, &[]));
    assert!(!page.source.contains("<script"));
    let offered: Vec<String> = crate::harness::tags(&page.source)
        .iter()
        .filter(|tag| tag.name == "input" && tag.get("name") == "as")
        .map(|tag| tag.get("value").to_owned())
        .collect();
    assert_eq!(offered, ["me", world.garden.id.as_str()]);
    assert!(page.text().contains("The garden") && page.text().contains("@garden"));
    // Who moderates nothing is asked nothing.
    let dewi = place.person("dewi");
    let page = Browser::of(place, &dewi).open(&wish(&app.0, &[]));
    assert!(!page.source.contains("name=\"as\""), "{}", page.source);

    // Nothing else said, one stays oneself.
    let (code, _) = code_of(&consent(place, ana, &app.0, "me"));
    let token = redeem(place, &app, &code, &[]).ok();
    let own = place.with_token(token["access_token"].as_str().expect("a token"));
    let me = own.get("/api/v1/accounts/verify_credentials").ok();
    assert_eq!(me["id"], ana.id.as_str());

    // What she chose for her own posts is not the group's, nor is her role.
    let choice = json!({"source": {"privacy": "private", "sensitive": true}});
    ana.patch("/api/v1/accounts/update_credentials", &choice)
        .ok();
    let console = log_in(place, ana, &world.garden);
    let it = console.get("/api/v1/accounts/verify_credentials").ok();
    assert_eq!(it["id"], world.garden.id.as_str());
    assert_eq!(
        (&it["acct"], &it["group"]),
        (&json!("garden"), &json!(true))
    );
    assert_eq!(it["source"]["privacy"], "public");
    assert_eq!(it["source"]["sensitive"], false);
    let preferences = console.get("/api/v1/preferences").ok();
    assert_eq!(preferences["posting:default:visibility"], "public");
    assert!(ids(&console, "/api/v1/lists").is_empty());
    assert!(console.home().is_empty());
}

fn requests_are_the_queue_and_a_block_is_a_ban(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben, chi] = ["ana", "ben", "chi"].map(|name| place.person(name));
    let circle = place.group("circle", "The circle", &ana, GroupKind::Approved);
    let console = log_in(&place, &ana, &circle);
    ben.towards(&circle.id, "follow").ok();
    chi.press(&format!("/api/v1/groups/{}/join", circle.id))
        .ok();
    eventually("the group hears of both", || {
        (console.notified_of("follow_request").len() == 2).then_some(())
    });
    assert_eq!(ids(&console, "/api/v1/follow_requests").len(), 2);
    let me = console.get("/api/v1/accounts/verify_credentials").ok();
    assert_eq!(me["source"]["follow_requests_count"], 2);

    let answer = |who: &Person, verb: &str| {
        console.press(&format!("/api/v1/follow_requests/{}/{verb}", who.id))
    };
    let relation = answer(&ben, "authorize").ok();
    assert_eq!(relation["followed_by"], true);
    answer(&chi, "reject").ok();
    answer(&chi, "authorize").refused(404);
    let stands = |who: &Person| {
        let path = format!("/api/v1/groups/relationships?id[]={}", circle.id);
        who.get(&path).ok()[0]["member"].clone()
    };
    assert_eq!((stands(&ben), stands(&chi)), (json!(true), json!(false)));
    assert!(ids(&console, "/api/v1/follow_requests").is_empty());
    eventually("the group hears who joined", || {
        let joined = console.notified_of("follow");
        joined
            .iter()
            .any(|one| one["account"]["id"] == ben.id.as_str())
            .then_some(())
    });
    eventually("nobody asks any more", || {
        console
            .notified_of("follow_request")
            .is_empty()
            .then_some(())
    });
    let members = console.items(&format!("/api/v1/groups/{}/memberships", circle.id));
    assert_eq!(members.len(), 2, "{members:?}");
    assert_eq!(
        ids(
            &console,
            &format!("/api/v1/accounts/{}/followers", circle.id)
        )
        .len(),
        2
    );

    assert_eq!(console.towards(&ben.id, "block").ok()["blocking"], true);
    assert_eq!(ids(&console, "/api/v1/blocks"), [ben.id.as_str()]);
    assert_eq!(stands(&ben), json!(false));
    ben.towards(&circle.id, "follow").refused(403);
    // Twice is once, and a moderator is demoted first.
    console.towards(&ben.id, "block").ok();
    console.towards(&ana.id, "block").refused(403);
    console
        .towards(&ana.id, "remove_from_followers")
        .refused(403);
    assert_eq!(console.towards(&ben.id, "unblock").ok()["blocking"], false);
    assert!(ids(&console, "/api/v1/blocks").is_empty());
    ben.towards(&circle.id, "follow").ok();
    answer(&ben, "authorize").ok();
    let relation = console.towards(&ben.id, "remove_from_followers").ok();
    assert_eq!(relation["followed_by"], false);
    assert_eq!(stands(&ben), json!(false));
    assert_eq!(
        log(&place, &circle, &ana),
        [
            "member_approved",
            "member_refused",
            "member_banned",
            "member_unbanned",
            "member_approved",
            "member_removed",
        ]
    );
}

fn a_mute_keeps_somebody_from_writing(stage: &Stage) {
    let world = World::new(*stage);
    let (place, chi, ben) = (&world.place, &world.chi, &world.ben);
    let console = log_in(place, chi, &world.garden);
    let path = format!("/api/v1/accounts/{}/mute", ben.id);
    let relation = console.post(&path, &json!({"duration": 3600})).ok();
    assert_eq!(relation["muting"], true);
    let muted = console.items("/api/v1/mutes");
    assert_eq!(muted[0]["id"], ben.id.as_str());
    assert!(muted[0]["mute_expires_at"].is_string(), "{muted:?}");
    let draft = json!({"status": "@garden and another thing"});
    ben.post("/api/v1/statuses", &draft).refused(422);
    ben.items(&format!("/api/v1/timelines/group/{}", world.garden.id));
    // A moderator is demoted first; her own list of mutes is another.
    console.towards(&world.ana.id, "mute").refused(403);
    assert!(chi.items("/api/v1/mutes").is_empty());
    let relation = console.towards(&ben.id, "unmute").ok();
    assert_eq!(relation["muting"], false);
    assert!(console.items("/api/v1/mutes").is_empty());
    ben.post("/api/v1/statuses", &draft).ok();
    let done = log(place, &world.garden, chi);
    assert_eq!(done, ["member_muted", "member_unmuted"]);
}

/// The threads that the group's profile shows.
fn threads(place: &Instance, group: &Group) -> Vec<String> {
    place
        .visitor()
        .items(&format!("/api/v1/accounts/{}/statuses", group.id))
        .iter()
        .filter_map(|one| one["reblog"]["id"].as_str().map(str::to_owned))
        .collect()
}

fn what_leaves_the_group_is_its_authors_still(stage: &Stage) {
    let world = World::new(*stage);
    let (place, chi, ben) = (&world.place, &world.chi, &world.ben);
    let console = log_in(place, chi, &world.garden);
    let [one, two, three] =
        ["one", "two", "three"].map(|word| id_of(&ben.publish(&format!("@garden {word}"))));
    let answer = id_of(&ben.reply(&one, "an answer"));
    assert_eq!(threads(place, &world.garden).len(), 3);
    // By what it shows, and by the boost that shows it.
    console.act(&one, "unreblog").ok();
    let boost = console
        .items(&format!("/api/v1/accounts/{}/statuses", world.garden.id))
        .iter()
        .find(|shown| shown["reblog"]["id"] == two.as_str())
        .map(id_of)
        .expect("a boost of the group");
    console.act(&boost, "unreblog").ok();
    let gone = console.delete(&format!("/api/v1/statuses/{three}")).ok();
    assert_eq!(gone["id"], three.as_str());
    assert_eq!(gone["text"], "", "what was typed is its author's");
    console.act(&answer, "unreblog").ok();
    assert!(threads(place, &world.garden).is_empty());
    for id in [&one, &two, &three, &answer] {
        assert_eq!(ben.status(id).ok()["account"]["id"], ben.id.as_str());
    }
    // Again changes nothing.
    let before = place.contents();
    console.act(&two, "unreblog").ok();
    console
        .delete(&format!("/api/v1/statuses/{three}"))
        .refused(404);
    place.is_unchanged(&before, "the second time");
    assert_eq!(log(place, &world.garden, chi), ["status_removed"; 4]);
    // To boost it again lets it back in.
    let back = console.act(&one, "reblog").ok();
    assert_eq!(back["reblog"]["id"], one.as_str());
    assert_eq!(threads(place, &world.garden), [one.as_str()]);
    let last = log(place, &world.garden, chi).pop();
    assert_eq!(last.as_deref(), Some("status_restored"));
}

fn the_group_speaks_and_pins_in_its_own_name(stage: &Stage) {
    let world = World::new(*stage);
    let (place, chi, garden) = (&world.place, &world.chi, &world.garden);
    let console = log_in(place, chi, garden);
    let said = console.publish("The gate is open until nine");
    assert_eq!(said["account"]["id"], garden.id.as_str());
    assert_eq!(said["visibility"], "public");
    let of_group = format!("/api/v1/timelines/group/{}", garden.id);
    assert!(ids(&world.ben, &of_group).contains(&id_of(&said)));
    eventually("a member reads it at home", || {
        let home = world.ben.home();
        home.iter().any(|one| one["id"] == said["id"]).then_some(())
    });
    let path = format!("/api/v1/statuses/{}", id_of(&said));
    let edited = console.put(&path, &json!({"status": "The gate is open until ten"}));
    assert!(edited.ok()["edited_at"].is_string());

    let thread = id_of(&world.ben.publish("@garden When do we meet?"));
    let answer = id_of(&world.ben.reply(&thread, "I mean this week"));
    assert_eq!(console.act(&thread, "pin").ok()["pinned"], true);
    console.act(&thread, "pin").ok();
    console.act(&answer, "pin").refused(422);
    let pinned = format!("/api/v1/accounts/{}/statuses?pinned=true", garden.id);
    assert_eq!(ids(&place.visitor(), &pinned), [thread.as_str()]);
    assert_eq!(console.act(&thread, "unpin").ok()["pinned"], false);
    assert!(ids(&place.visitor(), &pinned).is_empty());
    // The group has boosted its thread already: once more is the same boost.
    let again = console.act(&thread, "reblog").ok();
    assert_eq!(again["reblog"]["id"], thread.as_str());
    assert_eq!(threads(place, garden), [thread.as_str()]);
    console.reply(&thread, "On Sunday");
    console.delete(&path).ok();
    assert_eq!(
        log(place, garden, chi),
        [
            "status_published",
            "status_edited",
            "thread_pinned",
            "thread_unpinned",
            "status_published",
            "status_deleted",
        ]
    );
}

fn to_edit_the_profile_is_to_set_the_group(stage: &Stage) {
    let world = World::new(*stage);
    let (place, ana, garden) = (&world.place, &world.ana, &world.garden);
    let console = log_in(place, ana, garden);
    let update = "/api/v1/accounts/update_credentials";
    let change =
        json!({"display_name": "The old garden", "note": "Seeds and bread", "locked": true});
    let it = console.patch(update, &change).ok();
    assert_eq!(it["id"], garden.id.as_str());
    assert_eq!(it["source"]["note"], "Seeds and bread");
    let shown = world.ben.get(&format!("/api/v1/groups/{}", garden.id)).ok();
    assert_eq!(shown["display_name"], "The old garden");
    assert_eq!(shown["locked"], true);
    let eka = place.person("eka");
    assert_eq!(eka.towards(&garden.id, "follow").ok()["requested"], true);
    let page = Browser::new(place).open("/groups");
    assert!(page.text().contains("The old garden"), "{}", page.text());
    console.patch(update, &json!({"discoverable": false})).ok();
    let page = Browser::new(place).open("/groups");
    assert!(!page.text().contains("The old garden"), "{}", page.text());
    // What is as it was is no change.
    console.patch(update, &change).ok();
    let other = json!({"fields_attributes": [{"name": "1", "value": "Be kind"}]});
    console.patch("/api/v1/profile", &other).ok();
    assert_eq!(
        log(place, garden, ana),
        [
            "profile_changed",
            "settings_changed",
            "settings_changed",
            "profile_changed",
        ]
    );
    let me = ana.get("/api/v1/accounts/verify_credentials").ok();
    assert_eq!(me["display_name"], "", "her own profile is another");
}

fn what_a_group_does_not_do_is_refused(stage: &Stage) {
    let world = World::new(*stage);
    let (place, garden, ben) = (&world.place, &world.garden, &world.ben);
    let kitchen = place.group("kitchen", "The kitchen", ben, GroupKind::Open);
    let poll =
        json!({"status": "@garden Tea?", "poll": {"options": ["yes", "no"], "expires_in": 3600}});
    let thread = ben.post("/api/v1/statuses", &poll).ok();
    let elsewhere = id_of(&ben.publish("@kitchen soup"));
    let spoon = id_of(&ben.reply(&elsewhere, "with a spoon"));
    let alone = id_of(&ben.publish("in no group"));
    let console = log_in(place, &world.chi, garden);
    let vote = format!("/api/v1/polls/{}/votes", id_of(&thread["poll"]));
    let thread = id_of(&thread);
    let before = place.contents();
    let say = |draft: Value| console.post("/api/v1/statuses", &draft);
    let cases: Vec<(&str, Answer, u16)> = vec![
        ("follow", console.towards(&ben.id, "follow"), 403),
        ("endorse", console.towards(&ben.id, "endorse"), 403),
        ("like", console.act(&thread, "favourite"), 403),
        ("vote", console.post(&vote, &json!({"choices": [0]})), 403),
        ("boost another's", console.act(&alone, "reblog"), 422),
        (
            "boost an answer in another group",
            console.act(&spoon, "reblog"),
            422,
        ),
        ("pin another's", console.act(&alone, "pin"), 422),
        ("pin another group's", console.act(&elsewhere, "pin"), 422),
        (
            "delete another's",
            console.delete(&format!("/api/v1/statuses/{alone}")),
            404,
        ),
        (
            "speak in another group",
            say(json!({"status": "soup", "group_id": kitchen.id})),
            403,
        ),
        (
            "answer in another group",
            say(json!({"status": "soup", "in_reply_to_id": elsewhere})),
            403,
        ),
        (
            "follow a tag",
            console.press("/api/v1/tags/tea/follow"),
            403,
        ),
        (
            "make a list",
            console.post("/api/v1/lists", &json!({"title": "mine"})),
            403,
        ),
        (
            "hide a server",
            console.post("/api/v1/domain_blocks", &json!({"domain": "far.example"})),
            403,
        ),
        (
            "found a group",
            console.post("/api/v1/groups", &json!({"display_name": "More"})),
            403,
        ),
        (
            "join a group",
            console.press(&format!("/api/v1/groups/{}/join", kitchen.id)),
            403,
        ),
        (
            "moderate another group",
            console.post(
                &format!("/api/v1/groups/{}/blocks", kitchen.id),
                &json!({"account_ids": [world.ana.id]}),
            ),
            403,
        ),
    ];
    for (name, answer, status) in cases {
        assert_eq!(answer.status, status, "{name}: {}", answer.text());
        answer.refused(status);
    }
    place.is_unchanged(&before, "what a group does not do");
    // To name another group is to mention it: the thread stays the group's own.
    let said = console.publish("Come to the @kitchen tonight");
    let of_group = format!("/api/v1/timelines/group/{}", garden.id);
    assert!(ids(ben, &of_group).contains(&id_of(&said)));
    // What it keeps for later its moderators share.
    console.act(&thread, "bookmark").ok();
    let another = log_in(place, &world.ana, garden);
    assert_eq!(ids(&another, "/api/v1/bookmarks"), [thread.as_str()]);
}

fn moderators_are_written_to_once_until_they_look(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let circle = place.group("circle", "The circle", &ana, GroupKind::Approved);
    let console = log_in(&place, &ana, &circle);
    let asks = |name: &str| {
        let who = place.person(name);
        who.towards(&circle.id, "follow").ok();
        place.settle_inside();
        who
    };
    let letters = || ana.notified_of("mention").len();
    let ben = asks("ben");
    let letter = ana.notified_of("mention")[0]["status"].clone();
    assert_eq!(letter["visibility"], "direct");
    assert_eq!(letter["account"]["id"], circle.id.as_str());
    let content = letter["content"].as_str().expect("words");
    assert!(
        content.contains("/@circle/queue") && content.contains("ben"),
        "{content}"
    );
    asks("chi");
    asks("dewi");
    assert_eq!(
        letters(),
        1,
        "one letter for all who knock before she looks"
    );
    // To be told the number is not to look.
    console.get("/api/v1/accounts/verify_credentials").ok();
    asks("eka");
    assert_eq!(letters(), 1);
    let page = Browser::of(&place, &ana).open("/@circle/queue");
    assert!(page.text().contains("@eka"), "{}", page.text());
    asks("fajar");
    assert_eq!(letters(), 2, "she looked, and somebody new knocks");
    asks("gita");
    assert_eq!(letters(), 2);
    // In the group's own app she looks too.
    assert_eq!(ids(&console, "/api/v1/follow_requests").len(), 6);
    asks("hana");
    assert_eq!(letters(), 3);
    for who in ids(&console, "/api/v1/follow_requests") {
        console
            .press(&format!("/api/v1/follow_requests/{who}/reject"))
            .ok();
    }
    ben.towards(&circle.id, "follow").ok();
    place.settle_inside();
    assert_eq!(letters(), 4, "the door was empty");
    assert!(ben.notified_of("mention").is_empty());
}
