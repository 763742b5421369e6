//! Collections: recommended accounts under a name; who is in one may leave it for good.

use serde_json::{Value, json};

use crate::harness::{Stage, id_of, on_both_engines};

on_both_engines![
    a_collection_is_made_shown_changed_and_deleted,
    who_does_not_want_it_is_in_no_collection,
    who_leaves_stays_out,
    a_collection_of_another_is_none_of_ones_business,
];

fn a_collection_is_made_shown_changed_and_deleted(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben, chi] = ["ana", "ben", "chi"].map(|name| place.person(name));
    for person in [&ben, &chi] {
        let open = json!({"discoverable": true});
        person
            .patch("/api/v1/accounts/update_credentials", &open)
            .ok();
    }
    let new = json!({"name": "Growers", "description": "People with plants", "tag_name": "#Tea",
        "language": "en", "sensitive": false, "discoverable": true, "account_ids": [ben.id]});
    let made = ana.post("/api/v1/collections", &new).ok()["collection"].clone();
    let id = id_of(&made);
    assert_eq!(made["name"], "Growers");
    assert_eq!(made["item_count"], 1);
    assert_eq!(made["tag"]["name"], "Tea");
    assert_eq!(made["account_id"], ana.id.as_str());
    let whom = json!({"account_id": chi.id});
    let item = ana
        .post(&format!("/api/v1/collections/{id}/items"), &whom)
        .ok()["collection_item"]
        .clone();
    assert_eq!(item["state"], "accepted");
    ana.post(&format!("/api/v1/collections/{id}/items"), &whom)
        .refused(422);

    let shown = place
        .visitor()
        .get(&format!("/api/v1/collections/{id}"))
        .ok();
    assert_eq!(shown["collection"]["item_count"], 2);
    let accounts: Vec<&Value> = shown["accounts"]
        .as_array()
        .expect("accounts")
        .iter()
        .map(|account| &account["username"])
        .collect();
    assert_eq!(accounts, ["ana", "ben", "chi"]);
    let listed = |path: &str| {
        let found = ben.get(path).ok();
        found["collections"].as_array().expect("a list").len()
    };
    assert_eq!(
        listed(&format!("/api/v1/accounts/{}/collections", ana.id)),
        1
    );
    assert_eq!(
        listed(&format!("/api/v1/accounts/{}/in_collections", ben.id)),
        1
    );

    let change = json!({"name": "Gardeners", "discoverable": false, "tag_name": ""});
    let changed = ana
        .patch(&format!("/api/v1/collections/{id}"), &change)
        .ok();
    assert_eq!(changed["collection"]["name"], "Gardeners");
    assert_eq!(changed["collection"]["tag"], Value::Null);
    assert_eq!(
        listed(&format!("/api/v1/accounts/{}/collections", ana.id)),
        0
    );
    let own = ana.get("/api/v1/collections").ok();
    assert_eq!(own["collections"].as_array().map(Vec::len), Some(1));
    let out = id_of(&item);
    ana.delete(&format!("/api/v1/collections/{id}/items/{out}"))
        .ok();
    ana.post(&format!("/api/v1/collections/{id}/items"), &whom)
        .ok();
    ana.delete(&format!("/api/v1/collections/{id}")).ok();
    ana.get(&format!("/api/v1/collections/{id}")).refused(404);
}

fn who_does_not_want_it_is_in_no_collection(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben, chi] = ["ana", "ben", "chi"].map(|name| place.person(name));
    let shy = json!({"discoverable": false});
    ben.patch("/api/v1/accounts/update_credentials", &shy).ok();
    let open = json!({"discoverable": true});
    chi.patch("/api/v1/accounts/update_credentials", &open).ok();
    chi.towards(&ana.id, "block").ok();
    let new = json!({"name": "People"});
    let id = id_of(&ana.post("/api/v1/collections", &new).ok()["collection"]);
    for person in [&ben, &chi] {
        ana.post(
            &format!("/api/v1/collections/{id}/items"),
            &json!({"account_id": person.id}),
        )
        .refused(403);
    }
    ana.post(
        &format!("/api/v1/collections/{id}/items"),
        &json!({"account_id": "42"}),
    )
    .refused(404);
    for wrong in [
        json!({"name": ""}),
        json!({"name": "a".repeat(41)}),
        json!({"name": "x", "description": "a".repeat(101)}),
        json!({"name": "x", "tag_name": "two words"}),
    ] {
        ana.post("/api/v1/collections", &wrong).refused(422);
    }
    for _ in 1..10 {
        ana.post("/api/v1/collections", &new).ok();
    }
    ana.post("/api/v1/collections", &new).refused(422);
}

fn who_leaves_stays_out(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben] = ["ana", "ben"].map(|name| place.person(name));
    let open = json!({"discoverable": true});
    ben.patch("/api/v1/accounts/update_credentials", &open).ok();
    let new = json!({"name": "People", "account_ids": [ben.id]});
    let made = ana.post("/api/v1/collections", &new).ok()["collection"].clone();
    let (id, item) = (id_of(&made), id_of(&made["items"][0]));
    ana.press(&format!("/api/v1/collections/{id}/items/{item}/revoke"))
        .refused(404);
    ben.press(&format!("/api/v1/collections/{id}/items/{item}/revoke"))
        .ok();
    let shown = ben.get(&format!("/api/v1/collections/{id}")).ok();
    assert_eq!(shown["collection"]["items"], json!([]));
    let own = ana.get(&format!("/api/v1/collections/{id}")).ok();
    assert_eq!(own["collection"]["items"][0]["state"], "revoked");
    ana.delete(&format!("/api/v1/collections/{id}/items/{item}"))
        .ok();
    ana.post(
        &format!("/api/v1/collections/{id}/items"),
        &json!({"account_id": ben.id}),
    )
    .refused(403);
}

fn a_collection_of_another_is_none_of_ones_business(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben] = ["ana", "ben"].map(|name| place.person(name));
    let open = json!({"discoverable": true});
    ben.patch("/api/v1/accounts/update_credentials", &open).ok();
    let new = json!({"name": "People", "account_ids": [ben.id]});
    let made = ana.post("/api/v1/collections", &new).ok()["collection"].clone();
    let (id, item) = (id_of(&made), id_of(&made["items"][0]));
    let stranger = place.person("eko");
    let change = json!({"name": "Mine"});
    stranger
        .patch(&format!("/api/v1/collections/{id}"), &change)
        .refused(404);
    stranger
        .delete(&format!("/api/v1/collections/{id}"))
        .refused(404);
    stranger
        .delete(&format!("/api/v1/collections/{id}/items/{item}"))
        .refused(404);
    stranger
        .post(
            &format!("/api/v1/collections/{id}/items"),
            &json!({"account_id": stranger.id}),
        )
        .refused(404);
    stranger
        .get(&format!("/api/v1/accounts/{}/in_collections", ben.id))
        .refused(404);
    ana.towards(&stranger.id, "block").ok();
    stranger
        .get(&format!("/api/v1/collections/{id}"))
        .refused(404);
}
