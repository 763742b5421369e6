//! What the place tells about itself, from its settings and its database.

use serde_json::json;

use crate::harness::{Stage, on_both_engines};

on_both_engines![
    the_place_tells_its_rules_policies_and_terms,
    what_is_not_to_be_shown_is_not_there,
    an_app_that_asks_for_news_of_an_answer_hears_that_there_are_none,
];

fn the_place_tells_its_rules_policies_and_terms(stage: &Stage) {
    let place = stage.instance();
    let visitor = place.visitor();
    assert_eq!(visitor.get("/api/v1/instance/rules").ok(), json!([]));
    visitor
        .get("/api/v1/instance/terms_of_service")
        .refused(404);
    place.set(
        "rules",
        "Be kind | To all\n  id: Ramah | Kepada semua\nNo spam",
    );
    place.set("privacy_policy", "We keep **nothing**.");
    place.set("extended_description", "# Balai\n\nFor <b>all</b> of us");
    place.set("terms_of_service", "Behave.");
    place.set("terms_of_service_date", "2026-01-31");
    let rules = visitor.get("/api/v1/instance/rules").ok();
    assert_eq!(rules[0]["id"], "1");
    assert_eq!(rules[0]["hint"], "To all");
    assert_eq!(rules[0]["translations"]["id"]["text"], "Ramah");
    assert_eq!(rules[1]["text"], "No spam");
    assert_eq!(visitor.get("/api/v2/instance").ok()["rules"], rules);
    assert_eq!(visitor.get("/api/v1/instance").ok()["rules"], rules);
    let policy = visitor.get("/api/v1/instance/privacy_policy").ok();
    assert!(
        policy["content"]
            .as_str()
            .is_some_and(|html| html.contains("<strong>nothing</strong>")),
        "{policy}"
    );
    let written = policy["updated_at"].as_str();
    assert!(written.is_some_and(|at| at.starts_with("20")), "{policy}");
    let long = visitor.get("/api/v1/instance/extended_description").ok();
    assert!(!long["content"].as_str().expect("html").contains("<b>"));
    let terms = visitor.get("/api/v1/instance/terms_of_service").ok();
    assert_eq!(terms["effective_date"], "2026-01-31");
    assert_eq!(terms["effective"], true);
    let same = visitor.get("/api/v1/instance/terms_of_service/2026-01-31");
    assert_eq!(same.ok(), terms);
    visitor
        .get("/api/v1/instance/terms_of_service/2025-01-31")
        .refused(404);
    assert!(
        visitor
            .get("/api/v1/instance/languages")
            .ok()
            .as_array()
            .is_some_and(|list| list.len() >= 2)
    );
}

fn what_is_not_to_be_shown_is_not_there(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    ana.publish("hello");
    let visitor = place.visitor();
    let weeks = visitor.get("/api/v1/instance/activity").ok();
    assert_eq!(weeks.as_array().map(Vec::len), Some(12));
    assert_eq!(weeks[0]["statuses"], "1");
    assert_eq!(weeks[0]["logins"], "1");
    assert_eq!(weeks[0]["registrations"], "1");
    assert_eq!(weeks[1]["statuses"], "0");
    place.set("show_activity", "off");
    visitor.get("/api/v1/instance/activity").refused(404);

    let now = model::Millis(1_790_000_000_000);
    database::instances::meet(&mut place.conn(), model::InstanceId(7), "far.example", now)
        .expect("a server");
    let peers = visitor.get("/api/v1/instance/peers").ok();
    assert_eq!(peers, json!(["far.example"]));
    place.set("show_peers", "off");
    visitor.get("/api/v1/instance/peers").refused(404);

    let block = database::domain_blocks::DomainBlock {
        id: model::RowId(7),
        domain: "bad.example".to_owned(),
        severity: model::DomainBlockSeverity::Suspend,
        reject_media: false,
        reject_reports: false,
        obfuscate: false,
        private_comment: String::new(),
        public_comment: "spam".to_owned(),
        created_at: now,
    };
    database::domain_blocks::put(&mut place.conn(), &block).expect("a block");
    let path = "/api/v1/instance/domain_blocks";
    visitor.get(path).refused(404);
    ana.get(path).refused(404);
    place.set("show_domain_blocks", "users");
    visitor.get(path).refused(404);
    let shown = ana.get("/api/v1/instance/domain_blocks").ok();
    assert_eq!(shown[0]["domain"], "bad.example");
    assert_eq!(shown[0]["severity"], "suspend");
    assert_eq!(shown[0]["digest"].as_str().map(str::len), Some(64));
    place.set("show_domain_blocks", "all");
    assert_eq!(visitor.get(path).ok(), shown);
}

fn an_app_that_asks_for_news_of_an_answer_hears_that_there_are_none(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let id = "any";
    ana.get(&format!("/api/v1_alpha/async_refreshes/{id}"))
        .refused(404);
    place
        .visitor()
        .get(&format!("/api/v1_alpha/async_refreshes/{id}"))
        .refused(401);
}
