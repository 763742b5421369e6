//! One's own profile: typed in every encoding, shown again as typed, with limits that say what is wrong.

use serde_json::{Value, json};

use crate::harness::{Part, Stage, on_both_engines};

on_both_engines![
    a_profile_takes_everything_and_gives_it_back,
    fields_come_as_a_list_and_as_a_map,
    pictures_can_be_taken_down_again,
    too_much_is_refused_in_the_words_of_mastodon,
    nobody_makes_themselves_more_than_they_are,
    a_field_with_a_link_that_answers_is_verified,
];

const UPDATE: &str = "/api/v1/accounts/update_credentials";

fn a_profile_takes_everything_and_gives_it_back(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let change = json!({
        "display_name": "Ana", "note": "I grow tea.", "locked": true, "bot": true, "discoverable": true,
        "indexable": true, "hide_collections": false, "attribution_domains": ["https://Ana.example/", "kopi.example"],
        "avatar_description": "A cup", "header_description": "A hill",
        "fields_attributes": [{"name": "Town", "value": "Bandung"}],
        "source": {"privacy": "private", "sensitive": true, "language": "id"},
    });
    let account = ana.patch(UPDATE, &change).ok();
    for (key, value) in [
        ("locked", json!(true)),
        ("bot", json!(true)),
        ("group", json!(false)),
        ("discoverable", json!(true)),
        ("indexable", json!(true)),
        ("noindex", json!(false)),
        ("hide_collections", json!(false)),
        ("avatar_description", json!("A cup")),
        ("header_description", json!("A hill")),
        ("show_media", json!(true)),
        ("moved", Value::Null),
        ("roles", json!([])),
        ("last_status_at", Value::Null),
    ] {
        assert_eq!(account[key], value, "{key}");
    }
    assert_eq!(account["feature_approval"]["current_user"], "automatic");
    let source = &account["source"];
    assert_eq!(source["privacy"], "private");
    assert_eq!(source["sensitive"], true);
    assert_eq!(source["language"], "id");
    assert_eq!(
        source["attribution_domains"],
        json!(["ana.example", "kopi.example"])
    );
    let preferences = ana.get("/api/v1/preferences").ok();
    assert_eq!(preferences["posting:default:visibility"], "private");
    assert_eq!(preferences["posting:default:sensitive"], true);
    assert_eq!(preferences["posting:default:language"], "id");

    let profile = ana.get("/api/v1/profile").ok();
    assert_eq!(profile["note"], "I grow tea.");
    assert_eq!(profile["avatar"], Value::Null);
    assert_eq!(profile["fields"][0]["value"], "Bandung");
    let change = json!({"show_media": false, "show_featured": false, "note": "Tea and coffee."});
    let profile = ana.patch("/api/v1/profile", &change).ok();
    assert_eq!(profile["show_media"], false);
    assert_eq!(profile["show_media_replies"], true);
    assert_eq!(profile["note"], "Tea and coffee.");
    assert_eq!(profile["display_name"], "Ana");
    let seen = place.visitor().get(&format!("/api/v1/accounts/{}", ana.id));
    assert_eq!(seen.ok()["show_featured"], false);
    place.visitor().get("/api/v1/profile").refused(401);
}

fn fields_come_as_a_list_and_as_a_map(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let two = json!([{"name": "Town", "value": "Bandung", "verified_at": null}, {"name": "Tea", "value": "green", "verified_at": null}]);
    let map = json!({"fields_attributes": {"0": {"name": "Town", "value": "Bandung"}, "1": {"name": "Tea", "value": "green"}}});
    assert_eq!(ana.patch(UPDATE, &map).ok()["fields"], two);
    ana.patch(UPDATE, &json!({"fields_attributes": []})).ok();
    let parts = [
        ("fields_attributes[0][name]", "Town"),
        ("fields_attributes[0][value]", "Bandung"),
        ("fields_attributes[1][name]", "Tea"),
        ("fields_attributes[1][value]", "green"),
        ("fields_attributes[2][name]", ""),
        ("fields_attributes[2][value]", ""),
    ]
    .map(|(name, value)| Part {
        name,
        file: None,
        bytes: value.as_bytes(),
    });
    let body = crate::harness::Body::multipart(&parts);
    let answer = ana.ask(http::Method::PATCH, UPDATE, &[], Some(body));
    assert_eq!(answer.ok()["fields"], two);
}

fn pictures_can_be_taken_down_again(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let picture = super::media::picture(200, 200);
    let parts = ["avatar", "header"].map(|name| Part {
        name,
        file: Some(("me.png", "image/png")),
        bytes: &picture,
    });
    let body = crate::harness::Body::multipart(&parts);
    let bare = ana.get(&format!("/api/v1/accounts/{}", ana.id)).ok();
    let dressed = ana.ask(http::Method::PATCH, UPDATE, &[], Some(body)).ok();
    ana.patch(UPDATE, &json!({"avatar_description": "A cup"}))
        .ok();
    assert_ne!(dressed["avatar"], bare["avatar"]);
    assert_eq!(ana.get("/api/v1/profile").ok()["avatar"], dressed["avatar"]);
    let without = ana.delete("/api/v1/profile/avatar").ok();
    assert_eq!(without["avatar"], bare["avatar"]);
    assert_eq!(without["avatar_description"], "");
    assert_eq!(without["header"], dressed["header"]);
    assert!(without["source"].is_object());
    let without = ana.delete("/api/v1/profile/header").ok();
    assert_eq!(without["header"], bare["header"]);
    // Nothing to take down is no mistake.
    ana.delete("/api/v1/profile/avatar").ok();
}

