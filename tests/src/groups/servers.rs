//! A private group and people of other servers: who may ask, what their servers are sent and may read, what is taken
//! from them.

use serde_json::json;

use super::hut::{Hut, says};
use crate::harness::{Browser, Peer, Stage, eventually, id_of, on_both_engines};

on_both_engines![
    who_lives_where_nothing_is_kept_private_is_told_why,
    a_server_on_the_list_sends_its_people_and_gets_nothing,
    a_server_that_keeps_it_private_gets_it_from_the_group_and_reads_it_signed,
    what_waits_for_a_member_dies_with_the_membership,
    a_group_that_stays_here_takes_in_nobody_from_elsewhere,
];

const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

fn who_lives_where_nothing_is_kept_private_is_told_why(stage: &Stage) {
    let hut = Hut::new(*stage);
    let peer = Peer::new("mastodon");
    let follow = hut.asks(&peer, "one");
    let refusal = peer.receives("a refusal", |activity| activity["type"] == "Reject");
    assert_eq!(refusal["actor"], hut.hut.uri.as_str());
    assert_eq!(refusal["object"]["id"], follow["id"]);
    let letter = peer.receives("a letter", |activity| activity["type"] == "Create");
    assert_eq!(letter["to"], json!([peer.actor()]), "{letter}");
    let text = letter["object"]["content"].as_str().expect("words");
    assert!(text.contains("list of servers"), "{text}");
    assert!(!letter.to_string().contains("#Public\""), "{letter}");
    // Whoever goes on asking is refused, and written to once a day.
    hut.asks(&peer, "two");
    eventually("another refusal", || {
        (peer.arrived_of("Reject").len() == 2).then_some(())
    });
    hut.world.place.settle();
    assert_eq!(peer.arrived_of("Create").len(), 1);
    let waiting = hut.world.ana.items(&hut.api("/membership_requests"));
    assert!(waiting.is_empty(), "{waiting:?}");
    // An old Lemmy keeps nothing private either; one that says nothing of itself is not known to.
    let quiet = Peer::new("");
    hut.asks(&quiet, "one");
    quiet.receives("a refusal", |activity| activity["type"] == "Reject");
}

fn a_server_on_the_list_sends_its_people_and_gets_nothing(stage: &Stage) {
    let hut = Hut::new(*stage);
    let world = &hut.world;
    let peer = Peer::new("mastodon");
    let host = peer.base.trim_start_matches("http://").to_owned();
    let browser = Browser::of(&world.place, &world.ana);
    let page = browser.open("/@hut/settings");
    assert!(
        page.text().contains("can technically read"),
        "{}",
        page.text()
    );
    let form = page
        .form_with("host", None)
        .fill("host", &host)
        .press("do", "allow-server");
    assert!(browser.submit(&form).text().contains(&host));
    // Who is no moderator does not touch the list.
    let ben = Browser::of(&world.place, &world.ben);
    assert_eq!(
        ben.ask(http::Method::GET, "/@hut/settings", None).status,
        404
    );

    let eve = hut.joins(&peer);
    let (actor, group, members) = (peer.actor(), hut.hut.uri.clone(), hut.followers());
    // Mastodon's private mention of the group alone: to the group and its followers.
    let told = says(
        &peer,
        &actor,
        "kenarisatu",
        &[&group, &members],
        &[],
        &group,
    );
    peer.send(&hut.inbox(), &told).is(202);
    eventually("members read it", || {
        hut.threads().contains("kenarisatu").then_some(())
    });
    let nobody = world.place.visitor();
    let uri = told["object"]["id"].as_str().expect("an id");
    let known = world.ben.known_status(uri).expect("ben reads it");
    assert_eq!(known["visibility"], "private");
    nobody
        .get(&format!("/api/v1/statuses/{}", id_of(&known)))
        .is(404);
    // For everyone it is not, and who is no member says nothing there.
    let open = says(&peer, &actor, "kenaridua", &[PUBLIC], &[&group], &group);
    peer.send(&hut.inbox(), &open).is(202);
    let other = peer.somebody("Person", "mia");
    let foreign = says(
        &peer,
        &other,
        "kenaritiga",
        &[&group, &members],
        &[],
        &group,
    );
    peer.sends(&hut.inbox(), &foreign);
    hut.has_nothing_of("kenaridua");
    hut.has_nothing_of("kenaritiga");
    // What members write is not sent there.
    hut.writes("kenariempat");
    world.place.settle();
    for one in peer.arrived() {
        assert!(!one.activity.to_string().contains("kenariempat"));
    }
    // Taken from the list: the membership ends, with a word to the member and in the log.
    let before = peer.arrived_of("Reject").len();
    let form = browser
        .open("/@hut/settings")
        .form_with("host", Some(&host))
        .press("do", "drop-server");
    browser.submit(&form);
    eventually("eve is told", || {
        (peer.arrived_of("Reject").len() > before).then_some(())
    });
    let members = world.ana.items(&hut.api("/memberships"));
    assert!(
        members
            .iter()
            .all(|member| member["account"]["id"] != eve.as_str()),
        "{members:?}"
    );
    let log = browser.open("/@hut/log").text();
    assert!(log.contains("A server may take part no more"), "{log}");
    assert!(log.contains(&host), "{log}");
    let late = says(
        &peer,
        &actor,
        "kenarilima",
        &[&group, &hut.followers()],
        &[],
        &group,
    );
    peer.send(&hut.inbox(), &late).is(202);
    hut.has_nothing_of("kenarilima");
}

