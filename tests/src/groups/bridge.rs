//! The bridge of a private group: members on servers that keep nothing private read along by letters of the group,
//! and answer them; and what becomes of it when they leave.

use serde_json::{Value, json};

use super::hut::{Hut, says};
use crate::abuse::pictures::upload;
use crate::api::admin_accounts::staff;
use crate::harness::{Browser, Peer, Stage, eventually, id_of, on_both_engines};

on_both_engines![
    only_owners_open_it_and_who_thinks_of_joining_is_told,
    a_thread_comes_as_a_letter_and_an_answer_to_it_is_a_comment,
    who_leaves_gets_nothing_more_and_their_server_is_asked_to_forget,
    a_bridge_that_is_shut_carries_nothing,
    what_ends_with_its_author_or_its_group_is_to_be_forgotten,
];

const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

/// The hut, and eve of a Mastodon server in it.
struct Shore {
    hut: Hut,
    peer: Peer,
    eve: String,
}

impl Shore {
    fn new(stage: Stage) -> Self {
        let (hut, peer) = (Hut::new(stage), Peer::new("mastodon"));
        hut.allows(&peer);
        let eve = hut.joins(&peer);
        let shore = Self { hut, peer, eve };
        shore.bridge(true);
        shore
    }

    fn bridge(&self, opens: bool) {
        let change = json!({"bridged": opens});
        self.hut.world.ana.put(&self.hut.api(""), &change).ok();
    }

    /// The letter in which this word stands.
    fn letter(&self, word: &str) -> Value {
        self.peer.receives("a letter", |activity| {
            activity["type"] == "Create" && activity["object"]["content"].to_string().contains(word)
        })
    }

    /// Eve, or whoever it is, answers a letter, to the group alone.
    fn answers(&self, actor: &str, letter: &Value, word: &str, to: &str) -> Value {
        let hut = &self.hut.hut.uri;
        let mut answer = says(&self.peer, actor, word, &[to], &[], hut);
        answer["object"]["inReplyTo"] = letter["object"]["id"].clone();
        self.peer.send(&self.hut.inbox(), &answer).is(202);
        answer
    }

    /// Her server is asked to forget a letter.
    fn is_gone(&self, letter: &Value) {
        let id = letter["object"]["id"].as_str().expect("an id");
        self.peer.receives("it is to be forgotten", |activity| {
            activity["type"] == "Delete" && activity["object"]["id"] == id
        });
    }

    /// Nothing with this word went there.
    fn heard_nothing_of(&self, word: &str) {
        self.hut.world.place.settle();
        for one in self.peer.arrived() {
            let text = one.activity.to_string();
            assert!(!text.contains(word), "{text}");
        }
    }
}

fn only_owners_open_it_and_who_thinks_of_joining_is_told(stage: &Stage) {
    let hut = Hut::new(*stage);
    let (world, peer) = (&hut.world, Peer::new("mastodon"));
    hut.allows(&peer);
    let host = peer.base.trim_start_matches("http://");
    let told = |browser: &Browser| browser.open("/@hut").text().contains(host);
    let (chi, nobody) = (
        Browser::of(&world.place, &world.chi),
        Browser::new(&world.place),
    );
    assert!(!told(&chi) && !told(&nobody), "there is nothing to tell");
    world.place.promote(&hut.hut, &world.ben);
    let change = json!({"bridged": true});
    world.ben.put(&hut.api(""), &change).refused(403);
    let ana = Browser::of(&world.place, &world.ana);
    let form = ana
        .open("/@hut/settings")
        .form_with("slow_mode", None)
        .fill("bridged", "1")
        .press("do", "options");
    ana.submit(&form);
    let page = chi.open("/@hut").text();
    assert!(page.contains(host), "{page}");
    assert!(page.contains("whoever runs them can read it"), "{page}");
    assert!(told(&nobody) && told(&Browser::of(&world.place, &world.ben)));
    // The log says what was changed, to the members too.
    let log = Browser::of(&world.place, &world.ben)
        .open("/@hut/log")
        .text();
    assert!(log.contains("keep private groups private: yes"), "{log}");
    // A group that has opened has no bridge, and finds none when it is closed again.
    for kind in ["open", "private"] {
        world.ana.put(&hut.api(""), &json!({"kind": kind})).ok();
        assert!(!told(&chi), "{kind}");
    }
}

