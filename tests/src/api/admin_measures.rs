//! Numbers of the place for its staff; hashtags in its hands.

use model::{Millis, ServerRole};
use serde_json::{Value, json};

use super::admin_accounts::staff;
use crate::harness::{Stage, on_both_engines};

on_both_engines![
    a_day_is_measured,
    the_largest_parts_are_named,
    who_came_and_stayed_is_counted,
    the_staff_decides_about_hashtags,
    the_staff_decides_about_what_trends,
];

const MEASURES: &[&str] = &[
    "active_users",
    "new_users",
    "interactions",
    "opened_reports",
    "resolved_reports",
    "tag_accounts",
    "tag_uses",
    "tag_servers",
    "instance_accounts",
    "instance_media_attachments",
    "instance_reports",
    "instance_statuses",
    "instance_follows",
    "instance_followers",
];

fn today(place: &crate::harness::Instance) -> String {
    place.ctx().now().day()
}

fn a_day_is_measured(stage: &Stage) {
    let place = stage.instance();
    let rini = staff(&place, "rini", ServerRole::Moderator);
    let ana = place.person("ana");
    ana.publish("hello #kopi");
    ana.publish("again #kopi");
    let today = today(&place);
    let asked = json!({
        "keys": MEASURES, "start_at": today, "end_at": today,
        "tag_uses": {"id": "kopi"}, "tag_accounts": {"id": "kopi"}, "tag_servers": {"id": "kopi"},
        "instance_accounts": {"domain": "far.example"},
    });
    let found = rini.post("/api/v1/admin/measures", &asked).ok();
    let total = |key: &str| {
        let all = found.as_array().expect("a list");
        let one: &Value = all.iter().find(|one| one["key"] == key).expect(key);
        assert_eq!(one["data"].as_array().map(Vec::len), Some(1), "{key}");
        one["total"].as_str().expect("a number").to_owned()
    };
    for key in MEASURES {
        total(key);
    }
    assert_eq!(total("new_users"), "2");
    assert_eq!(total("active_users"), "1");
    assert_eq!(
        (
            total("tag_uses"),
            total("tag_accounts"),
            total("tag_servers")
        ),
        ("2".into(), "1".into(), "1".into())
    );
    assert_eq!(total("instance_accounts"), "0");
    for bad in [
        json!({"keys": ["new_users"]}),
        json!({"keys": ["new_users"], "start_at": "2026-01-02", "end_at": "2026-01-01"}),
        json!({"start_at": "1999-01-01", "end_at": "2026-01-01"}),
    ] {
        rini.post("/api/v1/admin/measures", &bad).refused(422);
    }
}

fn the_largest_parts_are_named(stage: &Stage) {
    let place = stage.instance();
    let rini = staff(&place, "rini", ServerRole::Moderator);
    place.person("ana").publish("hello #kopi");
    let today = today(&place);
    let keys = [
        "languages",
        "sources",
        "servers",
        "space_usage",
        "software_versions",
        "tag_servers",
        "tag_languages",
        "instance_accounts",
        "instance_languages",
    ];
    let asked = json!({"keys": keys, "start_at": today, "end_at": today, "limit": 3, "tag_servers": {"id": "kopi"}});
    let found = rini.post("/api/v1/admin/dimensions", &asked).ok();
    let named: Vec<&str> = found
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|one| one["key"].as_str())
        .collect();
    assert_eq!(named, keys);
    assert_eq!(
        (&found[0]["data"][0]["key"], &found[0]["data"][0]["value"]),
        (&"en".into(), &"2".into())
    );
    assert_eq!(found[2]["data"][0]["key"], place.domain());
    assert_eq!(found[3]["data"][0]["unit"], "bytes");
    assert_eq!(found[4]["data"][0]["key"], "balai");
}

fn who_came_and_stayed_is_counted(stage: &Stage) {
    let place = stage.instance();
    let rini = staff(&place, "rini", ServerRole::Moderator);
    place.person("ana").publish("hello");
    let today = today(&place);
    let yesterday = place.ctx().now().plus(-Millis::DAY).day();
    let asked = json!({"start_at": yesterday, "end_at": today, "frequency": "day"});
    let found = rini.post("/api/v1/admin/retention", &asked).ok();
    assert_eq!(found.as_array().map(Vec::len), Some(2));
    assert_eq!(found[0]["data"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        (&found[1]["data"][0]["value"], &found[1]["data"][0]["rate"]),
        (&"1".into(), &0.5.into())
    );
    rini.post(
        "/api/v1/admin/retention",
        &json!({"start_at": today, "end_at": today, "frequency": "year"}),
    )
    .refused(422);
}

fn the_staff_decides_about_hashtags(stage: &Stage) {
    let place = stage.instance();
    let rini = staff(&place, "rini", ServerRole::Moderator);
    place.person("ana").publish("hello #kopi");
    let all = rini.items("/api/v1/admin/tags");
    assert_eq!(
        (&all[0]["name"], &all[0]["requires_review"]),
        (&"kopi".into(), &true.into())
    );
    let name = "kopi";
    let one = format!("/api/v1/admin/tags/{name}");
    let changed = rini
        .put(&one, &json!({"display_name": "Kopi", "listable": false}))
        .ok();
    assert_eq!(
        (&changed["listable"], &changed["requires_review"]),
        (&false.into(), &false.into())
    );
    rini.put(&one, &json!({"display_name": "teh"})).refused(422);
    assert_eq!(
        rini.press(&format!("/api/v1/admin/trends/tags/{name}/approve"))
            .ok()["trendable"],
        true
    );
    assert_eq!(
        rini.press(&format!("/api/v1/admin/trends/tags/{name}/reject"))
            .ok()["trendable"],
        false
    );
    assert_eq!(rini.get(&one).ok()["usable"], true);
    rini.get("/api/v1/admin/tags/nosuch").refused(404);
}

fn the_staff_decides_about_what_trends(stage: &Stage) {
    let place = stage.instance();
    let rini = staff(&place, "rini", ServerRole::Moderator);
    let id = crate::harness::id_of(&place.person("ana").publish("hello"));
    for path in [
        "/api/v1/admin/trends/links",
        "/api/v1/admin/trends/links/publishers",
        "/api/v1/admin/trends/statuses",
    ] {
        assert!(rini.items(path).is_empty(), "{path}");
    }
    rini.press(&format!("/api/v1/admin/trends/statuses/{id}/approve"))
        .ok();
    rini.press(&format!("/api/v1/admin/trends/statuses/{id}/reject"))
        .ok();
    rini.press("/api/v1/admin/trends/statuses/42/approve")
        .refused(404);
    let link = "42";
    rini.press(&format!("/api/v1/admin/trends/links/{link}/approve"))
        .refused(404);
    rini.press(&format!("/api/v1/admin/trends/links/{link}/reject"))
        .refused(404);
    let domain = "news.example";
    rini.press(&format!(
        "/api/v1/admin/trends/links/publishers/{domain}/approve"
    ))
    .ok();
    rini.press(&format!(
        "/api/v1/admin/trends/links/publishers/{domain}/reject"
    ))
    .ok();
}
