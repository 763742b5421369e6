//! Polls between servers: votes go to who asked, counts come back, and a ballot is never a post.

use serde_json::{Value, json};

use crate::harness::{Peer, Stage, TwoPlaces, World, eventually, id_of, now, on_both_engines};

on_both_engines![
    a_vote_travels_to_who_asked_and_the_counts_travel_back,
    ballots_from_elsewhere_are_checked_and_never_become_posts,
    a_question_from_elsewhere_is_read_and_voted_in,
];

fn tea(text: &str) -> Value {
    let poll = json!({ "options": ["tea", "coffee"], "expires_in": 300 });
    json!({ "status": text, "poll": poll })
}

fn counts(poll: &Value) -> Vec<i64> {
    let options = poll["options"].as_array().expect("options");
    options
        .iter()
        .map(|option| option["votes_count"].as_i64().expect("a count"))
        .collect()
}

/// Lets the jobs of this server that wait for a time do their work now.
fn hurry(places: &TwoPlaces) {
    let mut conn = places.first.place.conn();
    database::jobs::bring_forward(&mut conn).expect("the database");
    places.first.place.ctx().jobs_ready.notify_one();
}

fn a_vote_travels_to_who_asked_and_the_counts_travel_back(stage: &Stage) {
    let places = TwoPlaces::joined(*stage);
    let asked = places
        .first
        .ben
        .post("/api/v1/statuses", &tea("@garden what?"))
        .ok();
    let there = TwoPlaces::arrives(&places.dan, &asked);
    assert_eq!(there["poll"]["options"][0]["title"], "tea");
    let votes = format!("/api/v1/polls/{}/votes", id_of(&there["poll"]));
    places.dan.post(&votes, &json!({ "choices": [1] })).ok();
    let here = format!("/api/v1/polls/{}", id_of(&asked["poll"]));
    eventually("the vote arrives", || {
        (counts(&places.first.ben.get(&here).ok()) == [0, 1]).then_some(())
    });
    // Ana votes as well; dan's server hears of it.
    let mine = format!("{here}/votes");
    places
        .first
        .ana
        .post(&mine, &json!({ "choices": [0] }))
        .ok();
    hurry(&places);
    eventually("the counts and the end are told", || {
        let seen = places.dan.status(&id_of(&there)).ok()["poll"].clone();
        (counts(&seen) == [1, 1]).then_some(())
    });
}

fn ballot(peer: &Peer, word: &str, option: &str, asked: &Value) -> Value {
    let id = format!("{}/votes/{word}", peer.base);
    json!({
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": peer.id(word),
        "type": "Create",
        "actor": peer.actor(),
        "to": asked["account"]["uri"],
        "object": {
            "id": id,
            "type": "Note",
            "attributedTo": peer.actor(),
            "to": asked["account"]["uri"],
            "name": option,
            "inReplyTo": asked["uri"],
            "published": now().iso(),
        },
    })
}

fn ballots_from_elsewhere_are_checked_and_never_become_posts(stage: &Stage) {
    let world = World::new(*stage);
    let peer = Peer::new("mastodon");
    let inbox = world.place.url("/inbox");
    let asked = world.ana.post("/api/v1/statuses", &tea("what?")).ok();
    let plain = world.ana.publish("no poll");
    for (word, option, about) in [
        ("1", "milk", &asked),
        ("2", "tea", &plain),
        ("3", "tea", &asked),
        ("4", "tea", &asked),
        ("5", "coffee", &asked),
    ] {
        peer.send(&inbox, &ballot(&peer, word, option, about))
            .is(202);
        world.place.settle_inside();
    }
    let poll = format!("/api/v1/polls/{}", id_of(&asked["poll"]));
    assert_eq!(counts(&world.ana.get(&poll).ok()), [1, 0]);
    for status in [&asked, &plain] {
        assert!(world.ana.answers(&id_of(status)).is_empty());
        assert_eq!(world.ana.status(&id_of(status)).ok()["replies_count"], 0);
    }
    assert!(world.ana.notified_of("mention").is_empty());
}

fn a_question_from_elsewhere_is_read_and_voted_in(stage: &Stage) {
    let world = World::new(*stage);
    let peer = Peer::new("mastodon");
    let inbox = world.place.url("/inbox");
    let ana = world.place.url("/users/ana");
    let mut asked = peer.create("q", "tea?", &ana);
    let question = |tea: i64, coffee: i64| {
        let option = |name: &str, votes: i64| {
            json!({ "type": "Note", "name": name,
                "replies": { "type": "Collection", "totalItems": votes } })
        };
        json!([option("tea", tea), option("coffee", coffee)])
    };
    asked["object"]["type"] = json!("Question");
    asked["object"]["oneOf"] = question(2, 1);
    asked["object"]["votersCount"] = json!(3);
    asked["object"]["endTime"] = json!(now().plus(3_600_000).iso());
    peer.publish("/notes/q", asked["object"].clone());
    peer.send(&inbox, &asked).is(202);
    let uri = asked["object"]["id"].as_str().expect("an id").to_owned();
    let seen = eventually("the question arrives", || world.ana.known_status(&uri));
    assert_eq!(counts(&seen["poll"]), [2, 1]);
    assert_eq!(seen["poll"]["voters_count"], 3);
    let votes = format!("/api/v1/polls/{}/votes", id_of(&seen["poll"]));
    world.ana.post(&votes, &json!({ "choices": [0] })).ok();
    let sent = peer.receives("ana's ballot", |one| one["object"]["name"] == "tea");
    assert_eq!(sent["object"]["inReplyTo"], uri.as_str());
    assert_eq!(sent["object"]["attributedTo"], ana.as_str());
    assert!(sent["object"].get("content").is_none());

    let mut told = asked.clone();
    told["id"] = json!(peer.id("counts"));
    told["type"] = json!("Update");
    told["object"]["oneOf"] = question(9, 4);
    peer.send(&inbox, &told).is(202);
    eventually("the counts arrive", || {
        let now = world.ana.status(&id_of(&seen)).ok();
        (counts(&now["poll"]) == [9, 4] && now["edited_at"].is_null()).then_some(())
    });
}
