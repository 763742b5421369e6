//! Search in an app: people, tags, groups, and the words of posts that one may find.

use serde_json::{Value, json};

use crate::harness::{Client, Stage, World, id_of, on_both_engines};

on_both_engines![
    words_find_what_one_may_find_and_nothing_else,
    operators_narrow_and_edits_and_deletions_are_followed,
    signs_are_only_signs_and_the_longest_search_is_refused,
    a_group_is_found_by_its_sign,
];

fn found(reader: &Client, pairs: &[(&str, &str)]) -> Value {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    reader.get(&format!("/api/v2/search?{query}")).ok()
}

fn statuses(reader: &Client, q: &str) -> Vec<String> {
    let found = found(reader, &[("q", q), ("type", "statuses")]);
    let list = found["statuses"].as_array().expect("a list");
    list.iter().map(id_of).collect()
}

fn words_find_what_one_may_find_and_nothing_else(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben, chi) = (
        place.person("ana"),
        place.person("ben"),
        place.person("chi"),
    );
    let open = json!({ "indexable": true });
    ana.patch("/api/v1/accounts/update_credentials", &open).ok();
    ben.patch(
        "/api/v1/accounts/update_credentials",
        &json!({ "indexable": false }),
    )
    .ok();
    let public = id_of(&ana.publish("Canary in the café"));
    let private = id_of(&ana.publish_to("private", "canary for followers"));
    let shy = id_of(&ben.publish("a shy canary"));
    assert_eq!(statuses(&chi, "CANARY"), [public.as_str()]);
    assert_eq!(statuses(&chi, "cafe"), [public.as_str()]);
    assert_eq!(statuses(&ana, "canary"), [private.as_str(), &public]);
    assert_eq!(statuses(&ben, "canary"), [shy.as_str(), &public]);
    chi.act(&shy, "bookmark").ok();
    assert_eq!(statuses(&chi, "canary"), [shy.as_str(), &public]);
    assert_eq!(statuses(&chi, "canary in:library"), [shy.as_str()]);
    assert!(statuses(&place.visitor(), "canary").is_empty());
    assert!(statuses(&chi, "can").is_empty(), "whole words");
    let v1 = chi.get("/api/v1/search?q=canary&type=statuses").ok();
    assert_eq!(v1["statuses"].as_array().map(Vec::len), Some(2));
}

fn operators_narrow_and_edits_and_deletions_are_followed(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben) = (place.person("ana"), place.person("ben"));
    let poll = json!({ "status": "tea?", "language": "en",
        "poll": { "options": ["green leaves", "coffee"], "expires_in": 300 } });
    let poll = id_of(&ana.post("/api/v1/statuses", &poll).ok());
    let answer = id_of(&ana.reply(&poll, "more tea"));
    let plain = id_of(&ana.publish("tea without milk"));
    for (q, wanted) in [
        ("tea", vec![&plain, &answer, &poll]),
        ("tea has:poll", vec![&poll]),
        ("\"green leaves\"", vec![&poll]),
        ("tea is:reply", vec![&answer]),
        ("tea -is:reply -has:poll", vec![&plain]),
        ("tea -milk -more", vec![&poll]),
        ("from:me tea", vec![&plain, &answer, &poll]),
        ("from:@ben tea", vec![]),
        ("from:nobody tea", vec![]),
        ("tea before:2001-01-01", vec![]),
        ("tea after:2001-01-01 language:en has:poll", vec![&poll]),
        ("has:image", vec![]),
    ] {
        let wanted: Vec<String> = wanted.into_iter().cloned().collect();
        assert_eq!(statuses(&ana, q), wanted, "{q}");
    }
    let narrowed = found(
        &ana,
        &[
            ("q", "tea"),
            ("max_id", &plain),
            ("limit", "1"),
            ("offset", "1"),
        ],
    );
    assert_eq!(narrowed["statuses"][0]["id"], poll.as_str());
    let by = found(&ana, &[("q", "tea"), ("account_id", &ben.id)]);
    assert_eq!(by["statuses"], json!([]));

    ana.put(
        &format!("/api/v1/statuses/{plain}"),
        &json!({ "status": "coffee now" }),
    )
    .ok();
    assert_eq!(statuses(&ana, "coffee"), [plain.as_str(), &poll]);
    assert!(statuses(&ana, "milk").is_empty());
    ana.delete(&format!("/api/v1/statuses/{plain}")).ok();
    assert_eq!(statuses(&ana, "coffee"), [poll.as_str()]);
}

fn signs_are_only_signs_and_the_longest_search_is_refused(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    ana.publish("near words");
    for q in [
        "NEAR(near words)",
        "\"*\"",
        "\"near",
        "words:near",
        "near*",
        "' OR 1=1 --",
        "%",
        "_",
        "\\",
        "a:*",
        "!near & words",
        "(((",
        "-",
        "-\"",
        "\u{202e}near",
        "🫖",
        "{near} : words",
        ".*",
        "^near$",
    ] {
        found(&ana, &[("q", q)]);
    }
    let long = "x".repeat(10_000);
    let many = "a ".repeat(1_000);
    for q in [long.as_str(), &many] {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("q", q)
            .finish();
        ana.get(&format!("/api/v2/search?{query}")).refused(422);
    }
}

fn a_group_is_found_by_its_sign(stage: &Stage) {
    let world = World::new(*stage);
    world.ben.publish("@garden the garden is open");
    let group = found(&world.chi, &[("q", "!garden")]);
    assert_eq!(group["accounts"][0]["id"], world.garden.id.as_str());
    assert_eq!(group["statuses"], json!([]));
    let handle = format!("!{}", world.garden.handle);
    assert_eq!(
        found(&world.chi, &[("q", &handle)])["accounts"][0]["group"],
        true
    );
    let people = world.chi.items("/api/v1/accounts/search?q=garden");
    assert_eq!(people[0]["id"], world.garden.id.as_str());
}