fn a_server_that_keeps_it_private_gets_it_from_the_group_and_reads_it_signed(stage: &Stage) {
    let hut = Hut::new(*stage);
    let (world, lemmy) = (&hut.world, Peer::new("lemmy"));
    hut.joins(&lemmy);
    let thread = hut.writes("kenarisatu");
    let uri = thread["uri"].as_str().expect("an id").to_owned();
    let created = lemmy.receives("the thread", |activity| {
        activity["type"] == "Announce" && activity["object"]["object"]["id"] == uri.as_str()
    });
    // By the group, to its followers, and to nobody else in any part of it.
    let members = json!([hut.followers()]);
    assert_eq!(created["actor"], hut.hut.uri.as_str());
    for part in [&created, &created["object"], &created["object"]["object"]] {
        assert_eq!(part["to"], members, "{part}");
        assert_eq!(part["audience"], hut.hut.uri.as_str(), "{part}");
    }
    // A comment of a member there, an edit and a lock from here.
    let comment = {
        let (to, cc) = (hut.followers(), hut.hut.uri.clone());
        let mut comment = says(&lemmy, &lemmy.actor(), "kenaridua", &[&to], &[&cc], &cc);
        comment["object"]["inReplyTo"] = json!(uri);
        comment
    };
    lemmy.send(&hut.inbox(), &comment).is(202);
    let here = comment["object"]["id"].as_str().expect("an id").to_owned();
    let here = eventually("ana reads it", || world.ana.known_status(&here));
    assert_eq!(here["in_reply_to_id"], thread["id"], "{here}");
    let open = {
        let mut open = says(
            &lemmy,
            &lemmy.actor(),
            "kenaritiga",
            &[PUBLIC],
            &[],
            &hut.hut.uri,
        );
        open["object"]["inReplyTo"] = json!(uri);
        open
    };
    lemmy.send(&hut.inbox(), &open).is(202);
    hut.has_nothing_of("kenaritiga");
    let answer = world.ben.reply(&id_of(&thread), "kenariempat");
    let edit = json!({"status": "kenarisunting"});
    let path = format!("/api/v1/statuses/{}", id_of(&thread));
    world.ana.put(&path, &edit).ok();
    lemmy.receives("the edit", |activity| {
        activity["object"]["type"] == "Update" && activity["object"]["object"]["id"] == uri.as_str()
    });
    world.place.settle();
    for one in lemmy.arrived() {
        let text = one.activity.to_string();
        let is_profile = one.activity["type"] == "Update";
        assert!(is_profile || !text.contains("#Public\""), "{text}");
    }

    // Read by the member and by her server; by nobody else there, and never unsigned.
    let never = format!("{}/42", uri.rsplit_once('/').expect("an id").0);
    let nothing = lemmy.signed_get(&never).text();
    let (server, other) = (
        lemmy.somebody("Application", "robot"),
        lemmy.somebody("Person", "mia"),
    );
    for reader in [&lemmy.actor(), &server] {
        let read = lemmy.signed_get_as(reader, &uri);
        assert_eq!(read.ok()["to"], members);
        assert_eq!(read.header("cache-control"), Some("private, no-store"));
        let replies = lemmy.signed_get_as(reader, &format!("{uri}/replies?page=true"));
        let listed = replies.ok()["orderedItems"].to_string() + &replies.text();
        assert!(
            listed.contains(answer["uri"].as_str().expect("an id")),
            "{listed}"
        );
    }
    for part in ["", "/activity", "/replies", "/context", "/likes"] {
        let told = lemmy.signed_get_as(&other, &format!("{uri}{part}"));
        assert_eq!(told.is(404).text(), nothing);
        let path = uri.replace(&world.place.base, "");
        let told = world.place.visitor().document(&format!("{path}{part}"));
        assert_eq!(told.is(404).text(), nothing);
    }
    // `is_follower`, for who has a member.
    let asks = |who: &str| {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("is_follower", who)
            .finish();
        format!("{}?{query}", hut.followers())
    };
    lemmy.signed_get_as(&server, &asks(&lemmy.actor())).is(200);
    lemmy.signed_get_as(&server, &asks(&server)).is(200);
    lemmy.signed_get_as(&server, &asks(&other)).is(404);
    let stranger = Peer::new("lemmy");
    stranger.signed_get(&asks(&lemmy.actor())).is(404);
    let path = asks(&lemmy.actor()).replace(&world.place.base, "");
    world.place.visitor().document(&path).is(404);
}

