//! Who is told of what, and how one is done with it.

use serde_json::Value;

use crate::harness::{Stage, eventually, id_of, on_both_engines};

on_both_engines![
    each_kind_of_event_is_told_once,
    what_was_read_is_dismissed_one_by_one_or_all_at_once,
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
    let one = format!("/api/v1/notifications/{}/dismiss", id_of(&told[1]));
    ben.press(&one).refused(404);
    ana.press(&one).ok();
    let left = ana.get("/api/v1/notifications").ids();
    assert_eq!(left, [id_of(&told[0]), id_of(&told[2])]);
    ana.press("/api/v1/notifications/clear").ok();
    assert!(ana.items("/api/v1/notifications").is_empty());
}
