//! A status from its first word to its deletion.

use http::Method;
use serde_json::{Value, json};

use crate::harness::{Body, Part, Stage, id_of, on_both_engines, text_of};

on_both_engines![
    a_post_is_answered_and_the_thread_is_shown,
    every_mark_can_be_set_and_taken_back,
    an_edit_keeps_the_versions_before,
    what_is_deleted_is_gone_and_comes_back_as_a_draft,
    the_same_key_makes_one_status,
    every_encoding_of_a_body_says_the_same,
    words_become_links_and_nothing_else_becomes_html,
    two_people_talk_alone,
    search_finds_people_tags_and_addresses,
];

fn a_post_is_answered_and_the_thread_is_shown(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben) = (place.person("ana"), place.person("ben"));
    let root = ana.publish("Who has seeds?");
    let root_id = id_of(&root);
    assert_eq!(root["visibility"], "public");
    assert_eq!(root["account"]["id"], ana.id.as_str());
    assert_eq!(root["url"], place.url(&format!("/@ana/{root_id}")));
    assert_eq!(
        root["uri"],
        place.url(&format!("/users/ana/statuses/{root_id}"))
    );
    let answer = ben.reply(&root_id, "@ana I have");
    assert_eq!(answer["in_reply_to_id"], root_id.as_str());
    assert_eq!(answer["in_reply_to_account_id"], ana.id.as_str());
    assert_eq!(answer["mentions"][0]["id"], ana.id.as_str());
    let thanks = ana.reply(&id_of(&answer), "@ben thanks");

    for reader in [&place.visitor(), &*ben] {
        let context = reader
            .get(&format!("/api/v1/statuses/{}/context", id_of(&answer)))
            .ok();
        assert_eq!(context["ancestors"][0]["id"], root_id.as_str());
        assert_eq!(context["descendants"][0]["id"], thanks["id"]);
    }
    let below: Vec<Value> = ana
        .answers(&root_id)
        .iter()
        .map(|s| s["id"].clone())
        .collect();
    assert_eq!(below, [answer["id"].clone(), thanks["id"].clone()]);
    assert_eq!(ana.status(&root_id).ok()["replies_count"], 1);
    let many = ana
        .get(&format!(
            "/api/v1/statuses?id[]={root_id}&id[]={}",
            id_of(&answer)
        ))
        .ok();
    assert_eq!(many.as_array().map(Vec::len), Some(2));
}

fn every_mark_can_be_set_and_taken_back(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben) = (place.person("ana"), place.person("ben"));
    let id = id_of(&ana.publish("A bean"));
    for (on, off, field, count, kept) in [
        (
            "favourite",
            "unfavourite",
            "favourited",
            Some("favourites_count"),
            Some("favourites"),
        ),
        (
            "bookmark",
            "unbookmark",
            "bookmarked",
            None,
            Some("bookmarks"),
        ),
        ("mute", "unmute", "muted", None, None),
    ] {
        for _twice_is_once in 0..2 {
            assert_eq!(ben.act(&id, on).ok()[field], true, "{on}");
        }
        let seen = ben.status(&id).ok();
        assert_eq!(seen[field], true, "{on}");
        if let Some(count) = count {
            assert_eq!(seen[count], 1, "{on}");
        }
        assert_ne!(ana.status(&id).ok()[field], true, "{on} is ben's alone");
        if let Some(kept) = kept {
            assert_eq!(ben.items(&format!("/api/v1/{kept}")).len(), 1, "{on}");
        }
        for _twice_is_once in 0..2 {
            assert_eq!(ben.act(&id, off).ok()[field], false, "{off}");
        }
        if let Some(count) = count {
            assert_eq!(ben.status(&id).ok()[count], 0, "{off}");
        }
    }

    let boost = ben.act(&id, "reblog").ok();
    assert_eq!(boost["reblog"]["id"], id.as_str());
    assert_eq!(boost["reblog"]["reblogged"], true);
    assert_eq!(
        ben.act(&id, "reblog").ok()["id"],
        boost["id"],
        "twice is once"
    );
    assert_eq!(ana.status(&id).ok()["reblogs_count"], 1);
    let by = ana.items(&format!("/api/v1/statuses/{id}/reblogged_by"));
    assert_eq!(by[0]["id"], ben.id.as_str());
    assert_eq!(ben.act(&id, "unreblog").ok()["reblogged"], false);
    assert_eq!(ana.status(&id).ok()["reblogs_count"], 0);

    // Who favourited is the author's to know.
    ben.act(&id, "favourite").ok();
    let path = format!("/api/v1/statuses/{id}/favourited_by");
    assert_eq!(ana.items(&path)[0]["id"], ben.id.as_str());
    assert!(ben.items(&path).is_empty());

    assert_eq!(ana.act(&id, "pin").ok()["pinned"], true);
    let pinned = format!("/api/v1/accounts/{}/statuses?pinned=true", ana.id);
    assert_eq!(ben.get(&pinned).ids(), [id.as_str()]);
    ben.act(&id, "pin").refused(422);
    assert_eq!(ana.act(&id, "unpin").ok()["pinned"], false);
    assert!(ben.items(&pinned).is_empty());
}

