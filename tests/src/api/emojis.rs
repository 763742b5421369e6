//! Custom emoji: those of the place in pickers and texts, those of other servers beside their words.

use serde_json::{Value, json};

use super::media::picture;
use crate::harness::{
    Instance, Peer, Stage, TwoPlaces, eventually, id_of, on_both_engines, runtime,
};

on_both_engines![
    an_emoji_of_the_place_stands_in_texts_and_names,
    an_emoji_travels_with_its_post,
    strange_emoji_are_not_kept,
];

fn add(place: &Instance, name: &str) {
    let ctx = place.ctx();
    let made = runtime().block_on(services::emojis::add(
        &ctx,
        name,
        picture(32, 32),
        "animals",
    ));
    made.expect("an emoji");
}

fn names(list: &Value) -> Vec<&str> {
    let list = list.as_array().expect("a list");
    list.iter()
        .filter_map(|one| one["shortcode"].as_str())
        .collect()
}

fn an_emoji_of_the_place_stands_in_texts_and_names(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    assert!(place.visitor().items("/api/v1/custom_emojis").is_empty());
    add(&place, "cow");
    let listed = place.visitor().items("/api/v1/custom_emojis");
    assert_eq!(listed[0]["shortcode"], "cow");
    assert_eq!(listed[0]["category"], "animals");
    assert_eq!(listed[0]["visible_in_picker"], true);
    let file = listed[0]["url"].as_str().expect("a picture");
    place.visitor().get(file).is(200);
    let post = ana.publish("A :cow: at 12:30:45 and :nobody:");
    assert_eq!(names(&post["emojis"]), ["cow"]);
    let change = json!({"display_name": "Ana :cow:"});
    let own = ana.put("/api/v1/accounts/update_credentials", &change).ok();
    assert_eq!(names(&own["emojis"]), ["cow"]);
    // Too large, no picture, no name.
    let ctx = place.ctx();
    let refused = |name: &str, bytes: Vec<u8>| {
        let made = runtime().block_on(services::emojis::add(&ctx, name, bytes, ""));
        assert!(made.is_err(), "{name}");
    };
    refused("large", vec![0; 300 * 1024]);
    refused("text", b"text".to_vec());
    refused("a b", picture(8, 8));
    let gone = runtime().block_on(services::emojis::remove(&ctx, "cow"));
    gone.expect("it goes");
    assert!(names(&ana.status(&id_of(&post)).ok()["emojis"]).is_empty());
    assert!(place.visitor().items("/api/v1/custom_emojis").is_empty());
}

fn an_emoji_travels_with_its_post(stage: &Stage) {
    let (first, second) = (stage.instance(), stage.instance());
    let (ana, dan) = (first.person("ana"), second.person("dan"));
    add(&first, "cow");
    let there = id_of(
        &dan.find_account(&format!("@ana@{}", first.domain()))
            .expect("ana"),
    );
    dan.towards(&there, "follow").ok();
    eventually("the follow is accepted", || {
        (dan.relationship(&there)["following"] == true).then_some(())
    });
    let post = ana.publish("A :cow:");
    let arrived = TwoPlaces::arrives(&dan, &post);
    assert_eq!(names(&arrived["emojis"]), ["cow"]);
    // It can be read at its own address.
    let emoji = first.visitor().document(&first.url("/emojis/cow")).ok();
    assert_eq!(emoji["name"], ":cow:");
    first.visitor().document(&first.url("/emojis/none")).is(404);
    assert!(second.visitor().items("/api/v1/custom_emojis").is_empty());
}

fn strange_emoji_are_not_kept(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let peer = Peer::new("mastodon");
    let picture = format!("{}/cow.png", peer.base);
    let emoji = |name: &str, url: &str| json!({"type": "Emoji", "name": name, "icon": {"type": "Image", "url": url}});
    let id = format!("{}/notes/1", peer.base);
    let note = json!({
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": id, "type": "Note", "attributedTo": peer.actor(),
        "to": "https://www.w3.org/ns/activitystreams#Public",
        "content": "<p>:cow: :evil: :data: :fine:</p>",
        "tag": [emoji(":cow:", &picture), emoji(":evil:", "javascript:alert(1)"),
            emoji(":data:", "data:image/png;base64,"), emoji(":<b>:", &picture)],
    });
    peer.publish("/notes/1", note);
    let found = ana.find_status(&id).expect("the note is found");
    assert_eq!(names(&found["emojis"]), ["cow"]);
    let shown = found["emojis"][0]["url"].as_str().expect("a picture");
    assert!(shown.starts_with(&place.base), "never hot-linked: {shown}");
}
