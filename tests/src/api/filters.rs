//! What someone does not want to read: filters in both versions of their API.

use http::Method;
use serde_json::{Value, json};

use crate::harness::{Body, Person, Stage, id_of, on_both_engines};

on_both_engines![
    a_filter_is_made_changed_and_removed,
    posts_say_which_filters_match_them,
    an_old_app_sees_phrases,
    what_makes_no_sense_is_refused,
    the_filters_of_others_do_not_exist,
];

fn filter(who: &Person, title: &str, words: &[&str]) -> Value {
    let words: Vec<Value> = words
        .iter()
        .map(|word| json!({ "keyword": word, "whole_word": true }))
        .collect();
    let new = json!({
        "title": title,
        "context": ["home", "public"],
        "filter_action": "hide",
        "expires_in": 86400,
        "keywords_attributes": words,
    });
    who.post("/api/v2/filters", &new).ok()
}

fn a_filter_is_made_changed_and_removed(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let made = filter(&ana, "drinks", &["kopi", "teh"]);
    assert_eq!(made["context"], json!(["home", "public"]), "{made}");
    assert_eq!(made["filter_action"], "hide");
    assert!(made["expires_at"].as_str().is_some());
    assert_eq!(made["keywords"].as_array().map(Vec::len), Some(2));
    let id = id_of(&made);
    assert_eq!(ana.get(&format!("/api/v2/filters/{id}")).ok(), made);
    assert_eq!(ana.items("/api/v2/filters"), std::slice::from_ref(&made));

    // As a form, with one keyword changed, one removed and one added; and no end any more.
    let (one, two) = (id_of(&made["keywords"][0]), id_of(&made["keywords"][1]));
    let form = [
        ("title", "beverages"),
        ("context[]", "thread"),
        ("filter_action", "blur"),
        ("expires_in", ""),
        ("keywords_attributes[0][id]", one.as_str()),
        ("keywords_attributes[0][keyword]", "kopi susu"),
        ("keywords_attributes[1][id]", two.as_str()),
        ("keywords_attributes[1][_destroy]", "true"),
        ("keywords_attributes[2][keyword]", "air"),
        ("keywords_attributes[2][whole_word]", "false"),
    ];
    let path = format!("/api/v2/filters/{id}");
    let changed = ana
        .ask(Method::PUT, &path, &[], Some(Body::form(&form)))
        .ok();
    assert_eq!(changed["title"], "beverages");
    assert_eq!(changed["context"], json!(["thread"]));
    assert_eq!(changed["expires_at"], Value::Null);
    assert_eq!(changed["keywords"][0]["keyword"], "kopi susu");
    assert_eq!(changed["keywords"][1]["keyword"], "air");
    assert_eq!(changed["keywords"][1]["whole_word"], false);
    let small = ana.patch(&path, &json!({ "title": "b" })).ok();
    assert_eq!(small["filter_action"], "blur", "what was not named stays");

    let words = format!("/api/v2/filters/{id}/keywords");
    let word = ana
        .post(&words, &json!({ "keyword": "susu", "whole_word": true }))
        .ok();
    assert_eq!(ana.items(&words).len(), 3);
    let word = format!("/api/v2/filters/keywords/{}", id_of(&word));
    assert_eq!(ana.get(&word).ok()["keyword"], "susu");
    let longer = ana.put(&word, &json!({ "keyword": "susu kental" })).ok();
    assert_eq!(longer["whole_word"], true);
    ana.delete(&word).ok();
    ana.get(&word).refused(404);
    ana.delete(&path).ok();
    ana.get(&path).refused(404);
    assert!(ana.items("/api/v2/filters").is_empty());
}

fn posts_say_which_filters_match_them(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben] = ["ana", "ben"].map(|name| place.person(name));
    let id = id_of(&filter(&ana, "drinks", &["kopi"]));
    let hit = id_of(&ben.publish("minum KOPI pagi"));
    let miss = id_of(&ben.publish("kopiah baru"));
    let seen = ana.status(&hit).ok();
    let result = &seen["filtered"][0];
    assert_eq!(result["filter"]["id"], id.as_str(), "{seen}");
    assert_eq!(result["filter"]["filter_action"], "hide");
    assert!(result["filter"].get("keywords").is_none());
    assert_eq!(result["keyword_matches"], json!(["kopi"]));
    assert_eq!(result["status_matches"], Value::Null);
    assert_eq!(ana.status(&miss).ok()["filtered"], json!([]));
    assert_eq!(ben.status(&hit).ok()["filtered"], json!([]), "ana's alone");
    assert_eq!(place.visitor().status(&hit).ok()["filtered"], json!([]));
    // The server marks; what an app does with it is the app's.
    let listed = ana.get("/api/v1/timelines/public").ids();
    assert!(listed.contains(&hit));

    let posts = format!("/api/v2/filters/{id}/statuses");
    let row = ana.post(&posts, &json!({ "status_id": miss })).ok();
    assert_eq!(row["status_id"], miss.as_str());
    assert_eq!(ana.items(&posts), std::slice::from_ref(&row));
    let seen = ana.status(&miss).ok();
    assert_eq!(seen["filtered"][0]["status_matches"], json!([miss]));
    assert_eq!(seen["filtered"][0]["keyword_matches"], Value::Null);
    ana.post(&posts, &json!({ "status_id": miss })).refused(422);
    ana.post(&posts, &json!({ "status_id": "1" })).refused(404);
    let row = format!("/api/v2/filters/statuses/{}", id_of(&row));
    assert_eq!(ana.get(&row).ok()["status_id"], miss.as_str());
    ana.delete(&row).ok();
    ana.get(&row).refused(404);
    assert_eq!(ana.status(&miss).ok()["filtered"], json!([]));
}

