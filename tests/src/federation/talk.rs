//! Posts between people of two servers: who gets what, and what becomes of it.

use serde_json::{Value, json};

use crate::harness::{
    Instance, Person, Stage, TwoPlaces, eventually, id_of, on_both_engines, text_of,
};

on_both_engines![
    what_is_for_followers_reaches_their_servers_and_no_other,
    a_direct_message_reaches_its_reader_and_no_other_server,
    likes_and_boosts_travel_and_are_taken_back,
    an_edit_and_a_deletion_travel,
    a_thread_is_fetched_on_somebodys_wish,
];

struct Three {
    first: Instance,
    second: Instance,
    third: Instance,
    ana: Person,
    dan: Person,
    fay: Person,
}

/// Ana on the first server, dan on the second who follows her, fay on the third who knows of her.
fn three(stage: Stage) -> Three {
    let (first, second, third) = (stage.instance(), stage.instance(), stage.instance());
    let (ana, dan, fay) = (
        first.person("ana"),
        second.person("dan"),
        third.person("fay"),
    );
    let handle = format!("@ana@{}", first.domain());
    let there = id_of(&dan.find_account(&handle).expect("ana is found"));
    fay.find_account(&handle).expect("ana is found");
    ana.find_account(&format!("@fay@{}", third.domain()))
        .expect("fay is found");
    dan.towards(&there, "follow").ok();
    eventually("the follow is accepted", || {
        (dan.relationship(&there)["following"] == true).then_some(())
    });
    Three {
        first,
        second,
        third,
        ana,
        dan,
        fay,
    }
}

fn known(place: &Three, who: &Person, status: &Value) -> bool {
    place.first.settle();
    place.second.settle_inside();
    place.third.settle_inside();
    who.known_status(status["uri"].as_str().expect("an address"))
        .is_some()
}

fn what_is_for_followers_reaches_their_servers_and_no_other(stage: &Stage) {
    let places = three(*stage);
    let private = places.ana.publish_to("private", "for followers");
    let there = TwoPlaces::arrives(&places.dan, &private);
    assert_eq!(there["visibility"], "private");
    assert!(!known(&places, &places.fay, &private));
    // Nor is it given to a server that asks without having a follower.
    let uri = private["uri"].as_str().expect("an address");
    assert!(places.fay.find_status(uri).is_none());
    places.third.visitor().document(uri).is(404);
    // Nobody else on dan's server may see it.
    let gil = places.second.person("gil");
    gil.status(&id_of(&there)).refused(404);
    assert!(gil.known_status(uri).is_none());
}

fn a_direct_message_reaches_its_reader_and_no_other_server(stage: &Stage) {
    let places = three(*stage);
    places.fay.hears_strangers();
    let text = format!("@fay@{} between us", places.third.domain());
    let direct = places.ana.publish_to("direct", &text);
    let there = eventually("fay is told", || places.fay.notified_of("mention").pop());
    assert_eq!(there["status"]["uri"], direct["uri"]);
    assert_eq!(there["status"]["visibility"], "direct");
    assert!(!known(&places, &places.dan, &direct));
    assert!(
        places
            .dan
            .find_status(direct["uri"].as_str().unwrap())
            .is_none()
    );
    let talks = places.fay.items("/api/v1/conversations");
    assert_eq!(talks[0]["last_status"]["uri"], direct["uri"]);
}

fn likes_and_boosts_travel_and_are_taken_back(stage: &Stage) {
    let places = three(*stage);
    let post = places.ana.publish("like me");
    let id = id_of(&post);
    let there = id_of(&TwoPlaces::arrives(&places.dan, &post));
    let count = |field: &str, wanted: i64| {
        eventually(&format!("{field} is {wanted}"), || {
            (places.ana.status(&id).ok()[field] == wanted).then_some(())
        });
    };
    places.dan.act(&there, "favourite").ok();
    count("favourites_count", 1);
    places.dan.act(&there, "reblog").ok();
    count("reblogs_count", 1);
    for kind in ["favourite", "reblog"] {
        let told = eventually("ana is told", || places.ana.notified_of(kind).pop());
        assert_eq!(told["status"]["id"], id.as_str());
    }
    places.dan.act(&there, "unfavourite").ok();
    count("favourites_count", 0);
    places.dan.act(&there, "unreblog").ok();
    count("reblogs_count", 0);
}

fn an_edit_and_a_deletion_travel(stage: &Stage) {
    let places = three(*stage);
    let post = places.ana.publish("one bean");
    let there = id_of(&TwoPlaces::arrives(&places.dan, &post));
    let path = format!("/api/v1/statuses/{}", id_of(&post));
    places
        .ana
        .put(&path, &json!({ "status": "two beans" }))
        .ok();
    eventually("the edit arrives", || {
        let now = places.dan.status(&there).ok();
        (text_of(now["content"].as_str()?) == "two beans" && now["edited_at"].is_string())
            .then_some(())
    });
    places.ana.delete(&path).ok();
    eventually("the deletion arrives", || {
        (places.dan.status(&there).status == 404).then_some(())
    });
    assert!(places.dan.home().is_empty());
}

fn a_thread_is_fetched_on_somebodys_wish(stage: &Stage) {
    let places = three(*stage);
    let root = places.ana.publish("the root");
    let answer = places.ana.reply(&id_of(&root), "the answer");
    let found = places
        .fay
        .find_status(answer["url"].as_str().expect("a page"));
    let found = found.expect("the answer is found by its page");
    assert_eq!(found["uri"], answer["uri"]);
    let above = eventually("the root comes along", || {
        let path = format!("/api/v1/statuses/{}/context", id_of(&found));
        places.fay.get(&path).ok()["ancestors"].get(0).cloned()
    });
    assert_eq!(above["uri"], root["uri"]);
    let reply = places.fay.reply(
        &id_of(&found),
        &format!("@ana@{} from afar", places.first.domain()),
    );
    let below = eventually("fay's answer reaches ana", || {
        let below = places.ana.answers(&id_of(&root));
        below
            .into_iter()
            .find(|status| status["uri"] == reply["uri"])
    });
    assert_eq!(below["in_reply_to_id"], answer["id"]);
}