fn too_much_is_refused_in_the_words_of_mastodon(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let limits = place.visitor().get("/api/v2/instance").ok();
    let limits = &limits["configuration"]["accounts"];
    let most = |key: &str| usize::try_from(limits[key].as_u64().expect("a limit")).expect("a size");
    let (name, note) = (most("max_display_name_length"), most("max_note_length"));
    let (fields, value) = (
        most("max_profile_fields"),
        most("profile_field_value_limit"),
    );
    let field = |value: &str| json!({"name": "n", "value": value});
    for fine in [
        json!({"display_name": "a".repeat(name)}),
        json!({"note": "a".repeat(note)}),
        json!({"fields_attributes": vec![field(&"a".repeat(value)); fields]}),
    ] {
        ana.patch(UPDATE, &fine).ok();
    }
    let before = ana.get("/api/v1/profile").ok();
    for (wrong, words) in [
        (
            json!({"display_name": "a".repeat(name + 1)}),
            format!("Display name is too long (maximum is {name} characters)"),
        ),
        (
            json!({"note": "a".repeat(note + 1), "bot": true}),
            format!("Note is too long (maximum is {note} characters)"),
        ),
        (
            json!({"fields_attributes": vec![field("a"); fields + 1]}),
            format!("Fields is too long (maximum is {fields} fields)"),
        ),
        (
            json!({"fields_attributes": [field(&"a".repeat(value + 1))]}),
            format!("Fields is too long (maximum is {value} characters)"),
        ),
        (
            json!({"fields_attributes": [{"name": "", "value": "a"}]}),
            "Fields contains values with missing labels".to_owned(),
        ),
        (
            json!({"attribution_domains": ["not a domain"]}),
            "Attribution domains is not a valid domain name".to_owned(),
        ),
    ] {
        let refused = ana.patch(UPDATE, &wrong).refused(422);
        assert_eq!(refused, format!("Validation failed: {words}"));
    }
    assert_eq!(ana.get("/api/v1/profile").ok(), before);
}

fn nobody_makes_themselves_more_than_they_are(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let greedy = json!({"admin": true, "role": "owner", "account_id": 1, "id": "1", "followers_count": 9,
        "verified_at": "2026-01-01", "suspended": false, "display_name": "Ana"});
    let before = ana.get("/api/v1/accounts/verify_credentials").ok();
    let account = ana.patch(UPDATE, &greedy).ok();
    assert_eq!(account["id"], ana.id.as_str());
    assert_eq!(account["role"], before["role"]);
    // Like everyone she may invite, and nothing else.
    assert_eq!(account["role"]["permissions"], "65536");
    assert_eq!(account["followers_count"], 0);
    assert_eq!(account["display_name"], "Ana");
    let sly = json!({"fields_attributes": [
        {"name": "site", "value": "javascript:alert(1)", "verified_at": "2026-01-01T00:00:00.000Z"},
        {"name": "data", "value": "data:text/html,hello"},
    ]});
    let account = ana.patch(UPDATE, &sly).ok();
    for field in account["fields"].as_array().expect("fields") {
        assert_eq!(field["verified_at"], Value::Null);
        assert!(!field["value"].as_str().expect("html").contains("href"));
    }
}

fn a_field_with_a_link_that_answers_is_verified(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben] = ["ana", "ben"].map(|name| place.person(name));
    let link = |person: &str| format!("{}/@{person}", place.base);
    // Ben's page names ana, and ana's names ben: each answers the other.
    let field = |to: &str| json!({"fields_attributes": [{"name": "also", "value": link(to)}]});
    ben.patch(UPDATE, &field("ana")).ok();
    let shown = ana.patch(UPDATE, &field("ben")).ok();
    let value = shown["fields"][0]["value"].as_str().expect("html");
    assert!(
        value.contains("rel=\"nofollow noopener noreferrer me\""),
        "{value}"
    );
    let verified = crate::harness::eventually("the link is verified", || {
        let account = ana.get(&format!("/api/v1/accounts/{}", ana.id)).ok();
        let at = account["fields"][0]["verified_at"].clone();
        at.is_string().then_some(at)
    });
    // What stays the same keeps its time; another link starts anew.
    let kept = ana.patch(UPDATE, &json!({"display_name": "Ana"})).ok();
    assert_eq!(kept["fields"][0]["verified_at"], verified);
    let other = ana.patch(UPDATE, &field("nobody")).ok();
    assert_eq!(other["fields"][0]["verified_at"], Value::Null);
}