fn a_thread_comes_as_a_letter_and_an_answer_to_it_is_a_comment(stage: &Stage) {
    let shore = Shore::new(*stage);
    let (hut, peer) = (&shore.hut, &shore.peer);
    let (ana, ben) = (&hut.world.ana, &hut.world.ben);
    let file = upload(ana);
    let draft = json!({"status": "kenarisatu", "group_id": hut.hut.id, "media_ids": [file["id"]]});
    let thread = ana.post("/api/v1/statuses", &draft).ok();
    let letter = shore.letter("kenarisatu");
    let eve = peer.actor();
    // From the group to her, and to nobody else in any part of it.
    for part in [&letter, &letter["object"]] {
        assert_eq!(part["to"], json!([eve]), "{part}");
        assert!(part["cc"].as_array().is_none_or(Vec::is_empty), "{part}");
    }
    assert_eq!(letter["actor"], hut.hut.uri.as_str());
    assert_eq!(letter["object"]["attributedTo"], hut.hut.uri.as_str());
    assert_eq!(letter["object"]["tag"][0]["href"], eve.as_str());
    let words = letter["object"]["content"].as_str().expect("words");
    assert!(
        words.contains("@ana@") && words.contains("The hut"),
        "{words}"
    );
    let text = letter.to_string();
    assert!(!text.contains(PUBLIC), "{text}");
    let uri = thread["uri"].as_str().expect("an id");
    assert!(!text.contains(uri), "{text}");
    hut.world.place.settle();
    assert_eq!(peer.arrived_of("Create").len(), 1, "one letter a thread");
    assert!(peer.arrived_of("Announce").is_empty());
    // Its address tells nobody anything; the picture is under one that is hers.
    let id = letter["object"]["id"].as_str().expect("an id");
    peer.signed_get(id).is(404);
    let picture = letter["object"]["attachment"][0]["url"]
        .as_str()
        .expect("a picture");
    hut.world.place.visitor().get(picture).is(200);

    // What she answers is a comment, what is said to it comes back to her, and what is said to others does not.
    let answer = shore.answers(&eve, &letter, "kenaridua", &hut.hut.uri);
    let stands = eventually("ben reads the answer", || {
        let below = ben.answers(&id_of(&thread));
        below
            .into_iter()
            .find(|one| one["content"].to_string().contains("kenaridua"))
    });
    assert_eq!(stands["in_reply_to_id"], thread["id"]);
    assert_eq!(stands["visibility"], "private");
    hut.world
        .place
        .visitor()
        .get(&format!("/api/v1/statuses/{}", id_of(&stands)))
        .is(404);
    ben.reply(&id_of(&stands), "kenaritiga");
    let back = shore.letter("kenaritiga");
    assert_eq!(back["object"]["inReplyTo"], answer["object"]["id"]);
    ben.reply(&id_of(&thread), "kenariempat");
    shore.heard_nothing_of("kenariempat");

    // A like of the letter is one of the thread.
    let like = json!({
        "id": peer.id("like"), "type": "Like", "actor": eve, "object": id,
    });
    peer.send(&hut.inbox(), &like).is(202);
    eventually("the like counts", || {
        let now = ben.status(&id_of(&thread)).ok();
        (now["favourites_count"] == 1).then_some(())
    });
    // An edit comes as an edit of the letter.
    let edit = json!({"status": "kenarisunting"});
    ana.put(&format!("/api/v1/statuses/{}", id_of(&thread)), &edit)
        .ok();
    let update = peer.receives("the edit", |activity| {
        activity["type"] == "Update" && activity["object"]["id"] == id
    });
    assert!(update.to_string().contains("kenarisunting"), "{update}");

    // Nobody else answers her letter, and she does not answer it for everyone.
    let mia = peer.somebody("Person", "mia");
    let mut foreign = says(peer, &mia, "kenarilima", &[&hut.hut.uri], &[], &hut.hut.uri);
    foreign["object"]["inReplyTo"] = json!(id);
    peer.sends(&hut.inbox(), &foreign);
    shore.answers(&eve, &letter, "kenarienam", PUBLIC);
    hut.has_nothing_of("kenarilima");
    hut.has_nothing_of("kenarienam");
}