fn an_edit_keeps_the_versions_before(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben) = (place.person("ana"), place.person("ben"));
    let path = format!("/api/v1/statuses/{}", id_of(&ana.publish("One bean")));
    let edit = json!({ "status": "Two beans", "spoiler_text": "beans" });
    for method in [Method::PUT, Method::PATCH] {
        let edited = ana.ask(method, &path, &[], Some(Body::json(&edit))).ok();
        assert_eq!(text_of(edited["content"].as_str().unwrap()), "Two beans");
        assert_eq!(edited["spoiler_text"], "beans");
        assert!(edited["edited_at"].is_string());
    }
    ben.put(&path, &json!({ "status": "No beans" }))
        .refused(404);
    let history = place.visitor().get(&format!("{path}/history")).ok();
    let texts: Vec<String> = history
        .as_array()
        .unwrap()
        .iter()
        .map(|version| text_of(version["content"].as_str().unwrap()))
        .collect();
    assert_eq!(texts.first().map(String::as_str), Some("One bean"));
    assert_eq!(texts.last().map(String::as_str), Some("Two beans"));
    let source = ana.get(&format!("{path}/source")).ok();
    assert_eq!(source["text"], "Two beans");
    assert_eq!(source["spoiler_text"], "beans");
    ben.get(&format!("{path}/source")).refused(404);
}

fn what_is_deleted_is_gone_and_comes_back_as_a_draft(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben) = (place.person("ana"), place.person("ben"));
    let id = id_of(&ana.publish("Soon gone"));
    ben.act(&id, "favourite").ok();
    let path = format!("/api/v1/statuses/{id}");
    ben.delete(&path).refused(404);
    let gone = ana.delete(&path).ok();
    assert_eq!(
        (&gone["id"], &gone["text"]),
        (&json!(id), &json!("Soon gone"))
    );
    ana.delete(&path).refused(404);
    assert_eq!(ben.get(&path).refused(404), "Record not found");
    assert!(ben.items("/api/v1/favourites").is_empty());
    assert!(
        ben.items(&format!("/api/v1/accounts/{}/statuses", ana.id))
            .is_empty()
    );
    assert_eq!(
        ana.get("/api/v1/accounts/verify_credentials").ok()["statuses_count"],
        0
    );
    // Another server is told that it was there.
    let document = place
        .visitor()
        .document(&format!("/users/ana/statuses/{id}"));
    assert!(matches!(document.status, 404 | 410), "{}", document.status);
}

fn the_same_key_makes_one_status(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben) = (place.person("ana"), place.person("ben"));
    let key = [("idempotency-key", "a key")];
    let draft = Body::json(&json!({ "status": "Once" }));
    let post = |who: &crate::harness::Client, text: &str| {
        let draft = Body::json(&json!({ "status": text }));
        who.ask(Method::POST, "/api/v1/statuses", &key, Some(draft))
    };
    let first = ana
        .ask(Method::POST, "/api/v1/statuses", &key, Some(draft))
        .ok();
    let again = post(&ana, "Once").ok();
    assert_eq!(first["id"], again["id"]);
    post(&ana, "Something else").refused(422);
    assert_ne!(
        post(&ben, "Once").ok()["id"],
        first["id"],
        "a key is its owner's"
    );
    let all = ana.items(&format!("/api/v1/accounts/{}/statuses", ana.id));
    assert_eq!(all.len(), 1);
    assert_ne!(
        ana.publish("Once")["id"],
        first["id"],
        "without a key it is another one"
    );
}

fn every_encoding_of_a_body_says_the_same(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let bodies = [
        Body::json(&json!({
            "status": "Said #thrice", "visibility": "unlisted", "sensitive": true,
            "spoiler_text": "again", "language": "id",
        })),
        Body::form(&[
            ("status", "Said #thrice"),
            ("visibility", "unlisted"),
            ("sensitive", "true"),
            ("spoiler_text", "again"),
            ("language", "id"),
        ]),
        Body::multipart(&[
            Part {
                name: "status",
                file: None,
                bytes: b"Said #thrice",
            },
            Part {
                name: "visibility",
                file: None,
                bytes: b"unlisted",
            },
            Part {
                name: "sensitive",
                file: None,
                bytes: b"1",
            },
            Part {
                name: "spoiler_text",
                file: None,
                bytes: b"again",
            },
            Part {
                name: "language",
                file: None,
                bytes: b"id",
            },
        ]),
    ];
    let said = bodies.map(|body| {
        let status = ana
            .ask(Method::POST, "/api/v1/statuses", &[], Some(body))
            .ok();
        assert_eq!(status["sensitive"], true);
        ["content", "visibility", "spoiler_text", "language"].map(|field| status[field].clone())
    });
    assert_eq!(said[0], said[1]);
    assert_eq!(said[0], said[2]);
    assert_eq!(said[0][1], "unlisted");
    assert_eq!(said[0][3], "id");
}

