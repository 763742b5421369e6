//! Who is told of what, how one is done with it, and what waits for a word because a policy says so.

use model::NotificationKind;
use serde_json::{Value, json};

use crate::harness::{Client, Stage, eventually, id_of, on_both_engines};

on_both_engines![
    each_kind_of_event_is_told_once,
    what_was_read_is_dismissed_one_by_one_or_all_at_once,
    a_policy_is_read_and_changed_in_both_versions,
    letters_of_strangers_wait_under_a_request,
    requests_are_answered_several_at_a_time,
    what_is_asked_for_badly_is_refused,
];

fn each_kind_of_event_is_told_once(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben] = ["ana", "ben"].map(|name| place.person(name));
    let id = id_of(&ana.publish("tell me"));
    ben.towards(&ana.id, "follow").ok();
    ben.act(&id, "favourite").ok();
    ben.act(&id, "reblog").ok();
    let mention = id_of(&ben.reply(&id, "@ana hello"));
    let told = eventually("all four are told", || {
        let told = ana.items("/api/v1/notifications");
        (told.len() == 4).then_some(told)
    });
    let mut kinds: Vec<&str> = told.iter().filter_map(|one| one["type"].as_str()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["favourite", "follow", "mention", "reblog"]);
    for one in &told {
        assert_eq!(one["account"]["id"], ben.id.as_str());
        let expected: Value = match one["type"].as_str() {
            Some("follow") => Value::Null,
            Some("mention") => mention.as_str().into(),
            _ => id.as_str().into(),
        };
        assert_eq!(one["status"]["id"], expected, "{one}");
        let same = ana
            .get(&format!("/api/v1/notifications/{}", id_of(one)))
            .ok();
        assert_eq!(same["id"], one["id"]);
    }
    // Again and again is told once.
    ben.act(&id, "unfavourite").ok();
    ben.act(&id, "favourite").ok();
    place.settle();
    assert_eq!(ana.notified_of("favourite").len(), 1);
    let without = ana.items("/api/v1/notifications?exclude_types[]=follow&exclude_types[]=mention");
    assert_eq!(without.len(), 2);
    let count = |query: &str| {
        let path = format!("/api/v1/notifications/unread_count{query}");
        ana.get(&path).ok()["count"].as_i64()
    };
    assert_eq!(count(""), Some(4));
    assert_eq!(count("?types[]=follow"), Some(1));
    assert_eq!(count("?limit=2"), Some(2));
    let newest = id_of(&told[0]);
    let marker = json!({ "notifications": { "last_read_id": newest } });
    ana.post("/api/v1/markers", &marker).ok();
    assert_eq!(
        count(""),
        Some(
            ana.items(&format!("/api/v1/notifications?since_id={newest}"))
                .len()
                .try_into()
                .unwrap()
        )
    );
    ben.get(&format!("/api/v1/notifications/{}", id_of(&told[0])))
        .refused(404);
    let asked = place.person("chi");
    asked.publish("nobody hears of me");
    assert!(asked.items("/api/v1/notifications").is_empty());
}

fn what_was_read_is_dismissed_one_by_one_or_all_at_once(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben] = ["ana", "ben"].map(|name| place.person(name));
    for number in 0..3 {
        ben.publish(&format!("@ana {number}"));
    }
    let told = eventually("all are told", || {
        let told = ana.items("/api/v1/notifications");
        (told.len() == 3).then_some(told)
    });
    let unread = |query: &str| {
        let path = "/api/v1/notifications/unread_count";
        ana.get(&format!("{path}{query}")).ok()["count"].clone()
    };
    assert_eq!(unread(""), 3);
    assert_eq!(unread("?limit=2"), 2, "an app need not count further");
    assert_eq!(unread("?types[]=follow"), 0);
    let read = json!({ "notifications": { "last_read_id": id_of(&told[1]) } });
    ana.post("/api/v1/markers", &read).ok();
    assert_eq!(unread(""), 1);
    let one = format!("/api/v1/notifications/{}/dismiss", id_of(&told[1]));
    ben.press(&one).refused(404);
    ana.press(&one).ok();
    let left = ana.get("/api/v1/notifications").ids();
    assert_eq!(left, [id_of(&told[0]), id_of(&told[2])]);
    ana.press("/api/v1/notifications/clear").ok();
    assert!(ana.items("/api/v1/notifications").is_empty());
}

fn a_policy_is_read_and_changed_in_both_versions(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben] = ["ana", "ben"].map(|name| place.person(name));
    let usual = ana.get("/api/v2/notifications/policy").ok();
    assert_eq!(usual["for_private_mentions"], "filter", "{usual}");
    assert_eq!(usual["for_not_following"], "accept");
    let change = json!({ "for_not_following": "drop", "for_new_accounts": "filter" });
    let changed = ana.patch("/api/v2/notifications/policy", &change).ok();
    assert_eq!(changed["for_not_following"], "drop");
    assert_eq!(
        changed["for_private_mentions"], "filter",
        "what was not named stays"
    );
    assert_eq!(changed["summary"]["pending_requests_count"], 0);
    let first = ana.get("/api/v1/notifications/policy").ok();
    assert_eq!(first["filter_not_following"], true, "{first}");
    assert_eq!(first["filter_not_followers"], false);
    let change = json!({ "filter_not_following": false, "filter_new_accounts": "1" });
    let first = ana.put("/api/v1/notifications/policy", &change).ok();
    assert_eq!(first["filter_not_following"], false);
    let second = ana.get("/api/v2/notifications/policy").ok();
    assert_eq!(second["for_not_following"], "accept");
    assert_eq!(second["for_new_accounts"], "filter");
    assert_eq!(
        ben.get("/api/v2/notifications/policy").ok(),
        usual,
        "each has an own one"
    );
}

