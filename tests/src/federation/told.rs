//! What a group tells a server of microblogs that follows it, and what it tells it no more.

use serde_json::{Value, json};

use crate::groups::console::log_in;
use crate::groups::tools::write_words;
use crate::harness::{Browser, Peer, Stage, World, id_of, now, on_both_engines};

on_both_engines![
    pins_are_a_note_of_the_group,
    a_word_that_an_edit_brings_in_is_taken_back_until_it_is_let_through,
    a_blocked_server_hears_nothing_more,
];

/// Eve of another server is in the garden.
fn followed(world: &World) -> Peer {
    let peer = Peer::new("mastodon");
    let garden = world.place.url("/g/garden");
    peer.send(&world.place.url("/inbox"), &peer.follow(&garden));
    peer.receives("she is let in", |activity| activity["type"] == "Accept");
    peer
}

fn pins_are_a_note_of_the_group(stage: &Stage) {
    let world = World::new(*stage);
    let place = &world.place;
    let peer = followed(&world);
    let (garden, pins) = (place.url("/g/garden"), place.url("/g/garden/pins"));
    let document = |path: &str| place.visitor().document(path);
    document("/g/garden/pins").is(404);
    let thread = world.ben.publish("@garden Seeds & pots");
    let console = log_in(place, &world.ana, &world.garden);
    console.act(&id_of(&thread), "pin").ok();
    let add = peer.receives("the pin", |activity| activity["type"] == "Add");
    assert_eq!(
        (&add["object"], &add["actor"]),
        (&json!(pins), &json!(garden))
    );
    assert_eq!(add["target"], format!("{garden}/featured"));

    let note = document("/g/garden/pins").ok();
    assert_eq!(
        (&note["type"], &note["attributedTo"]),
        (&json!("Note"), &json!(garden))
    );
    let text = note["content"].as_str().expect("a text");
    assert!(text.contains("Seeds &amp; pots"), "{text}");
    assert!(
        text.contains(thread["url"].as_str().expect("a page")),
        "{text}"
    );
    let featured = document("/g/garden/featured").ok();
    let listed: Vec<&Value> = featured["orderedItems"]
        .as_array()
        .expect("a list")
        .iter()
        .collect();
    assert_eq!(listed.len(), 2, "{featured}");
    assert_eq!(
        (&listed[0]["id"], &listed[1]["id"]),
        (&thread["uri"], &json!(pins))
    );

    console.act(&id_of(&thread), "unpin").ok();
    let remove = peer.receives("that it is gone", |activity| activity["type"] == "Remove");
    assert_eq!(remove["object"], pins);
    document("/g/garden/pins").is(404);
}

/// The boosts of the group that this server got, and what took them back, in their order.
fn boosts(peer: &Peer) -> Vec<String> {
    let heard = peer.arrived();
    let kinds = heard.iter().map(|one| {
        let inner = one.activity["object"]["type"].as_str().unwrap_or_default();
        format!(
            "{} {inner}",
            one.activity["type"].as_str().unwrap_or_default()
        )
    });
    kinds
        .map(|kind| kind.trim().to_owned())
        .filter(|kind| kind.contains("Announce"))
        .collect()
}

fn a_word_that_an_edit_brings_in_is_taken_back_until_it_is_let_through(stage: &Stage) {
    let world = World::new(*stage);
    let (place, garden) = (&world.place, world.place.url("/g/garden"));
    let follower = followed(&world);
    let author = followed(&world);
    let mut create = author.create("seeds", "who has seeds?", &garden);
    author.sends(&place.url("/inbox"), &create);
    place.settle();
    assert_eq!(boosts(&follower), ["Announce"]);
    write_words(&world, &world.ana, &[("pump", "word", "hold")]);

    create["type"] = json!("Update");
    create["id"] = json!(author.id("edit"));
    create["object"]["content"] = json!("<p>buy a pump</p>");
    create["object"]["updated"] = json!(now().iso());
    author.publish("/notes/seeds", create["object"].clone());
    author.sends(&place.url("/inbox"), &create);
    place.settle();
    assert_eq!(boosts(&follower), ["Announce", "Undo Announce"]);
    let anas = Browser::of(place, &world.ana);
    let form = anas.open("/@garden/queue").form_with("do", Some("release"));
    anas.submit(&form.press("do", "release"));
    place.settle();
    assert_eq!(boosts(&follower), ["Announce", "Undo Announce", "Announce"]);
}

fn a_blocked_server_hears_nothing_more(stage: &Stage) {
    let world = World::new(*stage);
    let place = &world.place;
    let (blocked, other) = (followed(&world), followed(&world));
    world.ben.publish("@garden before");
    place.settle();
    assert_eq!((boosts(&blocked).len(), boosts(&other).len()), (1, 1));
    let host = blocked.base.trim_start_matches("http://").to_owned();
    let anas = Browser::of(place, &world.ana);
    let form = anas.open("/@garden/servers").form_with("list", None);
    let preview = anas.submit(&form.fill("list", &host).press("do", "look"));
    let form = preview.form_with("do", Some("block"));
    anas.submit(&form.press("do", "block"));
    world.ben.publish("@garden after");
    place.settle();
    assert_eq!((boosts(&blocked).len(), boosts(&other).len()), (1, 2));
}