fn who_leaves_gets_nothing_more_and_their_server_is_asked_to_forget(stage: &Stage) {
    let shore = Shore::new(*stage);
    let (hut, peer) = (&shore.hut, &shore.peer);
    let ana = &hut.world.ana;
    let is_gone = |letter: &Value| shore.is_gone(letter);
    // What is taken out of the group, or deleted.
    let removed = hut.writes("kenarisatu");
    let letter = shore.letter("kenarisatu");
    ana.delete(&hut.api(&format!("/statuses/{}", id_of(&removed))))
        .ok();
    is_gone(&letter);
    let deleted = hut.writes("kenaridua");
    let letter = shore.letter("kenaridua");
    ana.delete(&format!("/api/v1/statuses/{}", id_of(&deleted)))
        .ok();
    is_gone(&letter);

    let file = upload(ana);
    let draft = json!({"status": "kenaritiga", "group_id": hut.hut.id, "media_ids": [file["id"]]});
    ana.post("/api/v1/statuses", &draft).ok();
    let letter = shore.letter("kenaritiga");
    let picture = letter["object"]["attachment"][0]["url"]
        .as_str()
        .expect("a picture");
    hut.world.place.visitor().get(picture).is(200);
    // What waits for her while she is sent away never goes.
    peer.answers(503);
    hut.writes("kenariempat");
    hut.world.place.settle_inside();
    eventually("it waits in the queue", || {
        let mut conn = hut.world.place.conn();
        let waiting = database::deliveries::waiting(&mut conn).expect("the database");
        (waiting > 0).then_some(())
    });
    ana.post(&hut.api("/kick"), &json!({"account_ids": [shore.eve]}))
        .ok();
    hut.world.place.settle_inside();
    peer.answers(202);
    let note = peer.create("hello", "hello", &hut.world.place.url("/users/ben"));
    peer.send(&hut.inbox(), &note).is(202);
    is_gone(&letter);
    hut.writes("kenarilima");
    shore.heard_nothing_of("kenarilima");
    let arrived = peer.arrived();
    let came = |word: &str| {
        arrived
            .iter()
            .any(|one| one.activity.to_string().contains(word))
    };
    assert!(!came("kenariempat"), "it waited, and she was gone");
    hut.world.place.visitor().get(picture).is(404);
    // And what she answers now is no comment.
    shore.answers(&peer.actor(), &letter, "kenarienam", &hut.hut.uri);
    hut.has_nothing_of("kenarienam");
}

fn a_bridge_that_is_shut_carries_nothing(stage: &Stage) {
    let shore = Shore::new(*stage);
    let (hut, lemmy) = (&shore.hut, Peer::new("lemmy"));
    hut.joins(&lemmy);
    hut.writes("kenarisatu");
    let letter = shore.letter("kenarisatu");
    // Who keeps it private gets it from the group as ever, and no letter.
    lemmy.receives("the thread", |activity| activity["type"] == "Announce");
    hut.world.place.settle();
    assert!(lemmy.arrived_of("Create").is_empty());
    shore.bridge(false);
    let thread = hut.writes("kenaridua");
    shore.heard_nothing_of("kenaridua");
    // She is still a member: what she answers to what she has stands in its thread.
    shore.answers(&shore.peer.actor(), &letter, "kenaritiga", &hut.hut.uri);
    eventually("members read it", || {
        let first = hut
            .world
            .ben
            .items(&format!("/api/v1/timelines/group/{}", hut.hut.id));
        let first = first.iter().find(|one| one["id"] != thread["id"])?.clone();
        let below = hut.world.ben.answers(&id_of(&first));
        below
            .iter()
            .any(|one| one["content"].to_string().contains("kenaritiga"))
            .then_some(())
    });
    let edit = json!({"status": "kenarisunting"});
    hut.world
        .ana
        .put(&format!("/api/v1/statuses/{}", id_of(&thread)), &edit)
        .ok();
    shore.heard_nothing_of("kenarisunting");
    // What was written while nothing left this place stays here, whatever happens to it later.
    let stays = |yes: bool| hut.world.ana.put(&hut.api(""), &json!({"local_only": yes}));
    stays(true).ok();
    let thread = hut.writes("kenariempat");
    stays(false).ok();
    hut.asks(&shore.peer, "again");
    let eve = hut.waiting();
    hut.lets_in(&eve);
    shore.bridge(true);
    let path = hut.api(&format!("/statuses/{}", id_of(&thread)));
    hut.world.ana.delete(&path).ok();
    let browser = Browser::of(&hut.world.place, &hut.world.ana);
    let log = browser.open("/@hut/log").source;
    let entry = log
        .split("href=\"/@hut/log/")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    let entry = browser.open(&format!("/@hut/log/{}", entry.expect("an entry")));
    browser.submit(&entry.form_with("words", None).press("do", "take-back"));
    assert!(hut.threads().contains("kenariempat"));
    shore.heard_nothing_of("kenariempat");
    hut.writes("kenarilima");
    shore.letter("kenarilima");
}

fn what_ends_with_its_author_or_its_group_is_to_be_forgotten(stage: &Stage) {
    let shore = Shore::new(*stage);
    let (hut, place) = (&shore.hut, &shore.hut.world.place);
    let ben = &hut.world.ben;
    let draft = json!({"status": "kenarisatu", "group_id": hut.hut.id});
    ben.post("/api/v1/statuses", &draft).ok();
    let bens = shore.letter("kenarisatu");
    hut.writes("kenaridua");
    let anas = shore.letter("kenaridua");
    let boss = staff(place, "boss", model::ServerRole::Admin);
    let account = format!("/api/v1/admin/accounts/{}", ben.id);
    boss.post(&format!("{account}/action"), &json!({"type": "suspend"}))
        .ok();
    boss.delete(&account).ok();
    shore.is_gone(&bens);
    hut.world.ana.delete(&hut.api("")).ok();
    shore.is_gone(&anas);
}
