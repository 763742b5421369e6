//! What the administrators of a server do to a group of it, and how a group ends; through every door.

use http::Method;
use model::{GroupKind, ServerRole};
use serde_json::{Value, json};

use crate::api::admin_accounts::staff;
use crate::harness::{
    Browser, Client, Peer, Person, Stage, World, eventually, id_of, on_both_engines,
};

on_both_engines![
    an_app_of_the_staff_limits_freezes_and_evicts,
    the_page_of_the_administration_is_the_administrators_alone,
    what_a_limited_group_says_is_found_by_its_followers,
    who_looks_after_a_group_is_told_what_was_done_to_it,
    moderators_take_the_group_along,
    an_owner_closes_the_group_by_its_name,
    other_servers_hear_that_a_group_is_gone,
];

fn act(boss: &Client, world: &World, kind: &str) {
    let path = format!("/api/v1/admin/accounts/{}/action", world.garden.id);
    let body = json!({ "type": kind, "text": "for a <b>reason</b>" });
    boss.post(&path, &body).ok();
}

fn undo(boss: &Client, world: &World, verb: &str) -> Value {
    let path = format!("/api/v1/admin/accounts/{}/{verb}", world.garden.id);
    boss.press(&path).ok()
}

fn group(reader: &Client, world: &World) -> Value {
    reader
        .get(&format!("/api/v1/groups/{}", world.garden.id))
        .ok()
}

/// Nobody else does it, nobody without a reason, and nothing stands in the log of it.
fn administrators_alone_with_a_reason(world: &World, boss: &Person, rini: &Person) {
    let (place, id) = (&world.place, &world.garden.id);
    let action = format!("/api/v1/admin/accounts/{id}/action");
    let body = json!({ "type": "suspend", "text": "because" });
    rini.post(&action, &body).refused(403);
    rini.press(&format!("/api/v1/admin/accounts/{id}/unsuspend"))
        .refused(403);
    rini.get("/api/v1/admin/groups").refused(403);
    let evict = format!("/api/v1/admin/groups/{id}/suspend");
    rini.post(&evict, &json!({ "text": "because" }))
        .refused(403);
    for kind in ["silence", "disable", "suspend"] {
        boss.post(&action, &json!({ "type": kind })).refused(422);
    }
    for kind in ["none", "sensitive"] {
        boss.post(&action, &json!({ "type": kind, "text": "x" }))
            .refused(422);
    }
    let long = "x".repeat(1001);
    boss.post(
        &format!("/api/v1/admin/groups/{id}/suspend"),
        &json!({ "text": long }),
    )
    .refused(422);
    boss.delete(&format!("/api/v1/admin/accounts/{id}"))
        .refused(403);
    assert!(
        place
            .visitor()
            .get("/@garden/log")
            .text()
            .contains("Nothing yet")
    );
}