fn words_become_links_and_nothing_else_becomes_html(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben) = (place.person("ana"), place.person("ben"));
    let status = ana.publish(
        "@ben see https://garden.example/beans?a=1&b=2 about #Beans <script>alert(1)</script>\n\nBye",
    );
    let content = status["content"].as_str().expect("content");
    assert!(!content.contains("<script"), "{content}");
    assert!(content.contains("&lt;script&gt;"), "{content}");
    assert!(content.contains("class=\"u-url mention\""), "{content}");
    assert!(
        content.contains("https://garden.example/beans?a=1&amp;b=2"),
        "{content}"
    );
    assert_eq!(content.matches("<p>").count(), 2, "{content}");
    assert_eq!(status["tags"][0]["name"], "beans");
    assert_eq!(status["mentions"][0]["acct"], "ben");
    let tagged = ben.items("/api/v1/timelines/tag/BEANS");
    assert_eq!(tagged[0]["id"], status["id"]);
    for empty in [
        json!({ "status": "" }),
        json!({ "status": "   " }),
        json!({}),
    ] {
        ana.post("/api/v1/statuses", &empty).refused(422);
    }
    let long = "x".repeat(200_000);
    ana.post("/api/v1/statuses", &json!({ "status": long }))
        .refused(422);
}

fn two_people_talk_alone(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben, chi] = ["ana", "ben", "chi"].map(|name| place.person(name));
    let first = ana.publish_to("direct", "@ben between us");
    let id = id_of(&first);
    let answer = ben.post(
        "/api/v1/statuses",
        &json!({ "status": "@ana yes", "in_reply_to_id": id, "visibility": "direct" }),
    );
    let answer = answer.ok();
    let talks = crate::harness::eventually("the conversation is there", || {
        let talks = ana.items("/api/v1/conversations");
        (talks.first()?["last_status"]["id"] == answer["id"]).then_some(talks)
    });
    assert_eq!(talks.len(), 1);
    assert_eq!(talks[0]["accounts"][0]["id"], ben.id.as_str());
    assert_eq!(talks[0]["unread"], true);
    let read = ana
        .press(&format!("/api/v1/conversations/{}/read", id_of(&talks[0])))
        .ok();
    assert_eq!(read["unread"], false);
    assert!(chi.items("/api/v1/conversations").is_empty());
    chi.status(&id).refused(404);
    place.visitor().status(&id).refused(404);
    assert!(ben.home().iter().all(
        |status| status["visibility"] != "direct" || status["account"]["id"] != chi.id.as_str()
    ));
    ana.delete(&format!("/api/v1/conversations/{}", id_of(&talks[0])))
        .ok();
    assert!(ana.items("/api/v1/conversations").is_empty());
}

fn search_finds_people_tags_and_addresses(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben) = (place.person("ana"), place.person("benjamin"));
    let status = ana.publish("About #Compost");
    let search = |q: &str, kind: &str| {
        let q: String = url::form_urlencoded::byte_serialize(q.as_bytes()).collect();
        ana.get(&format!("/api/v2/search?q={q}&type={kind}&resolve=true"))
            .ok()
    };
    for q in [
        "benj",
        "@benjamin",
        &format!("@benjamin@{}", place.domain()),
        &place.url("/@benjamin"),
    ] {
        let found = search(q, "accounts");
        assert_eq!(found["accounts"][0]["id"], ben.id.as_str(), "{q}");
        assert_eq!(found["statuses"], json!([]), "{q}");
    }
    assert_eq!(
        search("compo", "hashtags")["hashtags"][0]["name"],
        "compost"
    );
    for address in ["uri", "url"] {
        let found = search(status[address].as_str().unwrap(), "statuses");
        assert_eq!(found["statuses"][0]["id"], status["id"], "{address}");
    }
    // Letters that a database reads as signs are only letters.
    for q in [
        "%",
        "_",
        "\"",
        "NEAR(",
        "*",
        "'; DROP TABLE users",
        "a:b OR",
    ] {
        let found = search(q, "accounts");
        assert_eq!(found["accounts"], json!([]), "{q}");
    }
    let path = "/api/v1/accounts/lookup?acct=benjamin";
    assert_eq!(place.visitor().get(path).ok()["id"], ben.id.as_str());
    place
        .visitor()
        .get("/api/v1/accounts/lookup?acct=nobody")
        .refused(404);
}
