//! Translations through a service that is set, against a small one of our own.

use serde_json::{Value, json};

use crate::harness::{Stage, Web, id_of, on_both_engines};

on_both_engines![
    a_post_is_translated_once_and_cleaned,
    what_is_not_open_or_not_offered_is_not_translated,
];

const LANGUAGES: &str = r#"[{"code":"en","name":"English","targets":["id","en"]},
    {"code":"id","name":"Indonesian","targets":["en"]}]"#;

/// Puts a mark before each text, and something that does not belong there.
fn translated(asked: &Value) -> Value {
    let texts = asked["q"].as_array().expect("texts");
    let made = |text: &Value| {
        format!(
            "{}<script>alert(1)</script>",
            text.as_str().unwrap_or_default()
        )
        .replace("Good morning", "Selamat pagi")
    };
    assert_eq!(asked["format"], "html");
    assert_eq!(asked["api_key"], "secret");
    json!({"translatedText": texts.iter().map(made).collect::<Vec<_>>()})
}

fn a_post_is_translated_once_and_cleaned(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben) = (place.person("ana"), place.person("ben"));
    let web = Web::new();
    web.put("/languages", "application/json", LANGUAGES.as_bytes());
    web.answers(translated);
    let body = json!({"status": "Good morning", "spoiler_text": "Good morning", "language": "en"});
    let id = id_of(&ana.post("/api/v1/statuses", &body).ok());
    let path = format!("/api/v1/statuses/{id}/translate");
    ben.post(&path, &json!({"lang": "id"})).refused(404);
    place.set("translate_key", "secret");
    place.set("translate_url", &web.base);
    let offered = ben.get("/api/v2/instance").ok();
    assert_eq!(offered["configuration"]["translation"]["enabled"], true);
    let pairs = place
        .visitor()
        .get("/api/v1/instance/translation_languages")
        .ok();
    assert_eq!(pairs, json!({"en": ["id"], "id": ["en"]}));

    let made = ben.post(&path, &json!({"lang": "id"})).ok();
    assert_eq!(made["content"], "<p>Selamat pagi</p>");
    assert_eq!(made["spoiler_text"], "Selamat pagi");
    assert_eq!(made["language"], "id");
    assert_eq!(made["detected_source_language"], "en");
    assert_eq!(made["provider"], "127.0.0.1");
    assert_eq!(made["media_attachments"], json!([]));
    assert_eq!(ana.post(&path, &json!({"lang": "id"})).ok(), made);
    let asked = |web: &Web| {
        web.asked()
            .iter()
            .filter(|path| *path == "/translate")
            .count()
    };
    assert_eq!(asked(&web), 1, "kept for the next reader");
    // An edit is translated anew.
    let edit = json!({"status": "Good morning all"});
    ana.put(&format!("/api/v1/statuses/{id}"), &edit).ok();
    let made = ben.post(&path, &json!({"lang": "id"})).ok();
    assert_eq!(made["content"], "<p>Selamat pagi all</p>");
    assert_eq!(asked(&web), 2);
}

fn what_is_not_open_or_not_offered_is_not_translated(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben) = (place.person("ana"), place.person("ben"));
    let web = Web::new();
    web.put("/languages", "application/json", LANGUAGES.as_bytes());
    place.set("translate_url", &web.base);
    ben.towards(&ana.id, "follow").ok();
    let post = |visibility: &str, language: &str| {
        let body = json!({"status": "Halo", "visibility": visibility, "language": language});
        let id = id_of(&ana.post("/api/v1/statuses", &body).ok());
        format!("/api/v1/statuses/{id}/translate")
    };
    let lang = |code: &str| json!({"lang": code});
    ben.post(&post("private", "id"), &lang("en")).refused(403);
    let chi = place.person("chi");
    chi.post(&post("private", "id"), &lang("en")).refused(404);
    ben.post(&post("public", "fr"), &lang("en")).refused(403);
    ben.post(&post("public", "id"), &lang("<b>")).refused(422);
    // The service fails: nothing of it comes through but that.
    ben.post(&post("public", "id"), &lang("en")).refused(503);
    assert_eq!(
        place
            .visitor()
            .post(&post("public", "id"), &lang("en"))
            .status,
        401
    );
}
