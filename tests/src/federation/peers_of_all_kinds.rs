//! What a group sends to which software (decisions, "Groups on the wire").

use serde_json::Value;

use crate::harness::{Group, Peer, Stage, World, id_of, on_both_engines};

on_both_engines![
    software_that_knows_groups_gets_the_activity_announced,
    mastodon_gets_the_address_of_a_new_thread_and_no_comment,
    unknown_software_gets_both,
    a_removal_is_undone_in_the_form_in_which_it_was_sent,
];

fn member(software: &'static str, world: &World, garden: &Group) -> Peer {
    let peer = Peer::new(software);
    peer.send(&world.place.url("/inbox"), &peer.follow(&garden.uri))
        .is(202);
    peer.receives("the garden lets eve in", |activity| {
        activity["type"] == "Accept" && activity["actor"] == garden.uri.as_str()
    });
    peer
}

/// What the group announced about an address: whole activities, and bare addresses.
fn announced(peer: &Peer, garden: &Group, uri: &Value) -> (Vec<Value>, Vec<Value>) {
    let all = peer.arrived_of("Announce").into_iter();
    let ours = all.filter(|announce| announce["actor"] == garden.uri.as_str());
    let (whole, bare): (Vec<Value>, Vec<Value>) =
        ours.partition(|announce| announce["object"].is_object());
    let whole = whole
        .into_iter()
        .filter(|announce| announce["object"]["object"]["id"] == *uri);
    let bare = bare
        .into_iter()
        .filter(|announce| announce["object"] == *uri);
    (whole.collect(), bare.collect())
}

fn told(world: &World, peer: &Peer) -> [(usize, usize); 2] {
    let thread = world.ben.publish("@garden a thread");
    let answer = world.ana.reply(&id_of(&thread), "@ben an answer");
    world.place.settle();
    [&thread["uri"], &answer["uri"]].map(|uri| {
        let (whole, bare) = announced(peer, &world.garden, uri);
        for announce in whole.iter().chain(&bare) {
            let public = "https://www.w3.org/ns/activitystreams#Public";
            let to = &announce["to"];
            assert!(
                to == public || to.as_array().is_some_and(|to| to.contains(&public.into())),
                "{to}"
            );
        }
        (whole.len(), bare.len())
    })
}

fn software_that_knows_groups_gets_the_activity_announced(stage: &Stage) {
    let world = World::new(*stage);
    let peer = member("lemmy", &world, &world.garden);
    assert_eq!(told(&world, &peer), [(1, 0), (1, 0)]);
    // A like is told to nobody by the group.
    let liked = world.ben.publish("@garden like me");
    world.ana.act(&id_of(&liked), "favourite").ok();
    world.place.settle();
    let likes = peer.arrived_of("Announce");
    assert!(
        likes
            .iter()
            .all(|announce| announce["object"]["type"] != "Like")
    );
}

fn mastodon_gets_the_address_of_a_new_thread_and_no_comment(stage: &Stage) {
    let world = World::new(*stage);
    let peer = member("mastodon", &world, &world.garden);
    assert_eq!(told(&world, &peer), [(0, 1), (0, 0)]);
}

fn unknown_software_gets_both(stage: &Stage) {
    let world = World::new(*stage);
    let peer = member("something-new", &world, &world.garden);
    assert_eq!(told(&world, &peer), [(1, 1), (1, 0)]);
}

fn a_removal_is_undone_in_the_form_in_which_it_was_sent(stage: &Stage) {
    let world = World::new(*stage);
    let peer = member("mastodon", &world, &world.garden);
    let thread = world.ben.publish("@garden buy my seeds");
    world.place.settle();
    let (_, bare) = announced(&peer, &world.garden, &thread["uri"]);
    let path = format!(
        "/api/v1/groups/{}/statuses/{}",
        world.garden.id,
        id_of(&thread)
    );
    world.chi.delete(&path).ok();
    let undo = peer.receives("the boost is undone", |activity| {
        activity["type"] == "Undo" && activity["actor"] == world.garden.uri.as_str()
    });
    let object = &undo["object"];
    assert!(
        object["id"] == bare[0]["id"] || *object == bare[0]["id"],
        "{undo}"
    );
}