fn an_old_app_sees_phrases(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let new = json!({ "phrase": "kopi", "context": ["home"], "irreversible": true });
    let made = ana.post("/api/v1/filters", &new).ok();
    assert_eq!(made["phrase"], "kopi", "{made}");
    assert_eq!(
        (&made["irreversible"], &made["whole_word"]),
        (&json!(true), &json!(false))
    );
    let path = format!("/api/v1/filters/{}", id_of(&made));
    assert_eq!(ana.get(&path).ok(), made);
    assert_eq!(ana.items("/api/v1/filters"), [made]);
    let whole = &ana.items("/api/v2/filters")[0];
    assert_eq!(
        (&whole["title"], &whole["filter_action"]),
        (&json!("kopi"), &json!("hide"))
    );
    let change = json!({ "phrase": "teh", "context": ["home", "thread"], "whole_word": true });
    let changed = ana.put(&path, &change).ok();
    assert_eq!(changed["context"], json!(["home", "thread"]));
    assert_eq!(changed["irreversible"], true, "what was not named stays");
    ana.delete(&path).ok();
    ana.get(&path).refused(404);
    assert!(ana.items("/api/v2/filters").is_empty());
}

fn what_makes_no_sense_is_refused(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let long = "x".repeat(1_000_000);
    for new in [
        json!({}),
        json!({ "title": "", "context": ["home"] }),
        json!({ "title": "t" }),
        json!({ "title": "t", "context": [] }),
        json!({ "title": "t", "context": ["everywhere"] }),
        json!({ "title": "t", "context": ["home"], "filter_action": "explode" }),
        json!({ "title": "t", "context": ["home"], "expires_in": -5 }),
        json!({ "title": "t", "context": ["home"], "expires_at": "soon" }),
        json!({ "title": "t", "context": ["home"], "keywords_attributes": [{ "keyword": " " }] }),
        json!({ "title": "t", "context": ["home"], "keywords_attributes": [{ "keyword": "x".repeat(513) }] }),
        json!({ "title": long, "context": ["home"] }),
    ] {
        let error = ana.post("/api/v2/filters", &new).refused(422);
        assert!(error.starts_with("Validation failed"), "{error}");
    }
    ana.post("/api/v1/filters", &json!({ "phrase": "x" }))
        .refused(422);
    assert!(ana.items("/api/v2/filters").is_empty());
    // Words that mean something to a database or to a pattern are words.
    let signs = ["' OR 1=1 --", "%", "_", ".*", "(", "\"*\"", "NEAR("];
    let id = id_of(&filter(&ana, "signs", &signs));
    let post = id_of(&ana.publish("a .* b"));
    let seen = ana.status(&post).ok();
    assert_eq!(seen["filtered"][0]["keyword_matches"], json!([".*"]));
    ana.delete(&format!("/api/v2/filters/{id}")).ok();
}

fn the_filters_of_others_do_not_exist(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben] = ["ana", "ben"].map(|name| place.person(name));
    let hers = filter(&ana, "t", &["kopi"]);
    let (id, word) = (id_of(&hers), id_of(&hers["keywords"][0]));
    let post = id_of(&ana.publish("x"));
    let row = ana
        .post(
            &format!("/api/v2/filters/{id}/statuses"),
            &json!({ "status_id": post }),
        )
        .ok();
    let before = place.row_counts();
    for path in [
        format!("/api/v2/filters/{id}"),
        format!("/api/v2/filters/{id}/keywords"),
        format!("/api/v2/filters/{id}/statuses"),
        format!("/api/v2/filters/keywords/{word}"),
        format!("/api/v2/filters/statuses/{}", id_of(&row)),
        format!("/api/v1/filters/{word}"),
    ] {
        ben.get(&path).refused(404);
    }
    for path in [
        format!("/api/v2/filters/{id}"),
        format!("/api/v2/filters/keywords/{word}"),
        format!("/api/v1/filters/{word}"),
    ] {
        ben.put(&path, &json!({ "title": "mine", "keyword": "mine" }))
            .refused(404);
        ben.delete(&path).refused(404);
    }
    ben.delete(&format!("/api/v2/filters/statuses/{}", id_of(&row)))
        .refused(404);
    assert_eq!(place.row_counts(), before);
}
