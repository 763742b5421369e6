//! Someone reports an account: what of it reaches whom.

use model::ServerRole;
use serde_json::json;

use super::admin_accounts::staff;
use crate::harness::{Stage, TwoPlaces, World, eventually, id_of, on_both_engines};

on_both_engines![
    a_report_names_what_the_reporter_may_see,
    a_report_in_a_group_reaches_its_moderators,
    a_forwarded_report_does_not_name_the_reporter,
];

fn a_report_names_what_the_reporter_may_see(stage: &Stage) {
    let place = stage.instance();
    let rini = staff(&place, "rini", ServerRole::Moderator);
    let [ana, ben] = ["ana", "ben"].map(|name| place.person(name));
    let open = id_of(&ana.publish("buy this"));
    let hidden = id_of(&ana.publish_to("private", "for followers"));
    let bens = id_of(&ben.publish("mine"));
    let report = |body: &serde_json::Value| ben.post("/api/v1/reports", body);
    let made = report(&json!({
        "account_id": ana.id, "status_ids": [open], "comment": "spam", "category": "spam", "forward": true,
    }))
    .ok();
    assert_eq!(
        (&made["category"], &made["action_taken"]),
        (&"spam".into(), &false.into())
    );
    assert_eq!(made["forwarded"], false, "she lives here");
    assert_eq!(made["status_ids"], json!([open]));
    assert_eq!(made["target_account"]["id"], ana.id.as_str());
    let before = place.row_counts()["reports"];
    report(&json!({"account_id": ana.id, "status_ids": [hidden]})).refused(404);
    report(&json!({"account_id": ana.id, "status_ids": ["42"]})).refused(404);
    report(&json!({"account_id": "42"})).refused(404);
    report(&json!({"account_id": ana.id, "status_ids": [bens]})).refused(422);
    report(&json!({"account_id": ben.id})).refused(422);
    report(&json!({"account_id": ana.id, "comment": "x".repeat(1001)})).refused(422);
    assert_eq!(place.row_counts()["reports"], before);
    let told = eventually("the staff is told", || {
        let told = rini.notified_of("admin.report");
        (!told.is_empty()).then_some(told)
    });
    assert_eq!(told.len(), 1);
    assert!(ana.notified_of("admin.report").is_empty());
    for _ in 1..30 {
        report(&json!({"account_id": ana.id})).ok();
    }
    report(&json!({"account_id": ana.id})).refused(422);
}

fn a_report_in_a_group_reaches_its_moderators(stage: &Stage) {
    let world = World::new(*stage);
    let thread = world
        .ben
        .publish(&format!("@{} rude words", world.garden.name));
    let dewi = world.place.person("dewi");
    let body =
        json!({"account_id": world.ben.id, "status_ids": [id_of(&thread)], "comment": "rude"});
    dewi.post("/api/v1/reports", &body).ok();
    eventually("the moderators are told", || {
        (!world.ana.notified_of("admin.report").is_empty()
            && !world.chi.notified_of("admin.report").is_empty())
        .then_some(())
    });
    assert!(world.ben.notified_of("admin.report").is_empty());
}

fn a_forwarded_report_does_not_name_the_reporter(stage: &Stage) {
    let places = TwoPlaces::new(*stage);
    let first = &places.first.place;
    let there = staff(first, "rini", ServerRole::Moderator);
    let ana = places
        .dan
        .find_account(&format!("@ana@{}", first.domain()))
        .expect("ana");
    let body = json!({"account_id": id_of(&ana), "comment": "she shouts", "forward": true});
    let made = places.dan.post("/api/v1/reports", &body).ok();
    assert_eq!(made["forwarded"], true);
    let seen = eventually("the report arrives", || {
        there.items("/api/v1/admin/reports").first().cloned()
    });
    assert_eq!(seen["comment"], "she shouts");
    assert_eq!(seen["target_account"]["username"], "ana");
    let reporter = seen["account"]["account"]["uri"]
        .as_str()
        .expect("an address");
    assert!(
        reporter.ends_with("/actor"),
        "the server reports: {reporter}"
    );
    assert!(!seen.to_string().contains("\"dan\""));
}