/// Ben, whom ana does not follow, writes her letters until she has so many waiting.
fn letters(ana: &Client, from: &Client, texts: &[&str]) {
    for text in texts {
        from.publish_to("direct", text);
    }
    eventually("the letters wait", || {
        let all = ana.items("/api/v1/notifications?include_filtered=true");
        (all.len() >= texts.len()).then_some(())
    });
}

fn letters_of_strangers_wait_under_a_request(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben] = ["ana", "ben"].map(|name| place.person(name));
    letters(&ana, &ben, &["@ana one", "@ana two"]);
    assert!(ana.items("/api/v1/notifications").is_empty());
    let of_ben = format!("/api/v1/notifications?account_id={}", ben.id);
    assert_eq!(ana.items(&of_ben).len(), 2);
    assert_eq!(ana.items(&of_ben)[0]["filtered"], true);
    let waiting = ana.items("/api/v1/notifications/requests");
    let request = waiting.first().expect("a request");
    assert_eq!(request["notifications_count"], "2", "{request}");
    assert_eq!(request["account"]["id"], ben.id.as_str());
    assert!(request["last_status"]["content"].as_str().is_some());
    let id = id_of(request);
    let one = ana
        .get(&format!("/api/v1/notifications/requests/{id}"))
        .ok();
    assert_eq!(one, *request);
    let summary = &ana.get("/api/v2/notifications/policy").ok()["summary"];
    assert_eq!(summary["pending_requests_count"], 1);
    assert_eq!(summary["pending_notifications_count"], 2);
    for path in [
        format!("/api/v1/notifications/requests/{id}/accept"),
        format!("/api/v1/notifications/requests/{id}/dismiss"),
    ] {
        ben.press(&path).refused(404);
    }
    ben.get(&format!("/api/v1/notifications/requests/{id}"))
        .refused(404);
    ana.press(&format!("/api/v1/notifications/requests/{id}/accept"))
        .ok();
    let merged = ana.get("/api/v1/notifications/requests/merged").ok();
    assert_eq!(merged["merged"], true);
    assert_eq!(ana.items("/api/v1/notifications").len(), 2);
    assert!(ana.items("/api/v1/notifications/requests").is_empty());
    ben.publish_to("direct", "@ana three");
    eventually("ben is let in for good", || {
        (ana.items("/api/v1/notifications").len() == 3).then_some(())
    });
}

fn requests_are_answered_several_at_a_time(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben, chi, dan] = ["ana", "ben", "chi", "dan"].map(|name| place.person(name));
    for stranger in [&ben, &chi, &dan] {
        stranger.publish_to("direct", "@ana hello");
    }
    let waiting = eventually("all three wait", || {
        let waiting = ana.items("/api/v1/notifications/requests");
        (waiting.len() == 3).then_some(waiting)
    });
    let page = ana.get("/api/v1/notifications/requests?limit=2");
    assert_eq!(page.ids().len(), 2);
    let next = page.link("next").expect("more");
    assert_eq!(ana.get(&next).ids(), [id_of(&waiting[2])]);
    let ids: Vec<String> = waiting.iter().map(id_of).collect();
    let two = json!({ "id": [ids[0], ids[1]] });
    ben.post("/api/v1/notifications/requests/accept", &two)
        .refused(404);
    ana.post("/api/v1/notifications/requests/accept", &two).ok();
    assert_eq!(ana.items("/api/v1/notifications").len(), 2);
    let last = json!({ "id": ids[2] });
    ana.post("/api/v1/notifications/requests/dismiss", &last)
        .ok();
    let all = ana.items("/api/v1/notifications?include_filtered=true");
    assert_eq!(all.len(), 2, "what was sent away is gone");
    let one = format!("/api/v1/notifications/requests/{}/dismiss", ids[2]);
    ana.press(&one).refused(404);
}

fn what_is_asked_for_badly_is_refused(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let bad = json!({ "for_not_following": "perhaps" });
    ana.patch("/api/v2/notifications/policy", &bad).refused(422);
    for path in [
        "/api/v1/notifications?max_id=%27%20OR%201",
        "/api/v2/notifications?max_id=x",
        "/api/v2/notifications?expand_accounts=everything",
    ] {
        ana.get(path).refused(422);
    }
    let many: Vec<String> = (0..101).map(|number| number.to_string()).collect();
    ana.post(
        "/api/v1/notifications/requests/accept",
        &json!({ "id": many }),
    )
    .refused(422);
    for path in [
        "/api/v2/notifications/nonsense",
        "/api/v2/notifications/ungrouped-1",
        "/api/v2/notifications/favourite-1-499999",
        "/api/v2/notifications/mention-1-499999/accounts",
    ] {
        ana.get(path).refused(404);
    }
    // Sizes and cursors beyond all measure are clamped; a kind that does not exist asks for nothing else.
    for query in ["limit=1e9", "limit=-1", "since_id=9&max_id=3", "types[]=x"] {
        ana.get(&format!("/api/v1/notifications?{query}")).ok();
        ana.get(&format!("/api/v2/notifications?{query}")).ok();
    }
    assert_eq!(NotificationKind::ALL.len(), 16);
}
