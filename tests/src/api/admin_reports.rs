//! The staff answers reports.

use model::ServerRole;
use serde_json::json;

use super::admin_accounts::staff;
use crate::harness::{Stage, eventually, id_of, on_both_engines};

on_both_engines![
    a_report_is_taken_up_and_answered,
    an_act_answers_the_reports_about_the_account,
    a_removed_account_leaves_nothing_behind,
];

fn a_report_is_taken_up_and_answered(stage: &Stage) {
    let place = stage.instance();
    place.set("rules", "Be kind\nNo spam");
    let rini = staff(&place, "rini", ServerRole::Moderator);
    let [ana, ben] = ["ana", "ben"].map(|name| place.person(name));
    ben.towards(&ana.id, "follow").ok();
    let post = id_of(&ana.publish_to("private", "only for you"));
    let body = json!({
        "account_id": ana.id, "status_ids": [post], "comment": "look", "rule_ids": ["2"],
    });
    let made = ben.post("/api/v1/reports", &body).ok();
    let id = made["id"].as_str().expect("an id").to_owned();
    let one = format!("/api/v1/admin/reports/{id}");
    let seen = rini.get(&one).ok();
    assert_eq!(
        seen["statuses"][0]["id"],
        post.as_str(),
        "what was shown to the staff"
    );
    assert_eq!(seen["rules"][0]["text"], "No spam");
    assert_eq!(seen["account"]["username"], "ben");
    assert_eq!(seen["target_account"]["email"], "ana@mail.example");
    assert_eq!(
        (&seen["assigned_account"], &seen["action_taken"]),
        (&json!(null), &false.into())
    );
    for (query, found) in [
        ("", 1),
        ("?resolved=true", 0),
        (&format!("?target_account_id={}", ana.id), 1),
        (&format!("?account_id={}", ana.id), 0),
        ("?by_target_domain=far.example", 0),
    ] {
        let ids = rini.get(&format!("/api/v1/admin/reports{query}")).ids();
        assert_eq!(ids.len(), found, "{query}");
    }
    let act = |verb: &str| {
        rini.press(&format!("/api/v1/admin/reports/{id}/{verb}"))
            .ok()
    };
    rini.press(&format!("/api/v1/admin/reports/{id}/assign_to_self"))
        .ok();
    assert_eq!(rini.get(&one).ok()["assigned_account"]["username"], "rini");
    assert!(act("unassign")["assigned_account"].is_null());
    rini.press(&format!("/api/v1/admin/reports/{id}/unassign"))
        .ok();
    let resolved = rini
        .press(&format!("/api/v1/admin/reports/{id}/resolve"))
        .ok();
    assert_eq!(resolved["action_taken_by_account"]["username"], "rini");
    assert!(resolved["action_taken_at"].is_string());
    let reopened = rini
        .press(&format!("/api/v1/admin/reports/{id}/reopen"))
        .ok();
    assert_eq!(reopened["action_taken"], false);
    let changed = rini.put(&one, &json!({"category": "spam"})).ok();
    assert_eq!(changed["category"], "spam");
    rini.get("/api/v1/admin/reports/42").refused(404);
}

fn an_act_answers_the_reports_about_the_account(stage: &Stage) {
    let place = stage.instance();
    let rini = staff(&place, "rini", ServerRole::Moderator);
    let [ana, ben] = ["ana", "ben"].map(|name| place.person(name));
    let post = id_of(&ana.publish("hm"));
    let report = || {
        let body = json!({"account_id": ana.id, "status_ids": [post]});
        ben.post("/api/v1/reports", &body).ok()["id"]
            .as_str()
            .expect("an id")
            .to_owned()
    };
    let (first, second) = (report(), report());
    let path = format!("/api/v1/admin/accounts/{}/action", ana.id);
    rini.post(
        &path,
        &json!({"type": "none", "text": "be kind", "report_id": first}),
    )
    .ok();
    assert_eq!(
        rini.get("/api/v1/admin/reports").ids(),
        [second],
        "a warning answers the one"
    );
    rini.post(&path, &json!({"type": "silence", "report_id": "42"}))
        .refused(404);
    rini.post(&path, &json!({"type": "silence"})).ok();
    assert!(
        rini.get("/api/v1/admin/reports").ids().is_empty(),
        "an act answers all"
    );
    eventually("she is told", || {
        (ana.notified_of("moderation_warning").len() == 2).then_some(())
    });
}

fn a_removed_account_leaves_nothing_behind(stage: &Stage) {
    let place = stage.instance();
    let boss = staff(&place, "boss", ServerRole::Admin);
    let [ana, ben] = ["ana", "ben"].map(|name| place.person(name));
    let post = id_of(&ana.publish("hello"));
    let path = format!("/api/v1/admin/accounts/{}", ana.id);
    boss.delete(&path).refused(403);
    boss.post(&format!("{path}/action"), &json!({"type": "suspend"}))
        .ok();
    boss.delete(&path).ok();
    ben.status(&post).refused(404);
    boss.post(
        &format!("/api/v1/admin/accounts/{}/action", ben.id),
        &json!({"type": "no such"}),
    )
    .refused(422);
}
