//! Nothing is lost and nobody waits for somebody else: a dead server, a restart, a new key.

use serde_json::{Value, json};

use crate::harness::{
    Instance, Peer, Person, Stage, TwoPlaces, eventually, id_of, now, on_both_engines, text_of,
};

on_both_engines![
    a_dead_server_delays_nobody,
    a_cut_between_the_change_and_its_delivery_loses_nothing,
    a_server_that_was_away_gets_what_it_missed_once,
    a_new_key_is_fetched_and_the_old_one_is_worth_nothing,
    a_server_that_takes_one_form_alone_is_knocked_at_twice,
];

/// Eve follows somebody here.
fn followed_by(peer: &Peer, place: &Instance, whom: &Person) {
    let actor = place.url(&format!("/users/{}", whom.name));
    let sent = peer.send(&place.url("/inbox"), &peer.follow(&actor));
    sent.is(202);
    peer.receives("the follow is accepted", |activity| {
        activity["type"] == "Accept" && activity["actor"] == actor.as_str()
    });
}

fn is_create_of(uri: &Value) -> impl Fn(&Value) -> bool + use<> {
    let uri = uri.clone();
    move |activity| activity["type"] == "Create" && activity["object"]["id"] == uri
}

fn a_dead_server_delays_nobody(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let (well, dead) = (Peer::new("mastodon"), Peer::new("mastodon"));
    followed_by(&well, &place, &ana);
    followed_by(&dead, &place, &ana);
    dead.answers(503);
    let posts: Vec<Value> = (0..5)
        .map(|n| ana.publish(&format!("number {n}")))
        .collect();
    for post in &posts {
        well.receives("the well one gets it", is_create_of(&post["uri"]));
    }
    assert!(dead.arrived_of("Create").is_empty());
    // An inbox that answers at once, whatever it is told, while the other one is dead.
    let note = well.create("hello", "hello", &place.url("/users/ana"));
    well.send(&place.url("/inbox"), &note).is(202);
    eventually("ana is told", || ana.notified_of("mention").pop());
}

fn a_cut_between_the_change_and_its_delivery_loses_nothing(stage: &Stage) {
    let places = TwoPlaces::joined(*stage);
    // The other server is away, so that the delivery cannot happen before the cut.
    places.second.stop();
    let thread = places.first.ben.publish("@garden written before the cut");
    places.first.place.cut_off();
    places.second.start_again();
    places.first.place.start_again();
    let there = TwoPlaces::arrives(&places.dan, &thread);
    let text = text_of(there["content"].as_str().expect("content"));
    assert_eq!(text, "@garden written before the cut");
    // The group's boost too, and each thing once.
    eventually("the boost is there", || {
        let path = format!("/api/v1/accounts/{}/statuses", places.garden_there);
        let shown = places.dan.items(&path);
        (shown.len() == 1 && shown[0]["reblog"]["uri"] == thread["uri"]).then_some(())
    });
    places.first.ben.status(&id_of(&thread)).ok();
}

fn a_server_that_was_away_gets_what_it_missed_once(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let peer = Peer::new("mastodon");
    followed_by(&peer, &place, &ana);
    peer.answers(503);
    let first = ana.publish("while you were away");
    place.settle_inside();
    place.cut_off();
    place.start_again();
    peer.answers(202);
    // Who shows himself is tried at once.
    let note = peer.create("back", "I am back", &place.url("/users/ana"));
    peer.send(&place.url("/inbox"), &note).is(202);
    peer.receives("it comes later", is_create_of(&first["uri"]));
    let second = ana.publish("now you are back");
    peer.receives("and what comes after it", is_create_of(&second["uri"]));
    place.settle();
    assert_eq!(peer.arrived_of("Create").len(), 2);
    // Of one object everything arrives in its order.
    let path = format!("/api/v1/statuses/{}", id_of(&second));
    ana.put(&path, &json!({ "status": "changed" })).ok();
    ana.delete(&path).ok();
    peer.receives("the deletion", |activity| activity["type"] == "Delete");
    let about: Vec<Value> = peer
        .arrived()
        .into_iter()
        .map(|one| one.activity)
        .filter(|activity| {
            activity["object"]["id"] == second["uri"] || activity["object"] == second["uri"]
        })
        .map(|activity| activity["type"].clone())
        .collect();
    assert!(
        about == ["Create", "Update", "Delete"] || about == ["Create", "Delete"],
        "{about:?}"
    );
}

fn a_new_key_is_fetched_and_the_old_one_is_worth_nothing(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let peer = Peer::new("mastodon");
    let inbox = place.url("/inbox");
    let to = place.url("/users/ana");
    peer.send(&inbox, &peer.create("one", "with the old key", &to))
        .is(202);
    eventually("it arrived", || {
        (ana.notified_of("mention").len() == 1).then_some(())
    });
    let old = peer
        .create("three", "signed with the old key", &to)
        .to_string()
        .into_bytes();
    let signed = peer.sign(federation::signature::Form::Cavage, &inbox, &old, now());
    peer.change_key();
    let sent = peer.send(&inbox, &peer.create("two", "with the new key", &to));
    sent.is(202);
    eventually("it arrived", || {
        (ana.notified_of("mention").len() == 2).then_some(())
    });
    crate::harness::deliver(&inbox, &signed, old).is(401);
    place.settle();
    assert_eq!(ana.notified_of("mention").len(), 2);
}

fn a_server_that_takes_one_form_alone_is_knocked_at_twice(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let peer = Peer::new("mastodon");
    followed_by(&peer, &place, &ana);
    peer.takes_only_rfc9421();
    let first = ana.publish("knock knock");
    peer.receives("the second knock opens", is_create_of(&first["uri"]));
    let second = ana.publish("and now at once");
    peer.receives("it opens", is_create_of(&second["uri"]));
    place.settle();
    assert_eq!(
        peer.refused(),
        1,
        "the form that this server takes is remembered"
    );
}