fn an_app_of_the_staff_limits_freezes_and_evicts(stage: &Stage) {
    let world = World::new(*stage);
    let place = &world.place;
    let (ben, id) = (&world.ben, &world.garden.id);
    let eve = place.person("eve");
    let boss = staff(place, "boss", ServerRole::Admin);
    let rini = staff(place, "rini", ServerRole::Moderator);
    let thread = id_of(&ben.publish("@garden beans"));
    let evict = format!("/api/v1/admin/groups/{id}/suspend");

    administrators_alone_with_a_reason(&world, &boss, &rini);

    act(&boss, &world, "disable");
    let seen = &boss.items("/api/v1/admin/groups")[0];
    assert_eq!((&seen["id"], &seen["disabled"]), (&json!(id), &json!(true)));
    assert_eq!(group(&place.visitor(), &world)["frozen"], true);
    eve.press(&format!("/api/v1/groups/{id}/join")).refused(403);
    eve.towards(id, "follow").refused(403);
    ben.post("/api/v1/statuses", &json!({ "status": "@garden more" }))
        .refused(422);
    ben.put(
        &format!("/api/v1/statuses/{thread}"),
        &json!({ "status": "other words" }),
    )
    .refused(422);
    world
        .ana
        .put(&format!("/api/v1/groups/{id}"), &json!({ "slow_mode": 5 }))
        .refused(403);
    world
        .ana
        .delete(&format!("/api/v1/groups/{id}"))
        .refused(403);
    eve.status(&thread).ok();
    let page = Browser::new(place).open("/@garden");
    assert!(page.text().contains("have frozen this group"));
    ben.towards(id, "unfollow").ok();
    assert_eq!(undo(&boss, &world, "enable")["disabled"], false);
    eve.towards(id, "follow").ok();

    boss.post(&evict, &json!({ "text": "another place fits" }))
        .ok();
    let shown = boss.get(&format!("/api/v1/admin/groups/{id}")).ok();
    assert_eq!(shown["suspended"], true, "{shown}");
    let day = group(&eve, &world)["leaves_at"]
        .as_str()
        .expect("a day")
        .chars()
        .take(10)
        .collect::<String>();
    // Everyone reads it in whatever app.
    let account = eve.get(&format!("/api/v1/accounts/{id}")).ok();
    assert_eq!(account["fields"][0]["value"], day.as_str(), "{account}");
    assert!(
        Browser::new(place)
            .open("/@garden")
            .text()
            .contains("leaves this server on")
    );
    let document = place.visitor().document("/g/garden").ok();
    assert_eq!(
        document["attachment"][0]["value"],
        day.as_str(),
        "{document}"
    );
    ben.towards(id, "follow").refused(403);
    eve.publish("@garden we go on");
    let stays = boss
        .post(&format!("/api/v1/admin/groups/{id}/unsuspend"), &json!({}))
        .ok();
    assert_eq!(stays["suspended"], false, "{stays}");
    assert_eq!(group(&eve, &world)["leaves_at"], Value::Null);
    ben.towards(id, "follow").ok();

    let text = Browser::new(place).open("/@garden/log").text();
    for said in [
        "The group was frozen",
        "for a <b>reason</b>",
        "The group was asked to leave",
        "The group stays",
        "the administrators of",
        "all 4 entries follow",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(!text.contains("boss"), "{text}");
}

fn the_page_of_the_administration_is_the_administrators_alone(stage: &Stage) {
    const PAGE: &str = "/@garden/administration";
    let world = World::new(*stage);
    let place = &world.place;
    let boss = staff(place, "boss", ServerRole::Admin);
    let rini = staff(place, "rini", ServerRole::Moderator);
    let bosses = Browser::of(place, &boss);
    assert!(bosses.open("/@garden").source.contains(PAGE));
    let form = bosses.open(PAGE).form_with("reason", Some(""));
    for who in [&rini, &world.ana, &world.ben] {
        let browser = Browser::of(place, who);
        assert!(!browser.open("/@garden").source.contains(PAGE));
        assert_eq!(browser.ask(Method::GET, PAGE, None).status, 404);
    }
    assert_eq!(
        bosses.ask(Method::GET, "/@ben/administration", None).status,
        404
    );
    // Without a reason nothing is done, and the page says why.
    let answer = bosses.send(&form.press("do", "go-freeze"));
    assert_eq!(answer.status, 422);
    assert!(
        answer.text().contains("Something is missing"),
        "{}",
        answer.text()
    );
    for (word, said) in [
        ("limit", "Let it be found again"),
        ("freeze", "Freeze it no more"),
        ("evict", "Let it stay"),
    ] {
        let form = bosses.open(PAGE).form_with("reason", Some(""));
        let page = bosses.submit(
            &form
                .fill("reason", "a law")
                .press("do", &format!("go-{word}")),
        );
        assert!(page.text().contains(said), "{word}: {}", page.text());
        let form = page.form_with("reason", Some(""));
        let page = bosses.submit(&form.press("do", &format!("undo-{word}")));
        assert!(!page.text().contains(said), "{word}: {}", page.text());
    }
    let log = Browser::new(place).open("/@garden/log").text();
    assert!(log.contains("all 6 entries follow"), "{log}");
    // A form that did not come from our page does nothing.
    let body = crate::harness::Body::form(&[("do", "go-freeze"), ("reason", "x"), ("csrf", "0")]);
    assert_eq!(bosses.ask(Method::POST, PAGE, Some(body)).status, 403);
}

fn what_a_limited_group_says_is_found_by_its_followers(stage: &Stage) {
    let world = World::new(*stage);
    let place = &world.place;
    let boss = staff(place, "boss", ServerRole::Admin);
    let eve = place.person("eve");
    let searchable = json!({ "indexable": true });
    world
        .ben
        .patch("/api/v1/accounts/update_credentials", &searchable)
        .ok();
    let thread = id_of(&world.ben.publish("@garden zebrafinches #finch"));
    let own = id_of(&world.ben.publish("on my own page #finch"));
    let places = [
        "/api/v1/timelines/public?local=true",
        "/api/v1/timelines/tag/finch",
    ];
    let sees = |who: &Client, path: &str, id: &str| who.get(path).ids().contains(&id.to_owned());
    let found = |who: &Client| {
        let found = who.get("/api/v2/search?q=zebrafinches&type=statuses").ok();
        found["statuses"].as_array().map_or(0, Vec::len)
    };
    for path in places {
        assert!(sees(&eve, path, &thread), "{path}");
    }
    assert_eq!(found(&eve), 1);
    assert_eq!(place.visitor().get("/@garden.rss").status, 200);

    act(&boss, &world, "silence");
    for path in places {
        assert!(!sees(&eve, path, &thread), "{path}");
        assert!(!sees(&place.visitor(), path, &thread), "{path}");
        // What its author says elsewhere is no matter of the group, and its people read on.
        assert!(sees(&eve, path, &own), "{path}");
        assert!(sees(&world.chi, path, &thread), "{path}");
    }
    assert_eq!((found(&eve), found(&world.chi)), (0, 1));
    assert_eq!(place.visitor().get("/@garden.rss").status, 404);
    assert!(
        eve.items("/api/v1/directory?local=true")
            .iter()
            .all(|one| one["acct"] != "garden")
    );
    assert_eq!(
        boss.get(&format!("/api/v1/admin/groups/{}", world.garden.id))
            .ok()["silenced"],
        true
    );
    // Everything else goes on.
    eve.status(&thread).ok();
    eve.towards(&world.garden.id, "follow").ok();
    eve.publish("@garden I found you");
    assert!(sees(&eve, places[0], &thread));
    undo(&boss, &world, "unsilence");
    assert!(sees(&place.visitor(), places[0], &thread));
}

fn who_looks_after_a_group_is_told_what_was_done_to_it(stage: &Stage) {
    let world = World::new(*stage);
    let boss = staff(&world.place, "boss", ServerRole::Admin);
    act(&boss, &world, "suspend");
    for who in [&world.ana, &world.chi] {
        let letter = eventually("the letter", || {
            let told = who.notified_of("mention");
            told.into_iter()
                .find(|one| one["status"]["content"].to_string().contains("to leave"))
        });
        let text = letter["status"]["content"].as_str().expect("words");
        assert_eq!(letter["status"]["visibility"], "direct");
        // The words are the server's: whoever runs it does not speak through the group.
        assert!(
            text.contains("/@garden/log/") && !text.contains("reason</b>"),
            "{text}"
        );
    }
    assert!(world.ben.notified_of("mention").is_empty());
    assert!(world.ana.notified_of("moderation_warning").is_empty());
    let mut mails = Vec::new();
    eventually("a letter to each of them", || {
        mails.extend(world.place.mails());
        (mails.len() >= 2).then_some(())
    });
    let told = |name: &str| {
        let address = format!("{name}@mail.example");
        mails.iter().filter(|mail| mail.contains(&address)).count()
    };
    assert_eq!(
        (told("ana"), told("chi"), told("ben")),
        (1, 1, 0),
        "{mails:?}"
    );
}

fn moderators_take_the_group_along(stage: &Stage) {
    let world = World::new(*stage);
    let place = &world.place;
    let boss = staff(place, "boss", ServerRole::Admin);
    let thread = world.ben.publish("@garden beans for \"everyone\"");
    let answer = world.chi.reply(&id_of(&thread), "and peas");
    let removed = id_of(&world.ben.publish("@garden off topic"));
    let path = format!("/api/v1/groups/{}/statuses/{removed}", world.garden.id);
    world.ana.delete(&path).ok();
    world.ben.publish_to("direct", "@garden a letter to you");
    world
        .ana
        .put(
            &format!("/api/v1/groups/{}", world.garden.id),
            &json!({ "kind": "private", "holds_first": true }),
        )
        .ok();
    world.ben.publish("@garden among ourselves");
    act(&boss, &world, "disable");
    act(&boss, &world, "suspend");
    for who in [&world.ben, &boss] {
        let refused = Browser::of(place, who).ask(Method::GET, "/@garden/export", None);
        assert_eq!(refused.status, 404);
    }
    assert_ne!(place.visitor().get("/@garden/export").status, 200);
    let settings = Browser::of(place, &world.chi).open("/@garden/settings");
    assert!(settings.source.contains("/@garden/export"));
    let got = Browser::of(place, &world.chi).ask(Method::GET, "/@garden/export", None);
    assert_eq!(got.status, 200);
    assert!(
        got.header("content-disposition")
            .is_some_and(|it| it.starts_with("attachment"))
    );
    let whole: Value = serde_json::from_str(&got.text()).expect("one document");
    let list = |name: &str| whole[name].as_array().expect("a list").clone();
    assert_eq!(whole["group"]["display_name"], "The garden");
    assert_eq!(whole["group"]["kind"], "private");
    let roles: Vec<(String, String)> = list("members")
        .iter()
        .map(|one| {
            let text = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
            (text("handle"), text("role"))
        })
        .collect();
    let domain = place.domain();
    let expected = [("ana", "owner"), ("ben", "member"), ("chi", "moderator")]
        .map(|(name, role)| (format!("@{name}@{domain}"), role.to_owned()));
    assert_eq!(roles, expected);
    let posts = list("posts");
    let texts: Vec<&str> = posts
        .iter()
        .filter_map(|post| post["text"].as_str())
        .collect();
    assert_eq!(
        texts,
        [
            "@garden beans for \"everyone\"",
            "and peas",
            "@garden among ourselves"
        ]
    );
    assert_eq!(posts[1]["in_reply_to"], thread["uri"]);
    assert_eq!(posts[1]["uri"], answer["uri"]);
    assert_eq!(posts[1]["author"], format!("@chi@{domain}"));
    let kinds: Vec<String> = list("log")
        .iter()
        .filter_map(|entry| entry["kind"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(
        kinds,
        [
            "status_removed",
            "settings_changed",
            "group_frozen",
            "group_evicted"
        ]
    );
    assert!(!got.text().contains("a letter to you"));
    // A page of a hundred is not the end of it.
    undo(&boss, &world, "enable");
    for number in 0..110 {
        world.ana.publish(&format!("@garden number {number}"));
    }
    let got = Browser::of(place, &world.ana).ask(Method::GET, "/@garden/export", None);
    let whole: Value = serde_json::from_str(&got.text()).expect("one document");
    assert_eq!(whole["posts"].as_array().map(Vec::len), Some(113));
}

fn is_gone(world: &World, reader: &Person) {
    let (place, id) = (&world.place, &world.garden.id);
    assert_eq!(place.visitor().get("/@garden").status, 404);
    reader.get(&format!("/api/v1/groups/{id}")).refused(404);
    reader
        .press(&format!("/api/v1/groups/{id}/join"))
        .refused(404);
    world
        .ana
        .put(&format!("/api/v1/groups/{id}"), &json!({ "note": "x" }))
        .refused(404);
    let account = reader.get(&format!("/api/v1/accounts/{id}")).ok();
    assert_eq!(account["suspended"], true, "{account}");
    assert!(world.ben.items("/api/v1/groups").is_empty());
    assert!(world.ben.items("/api/v1/lists").is_empty());
}

fn an_owner_closes_the_group_by_its_name(stage: &Stage) {
    let world = World::new(*stage);
    let place = &world.place;
    let eve = place.person("eve");
    let console = super::discovery::as_group(place, &world.chi, &world.garden);
    console.get("/api/v1/accounts/verify_credentials").ok();
    let thread = id_of(&world.ben.publish("@garden beans"));
    // Moderators do not end what is not theirs.
    let page = Browser::of(place, &world.chi).open("/@garden/settings");
    assert!(!page.source.contains("close_name"));
    let anas = Browser::of(place, &world.ana);
    let form = anas.open("/@garden/settings").form_with("close_name", None);
    let answer = anas.send(&form.fill("close_name", "gardens").press("do", "close"));
    assert_eq!(answer.status, 422);
    assert!(answer.text().contains("not the name"), "{}", answer.text());
    assert_eq!(place.visitor().get("/@garden").status, 200);

    let form = anas.open("/@garden/settings").form_with("close_name", None);
    let page = anas.submit(
        &form
            .fill("close_name", "@Garden")
            .fill("reason", "we are done")
            .press("do", "close"),
    );
    // She arrives at the log, which its people still read.
    assert!(page.text().contains("The group was closed") && page.text().contains("we are done"));
    let bens = Browser::of(place, &world.ben);
    assert!(
        bens.open("/@garden/log")
            .text()
            .contains("The group was closed")
    );
    for who in [Browser::of(place, &eve), Browser::new(place)] {
        assert_eq!(who.ask(Method::GET, "/@garden/log", None).status, 404);
        assert_eq!(who.ask(Method::GET, "/@garden/log.rss", None).status, 404);
    }
    is_gone(&world, &eve);
    console
        .get("/api/v1/accounts/verify_credentials")
        .refused(401);
    let name = json!({ "name": "garden", "display_name": "Mine now" });
    eve.post("/api/v1/groups", &name).refused(422);
    // What he wrote is his, and he can go on with it.
    eve.status(&thread).ok();
    world.ben.delete(&format!("/api/v1/statuses/{thread}")).ok();
}

fn other_servers_hear_that_a_group_is_gone(stage: &Stage) {
    let world = World::new(*stage);
    let place = &world.place;
    let (microblog, lemmy) = (Peer::new("mastodon"), Peer::new("lemmy"));
    for wire in [&microblog, &lemmy] {
        wire.send(
            &place.url("/g/garden/inbox"),
            &wire.follow(&world.garden.uri),
        );
        wire.receives("the garden accepts", |activity| {
            activity["type"] == "Accept"
        });
    }
    let path = format!("/api/v1/groups/{}", world.garden.id);
    world.ben.delete(&path).refused(403);
    world.chi.delete(&path).refused(403);
    world.ana.delete(&path).ok();
    for wire in [&microblog, &lemmy] {
        let gone = wire.receives("the garden is gone", |activity| {
            activity["type"] == "Delete"
        });
        assert_eq!(gone["actor"], world.garden.uri.as_str(), "{gone}");
        assert_eq!(gone["object"], world.garden.uri.as_str(), "{gone}");
    }
    is_gone(&world, &world.chi);
    // A follow of what is no more is not accepted.
    let late = Peer::new("mastodon");
    late.send(
        &place.url("/g/garden/inbox"),
        &late.follow(&world.garden.uri),
    );
    place.settle_inside();
    assert!(late.arrived_of("Accept").is_empty());
    let kind = GroupKind::Open;
    place.group("meadow", "The meadow", &world.ana, kind);
}