fn what_waits_for_a_member_dies_with_the_membership(stage: &Stage) {
    let hut = Hut::new(*stage);
    let (world, lemmy) = (&hut.world, Peer::new("lemmy"));
    let eve = hut.joins(&lemmy);
    lemmy.answers(503);
    let thread = hut.writes("kenarisatu");
    world.place.settle_inside();
    eventually("it waits in the queue", || {
        let mut conn = world.place.conn();
        let waiting = database::deliveries::waiting(&mut conn).expect("the database");
        (waiting > 0).then_some(())
    });
    let blocks = hut.api("/blocks");
    world.ana.post(&blocks, &json!({"account_ids": [eve]})).ok();
    world.place.settle_inside();
    lemmy.answers(202);
    // It shows itself, so that what waits is tried at once: she hears that she is out, and nothing else.
    let note = lemmy.create("hello", "hello", &world.place.url("/users/ben"));
    lemmy.send(&hut.inbox(), &note).is(202);
    lemmy.receives("the ban", |activity| activity["type"] == "Block");
    world.place.settle();
    let uri = thread["uri"].as_str().expect("an id");
    for one in lemmy.arrived() {
        let text = one.activity.to_string();
        assert!(
            !text.contains("kenarisatu") && !text.contains(uri),
            "{text}"
        );
    }
    lemmy.signed_get(uri).is(404);
}

fn a_group_that_stays_here_takes_in_nobody_from_elsewhere(stage: &Stage) {
    let hut = Hut::new(*stage);
    let (world, lemmy) = (&hut.world, Peer::new("lemmy"));
    let eve = hut.joins(&lemmy);
    let thread = hut.writes("kenarisatu");
    world.place.settle();
    world
        .ana
        .put(&hut.api(""), &json!({"local_only": true}))
        .ok();
    lemmy.receives("eve is out", |activity| activity["type"] == "Reject");
    let members = world.ana.items(&hut.api("/memberships"));
    assert!(
        members
            .iter()
            .all(|member| member["account"]["id"] != eve.as_str())
    );
    lemmy
        .signed_get(thread["uri"].as_str().expect("an id"))
        .is(404);
    hut.asks(&lemmy, "again");
    eventually("refused", || {
        (lemmy.arrived_of("Reject").len() == 2).then_some(())
    });
}
