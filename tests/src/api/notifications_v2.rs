//! Notifications in groups.

use serde_json::{Value, json};

use crate::harness::{Person, Stage, eventually, id_of, on_both_engines};

on_both_engines![
    favourites_of_one_post_are_one_group,
    pages_of_groups_lead_to_each_other,
    an_app_says_what_it_wants_grouped,
];

fn groups(who: &Person, query: &str) -> Vec<Value> {
    let found = who.get(&format!("/api/v2/notifications{query}")).ok();
    found["notification_groups"]
        .as_array()
        .expect("groups")
        .clone()
}

fn favourites_of_one_post_are_one_group(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben, chi] = ["ana", "ben", "chi"].map(|name| place.person(name));
    let id = id_of(&ana.publish("tell me"));
    ben.act(&id, "favourite").ok();
    place.settle();
    chi.act(&id, "favourite").ok();
    ben.publish("@ana hello");
    let found = eventually("all three are told", || {
        let found = ana.get("/api/v2/notifications").ok();
        let groups = found["notification_groups"].as_array()?;
        let count: i64 = groups
            .iter()
            .filter_map(|group| group["notifications_count"].as_i64())
            .sum();
        (count == 3).then_some(found)
    });
    let favourites = found["notification_groups"]
        .as_array()
        .and_then(|groups| groups.iter().find(|group| group["type"] == "favourite"))
        .expect("a group")
        .clone();
    assert_eq!(favourites["notifications_count"], 2, "{favourites}");
    assert_eq!(favourites["status_id"], id.as_str());
    assert_eq!(favourites["sample_account_ids"], json!([chi.id, ben.id]));
    assert!(favourites["most_recent_notification_id"].is_i64());
    let key = favourites["group_key"].as_str().expect("a key").to_owned();
    assert!(key.starts_with(&format!("favourite-{id}-")), "{key}");
    let accounts = found["accounts"].as_array().expect("accounts");
    assert_eq!(accounts.len(), 2, "each once");
    assert_eq!(found["statuses"].as_array().map(Vec::len), Some(2));
    assert!(found["partial_accounts"].is_null());

    let short = ana
        .get("/api/v2/notifications?expand_accounts=partial_avatars&types[]=favourite")
        .ok();
    assert_eq!(short["accounts"][0]["id"], chi.id.as_str());
    assert_eq!(short["partial_accounts"][0]["id"], ben.id.as_str());
    assert!(short["partial_accounts"][0]["note"].is_null());

    let count = ana.get("/api/v2/notifications/unread_count").ok();
    assert_eq!(count["count"], 2, "groups are counted");
    let one = ana.get(&format!("/api/v2/notifications/{key}")).ok();
    assert_eq!(one["notification_groups"][0]["notifications_count"], 2);
    let who = ana
        .get(&format!("/api/v2/notifications/{key}/accounts"))
        .ids();
    assert_eq!(who, [chi.id.clone(), ben.id.clone()]);
    ben.get(&format!("/api/v2/notifications/{key}"))
        .refused(404);
    ben.get(&format!("/api/v2/notifications/{key}/accounts"))
        .refused(404);
    ben.press(&format!("/api/v2/notifications/{key}/dismiss"))
        .ok();
    ana.press(&format!("/api/v2/notifications/{key}/dismiss"))
        .ok();
    ana.get(&format!("/api/v2/notifications/{key}"))
        .refused(404);
    let left = groups(&ana, "");
    assert_eq!(left.len(), 1);
    let alone = left[0]["group_key"].as_str().expect("a key");
    assert!(alone.starts_with("ungrouped-"), "{alone}");
    let one = ana.get(&format!("/api/v2/notifications/{alone}")).ok();
    assert_eq!(one["notification_groups"][0]["type"], "mention");
}

fn pages_of_groups_lead_to_each_other(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben] = ["ana", "ben"].map(|name| place.person(name));
    for number in 0..5 {
        ben.publish(&format!("@ana {number}"));
        place.settle();
    }
    let all: Vec<Value> = groups(&ana, "")
        .iter()
        .map(|group| group["group_key"].clone())
        .collect();
    assert_eq!(all.len(), 5);
    let mut seen = Vec::new();
    let mut path = "/api/v2/notifications?limit=2".to_owned();
    for _page in 0..5 {
        let answer = ana.get(&path);
        let found = answer.ok();
        seen.extend(
            found["notification_groups"]
                .as_array()
                .expect("groups")
                .iter()
                .map(|group| group["group_key"].clone()),
        );
        match answer.link("next") {
            Some(next) => path = next,
            None => break,
        }
    }
    assert_eq!(seen, all);
    let first = ana.get("/api/v2/notifications?limit=2&max_id=1");
    assert!(first.link("next").is_none());
    let up = ana.get("/api/v2/notifications?limit=2&min_id=1").ok();
    let up = up["notification_groups"].as_array().expect("groups");
    assert_eq!(up[1]["group_key"], all[4], "the oldest two, newest first");
    assert_eq!(up[0]["group_key"], all[3]);
}

fn an_app_says_what_it_wants_grouped(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben, chi] = ["ana", "ben", "chi"].map(|name| place.person(name));
    let id = id_of(&ana.publish("tell me"));
    for who in [&ben, &chi] {
        who.act(&id, "favourite").ok();
        who.act(&id, "reblog").ok();
    }
    eventually("all four are told", || {
        (ana.items("/api/v1/notifications").len() == 4).then_some(())
    });
    assert_eq!(groups(&ana, "").len(), 2);
    assert_eq!(groups(&ana, "?grouped_types[]=reblog").len(), 3);
    assert_eq!(groups(&ana, "?grouped_types[]=follow").len(), 4);
    assert_eq!(groups(&ana, "?exclude_types[]=reblog").len(), 1);
    let of_ben = format!("?account_id={}", ben.id);
    let his = groups(&ana, &of_ben);
    assert_eq!(his.len(), 2, "{his:?}");
}
